"""Entries of a ledger, page by page."""

from flask import Blueprint, Response, url_for

from api import query
from api.problems import Unknown
from api.request_state import reading
from api.v1.answer import answer
from ledger.application import Ledger
from projections.answers import entry_answer


def add_to(group: Blueprint) -> None:
    """The routes of this module."""
    group.add_url_rule("/ledgers/<kind>/entries", view_func=entries)
    group.add_url_rule("/ledgers/<kind>/entries/<int:position>", view_func=entry)


def ledger_of(kind: str) -> tuple[Ledger, str, int]:
    """(ledger, its fingerprint, entries that this reading sees). Raises Unknown."""
    head = reading().head(kind)
    if head is None:
        raise Unknown("there is no ledger {!r} here", kind)
    return reading().ledgers[kind], head.fingerprint, head.entries


def entries(kind: str) -> Response:
    """A page of entries from where the cursor points; `next` is the cursor that goes on, null at the end."""
    asked = query.parameters("cursor", "limit")
    ledger, fingerprint, size = ledger_of(kind)
    start, count = query.parse_cursor(asked.get("cursor"), fingerprint), query.limit(asked.get("limit"))
    page = ledger.page(start, size, count)
    following = start + len(page)
    cursor = query.format_cursor(fingerprint, following) if following < size else None
    response = answer({"items": [entry_answer(event) for event in page], "next": cursor})
    if cursor is not None:
        address = url_for("v1.entries", kind=kind, cursor=cursor, limit=count)
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


def entry(kind: str, position: int) -> Response:
    """One entry with all its fields."""
    query.parameters()
    ledger, _fingerprint, size = ledger_of(kind)
    if position >= size:
        raise Unknown("there is no entry {}; the ledger has {} entries", position, size)
    return answer(entry_answer(ledger.at(position)))
