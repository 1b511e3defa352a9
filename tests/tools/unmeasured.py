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

from coverage import Coverage

CONTEXTS = "SELECT id, context FROM context"
STEPS = "SELECT context_id, fromno, tono FROM arc WHERE file_id = ?"
LEAST = 0.3
"""Seconds from which on it is worth while."""
ROOT = Path(__file__).parents[2]


def reached(data: Path) -> Mapping[str, set[tuple[int, int, int]]]:
    """Each test with the lines of our modules that it ran, and the ways that it took where a line has several."""
    measure = Coverage(data_file=str(data), config_file=str(ROOT / "pyproject.toml"))
    measure.load()
    found: dict[str, set[tuple[int, int, int]]] = defaultdict(set)
    with closing(sqlite3.connect(data)) as kept:
        tests = {id_: context.partition("|")[0].partition("[")[0] for id_, context in kept.execute(CONTEXTS)}
        for file, path in kept.execute("SELECT id, path FROM file").fetchall():
            statements, parting = {*measure.analysis2(path)[1]}, measure.branch_stats(path)
            for context, start, end in kept.execute(STEPS, (file,)):
                ran = found[tests[context]]
                ran |= {(file, line, line) for line in (start, end) if line in statements}
                if start in parting:
                    ran.add((file, start, end))
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
    """Tests without which all is still reached by one that stays; of two that reach the same the longer goes."""
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
