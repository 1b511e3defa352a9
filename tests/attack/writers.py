"""Eight processes that write one ledger, beside them a reader, a verifier and a rebuild of the views.

Attempts are entries; what the others do beside them are checks. Every acknowledged entry stands where it was said to
stand, no verification says *invalid*, no reader sees the ledger shorter or other than before, and the views in the end
equal views built anew.
"""

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from ledger.application import Command, open_ledger
from ledger.clock import SystemClock
from ledger.errors import Busy, Conflict
from ledger.events.acts import TalkHeld
from ledger.home.directory import Home
from projections.views.catch_up import digest, rebuild, views_of
from tests.attack.forked import FELL, REFUSED, Say, begin, wait_ready, words
from tests.attack.tally import Tally
from tests.attack.target import verified, victim
from tests.support.builders import signer_named

WRITERS = 8
TALK = TalkHeld(talker="p-a", counterpart="p-b")


def write(home: Home, name: str, count: int, say: Say) -> None:
    """So many talks, each acknowledged; who finds the ledger busy tries again."""
    ledger = open_ledger(home.database("duty"), clock=SystemClock(allow_jump=True))
    rec = signer_named(f"{ledger.origin}/rec")
    for number in range(count):
        while True:
            with suppress(Busy, Conflict):
                receipt = ledger.record(Command(replace(TALK, ref=f"{name}-{number}"), (rec,)))[0]
                break
        say(f"{receipt.position} {name}-{number}")
    ledger.close()


def read(home: Home, stop: Path, say: Say) -> None:
    """The root of what was seen before never changes, and the size never falls."""
    size, root, rounds = 0, b"", 0
    while not stop.exists():
        with closing(home.open("duty")) as ledger:
            if size and (ledger.size() < size or ledger.tree_head(size).root != root):
                say(f"{FELL}the ledger of {size} entries is another one")
            size = ledger.size()
            root, rounds = ledger.tree_head(size).root, rounds + 1
    say(f"rounds {rounds}")


def verify(home: Home, stop: Path, say: Say) -> None:
    """Every verification is valid."""
    rounds = 0
    while not stop.exists():
        report = verified(home, "duty")
        rounds += 1
        if report.exit_code:
            say(f"{FELL}a false alarm: {report.findings[0].what}")
    say(f"rounds {rounds}")


def build(home: Home, stop: Path, say: Say) -> None:
    """The views are built anew all the time."""
    rounds = 0
    while not stop.exists():
        rebuild(home).close()
        rounds += 1
    say(f"rounds {rounds}")


def run(tally: Tally) -> Iterator[None]:
    """All at once; a run that was stopped begins again."""
    tally.done, tally.rows, tally.checks = 0, {}, {}
    count = max(1, tally.wanted // WRITERS)
    with victim() as at:
        stop = at.home.directory.parent / "stop"
        before = at.home.open("duty")
        size = before.size()
        before.close()
        beside = {
            "reader": begin(lambda say: read(at.home, stop, say)),
            "verifier": begin(lambda say: verify(at.home, stop, say)),
            "rebuild": begin(lambda say: build(at.home, stop, say)),
        }
        writers = [begin(lambda say, n=n: write(at.home, f"W{n}", count, say)) for n in range(WRITERS)]  # type: ignore[misc]
        said = []
        for pid, read_ in writers:
            wait_ready(read_)
            said.append(words(read_))
            os.waitpid(pid, 0)
        stop.touch()
        for name, (pid, read_) in beside.items():
            wait_ready(read_)
            _judge_beside(tally, name, words(read_))
            os.waitpid(pid, 0)
        for lines in said:
            yield from _judge_writer(tally, at.home, lines, count)
        _judge_whole(tally, at.home, size + count * WRITERS)


def _judge_beside(tally: Tally, name: str, lines: list[str]) -> None:
    rounds = sum(int(line.split()[1]) for line in lines if line.startswith("rounds"))
    wrong = [line for line in lines if line[:1] in (FELL, REFUSED)]
    tally.check(f"a {name} beside the writers", max(rounds, len(wrong)), wrong)


def _judge_writer(tally: Tally, home: Home, lines: list[str], count: int) -> Iterator[None]:
    kind = "entries by eight writers"
    acknowledged = [line.split() for line in lines if line[:1].isdigit()]
    with closing(home.open("duty")) as ledger:
        for position, ref in acknowledged:
            stands = ledger.store.of_ref(ref) == [int(position)]
            tally.count(kind, "found", *([] if stands else [("lost", f"{ref} at {position}")]))
            yield
    wrong = [line for line in lines if line[:1] in (FELL, REFUSED)]
    if wrong or len(acknowledged) != count:  # the entry at which a writer fell is an attempt, those after it are none
        said = wrong[0] if wrong else "no more was said"
        tally.count(kind, "hands", ("hands", f"after {len(acknowledged)} of {count}: {said}"))
        yield


def _judge_whole(tally: Tally, home: Home, size: int) -> None:
    report = verified(home, "duty")
    whole = not report.exit_code and report.size == size
    tally.check("the ledger in the end", 1, [] if whole else [f"{report.verdict}, {report.size} of {size}"])
    with closing(views_of(home)) as standing:
        seen = digest(standing)
    with closing(rebuild(home)) as made:
        same = digest(made) == seen
    tally.check("its views in the end", 1, [] if same else ["views that are not those of the ledger"])
