"""What is signed next is derived from the bytes of the entries.

Index columns, subject rows, tiles and the cached map of heads repeat what entries say, so that questions are fast;
whoever owns the database can change them without a trace, and one changed cell under a signature would stand for ever.
So none of them is believed when something is signed: what follows the last checkpoint or seal is read from its bytes,
and what stands below it only as far as it leads to the root that was signed then.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ledger.checks.subjects import Subject, read_subjects
from ledger.core.body import Body, is_subject_name, parse_body, stored_digest
from ledger.core.checkpoint import Checkpoint
from ledger.core.consent import draft_digest
from ledger.core.entry import Entry, parse_entry
from ledger.core.merkle import Frontier, GetHash, complete_ranges, leaf_hash
from ledger.errors import BodyInvalid, ChainBroken, Forked, Invalid
from ledger.store.named_reads import ALL, Rows

PAGE = 1000
COLUMNS = {
    "stream": "originator_id",
    "version": "originator_version",
    "type": "topic",
    "recorded_at": "recorded_at",
    "previous": "previous",
    "leaf_hash": "leaf_hash",
}
"""What is stored beside an entry and repeats what it says; each as people are told of it."""
_ROW = (
    "SELECT e.position AS position, e.stream AS stream, e.version AS version, e.type AS type,"
    " e.recorded_at AS recorded_at, e.previous AS previous, e.leaf_hash AS leaf_hash, e.entry AS entry"
)
_WITH_BODY = f"{_ROW}, b.body AS body FROM entries e LEFT JOIN bodies b ON b.position = e.position"


def stated(entry: Entry) -> dict[str, Any]:
    """What an entry says for each of COLUMNS."""
    header = entry.header
    moment = header.recorded_at.isoformat()
    said = (header.stream, header.version, header.type, moment, header.previous, entry.leaf_hash)
    return dict(zip(COLUMNS, said, strict=True))


def read_entry(row: Any) -> Entry:
    """The entry of a whole row. Raises ChainBroken where a column does not say what bytes say."""
    if not isinstance(row["entry"], bytes):  # SQLite keeps a text in a column of bytes without a word
        raise _changed(row["position"], "entry")
    entry = parse_entry(row["entry"])
    for name, value in stated(entry).items():
        if row[name] != value:
            raise _changed(row["position"], COLUMNS[name])
    if entry.header.position != row["position"]:
        raise _changed(row["position"], "rowid")
    return entry


def read_last(rows: Rows) -> Entry | None:
    """The last entry. Raises ChainBroken."""
    for row in rows(f"{_ROW} FROM entries e ORDER BY e.position DESC LIMIT 1", ()):
        return read_entry(row)
    return None


def read_last_of(rows: Rows, stream: str, stop: int) -> tuple[Entry, bytes] | None:
    """(entry, stored body) of a stream's last entry below `stop`. Raises ChainBroken or BodyInvalid."""
    statement = f"{_WITH_BODY} WHERE e.stream = ? AND e.position < ? ORDER BY e.position DESC LIMIT 1"
    for row in rows(statement, (stream, stop)):
        if not isinstance(row["body"], bytes):
            raise BodyInvalid("the body is not the one that entry {} was signed over", row["position"])
        entry, body = read_entry(row), row["body"]
        if stored_digest(body) != entry.header.body:
            raise BodyInvalid("the body is not the one that entry {} was signed over", entry.header.position)
        return entry, body
    return None


def read_entries(rows: Rows, start: int, stop: int) -> Iterator[tuple[Entry, bytes]]:
    """(entry, stored body) at positions start .. stop - 1, each linked to the one before it. Raises ChainBroken."""
    statement = f"{_WITH_BODY} WHERE e.position >= ? AND e.position < ? ORDER BY e.position"
    position, previous = start, None
    if start:
        before = rows("SELECT e.entry AS entry FROM entries e WHERE e.position = ?", (start - 1,))
        previous = leaf_hash(before[0]["entry"]) if before and isinstance(before[0]["entry"], bytes) else b""
    for first in range(start, stop, PAGE):
        for row in rows(statement, (first, min(first + PAGE, stop))):
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


def last_number(rows: Rows, subject: Subject) -> int:
    """The running number of the last entry about a subject, as that entry states it; 0 where there is none."""
    statement = (
        "SELECT s.number AS number, s.position AS position, e.entry AS entry, b.body AS body FROM subjects s"
        " JOIN entries e ON e.position = s.position JOIN bodies b ON b.position = s.position"
        " WHERE s.kind = ? AND s.id = ? ORDER BY s.number DESC LIMIT 1"
    )
    for found in rows(statement, subject):
        number = found["number"]
        if not isinstance(found["entry"], bytes) or not isinstance(found["body"], bytes):
            raise _changed(found["position"], "entry")
        if (subject, number) not in stated_subjects(parse_entry(found["entry"]), found["body"]):
            raise _changed(found["position"], "number")
        return int(number)
    return 0


def numbers_stated(rows: Rows, start: int, stop: int) -> dict[Subject, int]:
    """By subject, the running number that the newest entry about it at start .. stop - 1 states. A damaged entry states
    nothing: `verify` says what it is."""
    found: dict[Subject, int] = {}
    for row in rows(f"{_WITH_BODY} WHERE e.position >= ? AND e.position < ? ORDER BY e.position", (start, stop)):
        with suppress(Invalid, TypeError, ValueError, AttributeError):
            found.update(stated_subjects(read_entry(row), row["body"]))
    return found


def last_version(rows: Rows, stream: str) -> int:
    """The version of a stream's last entry, as that entry states it; 0 where there is none."""
    for found in rows(f"{_ROW} FROM entries e WHERE e.stream = ? ORDER BY e.version DESC LIMIT 1", (stream,)):
        return read_entry(found).header.version
    return 0


def derived_root(rows: Rows, size: int, get: GetHash, signed: Checkpoint | None) -> bytes:
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
    statement = f"{_ROW} FROM entries e WHERE e.position >= ? AND e.position < ? ORDER BY e.position"
    for first in range(frontier.size, size, PAGE):
        for row in rows(statement, (first, min(first + PAGE, size))):
            leaf = leaf_hash(row["entry"]) if isinstance(row["entry"], bytes) else b""
            if row["position"] != frontier.size or row["leaf_hash"] != leaf:
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


def drafted_before(rows: Rows, type_: str, body: Body, start: int, stop: int = ALL) -> bool:
    """Whether an entry of this type, from position `start` on and below `stop`, has the draft digest of a body.

    The body names who is asked, so an entry of the same draft has the same digest of that field: few are read.
    """
    digest = draft_digest(body.digests)
    wanted = f'"asked_of.0":"{body.digests["asked_of.0"]}"'.encode("ascii")
    found = rows(
        "SELECT b.body AS body FROM entries e JOIN bodies b ON b.position = e.position"
        " WHERE e.position >= ? AND e.position < ? AND e.type = ? AND instr(b.body, ?) > 0",
        (start, stop, type_, wanted),
    )
    return any(draft_digest(parse_body(row["body"]).digests) == digest for row in found)
