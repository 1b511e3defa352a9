"""What many tests need: a scenario replayed once per session, and its facts at any moment."""

import atexit
import shutil
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

from ledger.home.directory import Home
from ledger.scenario.load import load_scenario
from ledger.scenario.loaded import Scenario
from ledger.scenario.replay import replay
from projections.views.catch_up import rebuild
from projections.views.facts import ViewFacts
from projections.views.view_store import Views

SCENARIOS = Path(__file__).parents[1] / "scenarios"
YUNXI = SCENARIOS / "yunxi.yaml"


@cache
def scenario_of(path: Path) -> Scenario:
    """The loaded scenario."""
    return load_scenario(path)


@cache
def replayed(path: Path) -> Home:
    """A directory into which the scenario was replayed; removed at the end. Not to be changed by tests."""
    directory = Path(tempfile.mkdtemp(prefix="zeren-test-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    replay(scenario_of(path), directory / "ledgers")
    _SHARED[directory / "ledgers"] = _files(directory / "ledgers")
    return Home(directory / "ledgers")


_SHARED: dict[Path, dict[str, int]] = {}
"""What lay in each directory that is replayed once for all tests: file to size."""


def is_shared(place: Path | None) -> bool:
    """Whether a file lies in what is replayed once for all tests.

    Nobody keeps there what was judged: tests copy these files while others have them open in the same process, and
    whoever closes a file lets go of the locks that SQLite holds on it.
    """
    return place is not None and place.parent in _SHARED


def _files(directory: Path) -> dict[str, int]:
    """All but views, which anybody may make anew, and what SQLite keeps beside a database that is open."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {
        str(path.relative_to(directory)): path.stat().st_size
        for path in files
        if not path.name.startswith("views") and not path.name.endswith(("-wal", "-shm", "-journal"))
    }


def changed_by_tests() -> list[str]:
    """Files that appeared, went or grew in what is shared: whoever changes a directory copies it before."""
    found = []
    for directory, before in _SHARED.items():
        after = _files(directory)
        found += sorted(str(directory / name) for name, _ in before.items() ^ after.items())
        _SHARED[directory] = after
    return found


@cache
def views_of_scenario(path: Path) -> Views:
    """The views of the replayed scenario."""
    views = rebuild(replayed(path))
    atexit.register(views.close)
    return views


def scenario_facts(path: Path = YUNXI, known_at: datetime | None = None) -> ViewFacts:
    """The facts of a scenario as known at a moment; everything recorded by default."""
    return ViewFacts(views_of_scenario(path), known_at)
