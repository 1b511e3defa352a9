"""A check of a whole ledger in one pass and by ranges: the same report, word for word."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import fields
from typing import Any
from unittest.mock import patch

import ledger.verify
from ledger.application import Ledger
from ledger.errors import Damaged
from ledger.verify import LedgerReport, joining


class InPlace:
    """An executor that does at once, in this process, what it is given."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.given: list[Any] = []

    def submit(self, function: Callable[[Any], Any], job: Any) -> Future[Any]:
        """Does it."""
        done: Future[Any] = Future()
        done.set_result(function(job))
        self.given.append(job)
        return done

    def shutdown(self, **_: Any) -> None:
        """Nothing is under way."""


@contextmanager
def by_ranges(count: int = 4, each: int = 2) -> Iterator[None]:
    """Within the block every ledger of twice `each` entries is checked in so many ranges."""
    with (
        patch.object(joining, "EACH", each),
        patch.object(joining, "cores", lambda: count),
        patch.object(joining, "ProcessPoolExecutor", InPlace),
    ):
        yield


def told(report: LedgerReport) -> dict[str, Any]:
    """What a report says, as it can be compared."""
    found = {item.name: getattr(report, item.name) for item in fields(report)}
    found["findings"] = [(each.severity, each.position, str(each.what)) for each in report.findings]
    found["not_checked"] = [str(each) for each in report.not_checked]
    return found


def verify_ledger(checked: Ledger, **options: Any) -> LedgerReport:
    """`ledger.verify.verify_ledger`, both ways where it has both, of one state whatever others write meanwhile."""
    if options.keys() & {"since", "interrupted", "save", "progress"}:
        return ledger.verify.verify_ledger(checked, **options)
    try:
        with checked.store.holding():
            return _both(checked, options)
    except Damaged:  # as the check itself does it: each part is read by itself
        return _both(checked, options)


def _both(checked: Ledger, options: dict[str, Any]) -> LedgerReport:
    report = ledger.verify.verify_ledger(checked, **options)
    with by_ranges():
        assert told(ledger.verify.verify_ledger(checked, **options)) == told(report)
    return report
