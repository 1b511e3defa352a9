"""Measures everything, a group at a time, and writes RESULTS.md: `python -m tests.bench [--quick] [GROUP ...]`."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter

from tests.bench import asking, checking, data, pages, processes, table, web, writing

QUICK, WHOLE = (1_000, 10_000), (1_000, 10_000, 100_000)


def main(arguments: list[str]) -> None:
    """Prints each group as it is done, then writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 entries, within three minutes")
    asked = parser.parse_args(arguments)
    sizes = QUICK if asked.quick else WHOLE
    started, rows, left_out = perf_counter(), list[table.Row](), list[str]()

    def take(found: Iterable[table.Row]) -> None:
        for row in found:
            rows.append(row)
            sys.stderr.write(f"{perf_counter() - started:5.0f} s  {row.name}: {row.figure} (aim {row.aim or 'none'})\n")

    with tempfile.TemporaryDirectory(prefix="zeren-bench-") as scratch:
        place = Path(scratch)
        homes = [(size, data.organ(place / str(size), size)) for size in sizes]
        small = homes[0][1]
        steps: list[Callable[[], Iterable[table.Row]]] = [
            lambda: writing.measure(place, small.directory, 2_000 if asked.quick else 100_000, left_out),
            lambda: checking.measure(homes),
            lambda: writing.disk(homes[-1][1].directory, sizes[-1]),
            lambda: processes.measure(small),
            lambda: web.measure(small, left_out),
            lambda: asking.measure(sizes),
            pages.measure,
        ]
        for step in steps:
            take(step())
    sys.stdout.write(table.write(rows, sizes, perf_counter() - started, left_out))


if __name__ == "__main__":
    main(sys.argv[1:])
