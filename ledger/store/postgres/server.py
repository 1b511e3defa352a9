"""Connections to a server: few, each used by one thread at a time, settled once; what they raise is told here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from threading import Lock
from typing import Any, ClassVar

import psycopg
from psycopg.rows import RowMaker

from ledger.errors import NoLedger, OtherVersion, Unusable
from ledger.store.pointer import ServerAddress, check_certificate
from ledger.store.postgres.server_faults import explain, unreached

FORMAT = 1
"""Of the schema."""
OLDEST = 150000
"""PostgreSQL's own number of the first version that is known to do."""
KEPT = 4
"""Idle connections that are kept at most."""
TIMEOUT = "10"
"""Seconds for a connection to be made, where the address does not say."""


class ServerRow(tuple[Any, ...]):
    """A row whose columns are found by number and by name."""

    __slots__ = ()
    names: ClassVar[dict[str, int]]

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self.names[key] if isinstance(key, str) else key)


@cache
def _row_class(names: tuple[str, ...]) -> type[ServerRow]:
    return type(
        "ServerRow", (ServerRow,), {"__slots__": (), "names": {name: number for number, name in enumerate(names)}}
    )


def by_name(cursor: psycopg.Cursor[Any]) -> RowMaker[Any]:
    """Makes rows of `ServerRow` for the columns of a cursor."""
    described = cursor.description
    made: Callable[[Sequence[Any]], Any] = tuple if described is None else _row_class(tuple(c.name for c in described))
    return made


Connection = psycopg.Connection[Any]


def _answers(given: Mapping[str, str]) -> bool:
    """Whether any of these servers lets us in, whatever it takes."""
    try:
        psycopg.connect(**{**given, "target_session_attrs": "any"}).close()  # type: ignore[arg-type]
    except psycopg.Error:
        return False
    return True


class Server:
    """The connections to one database. Raises the faults of `server_faults`."""

    def __init__(self, address: ServerAddress, *, read_only: bool) -> None:
        self.address, self.place, self.read_only = address, address.place, read_only
        self._idle: list[Connection] = []
        self._lock = Lock()
        self._closed = False

    def connect(self) -> Connection:
        """A new connection, to a server and a schema of a known version."""
        given = {"connect_timeout": TIMEOUT, "application_name": "zeren", **self.address.parameters}
        if "," in given.get("host", ""):
            given.setdefault("target_session_attrs", "prefer-standby" if self.read_only else "read-write")
        check_certificate(self.address)
        try:
            made = psycopg.connect(**given, autocommit=True, row_factory=by_name)  # type: ignore[arg-type]
        except psycopg.Error as error:
            if given.get("target_session_attrs") == "read-write" and _answers(given):
                raise Unusable(
                    "none of {} takes writes: a standby answers, its primary does not; when one has taken over, repeat "
                    "the command",
                    self.place,
                ) from None
            raise unreached(error, self.place) from None
        try:
            self._settle(made)
        except BaseException:
            made.close()
            raise
        return made

    def _settle(self, made: Connection) -> None:
        version = made.info.server_version
        if version < OLDEST:
            raise OtherVersion("{} is PostgreSQL {}; 15 or later is needed", self.place, version // 10000)
        try:
            made.execute("SET search_path = pg_catalog")
            if self.read_only:
                made.execute("SET default_transaction_read_only = on")
            here = made.execute("SELECT to_regprocedure('zeren.format()') IS NOT NULL").fetchone()
            found = made.execute("SELECT zeren.format()").fetchone() if here and here[0] else None
        except psycopg.Error as error:
            raise explain(error, self.place) from None
        if found is None:
            raise NoLedger("{} holds no ledgers yet; make it ready by: zeren db init", self.place)
        if found[0] != FORMAT:
            raise OtherVersion(
                "{} was made ready by another version of zeren (store version {}, this one has {}); use that version",
                *(self.place, found[0], FORMAT),
            )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection of this thread's until the block ends; afterwards it is kept where it is idle."""
        with self._lock:
            taken = self._idle.pop() if self._idle else None
        made = taken or self.connect()
        try:
            yield made
        except psycopg.Error as error:
            raise explain(error, self.place) from error
        finally:
            self._give_back(made)

    def _give_back(self, made: Connection) -> None:
        idle = not made.closed and made.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        with self._lock:
            kept = idle and not self._closed and len(self._idle) < KEPT
            if kept:
                self._idle.append(made)
        if not kept:
            with suppress(psycopg.Error):
                made.close()

    def close(self) -> None:
        """Closes what is idle; what is in use closes when it is given back."""
        with self._lock:
            self._closed, idle, self._idle = True, self._idle, []
        for each in idle:
            each.close()
