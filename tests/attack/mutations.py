"""Ten thousand changes by somebody who owns every file: of pages, rows, indexes, bodies, lengths, histories.

Long because each kind of change is a few lines of its own. A change that verification calls valid although a row of
evidence, a file or an answer is another than before has passed in silence.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from ledger.bundle import standalone
from ledger.core.body import disclose
from ledger.core.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from ledger.core.entry import Header, format_header, parse_entry
from ledger.core.note import Note, format_note, parse_note, sign_note
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.errors import ZerenError
from ledger.events.acts import TalkHeld
from ledger.verify.stored_tree import LOST
from tests.attack.tally import LONGEST, WRONG, Tally, within
from tests.attack.target import CACHES, Facts, Victim, facts_of, target, verified, victim
from tests.ledger.test_rollback_known import cut
from tests.support import builders
from tests.support.anchoring import checkpoint
from tests.support.builders import open_desk, tampering

PAGE = 4096
KINDS = ("duty", "duty", "case", "access")
"""Where a change is made: half of them in the duty ledger."""
TALK = TalkHeld(talker="p-a", counterpart="p-c", text="what was never said")


@dataclass(frozen=True, slots=True)
class Attack:
    """One kind of change. `strike` says what it did; None where it could not be done there."""

    share: int
    """How many of a thousand."""
    strike: Callable[[Random, Victim, str], str | None]
    kinds: tuple[str, ...] = KINDS
    by_head: bool = False
    """Whether only a head held elsewhere can tell."""
    signing: bool = False
    """Of caches, which are no evidence: what is sealed afterwards has to be true."""


# --- pages ---


def _flip(data: bytearray, at: int, rng: Random) -> None:
    data[at] ^= 1 << rng.randrange(8)


def flip_anywhere(rng: Random, at: Victim, kind: str) -> str:
    """One to eight bits, close together."""
    path = at.path(kind)
    data = bytearray(path.read_bytes())
    start = rng.randrange(len(data))
    for _ in range(rng.choice((1, 1, 1, 8))):
        _flip(data, min(start + rng.randrange(3), len(data) - 1), rng)
    path.write_bytes(data)
    return f"bits at {start}"


def flip_page_head(rng: Random, at: Victim, kind: str) -> str:
    """A bit in the head of a page, where cells are counted and found."""
    path = at.path(kind)
    data = bytearray(path.read_bytes())
    start = rng.randrange(len(data) // PAGE) * PAGE + rng.randrange(40)
    _flip(data, start, rng)
    path.write_bytes(data)
    return f"bit at {start}"


def wipe_page(rng: Random, at: Victim, kind: str) -> str:
    """A page of zeros, of ones, or that of another place."""
    path = at.path(kind)
    data = bytearray(path.read_bytes())
    page, other = (rng.randrange(len(data) // PAGE) for _ in range(2))
    whole = rng.choice((bytes(PAGE), b"\xff" * PAGE, bytes(data[other * PAGE : (other + 1) * PAGE])))
    data[page * PAGE : (page + 1) * PAGE] = whole
    path.write_bytes(data)
    return f"page {page}"


def cut_file(rng: Random, at: Victim, kind: str) -> str:
    """The file ends early: at any byte, or where a page does."""
    path = at.path(kind)
    data = path.read_bytes()
    length = rng.choice((rng.randrange(len(data)), rng.randrange(len(data) // PAGE) * PAGE))
    path.write_bytes(data[:length])
    return f"{length} of {len(data)} bytes"


# --- rows, with the triggers out of the way ---


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return sorted(name for (name,) in rows if name not in CACHES and not name.startswith("sqlite_"))


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]


def _row(rng: Random, connection: sqlite3.Connection, table: str) -> tuple[Any, ...] | None:
    rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
    return rng.choice(rows) if rows else None


def _where(columns: list[str]) -> str:
    return " AND ".join(f'"{name}" IS ?' for name in columns)


def other_value(rng: Random, value: Any) -> Any:
    """Another value: a bit, a neighbour, another kind of value, nothing."""
    if isinstance(value, bytes) and value and rng.random() < 0.8:
        data = bytearray(value)
        _flip(data, rng.randrange(len(data)), rng)
        return bytes(data)
    if isinstance(value, int) and rng.random() < 0.8:
        return value + rng.choice((-1, 1, 1000))
    if isinstance(value, str) and value and rng.random() < 0.8:
        at = rng.randrange(len(value))
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    if isinstance(value, bytes):
        return rng.choice((b"", value[:-1], value + b"\n", value.decode("utf-8", "replace")))
    return rng.choice((b"x", "x", 0, 1.5, str(value).encode()))


def change_cell(rng: Random, at: Victim, kind: str) -> str | None:
    """One cell of one row."""
    with tampering(at.path(kind)) as database:
        table = rng.choice(_tables(database))
        columns, row = _columns(database, table), _row(rng, database, table)
        if row is None:
            return None
        number = rng.randrange(len(columns))
        value = other_value(rng, row[number])
        with suppress(sqlite3.IntegrityError, sqlite3.OperationalError):
            statement = f'UPDATE "{table}" SET "{columns[number]}" = ? WHERE {_where(columns)}'
            database.execute(statement, (value, *row))
        return f"{table}.{columns[number]}"


def drop_row(rng: Random, at: Victim, kind: str) -> str | None:
    """One row of one table."""
    with tampering(at.path(kind)) as database:
        table = rng.choice(_tables(database))
        columns, row = _columns(database, table), _row(rng, database, table)
        if row is None:
            return None
        database.execute(f'DELETE FROM "{table}" WHERE {_where(columns)}', row)
        return f"{table} {row[0]!r}"[:60]


def swap_rows(rng: Random, at: Victim, kind: str) -> str | None:
    """Two rows exchange one of their cells, or all but their place."""
    with tampering(at.path(kind)) as database:
        table = rng.choice(_tables(database))
        columns = _columns(database, table)
        one, two = _row(rng, database, table), _row(rng, database, table)
        if one is None or two is None or one == two or len(columns) < 2:
            return None
        chosen = range(1, len(columns)) if rng.random() < 0.5 else [rng.randrange(1, len(columns))]
        database.execute(f'DELETE FROM "{table}" WHERE {_where(columns)}', one)
        database.execute(f'DELETE FROM "{table}" WHERE {_where(columns)}', two)
        first = tuple(two[n] if n in chosen else one[n] for n in range(len(columns)))
        second = tuple(one[n] if n in chosen else two[n] for n in range(len(columns)))
        marks = ", ".join("?" * len(columns))
        for row in (first, second):
            with suppress(sqlite3.IntegrityError):
                database.execute(f'INSERT INTO "{table}" VALUES ({marks})', row)
        return f"{table} {[columns[n] for n in chosen]}"


def add_row(rng: Random, at: Victim, kind: str) -> str | None:
    """A row more: a copy of another with one cell changed, or one behind the end."""
    with tampering(at.path(kind)) as database:
        table = rng.choice(_tables(database))
        columns, row = _columns(database, table), _row(rng, database, table)
        if row is None:
            return None
        made = list(row)
        made[0] = (row[0] + rng.choice((1, 500))) if isinstance(row[0], int) else f"{row[0]}x"
        if rng.random() < 0.3:
            number = rng.randrange(len(columns))
            made[number] = other_value(rng, row[number])
        with suppress(sqlite3.IntegrityError, sqlite3.OperationalError):
            database.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})', made)
        return f"{table} {made[0]!r}"[:60]


def repeat_row(rng: Random, at: Victim, kind: str) -> str | None:
    """An entry with its body once more at the end, its index cells made to fit."""
    with tampering(at.path(kind)) as database:
        size = database.execute("SELECT count(*) FROM stored_events").fetchone()[0]
        row = list(_row(rng, database, "stored_events") or ())
        body = database.execute("SELECT body FROM bodies WHERE position = ?", (row[0] - 1,)).fetchone()
        row[0], row[1], row[5] = size + 1, f"{row[1]}x", bytes(rng.randrange(256) for _ in range(32))
        database.execute(f"INSERT INTO stored_events VALUES ({', '.join('?' * len(row))})", row)
        if body is not None:
            database.execute("INSERT INTO bodies VALUES (?, ?)", (size, body[0]))
        return f"entry {size}"


# --- schema, indexes, caches ---

SCHEMA_CHANGES = (
    "CREATE TRIGGER helpful AFTER INSERT ON stored_events BEGIN DELETE FROM refs; END",
    "DROP TRIGGER bodies_update",
    "DROP TRIGGER stored_events_delete",
    "DROP TRIGGER refs_update; CREATE TRIGGER refs_update BEFORE UPDATE ON refs BEGIN SELECT 1; END",
    "CREATE TABLE notes (x)",
    "CREATE INDEX quick ON refs (position)",
    "CREATE VIEW seen AS SELECT 1",
    "CREATE TEMP TABLE nothing (x)",
    "DROP INDEX sparse_by_topic",
    "DROP INDEX subjects_by_position",
    "DROP INDEX sparse_by_topic; CREATE INDEX sparse_by_topic ON stored_events (topic) WHERE topic = 'key.revoked/1'",
    "DROP TABLE refs; CREATE TABLE refs (ref TEXT NOT NULL, position INTEGER NOT NULL)",
    "DROP TABLE tiles",
    "DROP TABLE cache_nodes",
    "ALTER TABLE bodies ADD COLUMN more",
    "PRAGMA user_version = 7",
    "PRAGMA application_id = 7",
)


def change_schema(rng: Random, at: Victim, kind: str) -> str:
    """A table, index or trigger put in, taken out or tamed."""
    statement = rng.choice(SCHEMA_CHANGES)
    with closing(sqlite3.connect(at.path(kind))) as connection, suppress(sqlite3.OperationalError):
        connection.executescript(statement)
        connection.commit()
    return statement[:50]


def hide_in_index(rng: Random, at: Victim, kind: str) -> str | None:
    """Takes a cell out of a leaf of an index: the table keeps its row, a look-up misses it."""
    path = at.path(kind)
    with closing(sqlite3.connect(path)) as connection:
        roots = connection.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'index'").fetchall()
    name, root = rng.choice(roots)
    data = bytearray(path.read_bytes())
    start = (root - 1) * PAGE
    if data[start] == 2:  # an inner page: one of the pages below it
        count = int.from_bytes(data[start + 3 : start + 5], "big")
        cell = int.from_bytes(data[start + 12 + 2 * rng.randrange(max(count, 1)) :][:2], "big")
        start = (int.from_bytes(data[start + cell : start + cell + 4], "big") - 1) * PAGE
    if not 0 <= start < len(data) or data[start] != 10:
        return None
    count = int.from_bytes(data[start + 3 : start + 5], "big")
    if not count:
        return None
    gone = rng.randrange(count)
    cells = bytes(data[start + 8 : start + 8 + 2 * count])
    data[start + 3 : start + 5] = (count - 1).to_bytes(2, "big")
    data[start + 8 : start + 8 + 2 * count] = cells[: 2 * gone] + cells[2 * gone + 2 :] + bytes(2)
    path.write_bytes(data)
    return str(name)


def narrow_index(rng: Random, at: Victim, kind: str) -> str:
    """An index built anew over fewer rows, while the schema says what it said."""
    path = at.path(kind)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        name, sql = rng.choice(rows.fetchall())
        head = sql.split(" WHERE ")[0]
        connection.execute(f"DROP INDEX {name}")
        connection.execute(f"{head} WHERE rowid IS NULL" if "stored_events" in sql else f"{head} WHERE position < 5")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (sql, name))
        connection.commit()
    return str(name)


def spoil_cache(rng: Random, at: Victim, kind: str) -> str | None:
    """A cell of the cached map of heads, a row less, or one more."""
    with tampering(at.path(kind)) as database:
        table = rng.choice(CACHES)
        columns, row = _columns(database, table), _row(rng, database, table)
        if row is None:
            return None
        if rng.random() < 0.3:
            database.execute(f'DELETE FROM "{table}" WHERE {_where(columns)}', row)
        else:
            number = rng.randrange(1, len(columns))
            with suppress(sqlite3.IntegrityError):
                statement = f'UPDATE "{table}" SET "{columns[number]}" = ? WHERE {_where(columns)}'
                database.execute(statement, (other_value(rng, row[number]), *row))
        return table


# --- bodies ---


def _body_at(database: sqlite3.Connection, position: int) -> bytes:
    return bytes(database.execute("SELECT body FROM bodies WHERE position = ?", (position,)).fetchone()[0])


def _put_body(database: sqlite3.Connection, position: int, body: bytes) -> None:
    database.execute("UPDATE bodies SET body = ? WHERE position = ?", (body, position))


def other_body(rng: Random, at: Victim, kind: str) -> str | None:
    """The body of another entry, of another type too; or the map of one with the lines of the other."""
    with tampering(at.path(kind)) as database:
        size = target().sizes[kind]
        one, two = rng.sample(range(size), 2)
        mine, theirs = _body_at(database, one), _body_at(database, two)
        if mine == theirs:
            return None
        way = rng.randrange(3)
        if way == 0:
            _put_body(database, one, theirs)
        elif way == 1:
            _put_body(database, one, mine.split(b"\n")[0] + b"\n" + theirs.partition(b"\n")[2])
        else:
            _put_body(database, one, mine)
            _put_body(database, two, mine)
        return f"{one} and {two}"


def other_field(rng: Random, at: Victim, kind: str) -> str | None:
    """A field of a body: another value, its line gone, twice, or in another place; the map fits it or not."""
    with tampering(at.path(kind)) as database:
        position = rng.randrange(target().sizes[kind])
        first, *lines = _body_at(database, position).decode().removesuffix("\n").split("\n")
        if not lines or not lines[0]:
            return None
        number = rng.randrange(len(lines))
        name = lines[number].split(" ")[0]
        way = rng.randrange(5)
        if way == 0:
            lines[number] = f"{name} {disclose(name, 'another', bytes(16))}"
        elif way == 1:
            del lines[number]
        elif way == 2:
            lines.insert(number, lines[number])
        elif way == 3 and len(lines) > 1:
            rng.shuffle(lines)
        else:
            digests = json.loads(first)
            digests[name] = digests[rng.choice(sorted(digests))]
            first = json.dumps(digests, separators=(",", ":"))
        _put_body(database, position, "\n".join([first, *lines, ""]).encode())
        return f"{position} {name}"


# --- lengths and histories ---


def cut_ledger(rng: Random, at: Victim, kind: str) -> str:
    """Everything behind an entry taken out of all tables: what a backup of that day would have."""
    length = rng.randrange(1, target().sizes[kind])
    cut(at.path(kind), length)
    return f"{length} of {target().sizes[kind]} entries"


def cut_entries_alone(rng: Random, at: Victim, kind: str) -> str:
    """The entries behind one taken out, its checkpoints left."""
    length = rng.randrange(1, target().sizes[kind])
    cut(at.path(kind), length, checkpoints=False)
    return f"{length} of {target().sizes[kind]} entries"


def other_ledger(rng: Random, at: Victim, kind: str) -> str:
    """The database of another ledger: of another kind, or of the same name with another beginning."""
    for leftover in at.home.directory.glob(f"{kind}.db*"):
        leftover.unlink()
    others = [each for each in ("duty", "case", "access") if each != kind]
    if rng.random() < 0.6 or kind == "access":
        other = rng.choice(others)
        shutil.copy(target().home.database(other), at.path(kind))
        return f"the {other} ledger"
    desk = builders.found(kind, at.path(kind), f"another {rng.random()}")
    while desk.ledger.size() <= target().sizes[kind] + rng.randrange(3):
        person = f"p-{desk.ledger.size()}"
        desk.record(desk.enrolment(person, ("signer",)), "cus-1", "cus-2", person)
    checkpoint(desk)
    desk.close()
    return "another beginning"


def database_gone(rng: Random, at: Victim, kind: str) -> str:
    """The database emptied, or in another program's hands."""
    at.path(kind).write_bytes(rng.choice((b"", b"SQLite format 3\0", b"no database at all" * 300)))
    return "no ledger"


def _write_text(text: str, old: bytes, signers: list[Ed25519Signer]) -> bytes:
    """The note of a changed text: our own lines anew, those of others as they stand."""
    lines = {line.name: line for line in parse_note(old).signatures}
    mine = {line.name: line for line in parse_note(sign_note(text, signers)).signatures}
    return format_note(Note(text, tuple(mine.get(name, line) for name, line in lines.items())))


def _put_entry(database: sqlite3.Connection, rowid: int, data: bytes) -> bytes:
    entry = parse_entry(data)
    values = (
        entry.header.stream,
        entry.header.version,
        entry.header.type,
        data,
        entry.leaf_hash,
        entry.header.previous,
    )
    database.execute(
        "UPDATE stored_events SET originator_id = ?, originator_version = ?, topic = ?, entry = ?, leaf_hash = ?,"
        " previous = ? WHERE rowid = ?",
        (*values, rowid),
    )
    return entry.leaf_hash


def _rechain(rng: Random, at: Victim, kind: str, persons: tuple[str, ...]) -> str | None:
    """A time or text changed, and every entry behind it chained and signed anew by these persons' keys."""
    with tampering(at.path(kind)) as database:
        rows = database.execute("SELECT rowid, entry FROM stored_events ORDER BY rowid").fetchall()
        origin = builders.ORIGINS[kind]
        signers = [builders.signer_named(f"{origin}/{person}") for person in persons]
        start = rng.randrange(1, len(rows))
        previous = None
        for rowid, data in rows[start:]:
            header = parse_entry(data).header
            changed = replace(header, previous=header.previous if previous is None else previous)
            if previous is None:
                changed = replace(changed, recorded_at=header.recorded_at + timedelta(milliseconds=1))
            text = _text_of(data, changed)
            previous = _put_entry(database, rowid, _write_text(text, data, signers))
        return f"from {start}"


def _text_of(data: bytes, header: Header) -> str:
    """The text of an entry with other members."""
    return f"{data.decode().partition(chr(10))[0]}\n{format_header(header)}\n"


def rechain_one(rng: Random, at: Victim, kind: str) -> str | None:
    """By the key of one recorder."""
    return _rechain(rng, at, kind, ("rec",) if kind == "duty" else ("insp",))


def rechain_recorders(rng: Random, at: Victim, kind: str) -> str | None:
    """By every key but the log's and the service's."""
    roles = {**builders.ENROLLED[kind], **builders.FOUNDERS}
    return _rechain(rng, at, kind, tuple(person for person in roles if person != "svc"))


def fork(rng: Random, at: Victim, kind: str, *, as_long: bool) -> str:
    """Another history from some entry on, properly recorded and, where it is as long, sealed by all keys there are."""
    whole = target().sizes[kind]
    length = rng.randrange(2, whole)
    cut(at.path(kind), length)
    desk = open_desk(kind, at.path(kind))
    with closing(desk.ledger):
        author = "rec" if kind == "duty" else "insp"
        payload = TALK if kind == "duty" else builders.case_opened("K9")
        if author not in desk.ledger.keys().roles:
            author, payload = "cus-1", desk.enrolment("p-x", ("signer",))  # type: ignore[assignment]
        made = 0
        while made == 0 or (as_long and desk.ledger.size() < whole - 1):
            if author == "cus-1" or kind == "case":
                name = f"p-x{desk.ledger.size()}"
                desk.record(desk.enrolment(name, ("signer",)), "cus-1", "cus-2", name)
            else:
                with suppress(ZerenError):
                    desk.record(payload, author)
            made += 1
            if made > 3 * whole:
                break
        if as_long:
            checkpoint(desk)
    return f"from {length}"


def fork_one(rng: Random, at: Victim, kind: str) -> str:
    """One recorder's own history behind a cut."""
    return fork(rng, at, kind, as_long=False)


def fork_all(rng: Random, at: Victim, kind: str) -> str:
    """All keys, the log's too: a whole ledger of the same name and beginning."""
    return fork(rng, at, kind, as_long=True)


def other_key(rng: Random, at: Victim, kind: str) -> str | None:
    """In an entry on keys another key stands, its map, header and the chain behind it made to fit."""
    with tampering(at.path(kind)) as database:
        rows = database.execute(
            "SELECT rowid, entry FROM stored_events WHERE topic IN ('key.enrolled/1', 'key.revoked/1', "
            "'key.roles_changed/1', 'ledger.opened/1') ORDER BY rowid"
        ).fetchall()
        rowid, data = rng.choice(rows)
        first, *lines = _body_at(database, rowid - 1).decode().removesuffix("\n").split("\n")
        number = rng.randrange(len(lines))
        name = lines[number].split(" ")[0]
        foreign = builders.signer_named(f"{builders.ORIGINS[kind]}/p-a", 9)
        value: Any = {"vkey": format_vkey(foreign.verify_key), "roles": ["recorder", "custodian"]}.get(name, "p-b")
        lines[number] = f"{name} {(shown := disclose(name, value, bytes(16)))}"
        digests = json.loads(first)
        digests[name] = standalone.e64(standalone.sha(shown.encode()))
        first = standalone.canonical(digests).decode()
        _put_body(database, rowid - 1, "\n".join([first, *lines, ""]).encode())
        if rng.random() < 0.5:
            return f"{rowid - 1} {name}, body alone"
        header = replace(parse_entry(data).header, body=standalone.sha(b"zeren/body/v1\n", first.encode(), b"\n"))
        roles = {**builders.ENROLLED[kind], **builders.FOUNDERS}
        signers = [builders.signer_named(f"{builders.ORIGINS[kind]}/{person}") for person in roles if person != "p-a"]
        previous = _put_entry(database, rowid, _write_text(_text_of(data, header), data, signers[:2]))
        behind = database.execute("SELECT rowid, entry FROM stored_events WHERE rowid > ? ORDER BY rowid", (rowid,))
        for row, after in behind.fetchall():
            text = _text_of(after, replace(parse_entry(after).header, previous=previous))
            previous = _put_entry(database, row, _write_text(text, after, signers[:2]))
        return f"{rowid - 1} {name}, chained anew"


# --- checkpoints ---


def forge_checkpoint(rng: Random, at: Victim, kind: str) -> str | None:
    """A stored checkpoint with another root, size, origin or signer, or one put in, or taken out."""
    with tampering(at.path(kind)) as database:
        notes = database.execute("SELECT size, note FROM checkpoints ORDER BY size").fetchall()
        size, note = rng.choice(notes)
        head = parse_checkpoint(parse_note(note).text)
        log, foreign = (builders.signer_named(builders.ORIGINS[kind], number) for number in (1, 5))
        way = rng.randrange(7)
        made: bytes | None = None
        if way == 0:
            made = sign_checkpoint(Checkpoint(head.origin, size, bytes(32)), log)
        elif way == 1:
            made = sign_checkpoint(head, foreign)
        elif way == 2:
            made = sign_checkpoint(Checkpoint(head.origin, size + 1, head.root), log)
        elif way == 3:
            made = bytes(note).replace(b"\n", b"\nmore\n", 1)
        elif way == 4:
            made = bytes(notes[0][1]) if size != notes[0][0] else b""
        elif way == 5:
            later = sign_checkpoint(Checkpoint(head.origin, target().sizes[kind] + 5, bytes(32)), log)
            database.execute("INSERT INTO checkpoints VALUES (?, ?)", (target().sizes[kind] + 5, later))
        else:
            middle = rng.randrange(1, target().sizes[kind])
            false = sign_checkpoint(Checkpoint(head.origin, middle, bytes(31) + b"\1"), log)
            database.execute("INSERT OR REPLACE INTO checkpoints VALUES (?, ?)", (middle, false))
        if made is not None:
            database.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (made, size))
        return f"{size} way {way}"


def other_head(rng: Random, at: Victim, kind: str) -> str | None:
    """A file that tells of a head from elsewhere: changed, emptied, of another key, or of another history."""
    path = at.home.directory / "known" / f"{kind} as the county has it"
    data = path.read_bytes()
    head = parse_checkpoint(parse_note(data).text)
    way = rng.randrange(4)
    if way == 0:
        changed = bytearray(data)
        _flip(changed, rng.randrange(len(changed)), rng)
        path.write_bytes(changed)
    elif way == 1:
        path.write_bytes(data[: rng.randrange(len(data))])
    elif way == 2:
        path.write_bytes(
            sign_checkpoint(Checkpoint(head.origin, head.size, bytes(32)), builders.signer_named(head.origin, 3))
        )
    else:
        path.write_bytes(
            sign_checkpoint(Checkpoint(head.origin, head.size + 7, bytes(32)), builders.signer_named(head.origin))
        )
    return f"way {way}"


# --- attachments ---


def change_attachment(rng: Random, at: Victim, kind: str) -> str | None:
    """A byte of a file changed, a file gone, longer, emptied, or two exchanged; names are free, for none is told."""
    files = sorted(path for path in at.home.attachments(kind).rglob("*") if path.is_file())
    if not files:
        return None
    path = rng.choice(files)
    data = bytearray(path.read_bytes())
    way = rng.randrange(6)
    if way == 0:
        _flip(data, rng.randrange(len(data)), rng)
        path.write_bytes(data)
    elif way == 1:
        path.unlink()
    elif way == 2:
        path.write_bytes(data + b"x")
    elif way == 3:
        path.write_bytes(b"")
    elif way == 4:
        path.parent.rename(path.parent.with_name(str(rng.randrange(target().sizes[kind] + 5))))
    else:
        path.write_bytes(files[files.index(path) - 1].read_bytes())
    return f"{path.name[:6]} way {way}"


ATTACKS: dict[str, Attack] = {
    "bit flips anywhere in the file": Attack(170, flip_anywhere),
    "bit flips in the heads of pages": Attack(80, flip_page_head),
    "pages wiped or exchanged": Attack(40, wipe_page),
    "the file cut at any length": Attack(60, cut_file),
    "a cell changed": Attack(100, change_cell),
    "a row dropped": Attack(50, drop_row),
    "two rows exchange cells": Attack(50, swap_rows),
    "a row put in": Attack(50, add_row),
    "an entry repeated at the end": Attack(10, repeat_row),
    "schema changed": Attack(20, change_schema),
    "an index that hides a row": Attack(30, hide_in_index),
    "an index built anew over fewer rows": Attack(10, narrow_index),
    "a cache spoilt, then sealed": Attack(20, spoil_cache, ("duty", "case"), signing=True),
    "a body of another entry": Attack(40, other_body),
    "a field of a body": Attack(50, other_field),
    "the ledger cut, its checkpoints with it": Attack(50, cut_ledger, by_head=True),
    "the entries cut, checkpoints left": Attack(20, cut_entries_alone),
    "another ledger in its place": Attack(10, other_ledger, by_head=True),
    "no ledger in its place": Attack(5, database_gone),
    "chained anew, signed by one recorder": Attack(25, rechain_one, ("duty", "case")),
    "chained anew, signed by all but log and service": Attack(20, rechain_recorders, ("duty", "case")),
    "another history behind a cut, by one recorder": Attack(15, fork_one, ("duty", "case"), by_head=True),
    "another history as long, by all keys": Attack(10, fork_all, ("duty", "case"), by_head=True),
    "an entry on keys replaced": Attack(25, other_key, ("duty", "case")),
    "a checkpoint forged": Attack(30, forge_checkpoint, ("duty", "case")),
    "an attachment changed, gone or exchanged": Attack(25, change_attachment, ("duty",)),
    "a head from elsewhere forged": Attack(10, other_head, ("duty", "case", "access")),
}


def chosen(number: int, seed: str) -> tuple[str, Attack, Random]:
    """Which attack is the one of this number, and its dice."""
    rng = Random(f"{seed}/mutations/{number}")  # noqa: S311 - places, not secrets
    name = rng.choices(list(ATTACKS), [attack.share for attack in ATTACKS.values()])[0]
    return name, ATTACKS[name], rng


def run(tally: Tally) -> Iterator[None]:
    """Every change in turn, each on a whole copy."""
    with victim() as at:
        for kind in ("duty", "case", "access"):
            report = verified(at.home, kind)
            tally.check("nothing changed", 1, [f"{kind}: {report.findings[:2]}"] if report.exit_code else [])
        for number in range(tally.done, tally.wanted):
            name, attack, rng = chosen(number, tally.seed)
            strike(tally, number, name, attack, rng, at)
            yield


def strike(tally: Tally, number: int, name: str, attack: Attack, rng: Random, at: Victim) -> None:
    """One change, and what verification says of it."""
    at.reset()
    kind = rng.choice(attack.kinds)
    try:
        said = attack.strike(rng, at, kind)
    except Exception as error:  # noqa: BLE001 - the attacker's own tools fail on what they broke
        said = f"could not be done: {error!r}"
    if said is None:
        tally.count(name, "harmless")
        return
    label = f"#{number} {kind}: {said}"
    try:
        with within(LONGEST):
            what, heads = judge(attack, kind, at)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding of this run
        tally.count(name, "hands", ("hands", f"{label}: {error!r}"))
        return
    if what in WRONG:
        tally.count(name, what, (what, f"{label}{''.join(f': {head}' for head in heads)}"))
        return
    tally.count(name, what)
    row = tally.row(name)
    for head in heads:
        row.heads[head] = row.heads.get(head, 0) + 1


def judge(attack: Attack, kind: str, at: Victim) -> tuple[str, list[str]]:
    """What came of one change by what verification says of it, and the heads that told, or what is wrong."""
    report = verified(at.home, kind)
    if report.exit_code and (not attack.by_head or verified(at.home, kind, with_heads=False).exit_code):
        return "found", []
    if report.exit_code:
        return "by_head", sorted({_head(str(finding.what)) for finding in report.findings} - {""})
    if not _same(at.path(kind), target().facts[kind], lost=LOST in report.marks):
        return "silent", []
    if LOST in report.marks:
        return "found", []
    if attack.signing:
        _sign_on(at, kind)
        after = verified(at.home, kind)
        if after.exit_code:
            return "silent", [f"sealed, then {after.findings[0].what}"]
    return "harmless", []


def _files(directory: Path) -> dict[str, list[bytes]]:
    """What lies with each entry beside the databases."""
    found: dict[str, list[bytes]] = {}
    for path in sorted((directory / "attachments").rglob("*")):
        if path.is_file():
            found.setdefault(str(path.parent.relative_to(directory)), []).append(path.read_bytes())
    return {name: sorted(data) for name, data in found.items()}


HEADS = {
    "known/": "a checkpoint that somebody brought",
    "pinned by": "the pin in the case ledger",
    "signed here before": "the note beside the database",
}


def _head(said: str) -> str:
    """Which head a finding names; empty for none."""
    return next((head for words, head in HEADS.items() if words in said), "")


def _sign_on(at: Victim, kind: str) -> None:
    """Records, seals and signs once more."""
    desk = open_desk(kind, at.path(kind))
    with closing(desk.ledger):
        desk.record(desk.enrolment("p-y", ("signer",)), "cus-1", "cus-2", "p-y")
        checkpoint(desk)


def _same(path: Path, facts: Facts, *, lost: bool) -> bool:
    """Whether the rows are those of the whole ledger; a checkpoint that is gone, and said to be gone, aside.

    A checkpoint that no anchor and nobody elsewhere tells of says nothing that the entries do not.
    """
    try:
        found = facts_of(path)
    except sqlite3.Error:
        return False
    if _files(path.parent) != _files(target().home.directory):
        return False
    untold = [row for row in facts["checkpoints"] if row in found["checkpoints"] or lost or row[0] not in target().told]
    return found == {**facts, "checkpoints": [row for row in untold if row in found["checkpoints"]]}
