"""Whole ledgers as jobs in processes: what is done is held no longer."""

import gc
import weakref
from dataclasses import dataclass

from cli.acting.jobs import run_jobs


@dataclass(eq=False)
class Held:
    """What a job gives."""

    number: int


def held(number: int) -> Held:
    return Held(number)


def test_what_a_job_gave_is_held_no_longer_than_it_is_looked_at() -> None:
    """So that a thousand ledgers take no more memory than a few."""
    seen: list[weakref.ref[Held]] = []
    for number, result in run_jobs([(1, number) for number in range(8)], held, 2):
        assert result.number == number
        seen.append(weakref.ref(result))
        del result
        gc.collect()
        assert sum(each() is not None for each in seen) <= 1
    assert len(seen) == 8
