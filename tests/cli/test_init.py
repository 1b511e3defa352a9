"""A new organ starts: init, registrations, rules, first records; and nothing left where it fails."""

import json
import os
import pkgutil
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.home.directory import Home
from projections.language.catalogue import use_language
from tests.support.command import zeren

ORIGIN = "zeren.example.gov.cn/organ/duty"
PEOPLE = ("--custodian", "c-one", "--custodian", "c-two", "--recorder", "r-a", "--signer", "r-a", "--signer", "s-b")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("ZEREN_PASSPHRASE_FILE", raising=False)
    use_language("en")
    yield
    use_language("zh_CN")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text("correct horse\n", encoding="utf-8")
    return file


def init(directory: Path, secret: Path, *words: str) -> int:
    given = ("--origin", ORIGIN, "--title", "云溪市残联", "--service", "svc", *PEOPLE)
    return zeren(directory, "init", *given, "--passphrase-file", str(secret), *words).code


def test_a_new_organ_starts_and_answers(tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From nothing to a holder: init, unit, person, post, rules, assignment, countersignature, checkpoint, verify."""
    organ = tmp_path / "organ"
    key = ("--passphrase-file", str(secret))
    assert init(organ, secret, "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["roles"]["r-a"] == ["recorder", "signer"]
    assert made["log_key"].startswith(ORIGIN)
    by = ("--as", "r-a", *key)
    rules = tmp_path / "rules.yaml"
    rules.write_text("timely_days: 7\nhalf_year:\n  H1: [01-01, 06-30]\n", encoding="utf-8")
    for words in (
        ("record", "unit", "--unit", "u-centre", "--kind", "中心", "--name", "辅助器具资源中心"),
        ("record", "person", "--person", "s-b", "--name", "张三"),
        ("record", "post", "--post", "head", "--exclusive", "--title", "主任"),
        ("assign", "--person", "张三", "--post", "主任", "--scope", "辅助器具资源中心", "--valid-from", "2026-01-01"),
    ):
        assert zeren(organ, *words, *by).code == 0, words
    assert "zeren sign '#4' --as s-b --capacity holder" in capsys.readouterr().out
    assert zeren(organ, "sign", "#4", "--as", "s-b", "--capacity", "holder", *key).code == 0
    assert zeren(organ, "rules", "adopt", str(rules), "--version", "2026-1", *key).code == 0  # by the two custodians
    assert zeren(organ, "checkpoint", *key).code == 0
    assert zeren(organ, "verify").code in (0, 4)  # 4: nothing outside bounds its times yet
    capsys.readouterr()
    assert zeren(organ, "holders", "u-centre", "--valid-at", "2026-02-01", "--json").code == 0
    rows = json.loads(capsys.readouterr().out)["holders"]
    assert [row["person"] for row in rows if row["duty"] == "head"] == ["s-b"]


def test_it_is_real_and_its_keys_are_for_their_owner_only(tmp_path: Path, secret: Path) -> None:
    """The clock is real, key files are 0600, and no file holds the passphrase."""
    organ = tmp_path / "organ"
    assert init(organ, secret) == 0
    ledger = Home(organ).open("duty")
    try:
        assert (ledger.genesis.clock, ledger.genesis.title) == ("real", "云溪市残联")
        assert len(ledger.entry_at(0)[0].header.signers) == 5
    finally:
        ledger.close()
    files = [path for path in organ.rglob("*") if path.is_file()]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files if path.suffix == ".pem")
    assert not any(b"correct horse" in path.read_bytes() for path in files)


def test_an_inspection_office_starts_its_case_ledger_beside_or_alone(tmp_path: Path, secret: Path) -> None:
    """A case ledger is made in a directory of its own or beside a duty ledger; the access ledger needs one to read."""
    key = ("--passphrase-file", str(secret))
    case = ("init", "--kind", "case", "--origin", "zeren.example.gov.cn/organ/case", "--title", "派驻组")
    people = ("--custodian", "c-three", "--inspector", "i-a")
    for directory in (tmp_path / "alone", tmp_path / "organ"):
        if directory.name == "organ":
            assert init(directory, secret) == 0
        assert zeren(directory, *case, *people, *key).code == 0
        assert zeren(directory, *case, *people, *key).code == 5  # a second one
    assert zeren(tmp_path / "organ", "init", "--kind", "access", *key).code == 0
    assert zeren(tmp_path / "nothing", "init", "--kind", "access", *key).code == 6


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--origin", "Organ"), 3, "zeren.example"),
        (("--title", " "), 2, "--title"),
        (("--time-zone", "Asia/Yunxi"), 2, "Asia/Shanghai"),
        (("--custodian", "张三"), 3, "person id"),
        (("--inspector", "r-a"), 5, "inspector"),
        (("--kind", "access", "--passphrase-file", "none"), 6, "ledger"),
        (("--passphrase-file", "none"), 2, "passphrase"),
        (tuple(word for n in range(12) for word in ("--signer", f"x-{n}")), 2, "16"),
    ],
)
def test_a_bad_start_leaves_nothing(
    tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, said: str
) -> None:
    """Whatever is wrong is named, and neither directory nor key is left."""
    organ = tmp_path / "organ"
    assert init(organ, secret, "--no-input", *words) == code
    assert said in capsys.readouterr().err
    assert not organ.exists()


DYING = {
    "before its first key": ("ledger.home.founding._make_keys", 1),
    "between two keys": ("ledger.home.founding.save_key", 3),
    "before its database": ("ledger.home.founding.create_ledger", 1),
    "before its genesis": ("ledger.application.Ledger.record", 1),
    "before its ledger stands": ("ledger.home.genesis.open_ledger", 1),
    "before its keys are labelled": ("ledger.home.founding._label", 1),
}
"""By name, what is called when it dies, and for which time."""


@pytest.mark.parametrize("moment", DYING)
def test_a_founding_that_was_killed_is_begun_anew(tmp_path: Path, secret: Path, moment: str) -> None:
    """Whatever it left, there is no half ledger: the same command goes through, or says that the ledger is there."""
    organ, (target, number) = tmp_path / "organ", DYING[moment]
    room, _, name = target.rpartition(".")
    owner: Any = pkgutil.resolve_name(room)
    real, called = getattr(owner, name), []

    def dying(*given: Any, **named: Any) -> Any:
        called.append(name)
        if len(called) == number:
            os._exit(77)
        return real(*given, **named)

    if (child := os.fork()) == 0:
        setattr(owner, name, dying)
        init(organ, secret)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 77
    founded = (organ / "duty.db").exists()
    assert (init(organ, secret), founded) in ((0, False), (5, True))
    with closing(Home(organ).open("duty")) as ledger:
        assert {path.stem for path in Home(organ).keys("duty").glob("*.pem")} == {*ledger.keys().roles, "log"}
    left = {path.name for path in organ.iterdir()} - {"duty.db-wal", "duty.db-shm"}
    assert left == {"zeren.json", "keys", "duty.db"}


def test_a_short_passphrase_and_a_full_directory_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A passphrase of seven characters is too short; a directory that holds something is left as it is."""
    short = tmp_path / "short"
    short.write_text("seven77\n", encoding="utf-8")
    assert init(tmp_path / "organ", short) == 2
    assert "8 characters" in capsys.readouterr().err
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("x", encoding="utf-8")
    long_enough = tmp_path / "long"
    long_enough.write_text("correct horse\n", encoding="utf-8")
    assert init(full, long_enough) == 2
    assert [path.name for path in full.iterdir()] == ["letter.txt"]


def test_what_is_missing_is_asked_for_only_where_someone_is_there(
    tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal each missing part is an error that names its option."""
    for words, said in ((("--title", "x", "--custodian", "a"), "--origin"), (("--origin", ORIGIN), "--title")):
        assert zeren(tmp_path / "organ", "init", *words, "--passphrase-file", str(secret)).code == 2
        assert said in capsys.readouterr().err


def test_a_rule_set_that_cannot_be_read_is_refused_before_it_is_signed(
    tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown setting, a bad value, a list and broken YAML are named; nothing is recorded."""
    organ = tmp_path / "organ"
    assert init(organ, secret) == 0
    rules = tmp_path / "rules.yaml"
    for text, said in (
        ("timely_dayss: 5\n", "timely_dayss"),
        ("timely_days: soon\n", "timely_days"),
        ("- a\n", "map"),
        ("a: [\n", "YAML"),
        ("timely_days: 5\ntimely_days: 6\n", "twice"),
    ):
        rules.write_text(text, encoding="utf-8")
        words = ("rules", "adopt", str(rules), "--version", "1", "--as", "r-a", "--passphrase-file", str(secret))
        assert zeren(organ, *words).code == 2
        assert said in capsys.readouterr().err
    ledger = Home(organ).open("duty")
    try:
        assert ledger.size() == 1
    finally:
        ledger.close()


def test_a_person_without_an_id_gets_one_that_says_nothing(
    tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ids drawn for two persons differ and are not made of the name."""
    organ = tmp_path / "organ"
    assert init(organ, secret) == 0
    ids = set()
    for _ in range(2):
        words = ("record", "person", "--name", "王伟", "--as", "r-a", "--passphrase-file", str(secret))
        assert zeren(organ, *words).code == 0
        ledger = Home(organ).open("duty")
        try:
            ids |= {id_ for id_, kind in ledger.register().kinds.items() if kind == "person"}
        finally:
            ledger.close()
    assert len(ids) == 2
    assert all(id_.startswith("p-") and id_.isascii() for id_ in ids)


def test_a_late_record_is_taken_with_a_hint_and_a_claim_of_nothing_refused(
    tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lateness beyond the tolerance adopted is pointed out and recorded; a claim that could never count is refused."""
    organ = tmp_path / "organ"
    assert init(organ, secret) == 0
    by = ("--as", "r-a", "--passphrase-file", str(secret))
    for person in ("p-a", "p-b"):
        assert zeren(organ, "record", "person", "--person", person, *by).code == 0
    talk = ("record", "talk", "--talker", "p-a", "--counterpart", "p-b", *by)
    capsys.readouterr()
    assert zeren(organ, *talk, "--occurred-at", "2020-01-01", "--claims", "A1aa").code == 5
    assert "A1a" in capsys.readouterr().err
    assert zeren(organ, *talk, "--occurred-at", "2020-01-01", "--claims", "A1a").code == 0
    assert "--declared-late" in capsys.readouterr().err
    for words in (("--occurred-at", "2020-01-01", "--declared-late"), ("--occurred-at", "2020-01-01", "--legacy"), ()):
        assert zeren(organ, *talk, *words, "--claims", "A1a").code == 0
        assert capsys.readouterr().err == ""
    rules = tmp_path / "rules.yaml"
    rules.write_text("tolerance_days: {talk: 36500}\nobligations: {A1a: {in_force: false}}\n", encoding="utf-8")
    assert (
        zeren(organ, "rules", "adopt", str(rules), "--version", "1", *by).code == 5
    )  # a custodian's, not a recorder's
    assert zeren(organ, "rules", "adopt", str(rules), "--version", "1", "--passphrase-file", str(secret)).code == 0
    capsys.readouterr()
    assert zeren(organ, *talk, "--occurred-at", "2020-01-01").code == 0
    assert capsys.readouterr().err == ""
    assert zeren(organ, *talk, "--occurred-at", "2020-01-01", "--claims", "A1a").code == 5
    assert "in force" in capsys.readouterr().err
