"""Tables of the views database.

`ledger` is a small number per joined ledger. A row of `tenures` is one version of what was known of a tenure: known
from the entry `known_from` until the entry `known_to` (exclusive; null = still). Times are milliseconds since 1970
UTC, days are ISO dates in the ledger's own time zone.

A ledger that continues a lost one is read with it as one: the entries kept of that one stand under the same `ledger`,
at the positions below 0 that end at -1, so that every cut and every order holds for both; `continued` says which they
are.

`mentions` and `claims` repeat the day and the type of their entry ("" = no day), so that they drive every question
about a person, a unit or an obligation: nothing else of the ledger is read for it.

`judged` is what rules made of the facts for a question, which is asked again (`judged_rows`).
"""

from projections.views.full_text import STATEMENT as SEARCH
from projections.views.likeness_groups import STATEMENTS as LIKENESS

VERSION = 13

STATEMENTS = (
    (
        "CREATE TABLE IF NOT EXISTS ledgers (id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE, kind TEXT "
        "NOT NULL, fingerprint TEXT NOT NULL, time_zone TEXT NOT NULL, title TEXT NOT NULL, clock TEXT NOT "
        "NULL)"
    ),
    (
        "CREATE TABLE IF NOT EXISTS continued (ledger INTEGER NOT NULL, first INTEGER NOT NULL, origin TEXT NOT NULL, "
        "fingerprint TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (ledger, first)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS records (ledger INTEGER NOT NULL, position INTEGER NOT NULL, type TEXT "
        "NOT NULL, ref TEXT, stream TEXT NOT NULL, version INTEGER NOT NULL, signers TEXT NOT NULL, "
        "recorded_at INTEGER NOT NULL, occurred_on TEXT, leaf_hash BLOB NOT NULL, fields TEXT NOT NULL, "
        "missing TEXT NOT NULL, reserved TEXT NOT NULL, PRIMARY KEY (ledger, position)) WITHOUT ROWID"
    ),
    "CREATE INDEX IF NOT EXISTS records_by_ref ON records (ledger, ref)",
    "CREATE INDEX IF NOT EXISTS records_by_stream ON records (ledger, stream, version)",
    "CREATE INDEX IF NOT EXISTS records_by_type ON records (ledger, type, occurred_on)",
    "CREATE INDEX IF NOT EXISTS records_by_kind ON records (ledger, type)",
    "CREATE INDEX IF NOT EXISTS records_by_time ON records (ledger, recorded_at, position)",
    "CREATE INDEX IF NOT EXISTS records_carrying ON records (ledger, position) WHERE reserved != '[]'",
    (
        "CREATE TABLE IF NOT EXISTS texts (ledger INTEGER NOT NULL, position INTEGER NOT NULL, texts TEXT NOT "
        "NULL, PRIMARY KEY (ledger, position)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS mentions (ledger INTEGER NOT NULL, id TEXT NOT NULL, occurred_on TEXT NOT "
        "NULL, position INTEGER NOT NULL, type TEXT NOT NULL, PRIMARY KEY (ledger, id, occurred_on, position)) "
        "WITHOUT ROWID"
    ),
    "CREATE INDEX IF NOT EXISTS mentions_by_position ON mentions (ledger, id, position)",
    (
        "CREATE TABLE IF NOT EXISTS claims (ledger INTEGER NOT NULL, obligation TEXT NOT NULL, occurred_on TEXT "
        "NOT NULL, position INTEGER NOT NULL, type TEXT NOT NULL, PRIMARY KEY (ledger, obligation, occurred_on, "
        "position)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS parties (ledger INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, "
        "ref TEXT NOT NULL, unit_kind TEXT, position INTEGER NOT NULL, PRIMARY KEY (ledger, id)) WITHOUT "
        "ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS tenures (ledger INTEGER NOT NULL, position INTEGER NOT NULL, known_from "
        "INTEGER NOT NULL, known_to INTEGER, ended_by INTEGER, person TEXT NOT NULL, post TEXT NOT NULL, "
        "acting TEXT, scope TEXT NOT NULL, supervises TEXT NOT NULL, functions TEXT NOT NULL, valid_from TEXT "
        "NOT NULL, valid_to TEXT, leaves TEXT, legacy INTEGER NOT NULL, PRIMARY KEY (ledger, position, "
        "known_from)) WITHOUT ROWID"
    ),
    "CREATE INDEX IF NOT EXISTS tenures_by_person ON tenures (ledger, person)",
    "CREATE INDEX IF NOT EXISTS tenures_by_post ON tenures (ledger, post)",
    (
        "CREATE TABLE IF NOT EXISTS tenure_units (ledger INTEGER NOT NULL, relation TEXT NOT NULL, unit TEXT "
        "NOT NULL, position INTEGER NOT NULL, known_from INTEGER NOT NULL, PRIMARY KEY (ledger, relation, "
        "unit, position, known_from)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS marks (ledger INTEGER NOT NULL, mark INTEGER NOT NULL, position INTEGER "
        "NOT NULL, PRIMARY KEY (ledger, mark, position)) WITHOUT ROWID"
    ),
    *LIKENESS,
    (
        "CREATE TABLE IF NOT EXISTS judged (kind TEXT NOT NULL, question TEXT NOT NULL, number INTEGER NOT NULL, "
        "entries INTEGER NOT NULL, last BLOB NOT NULL, rests_on TEXT NOT NULL, by TEXT NOT NULL, body TEXT NOT NULL, "
        "seal TEXT NOT NULL, PRIMARY KEY (kind, question)) WITHOUT ROWID"
    ),
    SEARCH,
)

TABLES = ("ledgers", "continued", "records", "mentions", "claims", "parties", "tenures", "tenure_units")
"""The tables that a digest covers: all but `texts`, their search, their marks and what they are like."""
