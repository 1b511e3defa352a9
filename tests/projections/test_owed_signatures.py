"""Question: who still owes which signature."""

from datetime import date

from ledger.events.records import RecordAccepted, RecordCorrected
from projections.questions.over import Over
from projections.questions.signatures import SignatureFilter, owed_signatures
from tests.support.facts_maker import Organ


def test_a_correction_that_waits_for_somebody_is_owed_his_signature() -> None:
    """What only all who signed put right stands among what is owed until they have agreed; nothing else of it does."""
    organ = Organ().staffed()
    meeting = organ.meeting("2024-03-04 09:00", ("sec", "mem"), ref="M1")
    talk = organ.talk("sec", "mem", "2024-03-05 09:00")
    for ref, field, about in (("C1", "attendees", meeting), ("C2", "text", talk)):
        changed = RecordCorrected(
            ref=ref,
            corrects=organ.reference(about),
            field=field,
            new_value=["sec"] if field == "attendees" else None,
            new_text="other words" if field == "text" else None,
            occurred_at=date(2024, 3, 6),
        )
        organ.duty(changed, f"2024-03-06 {18 + int(ref[1])}:00", "clerk")
    asked = SignatureFilter(judged_on=date(2024, 3, 31))

    def owed() -> list[tuple[str, str]]:
        rows = owed_signatures(Over(organ.facts()), asked).items
        return [(row.entry.ref, row.person) for row in rows if row.entry.ref.startswith("C")]

    assert owed() == [("C1", "sec")]
    correction = next(entry for entry in organ.entries["duty"] if entry.payload.ref == "C1")
    organ.duty(RecordAccepted(accepts=organ.reference(correction), capacity="chair"), "2024-03-07", "sec")
    assert owed() == []
