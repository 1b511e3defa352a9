"""Who held which duty when, as known when."""

from flask import Blueprint, Response

from api import query
from api.request_state import explainer, reading
from api.v1.answer import answer
from ledger.clock import today
from projections.answers import holders_answer


def add_to(group: Blueprint) -> None:
    """The routes of this module."""
    group.add_url_rule("/holders/<path:subject>", view_func=holders)


def holders(subject: str) -> Response:
    """The holders of a unit's duties, or of a post, on the day `valid_at` as known at `known_at`."""
    asked = query.parameters("valid_at", "known_at")
    desk = reading().desk
    zone = desk.facts().zone
    day, moment = query.day(asked.get("valid_at"), today(zone)), query.moment(asked.get("known_at"), zone)
    found = desk.holders(desk.subject(subject), day, moment)
    return answer(holders_answer(subject, day, moment, found, explainer(moment)))
