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
        read = database.read_csv(
            str(between),
            header=False,
            columns={name: TYPES[kind] for name, kind in columns.items()},
            auto_detect=False,
            sep=",",
            quotechar='"',
            escapechar='"',
        )
        read.write_parquet(str(file))
