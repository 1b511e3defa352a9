"""What is to be done, coloured by nearness."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from api.answering.listing import answered
from api.asking.current import explainer, facts
from api.asking.filters import ask
from api.pages.columns import By, among, asked_for, narrowed
from api.pages.frame import Shown, page
from api.pages.order import in_order, sort_by
from api.routes import DUTIES, Route, Values
from api.v1.agenda import PARAMETERS
from api.v1.duties import state_of
from ledger.messages import N_
from projections.language.agenda_words import KINDS, STATES
from projections.questions.agenda import Agenda, AgendaFilter, AgendaLine, headed_by
from projections.questions.agenda import agenda as what_is_to_be_done


def agenda_page(asked: Values) -> Shown:
    """What is to be done: overdue, due soon, due later, waiting."""
    explain, found = explainer(asked["known_at"]), ask(what_is_to_be_done, AgendaFilter, asked)

    def said(words: Mapping[str, str]) -> Callable[[str], str]:
        return lambda word: explain.text(words[word])

    state = By("state", N_("status"), lambda row: (row.state,), said(STATES), links=True, order=(*STATES,))
    kind = By("kind", N_("kind"), lambda row: (row.kind,), said(KINDS), links=True, order=(*KINDS,))
    cut = facts(asked["known_at"], asked["entries"])
    leads = {person: frozenset(headed_by(cut, person, found.judged_on)) for person in cut.persons}

    def whose(row: AgendaLine) -> tuple[str, ...]:
        """Who has to do it: the owner, and whoever heads the unit that has."""
        return (row.owner, *(person for person, units in leads.items() if row.owner in units))

    owner = By("owner", N_("person or unit"), whose, explain.name)

    def without(name: str) -> Sequence[AgendaLine]:
        return narrowed(ask(what_is_to_be_done, AgendaFilter, {**asked, name: None}).items, asked, state, kind)[0]

    rows, groups = narrowed(found.items, asked, state, kind)
    rows = in_order(rows, asked["sort"], explain.name)
    return page(
        "agenda.html",
        answered(replace(found, items=rows), state_of("agenda", asked)),
        groups=(*groups, *asked_for(rows, without, asked, owner)),
        found=found,
        states=STATES,
        kinds=KINDS,
    )


ROUTES = (
    Route(
        "/agenda",
        agenda_page,
        N_("What is to be done"),
        DUTIES,
        Agenda,
        (*PARAMETERS, *among("state", "kind"), sort_by("due", "what", "owner", "with_whom")),
        title="Agenda",
    ),
)
