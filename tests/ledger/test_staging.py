"""Rows kept between check and writing: each comes back as it was, in memory that does not grow."""

import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.events.acts import TalkHeld
from ledger.importing import staging
from ledger.importing.staging import Staged

pytestmark = pytest.mark.long


def talk(number: int) -> TalkHeld:
    person = f"p-{number}"  # one object in two fields: what tells a row's own text from an earlier row's
    return TalkHeld(
        ref=f"T{number}",
        talker=person,
        counterpart=person,
        occurred_at=datetime(2024, 1, 2, tzinfo=UTC),
        text="x" * 900,
    )


def read_all(staged: Staged, count: int) -> None:
    for number, (row, payloads) in enumerate(staged.rows()):
        assert (row, payloads) == (number + 2, (talk(number),))
        count -= 1
    assert count == 0


def test_each_row_comes_back_as_it_was(tmp_path: Path) -> None:
    """Whatever rows share within themselves or with others, in memory or in a file, and as often as they are read."""
    for size in (10, 20_000):
        with staging.staging(tmp_path) as staged:
            for number in range(size):
                staged.add(number + 2, (talk(number),))
            read_all(staged, size)
            read_all(staged, size)
    assert list(tmp_path.iterdir()) == []


def test_rows_in_a_file_fill_no_memory(tmp_path: Path) -> None:
    """Twice the rows take no more memory, neither when they are kept nor when they are read."""
    peaks = []
    for size in (12_000, 24_000):
        with staging.staging(tmp_path) as staged:
            tracemalloc.start()
            for number in range(size):
                staged.add(number + 2, (talk(number),))
            read_all(staged, size)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert peaks[1] < peaks[0] + 200_000


def test_what_was_decided_later_takes_the_place_of_a_row(tmp_path: Path) -> None:
    """Several entries for one row, or none; the last row is the last of which anything is written."""
    with staging.staging(tmp_path) as staged:
        for number in range(4):
            staged.add(number, (talk(number),))
        staged.replace(1, (talk(7), talk(8)))
        staged.replace(3, ())
        assert [(row, len(payloads)) for row, payloads in staged.rows()] == [(0, 1), (1, 2), (2, 1)]
        assert staged.last == 2
