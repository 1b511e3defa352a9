"""The talks that are owed and held, as a matrix of units and persons by half-years."""

from itertools import groupby

from api.answering.listing import answered
from api.asking.current import explainer
from api.asking.filters import ask
from api.pages.frame import Shown, page
from api.routes import DUTIES, Route, Values
from api.v1.duties import state_of
from api.v1.talk_matrix import PARAMETERS
from ledger.messages import N_
from projections.questions.talk_matrix import MARKS, TalkMatrix, TalkMatrixFilter, as_matrix, talk_matrix
from projections.reports.talk_words import STATES, missing_words

MOST = 8
"""How many half-years stand beside each other: the newest, where nothing limits them; the file has all."""


def talk_page(asked: Values) -> Shown:
    """Which talks are owed between whom, and which were held."""
    found = ask(talk_matrix, TalkMatrixFilter, asked)
    halves, rows = as_matrix(found.items)
    shown, explain = halves[-MOST:], explainer(asked["known_at"])
    return page(
        "talk_matrix.html",
        answered(found, state_of("talk-matrix", asked)),
        found=found,
        halves=shown,
        left_out=len(halves) - len(shown),
        duties=[
            (*duty, [(row, row.cells[-MOST:]) for row in lines])
            for duty, lines in groupby(rows, lambda row: (row.title, row.obligation))
        ],
        missing=[missing_words(row, explain) for row in found.items if row.state == "missing"],
        marks=MARKS,
        states=STATES,
    )


ROUTES = (Route("/talk-matrix", talk_page, N_("Talks owed and held"), DUTIES, TalkMatrix, PARAMETERS, title="Talks"),)
