"""A list as a Parquet file, its columns typed as its description says; written by DuckDB (extra `tables`)."""

import csv
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ledger.errors import NotInstalled
from ledger.extras import install_command
from projections.reports.exports import cell, columns_of

TYPES = {"integer": "BIGINT", "date": "DATE", "boolean": "BOOLEAN", "text": "VARCHAR"}
"""What the types of columns (`exports.FORMATS`) are in SQL."""


def check_parquet() -> None:
    """Raises NotInstalled where what writes it is not there."""
    if find_spec("duckdb") is None:
        raise NotInstalled("Parquet files need duckdb; install it with: {}", install_command("tables"))


def parquet_file(file: Path, row_type: type, rows: Iterable[Any]) -> None:
    """Writes the rows; what is empty is NULL. Texts are as they are: nothing of Parquet is taken for a formula."""
    import duckdb

    columns = columns_of(row_type)
    with tempfile.TemporaryDirectory(dir=file.parent) as place, duckdb.connect() as database:
        between = Path(place) / "rows.csv"
        with between.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([cell(getattr(row, name)) for name in columns] for row in rows)
        shape = ", ".join(f"{quoted(name)} {TYPES[kind]}" for name, kind in columns.items())
        database.execute(f"CREATE TABLE listed ({shape})")
        database.execute(f"COPY listed FROM {_text(between)} (FORMAT csv, HEADER false, AUTO_DETECT false, {_CSV})")
        database.execute(f"COPY listed TO {_text(file)} (FORMAT parquet)")


_CSV = "DELIMITER ',', QUOTE '\"', ESCAPE '\"', NEW_LINE '\\r\\n'"
"""How Python writes CSV, said so that nothing is guessed."""


def _text(file: Path) -> str:
    """A file's name as a text in SQL."""
    return "'" + str(file).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'
