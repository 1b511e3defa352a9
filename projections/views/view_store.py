"""The views database: rows and the position they were computed from, in one transaction per batch.

One `Views` joins any number of ledgers (a duty ledger, its case ledger, ...). The tracking row of each ledger, kept by
the eventsourcing library under the ledger's origin, tells how far it was read; notification id = position + 1.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.sqlite import SQLiteTrackingRecorder

from ledger.errors import BadInput, Damaged, Incomplete, Unfitting, ZerenError
from ledger.events.record import Recorded
from ledger.store.faults import lacks_tables
from ledger.store.sqlite.connection import StoreDatastore, database_uri, make_private
from projections.views.likeness_groups import Likeness
from projections.views.project import ProjectedBatch, join_former, join_ledger, project, project_former
from projections.views.rows import FormerLedger, LedgerRow, ledger_row, recorded_of
from projections.views.view_tables import STATEMENTS

MEMORY = ":memory:"


KEPT = 20_000
"""Decoded entries that are kept, so that memory does not grow with the ledger."""


class Decoded:
    """Entries as rows of the views were read, so that the next cut reads them no more; for several threads.

    An entry never changes, but for its texts, which can be erased: what is kept is given for the same row only.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], tuple[tuple[Any, ...], Recorded]] = {}
        self._lock = Lock()

    def get(self, ledger: LedgerRow, row: Any) -> Recorded:
        """The entry of a row of `records` with its texts."""
        key, stands = (ledger.id, row["position"]), (row["leaf_hash"], row["texts"], row["missing"])
        kept = self._kept.get(key)
        if kept is not None and kept[0] == stands:
            return kept[1]
        event = recorded_of(ledger, row)
        with self._lock:
            if len(self._kept) >= KEPT and key not in self._kept:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = stands, event
        return event


class ViewsDatastore(StoreDatastore):
    """A datastore that is no evidence: where it is damaged it is made anew."""

    ready = False
    """Whether the tables were made: until then the library asks for one of its own that may be missing."""

    def explain(self, error: Exception) -> ZerenError | None:
        """What a fault of the views means; None for one that the library itself deals with."""
        if isinstance(error, IntegrityError) and error.__cause__ is None:
            return Unfitting("another process brought the views up to date")  # told by the library's own comparison
        known = super().explain(error)
        if isinstance(known, BadInput | Damaged) or (self.ready and lacks_tables(error)):
            return Incomplete("the views are damaged; make them anew with: zeren views rebuild")
        return known


class Views(SQLiteTrackingRecorder):
    """The views of the joined ledgers. `marks`, by origin, say what answers from these ledgers have to say of them."""

    marks: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    decoded: "Decoded"
    """What was read of entries, for every cut through these views."""
    kept: dict[Hashable, object]
    """What was computed from them, for the cuts to come."""
    place: Path | None = None
    """The file in which they are kept, and may be written; None where they last as long as this process."""
    here: dict[Hashable, Any] | None = None
    """What was computed from the very state that is read, for other cuts through it; None where nobody tells of it."""

    def __init__(self, database: str | Path = MEMORY) -> None:
        if isinstance(database, Path):
            make_private(database)
            self.place = database
        datastore = ViewsDatastore(str(database))
        self.decoded, self.kept = Decoded(), {}
        self._likeness: dict[int, tuple[tuple[int | None, ...], Likeness]] = {}
        super().__init__(datastore)
        self.create_table()
        datastore.ready = True

    def construct_create_table_statements(self) -> list[str]:
        """The library's tracking table and ours."""
        return [*super().construct_create_table_statements(), *STATEMENTS]

    def apply(self, batch: Sequence[Recorded]) -> None:
        """Projects a batch of one ledger, in order of position, each event exactly once.

        Raises Unfitting, and changes nothing, where the views hold part of it already.
        """
        if not batch:
            return
        origin = batch[0].ledger
        with self.datastore.transaction(commit=True) as c:
            ledger = self._ledger(c, origin)
            likeness = self._likeness_of(c, ledger) if ledger is not None else None
            if ledger is None:
                ledger = join_ledger(c, batch[0])
                likeness = Likeness(ledger.id, new=True)
            written = ProjectedBatch(c, ledger, likeness)
            for event in batch:
                project(written, ledger, event)
            likeness = written.end()
            self._insert_tracking(c, Tracking(origin, batch[-1].position + 1))
            read = self._read(c, ledger)
        self._likeness[ledger.id] = read, likeness

    def apply_former(self, origin: str, former: FormerLedger, batch: Sequence[Recorded]) -> None:
        """The same of a ledger that this one, whose genesis entry was applied, continues."""
        with self.datastore.transaction(commit=True) as c:
            ledger = self._ledger(c, origin)
            if ledger is None:
                raise Incomplete("the views do not know the ledger {} yet", origin)
            likeness = self._likeness_of(c, ledger)
            if former not in ledger.former:
                ledger = join_former(c, ledger, former)
            written = ProjectedBatch(c, ledger, likeness)
            for event in batch:
                project_former(written, ledger, former, event)
            likeness = written.end()
            self._insert_tracking(c, Tracking(former.origin, batch[-1].position + 1))
            read = self._read(c, ledger)
        self._likeness[ledger.id] = read, likeness

    def _likeness_of(self, c: Any, ledger: LedgerRow) -> Likeness | None:
        """What was kept of a ledger's texts, where the views stand where this process left them."""
        read, kept = self._likeness.pop(ledger.id, (None, None))
        return kept if read == self._read(c, ledger) else None

    def _read(self, c: Any, ledger: LedgerRow) -> tuple[int | None, ...]:
        """How far a ledger and those that it continues are read."""
        return tuple(
            self._max_tracking_id(name, c) for name in (ledger.origin, *(each.origin for each in ledger.former))
        )

    def position(self, origin: str) -> int:
        """Number of entries of this ledger that the views contain."""
        return self.max_tracking_id(origin) or 0

    def last_leaf(self, origin: str, position: int) -> bytes | None:
        """Leaf hash of the last of so many entries of this ledger; None where the views do not contain it."""
        rows = self.select(
            "SELECT r.leaf_hash FROM ledgers l JOIN records r ON r.ledger = l.id WHERE l.origin = ? AND r.position = ?",
            (origin, position - 1),
        )
        return bytes(rows[0]["leaf_hash"]) if rows else None

    def ledgers(self) -> list[LedgerRow]:
        """The joined ledgers, in the order in which they were joined."""
        former: dict[int, list[Any]] = {}
        for row in self.select("SELECT * FROM continued ORDER BY ledger, first DESC"):
            former.setdefault(row["ledger"], []).append(row)
        return [ledger_row(row, former.get(row["id"], ())) for row in self.select("SELECT * FROM ledgers ORDER BY id")]

    def select(self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """The rows of a query, which is a transaction by itself."""
        with self.datastore.get_connection(commit=False) as connection:
            c = connection.cursor()
            c.execute(statement, parameters)
            return list(c.fetchall())

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A cursor on one consistent state of all tables."""
        with self.datastore.transaction(commit=False) as c:
            yield c

    def close(self) -> None:
        """Closes the database."""
        self.datastore.close()

    @staticmethod
    def _ledger(c: Any, origin: str) -> LedgerRow | None:
        c.execute("SELECT * FROM ledgers WHERE origin = ?", (origin,))
        row = c.fetchone()
        if row is None:
            return None
        c.execute("SELECT * FROM continued WHERE ledger = ? ORDER BY first DESC", (row["id"],))
        return ledger_row(row, c.fetchall())


class ReadOnlyViews(Views):
    """The same through connections that SQLite itself keeps from writing."""

    def __init__(self, database: Path) -> None:
        # The base would make its tables; these are there, or there is nothing to read.
        datastore = ViewsDatastore(database_uri(database, read_only=True))
        datastore.ready = True
        self.decoded, self.kept = Decoded(), {}
        SQLiteTrackingRecorder.__init__(self, datastore)


class Snapshot(Views):
    """The views inside one read transaction: what others apply meanwhile is not seen."""

    def __init__(self, views: Views, cursor: Any) -> None:
        # The base is not initialised: it would make tables, and this one only reads through the cursor it is given.
        self.datastore, self.decoded, self.kept = views.datastore, views.decoded, views.kept
        self._cursor = cursor

    def begin(self) -> None:
        """Fixes the state that is read: it is that of the first question."""
        self.select("SELECT 1 FROM tracking LIMIT 1")

    def select(self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """The rows of a query."""
        self._cursor.execute(statement, parameters)
        return list(self._cursor.fetchall())

    def position(self, origin: str) -> int:
        """Number of entries of this ledger that the views contain."""
        rows = self.select("SELECT notification_id FROM tracking WHERE application_name = ?", (origin,))
        return int(rows[0][0]) if rows else 0


class KnownViews(Views):
    """Views as they were when less was known: `position` tells of each ledger how many entries were."""

    def __init__(self, select: Callable[..., list[Any]], position: Callable[[str], int]) -> None:
        # The base is not initialised: it would open a database, and this one only reads what another one holds.
        self.decoded, self.kept = Decoded(), {}
        self._select, self._position = select, position

    def select(self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """The rows of a query."""
        return self._select(statement, parameters)

    def position(self, origin: str) -> int:
        """Number of entries of this ledger that are known."""
        return self._position(origin)
