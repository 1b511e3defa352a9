"""Pages for people: server-rendered, without script, each with the moment and the ledger heads it holds for."""

from flask import Blueprint

from api.pages import entries, holders, overview, problems, traces


def blueprint() -> Blueprint:
    """All pages."""
    group = Blueprint("pages", __name__)
    for module in (overview, holders, traces, entries):
        module.add_to(group)
    group.register_blueprint(problems.blueprint())
    return group
