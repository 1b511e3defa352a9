"""Blame of a few records by index: the same file, a number named in words, a series of document numbers."""

from datetime import date
from typing import Any

import pytest

from ledger.events.acts import EducationHeld, ReportSent, TalkHeld
from ledger.events.base import Attachment
from ledger.events.records import RecordWithdrawn
from projections import signals as package
from projections.signals import blame, signals
from projections.signals.background import background_of
from projections.views.facts import ViewFacts
from tests.support.facts_maker import Organ
from tests.support.replayed import scenario_facts

CODES = {"EVIDENCE_REUSED", "ANACHRONISM", "DOC_NUMBER_CLASH"}


def organ() -> Organ:
    """A photo shown three times, a talk that names a later one by number, and a series that runs against its days."""
    made = Organ().staffed()
    for number, day in enumerate((4, 5, 6)):
        photo = (Attachment(sha256="ab" * 32), Attachment(sha256=f"{number:064x}"))
        on = date(2024, 3, day)
        made.duty(EducationHeld(ref=f"E{number}", body="aid", attachments=photo, occurred_at=on), f"2024-03-0{day}")
    for number, (ref, day) in enumerate((("残联[2024]7号", 11), ("残联[2024]3号", 12), ("残联[2023]3号", 13))):
        sent = ReportSent(ref=ref, author="group", title=f"report {number}", occurred_at=date(2024, 3, day))
        made.duty(sent, f"2024-03-{day}")
    made.talk("mem", "head", "2024-03-20 09:00", ref="T1")
    made.talk("mem", "head", "2024-03-14 09:00", recorded="2024-03-21", text="见T1，不见T11", ref="T2")
    return made


@pytest.mark.parametrize("scenario", [False, True])
def test_each_record_alone_is_blamed_as_in_the_whole_and_nothing_else_is_read(
    scenario: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the index tells of a file, a number or a series is what reading everything tells."""
    monkeypatch.setattr(package, "MANY", 10**9)  # however many are asked about one after the other
    views = scenario_facts().views if scenario else organ().facts().views
    found = [signal for signal in signals(ViewFacts(views)) if signal.code in CODES]
    assert scenario or {signal.code for signal in found} == CODES
    facts = ViewFacts(views)
    for record in facts.records():
        blamed = blame(facts, [record]).get(facts.cite(record), ())
        expected = [signal for signal in found if facts.cite(record) in signal.blamed]
        assert [signal for signal in blamed if signal.code in CODES] == expected
    assert not background_of(facts).has_read


def test_what_lies_beyond_the_cut_is_not_found_by_the_index() -> None:
    """As known before the photo was shown again nobody is blamed for it."""
    views = organ().facts().views

    def codes(entries: int | None) -> set[Any]:
        facts = ViewFacts(views, entries=entries)
        events = [event for event in facts.records() if event.type == "education.held/1"]
        return {signal.code for rows in blame(facts, events).values() for signal in rows} & CODES

    first = next(event.position for event in organ().entries["duty"] if event.payload.ref == "E0")
    assert codes(first + 1) == set()
    assert codes(None) == {"EVIDENCE_REUSED"}


def test_of_so_many_that_the_whole_is_cheaper_the_whole_is_judged_and_blames_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Asked one after the other, records are judged one by one, and from some number on at once: no answer tells."""
    views = scenario_facts().views
    alone, together = ViewFacts(views), ViewFacts(views)
    records = [record for record in alone.records() if getattr(record.payload, "claims", None)]
    monkeypatch.setattr(package, "MANY", 10**9)
    near = [blame(alone, [record]).get(alone.cite(record), ()) for record in records]
    monkeypatch.setattr(package, "MANY", 5)
    monkeypatch.setattr(package, "SHARE", 10**9)
    together.kept.clear()  # what others judged before tells nothing here
    monkeypatch.setattr("projections.views.cut.read_judged", lambda *_: None)
    turned = [blame(together, [record]).get(together.cite(record), ()) for record in records]
    assert background_of(together).has_read
    assert [set(rows) for rows in near] == [set(rows) for rows in turned]


@pytest.mark.parametrize("asked", [1, 7, 100])
def test_records_of_one_sitting_are_told_alike_alone_together_and_in_the_whole(
    asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches about a few of its records are those of the whole, a withdrawn record in none; each stretch is read once,
    however many records of it are asked about."""
    made = Organ().staffed()
    entries = [
        made.talk(
            *("mem", "head", f"2024-{1 + number % 5:02}-{1 + number:02} 09:00", "sec" if number % 6 == 5 else "clerk"),
            recorded=f"2024-07-{3 + 2 * (number // 12):02} {9 + number % 12:02}:00",
        )
        for number in range(24)
    ]
    made.duty(RecordWithdrawn(of=made.reference(entries[3]), ground="duplicate"), "2024-07-20", "clerk", "mem", "head")
    views = made.facts().views
    whole = [signal for signal in signals(ViewFacts(views)) if signal.code == "PERIOD_END_BATCH"]
    assert whole
    monkeypatch.setattr(package, "MANY", 10**9)
    facts = ViewFacts(views)
    records = facts.records(TalkHeld)
    for start in range(0, len(records), asked):
        some = records[start : start + asked]
        blamed = blame(facts, some)
        for record in some:
            found = {signal for signal in blamed.get(facts.cite(record), ()) if signal.code == "PERIOD_END_BATCH"}
            assert found == {signal for signal in whole if facts.cite(record) in signal.blamed}
