"""How SQLite runs the shared statements: as its own table and row number have it, each time by an index."""

import pytest

from ledger.store.sqlite.dialect import in_sqlite


@pytest.mark.parametrize(
    ("shared", "own"),
    [
        ("e.position = ?", "e.rowid = ? + 1"),
        ("e.position >= ? AND e.position < ?", "e.rowid >= ? + 1 AND e.rowid < ? + 1"),
        ("JOIN entries e ON e.position = s.position", "JOIN stored_events e ON e.rowid = s.position + 1"),
        ("JOIN bodies b ON b.position = e.position", "JOIN bodies b ON b.position = e.rowid - 1"),
        ("SELECT e.position AS position FROM entries e", "SELECT e.rowid - 1 AS position FROM stored_events e"),
        ("ORDER BY e.position DESC", "ORDER BY e.rowid DESC"),
        ("e.stream = ? AND e.version > ?", "e.originator_id = ? AND e.originator_version > ?"),
        ("e.type LIKE 'key.%'", "e.topic GLOB 'key.*'"),
        ("SELECT s.position FROM subjects s WHERE s.position < ?", None),
        ("e.recorded_at, e.previous, e.leaf_hash, e.entry", None),
    ],
)
def test_what_is_shared_in_the_words_of_sqlite(shared: str, own: str | None) -> None:
    """Only what the table of entries calls otherwise is put otherwise."""
    assert in_sqlite(shared) == (own or shared)
