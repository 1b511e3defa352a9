"""What is to be done."""

from api.answering.listing import Listing, answered
from api.asking.filters import ask
from api.routes import DUTIES, JUDGED, LIST, Parameter, Route, Values
from api.v1.duties import state_of
from ledger.messages import N_
from projections.questions.agenda import Agenda, AgendaFilter, AgendaLine
from projections.questions.agenda import agenda as what_is_to_be_done


def agenda(asked: Values) -> Listing[AgendaLine]:
    """What is to be done, by whom and by when, each line with how to do it."""
    return answered(ask(what_is_to_be_done, AgendaFilter, asked), state_of("agenda", asked))


PARAMETERS = (
    Parameter("owner", "party", "Only what this person or unit has to do; recorded as a reading of it."),
    Parameter("period", "text", "Only what falls due in this year, half-year or quarter: 2026, 2026H2, 2026Q4."),
    Parameter("until", "day", "Only what is overdue, falls due by this day, or has no day."),
    Parameter("due_within", "text", "Only what is still to come within so many days: 5d."),
    *JUDGED,
    *LIST,
)
ROUTES = (Route("/agenda", agenda, N_("What is to be done"), DUTIES, Agenda, PARAMETERS, lists=True),)
