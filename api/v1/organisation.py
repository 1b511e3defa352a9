"""The organ on a day: who holds which post, who supervises which unit, and what is otherwise than on another day."""

from api.asking.filters import ask
from api.routes import DUTIES, ENTRIES, KNOWN_AT, VALID_AT, Parameter, Route, Values
from ledger.messages import N_
from projections.questions.organisation import Organisation, OrganisationFilter
from projections.questions.organisation import organisation as made_up


def organisation(asked: Values) -> Organisation:
    """The Party group, every unit with its line, and the changes against another day."""
    return ask(made_up, OrganisationFilter, asked)


PARAMETERS = (
    VALID_AT,
    Parameter("against", "day", "Another day, mostly an earlier one: what is otherwise is listed."),
    KNOWN_AT,
    ENTRIES,
)
ROUTES = (
    Route("/organisation", organisation, N_("How the organ is made up on a day"), DUTIES, Organisation, PARAMETERS),
)
