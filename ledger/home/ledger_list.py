"""The list of many ledgers, `ledgers.toml`: where each lies, and which one it is.

```toml
[[ledger]]
origin = "zeren.example/aid/duty"
place = "organs/aid"                 # a ledger directory, from the list's own directory
fingerprint = "<base64>"             # by which the ledger found there is known to be the one meant
kind = "duty"                        # or case; duty where it is left out
title = "..."                        # how the organ is called in lists; may be left out
```

It is read strictly and whole: every fault is one line that names the file and the ledger, and nothing is opened.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ledger.core.encoding import b64decode
from ledger.core.names import check_origin
from ledger.errors import BadInput, Malformed, ZerenError
from ledger.frozen import dataclass
from ledger.writing import replace_private

NAME = "ledgers.toml"
KINDS = ("duty", "case")
_NEEDED, _FURTHER = ("origin", "place", "fingerprint"), ("kind", "title")
_HASH = 32
"""Bytes of a fingerprint."""


@dataclass(frozen=True, slots=True)
class ListedLedger:
    """One ledger of the list; `place` as it is written there."""

    origin: str
    place: str
    fingerprint: str
    kind: str = "duty"
    title: str = ""


def read_registry(directory: Path) -> tuple[ListedLedger, ...] | None:
    """The list in this directory; None where there is none. Raises BadInput, a line for each fault."""
    path = directory / NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput("{} cannot be read: {}", path, error.strerror) from None
    return parse_registry(data, path)


def parse_registry(data: bytes, path: Path) -> tuple[ListedLedger, ...]:
    """The rows of a list, in their order. Raises BadInput, a line for each fault."""
    import tomllib  # where there is a list

    try:
        found = tomllib.loads(data.decode("utf-8"))
    except ValueError as error:  # no UTF-8, or no TOML
        raise BadInput("{} is no list of ledgers in TOML: {}", path, error) from None
    tables = found.get("ledger", [])
    faults: list[ZerenError] = [
        BadInput("{}: there is no {!r} in a list of ledgers; each ledger is a table [[ledger]]", path, name)
        for name in found
        if name != "ledger"
    ]
    rows: list[tuple[int, ListedLedger]] = []
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append(BadInput("{}: each ledger is a table [[ledger]]", path))
        tables = []
    for number, table in enumerate(tables, start=1):
        wrong = list(_faults(table))
        faults += [BadInput("{}, ledger {}: {}", path, number, fault) for fault in wrong]
        if not wrong:
            rows.append((number, ListedLedger(**table)))
    faults += _twice(path, rows)
    if not tables and not faults:
        faults.append(BadInput("{} lists no ledger; add one with: zeren ledgers add DIR", path))
    if faults:
        raise BadInput("{}" + "\n{}" * (len(faults) - 1), *faults)
    return tuple(row for _, row in rows)


def _faults(table: Mapping[str, Any]) -> Iterator[ZerenError]:
    names = (*_NEEDED, *_FURTHER)
    yield from (BadInput("the key {} is missing", name) for name in _NEEDED if name not in table)
    for name, value in table.items():
        if name not in names:
            yield BadInput("there is no key {!r}; there are: {}", name, ", ".join(names))
        elif not isinstance(value, str):
            yield BadInput("{} is a text in quotation marks, not {!r}", name, value)
        elif (fault := _CHECKS[name](value)) is not None:
            yield fault


def _origin(text: str) -> ZerenError | None:
    try:
        check_origin(text)
    except Malformed as error:
        return error
    return None


def _place(text: str) -> ZerenError | None:
    if not text.strip() or "\0" in text or "://" in text:
        return BadInput("{!r} is no place; name a directory with a ledger", text)
    return None


def _fingerprint(text: str) -> ZerenError | None:
    try:
        whole = len(b64decode(text)) == _HASH
    except (ValueError, Malformed):
        whole = False
    return None if whole else BadInput("{!r} is no fingerprint, which is the base64 of 32 bytes", text)


def _kind(text: str) -> ZerenError | None:
    return None if text in KINDS else BadInput("{} is one of {}, not {!r}", "kind", ", ".join(KINDS), text)


_CHECKS: Mapping[str, Callable[[str], ZerenError | None]] = {
    "origin": _origin,
    "place": _place,
    "fingerprint": _fingerprint,
    "kind": _kind,
    "title": lambda _text: None,
}


def _twice(path: Path, rows: Sequence[tuple[int, ListedLedger]]) -> Iterator[ZerenError]:
    """Names that stand for two ledgers: none of them may."""
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        where = os.path.normpath(path.parent / row.place)
        for key, said in (
            (("origin", row.origin), row.origin),
            (("fingerprint", row.fingerprint), row.fingerprint),
            (("place", where, row.kind), f"{row.place} ({row.kind})"),
        ):
            first = seen.setdefault(key, number)
            if first != number:
                yield BadInput("{}: ledgers {} and {} have the same {}: {}", path, first, number, key[0], said)


def format_row(row: ListedLedger) -> str:
    """The row as a table of the list."""
    lines = [f"{name} = {_quoted(getattr(row, name))}" for name in _NEEDED]
    lines += [f"{name} = {_quoted(text)}" for name in _FURTHER if (text := getattr(row, name)) != "" and text != "duty"]
    return "\n".join(["[[ledger]]", *lines, ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # what JSON escapes TOML reads, all but DEL


def add_rows(directory: Path, rows: Sequence[ListedLedger]) -> tuple[ListedLedger, ...]:
    """Adds ledgers at the end of the list, which is made where there is none; what stands in it stays as it is.

    Raises BadInput, and changes nothing, where the list then has a fault.
    """
    path = directory / NAME
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if before and not before.endswith("\n"):
        before += "\n"
    text = "\n".join([*([before] if before else []), *map(format_row, rows)])
    made = parse_registry(text.encode(), path)
    replace_private(path, text.encode())
    return made
