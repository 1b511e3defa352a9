"""What an assignment rests on, and what a refusal of it changes."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.events.case_parts import OffenceAct, Rulebook
from ledger.events.records import RecordAccepted, RecordRefused
from projections.facts.footing import footing
from projections.facts.holdings import gaps, membership
from projections.facts.values import Period
from projections.questions.holders import DutyHolders, holders
from projections.trace import trace
from tests.support.facts_maker import Organ, at

DAY = date.fromisoformat
MARCH = DAY("2024-03-20")


def appointed(*signers: str, **more: str) -> Organ:
    """An organ whose centre has a new head from March on, recorded by the clerk, signed by nobody else by default."""
    organ = Organ().staffed()
    organ.end("head", "2024-02-29", "rotation")
    organ.assign("handler", "head", "2024-03-01", *(signers or ("clerk",)), scope=("aid",), ref="NEW", **more)
    return organ


def answers(organ: Organ, word: str, on: str) -> None:
    """The new head accepts or refuses his assignment on a day."""
    made = next(entry for entry in organ.entries["duty"] if entry.payload.ref == "NEW")
    said = (
        RecordAccepted(accepts=organ.reference(made))
        if word == "accepts"
        else RecordRefused(refuses=organ.reference(made))
    )
    organ.duty(said, on, "handler")


def asked(organ: Organ, known_at: str = "2024-12-31", on: date = MARCH) -> DutyHolders:
    return holders(organ.facts(at(known_at)), "head", "aid", on)


def told(answer: DutyHolders) -> list[tuple[str, str | None, bool]]:
    return [(holder.person, holder.flag, holder.disputed) for holder in answer.titular]


@pytest.mark.parametrize(
    ("signers", "authority", "accepted", "known_at", "expected"),
    [
        (("clerk", "handler"), None, None, "2024-12-31", "formal"),
        (("clerk",), "notice 3", None, "2024-12-31", "formal"),
        (("clerk",), None, "2024-05-06", "2024-12-31", "formal"),
        (("clerk",), None, "2024-05-06", "2024-05-05", "unaccepted"),
        (("clerk",), None, None, "2024-03-08", "pending"),
        (("clerk",), None, None, "2024-03-09", "unaccepted"),
    ],
)
def test_an_assignment_is_formal_pending_or_unaccepted(
    signers: tuple[str, ...], authority: str | None, accepted: str | None, known_at: str, expected: str
) -> None:
    """Signed, by authority or accepted it is formal; else pending for `countersign_days`, then a holder so flagged."""
    organ = appointed(*signers, **({"authority": authority} if authority else {}))
    if accepted is not None:
        answers(organ, "accepts", accepted)
    facts = organ.facts(at(f"{known_at} 23:00"))
    (tenure,) = facts.tenures(person="handler")

    assert footing(facts, tenure) == expected
    flag = "unaccepted" if expected == "unaccepted" else None
    assert told(holders(facts, "head", "aid", DAY("2024-03-04"))) == [("handler", flag, False)]


def test_a_refused_assignment_makes_no_holder_from_the_refusal_on() -> None:
    """Without authority, he is no holder for any day of it once he refused; before that day the answer was another."""
    organ = appointed()
    answers(organ, "refuses", "2024-04-08")
    before, after = asked(organ, "2024-04-07"), asked(organ)

    assert told(before) == [("handler", "unaccepted", False)]
    assert (told(after), after.gap) == ([], True)
    assert [(holder.person, holder.flag, holder.disputed) for holder in after.refused] == [("handler", "refused", True)]
    assert gaps(organ.facts(), "head", "aid", Period(MARCH, MARCH)) == (Period(MARCH, MARCH),)


def test_who_objects_to_an_assignment_by_authority_holds_it() -> None:
    """A notice from above stands against his refusal: he is the holder, and his objection is told."""
    organ = appointed(authority="notice 3")
    answers(organ, "refuses", "2024-04-08")
    assert told(asked(organ)) == [("handler", "objects", False)]
    assert asked(organ).refused == ()


@pytest.mark.parametrize("how", ["signed", "accepted"])
def test_who_took_an_assignment_on_cannot_refuse_it(how: str) -> None:
    """Once he signed it or accepted it, a refusal changes nothing."""
    organ = appointed(*(("clerk", "handler") if how == "signed" else ("clerk",)))
    if how == "accepted":
        answers(organ, "accepts", "2024-03-12")
    answers(organ, "refuses", "2024-04-08")
    assert told(asked(organ)) == [("handler", None, False)]


def test_a_refusal_after_the_first_lead_is_a_later_record() -> None:
    """Whoever refuses once a lead is in about the case that the assignment touches stays the holder of its days."""
    organ = appointed()
    organ.open_case("2024-10-14", "2024-08-05", offender="clerk")
    answers(organ, "refuses", "2024-09-02")
    assert told(asked(organ)) == [("handler", "unaccepted", False)]


def test_of_several_answers_the_latest_stands() -> None:
    """Who refused and then took it on holds it formally; a receipt of it takes nothing on."""
    organ = appointed()
    answers(organ, "refuses", "2024-03-05")
    assert not asked(organ).titular

    answers(organ, "accepts", "2024-03-12")

    assert told(asked(organ)) == [("handler", None, False)]
    assert not asked(organ, known_at="2024-03-11").titular


def test_a_receipt_takes_no_assignment_on() -> None:
    """That the paper arrived is no acceptance of what stands in it."""
    organ = appointed()
    made = next(entry for entry in organ.entries["duty"] if entry.payload.ref == "NEW")
    organ.duty(RecordAccepted(accepts=organ.reference(made), capacity="receipt"), "2024-03-12", "handler")

    (holder,) = asked(organ).titular

    assert holder.flag == "unaccepted"


def test_a_refused_seat_is_no_seat() -> None:
    """A member who refused his appointment is not of the full membership."""
    organ = Organ().staffed()
    organ.assign("handler", "member", "2024-03-01", "clerk", ref="NEW")
    assert membership(organ.facts(), MARCH) == ("sec", "mem", "mem2", "handler")
    answers(organ, "refuses", "2024-04-08")
    assert membership(organ.facts(), MARCH) == ("sec", "mem", "mem2")


def test_a_trace_shows_the_refused_as_a_variant_alone() -> None:
    """The refused head answers for nothing of the case; what he would answer for stands as a disputed variant."""
    organ = appointed()
    answers(organ, "refuses", "2024-04-08")
    books = (Rulebook(id="cf", name="中国共产党纪律处分条例（2023修订）"),)
    acts = (OffenceAct(id="a1", day=DAY("2024-04-02"), amount=Decimal(1)),)
    organ.open_case("2024-10-14", "2024-08-05", offender="clerk", rulebooks=books, acts=acts)
    found = trace(organ.facts, "K1")

    assert "handler" not in {share.person for share in found.shares}
    variants = {(row.level, row.person, row.because.ref) for row in found.variants}
    assert variants == {("head", "handler", "NEW")}
