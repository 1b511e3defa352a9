"""The registry of frozen type names and the frozen lists in `ledger/types.json` (FORMAT.md section 2).

Type names on disk are never Python paths: a class may move or be renamed, its TYPE may not. `types.json` is part of
the format; a ledger commits to it in its genesis entry, and a ledger made with another list is refused. Write it anew
by `python -m ledger.events.registry > ledger/types.json`.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from ledger.core.encoding import b64encode, canonical_json
from ledger.errors import Incomplete
from ledger.events import access, acts, batches, cases, records, register, tenure, trust
from ledger.events.base import Payload
from ledger.events.fields import FieldSpec, field_specs


def _concrete(module: Any) -> Iterator[type[Payload]]:
    for item in vars(module).values():
        if isinstance(item, type) and issubclass(item, Payload) and "TYPE" in vars(item):
            yield item


TYPES: dict[str, type[Payload]] = {
    cls.TYPE: cls
    for module in (trust, register, tenure, acts, records, cases, access, batches)
    for cls in _concrete(module)
}
"""Every event type that this version knows, by frozen name."""


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


def pattern_of(field_name: str) -> str:
    """`attendees.3` -> `attendees.*`."""
    return ".".join("*" if part.isdigit() else part for part in field_name.split("."))


@lru_cache(maxsize=16_384)
def spec_of(type_name: str, field_name: str) -> FieldSpec | None:
    """The row for a field name as it stands in a body; None where the type has no such field."""
    rows = specs(type_name)
    pattern = pattern_of(field_name)
    return rows.get(pattern) or rows.get(pattern + ".*")  # the bare name of a list stands for an empty one


def type_lists() -> list[dict[str, Any]]:
    """The frozen lists as data, in order of type name."""
    return [
        {
            "type": name,
            "opens": cls.OPENS,
            "ledgers": list(cls.LEDGERS),
            "author": list(cls.AUTHORS),
            "cosigners": list(cls.COSIGNERS),
            "fields": [[s.name, s.field_class, s.about, s.reference] for s in specs(name).values()],
        }
        for name, cls in sorted(TYPES.items())
    ]


def frozen_lists() -> bytes:
    """The bytes of `ledger/types.json` as shipped."""
    return resources.files("ledger").joinpath("types.json").read_bytes()


@cache
def types_digest() -> str:
    """base64 SHA-256 of the lists' RFC 8785 form; the `types` field of genesis."""
    return b64encode(hashlib.sha256(canonical_json(type_lists())).digest())


def format_lists() -> str:
    """The text of `ledger/types.json`: the lists, one type a line, so that a change shows as a changed line."""
    return "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in type_lists()) + "\n]\n"


if __name__ == "__main__":
    sys.stdout.write(format_lists())
