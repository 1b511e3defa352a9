"""Case work on the command line: from lead to appeal, in order or marked, and nothing of it in the duty ledger."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import build
from ledger.application import open_ledger
from ledger.errors import BadInput, Refused, ZerenError
from ledger.events.base import Payload
from ledger.events.case_work import CaseOpened, LeadReceived
from ledger.events.register import PersonLinked
from ledger.home.directory import Home
from projections.language.catalogue import language, use_language
from projections.questions.desk import Desk
from projections.trace.model import Trace
from projections.views.catch_up import rebuild
from tests.support import replayed as support

SCENARIO = support.SCENARIOS / "swap-cover-quorum.yaml"
BOOKS = ("--rulebooks", "wz", "问责条例（2019修订）", "", "--rulebooks", "cf", "处分条例（2023修订）", "")
FACTS = (
    *("--unit", "read", "--period-from", "2024-02-01", "--period-to", "2024-06-30"),
    *("--offenders", "hr", "2024-02-01", "2024-06-30", "", "--acts", "z1", "2024-03-05", "4.25"),
)
OPEN = ("open", "Q2", *FACTS, *BOOKS)


def finding(person: str, book: str, category: str, knowledge: str = "", *, track: str = "first") -> tuple[str, ...]:
    item = ("--findings", person, "", book, category, knowledge, "")
    return ("finding", "--case", "Q2", "--track", track, *item)


def decision(person: str, category: str, number: str, *, track: str = "second") -> tuple[str, ...]:
    item = ("--decisions", person, "", category, "x", "")
    return ("decide", "--case", "Q2", "--track", track, *item, "--ref", number)


class Desktop:
    """A directory of simulated ledgers, and the command line over it."""

    def __init__(self, directory: Path) -> None:
        self.home = Home(directory)
        self.duty_before = self.home.database("duty").read_bytes()

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(build(), ["--dir", str(self.home.directory), *arguments])

    def case(self, *arguments: str, by: str = "insp") -> Result:
        result = self.run("case", *arguments, "--as", by, "--no-input")
        if isinstance(result.exception, ZerenError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        return result

    def payloads(self, *types: type[Payload]) -> list[Payload]:
        ledger = open_ledger(self.home.database("case"), read_only=True)
        try:
            return [event.payload for event in ledger.history() if isinstance(event.payload, types)]
        finally:
            ledger.close()

    def size(self) -> int:
        ledger = open_ledger(self.home.database("case"), read_only=True)
        try:
            return ledger.size()
        finally:
            ledger.close()

    def trace(self, case: str = "Q2") -> Trace:
        views = rebuild(self.home)
        try:
            return Desk(views).trace(case)
        finally:
            views.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desktop]:
    spoken = language()
    use_language("en")
    source = support.replayed(SCENARIO).directory
    shutil.copytree(source, tmp_path / "ledgers", ignore=shutil.ignore_patterns("*-wal", "*-shm", "views*"))
    yield Desktop(tmp_path / "ledgers")
    use_language(spoken)


def opened(desk: Desktop) -> Desktop:
    desk.case("lead", "--kind", "complaint", "--concerns", "read", "--matter", "a letter")
    desk.case(*OPEN)
    return desk


def decided(desk: Desktop) -> Desktop:
    opened(desk)
    desk.case("second", "--case", "Q2")
    desk.case(
        "decide", "--case", "Q2", "--track", "second", "--decisions", "m2", "", "main_leadership", "x", "", "--ref", "D"
    )
    return desk


def test_a_case_goes_from_lead_to_appeal(desk: Desktop) -> None:
    """Every step is recorded in order; the trace takes them all in, and the case is no longer red."""
    opened(desk)
    desk.case("measure", "--case", "Q2", "--person", "hr", "--status", "留置")
    desk.case("fact", "--case", "Q2", "--acts", "z1", "2024-03-05", "4.25", "--acts", "z2", "2024-06-30", "1")
    desk.case("second", "--case", "Q2", "--approved-by", "sec", "--team", "insp", "--team", "clerk")
    desk.case(
        "finding", "--case", "Q2", "--track", "second",
        "--findings", "m1", "", "wz", "main_leadership", "concealed", "", "--findings", "m2", "", "wz", "none", "", "",
    )  # fmt: skip
    desk.case(*decision("hr", "direct", "D1", track="first"))
    desk.case(
        "decide",
        "--case",
        "Q2",
        "--track",
        "second",
        "--decisions",
        "m1",
        "",
        "main_leadership",
        "y",
        "",
        "--ref",
        "D2",
    )
    desk.case("serve", "D2", "--person", "m1")
    desk.case("appeal", "D2", "--person", "m1", "--reason", "no", "--ref", "AP")
    pending = {row.party: row.appeal for row in desk.trace().compared}
    desk.case("appeal-decision", "AP", "--result", "维持")
    desk.case("rectify-review", "--case", "Q2", "--result", "done")
    found = desk.trace()

    assert found.total == 5.25
    assert found.red == ()
    assert pending["m1"] == "pending"
    assert {row.party: (row.verdict, row.appeal) for row in found.compared}["m1"] == ("agrees", "维持")
    assert {person.person: person.knowledge for person in found.persons}["m1"] == "concealed"
    assert {person.person: person.status_now for person in found.persons}["hr"] == "detained"


def test_opening_and_lead_pin_the_checkpoint_held_last(desk: Desktop) -> None:
    """Both carry the duty ledger's checkpoint that the discipline side held last, verbatim."""
    opened(desk)
    duty = desk.home.open("duty")
    try:
        held = desk.home.holdings(duty).latest()
    finally:
        duty.close()
    assert held is not None
    pins = [payload.pin for payload in desk.payloads(LeadReceived, CaseOpened)[-2:]]  # type: ignore[attr-defined]

    assert [pin.checkpoint for pin in pins] == [held.note.decode()] * 2
    assert desk.trace().pinned


def test_a_case_opened_with_nothing_held_is_unpinned(desk: Desktop) -> None:
    """Where no checkpoint is held the case is opened, says unpinned, and the trace shows it."""
    shutil.rmtree(desk.home.held)
    result = desk.case(*OPEN)

    assert "unpinned" in result.stderr
    assert not desk.trace().pinned


def test_the_duty_ledger_shows_nothing(desk: Desktop) -> None:
    """Not one byte of the duty ledger changes by any step of a case."""
    decided(desk)

    assert desk.home.database("duty").read_bytes() == desk.duty_before


def test_whom_a_step_names_is_introduced_once(desk: Desktop) -> None:
    """Persons of the duty ledger are registered and linked in the case ledger the first time they are named."""
    before = len(desk.payloads(PersonLinked))
    decided(desk)
    linked = [payload.identities[1].id for payload in desk.payloads(PersonLinked)[before:]]  # type: ignore[attr-defined]

    assert sorted(linked) == ["hr", "m2"]


def test_a_lead_that_concerns_the_unit_is_the_cases_own(desk: Desktop) -> None:
    """A case opens with the leads on its unit; its first lead is theirs, not another case's."""
    opened(desk)
    leads = desk.payloads(CaseOpened)[-1].leads  # type: ignore[attr-defined]

    assert len(leads) == 1
    assert desk.trace("Q2").first_lead_at != desk.trace("Q1").first_lead_at


def test_a_lead_that_went_into_a_case_goes_into_no_other(desk: Desktop) -> None:
    """A second case on the same unit takes no lead of the first."""
    opened(desk)
    desk.case("open", "Q3", *FACTS, *BOOKS)
    leads = [payload.leads for payload in desk.payloads(CaseOpened)[-2:]]  # type: ignore[attr-defined]

    assert [len(found or ()) for found in leads] == [1, 0]


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ([("decide", "--case", "Q9", "--track", "first", "--decisions", "hr", "", "direct", "x", "")], "Q9"),
        ([OPEN, OPEN], "open already"),
        ([("open", "Q3", *FACTS[:4], "--period-to", "2024-01-01", *FACTS[6:], *BOOKS)], "before it begins"),
        ([("open", "Q3", *FACTS[:-3], "z1", "2025-03-05", "1", *BOOKS)], "outside the case's period"),
        ([OPEN, ("none", "--case", "Q2")], "reason"),
        ([OPEN, ("second", "--case", "Q2"), ("second", "--case", "Q2")], "open already"),
        ([OPEN, ("fact", "--case", "Q2", "--acts", "z1", "2026-01-01", "1")], "outside the case's period"),
        ([OPEN, finding("m1", "wz", "none", track="third")], "third"),
        ([OPEN, finding("m1", "xx", "none")], "rulebook"),
        ([OPEN, finding("m1", "wz", "bad")], "category"),
        ([OPEN, finding("", "wz", "none")], "one person"),
        ([OPEN, finding("m1", "wz", "none", "x")], "knowledge"),
        ([OPEN, ("appeal", "Q2", "--person", "m1")], "no decision"),
        ([OPEN, ("serve", "Q2", "--person", "m1")], "no decision"),
        ([OPEN, ("second", "--case", "Q2", "--team", "insp", "--team", "m1")], "recuse"),
        ([("lead", "--kind", "complaint", "--concerns", "nobody-such")], "nobody-such"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_of_it_written(
    desk: Desktop, steps: list[tuple[str, ...]], fault: str
) -> None:
    """A step out of order, a category or rulebook that does not exist, an inspector of the line: refused, unwritten."""
    for step in steps[:-1]:
        desk.case(*step)
    before = [type(payload) for payload in desk.payloads(Payload) if not isinstance(payload, PersonLinked)]
    with pytest.raises((Refused, BadInput), match=fault):
        desk.case(*steps[-1])
    after = [type(payload) for payload in desk.payloads(Payload) if not isinstance(payload, PersonLinked)]

    added = {kind.__name__ for kind in after[len(before) :]}
    assert added <= {"PersonRegistered", "UnitRegistered", "UnitLinked"}  # who was named is introduced, no more


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (("serve", "D", "--person", "m1"), "decides nothing"),
        (("appeal", "D", "--person", "m1"), "decides nothing"),
        (("none", "--case", "Q2", "--reason", "x"), "decision already"),
        (("serve", "D", "--person", "m2", "--body", "grp"), "one person or one body"),
        (("appeal-decision", "D", "--result", "x"), "no such appeal"),
    ],
)
def test_steps_on_a_decision_fit_it(desk: Desktop, step: tuple[str, ...], fault: str) -> None:
    """Service and appeal are of those decided on; a decided track is not closed by a reasoned none."""
    decided(desk)
    with pytest.raises(Refused, match=fault):
        desk.case(*step)


def test_what_is_missing_is_marked(desk: Desktop) -> None:
    """No approval, a team below two, a decision without finding or service, of no form: recorded, and marked."""
    found = decided(desk).trace()

    assert {mark.code for mark in found.marks} == {
        "without_approval", "team_too_small", "decision_without_finding", "not_served", "form_not_of_the_rulebook",
    }  # fmt: skip
    assert found.red == ("first_track_open",)


def test_a_reasoned_none_closes_the_second_track(desk: Desktop) -> None:
    """With a decision on the direct party and a reasoned none the case is not red."""
    opened(desk)
    desk.case("none", "--case", "Q2", "--reason", "no leader is at fault", "--approved-by", "sec")
    desk.case("decide", "--case", "Q2", "--track", "first", "--decisions", "hr", "", "direct", "x", "")

    assert desk.trace().red == ()


def test_a_dry_run_writes_nothing(desk: Desktop) -> None:
    """A dry run shows what would be signed; where somebody would have to be introduced first it says so."""
    desk.case("lead", "--kind", "complaint", "--concerns", "read", "--matter", "x")
    before = desk.size()
    desk.case("lead", "--kind", "complaint", "--concerns", "read", "--matter", "y", "--dry-run")
    with pytest.raises(BadInput, match="hr"):
        desk.case(*OPEN, "--dry-run")

    assert desk.size() == before


def test_the_only_case_need_not_be_named(desk: Desktop) -> None:
    """Where one case is open a step belongs to it; where several are, it must be said."""
    desk.case("second")
    opened(desk)
    with pytest.raises(BadInput, match="--case"):
        desk.case("second")
