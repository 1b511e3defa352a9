"""Runs the classes and writes RESULTS.md: `python -m tests.attack [CLASS ...]`.

A class that was stopped goes on where it was; one that is done is not run again for the same seed and scale unless
--again is said. ATTACK_SCALE multiplies what is tried (1: ten thousand changes, a thousand kills), ATTACK_SEED is the
seed. Ledgers that are attacked lie in memory where the system has a place for that (TMPDIR says another): a process
that is killed leaves there what it would leave on a disk, and waiting for disks was half of the time.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.attack.classes import CLASSES, wanted
from tests.attack.report import write
from tests.attack.tally import Tally, kept, resumed
from tests.support.measured import commit

MEMORY = Path("/dev/shm")  # noqa: S108 - of Linux; private folders are made in it


def main(arguments: list[str]) -> int:
    """Runs what is asked for; 1 where anything passed in silence, was lost or needed a hand."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("classes", nargs="*", metavar="CLASS", help=f"of {', '.join(CLASSES)}; all by default")
    parser.add_argument("--again", action="store_true", help="from the beginning, whatever was done")
    parser.add_argument("--report", action="store_true", help="only write what is done so far")
    asked = parser.parse_args(arguments)
    scale, seed = float(os.environ.get("ATTACK_SCALE", "1")), os.environ.get("ATTACK_SEED", "1")
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK):
        tempfile.tempdir = str(MEMORY)
    names = asked.classes or list(CLASSES)
    if unknown := [name for name in names if name not in CLASSES]:
        parser.error(f"there is no class {unknown[0]}; there are: {', '.join(CLASSES)}")
    for name in () if asked.report else names:
        number = wanted(name, scale)
        _run(Tally(name, seed, number) if asked.again else resumed(name, seed, number))
    done = [tally for name in CLASSES if (tally := kept(name)) is not None]
    sys.stdout.write(write(done))
    return int(not all(tally.clean for tally in done))


def _run(tally: Tally) -> None:
    if tally.done < tally.wanted and (now := commit()) not in tally.commits:
        tally.commits.append(now)
    CLASSES[tally.name].module_run(tally)
    tally.save()
    sys.stderr.write(f"{tally.name}: {tally.made} made, {'nothing' if tally.clean else 'SOMETHING'} passed\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
