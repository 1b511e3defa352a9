"""Rows of tenures: one version for each entry that changed what is known of an assignment."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.tenure import ActingBegun, AssignmentMade
from projections.views.rows import Cursor, LedgerRow, dump

_OWN = ("person", "post", "scope", "supervises", "functions", "valid_from", "valid_to", "legacy")
COLUMN_OF: Mapping[str, str] = {**{name: name for name in _OWN}, "mode": "acting"}
"""Fields of an assignment or acting of which a correction makes a version, each with its column."""
_COLUMNS = (
    "ledger",
    "position",
    "known_from",
    "known_to",
    "ended_by",
    "person",
    "post",
    "acting",
    "scope",
    "supervises",
    "functions",
    "valid_from",
    "valid_to",
    "leaves",
    "legacy",
)


def open_tenure(c: Cursor, ledger: LedgerRow, event: Recorded, made: AssignmentMade | ActingBegun) -> None:
    """Writes the first version of what is known of a tenure."""
    if ledger.former and event.position >= 0:
        _take_over(c, ledger, event, made)
    _insert_tenure(
        c,
        {
            "ledger": ledger.id,
            "position": event.position,
            "known_from": event.position,
            "known_to": None,
            "ended_by": None,
            "person": made.person,
            "post": made.post,
            "acting": made.mode if isinstance(made, ActingBegun) else None,
            "scope": list(made.scope or ()),
            "supervises": list(made.supervises or ()),
            "functions": list(made.functions or ()),
            "valid_from": made.valid_from.isoformat(),
            "valid_to": made.valid_to.isoformat() if made.valid_to else None,
            "leaves": None,
            "legacy": int(bool(made.legacy)),
        },
    )


def _take_over(c: Cursor, ledger: LedgerRow, event: Recorded, made: AssignmentMade | ActingBegun) -> None:
    """What is recorded anew of a tenure that stands in a lost ledger is known in its place from then on.

    There it cannot be ended any more: the days before the new one begins stay as they are, those after are the new
    one's.
    """
    acting = made.mode if isinstance(made, ActingBegun) else None
    c.execute(
        "SELECT * FROM tenures WHERE ledger = ? AND position < 0 AND known_to IS NULL AND person = ? AND post = ?"
        " AND acting IS ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?) ORDER BY position",
        (
            ledger.id,
            made.person,
            made.post,
            acting,
            made.valid_to.isoformat() if made.valid_to else "9999-12-31",
            made.valid_from.isoformat(),
        ),
    )
    for row in c.fetchall():
        scope, own = json.loads(row["scope"]), list(made.scope or ())
        if scope != own and not set(scope) & set(own):
            continue
        if row["valid_from"] < made.valid_from.isoformat():
            last = (made.valid_from - timedelta(days=1)).isoformat()
            change_tenure(c, ledger, event, EntryReference("", row["position"], b""), {"valid_to": last})
        else:
            c.execute(
                "UPDATE tenures SET known_to = ? WHERE ledger = ? AND position = ? AND known_to IS NULL",
                (event.position, ledger.id, row["position"]),
            )


def change_tenure(
    c: Cursor, ledger: LedgerRow, event: Recorded, tenure: EntryReference, change: dict[str, Any]
) -> None:
    """Closes what was known of the tenure and opens the next version with `change`."""
    if tenure.fingerprint:
        return
    key = (ledger.id, tenure.position)
    c.execute("SELECT * FROM tenures WHERE ledger = ? AND position = ? AND known_to IS NULL", key)
    found = c.fetchone()
    if found is None:
        return  # the corrected entry is no assignment
    row = {name: found[name] for name in _COLUMNS}
    for name in ("scope", "supervises", "functions"):
        row[name] = json.loads(row[name])
    if row["known_from"] == event.position:  # pragma: no cover - one entry changes a tenure once
        raise RuntimeError("one entry changes a tenure once")
    c.execute(
        "UPDATE tenures SET known_to = ? WHERE ledger = ? AND position = ? AND known_to IS NULL",
        (event.position, *key),
    )
    _insert_tenure(c, {**row, "known_from": event.position, "known_to": None, **change})


def ended_so(c: Cursor, ledger: LedgerRow, end: EntryReference) -> EntryReference | None:
    """The assignment that this entry ended; None where it ended none."""
    key = (ledger.id, end.position)
    c.execute("SELECT position FROM tenures WHERE ledger = ? AND ended_by = ? AND known_to IS NULL", key)
    row = c.fetchone()
    return None if row is None or end.fingerprint else EntryReference("", row["position"], b"")


def _insert_tenure(c: Cursor, row: dict[str, Any]) -> None:
    values = [dump(row[name]) if isinstance(row[name], list) else row[name] for name in _COLUMNS]
    c.execute(f"INSERT INTO tenures VALUES ({','.join('?' * len(_COLUMNS))})", values)
    for relation in ("scope", "supervises"):
        c.executemany(
            "INSERT INTO tenure_units VALUES (?,?,?,?,?)",
            [
                (row["ledger"], relation, unit, row["position"], row["known_from"])
                for unit in sorted(set(row[relation]))
            ],
        )
