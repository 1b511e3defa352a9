"""The recorder: chains, signs and inserts entries inside one transaction per append.

Under the lock (`BEGIN IMMEDIATE`) the head is read once; what is proposed, decided and drafted is so on the state that
it is written to. The recorder fixes position, time and running numbers, builds body and entry, asks the key book
whether these signers may write it, signs, verifies every line, and inserts. Only computation: keys are unlocked before.
A fork is impossible by schema (`previous` is unique), positions are head + 1.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import local
from typing import Any

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder

from ledger.checks import admits
from ledger.checks.consents import check_carried, check_recorded, consent_text
from ledger.checks.keybook import KeyBook
from ledger.checks.log_keys import check_head
from ledger.checks.subjects import Subject, number_subjects
from ledger.checks.times import check_anchor_checkpoint, open_token
from ledger.core.body import Body, body_of, disclose, format_body, is_carried_name, parse_body
from ledger.core.carried import Carried, read_carried
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.entry import NO_PREVIOUS, Entry, Header, SignerId, parse_entry, sign_entry
from ledger.core.keys import Signer
from ledger.core.merkle import EMPTY_ROOT, GetHash
from ledger.core.note import parse_note
from ledger.core.tiles import WIDTH, Tile, completed_tiles, decode_tile, encode_tile, get_from_tiles, tile_root
from ledger.errors import Conflict, Damaged, Incomplete, Invalid, Refused
from ledger.events.base import Payload
from ledger.events.lists import check_listed, latest_list
from ledger.events.records import ConsentRecorded, TextErased
from ledger.events.trust import AnchorRecorded, ClockCorrected, LogKeyConfirmed, Sealed
from ledger.store.connection import LedgerDatastore
from ledger.store.derived import derived_root, drafted_before, last_number, last_version, read_entry
from ledger.store.heads import derived_heads
from ledger.store.mapper import Draft, pack, recorded
from ledger.store.schema import APPLICATION_ID, VERSION, statements, topics_are

_READ = (
    "SELECT e.rowid, e.originator_id, e.originator_version, e.topic,"
    " CAST(e.entry AS BLOB) AS entry, CAST(b.body AS BLOB) AS body"  # whatever its owner made of the columns
    " FROM stored_events e JOIN bodies b ON b.position = e.rowid - 1"
)
TOKEN_SLACK = timedelta(minutes=5)
"""How far a token's time may lie ahead of the machine's clock."""
MakeCheckpoint = Callable[[int, GetHash, tuple[int, bytes] | None], bytes]
"""(size, subtree hashes, size and note of the last checkpoint) -> the note to store."""
_BOOKED = ("ledger.opened/1", "format.adopted/1", "policy.adopted/1", "anchor.recorded/1")
"""What the book of keys reads beside `key.*`."""
MAX_BATCH = 1000
"""Entries per transaction at most, so that other writers get their turn."""


@dataclass(slots=True)
class Appending:
    """What an append needs beside the drafts; `signers` per event, the author first."""

    signers: Sequence[Sequence[Signer]]
    payloads: Sequence[Payload]
    origin: str
    """Origin of the ledger; only genesis names one that is not on record yet."""
    entries: list[Entry] = field(default_factory=list)
    """Filled by the recorder: the entries written."""


@dataclass(slots=True)
class _State:
    """A state of the ledger that a thread holds, to read or to append: its cursor, and the head that it has reached."""

    cursor: sqlite3.Cursor
    size: int
    leaf_hash: bytes = NO_PREVIOUS
    recorded_at: datetime | None = None
    writes: bool = False
    counts: dict[Subject, int] = field(default_factory=dict)
    """Entries about each subject met in this transaction."""

    @classmethod
    def at_head(cls, c: sqlite3.Cursor, *, writes: bool) -> "_State":
        """The state that this cursor's transaction sees; its head as the last entry's own bytes say it."""
        row = c.execute("SELECT * FROM stored_events ORDER BY rowid DESC LIMIT 1").fetchone()
        if row is None:
            return cls(c, 0, writes=writes)
        last = read_entry(row)
        return cls(c, last.header.position + 1, last.leaf_hash, last.header.recorded_at, writes)

    def count(self, subject: Subject) -> int:
        """Entries about a subject, the one that is being made among them."""
        known = self.counts.get(subject)
        if known is None:
            known = last_number(self.cursor, subject)
        self.counts[subject] = known + 1
        return known


class LedgerRecorder(SQLiteApplicationRecorder):
    """The application recorder of one ledger in one SQLite database."""

    def __init__(self, datastore: LedgerDatastore, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name)
        self.keybook = KeyBook()
        self.keybook_size = 0
        self.notices: list[Incomplete] = []
        """What was mended on the way, to be told."""
        self._held = local()  # `state`: the state that a thread holds
        self.now: Callable[[datetime | None], datetime] = _no_clock
        self.new_salt: Callable[[], bytes] = _no_salt

    def construct_create_table_statements(self) -> list[str]:
        """Our tables instead of the library's."""
        return [
            *statements(),
            f"PRAGMA application_id = {APPLICATION_ID}",
            f"PRAGMA user_version = {VERSION}",
        ]

    # --- append ---

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, appending: Appending | None = None, **_: Any
    ) -> Sequence[int]:
        """Appends drafts as signed entries, all or none. Raises Refused, Conflict, or a fault of the store."""
        if appending is None:
            raise TypeError("entries are appended with their signers")
        if len(stored_events) > MAX_BATCH:
            raise ValueError(f"at most {MAX_BATCH} entries per transaction")
        try:
            with self.writing() as write:
                self._catch_up_keys(write.cursor, write.size)
                for draft, payload, signers in zip(stored_events, appending.payloads, appending.signers, strict=True):
                    if not isinstance(draft, Draft):
                        raise TypeError("only drafts become entries")
                    appending.entries.append(self._append(write, draft, payload, signers, appending.origin))
        except BaseException:
            self.keybook, self.keybook_size = KeyBook(), 0  # it may have taken over what was rolled back
            raise
        return [entry.header.position + 1 for entry in appending.entries]

    def _append(self, write: _State, draft: Draft, payload: Payload, signers: Sequence[Signer], origin: str) -> Entry:
        c, position = write.cursor, write.size
        numbered = number_subjects(draft.subjects, write.count)
        body = body_of(
            [*draft.disclosures, *((name, disclose(name, value, self.new_salt())) for name, value in numbered)]
        )
        stream = str(draft.originator_id)
        header = Header(
            body=body.digest(),
            ledger=origin,
            position=position,
            previous=write.leaf_hash,
            recorded_at=self.now(write.recorded_at),
            signers=tuple(signer_id(signer, origin) for signer in signers),
            stream=f"{stream}n{position}" if stream.endswith("/") else stream,
            type=draft.topic,
            version=draft.originator_version,
        )
        self._check_version(c, header)
        if isinstance(payload, Sealed) and payload.size != position:
            raise Conflict("an entry was written while the seal was made; repeat the command")
        self._check_listed(header, payload, (name for name, _ in draft.disclosures))
        admits.check_admits(self.keybook, header, payload, draft.carried)
        if draft.carried:
            self._check_carried(write, header, payload, draft.carried, body)
        if isinstance(payload, ConsentRecorded):
            self._check_consent(c, header, payload, body)
        if isinstance(payload, AnchorRecorded):
            self._check_anchor(c, header, payload)
        if isinstance(payload, LogKeyConfirmed):
            checkpoint = self.keybook.confirming_checkpoint(payload, position)
            check_head(checkpoint, lambda size: Checkpoint(origin, size, tree_root(c, size)))
        in_force = self.keybook.keys_for(header, payload)
        for signer in signers:
            key = signer.verify_key
            if in_force.get((key.name, key.key_id)) != key:
                raise Refused(
                    "the key {}+{} is not in force in this ledger; enrol it first", key.name, key.key_id.hex()
                )
        entry = sign_entry(header, signers)
        self._insert(
            c,
            entry,
            format_body(body),
            numbered_subjects=[(s, n) for s, (_, n) in zip(draft.subjects, numbered, strict=True)],
            ref=payload.ref,
        )
        if isinstance(payload, TextErased):
            _erase(c, payload, position)
        self.keybook.apply(header, payload, draft.carried)
        self.keybook_size = write.size = position + 1
        write.leaf_hash, write.recorded_at = entry.leaf_hash, entry.header.recorded_at
        return entry

    def _check_listed(self, header: Header, payload: Payload, field_names: Iterable[str]) -> None:
        """The type and its fields are in the list in force: that of genesis, or the one adopted since."""
        types = latest_list() if header.position == 0 else self.keybook.types
        try:
            check_listed(types, payload.TYPE, field_names)
        except (Incomplete, Invalid) as error:
            latest = latest_list().number
            if types is None or types.number == latest:
                raise Refused("{}", error) from error
            raise Refused("{}; custodians adopt list {} by: zeren upgrade", error, latest) from error

    def _check_carried(self, write: _State, header: Header, payload: Payload, carried: Carried, body: Body) -> None:
        """The consents in an entry hold, and its draft was not recorded before; what cannot be checked is refused."""

        def leaf_at(position: int) -> bytes | None:
            row = write.cursor.execute(
                "SELECT leaf_hash FROM stored_events WHERE rowid = ?", (position + 1,)
            ).fetchone()
            return None if row is None else bytes(row["leaf_hash"])

        values, before = body.values(), write.recorded_at if isinstance(payload, ClockCorrected) else None
        try:
            read_carried(header.type, {name: value for name, value in values.items() if is_carried_name(name)})
            check_carried(self.keybook, header, payload, carried, values, body.digests, leaf_at, before)
        except Incomplete as error:
            raise Refused("{}", error) from error
        if carried.asked:
            known = [note.consent.after.position for note in carried.consents if note.consent.after is not None]
            if drafted_before(write.cursor, header.type, body, min(known, default=-1) + 1):
                raise Refused("this draft is on record already: a draft is recorded once")

    def _check_consent(self, c: sqlite3.Cursor, header: Header, payload: ConsentRecorded, body: Body) -> None:
        """The consent holds here and was not recorded before; one that cannot be checked is refused."""

        def entry_at(position: int) -> tuple[Entry, Body]:
            row = c.execute(f"{_READ} WHERE e.rowid = ?", (position + 1,)).fetchone()
            if row is None:
                raise Refused("there is no entry {} to refer to", position)
            return parse_entry(row["entry"]), parse_body(row["body"])

        where = "e.originator_id = ? AND e.topic = ?"
        rows = c.execute(f"{_READ} WHERE {where}", (header.stream, payload.TYPE)).fetchall()
        spent = {consent_text(parse_body(row["body"])) for row in rows}
        try:
            check_recorded(self.keybook, header, payload, body.digests, entry_at, spent)
        except Incomplete as error:
            raise Refused("{}", error) from error

    def _check_anchor(self, c: sqlite3.Cursor, header: Header, anchor: AnchorRecorded) -> None:
        """The checkpoint is a head of this ledger, the token verifies and its time is not still to come."""

        def head_at(size: int) -> Checkpoint:
            return Checkpoint(header.ledger, size, tree_root(c, size))

        signed = check_anchor_checkpoint(anchor, header.position, self.keybook.log_key, head_at)
        time = open_token(anchor, signed, self.keybook.policy).time
        if time is not None and time - header.recorded_at > TOKEN_SLACK:
            raise Refused("the token is of {:%Y-%m-%d %H:%M:%S} UTC, which is still to come; check the clocks", time)

    @staticmethod
    def _check_version(c: sqlite3.Cursor, header: Header) -> None:
        if header.version != last_version(c, header.stream) + 1:
            raise Conflict("{} was changed by someone else meanwhile; look at it again and repeat", header.stream)

    @staticmethod
    def _insert(
        c: sqlite3.Cursor,
        entry: Entry,
        body: bytes,
        *,
        numbered_subjects: list[tuple[Subject, Any]],
        ref: str | None,
    ) -> None:
        header = entry.header
        position = header.position
        c.execute(
            "INSERT INTO stored_events VALUES (?,?,?,?,?,?,?,?)",
            (
                position + 1,
                header.stream,
                header.version,
                header.type,
                header.recorded_at.isoformat(),
                header.previous,
                entry.leaf_hash,
                entry.data,
            ),
        )
        c.execute("INSERT INTO bodies VALUES (?,?)", (position, body))
        c.executemany(
            "INSERT INTO subjects VALUES (?,?,?,?)",
            [(kind, id_, row[2], position) for (kind, id_), row in numbered_subjects],
        )
        if ref is not None:
            c.execute("INSERT INTO refs VALUES (?,?)", (ref, position))
        for tile in completed_tiles(position, position + 1):
            hashes = tile_hashes(c, tile.level, tile.index, WIDTH)
            c.execute(
                "INSERT INTO tiles VALUES (?,?,?,?)",
                (tile.level, tile.index, encode_tile(hashes), tile_root(hashes)),
            )

    # --- keys ---

    def _catch_up_keys(self, c: sqlite3.Cursor, size: int) -> None:
        """Folds the key entries that others wrote since the book was last brought up to date, up to this size."""
        if size == self.keybook_size:
            return
        rows = c.execute(
            f"{_READ} WHERE e.rowid > ? AND {topics_are(_BOOKED, keys=True)} ORDER BY e.rowid",
            (self.keybook_size,),
        ).fetchall()
        for row in rows:
            event = self._event(row)
            self.keybook.apply(*event)
        if self.keybook_size == 0:
            self._check_key_index(c)
        self.keybook_size = size

    def _check_key_index(self, c: sqlite3.Cursor) -> None:
        """The index by type knows as many entries about keys as that by stream: or one of them could hide a revocation.

        Two independent indexes of one table; `+topic` keeps the second question away from the first one's index.
        """
        by_type = c.execute("SELECT count(*) FROM stored_events WHERE topic GLOB 'key.*'").fetchone()[0]
        streams = "(originator_id >= 'key/' AND originator_id < 'key0') OR originator_id = 'ledger/main'"
        sql = f"SELECT count(*) FROM stored_events WHERE ({streams}) AND +topic GLOB 'key.*'"
        if by_type != c.execute(sql).fetchone()[0]:
            raise Damaged(
                "{} is damaged: its indexes do not agree about the keys; check it with: zeren verify",
                self.datastore.path,  # type: ignore[attr-defined]  # a LedgerDatastore
            )

    @staticmethod
    def _event(row: sqlite3.Row) -> tuple[Header, Payload, Carried]:
        entry = parse_entry(row["entry"])
        event = recorded(entry, parse_body(row["body"]))
        return entry.header, event.payload, event.carried

    def current_keys(self) -> KeyBook:
        """The key book at the head."""
        with self.reading() as c:
            self._catch_up_keys(c, self.size())
        return self.keybook

    def _state(self) -> _State | None:
        found: _State | None = getattr(self._held, "state", None)
        return found

    def size(self) -> int:
        """Number of entries, by the highest position; in an append those that it has made so far among them."""
        held = self._state()
        if held is not None:
            return held.size
        return int(self.rows("SELECT coalesce(max(rowid), 0) FROM stored_events")[0][0])

    # --- reading ---

    def select_events(
        self,
        originator_id: Any,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one stream, state packed from entry and body."""
        sql, values = f"{_READ} WHERE e.originator_id = ?", [originator_id]
        if gt is not None:
            sql, values = sql + " AND e.originator_version > ?", [*values, gt]
        if lte is not None:
            sql, values = sql + " AND e.originator_version <= ?", [*values, lte]
        sql += f" ORDER BY e.originator_version {'DESC' if desc else 'ASC'} LIMIT ?"
        return [_stored(row) for row in self.rows(sql, (*values, -1 if limit is None else limit))]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in order of position; notification id = position + 1."""
        first = (start or 0) + (0 if inclusive_of_start else 1)
        sql, values = f"{_READ} WHERE e.rowid >= ?", [first]
        if stop is not None:
            sql, values = sql + " AND e.rowid <= ?", [*values, stop]
        if topics:
            sql += f" AND e.topic IN ({','.join('?' * len(topics))})"
        rows = self.rows(f"{sql} ORDER BY e.rowid LIMIT ?", (*values, *topics, limit))
        return [
            Notification(
                id=row["rowid"],
                originator_id=row["originator_id"],
                originator_version=row["originator_version"],
                topic=row["topic"],
                state=pack(row["entry"], row["body"]),
            )
            for row in rows
        ]

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a query on one consistent state."""
        held = self._state()
        if held is not None:
            return held.cursor.execute(sql, values).fetchall()
        with self.reading() as c:
            return c.execute(sql, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Cursor]:
        """A cursor on one consistent state of the ledger; within `holding` or an append, on that one's own."""
        state = self._state()
        if state is None:
            with self.datastore.transaction(commit=False) as cursor:
                yield cursor.sqlite_cursor
            return
        try:
            yield state.cursor
        except sqlite3.Error as error:  # told here what it is, as outside
            known = self.datastore.explain(error) if isinstance(self.datastore, LedgerDatastore) else None
            if known is None:
                raise
            raise known from error

    @contextmanager
    def holding(self) -> Iterator[None]:
        """All reads of this thread until the block ends are of one state: for many small questions in a row."""
        if self._state() is not None:
            yield
            return
        with self.reading() as cursor:
            size = cursor.execute("SELECT coalesce(max(rowid), 0) FROM stored_events").fetchone()[0]  # fixes the state
            self._held.state = _State(cursor, size)
            try:
                yield
            finally:
                self._held.state = None

    @contextmanager
    def writing(self) -> Iterator[_State]:
        """The append lock, from the first read to the commit; all reads of this thread meanwhile are of its state.

        Within another `writing` it is that one, and commits with it. Raises Busy or another fault of the store.
        """
        held = self._state()
        if held is not None:
            if not held.writes:
                raise RuntimeError("a state that is held for reading is not written to")
            yield held
            return
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection._sqlite_conn.cursor()
            try:
                cursor.execute("BEGIN IMMEDIATE")
                self._held.state = state = _State.at_head(cursor, writes=True)
                yield state
                cursor.execute("COMMIT")
            finally:
                self._held.state = None
                if connection._sqlite_conn.in_transaction:
                    cursor.execute("ROLLBACK")

    def heads_root(self, *, with_subjects: bool) -> tuple[int, bytes]:
        """(size, root of the map of heads over all entries), derived from the bytes of what follows the last seal.

        A cached map that does not lead to the last seal is made anew from all entries, which `notices` tell.
        """
        with self.writing() as write:
            root, rebuilt = derived_heads(write.cursor, write.size, with_subjects=with_subjects)
        if rebuilt:
            self.notices.append(
                Incomplete("the cached map of heads was not that of the last seal; it was made anew from the entries")
            )
        return write.size, root

    def truncate_wal(self) -> bool:
        """Empties the write-ahead log, so that erased text lies in no file; False while a reader keeps it busy."""
        with self.datastore.get_connection(commit=True) as connection:
            raw = connection._sqlite_conn
            return bool(raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)

    def fold(self) -> bool:
        """Puts what the write-ahead log holds into the database's own file, so that a plain copy of it has every entry.

        Waits for nobody: False while a reader of an older state is in the way, this thread itself for one.
        """
        if self._state() is not None:
            return False
        with self.datastore.get_connection(commit=True) as connection:
            raw = connection._sqlite_conn
            busy, frames, folded = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return not busy and frames == folded

    def write_checkpoint(self, make: MakeCheckpoint) -> bytes:
        """The note that `make` signs under the append lock, stored durably unless one of its size is stored.

        The hashes that it gets were derived from the bytes of the entries. Raises Forked or ChainBroken.
        """
        with self.writing() as write:
            c, size = write.cursor, write.size
            self._catch_up_keys(c, size)
            last = c.execute("SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
            get = tree_hashes(c, size)
            derived_root(c, size, get, None if last is None else parse_checkpoint(parse_note(last["note"]).text))
            note = make(size, get, None if last is None else (last["size"], last["note"]))
            c.execute("INSERT OR IGNORE INTO checkpoints VALUES (?,?)", (size, note))
        return note


def _erase(c: sqlite3.Cursor, erased: TextErased, position: int) -> None:
    """Removes the named disclosures of the erased entry; its map, digest and every old proof stay."""
    target = erased.entry.position
    row = c.execute("SELECT body FROM bodies WHERE position = ?", (target,)).fetchone()
    body = parse_body(row["body"])
    gone = [name for name in erased.names if name not in body.disclosures]
    if gone:
        raise Refused("the text {} of entry {} is not held any more", gone[0], target)
    c.execute("INSERT INTO erasures VALUES (?,?)", (target, position))
    c.execute("UPDATE bodies SET body = ? WHERE position = ?", (format_body(body.without(erased.names)), target))


def tile_hashes(c: sqlite3.Cursor, level: int, number: int, width: int) -> list[bytes]:
    """The first `width` hashes of a tile, from leaf hashes (level 0) or from the roots of the tiles below."""
    first = number * WIDTH
    if level == 0:
        sql = "SELECT leaf_hash FROM stored_events WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
        rows = c.execute(sql, (first, first + width)).fetchall()
    else:
        sql = "SELECT root FROM tiles WHERE level = ? AND number >= ? AND number < ? ORDER BY number"
        rows = c.execute(sql, (level - 1, first, first + width)).fetchall()
    return [row[0] for row in rows]


def tree_hashes(c: sqlite3.Cursor, size: int) -> GetHash:
    """Subtree hashes of the tree of `size` entries, from completed tiles and leaf hashes."""

    def read(tile: Tile) -> Sequence[bytes]:
        if tile.width == WIDTH:
            sql = "SELECT hashes FROM tiles WHERE level = ? AND number = ?"
            row = c.execute(sql, (tile.level, tile.index)).fetchone()
            if row is not None:
                return decode_tile(row["hashes"], WIDTH)
        return tile_hashes(c, tile.level, tile.index, tile.width)

    return get_from_tiles(size, read)


def tree_root(c: sqlite3.Cursor, size: int) -> bytes:
    """The Merkle root of the first `size` entries."""
    return tree_hashes(c, size)(0, size) if size else EMPTY_ROOT


def signer_id(signer: Signer, origin: str) -> SignerId:
    """How an entry of this ledger names the key."""
    key = signer.verify_key
    return SignerId(key.name.removeprefix(f"{origin}/"), key.key_id)


def _stored(row: sqlite3.Row) -> StoredEvent:
    return StoredEvent(
        originator_id=row["originator_id"],
        originator_version=row["originator_version"],
        topic=row["topic"],
        state=pack(row["entry"], row["body"]),
    )


def _no_clock(_: datetime | None) -> datetime:
    raise RuntimeError("no clock was set: the ledger is open for reading only")


def _no_salt() -> bytes:
    raise RuntimeError("no source of randomness was set: the ledger is open for reading only")
