"""Ledgers of a directory that a server holds open, with those that they continue, and which file each came from."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ledger.application import Ledger
from ledger.before import open_before
from ledger.errors import Incomplete
from ledger.home.directory import Home
from projections.views.agreement import agrees
from projections.views.rows import former_kind
from projections.views.view_store import Views


@dataclass(frozen=True, slots=True)
class OpenedLedger:
    """A ledger that is open for many readers, and which file it was opened from."""

    ledger: Ledger
    origin: str
    fingerprint: str
    file: tuple[int, int]
    before: tuple[Ledger, ...] = ()
    """The ledgers that it continues, as far as they are at hand, its own predecessor first."""

    def close(self) -> None:
        """Closes it and those before it."""
        for each in (self.ledger, *self.before):
            each.close()

    def named(self, kind: str) -> Iterator[tuple[str, "OpenedLedger"]]:
        """It and those before it, each by what addresses call it."""
        yield kind, self
        for number, each in enumerate(self.before, 1):
            yield former_kind(kind, number), OpenedLedger(each, each.origin, each.fingerprint, self.file)


def check_agreement(views: Views, opened: OpenedLedger) -> None:
    """The views were computed from this ledger. Raises Incomplete."""
    if not agrees(views, opened.ledger, opened.before):
        raise Incomplete(
            "the views were computed from other entries than {} has; rebuild them with: zeren views rebuild",
            opened.origin,
        )


def open_of(home: Home, kind: str, file: tuple[int, int]) -> OpenedLedger:
    """The ledger of this kind, opened for reading, with those that it continues. Raises as `Home.open`."""
    ledger = home.open(kind)
    try:
        with ExitStack() as stack:
            before = open_before(ledger, stack)
            stack.pop_all()  # they are closed with it
    except BaseException:
        ledger.close()
        raise
    return OpenedLedger(ledger, ledger.origin, ledger.fingerprint, file, before)


NO_FILE = (0, 0)


def file_of(path: Path | str) -> tuple[int, int]:
    """Which file stands at the path, by device and inode; NO_FILE for none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked at every request
    except FileNotFoundError:
        return NO_FILE
    return found.st_dev, found.st_ino
