"""What is to be done, told over the obligations' answers; the calendar file; very many acts judged at once."""

from datetime import UTC, date, datetime
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.main import build
from ledger.events.acts import WarningReported
from ledger.events.office import TaskAssigned, TaskReported
from projections import signals
from projections.obligations import obligations
from projections.questions.agenda import Agenda, AgendaFilter, AgendaLine, agenda
from projections.questions.obligations import ObligationFilter, owed
from projections.questions.over import Over
from projections.questions.talks_owed import talks_owed
from projections.reports.calendar import Event, calendar
from tests.support.facts_maker import Organ
from tests.support.replayed import SCENARIOS, scenario_facts

STAMP = datetime(2024, 3, 1, 1, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def unfolded(data: bytes) -> list[str]:
    """The content lines as a reader of RFC 5545 sees them."""
    return data.decode().replace("\r\n ", "").split("\r\n")


@given(TEXTS, TEXTS)
def test_no_text_can_break_out_of_its_line(summary: str, description: str) -> None:
    """Whatever the texts hold, the file has one event with its ten lines, none longer than 75 octets."""
    data = calendar("c", STAMP, [Event("k", date(2024, 3, 4), summary, description, "met")])

    lines = unfolded(data)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert [line.partition(":")[0].partition(";")[0] for line in lines[5:-2]] == [
        *("BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "CATEGORIES", "TRANSP", "END"),
    ]


def test_what_is_special_in_the_format_is_escaped() -> None:
    """Commas, semicolons, backslashes and line breaks are escaped; a last day of the year ends on the next."""
    data = calendar("c", STAMP, [Event("k", date(2024, 12, 31), "a,b;c\\d", "e\nf", "met")])

    lines = unfolded(data)
    assert "SUMMARY:a\\,b\\;c\\\\d" in lines
    assert "DESCRIPTION:e\\nf" in lines
    assert "DTEND;VALUE=DATE:20250101" in lines


def test_judging_very_many_acts_at_once_changes_no_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every instance is the same whether acts are judged by what lies near them or the whole is judged once."""
    near = obligations(scenario_facts(), judged_on=date(2025, 12, 31))
    monkeypatch.setattr(signals, "MANY", 0)
    monkeypatch.setattr(signals, "SHARE", 10**6)

    assert obligations(scenario_facts(), judged_on=date(2025, 12, 31)) == near


# --- what is to be done ---


def told(organ: Organ, on: str, **limits: Any) -> Agenda:
    """The agenda as judged on a day, in English."""
    return agenda(Over(organ.facts(), "en"), AgendaFilter(judged_on=date.fromisoformat(on), **limits))


def one(found: Agenda, **fields: Any) -> AgendaLine:
    (line,) = [row for row in found.items if all(getattr(row, name) == value for name, value in fields.items())]
    return line


@pytest.mark.parametrize(
    ("on", "near_days", "state"),
    [
        ("2024-06-22", None, "due"),
        ("2024-06-23", None, "near"),
        ("2024-06-30", None, "near"),
        ("2024-07-01", None, "overdue"),
        ("2024-06-10", 20, "near"),
        ("2024-06-29", 0, "due"),
    ],
)
def test_colours_follow_the_day_alone(on: str, near_days: int | None, state: str) -> None:
    """Blue while it is due later, yellow within the days that a setting names, red once the day is over."""
    settings: dict[str, Any] = {} if near_days is None else {"near_days": near_days}
    organ = Organ(**settings).staffed()
    line = one(told(organ, on), obligation="A2b", owner="mem", due=date(2024, 6, 30))
    assert line.state == state


def test_each_line_says_all_that_one_needs() -> None:
    """Who, what, from which clause, by when, with whom, what counts as done, and the command that records it."""
    line = one(told(Organ().staffed(), "2024-06-20"), obligation="A2b", owner="mem", due=date(2024, 6, 30))
    assert line.words == (
        "mem: A2b Member talks with each supervised head each half-year (first half of 2024 aid);"
        " due on 2024-06-30, in 10 days"
    )
    assert (line.with_whom, line.unit, line.clause is not None, line.done_when is not None) == (
        ("head",),
        "aid",
        True,
        True,
    )
    assert line.do == ("zeren record talk --talker mem --counterpart head --unit aid --occurred-at DAY --claims A2b",)


def test_what_is_done_is_no_line_and_what_was_claimed_in_vain_is_explained() -> None:
    """A talk that counts takes its line away; one that nobody owed, and one that is doubted, are told in a sentence."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-03-04", claims=("A2b",))
    organ.talk("head", "handler", "2024-03-05", claims=("A2b",), ref="VAIN")
    organ.talk("mem2", "head2", "2024-03-06", "mem2", claims=("A2b",), ref="HALF")
    found = told(organ, "2024-06-20")
    assert [row.owner for row in found.items if row.obligation == "A2b" and row.due == date(2024, 6, 30)] == ["mem2"]
    (said,) = one(found, obligation="A2b", owner="mem2", due=date(2024, 6, 30)).in_vain
    assert said.startswith("HALF#")
    assert "one of the two has not signed in time" in said
    assert any("VAIN#" in note and "in vain" in note for note in found.notes)


def test_a_ledger_opened_in_november_does_not_call_march_unmet() -> None:
    """What fell due before the ledger was opened is said once, with its number; what falls due after it is a line."""
    organ = Organ(opened="2024-11-04").staffed()
    found = told(organ, "2025-01-10")
    before = owed(Over(organ.facts(), "en"), ObligationFilter(judged_on=date(2025, 1, 10))).items
    early = [row for row in before if row.due is not None and row.due < date(2024, 11, 4) and row.status == "unmet"]
    assert early
    assert all(row.due is None or row.due >= date(2024, 11, 4) for row in found.items)
    assert [note for note in found.notes if "2024-11-04" in note and f"({len(early)})" in note]
    assert any(row.state == "overdue" and row.due == date(2024, 12, 31) for row in found.items)


def test_claims_for_a_time_before_the_ledger_was_opened_are_told_as_that_in_one_line() -> None:
    """A year taken over from paper does not read as if nobody had owed what was done."""
    organ = Organ(opened="2024-11-04").staffed()
    organ.talk("mem", "head", "2024-03-04", recorded="2024-11-04 20:00", claims=("A2b",), ref="OLD1", legacy=True)
    organ.talk("mem", "head", "2024-05-06", recorded="2024-11-04 20:01", claims=("A2b",), ref="OLD2", legacy=True)
    (said,) = [note for note in told(organ, "2025-01-10").notes if "OLD1" in note]
    assert "OLD2" in said
    assert "before the ledger was opened" in said
    assert "in vain" not in said


def test_the_limits_of_days() -> None:
    """A period by its days, until a day with what is overdue, and within some days only what is still to come."""
    organ = Organ().staffed()
    everything = told(organ, "2024-06-20").items
    quarter = told(organ, "2024-06-20", period="2024Q4").items
    assert quarter
    assert all(date(2024, 10, 1) <= (row.due or row.since or date.min) <= date(2024, 12, 31) for row in quarter)
    until = told(organ, "2024-06-20", until=date(2024, 6, 30)).items
    assert {row.state for row in until} >= {"overdue", "due"}
    assert all(row.due is None or row.due <= date(2024, 6, 30) for row in until)
    soon = told(organ, "2024-06-20", due_within="10d").items
    assert soon
    assert all(row.due is not None and date(2024, 6, 20) <= row.due <= date(2024, 6, 30) for row in soon)
    assert len(everything) > len(until) > len(soon)
    days = [row.due or row.since or date.max for row in everything if row.state == "overdue"]
    assert days == sorted(days)


def test_a_talk_that_nobody_owes_is_not_called_overdue() -> None:
    """Who was in hospital owes no talk with his own stand-in, who held both posts on the last day; others' stay."""
    over = Over(scenario_facts(SCENARIOS / "held-as-known.yaml"), "en")
    found = agenda(over, AgendaFilter(judged_on=date(2025, 12, 31))).items
    half = [row.owner for row in found if row.obligation == "A2a" and row.due == date(2025, 6, 30)]
    assert half == ["mb"]
    matrix = [row for row in talks_owed(over, date(2025, 12, 31)) if row.obligation == "A2a" and row.half == "2025H1"]
    assert [(row.owner, row.other, row.state) for row in matrix] == [("mb", "mc", "missing")]


def test_a_head_is_told_what_the_unit_owes_and_nobody_elses() -> None:
    """What is owed by the unit that a person heads is among that person's lines, and no other leader's."""
    organ = Organ().staffed()
    mine = told(organ, "2024-06-20", owner="head").items
    assert {row.owner for row in mine} == {"head", "aid"}
    assert {row.owner for row in told(organ, "2024-06-20", owner="office").items} == {"office"}


def test_warnings_tasks_and_signatures_wait_for_whom_they_bind() -> None:
    """A warning by its last day, a task by its own, a signature since its entry stands, each with its command."""
    organ = Organ().staffed()
    warning = WarningReported(ref="W", author="head", addressee="mem", unit="aid", occurred_at=date(2024, 3, 4))
    organ.duty(warning, "2024-03-04 20:00", "head", "mem")
    task = TaskAssigned(ref="TASK", owner="mem", unit="aid", due=date(2024, 7, 5), occurred_at=date(2024, 3, 4))
    organ.duty(task, "2024-03-04 21:00")
    organ.talk("mem", "head", "2024-03-05", "mem", ref="ONE")
    found = told(organ, "2024-04-20")
    answer = one(found, kind="warning", owner="mem")
    assert (answer.due, answer.state, "--refers W" in answer.do[0]) == (date(2024, 4, 3), "overdue", True)
    duty = one(found, kind="task", owner="mem")
    assert (duty.due, duty.do[0].startswith("zeren record task-reported --of TASK")) == (date(2024, 7, 5), True)
    signature = one(found, kind="signature", owner="head")
    assert signature.entry is not None
    place = signature.entry.position
    assert (signature.since, signature.do) == (date(2024, 3, 5), (f"zeren consent ask '#{place}' --for head",))
    assert "head has not yet signed ONE#" in signature.words
    assert [row for row in told(organ, "2024-03-04").items if row.kind == "signature"] == []


def test_a_task_is_each_units_own_part_until_it_is_reported() -> None:
    """The owner of a task stands before its co-units, each reports as itself, and a part that is done is no line."""
    organ = Organ().staffed()
    task = TaskAssigned(ref="TASK", owner="head", co_units=("aid", "office"), occurred_at=date(2024, 3, 4))
    handed_out = organ.duty(task, "2024-03-04 21:00")
    of_all, of_head, of_unit = (
        one(told(organ, "2024-04-20", owner=owner), kind="task") for owner in (None, "head", "office")
    )
    assert of_all == of_head
    assert (of_head.owner, of_head.do) == ("head", ("zeren record task-reported --of TASK --done --occurred-at DAY",))
    assert of_unit.owner == "office"
    assert of_unit.do == ("zeren record task-reported --of TASK --unit office --done --occurred-at DAY",)
    of = organ.reference(handed_out)
    report = TaskReported(ref="PART", of=of, unit="office", done=True, occurred_at=date(2024, 4, 1))
    organ.duty(report, "2024-04-01 21:00")
    assert [row for row in told(organ, "2024-04-20", owner="office").items if row.kind == "task"] == []
    assert one(told(organ, "2024-04-20"), kind="task").owner == "head"


def test_every_command_that_is_told_can_be_typed() -> None:
    """Each names a command that is there and options that it has, and leaves out none that must be given."""
    found = agenda(Over(scenario_facts(), "en"), AgendaFilter(judged_on=date(2024, 9, 1)))
    said = {command for line in found.items for command in line.do}
    assert len(said) > 50
    for text in said:
        words = text.split()[1:]
        command: click.Command = build()
        context = click.Context(command)
        while isinstance(command, click.Group) and words[0] != "KIND":
            inner = command.get_command(context, words.pop(0))
            assert inner is not None, text
            command = inner
        if isinstance(command, click.Group):
            continue
        given = {word for word in words if word.startswith("--")}
        options = [each for each in command.params if isinstance(each, click.Option)]
        assert given <= {name for each in options for name in each.opts}, text
        assert all(set(each.opts) & given for each in options if each.required), text


def test_what_was_done_and_not_claimed_is_claimed_by_a_correction() -> None:
    """The command keeps what the act claims already, and adds the duty that it was done for."""
    organ = Organ().staffed()
    held = organ.talk("mem", "head", "2024-03-05", "mem", "head", claims=("PM4",))
    lines = [row for row in told(organ, "2024-08-01").items if row.obligation == "A2b" and row.owner == "mem"]
    done = [do for row in lines for do in row.do if "correct" in do]
    assert f"zeren correct '#{held.position}' --field claims --to PM4 --to A2b" in done
