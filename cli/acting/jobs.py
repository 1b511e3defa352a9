"""Whole ledgers as jobs in processes: the longest first, as many at once as there are cores."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

import click

from ledger.errors import Incomplete
from ledger.worker import end_without_words
from projections.language.catalogue import _, language, use_language

J = TypeVar("J")
R = TypeVar("R")
LARGE = 64 << 20
"""Bytes of a ledger from which on it may keep every core busy by itself."""


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def jobs_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--jobs: how many processes work at once."""
    return click.option(
        "--jobs",
        "jobs",
        type=click.IntRange(min=1, max=256),
        metavar="N",
        help=_("With --all: how many ledgers are worked on at once (default: as many as there are cores)."),
    )(function)


def _begin(spoken: str) -> None:
    end_without_words()
    use_language(spoken)


def run_jobs(jobs: Sequence[tuple[int, J]], work: Callable[[J], R], workers: int | None) -> Iterator[tuple[J, R]]:
    """Each job, of a size, with what `work` gave for it, in the order in which they end.

    A large job that is more than one core's share is worked on here, before the others: there `work` may use every core
    itself. Raises Incomplete where a process was ended from outside.
    """
    most = workers or cores()
    ordered = sorted(jobs, key=lambda each: -each[0])
    share = sum(size for size, _job in jobs) / most
    here = [job for size, job in ordered if most == 1 or len(jobs) == 1 or size > max(share, LARGE)]
    for job in here:
        yield job, work(job)
    rest = [job for _size, job in ordered[len(here) :]]
    if not rest:
        return
    pool = ProcessPoolExecutor(
        min(most, len(rest)), mp_context=get_context("spawn"), initializer=_begin, initargs=(language(),)
    )
    try:
        under_way = {pool.submit(work, job): job for job in rest}
        for done in as_completed(under_way):
            yield under_way.pop(done), done.result()  # what is done is held no longer
    except BrokenProcessPool as error:
        raise Incomplete("a process was ended from outside; repeat the command, with fewer --jobs") from error
    finally:
        pool.shutdown(cancel_futures=True)
