"""Many organs for tests: two scenarios side by side, and the list of their ledgers."""

import atexit
import shutil
import tempfile
from pathlib import Path

from ledger.home.ledger_list import ListedLedger, add_rows
from ledger.home.organs_at_hand import Organ, organs_of
from tests.support import replayed as support

SCENARIOS = ("yunxi", "solo")


def city() -> Path:
    """A directory with a list of two organs' ledgers beside them, to be changed at will; removed at the end."""
    directory = Path(tempfile.mkdtemp(prefix="zeren-city-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    rows = []
    for name in SCENARIOS:
        home = support.replayed(support.SCENARIOS / f"{name}.yaml")
        shutil.copytree(home.directory, directory / name)
        for kind in ("duty", "case"):
            ledger = home.open(kind)
            rows.append(ListedLedger(ledger.origin, name, ledger.fingerprint, kind, ledger.genesis.title))
            ledger.close()
    add_rows(directory, rows)
    return directory


def organ(directory: Path, name: str) -> Organ:
    """The organ of this name."""
    return organs_of(directory).find(name)
