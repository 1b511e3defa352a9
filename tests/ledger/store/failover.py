"""A primary that dies, a standby that takes over: what was acknowledged is there, or every writer's folder tells.

With two servers of its own, and minutes long: `make test-postgres` runs it, by its name, and `make failover` counts ten
rounds of it.
"""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.application import Command
from ledger.clock import SystemClock
from ledger.errors import Incomplete
from ledger.home.directory import Home
from tests.support.builders import ORIGINS, signer_named
from tests.support.failover import TALK, WRITERS, Pair, a_pair, take_over


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with a_pair(tmp_path) as pair:
        yield pair


def test_what_was_acknowledged_survives_the_primary(pair: Pair) -> None:
    """With a synchronous standby: lost 0, forks 0, doubled 0, no read failed, no writer refuses, the ledger verifies,
    and the writers went on by themselves."""
    made = take_over(pair, synchronous=True)
    assert made.held(), made
    assert (made.lost, made.forks, made.doubled, made.unread, made.findings) == (0, 0, 0, 0, [])
    assert made.acknowledged > WRITERS


def test_what_is_lost_without_a_standby_is_told_by_the_writers(pair: Pair) -> None:
    """The control: a standby that was cut off takes over without what was acknowledged since; whoever was given a
    receipt for it writes to it neither while entries are missing there nor when others stand in their place."""
    made = take_over(pair, synchronous=False)
    assert made.held(), made
    assert made.lost == made.forks > 0
    assert made.refused.total() == made.bereft > 0
    assert made.refused_later == Counter(Forked=made.bereft)


def test_a_cancelled_wait_gives_no_receipt(pair: Pair) -> None:
    """The standby is away, somebody cancels the wait of a commit: it is on this server alone, and says so."""
    pair.synchronous()
    with pair.primary.connect() as connection, ThreadPoolExecutor(1) as pool:
        pair.standby.stop("fast")
        signer = signer_named(f"{ORIGINS['duty']}/rec")

        def write() -> None:
            clock = SystemClock(allow_jump=True)
            with closing(Home(pair.folder).open("duty", clock=clock, read_only=False)) as ledger:
                ledger.record(Command(replace(TALK, ref="T"), (signer,)))

        waiting, cancelled = pool.submit(write), 0
        for _ in range(200):
            if waiting.done():
                break
            time.sleep(0.1)
            found = connection.execute(
                "SELECT count(*) FILTER (WHERE pg_cancel_backend(pid)) FROM pg_stat_activity"
                " WHERE wait_event = 'SyncRep'"
            ).fetchone()
            cancelled += int((found or [0])[0])
        with pytest.raises(Incomplete, match="not confirmed by its standbys"):
            waiting.result()
        assert cancelled == 2  # the append, and the commit that was to confirm it
        connection.execute("ALTER SYSTEM RESET synchronous_standby_names")
        connection.execute("SELECT pg_reload_conf()")
    assert not (pair.folder / "duty.last").exists()
