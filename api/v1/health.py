"""Whether the server answers, and how far the views are."""

from flask import Blueprint, Response

from api.request_state import reading, sources
from api.v1.answer import answer


def add_to(group: Blueprint) -> None:
    """The routes of this module."""
    group.add_url_rule("/ledgers", view_func=ledgers)
    group.add_url_rule("/health", view_func=health)


def ledgers() -> Response:
    """The ledgers, each with the root that its entries hash to."""
    return answer({"items": reading().heads})


def health() -> Response:
    """`behind` is the number of entries per ledger that the views lack."""
    return answer({"status": "ok", "behind": sources().lag()})
