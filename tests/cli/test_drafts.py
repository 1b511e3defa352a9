"""Records that wait for signatures from elsewhere: everybody has a folder of their own, and only files pass."""

import json
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from ledger.clock import now
from ledger.home.directory import Home
from ledger.verify import verify_ledger
from projections.questions.desk import Desk
from projections.questions.waiting import WaitingFilter, waiting
from projections.views.catch_up import views_of
from tests.cli.test_keys import ok
from tests.support.command import zeren
from tests.support.offices import ORIGIN, Organ, organ

TALK = (*("record", "talk", "--as", "r-1", "--talker", "p-zhang", "--counterpart", "p-li", "--unit", "u-1"),)
BOTH = ("--consent-of", "p-zhang", "--consent-of", "p-li")


@pytest.fixture
def here(tmp_path: Path) -> Organ:
    return organ(tmp_path)


def today() -> str:
    return f"{now():%Y-%m-%d}"


def asks(here: Organ, *drafts: str) -> Any:
    """Requests for drafts, written at the desk."""
    with chdir(here.desk.folder):
        return ok(here.home, "draft", "ask", *drafts)


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
    listed = zeren(here.home, "consent", "list", "--for", "p-zhang")
    assert "no signature is owed" in listed.out
    assert f"a draft waits too: {parked['draft']}, " in listed.err
    assert "for p-zhang, for 0 days" in listed.err
    assert "waits" not in zeren(here.home, "consent", "list", "--for", "r-1").err
    receipt = here.run("draft", "finish", parked["draft"], first, "--without", "p-zhang")
    assert "waits" not in zeren(here.home, "consent", "list", "--for", "p-zhang").err
    assert [each["person"] for each in receipt["pending_signatures"]] == ["p-zhang"]
    assert "asked to be" not in zeren(here.home, "verify").out
    assert "no answer on record" in zeren(here.home, "verify").out
    assert "named by the author to be asked; no answer on record" in zeren(here.home, "sign", "T1").out
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
    assert "damaged" not in here.fails("draft", "finish", "../x")
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


def test_many_drafts_are_asked_about_in_one_sitting_and_finished_together(here: Organ) -> None:
    """One file a person carries all that waits for him; each draft is recorded by itself once all its answers came."""
    words = (*TALK, "--occurred-at", today(), "--ask-later")
    drafts = [here.run(*words, "--ref", f"T{n}", *BOTH[: 2 * (1 + n % 2)]) for n in range(4)]  # T1, T3 ask both
    assert {name for draft in drafts for name in draft["requests"]} == set()
    asked = asks(here)
    assert sorted(asked["requests"]) == ["p-li", "p-zhang"]
    size = ok(here.home, "entries")["size"]

    first = here.ask("p-zhang", asked["requests"]["p-zhang"])
    with chdir(here.desk.folder):
        said = zeren(here.home, "draft", "finish", "--all", first, "--passphrase-file", "secret")
    assert said.code == 4
    assert [line.partition(": ")[2] for line in said.out.splitlines()] == [
        f"recorded as #{size}",
        "waits for p-li",
        f"recorded as #{size + 1}",
        "waits for p-li",
    ]
    waiting = ok(here.home, "draft", "list")
    assert [each["answered"] for each in waiting] == [["p-zhang"], ["p-zhang"]]

    second = here.ask("p-li", asked["requests"]["p-li"])  # the first answer was kept
    done = here.run("draft", "finish", "--all", second)
    assert [(each["ref"], each["fate"]) for each in done["drafts"]] == [("T1", "recorded"), ("T3", "recorded")]
    again = here.run("consent", "add", "--as", "r-1", first)
    assert [each["fate"] for each in again["consents"]] == ["known"] * 4
    states = {s["person"]: s["state"] for s in ok(here.home, "sign", "T3")}
    assert states == {"r-1": "signed", "p-li": "signed", "p-zhang": "signed"}
    assert zeren(here.home, "verify").code == 0


def test_of_many_drafts_each_stands_or_falls_by_itself(here: Organ) -> None:
    """Declined, or refused by a rule meanwhile: said of each draft by itself, and the others are recorded."""
    words = (*TALK, "--occurred-at", today(), "--ask-later", "--consent-of", "p-li")
    good, declined = (here.run(*words, "--ref", ref)["draft"] for ref in ("T1", "T3"))
    unit = ("record", "unit", "--as", "r-1", "--unit", "u-2", "--kind", "department", "--name", "二科")
    twice = here.run(*unit, "--ask-later", "--consent-of", "p-li=receipt")["draft"]
    here.run(*unit)  # it is registered meanwhile
    some = asks(here, good, twice)["requests"]["p-li"]
    answer = here.ask("p-li", some)
    other = asks(here, declined)["requests"]["p-li"]
    own = here["p-li"]
    no = here.desk.receive(own.answer(own.receive(other, here.desk), "--refuse", "--reason", "no"), own)
    with chdir(here.desk.folder):
        said = zeren(here.home, "draft", "finish", "--all", answer, no, "--json", "--passphrase-file", "secret")
    fates = {row["draft"]: row["fate"] for row in json.loads(said.out)["drafts"]}
    assert (said.code, fates) == (5, {good: "recorded", twice: "refused", declined: "declined"})
    assert "u-2" in said.out
    assert {each["draft"] for each in ok(here.home, "draft", "list")} == {twice, declined}
    assert "name a draft" in here.fails("draft", "finish")
    assert "cannot be read" in here.fails("draft", "finish", "--all", "absent")


def test_an_answer_by_a_key_that_is_not_in_force_is_not_kept(here: Organ) -> None:
    """Whoever slips a forged consent among the files keeps the genuine one from nothing."""
    parked = here.run(*TALK, "--ref", "T1", "--occurred-at", today(), *BOTH)
    own = here["p-li"]
    request = own.receive(parked["requests"]["p-li"], here.desk)
    own.run(
        "keys",
        "request",
        "p-li",
        "--origin",
        ORIGIN,
        "--fingerprint",
        here.fingerprint,
        "--role",
        "signer",
        "--out",
        "f.pem",
    )
    forged = own.run("consent", "give", request, "--key", "f.pem", "--agree", "--out", "forged.json")
    here.desk.receive(forged["file"], own)
    assert "p-zhang" in here.fails("draft", "finish", "--all", forged["file"]) + zeren(here.home, "draft", "list").out
    (listed,) = ok(here.home, "draft", "list")
    assert listed["answered"] == []
    answers = [here.ask(person, parked["requests"][person]) for person in ("p-li", "p-zhang")]
    here.run("draft", "finish", "--all", *answers)
    assert zeren(here.home, "verify").code == 0


def test_consents_to_drafts_wait_for_their_drafts(here: Organ) -> None:
    """Adding answers records those to entries, and says of a draft's that it waits."""
    here.run(*TALK, "--ref", "T0", "--occurred-at", today())
    parked = here.run(*TALK, "--ref", "T1", "--occurred-at", today(), "--consent-of", "p-li")
    answer = here.ask("p-li", parked["requests"]["p-li"])
    with chdir(here.desk.folder):
        asked = ok(here.home, "consent", "ask", "T0", "--for", "p-li")
        other = here.ask("p-li", asked["file"])
        said = zeren(here.home, "consent", "add", answer, other, "--as", "r-1", "--passphrase-file", "secret")
    assert (said.code, "its draft still waits" in said.out, "recorded as" in said.out) == (4, True, True), said
    assert len(ok(here.home, "draft", "list")) == 1


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
