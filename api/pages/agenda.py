"""What is to be done, coloured by nearness."""

from api.answering.listing import Listing
from api.pages.frame import Shown, page
from api.routes import DUTIES, Route, Values
from api.v1.agenda import PARAMETERS, agenda
from ledger.messages import N_
from projections.language.agenda_words import KINDS, STATES
from projections.questions.agenda import Agenda, AgendaLine


def agenda_page(asked: Values) -> Shown:
    """What is to be done: overdue, due soon, due later, waiting."""
    listing: Listing[AgendaLine] = agenda(asked)
    return page("agenda.html", listing, found=listing.answer, states=STATES, kinds=KINDS)


ROUTES = (Route("/agenda", agenda_page, N_("What is to be done"), DUTIES, Agenda, PARAMETERS, title="Agenda"),)
