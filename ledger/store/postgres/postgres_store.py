"""The store of one ledger on a PostgreSQL server.

An append is compare and swap: what it reads is one snapshot (REPEATABLE READ), what it puts goes in under an advisory
lock that is held from there to the commit, and who was overtaken meanwhile finds the position taken. No lock is held
while anything is signed or typed; who was overtaken three times in a row takes the lock from the first read on.

Long because it is one store, act by act as the protocol has them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeVar

import psycopg

from ledger.clock import Clock, CorrectingClock, SystemClock, now
from ledger.core.encoding import b64encode
from ledger.core.merkle import leaf_hash
from ledger.core.seal_map import HeadProof
from ledger.errors import (
    BadInput,
    Busy,
    Contradicted,
    Incomplete,
    Invalid,
    NoLedger,
    NoPermission,
    ProofInvalid,
    Refused,
    Unusable,
    ZerenError,
)
from ledger.placement import SEALS
from ledger.store.held_store import HeldStore, State
from ledger.store.pointer import ServerAddress
from ledger.store.postgres.putting import APPEND, columns
from ledger.store.postgres.server import Connection, Server
from ledger.store.postgres.server_dialect import in_postgres
from ledger.store.postgres.server_faults import explain, first_line
from ledger.store.postgres.server_raw import ServerRows
from ledger.store.sealed_heads import (
    UNFIT,
    checked_paths,
    derived_heads,
    fill_from_index,
    is_sealed,
    move_by_index,
    roots_since,
)
from ledger.store.sqlite.head_map import HeadMap
from ledger.store.sqlite.kept_map import KeptMap
from ledger.store.sqlite.scratch import rising
from ledger.store.store_protocol import Signed

T = TypeVar("T")
RACES = 3
"""How often an append is overtaken before it takes the lock first."""
DRIFT = timedelta(minutes=2)
"""How far this machine's clock may be off the server's."""
LOOKED_UP = 10.0
"""Seconds for which a commit without an answer is looked up: a server comes back, or a standby takes over."""
_LOCK = 1919907438
"""The advisory locks of ledgers: this number and the ledger's."""
_MOVED = ("23505", "40001")
_NUMBERS = count()


@dataclass(slots=True, kw_only=True)
class _State(State):
    """A state, by its connection."""

    connection: Connection
    overtaken: bool = False
    put: tuple[int, bytes] | None = None
    """Position and leaf hash of the last entry that was put in."""
    clock: tuple[datetime, float] | None = None
    """The server's time, and this machine's steady one at that moment, once it was asked for."""


class PostgresStore(HeldStore[_State]):
    """A ledger on a server."""

    def __init__(self, address: ServerAddress, *, read_only: bool = False, heads: Path | None = None) -> None:
        """`heads`: the file in which the map of heads is kept from one process to the next, where one may write it."""
        super().__init__(ServerRows(self.rows, self.each, rising), address.place)
        self.address = address
        self.server = Server(address, read_only=read_only)
        self._ledger: int | None = None
        self._new = False
        self._lost = 0
        self._map = KeptMap(heads)
        self._one = Lock()
        """One thread at a time asks the map."""

    def create(self) -> None:
        """A ledger that is not there yet: it is founded with its first entry."""
        self._new = True

    def close(self) -> None:
        """Closes every connection."""
        self.server.close()
        self._map.close()

    def check(self, *, new: bool = False, whole: bool = True) -> None:
        """The ledger is there and the schema that of this version, or (`new`) no ledger of its origin is there yet.

        Raises NoLedger, BadInput, Invalid or another fault of the server.
        """
        if new:
            with self.server.connection():
                return
        self.ledger()
        known, first = self.address.fingerprint, self.entry(0)
        if known and (first is None or b64encode(leaf_hash(first[0])) != known):
            raise Contradicted(
                "{} is not the ledger that it was: its first entry is another one than this folder has known since it "
                "joined; find out who put it there",
                self.address.place,
            )
        for fault in self.raw.schema_faults() if whole else ():
            raise Invalid("{}: {}; somebody changed it: check it with: zeren verify", self.address.place, fault)

    # --- which ledger ---

    def ledger(self) -> int:
        """Its number on the server; 0 before it is founded. Raises NoLedger, or BadInput where there are several."""
        if self._ledger is None:
            if self._new:
                return 0
            found = self._named()
            if not found:
                raise NoLedger("{} has no {} ledger that this login may read", self.address.place, self.address.kind)
            self._ledger = int(found[0][0])
        return self._ledger

    def _named(self) -> list[Any]:
        """(number, origin) of the one ledger that the address names, if it is there. Raises BadInput for several."""
        with self._connected() as connection:
            found = connection.execute(
                "SELECT x.id, x.origin FROM zeren.ledgers x WHERE x.kind = %s AND %s IN ('', x.origin)"
                " ORDER BY x.origin",
                (self.address.kind, self.address.origin),
            ).fetchall()
        if len(found) > 1:
            names = ", ".join(row[1] for row in found[:5])
            raise BadInput("{} has several ledgers; name one by ?organ=ORIGIN: {}", self.address.place, names)
        return found

    def origin(self) -> str | None:
        """The origin of its ledger; None where there is none that this login may read."""
        found = self._named()
        return str(found[0][1]) if found else None

    # --- states ---

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """A connection; that of the state that this thread holds, where it holds one."""
        state = self._state()
        if state is None:
            with self.server.connection() as connection:
                yield connection
            return
        try:
            yield state.connection
        except psycopg.Error as error:
            raise explain(error, self.address.place) from error

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a shared statement on one consistent state."""
        words = in_postgres(statement, self.ledger())
        with self._connected() as connection:
            return connection.execute(words, _bindable(values)).fetchall()

    def each(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a statement page by page, so that memory does not grow with them."""
        words = in_postgres(statement, self.ledger())
        with self.holding(), self._connected() as connection, connection.cursor(f"each{next(_NUMBERS)}") as cursor:
            cursor.itersize = 5000
            yield from cursor.execute(words, _bindable(values))

    @contextmanager
    def _to_read(self) -> Iterator[_State]:
        self.ledger()
        with self.server.connection() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield _State(connection=connection)
            finally:
                _roll_back(connection)

    @contextmanager
    def _to_append(self) -> Iterator[_State]:
        ledger = self.ledger()
        with self.server.connection() as connection:
            try:
                if self._lost >= RACES:  # READ COMMITTED: what is read after the lock is what stands under it
                    connection.execute("BEGIN; SET LOCAL idle_in_transaction_session_timeout = '5s'")
                    connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_LOCK, ledger))
                else:
                    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
                state = _State(connection=connection, writes=True)
                yield state
                self._commit(state)
            finally:
                _roll_back(connection)

    def _commit(self, state: _State) -> None:
        """Commits. A commit whose answer did not come is looked up by the entry's own hash: it is in, or it is not.

        Raises Unusable where it is not, Incomplete where nobody can tell, or where no standby has confirmed it.
        """
        if state.overtaken:
            state.connection.execute("ROLLBACK")
            return
        said: list[str] = []

        def hear(diagnostic: psycopg.errors.Diagnostic) -> None:
            said.append(diagnostic.message_primary or "")

        state.connection.add_notice_handler(hear)
        try:
            state.connection.execute("COMMIT")
        except psycopg.Error as error:
            if state.put is None or not state.connection.closed:
                raise
            self._look_up(*state.put, error)
        finally:
            state.connection.remove_notice_handler(hear)
        if state.put is not None:
            self._lost = 0
        if said:  # of an entry, or of a note that is about to leave
            self._confirm(state)

    def _look_up(self, position: int, leaf_hash: bytes, error: psycopg.Error) -> None:
        """Whether what was put in is on record, though its commit ended with an error. Raises where it is not."""
        begun = monotonic()
        while True:
            try:
                found = self.leaf_hash(position)
                break
            except (Unusable, Busy) as unreached:
                if monotonic() - begun >= LOOKED_UP:
                    raise Incomplete(
                        "the connection to {} was lost while entry {} was committed ({}); whether it is on record "
                        "cannot be told now ({}): look with zeren entries before you repeat the command",
                        *(self.address.place, position, first_line(error), unreached),
                    ) from None
                sleep(0.2)
        if found != leaf_hash:
            raise explain(error, self.address.place)

    def _confirm(self, state: _State) -> None:
        """A warning in place of an answer is none: what is committed after it confirms it. Raises Incomplete."""
        said: list[str] = []

        def hear(diagnostic: psycopg.errors.Diagnostic) -> None:
            said.append(diagnostic.message_primary or "")

        state.connection.add_notice_handler(hear)
        try:
            state.connection.execute("SELECT zeren.confirm(%s)", (self._ledger,))
        except psycopg.Error as error:
            said.append(first_line(error))
        finally:
            with suppress(ValueError):
                state.connection.remove_notice_handler(hear)
        if said:
            raise Incomplete(
                "recorded on {}, but not confirmed by its standbys ({}); it may be lost with that server: look at the "
                "entry again before you rely on it",
                *(self.address.place, said[0]),
            )

    # --- time ---

    def timed(self, clock: Clock) -> Clock:
        """The server's clock, where the machine's was meant: one fast clock among many would drag the time of all."""
        return replace(clock, read=self._server_now) if isinstance(clock, SystemClock | CorrectingClock) else clock

    def _server_now(self) -> datetime:
        """The server's time, asked for once in an append. Raises Refused where this machine's is far off."""
        state = self._state()
        if state is None or not state.writes:
            with self.server.connection() as connection:
                return self._read_clock(connection)
        if state.clock is None:
            with self._connected() as connection:
                state.clock = self._read_clock(connection), monotonic()
        moment, since = state.clock
        return moment + timedelta(seconds=monotonic() - since)

    def _read_clock(self, connection: Connection) -> datetime:
        before, own = monotonic(), now()
        found = connection.execute("SELECT clock_timestamp()").fetchone()
        moment: datetime = (found or [own])[0].astimezone(UTC)
        off = abs(moment - own) - timedelta(seconds=monotonic() - before)
        if off > DRIFT:
            raise Refused(
                "this machine's clock says {:%Y-%m-%d %H:%M:%S} UTC, {} says {:%Y-%m-%d %H:%M:%S}; set the wrong one "
                "right: nothing is signed under a doubtful time",
                *(own, self.address.place, moment),
            )
        return moment

    # --- appending ---

    def put(self, expected: int, signed: Sequence[Signed]) -> int | None:
        """Puts entries in that were made for a slot of size `expected`; the new size, None where others were faster."""
        with self.writing():
            state = self._written()
            if state.size != expected:
                return None
            if self._ledger is None:
                self._found(state.connection, signed[0])
            try:
                state.connection.execute(APPEND, [self._ledger, expected, *columns(self, signed)])
            except psycopg.Error as error:
                if error.sqlstate not in _MOVED:
                    raise explain(error, self.address.place) from error
                self._lost, state.overtaken = self._lost + 1, True
                return None
            last = signed[-1].entry
            state.put = last.header.position, last.leaf_hash
            state.advance(last)
            return state.size

    def _found(self, connection: Connection, first: Signed) -> None:
        """The ledger that a genesis entry opens."""
        given = (first.entry.header.ledger, self.address.kind)
        if self.address.origin not in {"", given[0]}:
            raise Refused("the address names the ledger {}, not {}", self.address.origin, given[0])
        try:
            found = connection.execute("SELECT zeren.found(%s, %s)", given).fetchone()
        except psycopg.errors.UniqueViolation:
            raise Refused("{} has a ledger {} already", self.address.place, given[0]) from None
        self._ledger = int((found or [0])[0])

    # --- seals and checkpoints ---

    def heads_root(self, size: int | None = None, *, with_subjects: bool) -> tuple[int, bytes]:
        """(size, root of the map of heads), derived from the bytes of what follows the last seal below the size."""
        with self._one, self.holding():
            wanted = self.size() if size is None else size
            return wanted, self._map.use(partial(self._derived, size=wanted, with_subjects=with_subjects))

    def _derived(self, cached: HeadMap, reached: int, *, size: int, with_subjects: bool) -> tuple[bytes, int]:
        """The root at `size`; from where the map is said to be it goes seal by seal, each proved by the one before."""
        for seal in self.stream(SEALS, reached + 1, size) if reached else ():
            derived_heads(self.rows, cached, seal, with_subjects=with_subjects)
        return derived_heads(self.rows, cached, size, with_subjects=with_subjects)[0], size

    def roots_since(self, old: int, new: int, *, with_subjects: bool) -> tuple[bytes, bytes]:
        """The roots of the map at two sizes, from the kept map brought to the later one; from one made anew where that
        does not lead to the seal at `old`."""

        def ask(cached: HeadMap) -> tuple[bytes, bytes] | None:
            found = roots_since(self.rows, cached, old, new, with_subjects=with_subjects)
            return found if is_sealed(self.rows, old, found[0]) else None

        return self._asked(ask, new, with_subjects=with_subjects) or (b"", b"")

    def head_paths(
        self, keys: Iterable[bytes], size: int, root: bytes, *, with_subjects: bool
    ) -> Mapping[bytes, HeadProof]:
        """Checked paths, from the kept map brought to `size`, or from one made anew where that does not fit."""
        wanted = list(keys)
        return self._asked(lambda cached: checked_paths(cached, wanted, root), size, with_subjects=with_subjects)

    def _asked(self, ask: Callable[[HeadMap], T], size: int, *, with_subjects: bool) -> T:
        """What is asked of the map at `size` entries: of the kept one along what lies between, of one made anew where
        that answers nothing."""

        def act(cached: HeadMap, reached: int) -> tuple[T, int]:
            if reached:
                with suppress(*UNFIT, ProofInvalid):
                    move_by_index(self.rows, cached, reached, size, with_subjects=with_subjects)
                    found = ask(cached)
                    if found is not None:
                        return found, size
            cached.clear()
            fill_from_index(self.rows, cached, size, with_subjects=with_subjects)
            return ask(cached), size

        with self._one, self.holding():
            return self._map.use(act)

    def _keep(self, size: int, note: bytes) -> None:
        with self._connected() as connection:
            connection.execute("SELECT zeren.put_checkpoint(%s, %s, %s)", (self.ledger(), size, note))

    # --- the store as a whole ---

    def check_owner(self) -> None:
        """Refuse whoever does not own the ledgers of the server. Raises NoPermission."""
        with self.server.connection() as connection:
            found = connection.execute("SELECT zeren.owns()").fetchone()
        if not (found and found[0]):
            raise NoPermission("only the owner of the ledgers on {} moves one away from there", self.address.place)

    def moved(self, whither: str) -> None:
        """Keeps where the ledger went: the server refuses to append from now on."""
        with self.server.connection() as connection:
            connection.execute("SELECT zeren.moved(%s, nullif(%s, ''))", (self.ledger(), whither))

    def forget(self) -> bool:
        """Clears the pages that held it, where this login may; the server's log and copies hold it still: pending."""
        with suppress(ZerenError), self.server.connection() as connection:
            connection.execute("VACUUM (FREEZE) zeren.bodies")
        return False

    def fold(self) -> bool:
        """A commit has everything where others find it."""
        return True

    def prove_read_only(self) -> None:
        """This login may append to nothing. Raises Refused where it may."""
        with self.server.connection() as connection:
            statement = "SELECT zeren.may(%s, 'append') OR has_table_privilege('zeren.entries', 'INSERT')"
            found = connection.execute(statement, (self.ledger(),)).fetchone()
        if found is None or found[0]:
            raise Refused(
                "{} could be written to by the serving process; serve it by a login that only reads: zeren db grant",
                self.address.place,
            )

    def token(self) -> tuple[int, int, int]:
        """Equal to an earlier one while nothing was written."""
        found = self.rows(
            "SELECT coalesce((SELECT max(e.position) FROM entries e), -1) AS p,"
            " coalesce((SELECT max(k.size) FROM checkpoints k), -1) AS k, (SELECT count(*) FROM erasures x) AS x"
        )[0]
        return found[0], found[1], found[2]


def _bindable(values: Sequence[Any]) -> list[Any]:
    """PostgreSQL keeps no NUL in a text, so no text with one is found: it is asked for by one that is nowhere."""
    return [value.replace("\0", "\ufffe") if isinstance(value, str) else value for value in values]


def _roll_back(connection: Connection) -> None:
    """Ends what is left of a transaction."""
    with suppress(psycopg.Error):
        if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            connection.execute("ROLLBACK")
