"""Named reads of the views: what lists, pages and charts ask of the tables, each answered by an index.

Who asks names a joined ledger and says up to which position it is looked at (`stop`); what he may not see is not in
the ledgers that he names.

Long because every read of lists stands here beside the tables' order that it relies on, a function each.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ledger.events.access import ReadMade
from ledger.frozen import dataclass
from projections.facts.values import Period
from projections.views.full_text import PLACE, search_key
from projections.views.rows import LedgerRow, milliseconds, moment_of
from projections.views.view_store import Views


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry without what it says: its head."""

    position: int
    ref: str | None
    type: str
    recorded_at: datetime
    occurred_on: date | None
    signers: tuple[str, ...]
    stream: str
    version: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class TextLine:
    """An entry that was found by its words. `key` rises by ledger and position."""

    key: int
    entry: EntryLine
    texts: Mapping[str, Any]
    fields: Mapping[str, Any]
    """What it says beside its texts."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of a ledger are wanted: of a type, about a person or unit, under a number, of what happened on a
    day; None = all."""

    type: str | None = None
    party: str | None = None
    ref: str | None = None
    day: date | None = None


def asking_entries(views: Views, ledger: LedgerRow, stop: int) -> list[int]:
    """The positions below `stop` of the entries that name whom their author asked, in order; of its own alone, for
    nobody signs in a ledger that was lost."""
    rows = views.select(
        "SELECT r.position FROM records r INDEXED BY records_carrying WHERE r.ledger = ? AND r.position >= 0"
        " AND r.position < ? AND r.reserved != '[]' AND r.reserved LIKE '%\"asked_of.%' ORDER BY r.position",
        (ledger.id, stop),
    )
    return [row["position"] for row in rows]


def entry_lines(
    views: Views,
    ledger: LedgerRow,
    wanted: Wanted,
    start: int,
    stop: int,
    count: int | None = None,
    *,
    newest: bool = False,
) -> list[EntryLine]:
    """At most `count` entries from position `start` on and below `stop`, the first or the `newest` of them, in order
    of position."""
    within, at, values = _within(ledger, wanted, start, stop)
    rows = views.select(
        f"SELECT r.* FROM {within} ORDER BY {at}.position{' DESC' if newest else ''} LIMIT :count",
        {**values, "count": _count(count)},
    )
    return [_line(row) for row in (reversed(rows) if newest else rows)]


def entry_positions(
    views: Views, ledger: LedgerRow, wanted: Wanted, start: int, stop: int, count: int | None, *, newest: bool = False
) -> list[int]:
    """The same entries by their positions alone, for who reads them from the ledger; the `newest` from the end on."""
    within, at, values = _within(ledger, wanted, start, stop)
    rows = views.select(
        f"SELECT r.position FROM {within} ORDER BY {at}.position{' DESC' if newest else ''} LIMIT :count",
        {**values, "count": _count(count)},
    )
    return [row[0] for row in rows]


def types_counted(views: Views, ledger: LedgerRow, wanted: Wanted, start: int, stop: int) -> dict[str, int]:
    """How many entries there are of each type from position `start` on and below `stop`."""
    within, _, values = _within(ledger, wanted, start, stop)
    rows = views.select(f"SELECT r.type, count(*) AS entries FROM {within} GROUP BY r.type", values)
    return {row["type"]: row["entries"] for row in rows}


def parties_counted(
    views: Views, ledger: LedgerRow, wanted: Wanted, start: int, stop: int, ids: Sequence[str]
) -> dict[str, int]:
    """How many entries from position `start` on and below `stop` name each of these persons and units, whoever is
    wanted: each is looked for in the index, and who is named by none is left out."""
    values = {"ledger": ledger.id, "start": start, "stop": stop, "ids": json.dumps(list(ids))}
    where = "m.ledger = :ledger AND m.id = j.value AND m.position >= :start AND m.position < :stop"
    source = "mentions m"
    if wanted.type is not None:
        where, values["type"] = f"{where} AND m.type = :type", wanted.type
    if wanted.day is not None:
        where, values["day"] = f"{where} AND m.occurred_on = :day", wanted.day.isoformat()
    if wanted.ref is not None:
        source += " JOIN records r ON r.ledger = m.ledger AND r.position = m.position"
        where, values["ref"] = f"{where} AND r.ref = :ref", wanted.ref
    counting = f"SELECT count(*) FROM {source} WHERE {where}"
    rows = views.select(f"SELECT j.value AS id, ({counting}) AS entries FROM json_each(:ids) j", values)
    return {row["id"]: row["entries"] for row in rows if row["entries"]}


def _within(ledger: LedgerRow, wanted: Wanted, start: int, stop: int) -> tuple[str, str, dict[str, Any]]:
    """What stands behind FROM, the name of the table that is in order of position, and the values."""
    values: dict[str, Any] = {"ledger": ledger.id, "start": start, "stop": stop}
    source, at = "records r", "r"
    where = []
    if wanted.party is not None:
        source, at = "mentions m JOIN records r ON r.ledger = m.ledger AND r.position = m.position", "m"
        where.append("m.id = :party")
        values["party"] = wanted.party
    where += [f"{at}.ledger = :ledger", f"{at}.position >= :start", f"{at}.position < :stop"]
    for column, value in (
        ("type", wanted.type),
        ("ref", wanted.ref),
        ("occurred_on", wanted.day.isoformat() if wanted.day is not None else None),
    ):
        if value is not None:
            where.append(f"r.{column} = :{column}")
            values[column] = value
    return f"{source} WHERE {' AND '.join(where)}", at, values


def first_since(views: Views, ledger: LedgerRow, moment: datetime, *, after: bool = False) -> int | None:
    """The first position recorded at the moment or later (`after`: later only); None where there is none."""
    rows = views.select(
        f"SELECT position FROM records WHERE ledger = ? AND recorded_at {'>' if after else '>='} ?"
        " ORDER BY recorded_at, position LIMIT 1",
        (ledger.id, milliseconds(moment)),
    )
    return int(rows[0]["position"]) if rows else None


def moments_around(views: Views, ledger: LedgerRow, cut: int) -> tuple[datetime | None, datetime | None]:
    """The last moment of recording before that of the last entry below the cut, and the moment of the first above."""
    at = "SELECT recorded_at FROM records WHERE ledger = ? AND position = ?"
    before = "SELECT recorded_at FROM records WHERE ledger = ? AND recorded_at < ? ORDER BY recorded_at DESC LIMIT 1"
    last, following = (views.select(at, (ledger.id, position)) for position in (cut - 1, cut))
    earlier = views.select(before, (ledger.id, last[0]["recorded_at"])) if last else []
    return (
        moment_of(earlier[0]["recorded_at"]) if earlier else None,
        moment_of(following[0]["recorded_at"]) if following else None,
    )


@dataclass(frozen=True, slots=True)
class Among:
    """Which of the entries found are wanted: of a type, about a person or unit, of what happened in a period."""

    type: str | None = None
    party: str | None = None
    during: Period | None = None


ANYWHERE = Among()


def with_words(
    views: Views,
    ledger: LedgerRow,
    phrase: str,
    start: int,
    stop: int,
    count: int | None = None,
    among: Among = ANYWHERE,
) -> list[TextLine]:
    """At most `count` entries below `stop` in which the phrase stands, from the key `start` on."""
    source, values = _found(ledger, phrase, start, stop, among)
    rows = views.select(
        f"SELECT s.rowid AS key, r.*, t.texts {source} ORDER BY s.rowid LIMIT :count",
        {**values, "count": _count(count)},
    )
    return [
        TextLine(int(row["key"]), _line(row), json.loads(row["texts"] or "{}"), json.loads(row["fields"]))
        for row in rows
    ]


def counted(views: Views, ledger: LedgerRow, phrase: str, stop: int, among: Among) -> list[tuple[str, str, int]]:
    """How many entries below `stop` have the phrase, by type and year of what happened ("" without a day)."""
    source, values = _found(ledger, phrase, 0, stop, among)
    rows = views.select(
        f"SELECT r.type AS type, substr(coalesce(r.occurred_on, ''), 1, 4) AS year, count(*) AS n {source}"
        " GROUP BY 1, 2 ORDER BY 1, 2",
        values,
    )
    return [(row["type"], row["year"], int(row["n"])) for row in rows]


def counted_parties(
    views: Views, ledger: LedgerRow, phrase: str, stop: int, among: Among, most: int
) -> list[tuple[str, int]]:
    """How many entries below `stop` have the phrase, by the persons and units that they name; the most named."""
    source, values = _found(ledger, phrase, 0, stop, among)
    rows = views.select(
        f"SELECT m.id AS id, count(*) AS n FROM (SELECT r.ledger AS ledger, r.position AS position {source}) f"
        " JOIN mentions m ON m.ledger = f.ledger AND m.position = f.position GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :most",
        {**values, "most": most},
    )
    return [(row["id"], int(row["n"])) for row in rows]


def _found(ledger: LedgerRow, phrase: str, start: int, stop: int, among: Among) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {
        "phrase": phrase,
        "start": max(search_key(ledger.id, ledger.first), start),
        "stop": search_key(ledger.id, stop),
    }
    where = ["search MATCH :phrase", "s.rowid >= :start", "s.rowid < :stop"]
    if among.type is not None:
        where.append("r.type = :type")
        values["type"] = among.type
    if among.during is not None:
        where.append("r.occurred_on BETWEEN :first AND :last")
        values |= {"first": among.during.first.isoformat(), "last": among.during.last.isoformat()}
    if among.party is not None:
        where.append(
            "EXISTS (SELECT 1 FROM mentions m WHERE m.ledger = r.ledger AND m.id = :party AND m.position = r.position)"
        )
        values["party"] = among.party
    source = (
        f"FROM search s JOIN records r ON r.ledger = (s.rowid >> 40) AND r.position = {PLACE}"
        " LEFT JOIN texts t ON t.ledger = r.ledger AND t.position = r.position WHERE "
    )
    return source + " AND ".join(where), values


def ledgers_with(views: Views, position: int, ref: str) -> tuple[int, ...]:
    """The ids of the ledgers in which the entry at this position has this number."""
    rows = views.select("SELECT ledger FROM records WHERE position = ? AND ref = ?", (position, ref))
    return tuple(int(row["ledger"]) for row in rows)


def first_day_of_tenures(views: Views, ledger: LedgerRow) -> date | None:
    """The earliest first day of any assignment on record."""
    rows = views.select("SELECT min(valid_from) AS first FROM tenures WHERE ledger = ?", (ledger.id,))
    return date.fromisoformat(rows[0]["first"]) if rows[0]["first"] else None


def acts_about(
    views: Views, ledger: LedgerRow, party: str, during: Period, stop: int, count: int
) -> Sequence[EntryLine]:
    """At most `count` entries below `stop` that name a person or unit and happened in the period."""
    rows = views.select(
        "SELECT r.* FROM mentions m JOIN records r ON r.ledger = m.ledger AND r.position = m.position"
        " WHERE m.ledger = ? AND m.id = ? AND r.position < ? AND r.occurred_on BETWEEN ? AND ?"
        " ORDER BY m.position LIMIT ?",
        (ledger.id, party, stop, during.first.isoformat(), during.last.isoformat(), count),
    )
    return [_line(row) for row in rows]


def _count(count: int | None) -> int:
    return -1 if count is None else count


def _line(row: Any) -> EntryLine:
    return EntryLine(
        row["position"],
        row["ref"],
        row["type"],
        moment_of(row["recorded_at"]),
        date.fromisoformat(row["occurred_on"]) if row["occurred_on"] else None,
        tuple(json.loads(row["signers"])),
        row["stream"],
        row["version"],
        row["leaf_hash"],
    )


def last_naming(views: Views, ledger: LedgerRow, start: int, stop: int) -> int | None:
    """The last position from `start` on and below `stop` of an access ledger's entry that answers may depend on.

    A reading that named nobody changes no answer.
    """
    rows = views.select(
        "SELECT max(position) AS last FROM records WHERE ledger = ? AND position >= ? AND position < ?"
        " AND (type <> ? OR json_extract(fields, '$.concerns') IS NOT NULL)",
        (ledger.id, start, stop, ReadMade.TYPE),
    )
    return rows[0]["last"] if rows else None
