"""Tables of a ledger database (SQLite).

`stored_events` keeps the library's column names (`rowid` must be called so: the library selects "rowid, *");
rowid = position + 1. Every table but the caches refuses UPDATE and DELETE; triggers stop accidents, not the file's
owner: only the chain and the checkpoints held elsewhere are evidence. Columns beside `entry` and `body` repeat what
these say, for indexes; verify compares them.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from functools import cache

from ledger.errors import Invalid
from ledger.store.named_reads import SPARSE, types_are
from ledger.store.sqlite.dialect import in_sqlite

APPLICATION_ID = 0x7A65726E  # "zern"
VERSION = 1

_TABLES = {
    "stored_events": "rowid INTEGER PRIMARY KEY, originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL,"
    " topic TEXT NOT NULL, recorded_at TEXT NOT NULL, previous BLOB NOT NULL UNIQUE, leaf_hash BLOB NOT NULL,"
    " entry BLOB NOT NULL, UNIQUE (originator_id, originator_version)",
    "bodies": "position INTEGER PRIMARY KEY, body BLOB NOT NULL",
    "subjects": "kind TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, position INTEGER NOT NULL,"
    " PRIMARY KEY (kind, id, number)",
    "refs": "ref TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (ref, position)",
    "tiles": "level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL, root BLOB NOT NULL,"
    " PRIMARY KEY (level, number)",
    "checkpoints": "size INTEGER PRIMARY KEY, note BLOB NOT NULL",
    "erasures": "position INTEGER NOT NULL, erased_by INTEGER NOT NULL, PRIMARY KEY (position, erased_by)",
}
_CACHES = {
    "cache_heads": "key BLOB PRIMARY KEY, count INTEGER NOT NULL, position INTEGER NOT NULL, leaf BLOB NOT NULL",
    "cache_nodes": "depth INTEGER NOT NULL, low BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (depth, low)",
}
"""Computed from the entries when a seal is made; never evidence, so they may change and be deleted."""
_WITHOUT_ROWID = ("subjects", "refs", "tiles", "erasures")
_UNLESS = {("bodies", "UPDATE"): " WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE position = OLD.position)"}
"""The one controlled path: a body may change where an erasure of its entry is on record (FORMAT.md section 11)."""


def statements() -> list[str]:
    """The statements that make an empty ledger database, each harmless where it was run before."""
    made = []
    for table, columns in _TABLES.items():
        ending = " WITHOUT ROWID" if table in _WITHOUT_ROWID else ""
        made.append(f"CREATE TABLE IF NOT EXISTS {table} ({columns}){ending}")
        for verb in ("UPDATE", "DELETE"):
            unless = _UNLESS.get((table, verb), "")
            made.append(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{verb.lower()} BEFORE {verb} ON {table}{unless}"
                " BEGIN SELECT RAISE(ABORT, 'append-only: entries are corrected by a later entry'); END"
            )
    made += cache_statements()
    sparse = in_sqlite(types_are(SPARSE, keys=True)).replace("e.topic", "topic")
    made.append(f"CREATE INDEX IF NOT EXISTS sparse_by_topic ON stored_events (topic) WHERE {sparse}")
    made.append("CREATE INDEX IF NOT EXISTS subjects_by_position ON subjects (position)")
    made.append("CREATE INDEX IF NOT EXISTS cache_heads_by_position ON cache_heads (position)")
    return made


def cache_statements() -> list[str]:
    """The statements that make the tables of the cached map of heads."""
    return [f"CREATE TABLE IF NOT EXISTS {table} ({columns}) WITHOUT ROWID" for table, columns in _CACHES.items()]


# --- the schema as a database states it ---

SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master"


@cache
def _released() -> dict[tuple[object, object], tuple[object, object]]:
    """Tables, indexes and triggers of this version, by kind and name: what the statements make."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements():
            connection.execute(statement)
        return {(kind, name): (table, sql) for kind, name, table, sql in connection.execute(SCHEMA)}


def schema_faults(rows: Iterable[tuple[object, ...]]) -> list[Invalid]:
    """How the schema that `rows` (of SCHEMA) state differs from that of this version: none but exactly that is ours.

    A damaged page may state a kind or a name that is no text.
    """
    found: dict[tuple[object, object], tuple[object, object]] = {
        (kind, name): (table, sql) for kind, name, table, sql in rows
    }
    released, faults = _released(), []
    for kind, name in sorted(released.keys() | found.keys(), key=repr):
        if (kind, name) not in found:
            faults.append(Invalid("the database lacks the {} {} of its version", kind, name))
        elif (kind, name) not in released:
            faults.append(Invalid("the database has a foreign {}, {}", kind, name))
        elif found[kind, name] != released[kind, name]:
            faults.append(Invalid("the {} {} of the database is not that of its version", kind, name))
    return faults
