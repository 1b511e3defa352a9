"""A machine's clock that ran ahead: shown before one signs, and set right on record by two custodians."""

import datetime as real
from pathlib import Path
from typing import Any

import pytest

import ledger.clock
from tests.cli.test_keys import ok
from tests.support.command import Outcome, zeren

SECRET = "a passphrase of their own"


@pytest.fixture
def organ(tmp_path: Path) -> Path:
    """A real ledger of today, with two custodians and a recorder."""
    home = tmp_path / "organ"
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    people = ("--custodian", "c-1", "--custodian", "c-2", "--recorder", "rec")
    words = ("init", "--origin", "zeren.test/clock", "--title", "某局", *people, "--passphrase-file", str(secret))
    made = zeren(home, *words)
    assert made.code == 0, made.err
    return home


def ahead(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """The machine's clock goes on this many days from the real one."""

    class Clock(real.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return real.datetime.now(tz) + real.timedelta(days=days)

    monkeypatch.setattr(ledger.clock, "datetime", Clock)


def record(home: Path, id_: str, *more: str) -> Outcome:
    secret = home.parent / "secret"
    words = ("--kind", "department", "--as", "rec", "--passphrase-file", str(secret))
    return zeren(home, "record", "unit", "--unit", id_, "--name", id_, *words, *more)


def correct(home: Path, *more: str) -> Outcome:
    secret = home.parent / "secret"
    return zeren(home, "clock", "correct", "--reason", "主板电池失效", "--passphrase-file", str(secret), *more)


def test_a_clock_that_ran_ahead_for_one_record_locks_no_ledger(organ: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """20 days ahead: the next record is refused and says the remedy; after the correction it is taken; all verifies."""
    monkeypatch.setattr("cli.acting.recording.is_synchronised", lambda: None)
    ahead(monkeypatch, 20)
    assert record(organ, "u-1").code == 0
    ahead(monkeypatch, 0)
    refused = record(organ, "u-2")
    assert (refused.code != 0, "zeren clock correct" in refused.err) == (True, True)
    assert "nothing was written" in correct(organ, "--dry-run").out
    done = correct(organ)
    assert done.code == 0, done.err
    assert record(organ, "u-2").code == 0
    (change,) = ok(organ, "clock", "show")["corrections"]
    assert (change["signers"], change["reason"], change["from"] > change["to"]) == (
        ["c-1", "c-2"],
        "主板电池失效",
        True,
    )
    verified = zeren(organ, "verify")
    assert "clock corrected at #" in verified.out
    assert "invalid" not in verified.out
    assert ok(organ, "clock", "show")["now"] >= change["to"]


def test_a_clock_that_is_right_is_not_corrected(organ: Path) -> None:
    """Where the ledger's time is not ahead there is nothing to set right, and an empty reason is none."""
    refused = correct(organ)
    assert (refused.code != 0, "nothing is to be corrected" in refused.err) == (True, True)
    assert correct(organ, "--reason", " ").code == 2


def test_one_custodian_of_two_does_not_set_the_clock(organ: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two persons sign where there are two custodians."""
    monkeypatch.setattr("cli.acting.recording.is_synchronised", lambda: None)
    ahead(monkeypatch, 20)
    assert record(organ, "u-1").code == 0
    ahead(monkeypatch, 0)
    assert correct(organ, "--as", "c-1").code != 0
    assert ok(organ, "clock", "show")["corrections"] == []


def test_a_jump_of_more_than_a_day_is_shown_and_asked_where_the_clock_follows_nobody(
    organ: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown always; confirmed where the system says that its clock follows nobody; within a day nothing is said."""
    shown = "the last entry was recorded at"
    assert shown not in record(organ, "u-0").err
    for days, says in ((2, True), (4, None), (6, False)):
        ahead(monkeypatch, days)
        monkeypatch.setattr("cli.acting.recording.is_synchronised", lambda says=says: says)
        outcome = record(organ, f"u-{days}")
        assert shown in outcome.err
        assert (outcome.code != 0) == (says is False)
    assert "--allow-clock-jump" in outcome.err
    assert record(organ, "u-6", "--allow-clock-jump").code == 0
