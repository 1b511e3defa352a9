"""zeren consent ask and list: whose signature is owed, asked for by one file that its reader can answer alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.consents.answer import parse_answer
from ledger.consents.request import parse_request
from ledger.consents.shown import check_request
from ledger.core.consent_check import Named, check_lines, check_over
from ledger.home.directory import Home
from tests.cli.test_keys import ok
from tests.support import replayed as support
from tests.support.command import zeren


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A replayed directory, and beside it a folder where files are handed over."""
    directory = tmp_path / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    return directory


@pytest.fixture
def duty(home: Path) -> Iterator[Ledger]:
    ledger = Home(home).open("duty")
    yield ledger
    ledger.close()


def positions(rows: list[dict[str, Any]]) -> list[int]:
    return [row["entry"]["position"] for row in rows]


def test_what_is_owed_is_listed_oldest_first(home: Path) -> None:
    """Everybody's list holds each person's own; who has signed owes nothing there."""
    everything = ok(home, "consent", "list")["items"]
    own = ok(home, "consent", "list", "--for", "p-luo")["items"]
    assert own
    assert own == [each for each in everything if each["person"] == "p-luo"]
    assert positions(everything) == sorted(positions(everything))
    listed = {(each["entry"]["position"], each["person"]) for each in everything}
    (e060,) = {each["entry"]["position"] for each in everything if each["entry"]["ref"] == "E060"}
    standing = ok(home, "sign", "E060")
    assert {s["person"] for s in standing if s["state"] == "open"} == {p for n, p in listed if n == e060}
    said = zeren(home, "consent", "list", "--for", "p-luo").out
    assert "E095" in said
    assert "no signature is owed" in zeren(home, "consent", "list", "--for", "p-luo", "--entries", "56").out
    assert "p-luo" in zeren(home, "consent", "list", "--for", "p-lu").err


def test_one_file_carries_all_that_a_person_owes_and_is_answered_elsewhere(home: Path, duty: Ledger) -> None:
    """Every open entry of one person in one file, shown whole; the answer's notes are what the ledger will check."""
    owed = positions(ok(home, "consent", "list", "--for", "p-luo")["items"])
    asked = ok(home, "consent", "ask", "--open", "--for", "p-luo")
    assert (asked["file"], asked["entries"]) == ("p-luo.request.json", owed)
    request = parse_request(Path(asked["file"]).read_bytes())
    for shown in check_request(request):
        assert (shown.record.withheld, shown.unseen, shown.no_files) == ((), (), ())
    assert request.names["p-luo"]

    shutil.copy(home / "keys/duty/p-luo.pem", "mine.pem")
    shutil.copy(home / "keys/passphrase", "secret")
    words = ("--key", "mine.pem", "--passphrase-file", "secret", "--fingerprint", duty.fingerprint, "--agree")
    given = ok(None, "consent", "give", asked["file"], *words)
    notes = parse_answer(Path(given["file"]).read_bytes()).consents
    book = duty.keys()
    known = {name: key.verify_key for name, key in book.keys.items()}
    for note, position in zip(notes, asked["entries"], strict=True):
        check_lines(note, duty.origin, known)
        entry, _ = duty.entry_at(position)
        author = entry.header.signers[0].person
        check_over(note.consent, Named(position, entry.header.type, author, {}, (), entry.leaf_hash))


def test_mistakes_are_named_and_no_file_is_written(home: Path) -> None:
    """Nothing asked, an unknown entry, somebody whom it does not name, a file that is there."""
    for words, code, message in (
        (("--for", "p-luo"), 2, "nothing is asked"),
        (("E999", "--for", "p-luo"), 2, "no entry has that number"),
        (("E095", "--for", "p-gao"), 5, "does not name p-gao"),
        (("E060", "--for", "p-shen"), 5, "has signed entry E060 already"),
        (("#0", "--for", "p-luo", "--capacity", "chief"), 2, "chief"),
    ):
        said = zeren(home, "consent", "ask", *words)
        assert (said.code, message in said.err) == (code, True), said
    assert list(Path().iterdir()) == []
    said = zeren(home, "consent", "ask", "E095", "--for", "p-luo", "--days", "20")
    assert "zeren consent give" in said.out
    request = parse_request(Path("p-luo.request.json").read_bytes())
    assert request.asks[0].not_after is not None
    assert zeren(home, "consent", "ask", "E095", "--for", "p-luo").code == 2
    gao = ok(home, "consent", "ask", "E095", "--for", "p-gao", "--capacity", "receipt", "--out", "gao")
    assert gao["file"] == "gao"


# --- add -------------------------------------------------------------------------------------------------------------


def answered(home: Path, duty: Ledger, person: str, *entries: str, agree: bool = True, name: str = "") -> str:
    """The file in which a person answers about these entries, or about all that are owed."""
    what = entries or ("--open",)
    asked = ok(home, "consent", "ask", *what, "--for", person, "--out", f"{person}{name}.json")
    if not Path(f"{person}.pem").exists():
        shutil.copy(home / f"keys/duty/{person}.pem", f"{person}.pem")
        shutil.copy(home / "keys/passphrase", "secret")
    said = ("--agree",) if agree else ("--refuse", "--reason", "不是事实")
    words = ("--key", f"{person}.pem", "--passphrase-file", "secret", "--fingerprint", duty.fingerprint)
    return str(ok(None, "consent", "give", asked["file"], *words, *said)["file"])


def test_answers_from_two_people_are_put_on_record_together(home: Path, duty: Ledger) -> None:
    """All that one owes and another's refusal: recorded in one go, nothing owed afterwards, and the ledger is valid."""
    owed = positions(ok(home, "consent", "list", "--for", "p-luo")["items"])
    files = [answered(home, duty, "p-luo"), answered(home, duty, "p-gao", agree=False)]
    added = ok(home, "consent", "add", *files)
    assert {each["fate"] for each in added["consents"]} == {"taken"}
    assert len(added["consents"]) > len(owed)
    assert [] == ok(home, "consent", "list", "--for", "p-luo")["items"]
    assert [] == ok(home, "consent", "list", "--for", "p-gao")["items"]
    states = {s["person"]: (s["state"], s["position"]) for s in ok(home, "sign", "E095")}
    at = next(each["position"] for each in added["consents"] if each["entry"] == owed[-1])
    assert states["p-luo"][0] == "accepted"
    assert isinstance(at, int)
    refusal = next(each for each in added["consents"] if each["person"] == "p-gao")
    assert "不是事实" in zeren(home, "entries", f"#{refusal['position']}").out
    report = zeren(home, "verify")
    assert report.code == 0, report.out + report.err


def test_a_consent_is_recorded_once_and_bad_ones_stop_all(home: Path, duty: Ledger) -> None:
    """Known ones are passed over; one that is refused, with its reason, keeps every other out too."""
    first = answered(home, duty, "p-luo", "E095")
    assert [each["fate"] for each in ok(home, "consent", "add", first)["consents"]] == ["taken"]
    size = duty.size()
    again = ok(home, "consent", "add", first, first)
    assert [each["fate"] for each in again["consents"]] == ["known", "known"]

    good = answered(home, duty, "p-gao", "E060", "--capacity", "attendee")
    data = Path(first).read_bytes()
    Path("forged").write_bytes(data.replace(b'\\"agree\\"', b'\\"refuse\\"'))
    said = zeren(home, "consent", "add", good, "forged")
    assert (said.code, "none was recorded" in said.err, duty.size()) == (5, True, size)
    assert "p-gao agrees" in said.out
    assert "would be recorded" in said.out
    assert "p-luo refuses" in said.out
    Path("words").write_text("I agree\n", encoding="utf-8")
    for file, message in (("p-gao.json", "this is a request"), ("absent", "cannot be read"), ("words", "was damaged")):
        said = zeren(home, "consent", "add", file)
        assert (said.code in (2, 3), message in said.err, duty.size()) == (True, True, size), said


def test_an_inspector_puts_a_refusal_on_record_that_the_recorder_left_out(home: Path, duty: Ledger) -> None:
    """In a duty ledger an inspector records consents, and nothing else; a custodian only what custodians author."""
    ok(home, "keys", "new", "eye", "--out", "eye.pem")
    ok(home, "keys", "enrol", "eye", "eye.pem", "--role", "inspector")
    shutil.copy("eye.pem", home / "keys/duty/eye.pem")
    file = answered(home, duty, "p-luo", "E095", agree=False)
    custodian = sorted(duty.keys().custodians())[0]
    said = zeren(home, "consent", "add", file, "--as", custodian)
    assert (said.code, "a custodian records" in said.out) == (5, True), said
    (taken,) = ok(home, "consent", "add", file, "--as", "eye")["consents"]
    assert (taken["fate"], taken["answer"]) == ("taken", "refuse")
    assert zeren(home, "verify").code == 0
