"""The list of entries, and the page of one entry."""

from flask import Blueprint

from api import query
from api.pages.frame import page
from api.problems import Unknown
from api.request_state import reading
from api.v1.entries import ledger_of
from projections.answers import entry_answer


def add_to(group: Blueprint) -> None:
    """The routes of this module."""
    group.add_url_rule("/ledgers/<kind>/entries", view_func=entries)
    group.add_url_rule("/ledgers/<kind>/entries/<int:position>", view_func=entry)


def entries(kind: str) -> str:
    """A page of entries."""
    asked = query.parameters("cursor", "limit")
    ledger, fingerprint, size = ledger_of(kind)
    start, count = query.parse_cursor(asked.get("cursor"), fingerprint), query.limit(asked.get("limit"))
    found = [entry_answer(event) for event in ledger.page(start, size, count)]
    following = start + len(found)
    cursor = query.format_cursor(fingerprint, following) if following < size else None
    return page("entries.html", kind=kind, entries=found, cursor=cursor, size=size, count=count)


def entry(kind: str, position: int) -> str:
    """One entry with its fields, and its signed note as stored."""
    query.parameters()
    ledger, _fingerprint, size = ledger_of(kind)
    if position >= size:
        raise Unknown("there is no entry {}; the ledger has {} entries", position, size)
    stored, _body = ledger.entry_at(position)
    facts = reading().desk.facts()
    return page(
        "entry.html",
        kind=kind,
        entry=entry_answer(ledger.at(position)),
        note=stored.data.decode(),
        size=size,
        zone=facts.zone,
    )
