"""Streams and openings, broken by a writer that signs properly: refused at append; and where the writer checks
nothing, found by verify, answered by the views."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest

from ledger.bundle.checking import check_bundle
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part
from ledger.bundle.select import select
from ledger.errors import Refused
from ledger.events.acts import TalkHeld
from ledger.events.base import Payload
from ledger.events.case_work import FactsFound
from ledger.events.fields import EntryReference
from ledger.events.lists import read_list
from ledger.events.records import RecordAccepted, RecordCorrected, TextErased
from ledger.events.register import PersonRegistered, PersonRenamed, PostRegistered, UnitRegistered
from ledger.events.tenure import AssignmentEnded
from ledger.events.trust import PolicyAdopted, RulesAdopted
from ledger.placement import place
from ledger.recording.numbers import find_entry
from projections.views.catch_up import catch_up
from projections.views.view_store import Views
from tests.support.anchoring import checkpoint
from tests.support.both_ways import verify_ledger
from tests.support.builders import PERSONS, Desk, assignment, case_ledger, case_opened, duty_ledger, found
from tests.support.evidence import packed

TALK = TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="a text")
THIRD = TalkHeld(ref="T3", talker="p-a", counterpart="p-b")
OTHER = TalkHeld(ref="T2", talker="p-b", counterpart="p-c", text="another text")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    made.record(TALK, "rec")
    made.record(OTHER, "rec")
    made.record(assignment("A1"), "rec")
    made.record(assignment("A2", person="p-b", post="secretary"), "rec")
    yield made
    made.close()


def cited(desk: Desk, ref: str) -> EntryReference:
    event = find_entry(desk.ledger, ref)
    return EntryReference("", event.position, event.leaf_hash)


@dataclass(frozen=True)
class Forgery:
    """What is written into which stream, or that of which case, by whom."""

    make: Callable[[Desk], Payload]
    stream: str | None
    by: tuple[str, ...] = ("rec",)


def corrected(desk: Desk) -> Payload:
    return RecordCorrected(corrects=cited(desk, "T1"), field="counterpart", new_value="p-c")


FORGERIES = {
    "a correction in another talk's stream": Forgery(corrected, "talk/T2"),
    "a correction in a stream of its own": Forgery(corrected, "talk/T9"),
    "an acceptance in another stream": Forgery(
        lambda desk: RecordAccepted(accepts=cited(desk, "T1"), capacity="counterpart"), "talk/T2", ("p-b",)
    ),
    "an erasure in another stream": Forgery(
        lambda desk: TextErased(entry=cited(desk, "T1"), names=("text",), ground="law"), "talk/T2", ("cus-1", "eye")
    ),
    "an end in another assignment's stream": Forgery(
        lambda desk: AssignmentEnded(ends=cited(desk, "A1"), person="p-a", valid_to=date(2024, 5, 1)), "assignment/A2"
    ),
    "a new name in another person's stream": Forgery(
        lambda _: PersonRenamed(person="p-a", name="n", valid_from=date(2024, 1, 1)), "person/p-b", ("cus-1",)
    ),
    "a talk under the number of another": Forgery(lambda _: THIRD, "talk/T4"),
    "a talk beside its free number": Forgery(lambda _: THIRD, "talk/"),
    "a talk in a meeting's stream": Forgery(lambda _: THIRD, "meeting/T3"),
    "a person twice": Forgery(lambda _: PersonRegistered(ref="p-a", person="p-a", name="n"), None, ("cus-1",)),
    "a person under a unit's id": Forgery(lambda _: PersonRegistered(person="u-dept", name="n"), None, ("cus-1",)),
    "a unit twice": Forgery(lambda _: UnitRegistered(unit="u-dept", kind="centre", name="n"), None, ("cus-1",)),
    "a post twice": Forgery(lambda _: PostRegistered(post="member", exclusive=False), None, ("cus-1",)),
    "rules among the seals": Forgery(
        lambda _: RulesAdopted(layer="organ", version="9", settings={}), "ledger/seals", ("cus-1", "cus-2")
    ),
    "a policy in a stream of keys": Forgery(
        lambda _: PolicyAdopted(policy="quorum none\n"), "key/p-a", ("cus-1", "cus-2")
    ),
}


OF_CASES = {
    "facts in another case's stream": Forgery(lambda _: FactsFound(case="K1"), "K2", ("insp",)),
    "a case of a name that is no chance": Forgery(lambda _: case_opened("K3"), "case/K3", ("insp",)),
    "a case twice": Forgery(lambda _: case_opened("K1"), None, ("insp",)),
    "a key in a stream of its person": Forgery(
        lambda desk: desk.enrolment("p-b", ("signer",)), "key/p-b", ("cus-1", "p-b")
    ),
}


@contextmanager
def careless(desk: Desk, forgery: Forgery) -> Iterator[None]:
    """A writer that decides nothing, and places what it writes as it likes."""
    with patch("ledger.application.decide"), patch("ledger.application.place") as placing:
        stream = desk.ledger.register().cases.get(forgery.stream or "", forgery.stream)
        placing.side_effect = place if stream is None else (lambda *_: stream)
        yield


def refused(desk: Desk, forgery: Forgery) -> bool:
    payload, size = forgery.make(desk), desk.ledger.size()
    with careless(desk, forgery), pytest.raises(Refused):
        desk.record(payload, *forgery.by)
    return desk.ledger.size() == size


def forge(desk: Desk, forgery: Forgery) -> int:
    """Writes it although the append would refuse it; the position."""
    payload, checks = forgery.make(desk), "ledger.store.appending."
    with careless(desk, forgery), patch(checks + "check_place"), patch(checks + "check_opened_once"):
        return desk.record(payload, *forgery.by).position


def found_by_verify(desk: Desk, forgery: Forgery) -> bool:
    """Invalid, exit 3, at its position and nowhere else."""
    position = forge(desk, forgery)
    report = verify_ledger(desk.ledger)
    return (report.exit_code, {finding.position for finding in report.findings}) == (3, {position})


def found_in_bundle(desk: Desk, forgery: Forgery, claims: list[CompleteClaim]) -> bool:
    """Invalid in a bundle that shows everything up to the seal after it, or that proves these streams complete."""
    position = forge(desk, forgery)
    checkpoint(desk)
    entries = range(1, desk.ledger.size() - 1) if not claims else ()
    findings = check_bundle(packed([Part(desk.kind, select(desk.ledger, entries, claims))])).findings
    return {finding.file for finding in findings} == {f"{desk.kind}/entries/{position:010d}"}


@pytest.mark.parametrize(
    "name", [name for name in FORGERIES if name not in ("a talk beside its free number", "rules among the seals")]
)
def test_a_bundle_shows_it(desk: Desk, name: str) -> None:
    """So does `zeren verify` of a bundle; that a number was free only a whole ledger tells, and where the last seal is
    none no bundle can be made.
    """
    assert found_in_bundle(desk, FORGERIES[name], [])


def test_a_bundle_of_a_case_shows_what_is_of_another(tmp_path: Path) -> None:
    """In the bundle of a case, whose stream alone is shown, facts of another case are invalid."""
    with closing(case_ledger(tmp_path)) as desk:
        desk.record(case_opened("K1"), "insp")
        desk.record(case_opened("K2"), "insp")
        stream = desk.ledger.register().cases["K2"]
        assert found_in_bundle(desk, OF_CASES["facts in another case's stream"], [CompleteClaim("stream", stream)])


@pytest.mark.parametrize("name", FORGERIES)
def test_the_append_refuses_it(desk: Desk, name: str) -> None:
    """A writer that only forgets to place and to decide is refused inside the transaction, and nothing is written."""
    assert refused(desk, FORGERIES[name])


@pytest.mark.parametrize("name", FORGERIES)
def test_verify_finds_it_where_it_stands_and_the_views_go_on(desk: Desk, name: str) -> None:
    """Verify names its position and no other; the views take it in, and what follows it, once."""
    assert found_by_verify(desk, FORGERIES[name])
    desk.record(TalkHeld(ref="T8", talker="p-a", counterpart="p-b"), "rec")
    with closing(Views()) as views:
        assert (catch_up(views, desk.ledger), catch_up(views, desk.ledger)) == (desk.ledger.size(), 0)
        rows = views.select("SELECT ref FROM parties WHERE id = 'p-a'")
        assert [row["ref"] for row in rows] == ["p-a"]


@pytest.mark.parametrize("name", OF_CASES)
def test_the_same_in_a_case_ledger(tmp_path: Path, name: str) -> None:
    """Cases have names by chance, are opened once, and keep what is theirs; their keys stand in the main stream."""
    with closing(case_ledger(tmp_path)) as desk:
        desk.record(case_opened("K1"), "insp")
        desk.record(case_opened("K2"), "insp")
        assert refused(desk, OF_CASES[name])
        assert found_by_verify(desk, OF_CASES[name])


@pytest.mark.parametrize("two", [1, 2])
def test_nothing_is_opened_twice_in_one_transaction(desk: Desk, two: int) -> None:
    """Two registrations of one id refuse each other also where neither is on record yet."""
    person = PersonRegistered(ref="p-z", person="p-z", name="n")
    other = (person, UnitRegistered(ref="p-z", unit="p-z", kind="centre", name="n"))[two - 1]
    with pytest.raises(Refused, match="a second time"):
        desk.ledger.record(desk.command(person, "cus-1"), desk.command(other, "cus-1"))
    assert "p-z" not in desk.ledger.register().kinds


def test_a_taken_number_gets_a_stream_by_its_position(desk: Desk) -> None:
    """A second talk of a number stands in a stream of its own, and both are valid; in the first one's it is refused."""
    again = desk.record(TALK, "rec")
    assert again.stream == f"talk/n{again.position}"
    assert verify_ledger(desk.ledger).exit_code == 0
    with patch("ledger.application.place", return_value="talk/T1"), pytest.raises(Refused):
        desk.record(TALK, "rec")


@pytest.mark.parametrize(
    ("name", "code", "mark"), [("a correction in another talk's stream", 4, 0), ("a person twice", 0, 1)]
)
def test_what_list_1_let_pass_is_marked(tmp_path: Path, name: str, code: int, mark: int) -> None:
    """Under list 1 another stream is incomplete (exit 4), and a second opening a mark."""
    first = read_list(1)
    listed = patch("ledger.home.genesis.types_digest", return_value=first.digest)
    with listed, patch("ledger.store.appending.latest_list", return_value=first):
        desk = found("duty", tmp_path / "duty.db")
    with closing(desk):
        desk.record(desk.enrolment("rec", ("recorder",)), "cus-1", "rec")
        for person in PERSONS:
            desk.record(PersonRegistered(ref=person, person=person, name="n"), "cus-1")
        desk.record(TALK, "rec")
        desk.record(OTHER, "rec")
        assert verify_ledger(desk.ledger).exit_code == 0
        forge(desk, FORGERIES[name])
        report = verify_ledger(desk.ledger)

        assert (report.exit_code, report.marks["opened a second time under list 1"]) == (code, mark)


def test_since_a_checkpoint_streams_below_it_count(desk: Desk) -> None:
    """A check of what is new knows the streams and ids of what it takes as checked."""
    desk.ledger.seal(desk.signer("svc"))
    trusted = desk.ledger.tree_head()
    positions = {forge(desk, FORGERIES[name]) for name in ("a correction in another talk's stream", "a person twice")}
    report = verify_ledger(desk.ledger, since=trusted)

    assert positions <= {finding.position for finding in report.findings}
