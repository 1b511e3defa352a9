"""zeren ledgers and --organ: many organs on the command line."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.access.log import create_access_ledger
from ledger.home.directory import Home
from ledger.home.ledger_list import NAME
from ledger.home.organs_at_hand import organs_of
from tests.support import replayed as support
from tests.support.builders import tampering
from tests.support.city import city
from tests.support.command import zeren


def test_ledgers_are_added_listed_and_asked_by_organ(tmp_path: Path) -> None:
    """The list is made from directories; a question names its organ before or behind the command, or is refused."""
    directory = tmp_path / "city"
    for name in ("yunxi", "solo"):
        shutil.copytree(support.replayed(support.SCENARIOS / f"{name}.yaml").directory, tmp_path / name)
    places = [str(tmp_path / name) for name in ("yunxi", "solo")]
    wrong = zeren(directory, "ledgers", "add", places[0], "--fingerprint", "A" * 43 + "=")
    assert (wrong.code, directory.exists()) == (3, False), wrong.err
    made = zeren(directory, "ledgers", "add", *places)
    assert made.code == 0, made.err
    again = zeren(directory, "ledgers", "add", places[0])
    assert again.code == 2
    assert "have the same origin" in again.err

    listed = zeren(directory, "ledgers", "list", "--json")
    rows = json.loads(listed.out)["ledgers"]
    assert [(row["name"], row["kind"], row["fault"]) for row in rows] == [
        ("yunxi", "duty", None), ("yunxi", "case", None), ("solo", "duty", None), ("solo", "case", None),
    ]  # fmt: skip

    several = zeren(directory, "holders", "secretary")
    assert several.code == 2
    assert "name one of them: yunxi" in several.err
    answers = [
        zeren(directory, *words, "--json").out
        for words in (
            ("holders", "secretary", "--organ", "yunxi"),
            ("--organ", rows[0]["organ"], "holders", "secretary"),
            ("--organ", "solo", "holders", "secretary", "--organ", rows[0]["fingerprint"]),
        )
    ]
    alone = zeren(tmp_path / "yunxi", "holders", "secretary", "--json").out
    assert {*answers} == {alone}
    assert sorted(path.stem[:16] for path in (directory / "views").glob("*.db")) == [rows[0]["organ"]]
    near = zeren(directory, "trace", "K1", "--organ", "yunxj")
    assert near.code == 2
    assert "the nearest: yunxi" in near.err


def test_an_own_directory_has_its_own_organ(tmp_path: Path) -> None:
    """Without a list --organ names the only organ or nothing; a list begun there keeps the own organ first."""
    home = tmp_path / "yunxi"
    shutil.copytree(support.replayed(support.YUNXI).directory, home)
    shutil.copytree(support.replayed(support.SCENARIOS / "solo.yaml").directory, tmp_path / "solo")
    assert zeren(home, "entries", "--organ", "yunxi").code == 0
    assert zeren(home, "entries", "--organ", "solo").code == 2
    assert zeren(home, "ledgers", "add", str(tmp_path / "solo")).code == 0
    places = [line for line in (home / NAME).read_text(encoding="utf-8").splitlines() if line.startswith("place")]
    assert (places[:2], len(places)) == (['place = "."', 'place = "."'], 4)
    assert zeren(home, "entries", "--organ", "yunxi").code == 0


def test_a_listed_ledger_that_is_gone_is_named(tmp_path: Path) -> None:
    """The list says which and the exit code is the worst; the others are listed as they stand."""
    directory = city()
    (directory / "solo" / "case.db").unlink()
    listed = zeren(directory, "ledgers", "list")
    assert listed.code == 3
    assert "case.db is gone" in listed.out
    assert listed.out.count("can be asked") == 3
    shutil.rmtree(directory / "solo")
    assert zeren(directory, "ledgers", "list").code == 6
    assert zeren(directory, "holders", "secretary", "--organ", "yunxi").code == 0


def test_every_ledger_is_verified_and_a_tampered_row_named(tmp_path: Path) -> None:
    """Each ledger of each organ is a job: a table or JSON lines, the findings with organ and entry, the worst code."""
    directory = city()
    well = zeren(directory, "verify", "--all", "--jobs", "2")
    assert well.code == 0, well.err
    assert well.out.splitlines()[-1] == "4 ledgers: 4 valid"
    with tampering(directory / "solo" / "duty.db") as connection:
        connection.execute("UPDATE stored_events SET entry = CAST(entry || x'0a' AS BLOB) WHERE rowid = 18")
    for jobs in ("1", "2"):
        found = zeren(directory, "verify", "--all", "--jobs", jobs)
        assert found.code == 3
        said = found.out[found.out.index("\n\n") :]
        assert "solo  duty" in said
        assert "#17" in said
        assert "yunxi" not in said
    lines = zeren(directory, "verify", "--all", "--json").out.splitlines()
    verdicts = {(row["name"], row["kind"]): row["verdict"] for row in map(json.loads, lines)}
    assert verdicts == {
        ("yunxi", "duty"): "valid", ("yunxi", "case"): "valid", ("solo", "duty"): "invalid", ("solo", "case"): "valid",
    }  # fmt: skip
    shutil.rmtree(directory / "solo")
    gone = zeren(directory, "verify", "--all")
    assert gone.code == 3
    assert "duty.db is gone" in gone.out


def test_the_views_of_every_organ_are_proved_with_its_ledgers(tmp_path: Path) -> None:
    """`verify --all --views`: a job for each directory; a row that was changed is named with its organ, exit 3, and
    views that nobody made are *incomplete*."""
    directory = city()
    assert zeren(directory, "views", "rebuild", "--all").code == 0
    for jobs in ("1", "2"):
        well = zeren(directory, "verify", "--all", "--views", "--jobs", jobs)
        assert well.code == 0, well.err
        assert well.out.splitlines()[-2:] == ["4 ledgers: 4 valid", "views of 2 directories: 2 valid"]
    views = organs_of(directory).find("solo").home.views
    with closing(sqlite3.connect(views)) as connection, connection:
        connection.execute("UPDATE ledgers SET origin = origin || 'x' WHERE id = 1")
    found = zeren(directory, "verify", "--all", "--views")
    assert found.code == 3
    assert "solo  views" in found.out
    assert found.out.splitlines()[-2:] == ["4 ledgers: 4 valid", "views of 2 directories: 1 valid, 1 invalid"]
    lines = zeren(directory, "verify", "--all", "--views", "--json").out.splitlines()
    verdicts = {row["name"]: row["verdict"] for row in map(json.loads, lines) if row["kind"] == "views"}
    assert verdicts == {"yunxi": "valid", "solo": "invalid"}
    views.unlink()
    assert zeren(directory, "verify", "--all", "--views").code == 4


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--jobs", "2"),
        ("verify", "--all", "--since", "README.md"),
        ("verify", "--all", "--organ", "yunxi"),
        ("views", "rebuild", "--jobs", "2"),
        ("--organ", "yunxi", "views", "rebuild", "--all"),
    ],
)
def test_what_is_of_one_ledger_does_not_go_with_all(words: tuple[str, ...]) -> None:
    """Refused as bad input, before anything is checked."""
    assert zeren(support.replayed(support.YUNXI).directory, *words).code == 2


def test_the_views_of_every_organ_are_rebuilt(tmp_path: Path) -> None:
    """One line for each organ with the digest that it has alone; a damaged one holds up no other."""
    directory = city()
    alone = zeren(directory / "yunxi", "views", "rebuild", "--json")
    lines = zeren(directory, "views", "rebuild", "--all", "--json", "--jobs", "2").out.splitlines()
    rows = {row["name"]: row for row in map(json.loads, lines)}
    assert set(rows) == {"yunxi", "solo"}
    assert rows["yunxi"]["digest"] == json.loads(alone.out)["digest"]
    (directory / "solo" / "duty.db").write_bytes(b"x" * 4096)
    mixed = zeren(directory, "views", "rebuild", "--all", "--compare")
    assert mixed.code == 2
    assert rows["yunxi"]["digest"] in mixed.out


def test_the_directory_beside_the_list_is_backed_up_alone(tmp_path: Path) -> None:
    """`--organ .` is the directory itself: its list and access ledger are copied, nothing of the organs below it."""
    directory = city()
    create_access_ledger(Home(directory), b"passphrase of the tests", organs_of(directory).organs[0].home)
    assert zeren(directory, "backup", str(tmp_path / "all")).code == 2
    made = zeren(directory, "--organ", ".", "backup", str(tmp_path / "own"))
    assert made.code == 0, made.err
    files = {path.relative_to(tmp_path / "own").as_posix() for path in (tmp_path / "own").rglob("*") if path.is_file()}
    assert {"access.db", NAME} <= files
    assert not [name for name in files if name.startswith(("yunxi/", "solo/"))]
    assert zeren(directory, "--organ", ".", "verify").code == 0
