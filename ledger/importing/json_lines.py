"""Rows from JSON lines: one object a line, strictly read."""

import io
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.importing.source import FileBytes, Row, decode

MAX_LINE = 1_000_000


@dataclass(frozen=True, slots=True)
class JsonLines:
    """A file of JSON lines."""

    file: FileBytes
    sheet: str = ""
    notes: Sequence[BadInput] = ()

    def rows(self) -> Iterator[Row]:
        """A row for each line that is not blank. Raises BadInput naming the line."""
        for number, line in enumerate(io.StringIO(decode(self.file)), start=1):
            if line.strip():
                yield Row(number, str(number), self._object(number, line), {})

    def _object(self, number: int, line: str) -> dict[str, Any]:
        if len(line) > MAX_LINE:
            raise BadInput("{}, line {}: longer than {} characters", self.file.name, number, MAX_LINE)
        try:
            value = json.loads(line, object_pairs_hook=_members_once, parse_float=Decimal, parse_constant=_no_constant)
        except BadInput as error:
            raise BadInput("{}, line {}: {}", self.file.name, number, error) from None
        except (ValueError, RecursionError) as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
            raise BadInput("{}, line {}: this is not JSON ({})", self.file.name, number, what) from None
        if not isinstance(value, dict):
            raise BadInput("{}, line {}: each line is an object such as {}", self.file.name, number, '{"ref": "T1"}')
        return value


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise BadInput("the key {!r} stands twice; remove one", twice)
    return members


def _no_constant(word: str) -> Any:
    raise BadInput("{} is no number", word)
