"""A check of all entries by ranges on all cores, joined in order (`ranges`).

Each range has to rest on what the ones before it came to: then one after the other rests on entries that were checked.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from typing import Protocol

from ledger.application import Ledger
from ledger.attached import AttachedFiles
from ledger.checks.subjects import Subject
from ledger.core.merkle import EMPTY_ROOT
from ledger.messages import N_
from ledger.verify.asked import AskedPass
from ledger.verify.indexes import MODULUS, IndexPass
from ledger.verify.ranges import FAULTS, CheckedRange, RangeJob, RangePass, check_range
from ledger.worker import end_without_words

EACH = 4000
"""Entries of a range at least: a process takes as long to start as checking a thousand."""
STEP = 10_000
"""Entries of a range that is kept for a check that goes on: some four seconds' work."""
AGAIN = N_("entries whose bytes are those that an interrupted check had passed")


class EarlierRanges(Protocol):
    """Ranges of an earlier check (`kept_ranges`)."""

    @property
    def key(self) -> Mapping[str, str]:
        """The key of the index sums."""

    def find(self, ledger: Ledger, start: int, stop: int, wanted: frozenset[int]) -> CheckedRange | None:
        """The range, where it is kept and its bytes are the same."""

    def add(self, found: CheckedRange) -> None:
        """Keeps a range."""


def check_in_ranges(
    ledger: Ledger,
    total: int,
    wanted: Iterable[int],
    files: AttachedFiles | None,
    progress: Callable[[int, int], None] | None,
    kept: EarlierRanges | None = None,
) -> RangePass | None:
    """All entries of a ledger by ranges on all cores: the last range, with everything taken over from those before it.

    None where one process does as well, and where anything at all is to be said of an entry. Ranges that are `kept` of
    an earlier check, and whose bytes are the same, are not checked again; how many entries these have is marked.
    """
    count = _processes(ledger, total)
    if count < 2:
        return None
    stops, sizes = _stops(total, count), frozenset(wanted)
    key = IndexPass().state() if kept is None else dict(kept.key)
    *jobs, own = (
        RangeJob(ledger.path, start, stop, sizes, key, files, kept is not None and stop - start >= STEP)
        for start, stop in zip([0, *stops], stops, strict=False)
    )
    found = {} if kept is None else _found(ledger, jobs, kept)
    known = sum(each.stop - each.start for each in found.values())
    works = _Works(found, kept, _Told(progress, total, known, count))
    last = RangePass(ledger, own)
    pool = ProcessPoolExecutor(count - 1, mp_context=get_context("spawn"), initializer=end_without_words)
    try:
        works.hand_out(pool, jobs)
        ended = last.check(works.told.own)
        if ended is not None:
            works.help()
            works.wait()
    except (*FAULTS, BrokenExecutor):
        return None
    finally:
        pool.shutdown(cancel_futures=True)
    if ended is None or len(found) < len(jobs) or not _join([*(found[job.start] for job in jobs), ended], last):
        return None
    if known:
        last.report.marks[AGAIN] += known
    return last


def _found(ledger: Ledger, jobs: Iterable[RangeJob], kept: EarlierRanges) -> dict[int, CheckedRange]:
    """By its start each range that is kept and whose bytes are the same."""
    found = ((job.start, kept.find(ledger, job.start, job.stop, job.wanted)) for job in jobs)
    return {start: each for start, each in found if each is not None}


class _Works:
    """The ranges that others check, and what they came to; `found` has by its start each that is whole."""

    def __init__(self, found: dict[int, CheckedRange], kept: EarlierRanges | None, told: "_Told") -> None:
        self._found, self._kept, self.told = found, kept, told
        self._waiting: dict[Future[CheckedRange | None], RangeJob] = {}
        self._works: dict[int, RangeJob] = {}

    def hand_out(self, pool: ProcessPoolExecutor, jobs: Iterable[RangeJob]) -> None:
        """Has the pool check what is not found yet; what it ends is kept at once."""
        for job in jobs:
            if job.start not in self._found:
                self._works[job.start] = job
                work = pool.submit(check_range, job)
                self._waiting[work] = job
                work.add_done_callback(self._ended)

    def help(self) -> None:
        """Checks here, from behind, what nobody has begun; stops at what is not whole."""
        for work, job in reversed(self._waiting.items()):
            if work.cancel() and not self._take(check_range(job)):
                return

    def wait(self) -> None:
        """Until all is ended, or something is not whole."""
        for work in self._waiting:
            if not work.cancelled() and work.result() is None:
                return
            self.told.tell()

    def _ended(self, work: Future[CheckedRange | None]) -> None:
        if not work.cancelled() and work.exception() is None:
            self._take(work.result())

    def _take(self, ended: CheckedRange | None) -> bool:
        if ended is None:
            return False
        self._found[ended.start] = ended
        self.told.done += ended.stop - ended.start
        if self._kept is not None and self._works[ended.start].kept:
            self._kept.add(ended)
        return True


class _Told:
    """How many entries are checked, of all ranges together; it never says less than before."""

    def __init__(self, progress: Callable[[int, int], None] | None, total: int, known: int, count: int) -> None:
        self._progress, self._total, self._count = progress, total, count
        self.done, self._own, self._last = known, 0, 0

    def own(self, done: int) -> None:
        """So many of the last range."""
        self._own = done
        self.tell()

    def tell(self) -> None:
        """Others run beside the last range, about as fast, and are counted when they have ended."""
        if self._progress is not None:
            self._last = max(self._last, min(self._total, max(self.done + self._own, self._own * self._count)))
            self._progress(self._last, self._total)


def _stops(total: int, count: int) -> list[int]:
    """Where ranges end: of a small ledger one for each process, else at the same places however the ledger grows."""
    if total < 2 * STEP:
        return [total * number // count for number in range(1, count + 1)]
    return [*range(STEP, total - STEP // 2, STEP), total]


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
