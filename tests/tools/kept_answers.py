"""Asks many random organs as they grow, and compares what was kept with what is computed anew.

python -m tests.tools.kept_answers FROM TO

Those of even numbers by a process that goes on, those of odd numbers by one that ends now and then.
"""

import sys
from random import Random

from tests.support.kept_answers import grown, of_plan, scenario
from tests.support.organs import plan_of
from tests.support.organs_wide import wide_of


def main(first: int, last: int) -> int:
    """How many organs differ, the first difference of each told."""
    wrong = 0
    for seed in range(first, last):
        organs = {"plan": of_plan(plan_of(seed)), "wide": of_plan(wide_of(seed))}
        organs |= {"scenario": scenario()} if seed % 20 == 0 else {}
        for name, entries in organs.items():
            found = next(grown(entries, Random(seed), restarts=bool(seed % 2)), None)  # noqa: S311 - a test
            if found is not None:
                wrong += 1
                sys.stdout.write(f"{name} {seed}: {found}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{wrong} differ, of the numbers {first} to {last - 1}\n")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), int(sys.argv[2]))))
