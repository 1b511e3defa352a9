"""A ledger of the second list lives on: opened, verified, asked, extended and bundled by every later version.

The ledgers, their held checkpoints, a bundle and a trace in `tests/assets/list-2.zip` were made when the list was
released (`tests/tools/list_two.py`).
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.bundle.check import check_bundle
from ledger.events.lists import list_bytes, read_list
from ledger.home.directory import Home
from ledger.verify import verify_ledger
from projections.language.catalogue import use_language
from tests.support.command import zeren
from tests.support.evidence import by_small

ASSET = Path(__file__).parents[1] / "assets/list-2.zip"
FINGERPRINTS = {
    "duty": "l/XP5PnzlF38Z1ACXAu8vbPvtYwkQE7mLW7tS2DGrOU=",
    "case": "EMHbGX56sDKk740X1qaVZrSpthtkCUjIZPPa2pQIHkM=",
}
BY = ("--as", "r", "--no-input")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """What was made under the second list."""
    zipfile.ZipFile(ASSET).extractall(tmp_path)
    for key in (tmp_path / "ledgers/keys").rglob("*"):
        key.chmod(0o700 if key.is_dir() else 0o600)  # an archive keeps no permissions
    return tmp_path


def findings(directory: Path, kind: str) -> list[str]:
    with closing(Home(directory / "ledgers").open(kind)) as ledger:
        return [str(finding.what) for finding in verify_ledger(ledger).findings]


def test_it_opens_and_verifies(second: Path) -> None:
    """Fingerprints, list and every byte are as they were; nothing held contradicts it."""
    for kind, fingerprint in FINGERPRINTS.items():
        with closing(Home(second / "ledgers").open(kind)) as ledger:
            assert ledger.fingerprint == fingerprint
            assert ledger.keys().types == read_list(2)
        assert findings(second, kind) == []
    assert zeren(second / "ledgers", "verify").code == 0


def test_it_holds_every_kind_of_the_second_list(second: Path) -> None:
    """Each type that list 2 added and that people record in a duty or case ledger stands in it, consents too."""
    old = {row["type"] for row in json.loads(list_bytes(1))}
    new = {row["type"] for row in json.loads(list_bytes(2)) if {"duty", "case"} & set(row["ledgers"])} - old
    used = set()
    for kind in FINGERPRINTS:
        with closing(Home(second / "ledgers").open(kind)) as ledger:
            used |= {ledger.entry_at(position)[0].header.type for position in range(ledger.size())}

    assert new <= used


def test_it_answers_as_before(second: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The trace names the same persons with the same categories; what each question of the record says can be read."""
    assert zeren(second / "ledgers", "trace", "K5", "--json").code == 0
    now, before = json.loads(capsys.readouterr().out), json.loads((second / "trace.json").read_text(encoding="utf-8"))

    assert [(row["person"], row["categories"]) for row in now["persons"]] == [
        (row["person"], row["categories"]) for row in before["persons"]
    ]
    assert (now["total"], now["period"]) == (before["total"], before["period"])
    for words in (("obligations",), ("signals",), ("table", "tasks"), ("table", "issues"), ("entries", "T5")):
        assert zeren(second / "ledgers", *words).code == 0


def test_its_bundle_is_valid_for_ever(second: Path, tmp_path: Path) -> None:
    """The bundle is checked by this version, by the program in it, and by this version's verify.py."""
    data = (second / "bundle.zip").read_bytes()
    report = check_bundle(data, list(FINGERPRINTS.values()))
    assert (report.findings, report.exit_code) == ([], 0)
    assert by_small(data, FINGERPRINTS.values())[0] == []

    zipfile.ZipFile(second / "bundle.zip").extract("verify.py", tmp_path)
    words = [word for fingerprint in FINGERPRINTS.values() for word in ("--fingerprint", fingerprint)]
    command = [sys.executable, str(tmp_path / "verify.py"), str(second / "bundle.zip"), *words]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_it_grows_under_its_own_list(second: Path) -> None:
    """A risk is recorded, sealed and bundled; everything verifies after it."""
    risk = ("record", "risk", "--unit", "D1", "--ref", "RISK", "--title", "候船秩序")
    assert zeren(second / "ledgers", *risk, *BY).code == 0
    assert zeren(second / "ledgers", "checkpoint").code == 0
    assert zeren(second / "ledgers", "bundle", "RISK", "--out", str(second / "new.zip")).code == 0
    data = (second / "new.zip").read_bytes()
    assert "types/2.json" in zipfile.ZipFile(second / "new.zip").namelist()
    assert check_bundle(data, [FINGERPRINTS["duty"]]).findings == []
    assert by_small(data, [FINGERPRINTS["duty"]])[0] == []
    assert [findings(second, kind) for kind in FINGERPRINTS] == [[], []]
