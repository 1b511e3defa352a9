"""The queries that README shows over the exported tables give what the questions give."""

import csv
import io
import json
import os
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request

import duckdb
import pytest

from projections.questions.obligations import STATUSES
from tests.support import web
from tests.support.command import zeren
from tests.support.replayed import YUNXI, replayed

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
OF_PARQUET, OF_API = ([each.strip() for each in block.split(";") if each.strip()] for block in QUERIES)
COLUMNS: dict[str, list[str]] = json.loads((ROOT / "tests/assets/columns.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("queries")
    done = zeren(replayed(YUNXI).directory, "export", "tables", str(place / "tables"), "--parquet")
    assert done.code == 0, done.err
    return place


@pytest.fixture
def database(place: Path) -> Iterator[Any]:
    before = Path.cwd()
    os.chdir(place)
    with duckdb.connect() as made:
        yield made
    os.chdir(before)


@pytest.mark.parametrize("number", range(5))
def test_every_query_answers(number: int, database: Any) -> None:
    """Each of the five has rows of the demonstration."""
    assert len(OF_PARQUET) == 5
    assert database.execute(OF_PARQUET[number]).fetchall()


def test_the_three_lines_over_csv_answer(database: Any) -> None:
    """What is shown beside the client of the API reads the CSV files that are exported too."""
    *before, last = OF_API
    for statement in before:
        database.execute(statement)
    assert database.execute(last).fetchall()


def test_they_say_what_the_questions_say(database: Any) -> None:
    """As many obligations by status as the command tells, typed days, every line of the CSV files."""
    told = json.loads(zeren(replayed(YUNXI).directory, "obligations", "--json").out)["items"]
    counted = database.execute(OF_PARQUET[0]).fetchall()
    assert sum(row[2] for row in counted) == sum(1 for row in told if row["half"])
    unmet = {half: n for half, status, n in counted if status == "unmet"}
    assert unmet["2024H1"] == sum(1 for row in told if (row["half"], row["status"]) == ("2024H1", "unmet"))
    for table in json.loads(Path("tables/schema.json").read_text(encoding="utf-8"))["tables"]:
        rows = database.execute(f"SELECT count(*) FROM 'tables/{table['parquet']}'").fetchone()
        assert rows == (table["rows"],)
        described = database.execute(f"DESCRIBE SELECT * FROM 'tables/{table['parquet']}'").fetchall()
        assert [row[0] for row in described] == [column["name"] for column in table["columns"]]


def test_columns_keep_their_names(place: Path) -> None:
    """What stands in tests/assets/columns.json stays, in its order; whoever adds a column adds it there."""
    schema = json.loads((place / "tables" / "schema.json").read_text(encoding="utf-8"))
    now = {
        table["file"].removesuffix(".csv"): [column["name"] for column in table["columns"]]
        for table in schema["tables"]
    }
    assert now == COLUMNS


def test_the_client_in_ten_lines_reads_what_the_api_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """README's lines as they stand, asked of the API; without pandas a reader of csv stands in for it."""
    block = next(each for each in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "import pandas" in each)
    home = web.copied(web.home())
    app, asked = web.application(home), []

    def answered(request: Request) -> io.BytesIO:
        asked.append(request.full_url)
        path = request.full_url.removeprefix("https://zeren.example")
        answer = app.test_client().get(path, headers=dict(request.header_items()))
        assert answer.status_code == 200, answer.text
        return io.BytesIO(answer.data)

    monkeypatch.setenv("ZEREN_TOKEN", web.token(home, "duties", "persons", "export"))
    monkeypatch.setattr("urllib.request.urlopen", answered)
    rows: list[dict[str, str]] = []
    try:
        import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]  # in no environment of ours
    except ImportError:
        pandas = types.ModuleType("pandas")

        def read_csv(answer: io.BytesIO, *, encoding: str, dtype: type[str]) -> list[dict[str, str]]:
            rows.extend(csv.DictReader(io.StringIO(answer.read().decode(encoding))))
            return rows

        monkeypatch.setattr(pandas, "read_csv", read_csv, raising=False)
        monkeypatch.setitem(sys.modules, "pandas", pandas)
        block = block[: block.index("print(")]
    found: dict[str, object] = {}
    exec(block, found)  # noqa: S102 - README's own words
    web.close(app)
    assert asked == ["https://zeren.example/api/v1/obligations?period=2024&format=csv"]
    if rows:
        assert {"owner_name", "status"} <= rows[0].keys()
        assert {row["status"] for row in rows} <= set(STATUSES)
        assert found["owed"] is rows
