"""The first page: ledgers, units and cases on record."""

from flask import Blueprint

from api import query
from api.pages.frame import page
from api.request_state import reading


def add_to(group: Blueprint) -> None:
    """The routes of this module."""
    group.add_url_rule("/", view_func=overview)


def overview() -> str:
    """What there is, and where to go on."""
    query.parameters()
    facts = reading().desk.facts()
    return page("overview.html", units=list(facts.units.values()), cases=[event.payload.ref for event in facts.cases()])
