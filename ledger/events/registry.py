"""The registry of frozen type names: which class reads and writes which type (FORMAT.md section 2).

Type names on disk are never Python paths: a class may move or be renamed, its TYPE may not. The classes are those of
the latest list (`ledger.events.lists`) and of every type that it closes. What they say beyond the last released list
`python -m ledger.events.registry` writes into the next one, under way until it is released; never over a released one.
"""

import json
import sys
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ledger.errors import Incomplete
from ledger.events import access, acts, batches, case_work, office, records, register, tenure, trust
from ledger.events.base import Payload
from ledger.events.fields import FieldSpec
from ledger.events.flat import field_specs
from ledger.events.lists import RELEASED, UNDER_WAY, latest_list, list_bytes, pattern_of


def _concrete(module: Any) -> Iterator[type[Payload]]:
    for item in vars(module).values():
        if isinstance(item, type) and issubclass(item, Payload) and "TYPE" in vars(item):
            yield item


TYPES: dict[str, type[Payload]] = {
    cls.TYPE: cls
    for module in (trust, register, tenure, acts, office, records, case_work, access, batches)
    for cls in _concrete(module)
}
"""Every event type that this version knows, by frozen name."""


def kinds(wanted: Callable[[type[Payload]], object]) -> tuple[type[Payload], ...]:
    """The classes of which this holds: engines ask the class and keep no tables of classes."""
    return tuple(cls for cls in TYPES.values() if wanted(cls))


def payload_class(name: str) -> type[Payload]:
    """The payload class of a frozen type name; raises Incomplete for a type that is not in the list."""
    try:
        return TYPES[name]
    except KeyError:
        raise Incomplete(
            "event type {!r} is not in this version's list; check with the version that wrote it", name
        ) from None


@cache
def specs(name: str) -> dict[str, FieldSpec]:
    """The type's field list by name pattern (`*` where a list number stands)."""
    return {spec.name: spec for spec in field_specs(payload_class(name))}


@lru_cache(maxsize=16_384)
def spec_of(type_name: str, field_name: str) -> FieldSpec | None:
    """The row for a field name as it stands in a body; None where the type has no such field."""
    rows = specs(type_name)
    pattern = pattern_of(field_name)
    return rows.get(pattern) or rows.get(pattern + ".*")  # the bare name of a list stands for an empty one


def type_lists() -> list[dict[str, Any]]:
    """The latest list as data, in order of type name; the fields that a type had in the released ones come first."""
    rows = []
    released = _released_fields()
    for name, cls in sorted(TYPES.items()):
        found = specs(name)
        order = dict.fromkeys([*released.get(name, ()), *found])
        row = {
            "type": name,
            "opens": cls.OPENS,
            "stream": cls.JOINS,
            "ledgers": list(cls.LEDGERS),
            "author": list(cls.AUTHORS),
            "cosigners": list(cls.COSIGNERS),
            "fields": [[s.name, s.field_class, s.about, s.reference] for s in map(found.__getitem__, order)],
        }
        rows.append(row | ({"closed": True} if cls.CLOSED else {}))
    return rows


def _released_fields() -> dict[str, list[str]]:
    """The field names of each type in the last released list, in order."""
    return {row["type"]: [field[0] for field in row["fields"]] for row in json.loads(list_bytes(RELEASED[-1]))}


def types_digest() -> str:
    """base64 SHA-256 of the latest list's RFC 8785 form; the `types` field of a new ledger's genesis."""
    return latest_list().digest


def format_lists() -> str:
    """The text of the latest list's file, one type a line, so that a change shows as a changed line."""
    return "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in type_lists()) + "\n]\n"


def write_list(directory: Path) -> Path | None:
    """Writes the list under way into a directory of lists; None where the classes say no more than the last released.

    Raises FileExistsError for a number that is not the one under way: what stands there may be a released list.
    """
    number, text = RELEASED[-1] + 1, format_lists().encode()
    if UNDER_WAY is None and text == list_bytes(RELEASED[-1]):
        return None
    path = directory / f"{number}.json"
    if number != UNDER_WAY and path.exists():
        raise FileExistsError(path)
    path.write_bytes(text)
    return path


if __name__ == "__main__":
    written = write_list(Path(__file__).parent / "types")
    said = f"wrote {written}; UNDER_WAY in ledger/events/lists.py names its number" if written else "nothing to write"
    sys.stdout.write(f"list {RELEASED[-1]} is released and stays as it is; {said}\n")
