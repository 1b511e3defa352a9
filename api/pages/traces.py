"""The page of a case: its reverse trace."""

from flask import Blueprint

from api import query
from api.pages.frame import page
from api.request_state import explainer, reading
from projections.explain import LEVELS, RED


def add_to(group: Blueprint) -> None:
    """The routes of this module."""
    group.add_url_rule("/traces/<path:case>", view_func=trace)


def trace(case: str) -> str:
    """The trace of a case."""
    asked = query.parameters("known_at", "rulebook")
    desk = reading().desk
    facts = desk.facts()
    moment = query.moment(asked.get("known_at"), facts.zone)
    found = desk.trace(case, known_at=moment, rulebook=asked.get("rulebook"))
    books = desk.trace(case, known_at=moment).rulebooks
    return page(
        "trace.html",
        trace=found,
        books=books,
        rulebook=asked.get("rulebook"),
        explain=explainer(),
        levels=LEVELS,
        red=RED,
        known_at=found.known_at.astimezone(facts.zone),
    )
