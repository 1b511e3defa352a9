"""Rows that were checked, kept until they are written: a file is read once, however long it is.

They lie in a file without a name in the ledger's own directory, readable by nobody else and gone with the process; a
short one stays in memory. It is written and read by this process alone.
"""

import pickle
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.core.carried import AskedPerson
from ledger.events.base import Payload

IN_MEMORY = 8_000_000
"""Bytes that are kept in memory before a file is made."""


class Staged:
    """Payloads with the numbers of their rows, in order; made by `staging`."""

    def __init__(self, file: tempfile.SpooledTemporaryFile[bytes]) -> None:
        self._file, self._count = file, 0
        self._numbers = array("L")
        self._replaced: dict[int, tuple[Payload, ...]] = {}

    def add(self, number: int, payloads: tuple[Payload, ...], asked: tuple[AskedPerson, ...] = ()) -> None:
        """Keeps what is written of a row; with `asked` it waits as a draft."""
        pickle.dump((number, payloads, asked), self._file, pickle.HIGHEST_PROTOCOL)  # each by itself: see `rows`
        self._count += 1
        self._numbers.append(number)

    def replace(self, number: int, payloads: tuple[Payload, ...]) -> None:
        """Has these written of a row in the place of what was kept; none leaves it out."""
        self._replaced[number] = payloads

    @property
    def last(self) -> int:
        """The last row of which anything is written; 0 where there is none."""
        return next((number for number in reversed(self._numbers) if self._replaced.get(number) != ()), 0)

    def rows(self) -> Iterator[tuple[int, tuple[Payload, ...]]]:
        """(number, what is written) of every row that was kept and waits for nobody, from the first."""
        yield from ((number, payloads) for number, payloads, asked in self._kept() if not asked)

    def drafts(self) -> Iterator[tuple[int, tuple[Payload, ...], tuple[AskedPerson, ...]]]:
        """(number, the record, who is asked) of every row that waits, from the first."""
        yield from ((number, payloads, asked) for number, payloads, asked in self._kept() if asked)

    def _kept(self) -> Iterator[tuple[int, tuple[Payload, ...], tuple[AskedPerson, ...]]]:
        self._file.seek(0)
        for _ in range(self._count):  # what one row refers to, it holds: nothing is remembered from the one before
            number, payloads, asked = pickle.load(self._file)  # noqa: S301 - our own bytes in a file that has no name
            if payloads := self._replaced.get(number, payloads):
                yield number, payloads, asked


@contextmanager
def staging(directory: Path) -> Iterator[Staged]:
    """A place to keep rows in, beside the ledger, until the block ends."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY, "w+b", dir=str(directory)) as file:
        yield Staged(file)
