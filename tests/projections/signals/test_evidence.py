"""Signals about evidence, and weak patterns."""

from datetime import date
from typing import Any

import pytest

from ledger.events.acts import EducationHeld, MeetingHeld, PlanMade
from ledger.events.base import Attachment
from ledger.events.records import RecordCorrected
from projections.facts.values import Signal
from projections.signals import signals
from tests.support.facts_maker import Organ, at

PHOTO = (Attachment(sha256="ab" * 32),)


def fired(organ: Organ, code: str) -> list[Signal]:
    """The organ's signals of one code."""
    return [signal for signal in signals(organ.facts()) if signal.code == code]


def education(organ: Organ, on: str, recorded: str, **more: Any) -> None:
    fields = {"ref": f"E{on}", "body": "group", "occurred_at": date.fromisoformat(on), "attachments": PHOTO, **more}
    organ.duty(EducationHeld(**fields), recorded, "clerk", "sec")


def test_a_photo_stands_for_one_event() -> None:
    """EVIDENCE_REUSED names all records with the file and blames those recorded later, whatever day they claim."""
    organ = Organ().staffed()
    education(organ, "2024-09-13", "2024-09-13 17:00")
    education(organ, "2024-06-12", "2024-10-20")
    education(organ, "2024-11-29", "2024-12-02", attachments=(Attachment(sha256="cd" * 32),))
    (signal,) = fired(organ, "EVIDENCE_REUSED")
    assert [cite.ref for cite in signal.events] == ["E2024-09-13", "E2024-06-12"]
    assert [cite.ref for cite in signal.blamed] == ["E2024-06-12"]


def test_one_event_told_twice_may_show_one_photo() -> None:
    """Records of different kinds about one day, and a correction in the same thread, reuse nothing."""
    organ = Organ().staffed()
    education(organ, "2024-09-13", "2024-09-13 17:00")
    meeting = MeetingHeld(ref="M", body="group", chair="sec", attachments=PHOTO, occurred_at=at("2024-09-13"))
    organ.duty(meeting, "2024-09-13 18:00", "sec", "clerk")
    first = organ.entries["duty"][-2]
    more: dict[str, Any] = {"attachments": PHOTO, "occurred_at": date(2024, 9, 20)}
    correction = RecordCorrected(ref="C", corrects=organ.reference(first), field="title", new_text="x", **more)
    organ.duty(correction, "2024-09-20")
    assert not fired(organ, "EVIDENCE_REUSED")
    education(organ, "2024-09-13", "2024-09-21", ref="AGAIN")
    assert [cite.ref for cite in fired(organ, "EVIDENCE_REUSED")[0].blamed] == ["AGAIN"]


@pytest.mark.parametrize(
    ("numbers", "blamed"),
    [
        (["云残\u30142024\u30157号", "云残\u30142024\u30157号"], [1]),
        (["云残\u30142024\u30157号", "云残\u30142024\u30158号"], []),
        (["云残\u30142024\u30158号", "云残\u30142024\u30157号"], [1]),
        (["云残\u30142024\u30158号", "云残\u30142023\u30157号"], []),
        (["E8", "E7"], []),
    ],
    ids=["one number twice", "in order", "against the dates", "another year", "labels"],
)
def test_document_numbers_are_unique_and_in_order(numbers: list[str], blamed: list[int]) -> None:
    """DOC_NUMBER_CLASH: one number twice, or a lower number dated later, within a series of document numbers alone."""
    organ = Organ().staffed()
    made = [
        organ.duty(PlanMade(ref=number, unit="aid", occurred_at=date(2024, 3, day)), f"2024-03-{day:02} 20:00", "head")
        for day, number in enumerate(numbers, start=4)
    ]
    found = fired(organ, "DOC_NUMBER_CLASH")
    assert [cite.position for signal in found for cite in signal.blamed] == [made[number].position for number in blamed]


# --- weak patterns ---


def talks(organ: Organ, day: str, count: int, minutes: int | None = 20) -> None:
    for number in range(count):
        length = minutes if minutes is not None else 10 + number
        organ.talk(
            "mem",
            "head",
            f"{day} {9 + number:02}:00",
            ends=f"{day} {9 + number:02}:{length}",
            recorded=f"{day} 23:{number:02}",
        )


@pytest.mark.parametrize(
    ("day", "count", "minutes", "fires"),
    [
        ("2024-03-05", 8, 20, False),
        ("2024-03-05", 9, 20, True),
        ("2024-06-30", 3, 20, True),
        ("2024-06-30", 3, None, False),
        ("2024-06-30", 2, 20, False),
        ("2024-06-29", 3, 20, False),
    ],
    ids=["eight", "nine", "last day", "of different length", "two", "the day before"],
)
def test_talks_can_be_too_regular(day: str, count: int, minutes: int | None, fires: bool) -> None:
    """TOO_REGULAR: more than eight talks a day, or all of a half-year's on its last day, equally long; none blamed."""
    organ = Organ().staffed()
    talks(organ, day, count, minutes)
    found = fired(organ, "TOO_REGULAR")
    assert len(found) == fires
    assert all(signal.blamed == () and len(signal.events) == count for signal in found)


def test_one_other_talk_in_the_half_year_breaks_the_pattern() -> None:
    """Talks on the last day are not too regular where the same person talked earlier in the half-year too."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-02-05 09:00", ends="2024-02-05 09:20")
    talks(organ, "2024-06-30", 4)
    assert not fired(organ, "TOO_REGULAR")


@pytest.mark.parametrize(("claims", "twice"), [(("A2b", "A2b", "PM4"), ("A2b",)), (("A2b", "PM4"), None)])
def test_an_event_fills_one_slot_of_an_obligation(claims: tuple[str, ...], twice: tuple[str, ...] | None) -> None:
    """DOUBLE_CREDIT names the obligations that a record claims more than once."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-05", claims=claims)
    assert [signal.get("claims") for signal in fired(organ, "DOUBLE_CREDIT")] == ([twice] if twice else [])


@pytest.mark.parametrize(
    ("body", "claims", "fires"),
    [("aid", ("PG3a",), True), ("group", ("PG3a",), False), ("aid", ("PD2",), False)],
)
def test_a_units_activity_is_not_the_organs(body: str, claims: tuple[str, ...], fires: bool) -> None:
    """SCOPE_MISMATCH fires on a unit's education claimed for what only the Party group's own fulfils."""
    organ = Organ().staffed()
    education(organ, "2024-03-05", "2024-03-05 20:00", body=body, claims=claims)
    assert len(fired(organ, "SCOPE_MISMATCH")) == fires
