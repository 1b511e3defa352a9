"""What is signed next is derived from the bytes of the entries.

Index columns, subject rows, tiles and the cached map of heads repeat what entries say, so that questions are fast;
whoever owns the database can change them without a trace, and one changed cell under a signature would stand for ever.
So none of them is believed when something is signed: what follows the last checkpoint or seal is read from its bytes,
and what stands below it only as far as it leads to the root that was signed then.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any

from ledger.checks.subjects import Subject, read_subjects
from ledger.core.body import Body, is_subject_name, parse_body, stored_digest
from ledger.core.checkpoint import Checkpoint
from ledger.core.consent import draft_digest
from ledger.core.entry import Entry, parse_entry
from ledger.core.merkle import Frontier, GetHash, complete_ranges, leaf_hash
from ledger.errors import ChainBroken, Forked, Invalid

PAGE = 1000
_COLUMNS = ("originator_id", "originator_version", "topic", "recorded_at", "previous", "leaf_hash")


def read_entry(row: Any) -> Entry:
    """The entry of a whole row of `stored_events`. Raises ChainBroken where a column does not say what bytes say."""
    if not isinstance(row["entry"], bytes):  # SQLite keeps a text in a column of bytes without a word
        raise _changed(row["rowid"] - 1, "entry")
    entry = parse_entry(row["entry"])
    header = entry.header
    said = (header.stream, header.version, header.type, header.recorded_at.isoformat(), header.previous)
    for name, value in zip(_COLUMNS, (*said, entry.leaf_hash), strict=True):
        if row[name] != value:
            raise _changed(row["rowid"] - 1, name)
    if header.position != row["rowid"] - 1:
        raise _changed(row["rowid"] - 1, "rowid")
    return entry


def read_entries(c: sqlite3.Cursor, start: int, stop: int) -> Iterator[tuple[Entry, bytes]]:
    """(entry, stored body) at positions start .. stop - 1, each linked to the one before it. Raises ChainBroken."""
    sql = (
        "SELECT e.*, b.body FROM stored_events e LEFT JOIN bodies b ON b.position = e.rowid - 1"
        " WHERE e.rowid > ? AND e.rowid <= ? ORDER BY e.rowid"
    )
    position, previous = start, None
    if start:
        before = c.execute("SELECT entry FROM stored_events WHERE rowid = ?", (start,)).fetchone()
        previous = leaf_hash(before["entry"]) if before is not None and isinstance(before["entry"], bytes) else b""
    for first in range(start, stop, PAGE):
        for row in c.execute(sql, (first, min(first + PAGE, stop))).fetchall():
            entry = read_entry(row)
            if entry.header.position != position or not isinstance(row["body"], bytes):
                raise _changed(position, "rowid")
            if previous is not None and entry.header.previous != previous:
                raise _changed(position, "entry")
            position, previous = position + 1, entry.leaf_hash
            yield entry, row["body"]
    if position != stop:
        raise _changed(position, "rowid")


def stated_subjects(entry: Entry, stored: bytes) -> list[tuple[Subject, int]]:
    """The subjects that an entry's body states, with their running numbers. Raises ChainBroken or BodyInvalid."""
    body = parse_body(stored)
    if stored_digest(stored) != entry.header.body:
        raise _changed(entry.header.position, "body")
    own = {name: text for name, text in body.disclosures.items() if is_subject_name(name)}
    return read_subjects(Body({}, own).values())


def last_number(c: sqlite3.Cursor, subject: Subject) -> int:
    """The running number of the last entry about a subject, as that entry states it; 0 where there is none."""
    found = c.execute(
        "SELECT s.number, s.position, e.entry, b.body FROM subjects s JOIN stored_events e ON e.rowid = s.position + 1"
        " JOIN bodies b ON b.position = s.position WHERE s.kind = ? AND s.id = ? ORDER BY s.number DESC LIMIT 1",
        subject,
    ).fetchone()
    if found is None:
        return 0
    number = found["number"]
    if not isinstance(found["entry"], bytes) or not isinstance(found["body"], bytes):
        raise _changed(found["position"], "entry")
    if (subject, number) not in stated_subjects(parse_entry(found["entry"]), found["body"]):
        raise _changed(found["position"], "number")
    return int(number)


def last_version(c: sqlite3.Cursor, stream: str) -> int:
    """The version of a stream's last entry, as that entry states it; 0 where there is none."""
    sql = "SELECT * FROM stored_events WHERE originator_id = ? ORDER BY originator_version DESC LIMIT 1"
    found = c.execute(sql, (stream,)).fetchone()
    return 0 if found is None else read_entry(found).header.version


def derived_root(c: sqlite3.Cursor, size: int, get: GetHash, signed: Checkpoint | None) -> bytes:
    """The root of the tree of `size` entries: from the bytes of those that follow the checkpoint signed last, and from
    stored hashes (`get`) below it, which lead to its root.

    Raises Forked where they do not, ChainBroken where hashes stored since are not those of the entries.
    """
    frontier = Frontier()
    if signed is not None and 0 < signed.size <= size:
        try:
            frontier = Frontier(signed.size, [get(lo, hi) for lo, hi in complete_ranges(0, signed.size)])
        except (Invalid, TypeError, ValueError):  # hashes are missing, or are none
            frontier = Frontier()
        if frontier.root() != signed.root:
            raise Forked(
                "the hashes stored for the first {} entries do not lead to the root that was signed for them: the "
                "database was changed; nothing is signed on it; see: zeren verify",
                signed.size,
            )
    sql = "SELECT rowid, entry, leaf_hash FROM stored_events WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
    for first in range(frontier.size, size, PAGE):
        for row in c.execute(sql, (first, min(first + PAGE, size))).fetchall():
            leaf = leaf_hash(row["entry"]) if isinstance(row["entry"], bytes) else b""
            if row["rowid"] != frontier.size + 1 or row["leaf_hash"] != leaf:
                raise _changed(frontier.size, "leaf_hash")
            frontier.append(leaf)
    try:
        stored = get(0, size) if size else frontier.root()
    except (Invalid, TypeError, ValueError):
        stored = b""
    if frontier.size != size or stored != frontier.root():
        raise ChainBroken(
            "the stored tiles are not those of the entries: the database was changed; nothing is signed on it; see: "
            "zeren verify"
        )
    return frontier.root()


def _changed(position: int, name: str) -> ChainBroken:
    return ChainBroken(
        "entry {}: what the database stores beside it ({}) is not what it says itself: the database was changed; "
        "nothing is signed on it; see: zeren verify",
        position,
        name,
    )


def drafted_before(c: sqlite3.Cursor, type_: str, body: Body, start: int, stop: int | None = None) -> bool:
    """Whether an entry of this type, from position `start` on and below `stop`, has the draft digest of a body.

    The body names who is asked, so an entry of the same draft has the same digest of that field: few are read.
    """
    digest = draft_digest(body.digests)
    wanted = f'"asked_of.0":"{body.digests["asked_of.0"]}"'.encode("ascii")
    rows = c.execute(
        "SELECT b.body FROM stored_events e JOIN bodies b ON b.position = e.rowid - 1"
        " WHERE e.rowid > ? AND (? IS NULL OR e.rowid <= ?) AND e.topic = ? AND instr(b.body, ?)",
        (start, stop, stop, type_, wanted),
    )
    return any(draft_digest(parse_body(row["body"]).digests) == digest for row in rows)
