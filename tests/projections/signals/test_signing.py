"""Signals about who signed a record."""

from datetime import date
from typing import Any, Literal

import pytest

from ledger.core.consent import Consent, sign_consent
from ledger.core.consent_to import Place, ToEntry
from ledger.events.acts import (
    AnalysisMade,
    EducationHeld,
    InspectionHeld,
    IntegrityReportSubmitted,
    KeyTaskRegistered,
    PlanMade,
    RiskMeasureTaken,
    SelfSummarySubmitted,
)
from ledger.events.base import Payload
from ledger.events.case_work import MeasureTaken
from ledger.events.record import Recorded
from ledger.events.records import ConsentRecorded, RecordAccepted, RecordRefused
from ledger.events.tenure import HandoverMade, LeaveTaken
from ledger.events.trust import KeyEnrolled, KeyRevoked
from projections.facts.values import Signal
from projections.signals import signals
from tests.support.builders import signer_named
from tests.support.facts_maker import Organ, at

ON = date(2024, 3, 5)


def fired(organ: Organ, code: str) -> list[Signal]:
    """The organ's signals of one code."""
    return [signal for signal in signals(organ.facts()) if signal.code == code]


@pytest.mark.parametrize(
    ("signed", "missing"),
    [
        (("mem", "head"), None),
        (("clerk", "mem", "head"), None),
        (("clerk", "mem"), ("head",)),
        (("clerk", "head"), ("mem",)),
        (("clerk",), ("head", "mem")),
    ],
)
def test_a_talk_needs_both_its_persons(signed: tuple[str, ...], missing: tuple[str, ...] | None) -> None:
    """ONE_SIDED_TALK names whichever of the two has not signed."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05", *signed)
    assert [signal.get("missing") for signal in fired(organ, "ONE_SIDED_TALK")] == ([missing] if missing else [])


@pytest.mark.parametrize(("signed_on", "fires"), [("2024-03-12", False), ("2024-03-13", True)])
def test_a_countersignature_counts_within_its_days(signed_on: str, fires: bool) -> None:
    """A signature of its own counts up to `countersign_days` after the recording, not later."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", "mem")
    organ.duty(RecordAccepted(accepts=organ.reference(talk), capacity="counterpart"), signed_on, "head")
    assert len(fired(organ, "ONE_SIDED_TALK")) == fires


def consent(organ: Organ, talk: Recorded, answer: Literal["agree", "refuse"], **more: Any) -> ConsentRecorded:
    """The head's answer given elsewhere, to be put on record by somebody else."""
    reference = organ.reference(talk)
    to = ToEntry(Place(reference.position, reference.leaf_hash))
    said = Consent("head", b"F" * 32, to, answer, at("2024-03-06"), "counterpart", **more)
    note = sign_consent(said, [signer_named("zeren.test/organ/duty/head")])
    return ConsentRecorded(note=note.data.decode(), of=reference)


@pytest.mark.parametrize(("signed_on", "fires"), [("2024-03-12", False), ("2024-03-13", True)])
def test_a_consent_on_record_is_the_persons_own_signature(signed_on: str, fires: bool) -> None:
    """It counts as the person's acceptance from the day on which it was recorded, whoever recorded it."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", "mem")
    organ.duty(consent(organ, talk, "agree"), signed_on)
    assert len(fired(organ, "ONE_SIDED_TALK")) == fires
    (answer,) = organ.facts().records(RecordAccepted)
    assert (answer.signers, organ.facts().records(RecordRefused)) == (("head",), [])


def test_a_refusal_given_elsewhere_is_shown_beside_the_signal() -> None:
    """The counterpart's refusal by consent is his refusal, whoever put it on record."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", "mem")
    organ.duty(consent(organ, talk, "refuse"), "2024-03-06")
    assert [signal.get("refused") for signal in fired(organ, "ONE_SIDED_TALK")] == [("head",)]
    assert organ.facts().records(RecordAccepted) == []


def test_a_consent_of_whose_duty_it_is_ends_self_attestation() -> None:
    """SELF_ATTESTED takes consents for signatures; the recorder who puts one on record is no second signer."""
    organ = Organ().staffed()
    plan = organ.duty(PlanMade(ref="X", unit="aid", claims=("PD1",), occurred_at=ON), "2024-03-05 20:00", "clerk")
    before = len(fired(organ, "SELF_ATTESTED"))
    organ.duty(consent(organ, plan, "agree"), "2024-03-06")
    assert (before, len(fired(organ, "SELF_ATTESTED"))) == (1, 0)


def test_a_refusal_is_shown_beside_the_signal() -> None:
    """A counterpart who refused on record is named as refusing; the talk stays one-sided."""
    organ = Organ().staffed()
    talk = organ.talk("mem", "head", "2024-03-05", "mem")
    organ.duty(RecordRefused(refuses=organ.reference(talk)), "2024-03-06", "head")
    assert [signal.get("refused") for signal in fired(organ, "ONE_SIDED_TALK")] == [("head",)]


def test_a_signature_that_is_not_due_yet_does_not_fire() -> None:
    """On the last day for the countersignature the talk is not yet one-sided."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05", "mem")
    codes = [{s.code for s in signals(organ.facts(), judged)} for judged in (date(2024, 3, 12), date(2024, 3, 13))]
    assert ["ONE_SIDED_TALK" in found for found in codes] == [False, True]


@pytest.mark.parametrize(
    ("payload", "own"),
    [
        (EducationHeld(ref="X", body="group", claims=("PG3a",), occurred_at=ON), "sec"),
        (EducationHeld(ref="X", body="aid", claims=("PD2",), occurred_at=ON), "head"),
        (InspectionHeld(ref="X", lead="mem", covers=("aid",), claims=("PM5a",), occurred_at=ON), "mem"),
        (AnalysisMade(ref="X", lead="sec", for_period="2024-H1", claims=("PS5a",), occurred_at=ON), "sec"),
        (PlanMade(ref="X", unit="aid", claims=("PD1",), occurred_at=ON), "head"),
        (RiskMeasureTaken(ref="X", unit="aid", claims=("PM2a",), occurred_at=ON), "mem"),
        (IntegrityReportSubmitted(ref="X", author="mem2", claims=("A1a",), occurred_at=ON), "mem2"),
        (SelfSummarySubmitted(ref="X", author="aid", addressee="group", claims=("PD5",), occurred_at=ON), "head"),
    ],
    ids=lambda value: getattr(value, "TYPE", value),
)
def test_only_the_one_whose_duty_it_is_may_attest_alone(payload: Payload, own: str) -> None:
    """SELF_ATTESTED: the clerk alone fires, a second signature does not, nor does whose duty the act fulfils."""
    found = []
    for signers in (("clerk",), ("clerk", own), (own,)):
        organ = Organ().staffed()
        organ.duty(payload, "2024-03-05 20:00", *signers)
        found.append([signal.weight for signal in fired(organ, "SELF_ATTESTED")])
    assert found == [["low"], [], []]


def test_another_persons_acceptance_is_a_second_signature() -> None:
    """An acceptance recorded later by someone else ends the self-attestation."""
    organ = Organ().staffed()
    education = organ.duty(EducationHeld(ref="X", body="group", claims=("PG3a",), occurred_at=ON), "2024-03-05")
    organ.duty(RecordAccepted(accepts=organ.reference(education)), "2024-03-06", "sec")
    assert not fired(organ, "SELF_ATTESTED")


@pytest.mark.parametrize(
    "payload",
    [
        KeyTaskRegistered(ref="X", unit="aid", claims=("PM4",), occurred_at=ON),
        LeaveTaken(ref="X", person="mem", valid_from=ON, valid_to=ON, claims=("PM4",), occurred_at=ON),
        EducationHeld(ref="X", body="group", occurred_at=ON),
        EducationHeld(ref="X", body="group", claims=("PG3a",), legacy=True, occurred_at=ON),
    ],
    ids=["key task", "leave", "claims nothing", "legacy"],
)
def test_bookkeeping_and_what_claims_nothing_is_not_asked(payload: Payload) -> None:
    """SELF_ATTESTED never looks at key tasks, leaves, legacy records or acts without a claim."""
    organ = Organ().staffed()
    organ.duty(payload, "2024-03-05 20:00")
    assert not fired(organ, "SELF_ATTESTED")


@pytest.mark.parametrize(("authority", "fires"), [(None, True), ("notice of the superior", False)])
def test_an_assignment_needs_an_authority_or_a_second_signature(authority: str | None, fires: bool) -> None:
    """An assignment that the recorder alone signed fires unless it names the authority; the end of one never does."""
    organ = Organ().staffed()
    organ.assign("handler", "member", "2024-03-05", "clerk", authority=authority, ref="X")
    organ.end("handler", "2024-03-06")
    assert [signal.events[0].ref for signal in fired(organ, "SELF_ATTESTED")] == (["X"] if fires else [])


@pytest.mark.parametrize(
    ("signers", "leaves", "fires"),
    [
        (("clerk", "head"), "retirement", True),
        (("mem", "head"), "retirement", False),
        (("clerk", "head"), "transfer", False),
    ],
)
def test_who_retired_and_did_not_sign_could_not(signers: tuple[str, ...], leaves: str, fires: bool) -> None:
    """PARTICIPANT_UNABLE_TO_SIGN: a retired talker who did not sign fires; one who did, or who moved on, does not."""
    organ = Organ().staffed()
    organ.end("mem", "2024-03-06", leaves)
    organ.talk("mem", "head", "2024-03-05", *signers, recorded="2024-03-07")
    assert [s.get("person") for s in fired(organ, "PARTICIPANT_UNABLE_TO_SIGN")] == ([("mem",)] if fires else [])


def test_who_retired_later_could_still_sign() -> None:
    """A retirement after the recording is no obstacle."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05", "clerk", "head", recorded="2024-03-06")
    organ.end("mem", "2024-03-06", "retirement")
    assert not fired(organ, "PARTICIPANT_UNABLE_TO_SIGN")


@pytest.mark.parametrize(
    ("measures", "fires"),
    [
        ([("2024-03-05", "留置")], True),
        ([("2024-03-01", "detained"), ("2024-03-05", "解除留置")], False),
        ([("2024-03-08", "留置")], False),
        ([("2024-03-05", "谈话函询")], False),
    ],
)
def test_who_is_held_cannot_sign_whatever_the_record_says(measures: list[tuple[str, str]], fires: bool) -> None:
    """A detention in force at recording fires even where a signature is there; a released person may sign."""
    organ = Organ().staffed()
    for on, status in measures:
        organ.case(MeasureTaken(ref="M", person="head", status=status, occurred_at=date.fromisoformat(on)), on)
    organ.talk("mem", "head", "2024-03-04", recorded="2024-03-07")
    assert [s.get("person") for s in fired(organ, "PARTICIPANT_UNABLE_TO_SIGN")] == ([("head",)] if fires else [])


@pytest.mark.parametrize("enrolled_again", [False, True])
def test_a_revoked_key_signs_nothing_until_another_is_enrolled(enrolled_again: bool) -> None:
    """Without a key in force at the record's position a participant could not sign."""
    organ = Organ().staffed()
    enrol: Any = KeyEnrolled(person="head", vkey="k", roles=("signer",))
    organ.duty(enrol, "2024-01-01")
    organ.duty(KeyRevoked(person="head", key_id="00"), "2024-02-01")
    if enrolled_again:
        organ.duty(enrol, "2024-02-02")
    organ.talk("mem", "head", "2024-03-04")
    assert len(fired(organ, "PARTICIPANT_UNABLE_TO_SIGN")) == (not enrolled_again)


def test_a_handover_needs_both_its_persons_too() -> None:
    """PARTICIPANT_UNABLE_TO_SIGN looks at the persons of a handover."""
    organ = Organ().staffed()
    organ.end("mem", "2024-03-06", "retirement")
    handover = HandoverMade(ref="H", outgoing="mem", incoming="mem2", scope=("aid",), occurred_at=ON)
    organ.duty(handover, "2024-03-07", "clerk", "mem2")
    assert len(fired(organ, "PARTICIPANT_UNABLE_TO_SIGN")) == 1
