"""A ledger of every released list lives on: opened, verified, asked, extended and bundled by every later version.

What is kept in `tests/assets` was made when each list was released (the second by `tests/tools/list_two.py`).
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.bundle.checking import check_bundle
from ledger.events import lists
from ledger.events.lists import list_bytes, read_list
from ledger.home.directory import Home
from projections.language.catalogue import use_language
from tests.support.command import zeren
from tests.support.evidence import by_small
from tests.support.kept_lists import KEPT, SECOND, KeptList, findings


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


@pytest.fixture(params=KEPT, ids=lambda kept: f"list-{kept.number}")
def kept(request: pytest.FixtureRequest) -> KeptList:
    found: KeptList = request.param
    return found


@pytest.fixture
def there(kept: KeptList, tmp_path: Path) -> Path:
    """What was made under the list."""
    return kept.unpack(tmp_path)


def test_every_released_list_has_a_ledger_that_is_kept() -> None:
    """A list that is released is asked here for ever."""
    assert tuple(kept.number for kept in KEPT) == lists.RELEASED


def test_it_opens_and_verifies(kept: KeptList, there: Path) -> None:
    """Fingerprints, list and every byte are as they were left; nothing held contradicts it."""
    for kind, fingerprint in kept.fingerprints.items():
        with closing(Home(there / "ledgers").open(kind)) as ledger:
            assert ledger.fingerprint == fingerprint
            assert ledger.keys().types == read_list(kept.number)
        assert findings(there, kind) == []
    assert zeren(there / "ledgers", "verify").code == 0


def test_it_answers_as_before(kept: KeptList, there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The trace names the same persons with the same categories; what else is asked can be answered."""
    assert zeren(there / "ledgers", "trace", kept.case, "--json").code == 0
    now, before = json.loads(capsys.readouterr().out), json.loads((there / "trace.json").read_text(encoding="utf-8"))

    assert [(row["person"], row["categories"]) for row in now["persons"]] == [
        (row["person"], row["categories"]) for row in before["persons"]
    ]
    assert (now["total"], now["period"]) == (before["total"], before["period"])
    for words in kept.asked:
        assert zeren(there / "ledgers", *words).code == 0


def test_its_bundle_is_valid_for_ever(kept: KeptList, there: Path, tmp_path: Path) -> None:
    """The bundle of then is checked by this version, by the program in it, and by this version's verify.py."""
    data = (there / "bundle.zip").read_bytes()
    report = check_bundle(data, list(kept.fingerprints.values()))
    assert ("program unknown to this version" not in report.marks) == kept.program_known
    assert (report.findings, report.exit_code) == ([], 0)
    assert by_small(data, kept.fingerprints.values())[0] == []

    zipfile.ZipFile(there / "bundle.zip").extract("verify.py", tmp_path)
    words = [word for fingerprint in kept.fingerprints.values() for word in ("--fingerprint", fingerprint)]
    command = [sys.executable, str(tmp_path / "verify.py"), str(there / "bundle.zip"), *words]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_it_grows_under_its_own_list(kept: KeptList, there: Path) -> None:
    """Something is recorded, sealed and bundled with the list in the bundle; everything verifies after it."""
    assert zeren(there / "ledgers", "record", *kept.recorded, *kept.by).code == 0
    assert zeren(there / "ledgers", "checkpoint").code == 0
    assert zeren(there / "ledgers", "bundle", "NEW", "--out", str(there / "new.zip")).code == 0
    data = (there / "new.zip").read_bytes()
    assert kept.carried in zipfile.ZipFile(there / "new.zip").namelist()
    assert check_bundle(data, [kept.fingerprints["duty"]]).findings == []
    assert by_small(data, [kept.fingerprints["duty"]])[0] == []
    assert [findings(there, kind) for kind in kept.fingerprints] == [[], []]


def test_it_holds_every_kind_of_the_second_list(tmp_path: Path) -> None:
    """Each type that list 2 added and that people record in a duty or case ledger stands in it, consents too."""
    place = SECOND.unpack(tmp_path)
    old = {row["type"] for row in json.loads(list_bytes(1))}
    new = {row["type"] for row in json.loads(list_bytes(2)) if {"duty", "case"} & set(row["ledgers"])} - old
    used = set()
    for kind in SECOND.fingerprints:
        with closing(Home(place / "ledgers").open(kind)) as ledger:
            used |= {ledger.entry_at(position)[0].header.type for position in range(ledger.size())}

    assert new <= used
