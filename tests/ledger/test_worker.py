"""Processes that work for another say nothing when the terminal ends them all."""

import os
import signal
import subprocess
import sys

AT_WORK = """
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from ledger.worker import end_without_words

if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=end_without_words)
    try:
        pool.submit(time.sleep, 0).result()
        under_way = pool.submit(time.sleep, 60)
        print("ready", flush=True)
        under_way.result()
    except BaseException as error:
        print(type(error).__name__)
    finally:
        pool.shutdown(cancel_futures=True)
"""


def test_an_interrupted_helper_ends_at_once_and_says_nothing() -> None:
    """Ctrl+C gives no traceback of a process that nobody started by hand, and nobody waits for what it was at."""
    with subprocess.Popen(
        [sys.executable, "-c", AT_WORK],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        os.killpg(started.pid, signal.SIGINT)
        said, complaints = started.communicate(timeout=30)
    assert (said.strip() in ("KeyboardInterrupt", "BrokenProcessPool"), complaints) == (True, "")
