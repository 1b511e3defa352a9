"""Takeovers by Patroni itself: `python -m tests.bench.patroni PATRONI [--killed N] [--planned N]` writes PATRONI.md.

One cluster as the runbook has it (`tests.support.patroni`), one ledger, round after round: the primary's machine is
gone, or is asked to hand over; who was primary follows again before the next round. PATRONI is that program.
Exit 1 where a round did not go as it has to.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from tests.bench.table import made
from tests.support import measured
from tests.support.failover import WRITERS, Round, take_over
from tests.support.patroni import LOOP, RETRY, TTL, a_cluster
from tests.support.postgres import versions

PATRONI = Path(__file__).with_name("PATRONI.md")
_COLUMNS = (
    "Acknowledged",
    "Lost",
    "Forks",
    "Doubled",
    "Gap",
    "Reads",
    "Failed",
    "Longest wait of a reader",
    "As it has to be",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the rounds, writes the table, and says whether all went as it has to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patroni", type=Path)
    parser.add_argument("--killed", type=int, default=5)
    parser.add_argument("--planned", type=int, default=5)
    asked = parser.parse_args(arguments)
    started, rounds = perf_counter(), list[tuple[str, Round]]()
    with tempfile.TemporaryDirectory(prefix="zeren-patroni-") as scratch:
        Path(scratch).chmod(0o755)
        with a_cluster(versions()[0], asked.patroni.absolute(), Path(scratch)) as cluster:
            for number in range(asked.killed + asked.planned):
                cluster.planned = number >= asked.killed
                what = "asked to hand over" if cluster.planned else "killed"
                rounds.append((what, take_over(cluster, synchronous=True, named=f"R{number}-")))
                sys.stderr.write(f"{perf_counter() - started:5.0f} s  {what}: {rounds[-1][1]}\n")
                if cluster.was is not None and cluster.was.process is None:
                    cluster.start(cluster.was)
                cluster.whole()
    sys.stdout.write(write(rounds, perf_counter() - started))
    return 0 if all(each.held() for _, each in rounds) else 1


def write(rounds: Sequence[tuple[str, Round]], seconds: float) -> str:
    """Writes PATRONI.md, and returns its text."""
    lines = [
        "# Takeovers by Patroni, counted",
        "",
        "Written by `make failover-patroni` (`make failover-patroni KILLED=5 PLANNED=5`), never by hand. Three nodes",
        "of Patroni with etcd on one machine, `synchronous_mode_strict`, one ledger; in each round",
        f"{WRITERS} writers and two readers. All processes of the primary's node get SIGKILL, or `patronictl",
        "switchover` asks it to hand over; nobody helps. Who was primary follows again before the next round.",
        "",
        "- columns as in FAILOVER.md; *gap*: the longest time in which nobody was given a receipt. Where a node is",
        f"  killed Patroni notices when its lease ends: `ttl` {TTL} s, `loop_wait` {LOOP}, `retry_timeout` {RETRY}",
        *made(f"{len(rounds)} rounds", seconds),
        "",
        *measured.table(
            ("Round", "PostgreSQL", "Primary", *_COLUMNS),
            (_row(number, what, one) for number, (what, one) in enumerate(rounds, 1)),
        ),
    ]
    return measured.write(PATRONI, lines)


def _row(number: int, what: str, one: Round) -> tuple[object, ...]:
    gap = "–" if one.gap is None else f"{one.gap:.2f} s"
    counted = (one.acknowledged, one.lost, one.forks, one.doubled, gap, one.reads, one.unread, f"{one.waited:.2f} s")
    return (
        number,
        one.version,
        what,
        *counted,
        "yes" if one.held() else f"**no** {'; '.join((*one.findings, *one.faults))}".strip(),
    )


if __name__ == "__main__":
    sys.exit(main())
