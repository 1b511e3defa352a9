"""Opening the store that an address names: today always an SQLite file."""

from ledger.store.sqlite.connection import LedgerDatastore
from ledger.store.sqlite.sqlite_store import SQLiteStore
from ledger.store.store_protocol import Store


def open_store(address: str) -> Store:
    """The store at an address (of SQLite: a URI or a path), whose connections are made as they are needed."""
    return SQLiteStore(LedgerDatastore(address, originator_id_type="text"))
