"""The talks that are owed and held."""

from api.answering.listing import Listing, answered
from api.asking.filters import ask
from api.routes import DUTIES, JUDGED, LIST, Parameter, Route, Values
from api.v1.duties import state_of
from ledger.messages import N_
from projections.questions.talk_matrix import TalkMatrix, TalkMatrixFilter, TalkOwed
from projections.questions.talk_matrix import talk_matrix as talks_owed


def talk_matrix(asked: Values) -> Listing[TalkOwed]:
    """Each talk that is owed: by whom, to whom, in which half-year, held or missing."""
    return answered(ask(talks_owed, TalkMatrixFilter, asked), state_of("talk-matrix", asked))


PARAMETERS = (
    Parameter("owner", "party", "Only talks by or with this person; recorded as a reading of it."),
    Parameter("unit", "unit", "Only talks about this unit."),
    Parameter("half", "text", "Only what falls due in this half-year, such as 2024H1."),
    *JUDGED,
    *LIST,
)
ROUTES = (Route("/talk-matrix", talk_matrix, N_("Talks owed and held"), DUTIES, TalkMatrix, PARAMETERS, lists=True),)
