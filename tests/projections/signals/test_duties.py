"""Signals about who held which duty, handing over, warnings, checks and moves."""

from datetime import date
from typing import Any

import pytest

from ledger.core.encoding import b64encode
from ledger.events.acts import (
    InspectionHeld,
    IssueFound,
    RectificationMade,
    ReportSent,
    RequestReported,
    WarningReported,
)
from ledger.events.case_parts import DecisionItem
from ledger.events.case_work import DecisionMade
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted
from ledger.events.register import UnitRegistered
from ledger.events.tenure import HandoverMade
from projections.facts.values import Signal
from projections.signals import signals
from tests.support.facts_maker import Organ, at

DAY = date.fromisoformat


def fired(organ: Organ, code: str, judged_on: date | None = None) -> list[Signal]:
    """The organ's signals of one code."""
    return [signal for signal in signals(organ.facts(), judged_on) if signal.code == code]


# --- assigned afterwards ---


@pytest.mark.parametrize(
    ("recorded", "weight"),
    [("2024-07-11", None), ("2024-07-12", "medium"), ("2024-08-04", "medium"), ("2024-08-06", "high")],
)
def test_an_assignment_is_late_after_ten_days_and_grave_after_the_lead(recorded: str, weight: str | None) -> None:
    """RETRO_ASSIGNMENT fires beyond the tolerance, medium before the first lead and high from it on."""
    organ = Organ().staffed()
    organ.open_case("2024-10-14", "2024-08-05")
    organ.assign("handler", "member", "2024-07-01", recorded=recorded, supervises=("aid",))
    assert [signal.weight for signal in fired(organ, "RETRO_ASSIGNMENT")] == ([weight] if weight else [])


def test_without_a_lead_a_late_assignment_is_medium() -> None:
    """Where no case ledger is joined or none has a lead, a late assignment has weight medium; a legacy one has none."""
    organ = Organ().staffed()
    organ.assign("handler", "member", "2024-07-01", recorded="2024-10-01", supervises=("aid",))
    organ.assign("clerk", "member", "2020-07-01", recorded="2024-10-01", supervises=("aid",), legacy=True)
    assert [signal.weight for signal in fired(organ, "RETRO_ASSIGNMENT")] == ["medium"]


# --- nobody, two, too long ---


def rows(found: list[Signal], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(signal.get(name) for name in names) for signal in found]


def test_gaps_of_the_same_days_are_one_row() -> None:
    """Two units that one member supervised are without supervision in one signal; its days are exact."""
    organ = Organ().staffed()
    organ.duty(UnitRegistered(ref="rehab", unit="rehab", kind="department", name="rehab"), "2024-01-01")
    aid = next(entry for entry in organ.entries["duty"] if getattr(entry.payload, "supervises", None) == ("aid",))
    rehab = organ.assign("mem", "member", "2024-01-02", supervises=("rehab",))
    ends = {organ.end("mem", "2024-06-30", made=made).ref for made in (aid, rehab)}
    organ.assign("handler", "member", "2024-07-15", supervises=("rehab", "aid"))
    found = fired(organ, "DUTY_GAP")
    assert rows(found, "duty", "scope", "from", "to") == [
        ("supervise", ("aid", "rehab"), DAY("2024-07-01"), DAY("2024-07-14"))
    ]
    assert {cite.ref for cite in found[0].events} == ends


@pytest.mark.parametrize(("mode", "gap"), [("in_charge", None), ("cover", ("2024-07-01", "2024-07-14"))])
def test_acting_in_charge_is_no_gap_and_cover_is(mode: str, gap: tuple[str, str] | None) -> None:
    """Acting in charge fills the secretary's post, temporary cover does not."""
    organ = Organ().staffed()
    organ.end("sec", "2024-06-30")
    organ.act("mem", "secretary", "2024-07-01", mode, valid_to="2024-07-14", scope=("group",))
    organ.assign("handler", "secretary", "2024-07-15", scope=("group",))
    expected = [("secretary", ("group",), DAY(gap[0]), DAY(gap[1]))] if gap else []
    assert rows(fired(organ, "DUTY_GAP"), "duty", "scope", "from", "to") == expected


def test_an_assignment_made_up_after_the_lead_closes_no_gap() -> None:
    """The gap stays where a RETRO_ASSIGNMENT of weight high claims its days."""
    organ = Organ().staffed()
    organ.end("mem", "2024-06-30")
    organ.assign("handler", "member", "2024-07-15", supervises=("aid",))
    before = rows(fired(organ, "DUTY_GAP"), "from", "to")
    organ.open_case("2024-10-14", "2024-08-05")
    organ.assign("mem2", "member", "2024-07-01", recorded="2024-10-25", valid_to="2024-07-14", supervises=("aid",))
    assert rows(fired(organ, "DUTY_GAP"), "from", "to") == before == [(DAY("2024-07-01"), DAY("2024-07-14"))]


def test_a_gap_that_lasts_runs_to_the_day_of_judging() -> None:
    """A vacancy without end is open until the day as on which is judged, and there is none before the first holder."""
    organ = Organ().staffed()
    organ.end("head2", "2025-12-01")
    assert rows(fired(organ, "DUTY_GAP"), "duty", "from", "to") == [("head", DAY("2025-12-02"), DAY("2025-12-31"))]
    assert not fired(organ, "DUTY_GAP", DAY("2025-12-01"))


def test_two_titular_heads_overlap_and_an_acting_one_does_not() -> None:
    """DUTY_OVERLAP names both persons and the days; acting beside a titular holder is none."""
    organ = Organ().staffed()
    organ.act("clerk", "head", "2024-03-01", scope=("aid",))
    assert not fired(organ, "DUTY_OVERLAP")
    organ.assign("handler", "head", "2024-06-01", scope=("aid",))
    organ.end("head", "2024-06-10")
    found = rows(fired(organ, "DUTY_OVERLAP"), "duty", "unit", "person", "from", "to")
    assert found == [("head", "aid", ("head", "handler"), DAY("2024-06-01"), DAY("2024-06-10"))]


def test_two_members_may_supervise_one_unit() -> None:
    """Supervision is no exclusive post."""
    organ = Organ().staffed()
    organ.assign("mem2", "member", "2024-06-01", supervises=("aid",))
    assert not fired(organ, "DUTY_OVERLAP")


def test_rotation_is_overdue_from_the_day_the_years_are_full() -> None:
    """ROTATION_OVERDUE counts full years over assignments without a break; 29 February becomes 1 March."""
    organ = Organ(opened="2024-03-01").staffed()
    organ.assign("handler", "handler", "2020-02-29", recorded="2024-03-01", functions=("procurement",), legacy=True)
    organ.end("handler", "2024-03-31")
    organ.assign("handler", "handler", "2024-04-01", functions=("procurement", "finance"))
    assert rows(fired(organ, "ROTATION_OVERDUE"), "person", "since", "functions") == [
        ("handler", DAY("2025-03-01"), ("procurement",))
    ]
    assert not fired(organ, "ROTATION_OVERDUE", DAY("2025-02-28"))
    assert fired(organ, "ROTATION_OVERDUE", DAY("2025-03-01"))


def test_a_break_starts_the_years_anew() -> None:
    """Who left the function for a day begins again; a post without functions is no key post."""
    organ = Organ().staffed()
    organ.assign("handler", "handler", "2019-01-01", recorded="2023-01-01", functions=("finance",), legacy=True)
    organ.end("handler", "2023-06-30")
    organ.assign("handler", "handler", "2023-07-02", functions=("finance",))
    assert not fired(organ, "ROTATION_OVERDUE")


# --- warnings ---


def warned(organ: Organ, on: str = "2023-11-20", receipt: str | None = "2023-11-21", **more: Any) -> Recorded:
    """The head warns the supervising member of something in the centre."""
    payload = WarningReported(
        **{"ref": "W", "author": "head", "addressee": "mem", "unit": "aid", "occurred_at": DAY(on), **more}
    )
    warning = organ.duty(payload, f"{on} 17:00", "head")
    if receipt:
        organ.duty(RecordAccepted(accepts=organ.reference(warning), capacity="receipt"), receipt, "mem")
    return warning


@pytest.mark.parametrize(
    ("lead", "on", "answered"),
    [
        ("mem", "2023-12-21", True),
        ("mem", "2023-12-22", False),
        ("sec", "2023-12-01", True),
        ("mem2", "2023-12-01", False),
        ("head", "2023-12-01", False),
        ("mem", "2023-11-19", False),
    ],
    ids=["last day", "a day late", "level above", "another member", "level below", "before it"],
)
def test_a_warning_is_answered_by_its_addressee_or_above_in_time(lead: str, on: str, answered: bool) -> None:
    """WARNING_UNANSWERED: an inspection of the unit answers it within the days after receipt, by the right person."""
    organ = Organ().staffed()
    if on < "2023-11-20":
        _check(organ, lead, on)
    warned(organ)
    if on > "2023-11-20":
        _check(organ, lead, on)
    assert rows(fired(organ, "WARNING_UNANSWERED"), "unit", "person") == ([] if answered else [("aid", "mem")])


def _check(organ: Organ, lead: str, on: str, **more: Any) -> None:
    payload = InspectionHeld(ref="I", lead=lead, covers=("aid",), occurred_at=DAY(on))
    organ.duty(payload, more.get("recorded", f"{on} 20:00"), lead)


def test_an_answer_names_the_warning_or_its_unit_and_words_do_not_count() -> None:
    """A talk that refers to the warning answers it; one whose words speak of the matter does not."""
    for refers in (True, False):
        organ = Organ().staffed()
        warning = warned(organ)
        more = {"refers": (organ.reference(warning),)} if refers else {"text": "谈了预警报告W反映的拆分问题"}
        organ.talk("mem", "head", "2023-11-22", **more)
        assert len(fired(organ, "WARNING_UNANSWERED")) == (not refers)


def test_a_rejected_answer_is_none() -> None:
    """An answer made up after the case opened does not answer the warning."""
    organ = Organ().staffed()
    warned(organ)
    organ.open_case("2024-10-14", "2024-08-05")
    payload = InspectionHeld(ref="I", lead="mem", covers=("aid",), occurred_at=DAY("2023-12-01"))
    organ.duty(payload, "2024-10-20", "mem", "head")
    assert len(fired(organ, "WARNING_UNANSWERED")) == 1


def test_a_successor_answers_for_the_post() -> None:
    """Who holds the addressee's post when he acts may answer; the addressee himself may after he left it."""
    for lead in ("handler", "mem"):
        organ = Organ().staffed()
        warned(organ)
        organ.end("mem", "2023-11-30")
        organ.assign("handler", "member", "2023-12-01", supervises=("aid",))
        organ.assign("mem", "member", "2023-12-01", supervises=("office",))
        organ.duty(IssueFound(ref="F", finder=lead, unit="aid", occurred_at=DAY("2023-12-05")), "2023-12-05", lead)
        assert not fired(organ, "WARNING_UNANSWERED")


def test_the_party_groups_report_upward_answers() -> None:
    """A report upward by the Party group that refers to the warning is an answer from above."""
    organ = Organ().staffed()
    warning = warned(organ)
    sent = ReportSent(ref="R", author="group", refers=(organ.reference(warning),), occurred_at=DAY("2023-12-01"))
    organ.duty(sent, "2023-12-01", "sec")
    assert not fired(organ, "WARNING_UNANSWERED")


@pytest.mark.parametrize(
    ("addressee", "actor", "answered"),
    [
        ("group", "mem2", True),
        ("group", "head2", False),
        ("office", "head2", False),
        ("head2", "head2", True),
        ("head2", "mem", True),
        ("sec", "sec", True),
        ("sec", "mem", False),
        ("mem2", "sec", False),
        ("mem2", "mem", False),
        ("handler", "sec", False),
        ("handler", "mem", False),
    ],
)
def test_who_stands_for_and_above_an_addressee_may_answer(addressee: str, actor: str, answered: bool) -> None:
    """A body is answered for by its members, a unit by its head; above a head stand the unit's member and secretary.

    What is addressed outside the unit's line is answered by nobody who is not shown to know of it.
    """
    organ = Organ().staffed()
    if addressee == "head2":
        organ.assign("head2", "head", "2023-06-01", scope=("aid",))
    warned(organ, receipt=None, addressee=addressee)
    payload = RectificationMade(ref="R", person=actor, unit="aid", occurred_at=DAY("2023-12-01"))
    organ.duty(payload, "2023-12-01", "clerk", actor)
    assert bool(fired(organ, "WARNING_UNANSWERED")) == (not answered)


def test_recipients_are_addressees_where_no_addressee_is_named() -> None:
    """A warning sent to recipients is answered by one of them; one sent to nobody is unanswered."""
    for recipients, answered in ((("mem",), True), (None, False)):
        organ = Organ().staffed()
        warned(organ, receipt=None, addressee=None, recipients=recipients, receipts=recipients)
        payload = RectificationMade(ref="R", unit="aid", occurred_at=DAY("2023-12-01"))
        organ.duty(payload, "2023-12-01", "clerk", "mem")
        assert bool(fired(organ, "WARNING_UNANSWERED")) == (not answered)


def test_on_the_warnings_own_day_the_order_decides() -> None:
    """An answer of the same day counts if it came after: by the hour, or as recorded where none is named."""
    for hour, answered in (("2023-11-20 16:00", False), ("2023-11-20 18:00", True)):
        organ = Organ().staffed()
        warned(organ, occurred_at=at("2023-11-20 17:00"))
        organ.talk("mem", "head", hour, unit="aid", recorded="2023-11-21 10:00")
        assert bool(fired(organ, "WARNING_UNANSWERED")) == (not answered)
    before, after = Organ().staffed(), Organ().staffed()
    _check(before, "mem", "2023-11-20", recorded="2023-11-20 16:00")
    warned(before)
    warned(after)
    _check(after, "mem", "2023-11-20", recorded="2023-11-22")
    assert [bool(fired(organ, "WARNING_UNANSWERED")) for organ in (before, after)] == [True, False]


def test_a_warning_is_not_unanswered_before_its_days_are_over() -> None:
    """On the last day for an answer the signal does not fire, on the next it does; without receipt they run earlier."""
    for receipt, last in (("2023-11-21", "2023-12-21"), (None, "2023-12-20")):
        organ = Organ().staffed()
        warned(organ, receipt=receipt)
        assert not fired(organ, "WARNING_UNANSWERED", DAY(last))
        assert fired(organ, "WARNING_UNANSWERED", DAY(last).replace(day=DAY(last).day + 1))


# --- warnings that went astray ---


def shown(organ: Organ, warning: Recorded, how: str) -> None:
    """A record by which the unit's own member is shown to know of the warning, or seems to be."""
    refers = (organ.reference(warning),)
    match how:
        case "talk":
            organ.talk("mem2", "mem", "2023-11-27 09:00", refers=refers, recorded="2023-11-27")
        case "talk in words":
            organ.talk("mem2", "mem", "2023-11-27 09:00", text="转告W7", recorded="2023-11-27")
        case "talk of others":
            organ.talk("mem2", "handler", "2023-11-27 09:00", refers=refers, recorded="2023-11-27")
        case "receipt":
            organ.duty(RecordAccepted(accepts=refers[0], capacity="receipt"), "2023-11-27", "mem")
        case "sent on, received" | "sent on, not received":
            sent = RequestReported(
                ref="R", author="mem2", addressee="mem", refers=refers, occurred_at=DAY("2023-11-27")
            )
            organ.duty(sent, "2023-11-27", "mem2", *(("mem",) if how == "sent on, received" else ()))
        case "signed":
            put = RectificationMade(ref="R", person="mem2", unit="aid", refers=refers, occurred_at=DAY("2023-11-27"))
            organ.duty(put, "2023-11-27", "mem2", "mem")
        case "meeting of the group":
            organ.meeting("2023-11-27 09:00", ("sec", "mem", "mem2"), refers=refers)


@pytest.mark.parametrize(
    ("how", "known"),
    [
        ("talk", True),
        ("talk in words", True),
        ("talk of others", False),
        ("receipt", True),
        ("sent on, received", True),
        ("sent on, not received", False),
        ("signed", True),
        ("meeting of the group", True),
        ("nothing", False),
    ],
)
def test_a_warning_gone_astray_is_answered_once_the_line_is_shown_to_know(how: str, known: bool) -> None:
    """Addressed to another unit's member it is misaddressed; an act of the owner answers once a record tells him."""
    organ = Organ().staffed()
    warning = warned(organ, receipt=None, addressee="mem2", ref="W7")
    shown(organ, warning, how)
    put = RectificationMade(ref="P", person="mem", unit="aid", occurred_at=DAY("2023-12-04"))
    organ.duty(put, "2023-12-04", "clerk", "mem")
    assert rows(fired(organ, "WARNING_MISADDRESSED"), "unit", "person") == [("aid", ("mem2",))]
    assert bool(fired(organ, "WARNING_UNANSWERED")) == (not known)


def test_the_author_above_does_not_tell_the_owner() -> None:
    """What the secretary wrote himself to somebody outside the line is known to nobody who owes the answer."""
    organ = Organ().staffed()
    payload = WarningReported(ref="W", author="sec", addressee="mem2", unit="aid", occurred_at=DAY("2023-11-20"))
    organ.duty(payload, "2023-11-20", "sec", "mem2")
    organ.talk("sec", "head", "2023-11-27 09:00", unit="aid", recorded="2023-11-27")
    assert fired(organ, "WARNING_UNANSWERED")


@pytest.mark.parametrize("addressee", ["head", "mem", "sec", "group", "aid"])
def test_who_stands_in_the_line_is_never_misaddressed(addressee: str) -> None:
    """The unit itself, its head, its member, the secretary and the Party group can all be told of its signs."""
    organ = Organ().staffed()
    warned(organ, receipt=None, author="clerk", addressee=addressee)
    assert not fired(organ, "WARNING_MISADDRESSED")


@pytest.mark.parametrize(
    ("kind", "claims", "refers", "answered"),
    [
        ("annual", ("A3a",), False, False),
        ("annual", ("A3a",), True, True),
        (None, ("PS6",), False, False),
        (None, (), False, False),
        ("special", (), False, True),
    ],
)
def test_a_yearly_check_answers_no_warning_by_chance(
    kind: str | None, claims: tuple[str, ...], refers: bool, answered: bool
) -> None:
    """The check of a year answers only a warning that it refers to; another check of the unit answers."""
    organ = Organ().staffed()
    warning = warned(organ)
    named = (organ.reference(warning),) if refers else None
    check = InspectionHeld(ref="I", lead="sec", kind=kind, for_year=2023, covers=("aid",), claims=claims or None,
                           refers=named, occurred_at=DAY("2023-12-04"))  # fmt: skip
    organ.duty(check, "2023-12-04", "sec", "mem")
    assert bool(fired(organ, "WARNING_UNANSWERED")) == (not answered)


# --- handing over ---


def handover(
    organ: Organ,
    outgoing: str,
    incoming: str,
    on: str,
    scope: tuple[str, ...],
    recorded: str | None = None,
    **more: Any,
) -> Recorded:
    payload = HandoverMade(
        ref=f"H{len(organ.entries['duty'])}",
        outgoing=outgoing,
        incoming=incoming,
        scope=scope,
        occurred_at=DAY(on),
        **more,
    )
    return organ.duty(payload, recorded or f"{on} 16:00", outgoing, incoming)


def changed(organ: Organ, first: str = "2024-05-15") -> None:
    """The supervising member of the centre changes: the old one's last day is 30 April."""
    organ.end("mem", "2024-04-30", "retirement")
    organ.assign("handler", "member", first, supervises=("aid",), ref="NEW")


@pytest.mark.parametrize(
    ("on", "scope", "outgoing", "missing"),
    [
        ("2024-05-10", ("aid",), "mem", False),
        ("2024-05-11", ("aid",), "mem", True),
        ("2022-03-01", ("aid",), "mem", False),
        ("2021-12-31", ("aid",), "mem", True),
        ("2024-05-10", ("office",), "mem", True),
        ("2024-05-10", ("aid",), "mem2", True),
    ],
    ids=["last day", "a day late", "early in his tenure", "before his tenure", "another unit", "another's"],
)
def test_a_handover_is_owed_from_the_outgoing_holder(
    on: str, scope: tuple[str, ...], outgoing: str, missing: bool
) -> None:
    """HANDOVER_MISSING: only the outgoing holder's handover of the unit, in his tenure or the days after, ends it."""
    organ = Organ().staffed()
    payload = HandoverMade(ref="H", outgoing=outgoing, incoming="clerk", scope=scope, occurred_at=DAY(on))
    if on < "2024-04-30":
        organ.duty(payload, "2024-01-02", outgoing, "clerk")
    changed(organ)
    if on > "2024-04-30":
        organ.duty(payload, "2024-06-01", outgoing, "clerk")
    organ.open_case("2024-10-14", "2024-08-05", offender="clerk")
    expected = [("mem", "handler", ("aid",))] if missing else []
    assert rows(fired(organ, "HANDOVER_MISSING"), "from", "to", "scope") == expected


def test_changes_outside_the_case_are_not_asked_about() -> None:
    """Without a case, before its period, or in a unit supervised apart, no handover is missing."""
    organ = Organ().staffed()
    changed(organ)
    assert not fired(organ, "HANDOVER_MISSING")
    organ.open_case("2024-10-14", "2024-08-05", period=("2024-06-01", "2024-06-30"))
    assert not fired(organ, "HANDOVER_MISSING")
    other = Organ().staffed()
    other.end("head2", "2024-04-30")
    other.assign("handler", "head", "2024-05-01", scope=("office",))
    other.open_case("2024-10-14", "2024-08-05")
    assert not fired(other, "HANDOVER_MISSING")


def test_units_supervised_together_are_one_row() -> None:
    """Units that the outgoing member supervised beside the case's are asked about too, in one row."""
    organ = Organ().staffed()
    organ.end("mem", "2023-12-31")
    organ.end("mem2", "2023-12-31")
    organ.assign("clerk", "member", "2024-01-01", supervises=("aid", "office"))
    organ.end("clerk", "2024-04-30")
    organ.assign("mem2", "member", "2024-05-01", supervises=("office", "aid"), ref="M")
    organ.open_case("2024-10-14", "2024-08-05")
    found = rows(fired(organ, "HANDOVER_MISSING"), "from", "to", "scope")
    assert ("clerk", "mem2", ("aid", "office")) in found


@pytest.mark.parametrize("second", ["2024-02-01", "2024-05-01"])
def test_units_supervised_by_two_assignments_are_supervised_together(second: str) -> None:
    """A second assignment of one person adds scope: asked about is what he supervised beside the case's unit.

    What he took over once he had left that unit is not.
    """
    organ = Organ().staffed()
    organ.end("mem2", "2023-12-31")
    first = [entry for entry in organ.entries["duty"] if getattr(entry.payload, "person", None) == "mem"][-1]
    office = None
    if second < "2024-04-30":
        office = organ.assign("mem", "member", second, supervises=("office",))
    organ.end("mem", "2024-04-30", made=first)
    office = office or organ.assign("mem", "member", second, supervises=("office",))
    organ.assign("clerk", "member", "2024-05-01", supervises=("aid",))
    organ.end("mem", "2024-06-30", made=office)
    organ.assign("handler", "member", "2024-07-01", supervises=("office",))
    organ.open_case("2024-10-14", "2024-08-05")
    scopes = {unit for scope in rows(fired(organ, "HANDOVER_MISSING"), "scope") for unit in scope[0]}
    assert scopes >= {"aid"}
    assert ("office" in scopes) == (second < "2024-04-30")


def test_nobody_follows_a_holder_beside_whom_another_stays_on() -> None:
    """A second supervisor who comes and goes beside the first hands nothing over to the first's later successor."""
    organ = Organ().staffed()
    organ.assign("clerk", "member", "2024-02-01", supervises=("aid",))
    organ.end("clerk", "2024-03-31")
    organ.end("mem", "2024-06-30")
    organ.assign("head", "member", "2024-07-01", supervises=("aid",))
    organ.open_case("2024-10-14", "2024-08-05")
    found = rows(fired(organ, "HANDOVER_MISSING"), "from", "to", "scope")
    assert ("mem", "head", ("aid",)) in found
    assert "clerk" not in {outgoing for outgoing, _, _ in found}


def test_acting_needs_a_handover_and_cover_needs_none() -> None:
    """Who acts in charge of the secretary's post hands over, who covers it does not."""
    for mode, expected in (("in_charge", {("sec", "mem"), ("mem", "handler")}), ("cover", {("sec", "handler")})):
        organ = Organ().staffed()
        organ.end("sec", "2024-03-15", "transfer")
        organ.act("mem", "secretary", "2024-03-16", mode, valid_to="2024-05-05", scope=("group",))
        organ.assign("handler", "secretary", "2024-05-06", scope=("group",))
        organ.open_case("2024-10-14", "2024-08-05", offender="clerk")
        assert set(rows(fired(organ, "HANDOVER_MISSING"), "from", "to")) == expected


def test_an_own_acting_before_is_one_tenure() -> None:
    """Who acts and is then appointed hands nothing over to himself."""
    organ = Organ().staffed()
    organ.end("head", "2023-12-31")
    organ.act("handler", "head", "2024-01-01", valid_to="2024-02-29", scope=("aid",))
    organ.assign("handler", "head", "2024-03-01", scope=("aid",))
    organ.open_case("2024-10-14", "2024-08-05", offender="clerk")
    assert "handler" not in {signal.get("from") for signal in fired(organ, "HANDOVER_MISSING")}


def test_a_handover_made_up_after_the_case_is_none() -> None:
    """A handover that a signal of weight high blames does not end HANDOVER_MISSING."""
    organ = Organ().staffed()
    changed(organ)
    organ.open_case("2024-10-14", "2024-08-05", offender="clerk")
    handover(organ, "mem", "handler", "2024-05-05", ("aid",), recorded="2024-10-20")
    assert len(fired(organ, "HANDOVER_MISSING")) == 1


@pytest.mark.parametrize(
    ("issues", "refers", "omits"),
    [
        (None, False, True),
        (("见W。",), False, True),
        (("见W-1",), False, True),
        (("见W1",), False, False),
        (None, True, False),
    ],
)
def test_a_handover_names_the_open_warning(issues: tuple[str, ...] | None, refers: bool, omits: bool) -> None:
    """HANDOVER_OMITS_KNOWN_RISK: the warning is named by reference or by its number as a whole word, or is omitted."""
    organ = Organ().staffed()
    warning = warned(organ, ref="W1")
    more: dict[str, Any] = {"open_issues": issues, "refers": (organ.reference(warning),) if refers else None}
    handover(organ, "mem", "mem2", "2024-02-01", ("group",), **more)
    found = fired(organ, "HANDOVER_OMITS_KNOWN_RISK")
    assert [signal.get("known").ref for signal in found] == (["W1"] if omits else [])  # type: ignore[attr-defined]
    assert all((signal.get("from"), signal.get("to"), signal.blamed) == ("mem", "mem2", ()) for signal in found)


def test_what_was_not_received_or_was_answered_need_not_be_named() -> None:
    """No receipt by the outgoing holder before the handover, or an answer before it: nothing is omitted."""
    without, later, answered = (Organ().staffed() for _ in range(3))
    warned(without, receipt=None)
    warned(later, on="2024-02-01", receipt="2024-02-03")
    warned(answered)
    _check(answered, "mem", "2024-01-20")
    for organ in (without, later, answered):
        payload = HandoverMade(ref="H", outgoing="mem", incoming="mem2", scope=("aid",), occurred_at=DAY("2024-02-02"))
        organ.duty(payload, "2024-02-04", "mem", "mem2")
        assert not fired(organ, "HANDOVER_OMITS_KNOWN_RISK")


@pytest.mark.parametrize(
    ("by", "arrived", "known"),
    [("mem", "2024-02-02", True), ("mem", "2024-02-03", False), ("mem2", "2024-02-02", False), (None, None, False)],
    ids=["by the day of the handover", "after it", "by another", "the clerk's own"],
)
def test_a_receipt_counts_for_whom_it_came_from_and_from_the_day_of_arrival(
    by: str | None, arrived: str | None, known: bool
) -> None:
    """Who put it on record, and when, is not who received the warning, and when."""
    organ = Organ().staffed()
    warning = warned(organ, receipt=None)
    payload = HandoverMade(ref="H", outgoing="mem", incoming="mem2", scope=("aid",), occurred_at=DAY("2024-02-02"))
    organ.duty(payload, "2024-02-04", "mem", "mem2")
    on = DAY(arrived) if arrived is not None else None
    receipt = RecordAccepted(accepts=organ.reference(warning), capacity="receipt", by=by, arrived=on)
    organ.duty(receipt, "2024-02-05", "clerk")
    assert bool(fired(organ, "HANDOVER_OMITS_KNOWN_RISK")) == known


@pytest.mark.parametrize(("arrived", "known"), [("2023-11-21", False), ("2024-09-01", True)])
def test_a_receipt_put_on_record_after_the_lead_about_a_day_before_it_does_not_count(arrived: str, known: bool) -> None:
    """It is judged like an act of the day on which the thing arrived."""
    organ = Organ().staffed()
    warning = warned(organ, receipt=None)
    organ.open_case("2024-10-01", "2024-08-01")
    on = DAY(arrived)
    receipt = RecordAccepted(accepts=organ.reference(warning), capacity="receipt", by="mem", arrived=on)
    organ.duty(receipt, "2024-10-08", "clerk")
    payload = HandoverMade(ref="H", outgoing="mem", incoming="mem2", scope=("aid",), occurred_at=DAY("2024-10-08"))
    organ.duty(payload, "2024-10-08", "mem", "mem2")
    assert bool(fired(organ, "HANDOVER_OMITS_KNOWN_RISK")) == known


# --- checks and moves ---


def yearly(organ: Organ, covers: tuple[str, ...], on: str = "2024-02-05", **more: Any) -> None:
    fields: dict[str, Any] = {"claims": ("A3a",), **more}
    payload = InspectionHeld(ref=f"Y{on}", lead="sec", for_year=2023, covers=covers, occurred_at=DAY(on), **fields)
    organ.duty(payload, f"{on} 20:00", "sec", "clerk")


def test_a_yearly_check_covers_every_unit() -> None:
    """CHECK_SKIPPED_UNIT names each department and centre that the year's checks together leave out."""
    organ = Organ().staffed()
    yearly(organ, ("office",))
    assert rows(fired(organ, "CHECK_SKIPPED_UNIT"), "unit", "year") == [("aid", 2023)]
    yearly(organ, ("aid",), "2024-02-06")
    assert not fired(organ, "CHECK_SKIPPED_UNIT")


def test_special_checks_and_new_units_are_not_asked_about() -> None:
    """A check that claims no yearly check may cover one unit; a unit registered later could not be covered."""
    organ = Organ().staffed()
    yearly(organ, ("aid",), claims=("PM5a",))
    yearly(organ, ("aid", "office"), "2024-02-06")
    organ.duty(UnitRegistered(ref="new", unit="new", kind="centre", name="new"), "2024-03-01")
    assert not fired(organ, "CHECK_SKIPPED_UNIT")


def test_a_check_made_up_after_the_case_covers_nothing() -> None:
    """A check of the unit recorded after the opening does not fill the skipped check."""
    organ = Organ().staffed()
    yearly(organ, ("office",))
    organ.open_case("2024-10-14", "2024-08-05")
    payload = InspectionHeld(
        ref="BACK", lead="sec", for_year=2023, covers=("aid",), claims=("A3a",), occurred_at=DAY("2024-02-06")
    )
    organ.duty(payload, "2024-10-20", "sec", "clerk")
    assert rows(fired(organ, "CHECK_SKIPPED_UNIT"), "unit") == [("aid",)]


@pytest.mark.parametrize(
    ("on", "leaves", "fires"),
    [
        ("2024-10-14", "transfer", True),
        ("2024-10-12", "transfer", False),
        ("2024-11-01", "rotation", False),
        ("2025-03-29", "retirement", False),
    ],
)
def test_an_offender_stays_while_the_case_is_open(on: str, leaves: str, fires: bool) -> None:
    """MOVE_DURING_CASE: transfer and retirement of an offender from the opening to the decision on him."""
    organ = Organ().staffed()
    organ.open_case("2024-10-14", "2024-08-05", offender="head")
    item = DecisionItem(person="head", category="direct")
    decided = DecisionMade(ref="D", case="K1", track="first", decisions=(item,), occurred_at=DAY("2025-03-28"))
    organ.case(decided, "2025-03-28")
    organ.end("head", on, leaves)
    assert len(fired(organ, "MOVE_DURING_CASE")) == fires


def test_a_new_post_of_an_offender_is_a_move_and_anyone_elses_is_not() -> None:
    """An assignment of an offender while the case is open fires, of another person it does not."""
    organ = Organ().staffed()
    organ.open_case("2024-10-14", "2024-08-05", offender="head")
    organ.assign("handler", "head", "2024-10-20", scope=("aid",), ref="OTHER")
    organ.assign("head", "member", "2024-10-21", supervises=("office",), ref="UP")
    assert [signal.events[0].ref for signal in fired(organ, "MOVE_DURING_CASE")] == ["UP"]


def test_references_of_the_case_ledger_reach_the_duty_ledger() -> None:
    """The maker's references across ledgers carry the duty ledger's fingerprint."""
    organ = Organ().staffed()
    entry = organ.entries["duty"][3]
    assert organ.reference(entry, across=True).fingerprint == b64encode(organ.entries["duty"][0].leaf_hash)
