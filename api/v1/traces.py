"""The reverse trace of a case."""

from flask import Blueprint, Response

from api import query
from api.request_state import reading
from api.v1.answer import answer
from projections.answers import trace_answer


def add_to(group: Blueprint) -> None:
    """The routes of this module."""
    group.add_url_rule("/traces/<path:case>", view_func=trace)


def trace(case: str) -> Response:
    """The trace of a case, by default as known at its opening."""
    asked = query.parameters("known_at", "rulebook")
    desk = reading().desk
    moment = query.moment(asked.get("known_at"), desk.facts().zone)
    return answer(trace_answer(desk.trace(case, known_at=moment, rulebook=asked.get("rulebook"))))
