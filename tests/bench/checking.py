"""Verification, rebuild and catching up, at each size.

What making the views of an entry is made of, where it does not reach its aim (a profile of CPU time, formulaic texts,
in parts of a hundred): finding what its text is like 67, of it comparing with the half dozen of nearest texts 21 (the
measure is difflib's, told by substring search), shingles, sketch and bands 16, sorting out which texts to compare with
5, reading what is older than what is kept 9; reading and proving the stored body 16; rows, words and marks 13. A plain
JSON decode of bodies does none of that: the aim is out of reach for as long as likeness is stored as views are made. It
would take a measure of likeness that is told by the sets alone, which would change the rules.

What checking an entry is made of, likewise (0.28 ms, libsodium): its signatures 13; header parsed by template 11; body
read and its digests 34; rules of place, keys, roles and subjects 25; index sums 5; reading rows 3; of what may be kept
for a check that goes on, the digest 3. A start and the joining take as long as 1,000 entries. No part is large; for the
aim header and body of each type would have to be checked by compiled code.

A check since a checkpoint grows with the depth of the map of heads: of 100 new entries behind 30,000 the nodes of their
paths are 2,183 against some 1,000 behind 1,000, each read by a query of its own (19 in a hundred of the whole), and the
tree is joined over as many. To be flat within half again, nodes of one depth would have to be read together.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from ledger.application import open_ledger
from ledger.home.directory import Home
from ledger.verify import verify_ledger
from projections.questions.desk import Desk
from projections.questions.holders import HolderFilter, who_held
from projections.views.catch_up import catch_up, rebuild
from projections.views.view_store import Views
from tests.bench.data import Talks, stored
from tests.bench.limits import Lines, decode
from tests.bench.table import Row, at_least, at_most
from tests.bench.timing import Times, growth, run, timed
from tests.support import builders
from tests.support.anchoring import checkpoint, head_of

GROUP = "Checking and views"
_CORES = os.cpu_count() or 1
_FAST = find_spec("nacl") is not None
_VERIFY = "import sys; from tests.bench.checking import verified\nif __name__ == '__main__': verified(sys.argv[1])"


def measure(homes: Sequence[tuple[int, Home]]) -> Iterator[Row]:
    """Rows for each size, and how each cost grows from the smallest to the largest."""
    verify: list[float] = []
    build: list[float] = []
    for size, home in homes:
        rows = stored(home)
        lines = Lines([entry for entry, _ in rows])
        bare = timed(partial(lines.verify, 0))  # half of the work before ours, half after it: both meet one machine
        cpu, wall, peak = run([sys.executable, "-m", "tests.bench.child", "verify", str(home.directory)])
        bare.take(partial(lines.verify, 1))
        verify.append(cpu)
        detail = (
            f"{1e6 * cpu / size:.0f} µs an entry against {1e6 * bare.cpu / size:.0f}, its start included; wall"
            f" {1e6 * wall / size:.0f} µs, of which bare work on all processors {1e6 * bare.wall / size / _CORES:.0f}"
        )
        aim = 1.0 if _FAST else 0.6
        name = f"full verify of {size:,} entries ({'with' if _FAST else 'without'} the extra fast): raw Ed25519 / ours"
        yield at_least(GROUP, f"{name}, CPU", bare.cpu / cpu, aim, detail)
        yield at_least(GROUP, f"{name}, wall on {_CORES} processors", bare.wall / _CORES / wall, aim)
        yield at_most(GROUP, f"memory of the verifying process, {size:,} entries", peak, 80, "", " MB")
        bodies = [body for _, body in rows]
        plain = timed(partial(decode, bodies))
        built: list[Views] = []
        ours = timed(lambda home=home, built=built: built.append(rebuild(home)))  # type: ignore[misc]  # done at once
        build.append(ours.cpu)
        detail = f"{1e6 * ours.cpu / size:.0f} µs an entry against {1e6 * plain.cpu / size:.0f}"
        yield at_least(
            GROUP,
            f"rebuild of all views, {size:,} entries: JSON decode of the bodies / ours",
            plain.cpu / ours.cpu,
            0.4,
            detail,
        )
        yield from _catch_up(size, home, built[0])
    times = homes[-1][0] / homes[0][0]
    yield at_most(GROUP, "growth of verify (exponent)", growth(verify[0], verify[-1], times), 1.08)
    yield at_most(GROUP, "growth of the rebuild (exponent)", growth(build[0], build[-1], times), 1.08)
    yield from _since(homes)


def _catch_up(size: int, home: Home, views: Views) -> Iterator[Row]:
    """One new entry until a question is answered with it."""
    desk = builders.open_desk("duty", home.database("duty"))
    found = Times()
    for command in Talks(desk, 12).commands(10**8 + size, 40):

        def answered(command: object = command) -> None:
            desk.ledger.record(command)  # type: ignore[arg-type]  # one command after the other
            catch_up(views, desk.ledger)
            Desk(views).ask(who_held, HolderFilter(subject="u-1", valid_at=builders.START.date()))

        found.take(answered)
    views.close()
    desk.close()
    detail = f"p99 {1000 * found.quantile(0.99):.1f} ms; CPU {1000 * found.cpu / 40:.1f} ms"
    yield at_most(
        GROUP,
        f"one new entry until it is answered, {size:,} behind it, wall p50",
        1000 * found.quantile(0.5),
        20,
        detail,
        " ms",
    )


def _since(homes: Sequence[tuple[int, Home]]) -> Iterator[Row]:
    """Verification from a trusted checkpoint on, the same number of entries new."""
    taken = []
    for size, home in (homes[0], homes[-1]):
        desk = builders.open_desk("duty", home.database("duty"))
        trusted = head_of(checkpoint(desk))
        desk.ledger.record(*Talks(desk, 12).commands(10**9 + size, 100))
        checkpoint(desk)
        check = partial(verify_ledger, desk.ledger, since=trusted)
        taken.append(min(timed(check).cpu for _ in range(3)))
        desk.close()
    name = f"verify since a checkpoint, 100 entries new: behind {homes[-1][0]:,} / behind {homes[0][0]:,}"
    yield at_most(GROUP, name, taken[1] / taken[0], 1.5)


def verified(directory: str) -> None:
    """Verifies the ledger of a directory; what a process of its own does. Raises RuntimeError for a finding."""
    ledger = open_ledger(Path(directory) / "duty.db", read_only=True)
    report = verify_ledger(ledger)
    ledger.close()
    if report.findings:
        raise RuntimeError(str(report.findings[0]))
