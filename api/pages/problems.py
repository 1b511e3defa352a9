"""What each kind of problem means and what to do about it: the pages that problem documents point at."""

from flask import Blueprint, render_template

from api.problems import BY_NAME, Unknown


def blueprint() -> Blueprint:
    """The explanations."""
    group = Blueprint("problems", __name__)
    group.add_url_rule("/problems/<name>", view_func=explain)
    return group


def explain(name: str) -> str:
    """A kind of problem."""
    kind = BY_NAME.get(name)
    if kind is None:
        raise Unknown("there is no kind of problem {!r}", name)
    return render_template("problem_kind.html", kind=kind, heads=())
