"""The house stands as drawn: imports point downwards, and the names are ours."""

import subprocess
import sys
from pathlib import Path

import api
import cli
import ledger
import projections

ROOT = Path(__file__).parents[2]


def test_the_four_rooms_are_this_checkout() -> None:
    """The generic package names import our packages and nobody else's."""
    for package in (ledger, projections, api, cli):
        assert Path(str(package.__file__)).parent.parent == ROOT


def test_the_top_level_is_as_designed() -> None:
    """Nothing but the six places, licence, changelog, Makefile and dot-files stands at the top."""
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False).stdout
    top = {line.split("/")[0] for line in tracked.splitlines()}

    allowed = {"pyproject.toml", "ledger", "api", "cli", "projections", "tests", "README.md"}
    assert {name for name in top if not name.startswith(".")} <= allowed | {
        "LICENSE",
        "Makefile",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "README.zh.md",
        "SECURITY.md",
    }


def test_the_command_line_starts_light() -> None:
    """`zeren --help` loads neither eventsourcing nor flask nor yaml: commands are loaded when used."""
    script = (
        "import sys\nfrom cli.main import build\nfrom click.testing import CliRunner\n"
        "CliRunner().invoke(build(), ['--help'])\n"
        "print([name for name in ('eventsourcing', 'flask', 'yaml', 'sqlite3', 'cryptography') if name in sys.modules])"
    )
    outcome = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)

    assert outcome.stdout.strip() == "[]"


def test_only_the_clock_reads_the_time() -> None:
    """No module but ledger/clock.py asks for the present time or for random bytes."""
    words = ("datetime.now", "date.today", "time.time(", "secrets.", "os.urandom", "random.")
    for package in ("ledger", "projections", "api", "cli"):
        for path in (ROOT / package).rglob("*.py"):
            if path == ROOT / "ledger" / "clock.py":
                continue
            source = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in source], path


OWN_ROWS = {"ledger/verify", "projections/questions"}
"""Verification reads every cell, also those that no named read shows; lists still ask the views' tables themselves."""


def test_the_tables_of_a_ledger_are_named_in_the_store_only() -> None:
    """No SQL of the ledger's tables, and no row number, stands outside the store, its verification and the views."""
    words = ("stored_events", "rowid", "recorder.rows(", "_sqlite_conn")
    for package in ("ledger", "projections", "api", "cli"):
        for path in (ROOT / package).rglob("*.py"):
            room = "/".join(path.relative_to(ROOT).parts[:2])
            if room in {"ledger/store", "projections/views", *OWN_ROWS}:
                continue
            source = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in source], path
