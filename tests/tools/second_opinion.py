"""Looks for organs over which the engine of obligations and the second opinion differ, seed by seed.

`python -m tests.tools.second_opinion FROM TO` asks every oracle about each seed from FROM to before TO, and prints the
oracle and the seed of each difference; it ends with 1 where there was one. A seed that was judged becomes a test beside
the others in `tests/projections/obligations/test_oracle.py`.
"""

import sys

from tests.projections.obligations.test_oracle import ORACLES


def differing(seed: int) -> list[str]:
    """The oracles that differ over the organ of a seed, by name."""
    found = []
    for name, check in ORACLES.items():
        try:
            check(seed)
        except AssertionError:
            found.append(name)
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
