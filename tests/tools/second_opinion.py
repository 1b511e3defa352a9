"""Looks for organs over which the engine of obligations and the second opinion differ, seed by seed.

`python -m tests.tools.second_opinion FROM TO` asks every oracle about each seed from FROM to before TO, and prints the
test and the seed of each difference; it ends with 1 where there was one. A seed that was judged becomes a test beside
the others in `tests/projections/obligations/test_oracle.py`.
"""

import sys
from typing import Any

from tests.projections.obligations import test_oracle

TESTS: tuple[Any, ...] = (
    test_oracle.test_every_status_is_that_of_a_walk_day_by_day,
    test_oracle.test_so_is_every_duty_that_is_counted_in_a_period,
    test_oracle.test_so_is_what_something_triggers,
    test_oracle.test_so_is_what_an_occasion_asks_for,
    test_oracle.test_so_is_what_follows_a_case,
)


def differing(seed: int) -> list[str]:
    """The tests that differ over the organs of a seed, by name."""
    found = []
    for test in TESTS:
        try:
            test.hypothesis.inner_test(seed)
        except AssertionError:
            found.append(test.__name__)
    return found


def main(first: int, end: int) -> int:
    """Asks about every seed; 1 where any differs."""
    number = 0
    for seed in range(first, end):
        for name in differing(seed):
            number += 1
            sys.stdout.write(f"{name} {seed}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{end - first} seeds, {number} differences\n")
    return int(number > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
