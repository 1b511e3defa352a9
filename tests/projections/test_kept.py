"""What is kept from one question to the next: never older than the record, and nothing that was erased."""

from dataclasses import replace

import pytest

from ledger.events.acts import TalkHeld
from ledger.store.sqlite.library import driver
from projections.questions.desk import Desk
from projections.questions.dossier import DossierFilter, dossier
from projections.questions.over import Over
from projections.questions.signals import SignalFilter, raised
from projections.views import view_store
from projections.views.facts import ViewFacts
from projections.views.view_store import Views
from tests.support.facts_maker import JUDGED_ON, Organ
from tests.support.replayed import scenario_facts
from tests.tools.formulaic import formulaic_views, talks


def answers(views: Views) -> str:
    """Everything that the pages tell, in full."""
    desk = Desk(views)
    return repr(
        (
            desk.ask(raised, SignalFilter(judged_on=JUDGED_ON)),
            desk.ask(dossier, DossierFilter(party="mem", judged_on=JUDGED_ON)),
            desk.trace("K1"),
        )
    )


def test_answers_after_each_further_entry_are_those_of_views_that_were_never_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However few entries are kept, asking between the entries changes no answer."""
    monkeypatch.setattr(view_store, "KEPT", 30)
    asked = formulaic_views(40)
    found = list(talks(Organ().staffed(), 46))

    for number in range(40, 46):
        answers(asked)
        asked.apply([found[number]])
        fresh = Views()
        with asked.datastore.get_connection(commit=False) as source, fresh.datastore.get_connection(commit=True) as to:
            driver(source).backup(driver(to))
        assert answers(asked) == answers(fresh)


def test_a_text_that_was_erased_is_not_given_from_what_is_kept() -> None:
    """What is kept of an entry is given only while its row says the same."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-02-26 09:00", text="of receipts and of stock")
    views = Views()
    views.apply(organ.entries["duty"])
    (before,) = ViewFacts(views).records(TalkHeld)
    assert before.payload == talk.payload

    with views.datastore.transaction(commit=True) as c:
        c.execute("DELETE FROM texts WHERE position = ?", (talk.position,))

    (after,) = ViewFacts(views).records(TalkHeld)
    assert isinstance(talk.payload, TalkHeld)
    assert after.payload == replace(talk.payload, text=None)


def test_an_entry_is_decoded_once_for_all_cuts() -> None:
    """A second question finds what the first one read."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-02-26 09:00")
    views = Views()
    views.apply(organ.entries["duty"])

    (first,), (second,) = (ViewFacts(views).records(TalkHeld) for _ in range(2))

    assert first is second


def test_lines_of_a_dossier_are_those_however_many_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a few at a time, none is left out, doubled, or put in another place."""
    facts = scenario_facts()
    wanted = [DossierFilter(party=who) for who in sorted({*facts.persons, *facts.units})]
    every = [dossier(Over(facts), each) for each in wanted]
    assert max(len(each.acts) + len(each.talks) for each in every) > 9
    monkeypatch.setattr("projections.questions.dossier._TOGETHER", 3)
    assert [dossier(Over(facts), each) for each in wanted] == every
