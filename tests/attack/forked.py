"""Work done in a process of its own, forked with everything loaded, so that a thousand of them take minutes."""

import os
import signal
from collections.abc import Callable
from time import monotonic, sleep

Say = Callable[[str], None]
FELL = "!"
"""How the line begins that tells of an exception which is no fault of ours."""
REFUSED = "?"
"""How the line begins that tells of a fault told by what it is."""


def begin(work: Callable[[Say], None]) -> tuple[int, int]:
    """Starts the work; gives its process and where its words are read. The parent has no database open."""
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        return pid, read
    os.close(read)
    try:
        _work(work, write)
    finally:
        os._exit(0)


def _work(work: Callable[[Say], None], write: int) -> None:
    from ledger.errors import ZerenError

    def say(text: str) -> None:
        os.write(write, f"{text}\n".encode())

    try:
        say("ready")
        work(say)
        say("done")
    except ZerenError as error:
        say(f"{REFUSED}{type(error).__name__}: {error}".replace("\n", " "))
    except BaseException as error:  # noqa: BLE001 - told to the parent, which counts it
        say(f"{FELL}{type(error).__name__}: {error}".replace("\n", " "))


def words(read: int) -> list[str]:
    """All whole lines that the process said; it has ended. What it was saying when it was killed does not count."""
    data = b""
    while chunk := os.read(read, 1 << 16):
        data += chunk
    os.close(read)
    return data.decode("utf-8", "replace").split("\n")[:-1]


def wait_ready(read: int) -> None:
    """Until the process begins its work."""
    os.read(read, len(b"ready\n"))


def killed(work: Callable[[Say], None], after: float) -> list[str]:
    """The words of a process that is killed so many seconds after it began, unless it ended before."""
    pid, read = begin(work)
    wait_ready(read)
    until = monotonic() + after
    while monotonic() < until:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return words(read)
        sleep(min(0.002, after))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return words(read)


def finished(work: Callable[[Say], None]) -> list[str]:
    """The words of a process that is left alone."""
    pid, read = begin(work)
    wait_ready(read)
    said = words(read)
    os.waitpid(pid, 0)
    return said
