"""What each kind of problem means and what to do about it: the pages that problem documents point at."""

from api.answering.problems import BY_NAME
from api.asking.reader import Unknown
from api.pages.frame import Shown, page
from api.routes import PUBLIC, Parameter, Route, Values
from ledger.messages import N_


def problem_kind(asked: Values) -> Shown:
    """A kind of problem."""
    kind = BY_NAME.get(asked["name"])
    if kind is None:
        raise Unknown("there is no kind of problem {!r}", asked["name"])
    return page("problem_kind.html", kind=kind)


ROUTES = (
    Route(
        "/problems/{name}",
        problem_kind,
        N_("What a kind of problem means"),
        PUBLIC,
        parameters=(Parameter("name", "text", "Name of the kind of problem."),),
        computed=False,
        about="server",
    ),
)
