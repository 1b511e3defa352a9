"""Withdrawing: by everyone who signed, or by two custodians; nothing that speaks for or against a person."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.events.records import RecordWithdrawn
from ledger.home.directory import Home
from ledger.verify import verify_ledger
from projections.language.catalogue import use_language
from tests.support import replayed as support
from tests.support.command import zeren

OFFICE = Path(__file__).parents[1] / "scenarios/office-records.yaml"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


@pytest.fixture
def ledgers(tmp_path: Path) -> Path:
    directory = tmp_path / "ledgers"
    shutil.copytree(support.replayed(OFFICE).directory, directory)
    return directory


def said(directory: Path, *words: str) -> int:
    return zeren(directory, *words, "--allow-clock-jump").code


def withdrawals(directory: Path) -> list[RecordWithdrawn]:
    ledger = Home(directory).open("duty")
    try:
        assert verify_ledger(ledger).findings == []
        return [e.payload for e in ledger.history() if isinstance(e.payload, RecordWithdrawn)]
    finally:
        ledger.close()


def test_everyone_who_signed_withdraws(ledgers: Path) -> None:
    """With all signatures it is recorded and verifies; without one it is refused, naming who is missing."""
    before = len(withdrawals(ledgers))
    words = ("withdraw", "T1", "--ground", "error", "--as", "rec")

    assert said(ledgers, *words, "--signer", "sec") == 5
    assert len(withdrawals(ledgers)) == before
    assert said(ledgers, *words, "--signer", "sec", "--signer", "ma") == 0
    assert len(withdrawals(ledgers)) == before + 1


def test_two_custodians_withdraw(ledgers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two custodians may; one alone may not, and nothing is withdrawn twice."""
    first, second = "duty-custodian-1", "duty-custodian-2"
    words = ("withdraw", "T3", "--ground", "wrong_ledger", "--as", first)

    assert said(ledgers, *words) == 5
    assert said(ledgers, *words, "--signer", second) == 0
    capsys.readouterr()
    assert said(ledgers, *words, "--signer", second) == 5
    assert "withdrawn already" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["RF", "RC"])
def test_what_speaks_for_or_against_a_person_is_not_withdrawn(ledgers: Path, number: str) -> None:
    """A refusal and a receipt stay, whoever signs."""
    custodians = ("--as", "duty-custodian-1", "--signer", "duty-custodian-2")
    assert said(ledgers, "withdraw", number, "--ground", "error", *custodians) == 5
