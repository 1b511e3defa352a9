"""What is written for other programs: tables whole, typed, with the heads that they rest on."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.test_cli import SIZES
from tests.support import replayed as support
from tests.support.command import zeren


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("export") / "tables"
    outcome = zeren(support.replayed(support.YUNXI).directory, "export", "tables", str(directory))
    assert (0, 1) == (outcome.code, outcome.err.count("\n"))
    assert outcome.err.endswith(": no head known from elsewhere\n")  # of the case ledger
    return directory


def test_every_table_is_described_and_rests_on_heads(tables: Path) -> None:
    """schema.json names each file with its rows, its digest and its columns, and the ledgers with their sizes."""
    schema = json.loads((tables / "schema.json").read_text(encoding="utf-8"))

    assert list(SIZES.items()) == [(head["kind"], head["entries"]) for head in schema["ledgers"]]
    assert {path.name for path in tables.glob("*.csv")} == {table["file"] for table in schema["tables"]}
    for table in schema["tables"]:
        with (tables / table["file"]).open(encoding="utf-8-sig", newline="") as file:
            heads, *rows = csv.reader(file)
        assert (heads, table["rows"]) == ([column["name"] for column in table["columns"]], len(rows))
        for column, shape in enumerate(each["type"] for each in table["columns"]):
            values = [row[column] for row in rows if row[column]]
            assert shape != "integer" or all(value.lstrip("-").isdigit() for value in values)
            assert shape != "date" or all(len(value) == 10 for value in values)
            assert shape != "boolean" or {"true", "false"} >= set(values)


def test_tables_hold_what_the_questions_answer(tables: Path) -> None:
    """As many obligations and signals as the commands give, every entry of both ledgers, and the lines of registers."""
    place = support.replayed(support.YUNXI).directory

    def rows(name: str) -> int:
        with (tables / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return sum(1 for _ in csv.DictReader(file))

    def answer(*words: str, member: str) -> int:
        return len(json.loads(zeren(place, *words, "--json").out)[member])

    assert sum(SIZES.values()) == rows("entries")
    assert answer("obligations", member="items") == rows("obligations")
    assert answer("signals", member="items") == rows("signals")
    assert answer("table", "leads", member="items") == rows("leads")


@pytest.mark.parametrize("ending", ["csv", "ndjson", "xlsx"])
def test_entries_are_one_file(tmp_path: Path, ending: str) -> None:
    """All entries of one ledger, without texts; another ending and a ledger that is not there are refused."""
    place = support.replayed(support.YUNXI).directory
    file = tmp_path / f"entries.{ending}"
    made = json.loads(zeren(place, "export", "entries", str(file), "--json").out)
    wrong = zeren(place, "export", "entries", str(tmp_path / "entries.doc"))

    assert (SIZES["duty"], True) == (made["rows"], file.stat().st_size > 0)
    assert (2, True) == (wrong.code, ".csv, .ndjson, .xlsx" in wrong.err)
