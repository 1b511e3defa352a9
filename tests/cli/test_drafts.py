"""Records that wait for signatures from elsewhere: everybody has a folder of their own, and only files pass."""

from contextlib import chdir
from pathlib import Path

import pytest

from ledger.clock import now
from ledger.home.directory import Home
from ledger.verify import verify_ledger
from projections.questions.desk import Desk
from projections.questions.waiting import WaitingFilter, waiting
from projections.views.catch_up import views_of
from tests.cli.test_keys import ok
from tests.support.command import zeren
from tests.support.offices import Organ, organ

TALK = (*("record", "talk", "--as", "r-1", "--talker", "p-zhang", "--counterpart", "p-li", "--unit", "u-1"),)
BOTH = ("--consent-of", "p-zhang", "--consent-of", "p-li")


@pytest.fixture
def here(tmp_path: Path) -> Organ:
    return organ(tmp_path)


def today() -> str:
    return f"{now():%Y-%m-%d}"


def test_a_talk_is_signed_by_both_on_their_own_computers(here: Organ) -> None:
    """Nothing is recorded while it waits; finished it is one entry with both consents, and the ledger is valid."""
    size = ok(here.home, "entries")["size"]
    parked = here.run(*TALK, "--ref", "T1", "--occurred-at", today(), "--text", "提醒", *BOTH)
    assert parked["asked"] == [["p-li", "counterpart"], ["p-zhang", "holder"]]
    (listed,) = ok(here.home, "draft", "list")
    assert (listed["draft"], listed["late_from"] is not None, listed["over"]) == (parked["draft"], True, False)
    assert ok(here.home, "entries")["size"] == size

    answers = [here.ask(person, parked["requests"][person]) for person in ("p-li", "p-zhang")]
    assert "no consent of p-zhang" in here.fails("draft", "finish", parked["draft"], answers[0])
    receipt = here.run("draft", "finish", parked["draft"], *answers)
    assert (receipt["position"], receipt["pending_signatures"]) == (size, [])
    assert {s["person"]: s["state"] for s in ok(here.home, "sign", "T1")} == {
        "r-1": "signed",
        "p-li": "signed",
        "p-zhang": "signed",
    }
    assert ok(here.home, "draft", "list") == []
    ledger = Home(here.home).open("duty")
    event = ledger.at(size)
    assert (event.signers, event.consenting) == (("r-1",), ("p-li", "p-zhang"))
    report = verify_ledger(ledger)
    ledger.close()
    assert (report.verdict, [mark for mark in report.marks if "asked" in mark]) == ("valid", [])


def test_who_did_not_answer_stays_named_as_asked(here: Organ) -> None:
    """A draft goes on record without an answer only where that is said, and a late answer is added afterwards."""
    parked = here.run(*TALK, "--ref", "T1", "--occurred-at", today(), *BOTH)
    first, second = (here.ask(person, parked["requests"][person]) for person in ("p-li", "p-zhang"))
    receipt = here.run("draft", "finish", parked["draft"], first, "--without", "p-zhang")
    assert [each["person"] for each in receipt["pending_signatures"]] == ["p-zhang"]
    assert "asked to be" not in zeren(here.home, "verify").out
    assert "no answer on record" in zeren(here.home, "verify").out
    added = here.run("consent", "add", "--as", "r-1", second)
    assert [each["fate"] for each in added["consents"]] == ["taken"]
    assert "no answer on record" not in zeren(here.home, "verify").out
    assert {s["person"]: s["state"] for s in ok(here.home, "sign", "T1")}["p-zhang"] == "accepted"


def test_who_was_asked_and_is_not_named_is_listed_and_asked_again(here: Organ) -> None:
    """Whoever the author asked owes an answer like those whom the record names, until it is there."""
    risk = ("record", "risk", "--as", "r-1", "--ref", "R1", "--occurred-at", today(), "--unit", "u-1", "--text", "风险")
    parked = here.run(*risk, "--consent-of", "p-zhang=receipt", "--consent-of", "p-li=receipt")
    first, second = (here.ask(person, parked["requests"][person]) for person in ("p-li", "p-zhang"))
    here.run("draft", "finish", parked["draft"], first, "--without", "p-zhang")
    (owing,) = ok(here.home, "consent", "list")["items"]
    assert (owing["person"], owing["capacity"], owing["entry"]["ref"], owing["days"]) == ("p-zhang", "receipt", "R1", 0)
    assert [owing] == ok(here.home, "consent", "list", "--for", "p-zhang")["items"]
    with chdir(here.desk.folder):
        assert len(ok(here.home, "consent", "ask", "--open", "--for", "p-zhang", "--out", "again")["entries"]) == 1
    here.run("consent", "add", "--as", "r-1", second)
    assert [] == ok(here.home, "consent", "list")["items"]


def test_under_a_record_that_was_withdrawn_nobody_owes_a_signature(here: Organ) -> None:
    """What is withdrawn by two custodians is asked about no more."""
    here.run(*TALK, "--ref", "T1", "--occurred-at", today())
    assert "T1" in {row["entry"]["ref"] for row in ok(here.home, "consent", "list")["items"]}
    parked = here.run("withdraw", "T1", "--ground", "error", "--as", "c-1", "--consent-of", "c-2")
    here.run("draft", "finish", parked["draft"], here.ask("c-2", parked["requests"]["c-2"]))
    assert "T1" not in {row["entry"]["ref"] for row in ok(here.home, "consent", "list")["items"]}


def test_who_signed_what_two_custodians_withdrew_finds_it_waiting(here: Organ) -> None:
    """The counterpart who had agreed is told of the withdrawal; the talker, who had not, is not."""
    here.run(*TALK, "--ref", "T1", "--occurred-at", today())
    with chdir(here.desk.folder):
        file = ok(here.home, "consent", "ask", "T1", "--for", "p-li", "--out", "ask.json")["file"]
    here.run("consent", "add", "--as", "r-1", here.ask("p-li", file))
    parked = here.run("withdraw", "T1", "--ground", "error", "--as", "c-1", "--consent-of", "c-2")
    here.run("draft", "finish", parked["draft"], here.ask("c-2", parked["requests"]["c-2"]))
    views = views_of(Home(here.home))
    found = [Desk(views).ask(waiting, WaitingFilter(person=person)).withdrawals for person in ("p-li", "p-zhang")]
    views.close()
    assert [[(row.of.ref, row.ground, row.by) for row in each] for each in found] == [
        [("T1", "error", ("c-1", "c-2"))],
        [],
    ]


def test_mistakes_are_one_line_and_lose_nothing(here: Organ) -> None:
    """A request for an answer, damage, an answer to something else, who cannot be asked, a draft that is not there."""
    parked = here.run(*TALK, "--ref", "T1", "--occurred-at", today(), *BOTH)
    other = here.run(*TALK, "--ref", "T2", "--occurred-at", today(), *BOTH)
    name, request = parked["draft"], parked["requests"]["p-li"]
    answer = here.ask("p-li", other["requests"]["p-li"])
    (here.desk.folder / "bad").write_bytes(b"{")
    for words, message in (
        (("draft", "finish", name, request), "this is a request, not an answer"),
        (("draft", "finish", name, "bad"), "bad: "),
        (("draft", "finish", name, "absent"), "cannot be read"),
        (("draft", "finish", name, answer), "passed over"),
        (("draft", "finish", "d-0"), "there is no draft"),
        (("draft", "finish", "../x"), "there is no draft"),
        ((*TALK, "--ref", "T3", "--occurred-at", today(), "--consent-of", "c-2"), "does not name c-2"),
        ((*TALK, "--ref", "T3", "--occurred-at", today(), "--consent-of", "p-li=king"), "nobody signs as king"),
        ((*TALK, "--ref", "T3", "--occurred-at", today(), "--consent-of", "p-no=holder"), "no key in force"),
        ((*TALK, "--ref", "T3", "--occurred-at", today(), "--consent-of", "p-li", "--signer", "p-li"), "at the ledger"),
    ):
        said = here.fails(*words)
        assert (message in said, len(said.strip().splitlines()) <= 2) == (True, True), (words, said)
    assert [each["draft"] for each in ok(here.home, "draft", "list")] == [name, other["draft"]]
    here.run("draft", "finish", other["draft"], answer, "--without", "p-zhang")
    assert ok(here.home, "draft", "drop", name) == {"dropped": name}
    assert ok(here.home, "draft", "list") == []


def test_a_draft_shows_itself_and_asks_again(here: Organ) -> None:
    """What those who are asked read is shown, with attachments; requests that were lost are written anew."""
    (here.desk.folder / "minutes.txt").write_text("as it was said")
    words = (*TALK, "--ref", "T1", "--occurred-at", today(), "--text", "提醒", "--attach", "minutes.txt", *BOTH)
    parked = here.run(*words)
    for file in parked["requests"].values():
        (here.desk.folder / file).unlink()
    shown = zeren(here.home, "draft", "show", parked["draft"]).out
    assert ("提醒" in shown, "asked: p-li as counterpart" in shown, "or later it is late" in shown) == (
        True,
        True,
        True,
    )
    with chdir(here.desk.folder):
        ok(here.home, "draft", "ask", parked["draft"])
    answers = [here.ask(person, parked["requests"][person]) for person in ("p-li", "p-zhang")]
    receipt = here.run("draft", "finish", parked["draft"], *answers)
    (kept,) = (here.home / "attachments/duty" / str(receipt["position"])).iterdir()
    assert kept.read_text() == "as it was said"
    assert zeren(here.home, "verify").code == 0


def test_a_request_that_history_has_overtaken_is_written_anew(here: Organ) -> None:
    """Who was shown a later entry signs on no older history; the draft is asked about again, and all answers hold."""
    words = (*TALK, "--ref", "T1", "--occurred-at", today(), *BOTH)
    parked = here.run(*words)
    first = here.ask("p-zhang", parked["requests"]["p-zhang"])
    here.run(*TALK, "--ref", "T0", "--occurred-at", today())
    with chdir(here.desk.folder):
        later = ok(here.home, "consent", "ask", "T0", "--for", "p-li")
    here.ask("p-li", later["file"])
    old = here["p-li"].receive(parked["requests"]["p-li"], here.desk)
    assert "ask for a new request" in here["p-li"].fails("consent", "give", old, "--key", "p-li.pem", "--agree")
    with chdir(here.desk.folder):
        again = ok(here.home, "draft", "ask", parked["draft"], "--requests", "anew")
    second = here.ask("p-li", again["requests"]["p-li"])
    receipt = here.run("draft", "finish", parked["draft"], first, second)
    assert receipt["pending_signatures"] == []
    assert zeren(here.home, "verify").code == 0
