"""The pages of a person's own token: what waits for that person, and the own dossier."""

from api.pages.dossier_parts import PART
from api.pages.frame import Shown, page
from api.pages.persons import person_page
from api.routes import CURSOR, JUDGED_ON, KNOWN_AT, LIMIT, OWN, Route, Values
from api.v1.own import own_agenda, own_waiting, whose
from ledger.messages import N_
from projections.language.agenda_words import KINDS, STATES
from projections.language.titles import fixed_word
from projections.questions.agenda import AgendaLine


def own_page(asked: Values) -> Shown:
    """What waits for the person, with the files that ask."""
    return page(
        "own.html", found=own_waiting(asked), due=own_duties(asked), states=STATES, kinds=KINDS, word=fixed_word
    )


def own_duties(asked: Values) -> tuple[AgendaLine, ...]:
    """What the person has to do, but for what the page lists apart."""
    return tuple(line for line in own_agenda(asked).items if line.kind in ("obligation", "task"))


def own_dossier_page(asked: Values) -> Shown:
    """Everything about the person in the duty ledger."""
    return person_page({**asked, "person": whose()})


ROUTES = (
    Route("/own", own_page, N_("What waits for the token's own person"), OWN, None, (JUDGED_ON, KNOWN_AT)),
    Route(
        "/own/dossier",
        own_dossier_page,
        N_("The own dossier of the token's person"),
        OWN,
        None,
        (JUDGED_ON, KNOWN_AT, PART, CURSOR, LIMIT),
    ),
)
