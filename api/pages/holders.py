"""The page of a unit or post: who held its duties on a day, and over time."""

from datetime import date

from flask import Blueprint

from api import query
from api.pages.frame import page
from api.request_state import explainer, reading
from ledger.clock import today
from projections.answers import capacities
from projections.explain import LEVELS
from projections.holders import timeline
from projections.model import Period

ALL_DAYS = Period(date(1900, 1, 1), date(2999, 12, 31))
"""Every day that can be asked about."""


def add_to(group: Blueprint) -> None:
    """The routes of this module."""
    group.add_url_rule("/holders/<path:subject>", view_func=holders)


def holders(subject: str) -> str:
    """Who held the duties of a unit or post."""
    asked = query.parameters("valid_at", "known_at")
    desk = reading().desk
    zone = desk.facts().zone
    day, moment = query.day(asked.get("valid_at"), today(zone)), query.moment(asked.get("known_at"), zone)
    found, facts = desk.subject(subject), desk.facts(moment)
    history = [
        (LEVELS[level], holding) for level in found.levels for holding in timeline(facts, level, found.unit, ALL_DAYS)
    ]
    return page(
        "holders.html",
        subject=facts.units[found.unit].name if found.unit is not None else subject,
        valid_at=day,
        known_at=moment,
        answers=[(LEVELS[answer.duty], answer, capacities(answer)) for answer in desk.holders(found, day, moment)],
        history=history,
        explain=explainer(moment),
        last=ALL_DAYS.last,
    )
