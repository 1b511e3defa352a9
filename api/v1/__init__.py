"""JSON for programs, under /api/v1. Every answer names its times and the ledger heads that it was computed from."""

from flask import Blueprint

from api.v1 import entries, health, holders, traces

PREFIX = "/api/v1"


def blueprint() -> Blueprint:
    """All routes of this version."""
    group = Blueprint("v1", __name__, url_prefix=PREFIX)
    for module in (health, holders, traces, entries):
        module.add_to(group)
    return group
