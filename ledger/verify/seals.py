"""Recomputing seals (FORMAT.md section 5): the map of heads from the entries alone, without the writer's caches.

Heads are gathered into a temporary database on disk and read back by rising key, so that memory stays constant.
"""

import sqlite3

from ledger.application import Ledger
from ledger.core.encoding import b64decode
from ledger.core.seal_map import Head, heads_root, stream_key, subject_key
from ledger.errors import Incomplete, Invalid, ZerenError
from ledger.events.trust import Sealed
from ledger.placement import SEALS
from ledger.store.heads import roots_since
from ledger.verify.report import Report

_STREAMS = (
    "SELECT originator_id, max(originator_version) AS count, max(rowid) - 1 AS position FROM stored_events"
    " WHERE rowid <= ? GROUP BY originator_id"
)
_SUBJECTS = (
    "SELECT kind, id, max(number) AS count, max(position) AS position FROM subjects"
    " WHERE position < ? GROUP BY kind, id"
)


def check_seals(ledger: Ledger, report: Report, *, every: bool) -> None:
    """Recomputes the last seal, or `every` seal; names how many were not recomputed."""
    seals = ledger.recorder.rows(
        "SELECT rowid - 1 AS position FROM stored_events WHERE originator_id = ? ORDER BY rowid", (SEALS,)
    )
    chosen = seals if every else seals[-1:]
    for row in chosen:
        position = row["position"]
        try:
            if _sealed(ledger, position) != root_at(ledger, position):
                raise Invalid("the seal's map of heads is not that of the entries before it")
            report.seals += 1
        except ZerenError as error:
            report.add(error, position)
    if len(seals) > len(chosen):
        report.not_checked.append(Incomplete("{} earlier seals", len(seals) - len(chosen)))


def check_seals_since(ledger: Ledger, report: Report, seal: int, size: int) -> None:
    """Recomputes the last seal from the trusted one at position `seal`, along the keys touched since, below `size`.

    What was not touched comes from the cached map; the trusted seal's root, computed from the same hashes, proves it.
    Where the cache does not do that, the seal is recomputed from all entries.
    """
    sql = "SELECT max(rowid) - 1 AS position FROM stored_events WHERE originator_id = ? AND rowid <= ?"
    last = int(ledger.recorder.rows(sql, (SEALS, size))[0]["position"])
    if last == seal:
        return
    try:
        before, after = (_sealed(ledger, position) for position in (seal, last))
        with ledger.recorder.reading() as c:
            try:
                roots = roots_since(c, seal, last, with_subjects=ledger.kind == "duty")
            except LookupError:
                roots = (b"", b"")
        found = roots[1] if roots[0] == before else root_at(ledger, last)
        if found != after:
            raise Invalid("the seal's map of heads is not that of the entries before it")
        report.seals += 1
    except ZerenError as error:
        report.add(error, last)


def _sealed(ledger: Ledger, position: int) -> bytes:
    sealed = ledger.at(position).payload
    if not isinstance(sealed, Sealed) or sealed.size != position:
        raise Invalid("the seal does not say its own position")
    return b64decode(sealed.heads)


def root_at(ledger: Ledger, size: int) -> bytes:
    """The root of the map of heads over the first `size` entries."""
    scratch = sqlite3.connect("")  # a temporary database on disk
    try:
        scratch.execute("CREATE TABLE heads (key BLOB PRIMARY KEY, count, position, leaf) WITHOUT ROWID")
        with ledger.recorder.reading() as c:
            leaf = c.connection.cursor()
            for row in c.execute(_STREAMS, (size,)):
                _keep(scratch, leaf, stream_key(row["originator_id"]), row)
            if ledger.kind == "duty":
                for row in c.execute(_SUBJECTS, (size,)):
                    _keep(scratch, leaf, subject_key(row["kind"], row["id"]), row)
        return heads_root(Head(*row) for row in scratch.execute("SELECT * FROM heads ORDER BY key"))
    finally:
        scratch.close()


def _keep(scratch: sqlite3.Connection, cursor: sqlite3.Cursor, key: bytes, row: sqlite3.Row) -> None:
    found = cursor.execute("SELECT leaf_hash FROM stored_events WHERE rowid = ?", (row["position"] + 1,)).fetchone()
    leaf = found[0] if found is not None else bytes(32)
    scratch.execute("INSERT INTO heads VALUES (?,?,?,?)", (key, row["count"], row["position"], leaf))
