"""Corrections count everywhere from when they are known; what is withdrawn counts for nothing."""

from datetime import date

import pytest

from ledger.events.act_parts import Votes
from ledger.events.acts import MeetingHeld, ReportSent, TalkHeld
from ledger.events.case_work import LeadDisposed, LeadReceived
from ledger.events.corrected import corrected
from ledger.events.fields import Json
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordCorrected, RecordWithdrawn
from ledger.events.register import PersonRenamed, UnitRenamed
from projections.facts.touching import first_lead
from projections.obligations import obligations
from projections.signals import signals
from projections.views.facts import ViewFacts
from tests.support.facts_maker import JUDGED_ON, Organ, at


def correct(
    organ: Organ, record: Recorded, field: str, new: Json, on: str, *signers: str, text: Json = None
) -> Recorded:
    """A correction of that day."""
    payload = RecordCorrected(
        corrects=organ.reference(record), field=field, new_value=new, new_text=text, occurred_at=date.fromisoformat(on)
    )
    return organ.duty(payload, f"{on} 20:00", *signers)


def withdraw(organ: Organ, record: Recorded, on: str, *signers: str) -> Recorded:
    return organ.duty(RecordWithdrawn(of=organ.reference(record), ground="duplicate"), f"{on} 20:00", *signers)


def pair(organ: Organ, facts: ViewFacts | None = None) -> tuple[str, set[str]]:
    """How the talk of the secretary with a member in the first half of 2024 stands, and what meets it."""
    found = obligations(facts or organ.facts(), judged_on=JUDGED_ON, ids={"A2a"}, period="2024H1")
    (row,) = [each for row in found for each in row.pairs or (row,) if each.subject == "mem"]
    return row.status, {cite.ref for cite in row.met_by}


def test_a_claim_added_later_counts_from_its_recording() -> None:
    """A forgotten claim is added by a correction: unmet as known before it, met as known after it."""
    organ = Organ().staffed()
    talk = organ.talk("sec", "mem", "2024-03-05", "clerk", "sec", "mem", ref="T1")
    before = organ.talk("sec", "mem2", "2024-03-06", "clerk", "sec", "mem2", ref="T2").recorded_at
    assert pair(organ)[0] == "unmet"

    correct(organ, talk, "claims", ["A2a"], "2024-04-01")

    assert pair(organ) == ("met", {"T1"})
    assert pair(organ, organ.facts(before))[0] == "unmet"
    assert [each.ref for each in organ.facts().records(TalkHeld, claims="A2a")] == ["T1"]
    rows = obligations(organ.facts(), judged_on=JUDGED_ON, ids={"A2a"})
    later = {(cite.ref, on) for row in rows for cite, on in row.claimed_later}
    assert later == {("T1", date(2024, 4, 1))}


def test_a_claim_dropped_later_counts_no_longer() -> None:
    """A claim made in error is dropped by a correction, and the act is credited to nothing."""
    organ = Organ().staffed()
    talk = organ.talk("sec", "mem", "2024-03-05", "clerk", "sec", "mem", ref="T1", claims=("A2a",))
    assert pair(organ)[0] == "met"

    correct(organ, talk, "claims", [], "2024-04-01")

    assert pair(organ)[0] == "unmet"


def test_whom_and_when_a_record_names_reads_as_corrected() -> None:
    """A wrong person and a wrong day, once corrected, are found under the right ones and no more under the wrong."""
    organ = Organ().staffed()
    talk = organ.talk("sec", "mem", "2024-03-05", "clerk", "sec", "mem", ref="T1")
    correct(organ, talk, "counterpart", "mem2", "2024-04-01")
    correct(organ, talk, "occurred_at", "2024-02-05T09:00:00+08:00", "2024-04-02")

    facts = organ.facts()
    assert [each.ref for each in facts.records(TalkHeld, person="mem2")] == ["T1"]
    assert list(facts.records(TalkHeld, person="mem")) == []
    found = facts.entry(organ.reference(talk), within=talk)
    assert found is not None
    assert isinstance(found.payload, TalkHeld)
    assert found.payload.occurred_at == at("2024-02-05")
    original = facts.uncorrected(found).payload
    assert isinstance(original, TalkHeld)
    assert original.counterpart == "mem"
    assert found.recorded_at == talk.recorded_at  # lateness is judged from the original's recording


@pytest.mark.parametrize(("on", "status"), [("2024-09-01", "met"), ("2024-11-01", "unmet")])
def test_a_correction_after_the_first_lead_changes_nothing_for_the_case_that_it_touches(on: str, status: str) -> None:
    """Before the lead it counts, after it it is a later record: for a case whose line the talk touches."""
    organ = Organ().staffed()
    talk = organ.talk("sec", "mem", "2024-03-05", "clerk", "sec", "mem", ref="T1")
    correct(organ, talk, "claims", ["A2a"], on)
    organ.open_case("2024-12-01", "2024-10-01")

    assert pair(organ)[0] == status
    assert pair(organ, ViewFacts(organ.facts().views, kinds=frozenset({"duty"})))[0] == "met"  # the organ's own answer


def test_a_correction_of_dissent_waits_for_everyone_who_signed() -> None:
    """Votes and dissent read as corrected only once all who signed the minutes have signed the correction."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-03-05", ("sec", "mem", "mem2"), ref="M1")
    correct(organ, meeting, "dissent", {"person": "mem"}, "2024-03-20", "clerk", text={"text": "against"})

    def dissenters() -> list[str]:
        found = organ.facts().entry(organ.reference(meeting), within=meeting)
        assert found is not None
        assert isinstance(found.payload, MeetingHeld)
        return [each.person for each in found.payload.dissent or ()]

    assert dissenters() == []
    correct(organ, meeting, "dissent", {"person": "mem2"}, "2024-03-21", "clerk", "sec", text={"text": "against"})
    assert dissenters() == ["mem2"]


@pytest.mark.parametrize(("agreed", "standing"), [("2024-08-04", "counts"), ("2024-08-06", "late")])
def test_what_everyone_agreed_to_only_after_the_lead_is_a_later_record(agreed: str, standing: str) -> None:
    """A correction of the votes counts from the last consent on: after the lead it changes nothing for the case."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-03-05", ("sec", "mem", "mem2"), votes=Votes(agree=("sec", "mem", "mem2")), ref="M1")
    correction = correct(organ, meeting, "votes.oppose", ["mem"], "2024-03-20", "clerk", "mem")
    accepted = organ.duty(RecordAccepted(accepts=organ.reference(correction)), agreed, "sec")
    organ.open_case("2024-10-14", "2024-08-05", decisions=(meeting,))

    assert organ.facts(at("2024-03-21")).standing(correction) == "proposed"
    assert organ.facts(accepted.recorded_at).standing(correction) == standing
    own = ViewFacts(organ.facts().views, kinds=frozenset({"duty"}))
    assert own.standing(correction) == "counts"  # the organ's own answer


def test_one_record_stands_for_itself_in_a_list_of_records() -> None:
    """A dissent given alone takes the place of that person's, else it stands behind the others."""
    meeting = MeetingHeld(attendees=("a", "b"))

    def said(base: MeetingHeld, person: str, text: str) -> MeetingHeld:
        reference = Organ().reference(Organ().staffed().entries["duty"][1])
        correction = RecordCorrected(
            corrects=reference, field="dissent", new_value={"person": person}, new_text={"text": text}
        )
        read = corrected(base, correction)
        assert isinstance(read, MeetingHeld)
        return read

    two = said(said(meeting, "a", "no"), "b", "never")
    assert [(each.person, each.text) for each in two.dissent or ()] == [("a", "no"), ("b", "never")]
    again = said(two, "a", "yes")
    assert [(each.person, each.text) for each in again.dissent or ()] == [("a", "yes"), ("b", "never")]


def test_receipts_that_came_later_are_added() -> None:
    """A report's receipts are corrected in, and the record reads with them."""
    organ = Organ().staffed()
    report = organ.duty(
        ReportSent(ref="R1", occurred_at=date(2024, 12, 1), unit="aid", recipients=("group",)), "2024-12-01"
    )
    correct(organ, report, "receipts", ["group"], "2024-12-20")

    (found,) = organ.facts().records(ReportSent)
    assert isinstance(found.payload, ReportSent)
    assert found.payload.receipts == ("group",)


def test_a_withdrawn_act_is_credited_to_nothing_and_signals_pass_over_it() -> None:
    """Two identical talks recorded twice: the second is withdrawn, and neither duty nor signal sees it from then on."""
    organ = Organ().staffed()
    text = "about the budget of the centre and the receipts that were missing in the spring, at length and in detail"
    organ.talk("sec", "mem", "2024-03-05", "clerk", "sec", "mem", ref="T1", claims=("A2a",), text=text)
    twice = organ.talk("sec", "mem", "2024-03-05", "clerk", "sec", "mem", ref="T2", claims=("A2a",), text=text)
    before = twice.recorded_at
    withdraw(organ, twice, "2024-03-20", "clerk", "sec", "mem")

    assert pair(organ) == ("met", {"T1"})
    assert [each.ref for each in organ.facts().records(TalkHeld)] == ["T1"]
    assert [each.ref for each in organ.facts(before).records(TalkHeld)] == ["T1", "T2"]
    blamed = {cite.ref for signal in signals(organ.facts(), judged_on=JUDGED_ON) for cite in signal.events}
    assert "T2" not in blamed
    assert organ.facts().is_withdrawn(twice)


def test_a_withdrawal_after_the_lead_removes_nothing_for_the_case() -> None:
    """What was withdrawn after the first lead still stands for a case that it touches."""
    organ = Organ().staffed()
    talk = organ.talk("sec", "mem", "2024-03-05", "clerk", "sec", "mem", ref="T1", claims=("A2a",))
    withdraw(organ, talk, "2024-11-01", "clerk", "sec", "mem")
    organ.open_case("2024-12-01", "2024-10-01")

    assert pair(organ) == ("met", {"T1"})


def test_persons_and_units_bear_their_last_name() -> None:
    """A renaming shows in every answer as known from its recording on."""
    organ = Organ().staffed()
    before = organ.talk("sec", "mem", "2024-03-05").recorded_at
    organ.duty(UnitRenamed(unit="aid", name="service centre", valid_from=date(2024, 4, 1)), "2024-04-01")
    organ.duty(PersonRenamed(person="mem", name="new name", valid_from=date(2024, 4, 1)), "2024-04-01")

    assert (organ.facts().units["aid"].name, organ.facts().persons["mem"].name) == ("service centre", "new name")
    assert (organ.facts(before).units["aid"].name, organ.facts(before).persons["mem"].name) == ("aid", "mem")


def test_a_lead_closed_without_a_case_touches_nothing_recorded_afterwards() -> None:
    """Until its disposal a lead without a case touches what it concerns; what was recorded before keeps its flags."""
    organ = Organ().staffed()
    lead = organ.case(LeadReceived(ref="L", kind="complaint", concerns=("aid",)), "2024-02-01")
    before = organ.talk("mem", "head", "2024-02-05", ref="T1", unit="aid")
    disposed = LeadDisposed(lead=organ.reference(lead), way="closed")
    organ.case(disposed, "2024-03-01", of=lead)
    after = organ.talk("mem", "head", "2024-03-05", ref="T2", unit="aid")

    facts = organ.facts()
    assert first_lead(facts, before) == lead.recorded_at
    assert first_lead(facts, after) is None
