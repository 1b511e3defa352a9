"""Attacks on a whole ledger: each must be found by verify."""

from pathlib import Path

from ledger.verify import verify_ledger
from tests import builders


def test_a_whole_ledger_is_valid(tmp_path: Path) -> None:
    """x."""
    for desk in (builders.duty_ledger(tmp_path), builders.case_ledger(tmp_path)):
        report = verify_ledger(desk.ledger)
        desk.close()
        assert report.verdict == "valid", report
