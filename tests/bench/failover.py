"""Failover, counted: `python -m tests.bench.failover [--rounds N] [--control N]` writes FAILOVER.md.

Rounds of `tests.support.failover` with every PostgreSQL that is here, synchronous ones and the asynchronous control,
each with new servers. Exit 1 where one did not go as it has to.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter

from tests.bench.table import made
from tests.support import measured
from tests.support.failover import WRITERS, Round, a_pair, take_over
from tests.support.postgres import versions

FAILOVER = Path(__file__).with_name("FAILOVER.md")
_KINDS = {True: "synchronous", False: "control"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the rounds, writes the table, and says whether all went as it has to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--control", type=int, default=5)
    asked = parser.parse_args(arguments)
    started, rounds = perf_counter(), []
    for programs in versions():
        os.environ["ZEREN_PG_BIN"] = str(programs)
        for synchronous in (*[True] * asked.rounds, *[False] * asked.control):
            with tempfile.TemporaryDirectory(prefix="zeren-failover-") as scratch, a_pair(Path(scratch)) as pair:
                rounds.append(take_over(pair, synchronous=synchronous))
            sys.stderr.write(f"{perf_counter() - started:5.0f} s  {' | '.join(map(str, _row(0, rounds[-1])))}\n")
    sys.stdout.write(write(rounds, perf_counter() - started))
    return 0 if all(each.held() for each in rounds) else 1


def write(rounds: Sequence[Round], seconds: float) -> str:
    """Writes FAILOVER.md, and returns its text."""
    each = ("Round", "PostgreSQL", "Standby", *COLUMNS, *_TOLD, "As it has to be")
    lines = [
        "# Failover, counted",
        "",
        "Written by `make failover` (`make failover ROUNDS=10 CONTROL=5`), never by hand. A round has two new",
        f"servers, {WRITERS} writers and two readers, of which one makes a new connection for each read. The primary",
        "and all its processes get SIGKILL, the standby is promoted at once, the writers go on for four seconds.",
        "In the control the standby is asynchronous and was cut off before: what was acknowledged since",
        "has to be lost, and the own folder of each writer who was given a receipt for it has to refuse what took",
        "over: as set back (RolledBack), and once somebody who knows of nothing has written there until it is longer,",
        "as two histories (Forked).",
        "",
        "- *lost*: receipts whose entry is not on record in the end; *forks*: positions that two receipts give to",
        "  different entries; *doubled*: talks that stand twice because a writer was told that the first does not",
        "- *gap*: the longest time in which nobody was given a receipt, the takeover within it. What a watcher takes",
        "  to notice (Patroni: up to its `ttl`) comes on top: here the standby is told at once, and both servers are",
        "  one machine's",
        *made(f"{len(rounds)} rounds", seconds),
        "",
        "## In sum",
        "",
        *measured.table(
            ("PostgreSQL", "Standby", "Rounds", *COLUMNS, "As it has to be"),
            (_sum(version, synchronous, of) for version, synchronous, of in _groups(rounds)),
        ),
        "",
        "## Round by round",
        "",
        *measured.table(each, (_row(number, one) for number, one in enumerate(rounds, 1))),
    ]
    return measured.write(FAILOVER, lines)


_TOLD = ("Writers who lost a receipt", "Refused by their own folders", "When others have written")
COLUMNS = ("Acknowledged", "Lost", "Forks", "Doubled", "Gap", "Reads", "Failed", "Longest wait of a reader")


def _groups(rounds: Sequence[Round]) -> Iterable[tuple[str, bool, list[Round]]]:
    for version, synchronous in dict.fromkeys((each.version, each.synchronous) for each in rounds):
        yield version, synchronous, [e for e in rounds if (e.version, e.synchronous) == (version, synchronous)]


def _sum(version: str, synchronous: bool, of: Sequence[Round]) -> tuple[object, ...]:
    gaps = [each.gap for each in of if each.gap is not None]
    gap = f"{min(gaps):.2f}–{max(gaps):.2f} s" if gaps else "–"
    counted = (sum(getattr(each, name) for each in of) for name in ("acknowledged", "lost", "forks", "doubled"))
    reads, unread, waited = sum(e.reads for e in of), sum(e.unread for e in of), max(e.waited for e in of)
    well = sum(each.held() for each in of)
    said = "yes" if well == len(of) else f"**no**: {well} of {len(of)}"
    return (version, _KINDS[synchronous], len(of), *counted, gap, reads, unread, f"{waited:.2f} s", said)


def _row(number: int, one: Round) -> tuple[object, ...]:
    gap = "–" if one.gap is None else f"{one.gap:.2f} s"
    told = (", ".join(f"{n} {name}" for name, n in of.items()) or "–" for of in (one.refused, one.refused_later))
    counted = (one.acknowledged, one.lost, one.forks, one.doubled, gap, one.reads, one.unread, f"{one.waited:.2f} s")
    said = "yes" if one.held() else f"**no** {'; '.join((*one.findings, *one.faults))}".strip()
    return (number, one.version, _KINDS[one.synchronous], *counted, one.bereft, *told, said)


if __name__ == "__main__":
    sys.exit(main())
