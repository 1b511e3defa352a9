"""Registers as questions: lines with their status as on a day, within limits, as known at a moment."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ledger.errors import BadInput
from ledger.events.acts import IssueFound, RectificationMade, RiskMeasureTaken, TalkHeld
from ledger.events.case_work import LeadDisposed, LeadReceived
from ledger.events.office import RectificationVerified, RiskRegistered, TaskAssigned, TaskReported
from ledger.events.register import UnitEnded
from projections.facts.holdings import governed_units
from projections.facts.values import Period
from projections.language.register_words import STATUSES as WORDS
from projections.questions.line import Line, LineFilter
from projections.questions.line import line as line_of
from projections.questions.over import Over
from projections.questions.plain import members
from projections.questions.registers import REGISTERS, RegisterAnswer, RegisterFilter
from projections.questions.registers import register as question
from projections.registers.issues import issues
from projections.reports.exports import columns_of, row_type
from projections.views.facts import ViewFacts
from tests.support.facts_maker import JUDGED_ON, Organ
from tests.support.replayed import SCENARIOS, YUNXI, scenario_facts, views_of_scenario

OFFICE = SCENARIOS / "office-records.yaml"


def register(facts: ViewFacts, name: str, on: date, **limits: Any) -> Any:
    return question(name)(Over(facts), RegisterFilter(judged_on=on, **limits))


def line(facts: ViewFacts, unit: str, period: Period, judged_on: date) -> Line:
    return line_of(Over(facts), LineFilter(unit=unit, first=period.first, last=period.last, judged_on=judged_on))


def told(facts: ViewFacts, name: str, on: str, *party: str, statuses: tuple[str, ...] = ()) -> dict[str, str]:
    """The status of each line of a register by the number of its entry."""
    limits = {"unit" if each in facts.units else "person": each for each in party}
    found = register(facts, name, date.fromisoformat(on), status=statuses, **limits)
    return {row.entry.ref: row.status for row in found.items}


def test_limits_are_those_of_whom_a_line_names_and_of_its_status() -> None:
    """A line concerns its owner, his co-units and unit, its finder, and the head whom an ended unit's line fell to."""
    facts = scenario_facts(OFFICE)
    ids = {unit.ref: unit.id for unit in facts.units.values()} | {p.ref: p.id for p in facts.persons.values()}

    assert told(facts, "issues", "2025-03-31") == {"I1": "closed", "I2": "rectified", "I3": "overdue"}
    assert told(facts, "issues", "2025-03-31", statuses=("overdue", "closed")) == {"I1": "closed", "I3": "overdue"}
    assert told(facts, "issues", "2025-03-31", ids["W2"], ids["h3"]) == {"I2": "rectified", "I3": "overdue"}
    assert told(facts, "issues", "2024-12-31", ids["h3"]) == {}
    assert told(facts, "tasks", "2025-03-31", ids["W2"]) == {"K1": "done", "K2": "overdue"}
    (risk,) = register(facts, "risks", date(2025, 3, 31)).items
    assert (risk.title, risk.status) == ("资金拨付", "bare")


@pytest.mark.parametrize("name", REGISTERS)
def test_an_answer_says_of_which_rows_it_is(name: str) -> None:
    """One answer serves every register: its members have the types of that register's rows, corrections last."""
    row: Any = REGISTERS[name].row
    answer: Any = RegisterAnswer[row]
    assert members(answer)["items"] == tuple[row, ...]
    assert row_type(answer) is row
    assert list(columns_of(row))[-3:] == ["title", "names", "corrected_by"]
    assert members(RegisterAnswer)["judged_on"] is members(answer)["judged_on"] is date
    assert members(None) == {}


def test_a_risk_is_countered_by_a_measure_that_refers_to_it() -> None:
    """Another measure of the same unit counters nothing; before its day neither does the one that refers to it."""
    organ = Organ().staffed()
    risk = organ.duty(RiskRegistered(ref="RK", unit="aid", occurred_at=date(2024, 2, 1)), "2024-02-01 10:00")
    organ.duty(RiskMeasureTaken(ref="M1", unit="aid", occurred_at=date(2024, 2, 5)), "2024-02-05 10:00")
    measure = RiskMeasureTaken(ref="M2", unit="aid", occurred_at=date(2024, 3, 5), refers=(organ.reference(risk),))
    organ.duty(measure, "2024-03-05 10:00")

    facts = organ.facts()
    assert told(facts, "risks", "2024-03-04") == {"RK": "bare"}
    (row,) = register(facts, "risks", date(2024, 3, 5)).items
    assert (row.status, [cite.ref for cite in row.measures]) == ("countered", ["M2"])


def test_a_lead_has_thirty_days() -> None:
    """The thirtieth day is in time, the next is late; undisposed it is open until then, and overdue afterwards."""
    organ = Organ().staffed()
    first, second, third = (
        organ.case(LeadReceived(ref=ref, kind="complaint", concerns=("aid",)), "2024-02-01 09:00")
        for ref in ("L1", "L2", "L3")
    )
    organ.case(LeadDisposed(lead=organ.reference(first), way="closed"), "2024-03-02 09:00", of=first)
    organ.case(LeadDisposed(lead=organ.reference(second), way="deferred"), "2024-03-03 09:00", of=second)

    facts = organ.facts()
    assert told(facts, "leads", "2024-03-02") == {"L1": "disposed", "L2": "open", "L3": "open"}
    assert told(facts, "leads", "2024-03-03") == {"L1": "disposed", "L2": "disposed_late", "L3": "overdue"}
    assert told(facts, "leads", "2024-03-03", "aid", statuses=("overdue",)) == {third.payload.ref: "overdue"}
    assert told(facts, "leads", "2024-01-31") == {}
    item = register(facts, "leads", date(2024, 3, 3)).items[0]
    assert (item.due, item.way, item.disposed_on) == (date(2024, 3, 2), "closed", date(2024, 3, 2))


def test_a_lead_is_told_as_known_then() -> None:
    """Before its disposal was recorded a lead was not disposed of, and before its own recording there was none."""
    organ = Organ().staffed()
    before = organ.talk("sec", "mem", "2024-01-05").recorded_at
    lead = organ.case(LeadReceived(ref="L", kind="complaint", concerns=("aid",)), "2024-02-01 09:00")
    organ.case(LeadDisposed(lead=organ.reference(lead), way="closed"), "2024-02-20 09:00", of=lead)
    organ.talk("sec", "mem", "2024-03-05")

    assert told(organ.facts(), "leads", "2024-06-30") == {"L": "disposed"}
    assert told(organ.facts(lead.recorded_at), "leads", "2024-06-30") == {"L": "overdue"}
    assert told(organ.facts(before), "leads", "2024-06-30") == {}


def test_a_talk_is_followed_up_by_what_refers_to_it() -> None:
    """Until the day agreed it is open, after it overdue; a later record that refers to it is shown as the follow-up."""
    organ = Organ().staffed()
    due = TalkHeld(
        ref="T", talker="sec", counterpart="mem", occurred_at=date(2024, 2, 1), follow_up_due=date(2024, 3, 1)
    )
    talk = organ.duty(due, "2024-02-01 10:00")
    organ.talk("sec", "mem", "2024-02-10")
    measure = RiskMeasureTaken(ref="M", unit="aid", occurred_at=date(2024, 3, 5), refers=(organ.reference(talk),))
    organ.duty(measure, "2024-03-05 10:00")

    facts = organ.facts()
    assert told(facts, "talks", "2024-03-01", statuses=("open",)) == {"T": "open"}
    assert told(facts, "talks", "2024-03-04", statuses=("overdue",)) == {"T": "overdue"}
    (row,) = register(facts, "talks", date(2024, 3, 5), status=("followed_up",)).items
    assert [cite.ref for cite in row.followed_by] == ["M"]
    assert len(register(facts, "talks", date(2024, 3, 5), status=("held",)).items) == 1


def test_meetings_tell_how_they_voted() -> None:
    """Votes are counted; one against, or one dissent, makes a meeting divided; no vote is no unanimity."""
    items = {row.entry.ref: row for row in register(scenario_facts(YUNXI), "meetings", date(2025, 12, 31)).items}
    vote = items["E060"]
    assert (vote.agree, vote.oppose, vote.abstain, vote.dissents, vote.status) == (3, 1, 0, 1, "divided")
    assert (items["E022"].agree, items["E022"].status) == (None, "no_vote")
    (office,) = register(scenario_facts(OFFICE), "meetings", date(2025, 3, 31)).items
    assert (office.items, office.title) == (2, "分析形势; 部署公示")


def test_a_warning_stands_until_its_owner_answers() -> None:
    """The register and WARNING_UNANSWERED say the same: late is an answer after the days allowed, none is none."""
    facts = scenario_facts(YUNXI)
    (before,) = register(facts, "warnings", date(2023, 12, 21)).items
    (after,) = register(facts, "warnings", date(2023, 12, 22)).items
    (late,) = register(facts, "warnings", date(2025, 12, 31)).items
    assert [before.status, after.status, late.status] == ["open", "unanswered", "answered_late"]
    assert (late.due, late.answered_on) == (date(2023, 12, 21), date(2024, 9, 18))


def test_handovers_and_assessments_are_listed_with_what_became_of_them() -> None:
    """A handover names what it hands over and whether both signed; an assessment what its result was used for."""
    found = {row.entry.ref: row for row in register(scenario_facts(YUNXI), "handovers", date(2025, 12, 31)).items}
    assert ([cite.ref for cite in found["E057"].named], found["E057"].status) == (["E037"], "signed")
    facts = scenario_facts(OFFICE)
    assert told(facts, "assessments", "2025-03-05") == {"S1": "used", "S2": "unused"}
    rows = register(facts, "assessments", date(2025, 3, 31)).items
    assert [row.uses for row in rows] == [("annual_target",), ("award",)]


def test_a_period_limits_by_the_day_of_what_is_recorded() -> None:
    """A half-year or a quarter in any way of writing; the day is that of the fact, not of its recording."""
    facts = scenario_facts(OFFICE)
    rows = register(facts, "talks", date(2025, 3, 31), period="2024年上半年").items
    assert [row.entry.ref for row in rows] == ["T1", "T4", "T5"]
    assert register(facts, "talks", date(2025, 3, 31), period="2023").items == ()


def test_leads_are_the_inspectors_own() -> None:
    """Without a case ledger the register of leads is empty."""
    assert told(scenario_facts(OFFICE), "leads", "2025-03-31") == {}


def test_every_status_has_its_word() -> None:
    """Each register and each of its statuses is known to the limits and to the words."""
    assert {name: tuple(words) for name, words in WORDS.items()} == {
        name: kind.statuses for name, kind in REGISTERS.items()
    }
    with pytest.raises(BadInput):
        register(scenario_facts(OFFICE), "tasks", date(2025, 3, 31), status=("closed",))
    with pytest.raises(BadInput):
        register(scenario_facts(OFFICE), "nothing", date(2025, 3, 31))


@pytest.mark.parametrize("file", ["office-records", "yunxi"])
def test_known_at_a_moment_equals_the_ledger_that_ends_there(file: str) -> None:
    """Every register and the line of every unit, as known at a moment, are those of the entries recorded by then."""
    path = SCENARIOS / f"{file}.yaml"
    views = views_of_scenario(path)
    recorded = [record.recorded_at for record in scenario_facts(path).records()]
    for number in range(20, len(recorded), 17):
        moment = recorded[number]
        entries = sum(at <= moment for at in recorded)
        cut, prefix = ViewFacts(views, moment), ViewFacts(views, entries=entries)
        on = moment.astimezone(cut.zone).date()
        for name in REGISTERS:
            assert register(cut, name, on).items == register(prefix, name, on).items
        for unit in governed_units(cut)[:2]:
            days = Period(on - timedelta(days=120), on)
            assert replace(line(cut, unit, days, on), known_at=None) == line(prefix, unit, days, on)


def test_who_signed_a_rectification_does_not_verify_it() -> None:
    """Where a rectification names nobody, those who signed it rectified: their word closes nothing, another's does."""
    organ = Organ().staffed()
    on = date(2024, 3, 1)
    issue = organ.duty(IssueFound(ref="I", finder="mem", unit="aid", occurred_at=on), "2024-03-01")
    made = RectificationMade(ref="R", unit="aid", refers=(organ.reference(issue),), occurred_at=on)
    done = organ.duty(made, "2024-03-02", "clerk", "head")

    def status(by: str) -> str:
        check = RectificationVerified(of=organ.reference(done), by=by, result="passed", occurred_at=on)
        organ._record("duty", check, "2024-03-03", ("clerk",), done)  # in the thread of what it verifies
        (found,) = issues(organ.facts(), JUDGED_ON)
        return found.status

    assert status("head") == "rectified"
    assert status("sec") == "closed"


@pytest.mark.parametrize(
    ("owner", "unit", "co_units", "reporting", "status"),
    [
        ("head", "aid", None, "aid", "done"),
        ("head", None, None, "aid", "done"),
        ("head", None, None, None, "done"),
        ("mem", "aid", None, "aid", "done"),
        ("aid", None, None, "aid", "done"),
        ("head", None, None, "office", "overdue"),
        ("head", None, ("office",), "aid", "done"),
        ("head", None, ("aid", "office"), "aid", "overdue"),
        ("head", "aid", ("aid", "office"), "office", "overdue"),
        ("aid", None, None, "office", "overdue"),
    ],
)
def test_a_task_is_done_once_its_owner_or_his_unit_says_so(
    owner: str, unit: str | None, co_units: tuple[str, ...] | None, reporting: str | None, status: str
) -> None:
    """The unit that the task names or that its owner heads speaks for him; as a co-unit it speaks for its part only."""
    organ = Organ().staffed()
    due, given, done = date(2024, 6, 28), date(2024, 3, 1), date(2024, 6, 3)
    task = TaskAssigned(ref="T", owner=owner, unit=unit, co_units=co_units, due=due, occurred_at=given)
    of = organ.reference(organ.duty(task, "2024-03-01 20:00"))
    organ.duty(TaskReported(of=of, unit=reporting, done=True, occurred_at=done), "2024-06-03 20:00")

    assert told(organ.facts(), "tasks", "2024-07-01") == {"T": status}


@pytest.mark.parametrize(
    ("owner", "heir"),
    [("head", "head2"), ("new", "head2"), ("aid", "head2"), ("before", "before"), ("mem", "mem")],
)
def test_what_is_open_in_an_ended_unit_passes_from_whoever_headed_it_since(owner: str, heir: str) -> None:
    """From its head of then, replaced since, as from its last; not from who had left before, nor from its member."""
    organ = Organ().staffed()
    earlier: dict[str, Any] = {"scope": ("aid",), "valid_to": "2021-12-31", "legacy": True, "recorded": organ.opened}
    organ.assign("before", "head", "2021-01-01", **earlier)
    on = date(2024, 3, 1)
    organ.duty(TaskAssigned(ref="T", owner=owner, unit="aid", occurred_at=on), "2024-03-01 20:00")
    if owner != "aid":
        organ.duty(IssueFound(ref="I", finder="mem", unit="aid", owner=owner, occurred_at=on), "2024-03-01 20:10")
    organ.end("head", "2024-03-31")
    organ.assign("new", "head", "2024-04-01", scope=("aid",))
    organ.duty(UnitEnded(ref="END", unit="aid", valid_to=date(2024, 4, 30), into=("office",)), "2024-04-30 20:00")

    def owners(on: date) -> set[str | None]:
        return {row.owner for name in ("tasks", "issues") for row in register(organ.facts(), name, on).items}

    assert owners(date(2024, 4, 30)) == {owner}
    assert owners(date(2024, 5, 1)) == {heir}
