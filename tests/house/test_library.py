"""What of the eventsourcing library is used beyond its promises: it is there, and touched in one module."""

import re
import sqlite3
from importlib.metadata import version
from pathlib import Path

import pytest

from ledger.store.sqlite.connection import StoreDatastore
from ledger.store.sqlite.library import TOUCHED, Pool, driver, driver_cursor

ROOT = Path(__file__).parents[2]
ONE = ROOT / "ledger" / "store" / "sqlite" / "library.py"


@pytest.mark.parametrize(("thing", "name"), [(thing, name) for thing, names in TOUCHED.items() for name in names])
def test_the_library_has_what_is_touched(thing: str, name: str) -> None:
    """A version of the library that takes a member away is named here, before anything else fails of it."""
    datastore = StoreDatastore(":memory:")
    with datastore.get_connection(commit=False) as connection:
        found = {"connection": connection, "cursor": connection.cursor(), "pool": datastore.pool}[thing]
        assert hasattr(found, name), (
            f"eventsourcing {version('eventsourcing')} has no {type(found).__name__}.{name} any more: "
            f"mend {ONE.relative_to(ROOT)}, the only module that touches it"
        )
    datastore.close()


def test_what_is_touched_is_what_it_is_taken_for() -> None:
    """The driver's connection and cursor are SQLite's own, of one connection; a writer's turn is one at a time."""
    datastore = StoreDatastore(":memory:")
    assert isinstance(datastore.pool, Pool)
    with datastore.get_connection(commit=True) as connection:
        assert driver_cursor(connection.cursor()).connection is driver(connection)
        assert (datastore.pool._num_writers, datastore.pool._writer_lock.locked()) == (1, True)
    assert (datastore.pool._num_writers, datastore.pool._writer_lock.locked()) == (0, False)
    datastore.close()


def test_a_statement_is_compiled_once(tmp_path: Path) -> None:
    """Statements that alternate stay prepared: the authoriser, whom SQLite asks as it compiles, is not asked again."""
    datastore = StoreDatastore(str(tmp_path / "one.db"))
    asked: list[object] = []

    def noted(*said: object) -> int:
        asked.append(said)
        return sqlite3.SQLITE_OK

    with datastore.get_connection(commit=False) as connection:
        driver(connection).set_authorizer(noted)
        cursor, counts = connection.cursor(), []
        for number in range(4):
            for column in "abc":
                cursor.execute(f"SELECT ? AS {column}", (number,))
            counts.append(len(asked))
    datastore.close()

    assert counts[0] > 0
    assert counts[1:] == counts[:1] * 3


def test_no_other_module_touches_it() -> None:
    """In ledger, api and cli the names stand in that module alone."""
    private = re.compile(rf"\b({'|'.join(name for names in TOUCHED.values() for name in names)})\b")
    for package in ("ledger", "api", "cli"):
        for path in (ROOT / package).rglob("*.py"):
            if path != ONE:
                assert not private.findall(path.read_text(encoding="utf-8")), path
