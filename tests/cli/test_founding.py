"""A ledger founded by two custodians whose keys never lie together: the second one consents to the genesis."""

from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from ledger.core.consent import parse_consent
from ledger.home.directory import Home
from ledger.keys.key_files import label_of, set_label
from ledger.keys.labels import Label
from ledger.verify import verify_ledger
from ledger.verify.start import Interrupted
from tests.cli.test_keys import ok
from tests.support.command import zeren
from tests.support.offices import ORIGIN, Office, office
from tests.support.signing import Opened

FOUNDING = ("init", "--origin", ORIGIN, "--title", "机关", "--custodian", "c-1", "--recorder", "r-1")


@pytest.fixture
def rooms(tmp_path: Path) -> tuple[Office, Office]:
    """The desk and the second custodian's own room, with the second's key made and handed over."""
    desk, second = office(tmp_path, "desk"), office(tmp_path, "c-2")
    made = second.run("keys", "request", "c-2", "--origin", ORIGIN)
    assert Path(made["file"]).suffix == ".vkey"
    desk.receive("c-2.vkey", second)
    return desk, second


def parked(desk: Office) -> tuple[Path, dict[str, object]]:
    home = desk.folder / "ledgers"
    return home, desk.run(*FOUNDING, "--custodian", "c-2=c-2.vkey", home=home)


def test_the_second_custodian_founds_from_elsewhere(
    rooms: tuple[Office, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parked it is no ledger; with the answer it is one, by one line and one consent, and both custodians count."""
    desk, second = rooms
    home, draft = parked(desk)
    assert (draft["draft"], draft["asked"]) == ("genesis", [["c-2", "custodian"]])
    assert not (home / "duty.db").exists()
    assert zeren(home, "entries").code == 6
    assert ok(home, "draft", "list")[0]["draft"] == "genesis"
    with chdir(desk.folder):
        shown = zeren(home, "draft", "show", "genesis").out
    assert "c-2" in shown

    request = second.receive("genesis-c-2.request.json", desk)
    with chdir(second.folder):
        words = ("--key", "c-2.pem", "--passphrase-file", "secret", "--agree")
        said = zeren(None, "consent", "give", request, *words)
    assert (said.code, str(draft["digest"]) in said.out.replace(" ", "")) == (0, True), said
    answer = desk.receive("genesis-c-2.request.answer.json", second)
    founded = desk.run("draft", "finish", "genesis", answer, home=home)
    assert (founded["origin"], founded["custodians_together"]) == (ORIGIN, [])
    assert sorted(path.name for path in (home / "keys/duty").iterdir()) == ["c-1.pem", "log.pem", "r-1.pem"]
    label = label_of(home / "keys/duty/c-1.pem")
    assert label is not None
    assert label.fingerprint is not None

    ledger = Home(home).open("duty")
    assert (ledger.opened.signers, ledger.opened.consenting) == (("c-1", "r-1"), ("c-2",))
    assert ledger.keys().custodians() == {"c-1", "c-2"}
    report = verify_ledger(ledger)
    monkeypatch.setattr("ledger.verify.SAVE_EVERY", 1)
    states: list[Interrupted] = []
    verify_ledger(ledger, save=states.append)
    again = verify_ledger(ledger, interrupted=states[0])  # what stands below where a check goes on counts too
    ledger.close()
    assert (report.verdict, report.marks["founder not confirmed"]) == ("valid", 1)
    assert (again.verdict, again.marks["founder not confirmed"]) == ("valid", 1)


def test_the_founder_is_confirmed_by_the_first_answer_that_names_the_ledger(
    rooms: tuple[Office, Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then the person is marked; the fingerprint is compared once and stays with the key."""
    desk, second = rooms
    home, draft = parked(desk)
    answer = second.answer(second.receive("genesis-c-2.request.json", desk))
    founded = desk.run("draft", "finish", "genesis", desk.receive(answer, second), home=home)
    (desk.folder / "policy").write_text("quorum none\n")
    policy = desk.run("policy", "adopt", "policy", "--consent-of", "c-2", home=home)
    request = second.receive(policy["requests"]["c-2"], desk)
    assert founded["fingerprint"] in second.fails("consent", "give", request, "--key", "c-2.pem", "--agree")
    with chdir(desk.folder):
        card = ok(home, "keys", "card", "--out", "card")
    assert card["fingerprint"] == founded["fingerprint"]
    answer = second.answer(request, "--agree", "--ledger", second.receive("card", desk))
    desk.run("draft", "finish", policy["draft"], desk.receive(answer, second), home=home)
    ledger = Home(home).open("duty")
    report = verify_ledger(ledger)
    monkeypatch.setattr("ledger.verify.SAVE_EVERY", ledger.size())
    states: list[Interrupted] = []
    verify_ledger(ledger, save=states.append)
    again = verify_ledger(ledger, interrupted=states[0])
    ledger.close()
    assert (report.verdict, report.marks["founder not confirmed"]) == ("valid", 0)
    assert (again.verdict, again.marks["founder not confirmed"]) == ("valid", 0)
    label = label_of(second.key)
    assert label is not None
    assert label.fingerprint is not None
    assert draft["draft"] == "genesis"


def test_a_founder_consents_in_the_page(chromium: Any, tmp_path: Path) -> None:
    """A custodian with a browser and nothing else: key, founding by its digest, and the first record after it."""
    desk, second = office(tmp_path, "desk"), office(tmp_path, "c-2")
    page = Opened(chromium, second.folder)
    key, _vkey = page.make_key("c-2", ORIGIN, "")
    desk.receive("c-2.vkey", second)
    home, draft = parked(desk)
    assert "key of c-2" in page.open_key(key)
    assert "held against" in page.ask((desk.folder / "genesis-c-2.request.json").read_bytes())
    assert str(draft["digest"]) in page.words.replace(" ", "")
    assert "You are asked as: custodian" in page.words
    page.say(0, "agree")
    (desk.folder / "answer.json").write_bytes(page.sign())
    founded = desk.run("draft", "finish", "genesis", "answer.json", home=home)

    (desk.folder / "policy").write_text("quorum none\n")
    policy = desk.run("policy", "adopt", "policy", "--consent-of", "c-2", home=home)
    request = (desk.folder / policy["requests"]["c-2"]).read_bytes()
    assert founded["fingerprint"] in page.ask(request)
    assert not page.words
    with chdir(desk.folder):
        ok(home, "keys", "card", "--out", "card.json")
    page.page.set_input_files("#stated-card", str(desk.folder / "card.json"))
    page.page.wait_for_selector(".question")
    page.say(0, "agree")
    (desk.folder / "answer-2.json").write_bytes(page.sign())
    desk.run("draft", "finish", policy["draft"], "answer-2.json", home=home)
    page.close()
    ledger = Home(home).open("duty")
    report = verify_ledger(ledger)
    assert (ledger.opened.signers, ledger.opened.consenting) == (("c-1", "r-1"), ("c-2",))
    ledger.close()
    assert (report.verdict, report.marks["founder not confirmed"]) == ("valid", 0)


def test_the_page_founds_nothing_with_another_key(chromium: Any, rooms: tuple[Office, Office]) -> None:
    """Another key than the one that the founding names, and one for a ledger that is founded already."""
    desk, second = rooms
    parked(desk)
    request = (desk.folder / "genesis-c-2.request.json").read_bytes()
    second.run("keys", "request", "c-2", "--origin", ORIGIN, "--out", "other.pem")
    page = Opened(chromium, second.folder)
    secret = (second.folder / "secret").read_text().strip()
    for name, message in (("other.pem", "another key of c-2"), ("founded.pem", "founded already")):
        if name == "founded.pem":
            (second.folder / name).write_bytes(second.key.read_bytes())
            set_label(second.folder / name, Label("c-2", ORIGIN, bytes(32)))
        assert "key of c-2" in page.open_key(second.folder / name, secret=secret)
        assert message in page.ask(request)
        assert not page.words
    page.close()


def test_what_is_wrong_founds_nothing(rooms: tuple[Office, Office]) -> None:
    """Without an answer, with somebody else's key, with a key of another ledger: said in one line, nothing founded."""
    desk, second = rooms
    home, _ = parked(desk)
    assert "no consent of c-2" in desk.fails("draft", "finish", "genesis", home=home)
    request = second.receive("genesis-c-2.request.json", desk)
    other = second.run("keys", "request", "c-2", "--origin", ORIGIN, "--out", "other.pem")
    assert other["vkey"]
    assert "another key of c-2" in second.fails("consent", "give", request, "--key", "other.pem", "--agree")
    declined = second.answer(request, "--refuse", "--reason", "no")
    assert "c-2 declined" in desk.fails("draft", "finish", "genesis", desk.receive(declined, second), home=home)
    assert not (home / "duty.db").exists()
    assert "there is a duty ledger" in desk.fails(*FOUNDING, "--custodian", "c-2", home=home)
    desk.folder.joinpath("bad.vkey").write_text("ÿ")
    elsewhere = desk.folder / "elsewhere"
    for file, message in (("bad.vkey", "no verifier key"), ("absent", "cannot be read"), ("secret", "malformed")):
        said = desk.fails(*FOUNDING, "--custodian", f"c-2={file}", home=elsewhere)
        assert message in said or "key" in said, said
    assert not elsewhere.exists()


def test_two_custodians_keys_together_are_named(tmp_path: Path) -> None:
    """Where one founds with both keys in one directory, init, doctor and verify say so; once one is away, none does."""
    desk = office(tmp_path, "desk")
    home = desk.folder / "ledgers"
    founded = desk.run(*FOUNDING, "--custodian", "c-2", home=home)
    assert founded["custodians_together"] == ["c-1", "c-2"]
    for words in (("doctor",), ("verify",)):
        said = zeren(home, *words)
        assert "lie together here" in said.out, said
    (home / "keys/duty/c-2.pem").rename(desk.folder / "c-2.pem")
    for words in (("doctor",), ("verify",)):
        assert "lie together here" not in zeren(home, *words).out
    assert zeren(home, "verify").code == 0


def test_a_consent_to_a_genesis_names_no_ledger(rooms: tuple[Office, Office]) -> None:
    """Nobody knows the fingerprint yet; the digest is what was compared."""
    desk, second = rooms
    home, draft = parked(desk)
    answer = second.answer(second.receive("genesis-c-2.request.json", desk))
    note = parse_consent(ok_note(second.folder / answer))
    assert (note.consent.fingerprint, note.consent.after, note.consent.capacity) == (b"", None, "custodian")
    assert (home / "drafts/duty/genesis.json").exists()
    assert draft["digest"]


def ok_note(file: Path) -> bytes:
    from ledger.consents.answer import parse_answer

    return parse_answer(file.read_bytes()).consents[0].data
