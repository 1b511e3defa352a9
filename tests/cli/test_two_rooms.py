"""Rules of two persons kept by two people in two rooms: what one drafts the other consents to, and only files pass."""

from pathlib import Path

import pytest

from ledger.home.directory import Home
from ledger.verify import verify_ledger
from tests.cli.test_clock import ahead
from tests.cli.test_keys import ok
from tests.support.offices import ORIGIN, Organ, office, organ

SECOND = ("--consent-of", "c-2")


@pytest.fixture
def here(tmp_path: Path) -> Organ:
    return organ(tmp_path)


def finish(here: Organ, *words: str, who: tuple[str, ...] = ("c-2",)) -> int:
    """Drafts, asks each in a room of their own, and records with their answers; the position."""
    parked = here.run(*words)
    answers = [here.ask(person, parked["requests"][person]) for person in who]
    return int(here.run("draft", "finish", parked["draft"], *answers)["position"])


def stands(here: Organ, position: int, *consenting: str) -> None:
    """The entry has one line and these consents, and the whole ledger is valid."""
    ledger = Home(here.home).open("duty")
    event = ledger.at(position)
    assert (len(event.signers), event.consenting) == (1, consenting)
    report = verify_ledger(ledger)
    ledger.close()
    assert ([str(finding.what) for finding in report.findings], report.verdict) == ([], "valid")


def test_the_second_custodian_cannot_be_done_without(here: Organ) -> None:
    """Where the second key lies elsewhere, the first custodian alone records none of it."""
    (here.desk.folder / "policy").write_text("quorum none\n")
    assert "no file in" in here.fails("policy", "adopt", "policy")
    assert "two custodians" in here.fails("policy", "adopt", "policy", "--as", "c-1")
    assert "left to sign here" in here.fails("policy", "adopt", "policy", *SECOND, "--consent-of", "c-1")
    parked = here.run("policy", "adopt", "policy", *SECOND)
    assert "two custodians" in here.fails("draft", "finish", parked["draft"], "--without", "c-2")


def test_policies_and_rule_sets(here: Organ) -> None:
    """Both are adopted by one custodian's line and the other one's consent."""
    (here.desk.folder / "policy").write_text("quorum none\n")
    stands(here, finish(here, "policy", "adopt", "policy", *SECOND), "c-2")
    (here.desk.folder / "rules.yaml").write_text("timely_days: 5\n")
    stands(here, finish(here, "rules", "adopt", "rules.yaml", "--version", "1", *SECOND), "c-2")


def test_a_third_custodian_is_enrolled_and_revoked(here: Organ) -> None:
    """Enrolment by proof of possession and consent; revocation below an anchored size by a second custodian's."""
    own = office(here.desk.folder.parent, "c-3")
    words = ("--origin", ORIGIN, "--fingerprint", here.fingerprint, "--role", "custodian")
    own.run("keys", "request", "c-3", *words)
    file = here.desk.receive("c-3.possession", own)
    assert "two custodians" in here.fails("keys", "enrol", "--possession", file, "--as", "c-1")
    stands(here, finish(here, "keys", "enrol", "--possession", file, *SECOND), "c-2")
    (key,) = [key for key in ok(here.home, "keys", "list")["items"] if key["person"] == "c-3"]
    stands(here, finish(here, "keys", "revoke", "c-3", key["key_id"], "--compromised-from", "0", *SECOND), "c-2")


def test_a_clock_that_ran_ahead_is_set_right(here: Organ, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second custodian consents to the correction; the answer holds although the ledger stands days ahead."""
    monkeypatch.setattr("cli.acting.recording.is_synchronised", lambda: None)
    ahead(monkeypatch, 20)
    here.run("record", "unit", "--as", "r-1", "--unit", "u-2", "--kind", "department", "--name", "二科")
    ahead(monkeypatch, 0)
    assert "clock correct" in here.fails("record", "unit", "--as", "r-1", "--unit", "u-3", "--kind", "department")
    position = finish(here, "clock", "correct", "--reason", "主板电池失效", *SECOND)
    stands(here, position, "c-2")
    here.run("record", "unit", "--as", "r-1", "--unit", "u-3", "--kind", "department", "--name", "三科")


def test_roles_and_an_inspector_who_consents_to_an_erasure(here: Organ) -> None:
    """Two custodians make an inspector; custodian and inspector erase a text, which is gone from the ledger's files."""
    here.enrol("p-insp", "signer")
    roles = ("keys", "roles", "p-insp", "--role", "inspector", *SECOND)
    stands(here, finish(here, *roles), "c-2")
    talk = ("record", "talk", "--as", "r-1", "--talker", "p-zhang", "--counterpart", "p-li", "--unit", "u-1")
    here.run(*talk, "--ref", "T1", "--occurred-at", "2026-01-05", "--text", "某某的住址", "--legacy")
    erase = ("erase", "T1", "--ground", "个人信息保护法第四十七条", "--yes", "--consent-of", "p-insp")
    position = finish(here, *erase, who=("p-insp",))
    stands(here, position, "p-insp")
    assert all("某某的住址".encode() not in file.read_bytes() for file in here.home.glob("*.db*"))


def test_a_record_is_withdrawn_by_those_who_signed_it(here: Organ) -> None:
    """Everyone who signed consents to the withdrawal; without one of them it is refused."""
    talk = ("record", "talk", "--as", "r-1", "--talker", "p-zhang", "--counterpart", "p-li", "--unit", "u-1")
    both = ("--consent-of", "p-zhang", "--consent-of", "p-li")
    when = ("--occurred-at", "2026-01-05", "--legacy")
    finish(here, *talk, "--ref", "T1", *when, *both, who=("p-zhang", "p-li"))
    words = ("withdraw", "T1", "--as", "r-1", "--ground", "error")
    assert "p-li, p-zhang missing" in here.fails(*words)
    assert "p-zhang missing" in here.fails(*words, "--consent-of", "p-li")
    stands(here, finish(here, *words, *both, who=("p-zhang", "p-li")), "p-li", "p-zhang")
