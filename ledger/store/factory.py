"""The persistence factory that the library's application is built from."""

from typing import Any

from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteFactory

from ledger.store.connection import LedgerDatastore
from ledger.store.recorder import LedgerRecorder


class LedgerFactory(SQLiteFactory):
    """The library's SQLite factory with our datastore and recorder."""

    application_recorder_class: type[SQLiteApplicationRecorder] = LedgerRecorder

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        given = self.datastore
        self.datastore = LedgerDatastore(
            given.pool.db_name, lock_timeout=given.pool.lock_timeout, originator_id_type="text"
        )
        given.close()
