"""A ledger of the first list is upgraded: what is refused before, what goes on, what is written no more after.

That it opens, verifies, answers and grows as every released list does is in `test_lists`.
"""

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.application import Command, Ledger
from ledger.bundle.checking import check_bundle
from ledger.checks import admits
from ledger.clock import SystemClock
from ledger.core.entry import FORMAT_LINE
from ledger.core.signers import Signer
from ledger.events import lists
from ledger.events.lists import latest_list, list_bytes, list_named, read_list
from ledger.events.trust import FormatAdopted, RulesAdoptedV1
from ledger.home.directory import Home
from ledger.keys.key_files import Keyring, read_passphrase
from ledger.verify import verify_ledger
from projections.language.catalogue import use_language
from tests.support.command import zeren
from tests.support.evidence import by_small
from tests.support.kept_lists import FIRST, findings


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """What the first release made."""
    return FIRST.unpack(tmp_path)


def opened(directory: Path, kind: str = "duty") -> Ledger:
    return Home(directory / "ledgers").open(kind)


def test_what_only_a_later_list_has_is_refused_with_a_remedy(first: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A kind of record and a field that came with list 2: exit code 5, and the word that helps."""
    assert zeren(first / "ledgers", "record", "risk", "--unit", "hall", "--ref", "RISK", *FIRST.by).code == 5
    assert "zeren upgrade" in capsys.readouterr().err
    assert zeren(first / "ledgers", "record", *FIRST.recorded, "--kind", "routine", *FIRST.by).code == 5


def test_it_goes_on_under_the_latest_list(first: Path) -> None:
    """After the upgrade new kinds are recorded, everything verifies, and bundles carry each list in force."""
    assert zeren(first / "ledgers", "upgrade", "--dry-run").code == 0
    assert list_of(first, "duty") == 1
    assert zeren(first / "ledgers", "upgrade").code == 0
    assert (list_of(first, "duty"), list_of(first, "case")) == (2, 2)
    (first / "before").mkdir()
    before = str(first / "ledgers-before-list-2.tar")
    assert zeren(first / "before" / "ledgers", "restore", before).code == 0
    assert (list_of(first / "before", "duty"), list_of(first, "duty")) == (1, 2)
    size = size_of(first)
    assert zeren(first / "ledgers", "upgrade").code == 0  # nothing is left to do
    assert size_of(first) == size

    assert zeren(first / "ledgers", "record", "risk", "--unit", "hall", "--ref", "RISK", *FIRST.by).code == 0
    assert zeren(first / "ledgers", "checkpoint").code == 0
    assert (findings(first, "duty"), findings(first, "case")) == ([], [])
    assert zeren(first / "ledgers", "bundle", "RISK", "--out", str(first / "new.zip")).code == 0
    data = (first / "new.zip").read_bytes()
    assert {"types/1.json", "types/2.json"} <= set(zipfile.ZipFile(first / "new.zip").namelist())
    assert check_bundle(data, [FIRST.fingerprints["duty"]]).findings == []
    assert by_small(data, [FIRST.fingerprints["duty"]]) == ([], [])
    assert zeren(first / "ledgers", "trace", "T1").code == 0


def test_what_follows_a_trusted_checkpoint_is_judged_by_the_list_adopted_before_it(first: Path) -> None:
    """A check since a checkpoint that covers the upgrade knows list 2, and only looks at what is new."""
    assert zeren(first / "ledgers", "upgrade").code == 0
    assert zeren(first / "ledgers", "checkpoint").code == 0
    with closing(opened(first)) as ledger:
        trusted = ledger.last_checkpoint()
    assert zeren(first / "ledgers", "record", "risk", "--unit", "hall", "--ref", "RISK", *FIRST.by).code == 0
    assert zeren(first / "ledgers", "checkpoint").code == 0
    assert trusted is not None
    with closing(opened(first)) as ledger:
        report = verify_ledger(ledger, since=trusted.checkpoint)
    assert [str(finding.what) for finding in report.findings] == []
    assert any("taken as checked" in str(said) for said in report.not_checked)


def test_a_closed_type_is_written_no_more(first: Path) -> None:
    """Rule sets of the first list are refused once list 2 is in force."""
    assert zeren(first / "ledgers", "upgrade").code == 0
    ledger, signers = writing(first, "duty-custodian-1", "duty-custodian-2")
    try:
        with pytest.raises(Exception, match="closes"):
            ledger.record(Command(RulesAdoptedV1(layer="organ", version="9", settings={}), signers))
    finally:
        ledger.close()


def test_an_unknown_list_is_of_a_later_version(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that adopted a list unknown here is incomplete from there on; what was before is still checked."""
    shutil.copytree(first / "ledgers", first / "later")
    ledger, signers = writing(first, "duty-custodian-1", "duty-custodian-2")
    monkeypatch.setattr(admits, "list_named", lambda _: None)
    try:
        ledger.record(Command(FormatAdopted(format=FORMAT_LINE, position=0, types="A" * 43 + "="), signers))
    finally:
        ledger.close()
    monkeypatch.undo()

    (found,) = findings(first, "duty")
    assert "later version" in found
    assert zeren(first / "ledgers", "verify").code == 4
    assert zeren(first / "ledgers", "record", "risk", "--unit", "hall", *FIRST.by).code == 5


def test_only_a_later_list_is_adopted(first: Path) -> None:
    """The list in force, or an earlier one, is not adopted again, and one custodian alone adopts none."""
    ledger, signers = writing(first, "duty-custodian-1", "duty-custodian-2")
    try:
        for digest, signing in ((read_list(1).digest, signers), (latest_list().digest, signers[:1])):
            with pytest.raises(Exception, match=r"in force already|two custodians"):
                ledger.record(Command(FormatAdopted(format=FORMAT_LINE, position=0, types=digest), signing))
    finally:
        ledger.close()
    assert list_named("nothing") is None
    assert lists.RELEASED == (1, 2)
    assert list_bytes(1) != list_bytes(2)


def writing(directory: Path, *persons: str) -> tuple[Ledger, tuple[Signer, ...]]:
    home = Home(directory / "ledgers")
    ledger = home.open("duty", clock=SystemClock(allow_jump=True), read_only=False)
    keys = Keyring(home.keys("duty"), ledger.origin, read_passphrase(home.passphrase))
    return ledger, tuple(keys.signer(person) for person in persons)


def list_of(directory: Path, kind: str) -> int:
    ledger = opened(directory, kind)
    try:
        types = ledger.keys().types
        assert types is not None
        return types.number
    finally:
        ledger.close()


def size_of(directory: Path) -> int:
    ledger = opened(directory)
    try:
        return ledger.size()
    finally:
        ledger.close()
