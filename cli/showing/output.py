"""What commands print: JSON for programs, aligned tables for people (East Asian wide characters count two columns)."""

import json
import sys
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import click

from cli.showing.gone import say
from projections.language.catalogue import _
from projections.questions.plain import plain


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@cache
def _columns(char: str) -> int:
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An aligned table with a rule under the heads."""
    lines = [heads, *rows]
    columns = [[width(cell) for cell in line] for line in lines]
    widths = [max(column) for column in zip(*columns, strict=True)]
    text = []
    for number, (line, taken) in enumerate(zip(lines, columns, strict=True)):
        cells = [cell + " " * (size - own) for cell, own, size in zip(line, taken, widths, strict=True)]
        text.append("  ".join(cells).rstrip())
        if number == 0:
            text.append("  ".join("-" * size for size in widths))
    return "\n".join(text)


def print_json(value: Any) -> None:
    """One JSON document on standard output; in ASCII where the reader's code page lacks letters that JSON may hold."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    say(json.dumps(plain(value), ensure_ascii=not unicode, indent=2))


def print_lines(*lines: str) -> None:
    """Lines on standard output."""
    for line in lines:
        say(line)


def labelled(label: str, said: object) -> str:
    """A line of a report: what it is, and what is said of it."""
    return f"  {label}: {said}"


def note(text: str) -> None:
    """A message for the person at the terminal: standard error, never mixed with the answer."""
    click.echo(text, err=True)


def mark_text(mark: str) -> str:
    """A mark of a report in the reader's language; `disputed by` carries the name of who claimed it."""
    from ledger.verify.ledger_report import DISPUTED  # with the whole check behind it

    who = mark.removeprefix(DISPUTED)
    return _("disputed by {who}").format(who=who) if who != mark else _(mark)


def spaced(digest: str) -> str:
    """Hex digits in groups of four, to be read out."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
