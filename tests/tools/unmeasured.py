"""Which tests the measure of coverage can leave out: they take long, and all that they reach others reach too.

    pytest --cov --cov-context=test --cov-report= --durations=0 -vv -m "not long" tests/ledger tests/projections \
        tests/cli > LOG
    python -m tests.tools.unmeasured .coverage LOG > tests/assets/unmeasured.txt

Before that the old list is emptied, so that every test is measured once more.
"""

import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

LEAST = 0.3
"""Seconds from which on it is worth while."""
ROOT = Path(__file__).parents[2]


def reached(data: Path) -> Mapping[str, set[tuple[int, int, int]]]:
    """Each test with the steps from line to line that it made in our modules."""
    found: dict[str, set[tuple[int, int, int]]] = defaultdict(set)
    with closing(sqlite3.connect(data)) as kept:
        rows = kept.execute("SELECT context, file_id, fromno, tono FROM arc JOIN context ON context.id = context_id")
        for context, *step in rows:
            found[context.partition("|")[0].partition("[")[0]].add(tuple(step))
    return found


def seconds(log: Iterable[str]) -> Mapping[str, float]:
    """What each test took with what was prepared for it."""
    found: dict[str, float] = defaultdict(float)
    for line in log:
        said = re.match(r"([\d.]+)s (?:call|setup|teardown)\s+(tests/[^\[]+?)(?:\[|\s*$)", line)
        if said is not None:
            found[said[2]] += float(said[1])
    return found


def unmeasured(steps: Mapping[str, set[tuple[int, int, int]]], took: Mapping[str, float], least: float) -> list[str]:
    """Tests without which every step is still made by one that stays; of two that reach the same the longer goes."""
    made = Counter(step for each in steps.values() for step in each)
    left_out = []
    for test in sorted((each for each in steps if took.get(each, 0) >= least), key=lambda each: (-took[each], each)):
        if all(made[step] > 1 for step in steps[test]):
            made.subtract(steps[test])
            left_out.append(test)
    return sorted(left_out)


if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
    least = float(sys.argv[3]) if len(sys.argv) > 3 else LEAST
    print("\n".join(unmeasured(reached(Path(sys.argv[1])), seconds(lines), least)))  # noqa: T201 - its output
