"""The acceptance list of ledgers on a server, in small."""

import pytest

from tests.support.command import zeren
from tests.tools import acceptance

pytestmark = pytest.mark.long


def test_what_a_login_may_and_an_older_restore(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line is so; the commands within this process, which is all that is smaller here."""
    monkeypatch.setattr(acceptance, "started", zeren)
    assert acceptance.main(["4", "11"]) == 0
    assert "NO " not in capsys.readouterr().out


def test_what_is_otherwise_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line that is not so is marked, and the exit code says so."""
    monkeypatch.setitem(acceptance.CHECKS, 2, ("a title", lambda _: iter([acceptance.Shown("what", so=False)])))
    assert acceptance.main(["2"]) == 1
    assert "NO  what" in capsys.readouterr().out
