"""Of one person's answers to a record the latest stands, whoever recorded them in which order: in every rule that asks.

Answers given elsewhere bear the signer's own time; they are recorded here in another order than they were made.
"""

from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from ledger.core.carried import AskedPerson, Carried
from ledger.core.consent import Capacity, Consent, sign_consent
from ledger.core.consent_to import Place, ToDraft, ToEntry
from ledger.events.acts import InspectionHeld, MeetingHeld, PlanMade, TalkHeld
from ledger.events.case_parts import Rulebook
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordCorrected, RecordRefused, RecordWithdrawn
from projections.facts.footing import footing
from projections.facts.who_signed import acceptances, refused_by, said_to, signatures
from projections.signals import signals
from projections.trace import trace
from tests.support.builders import signer_named
from tests.support.facts_maker import Organ, at

Word = Literal["agree", "refuse"]
ORDERS = [
    # what is said at which time, in the order of recording; whether the signature stands; whether it ever stood
    ([("agree", "06"), ("refuse", "07")], False, True),
    ([("refuse", "07"), ("agree", "06")], False, True),
    ([("refuse", "06"), ("agree", "07")], True, True),
    ([("agree", "07"), ("refuse", "06")], True, True),
    ([("agree", "06"), ("refuse", "06")], False, False),
    ([("refuse", "06"), ("agree", "06")], False, False),
    ([("agree", "04"), ("refuse", "03"), ("agree", "06")], False, False),  # times before the record: contradicted
    ([("agree", "06"), ("refuse", "07"), ("agree", "08")], True, True),
]
"""The record is of 5 March; `06` is the morning of the sixth."""


def answer(
    organ: Organ, record: Recorded, person: str, word: Word, made: str, on: str, capacity: Capacity | None = None
) -> Recorded:
    """What a person answered elsewhere at the first moment, put on record by the clerk at the second."""
    reference = organ.reference(record)
    to = ToEntry(Place(reference.position, reference.leaf_hash))
    note = sign_consent(
        Consent(person, b"F" * 32, to, word, at(made), capacity), [signer_named(f"zeren.test/organ/duty/{person}")]
    )
    return organ.duty(ConsentRecorded(note=note.data.decode(), of=reference), on, "clerk")


def said(organ: Organ, record: Recorded, person: str, words: list[tuple[Word, str]]) -> None:
    """Answers made in March at these days, recorded one after the other on the tenth."""
    for minute, (word, made) in enumerate(words):
        answer(organ, record, person, word, f"2024-03-{made}", f"2024-03-10 09:{minute:02}")


def fired(organ: Organ, code: str) -> list[str]:
    return [cite.ref for signal in signals(organ.facts()) if signal.code == code for cite in signal.blamed]


@pytest.mark.parametrize(("words", "stands", "_"), ORDERS)
def test_a_countersignature_stands_by_the_time_it_bears(words: list[tuple[Word, str]], stands: bool, _: bool) -> None:
    """ONE_SIDED_TALK: answers recorded in reverse, taken back, of equal moments, of a contradicted time."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", "mem", ref="T1")
    said(organ, talk, "head", words)

    assert fired(organ, "ONE_SIDED_TALK") == ([] if stands else ["T1"])
    assert refused_by(organ.facts(), talk) == (set() if stands else {"head"})


@pytest.mark.parametrize(("words", "stands", "_"), ORDERS)
def test_a_second_signature_stands_by_the_time_it_bears(words: list[tuple[Word, str]], stands: bool, _: bool) -> None:
    """SELF_ATTESTED: who takes his signature back leaves the recorder alone again."""
    organ = Organ().staffed()
    plan = PlanMade(ref="P1", unit="aid", claims=("PD1",), occurred_at=date(2024, 3, 5))
    made = organ.duty(plan, "2024-03-05 20:00", "clerk")
    said(organ, made, "head", words)

    assert fired(organ, "SELF_ATTESTED") == ([] if stands else ["P1"])


@pytest.mark.parametrize(("words", "_", "took"), ORDERS)
def test_an_assignment_once_taken_on_is_refused_no_more(words: list[tuple[Word, str]], _: bool, took: bool) -> None:
    """Whoever signed it cannot refuse it: the order of the times tells, not that of recording; equal ones refuse."""
    organ = Organ().staffed()
    organ.end("head", "2024-02-29", "rotation")
    made = organ.assign("handler", "head", "2024-03-05", "clerk", scope=("aid",), ref="NEW")
    said(organ, made, "handler", words)
    facts = organ.facts()
    (tenure,) = facts.tenures(person="handler")

    assert footing(facts, tenure) == ("formal" if took else "refused")


def test_a_signature_at_recording_is_taken_back_by_a_refusal() -> None:
    """Who signed the talk itself and refuses it later has refused it."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", ref="T1")
    assert fired(organ, "ONE_SIDED_TALK") == []

    organ.duty(RecordRefused(refuses=organ.reference(talk)), "2024-03-06", "head")

    assert fired(organ, "ONE_SIDED_TALK") == ["T1"]
    assert set(signatures(organ.facts(), talk)) == {"mem"}


def test_a_signature_stands_since_the_last_refusal() -> None:
    """It counts from the first recording after the refusal; a second consent of the same mind makes it no later."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", "mem", ref="T1")
    answer(organ, talk, "head", "agree", "2024-03-06", "2024-03-07")
    answer(organ, talk, "head", "agree", "2024-05-06", "2024-05-07")
    assert signatures(organ.facts(), talk)["head"] == at("2024-03-07")
    assert fired(organ, "COUNTERSIGN_LATE") == []

    answer(organ, talk, "head", "refuse", "2024-05-08", "2024-05-08")
    answer(organ, talk, "head", "agree", "2024-05-09", "2024-05-10")

    assert signatures(organ.facts(), talk)["head"] == at("2024-05-10")
    assert fired(organ, "COUNTERSIGN_LATE") == ["T1"]
    assert signatures(organ.facts(at("2024-05-07 10:00")), talk)["head"] == at("2024-03-07")


def test_a_receipt_and_a_withdrawn_acceptance_are_no_signatures() -> None:
    """A receipt says that it arrived; what was withdrawn counts for nothing."""
    organ = Organ().staffed()
    plan = PlanMade(ref="P1", unit="aid", claims=("PD1",), occurred_at=date(2024, 3, 5))
    made = organ.duty(plan, "2024-03-05 20:00", "clerk")
    answer(organ, made, "head", "agree", "2024-03-06", "2024-03-06", "receipt")
    assert fired(organ, "SELF_ATTESTED") == ["P1"]

    accepted = organ.duty(RecordAccepted(accepts=organ.reference(made)), "2024-03-07", "mem")
    assert fired(organ, "SELF_ATTESTED") == []

    organ.duty(RecordWithdrawn(of=organ.reference(accepted), ground="error"), "2024-03-08", "mem")
    assert fired(organ, "SELF_ATTESTED") == ["P1"]
    assert [event.author for event in acceptances(organ.facts(), made)] == ["head"]  # as any that is withdrawn


def test_a_late_record_is_declared_only_while_its_countersignature_stands() -> None:
    """LATE_RECORD: a countersignature that was taken back declares nothing."""
    organ = Organ().staffed()
    talk = organ.talk(
        "mem", "head", "2024-01-05", recorded="2024-03-05", ref="T1", declared_late=True, late_reason="ill"
    )
    weights = [signal.weight for signal in signals(organ.facts()) if signal.code == "LATE_RECORD"]
    organ.duty(RecordRefused(refuses=organ.reference(talk)), "2024-03-06", "head")
    after = [signal.weight for signal in signals(organ.facts()) if signal.code == "LATE_RECORD"]

    assert (weights, after) == (["info"], ["medium"])


@pytest.mark.parametrize(("then", "cited"), [(None, True), ("2024-04-10", False), ("2024-09-10", True)])
def test_a_refusal_taken_back_before_the_lead_excuses_nobody(then: str | None, cited: bool) -> None:
    """R21: what one refused in time counts, unless one agreed to it after all before the first lead."""
    organ = Organ().staffed()
    check = InspectionHeld(ref="C1", unit="aid", lead="mem", occurred_at=date(2024, 4, 1))
    made = organ.duty(check, "2024-04-01 20:00", "mem")
    answer(organ, made, "head", "refuse", "2024-04-02", "2024-04-02")
    if then is not None and then < "2024-08":
        answer(organ, made, "head", "agree", then, then)
    books = (Rulebook(id="cf", name="中国共产党纪律处分条例（2023修订）"),)
    organ.open_case("2024-10-14", "2024-08-05", rulebooks=books)
    if then is not None and then > "2024-08":
        answer(organ, made, "head", "agree", then, then)

    grounds = [ground.code for row in trace(organ.facts, "K1").persons for ground in row.grounds]
    assert ("refused_in_time" in grounds) == cited


def test_a_correction_of_votes_waits_for_whoever_countersigned_later() -> None:
    """Everybody who signed the minutes, at recording or afterwards, signs the correction, and stands by it."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-03-05", ("sec", "mem", "mem2"), ref="M1")  # signed by the secretary and the clerk
    answer(organ, meeting, "mem", "agree", "2024-03-06", "2024-03-07", "attendee")
    payload = RecordCorrected(
        corrects=organ.reference(meeting),
        field="dissent",
        new_value={"person": "mem2"},
        new_text={"text": "against"},
        occurred_at=date(2024, 3, 20),
    )
    correction = organ.duty(payload, "2024-03-20 20:00", "clerk", "sec")

    def dissenters() -> list[str]:
        found = organ.facts().entry(organ.reference(meeting), within=meeting)
        assert found is not None
        assert isinstance(found.payload, MeetingHeld)
        return [each.person for each in found.payload.dissent or ()]

    assert dissenters() == []
    answer(organ, correction, "mem", "agree", "2024-03-21", "2024-03-22")
    assert dissenters() == ["mem2"]
    answer(organ, correction, "mem", "refuse", "2024-03-23", "2024-03-23")
    assert dissenters() == []


def test_who_consented_to_the_draft_is_no_line_of_the_entry() -> None:
    """The views give an entry's lines and the consents in it apart, as the ledger does; both are signatures."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", "mem", ref="T1")
    to = ToDraft(bytes(32), TalkHeld.TYPE, "mem")
    made, until = at("2024-03-05 10:00"), at("2024-03-15")
    consent = Consent("head", b"F" * 32, to, "agree", made, "counterpart", Place(0, bytes(32)), until)
    note = sign_consent(consent, [signer_named("zeren.test/organ/duty/head")])
    carried = Carried((note,), asked=(AskedPerson("head", "counterpart"), AskedPerson("mem2", "attendee")))
    organ.entries["duty"][-1] = talk = replace(talk, reserved=tuple(carried.fields()))

    found = organ.facts().cited(organ.facts().cite(talk))

    assert found is not None
    assert (found.signers, found.signed) == (("mem",), ("mem", "head"))
    assert found == talk
    assert fired(organ, "ONE_SIDED_TALK") == []
    assert {each.person: each.elsewhere for each in said_to(organ.facts(), found)} == {"mem": False, "head": True}
