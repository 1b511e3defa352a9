"""Whole processes: how long a person waits for a command beside the bare interpreter.

What `zeren holders` takes is made of (in bare Pythons): itself 1, click 1, the library of events 1, cryptography 0.5,
our own modules 2.5, the question 3 (keys of the ledgers proved, heads held against them, the views read).
"""

import os
import sys
from collections.abc import Iterator
from statistics import median

from ledger.home.directory import Home
from tests.bench.table import Row, at_most
from tests.bench.timing import environment, run

GROUP = "Commands"
REPEATS = 7


def measure(home: Home) -> Iterator[Row]:
    """`--help`, holders and record, each started in turn with what it is held against."""
    zeren = [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())"]
    within = environment(ZEREN_DIR=str(home.directory), ZEREN_LANG="en", PYTHONPATH=os.pathsep.join(sys.path))
    talk = ["record", "talk", "--talker", "p-a", "--counterpart", "p-b", "--occurred-at", "2024-03-05 09:00"]
    rows = (
        ("zeren --help / import click", [*zeren, "--help"], [sys.executable, "-c", "import click"], 1.5),
        (
            "zeren holders / bare Python",
            [*zeren, "holders", "u-1", "--valid-at", "2024-06-01"],
            [sys.executable, "-c", ""],
            8,
        ),
        ("zeren entries / bare Python", [*zeren, "entries"], [sys.executable, "-c", ""], 8),
        (
            "zeren record talk --dry-run / bare Python",
            [*zeren, *talk, "--as", "rec", "--dry-run"],
            [sys.executable, "-c", ""],
            8,
        ),
    )
    for name, command, other, aim in rows:
        ours, theirs, peak = [], [], 0.0
        for _ in range(REPEATS):
            theirs.append(run(other, within)[0])
            cpu, _, memory = run(command, within)
            ours.append(cpu)
            peak = max(peak, memory)
        detail = f"{1000 * median(ours):.0f} ms CPU against {1000 * median(theirs):.0f}; {peak:.0f} MB"
        yield at_most(GROUP, name, median(ours) / median(theirs), aim, detail)
