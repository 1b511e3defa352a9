"""Who and what is meant by a name, whenever it was had, and as whenever known it is asked."""

from datetime import date, datetime

import pytest

from ledger.errors import BadInput
from ledger.events.register import PersonRenamed, UnitRegistered, UnitRenamed
from projections.questions.holders import HolderFilter, subject_of, who_held
from projections.questions.over import Over
from projections.questions.parties import party_of
from tests.support.facts_maker import Organ, at

BEFORE, AFTER = at("2024-02-01 09:00"), at("2024-09-01 09:00")


def renamed() -> Organ:
    """A centre and its head that got other names in the middle of the year."""
    organ = Organ().staffed()
    organ.duty(UnitRenamed(unit="aid", name="service centre", valid_from=date(2024, 4, 1)), "2024-04-01")
    organ.duty(PersonRenamed(person="head", name="Huang", valid_from=date(2024, 4, 1)), "2024-04-01")
    return organ


@pytest.mark.parametrize("known_at", [BEFORE, AFTER, None])
def test_a_later_name_is_understood_at_an_earlier_moment(known_at: datetime | None) -> None:
    """Questions accept every name that a unit or person ever had; what is so stays as known at the moment asked."""
    facts = renamed().facts(known_at)

    assert party_of(facts, "service centre", "unit") == "aid"
    assert party_of(facts, "Huang") == "head"
    assert subject_of(facts, "service centre").unit == "aid"


def test_the_answer_is_of_the_moment_asked_though_the_name_is_not() -> None:
    """The holders of a unit asked for by its later name are those known then, by the names that they had then."""
    organ = renamed()
    asked = {
        known: who_held(
            Over(organ.facts(known), "en"), HolderFilter(subject="service centre", valid_at=date(2024, 2, 1))
        )
        for known in (BEFORE, AFTER)
    }
    heads = {known: [row.name for row in answer.holders if row.duty == "head"] for known, answer in asked.items()}

    assert heads[AFTER] == ["Huang"]
    assert heads[BEFORE] != heads[AFTER]


def test_a_name_of_the_moment_goes_before_a_later_one() -> None:
    """Who was called so by then is meant, not who got that name since: earlier moments keep their answers."""
    organ = Organ().staffed()
    organ.duty(UnitRenamed(unit="aid", name="first", valid_from=date(2024, 1, 8)), "2024-01-08")
    organ.duty(UnitRenamed(unit="office", name="first", valid_from=date(2024, 4, 1)), "2024-04-01")

    assert party_of(organ.facts(BEFORE), "first") == "aid"
    with pytest.raises(BadInput, match="name of several"):
        party_of(organ.facts(AFTER), "first")


def test_who_was_not_registered_yet_is_not_there() -> None:
    """A unit registered later is none at the earlier moment, by whatever name."""
    organ = Organ().staffed()
    organ.duty(UnitRegistered(ref="new", unit="new", kind="department", name="annexe"), "2024-04-01")

    for word in ("new", "annexe"):
        with pytest.raises(BadInput, match="neither a person nor a unit"):
            party_of(organ.facts(BEFORE), word)
        with pytest.raises(BadInput, match="neither a unit nor a post"):
            subject_of(organ.facts(BEFORE), word)
