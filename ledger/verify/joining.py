"""A check of all entries by ranges on all cores, joined in order (`ranges`).

Each range has to rest on what the ones before it came to: then one after the other rests on entries that were checked.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context, parent_process

from ledger.application import Ledger
from ledger.attached import AttachedFiles
from ledger.checks.subjects import Subject
from ledger.core.merkle import EMPTY_ROOT
from ledger.verify.asked import AskedPass
from ledger.verify.indexes import MODULUS, IndexPass
from ledger.verify.ranges import FAULTS, CheckedRange, RangeJob, RangePass, check_range

EACH = 4000
"""Entries of a range at least: a process takes as long to start as checking a thousand."""


def check_in_ranges(
    ledger: Ledger,
    total: int,
    wanted: Iterable[int],
    files: AttachedFiles | None,
    progress: Callable[[int, int], None] | None,
) -> RangePass | None:
    """All entries of a ledger by ranges on all cores: the last range, with everything taken over from those before it.

    None where one process does as well, and where anything at all is to be said of an entry.
    """
    count = _processes(ledger, total)
    if count < 2:
        return None
    stops = [total * number // count for number in range(1, count + 1)]
    key, sizes = IndexPass().state(), frozenset(wanted)
    jobs = [
        RangeJob(ledger.path, start, stop, sizes, key, files) for start, stop in zip([0, *stops], stops, strict=False)
    ]
    pool = ProcessPoolExecutor(count - 1, mp_context=get_context("spawn"))
    try:
        others = [pool.submit(check_range, job) for job in jobs[:-1]]
        last = RangePass(ledger, jobs[-1])
        told = None if progress is None else lambda done: progress(min(total, done * count), total)
        own = last.check(told)
        found = [*(each.result() for each in others), own] if own is not None else [None]
    except (*FAULTS, BrokenExecutor):
        return None
    finally:
        pool.shutdown(cancel_futures=True)
    checked = [each for each in found if each is not None]
    return last if len(checked) == count and _join(checked, last) else None


def cores() -> int:
    """How many processes run at once here."""
    return os.cpu_count() or 1


def _processes(ledger: Ledger, total: int) -> int:
    """How many ranges; one where the process is itself one of several, or a later entry explains what is missing."""
    if parent_process() is not None or total < 2 * EACH or ledger.store.erased():
        return 1
    return min(cores(), total // EACH)


def _join(ranges: Sequence[CheckedRange], last: RangePass) -> bool:
    """Whether each range rests on what the ones before it came to; then the last one takes everything over."""
    roots: dict[int, bytes] = {0: EMPTY_ROOT}
    counts: Counter[Subject] = Counter()
    asked, at, root = AskedPass(), 0, EMPTY_ROOT
    for each in ranges:
        fits = (each.start, each.before) == (at, root)
        fits = fits and all(roots.get(size) == assumed for size, assumed in each.assumed.items())
        fits = fits and all(counts[subject] == number for subject, number in each.numbers.items())
        if not fits or asked.drafts.keys() & each.asked.drafts.keys():
            return False
        at, root = each.stop, each.after
        roots |= each.roots
        counts |= each.counts
        each.asked.join(asked, first=each.start == 0)
    _take_over(ranges, last)
    last.roots |= roots
    last.passed.counts, last.passed.asked = counts, asked
    return True


def _take_over(ranges: Sequence[CheckedRange], last: RangePass) -> None:
    passed, report = last.passed, last.report
    passed.consents = [consent for each in ranges for consent in each.consents]
    passed.indexes.sums = {table: sum(each.sums[table] for each in ranges) % MODULUS for table in passed.indexes.sums}
    passed.files.seen = {position for each in ranges for position in each.seen}
    passed.files.unread = sum(each.unread for each in ranges)
    report.signatures, report.bodies, report.anchors = (
        sum(getattr(each, name) for each in ranges) for name in ("signatures", "bodies", "anchors")
    )
    report.marks = Counter()
    for each in ranges:
        report.marks.update(each.marks)
    report.clocks = [change for each in ranges for change in each.clocks]
    report.policies = last.policies
    report.size, report.root = ranges[-1].stop, ranges[-1].after
