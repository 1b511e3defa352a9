"""What commands print: JSON for programs, aligned tables for people (East Asian wide characters count two columns)."""

import dataclasses
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An aligned table with a rule under the heads."""
    lines = [heads, *rows]
    widths = [max(width(line[column]) for line in lines) for column in range(len(heads))]
    text = []
    for number, line in enumerate(lines):
        cells = [cell + " " * (size - width(cell)) for cell, size in zip(line, widths, strict=True)]
        text.append("  ".join(cells).rstrip())
        if number == 0:
            text.append("  ".join("-" * size for size in widths))
    return "\n".join(text)


def plain(value: Any) -> Any:
    """A value as JSON has it: dates as text, decimals exact as text, dataclasses as maps."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.hex() if isinstance(value, bytes) else value


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def print_lines(*lines: str) -> None:
    """Lines on standard output."""
    for line in lines:
        click.echo(line)


def note(text: str) -> None:
    """A message for the person at the terminal: standard error, never mixed with the answer."""
    click.echo(text, err=True)
