"""The house stands as drawn: imports point downwards, and the names are ours."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import api
import cli
import ledger
import projections
from ledger.home.directory import Home
from projections.views.catch_up import views_of
from tests.support.replayed import YUNXI, replayed

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
        "setup.py",
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


HEAVY = (
    *("yaml", "cryptography.x509", "chinese_calendar", "lunardate", "openpyxl", "xlsxwriter", "flask", "jinja2"),
    *("psycopg", "importlib.metadata", "importlib.resources", "subprocess", "tempfile", "zipfile", "tomllib"),
    *("difflib", "_strptime"),
    *("projections.obligations", "projections.signals", "projections.reports", "projections.trace"),
    *("ledger.scenario", "ledger.bundle", "ledger.store.postgres", "ledger.verify"),
)
"""What belongs to other commands, of ours and of the library's: the names stand for all below them."""
LOADED = """
import sys
from cli.main import build
if build().main(sys.argv[1:], standalone_mode=False):
    raise SystemExit("it failed")
print()
print(*sys.modules)
"""


@pytest.mark.parametrize(
    "command",
    [
        "holders secretary",
        "entries",
        "keys list",
        "record talk --talker p-luo --counterpart p-fang --occurred-at 2025-12-30T09:00 --as p-bai --dry-run",
    ],
)
def test_a_command_loads_what_it_needs(command: str, tmp_path: Path) -> None:
    """A command of each kind, whole and over a real ledger: no calendar, YAML, certificates, spreadsheets, servers, or
    rules of other questions, and nothing of Python's own that only a fault or a long work needs."""
    shutil.copytree(replayed(YUNXI).directory, tmp_path / "ledgers")
    views_of(Home(tmp_path / "ledgers")).close()
    arguments = ["--dir", str(tmp_path / "ledgers"), *command.split()]
    outcome = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert outcome.returncode == 0, outcome.stderr
    loaded = outcome.stdout.splitlines()[-1].split()
    assert [name for name in loaded if name.startswith(HEAVY)] == []


def test_a_process_that_checks_signature_lines_starts_light() -> None:
    """It loads neither event types nor the store: its start is paid again for each processor."""
    code = "import ledger.core.lines, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout

    heavy = ("eventsourcing", "ledger.events", "ledger.verify", "ledger.store", "sqlite3")
    assert [name for name in loaded.split() if name.startswith(heavy)] == []


def test_only_the_clock_reads_the_time() -> None:
    """No module but ledger/clock.py asks for the present time or for random bytes."""
    words = ("datetime.now", "date.today", "time.time(", "secrets.", "os.urandom", "random.")
    for package in ("ledger", "projections", "api", "cli"):
        for path in (ROOT / package).rglob("*.py"):
            if path == ROOT / "ledger" / "clock.py":
                continue
            source = path.read_text(encoding="utf-8")
            assert not [word for word in words if word in source], path
