"""zeren ledgers and --organ: many organs on the command line."""

import json
import shutil
from pathlib import Path

from ledger.home.registry import NAME
from tests.cli.test_cli import zeren
from tests.support import replayed as support
from tests.support.city import city


def test_ledgers_are_added_listed_and_asked_by_organ(tmp_path: Path) -> None:
    """The list is made from directories; a question names its organ before or behind the command, or is refused."""
    directory = tmp_path / "city"
    for name in ("yunxi", "solo"):
        shutil.copytree(support.replayed(support.SCENARIOS / f"{name}.yaml").directory, tmp_path / name)
    places = [str(tmp_path / name) for name in ("yunxi", "solo")]
    wrong = zeren("ledgers", "add", places[0], "--fingerprint", "A" * 43 + "=", directory=directory)
    assert (wrong.returncode, directory.exists()) == (3, False), wrong.stderr
    made = zeren("ledgers", "add", *places, directory=directory)
    assert made.returncode == 0, made.stderr
    again = zeren("ledgers", "add", places[0], directory=directory)
    assert again.returncode == 2
    assert "have the same origin" in again.stderr

    listed = zeren("ledgers", "list", "--json", directory=directory)
    rows = json.loads(listed.stdout)
    assert [(row["name"], row["kind"], row["fault"]) for row in rows] == [
        ("yunxi", "duty", None), ("yunxi", "case", None), ("solo", "duty", None), ("solo", "case", None),
    ]  # fmt: skip

    several = zeren("holders", "secretary", directory=directory)
    assert several.returncode == 2
    assert "name one of them: yunxi" in several.stderr
    answers = [
        zeren(*words, "--json", directory=directory).stdout
        for words in (
            ("holders", "secretary", "--organ", "yunxi"),
            ("--organ", rows[0]["organ"], "holders", "secretary"),
            ("--organ", "solo", "holders", "secretary", "--organ", rows[0]["fingerprint"]),
        )
    ]
    alone = zeren("holders", "secretary", "--json", directory=tmp_path / "yunxi").stdout
    assert {*answers} == {alone}
    assert sorted(path.stem[:16] for path in (directory / "views").glob("*.db")) == [rows[0]["organ"]]
    near = zeren("trace", "K1", "--organ", "yunxj", directory=directory)
    assert near.returncode == 2
    assert "the nearest: yunxi" in near.stderr


def test_an_own_directory_has_its_own_organ(tmp_path: Path) -> None:
    """Without a list --organ names the only organ or nothing; a list begun there keeps the own organ first."""
    home = tmp_path / "yunxi"
    shutil.copytree(support.replayed(support.YUNXI).directory, home)
    shutil.copytree(support.replayed(support.SCENARIOS / "solo.yaml").directory, tmp_path / "solo")
    assert zeren("entries", "--organ", "yunxi", directory=home).returncode == 0
    assert zeren("entries", "--organ", "solo", directory=home).returncode == 2
    assert zeren("ledgers", "add", str(tmp_path / "solo"), directory=home).returncode == 0
    places = [line for line in (home / NAME).read_text(encoding="utf-8").splitlines() if line.startswith("place")]
    assert (places[:2], len(places)) == (['place = "."', 'place = "."'], 4)
    assert zeren("entries", "--organ", "yunxi", directory=home).returncode == 0


def test_a_listed_ledger_that_is_gone_is_named(tmp_path: Path) -> None:
    """The list says which and the exit code is the worst; the others are listed as they stand."""
    directory = city()
    (directory / "solo" / "case.db").unlink()
    listed = zeren("ledgers", "list", directory=directory)
    assert listed.returncode == 3
    assert "case.db is gone" in listed.stdout
    assert listed.stdout.count("can be asked") == 3
    shutil.rmtree(directory / "solo")
    assert zeren("ledgers", "list", directory=directory).returncode == 6
    assert zeren("holders", "secretary", "--organ", "yunxi", directory=directory).returncode == 0
