"""What stands in an entry, field by field in words, for readers without the program."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ledger.events.fields import ERASED_TEXT, EntryReference
from ledger.events.flat import Shape, shapes
from ledger.events.record import Recorded
from projections.language.narrator import Narrator
from projections.language.titles import field_word, is_field
from projections.obligations.table import table

_ELSEWHERE = ("ref", "occurred_at", "pin", "imported", "case")
"""Fields that an entry's head says, or that only a machine reads."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SPANS = ("for_period",)
_POSTS = ("post",)
_IDS = ("id", "rulebook", "field", "form", "outcome", "result")
"""Structural fields whose words are the record's own."""


def contents(narrator: Narrator, record: Recorded) -> Iterator[str]:
    """A line per field: what it is called, and its value with names, days and fixed words written out; texts last."""
    for attribute, shape in sorted(shapes(type(record.payload)), key=lambda pair: pair[1].meta["class"] == "erasable"):
        value = getattr(record.payload, attribute)
        if value is None or value == () or shape.name in _ELSEWHERE:
            continue
        said = _value(narrator, record, shape, value)
        if said:
            yield f"{title(narrator, shape.name)}{narrator.text(': ')}{said}"


def references(payload: Any) -> tuple[EntryReference, ...]:
    """The entries that the contents of a payload name."""
    found: list[EntryReference] = []
    for attribute, shape in shapes(type(payload)):
        value = getattr(payload, attribute)
        if value is None or shape.name in _ELSEWHERE:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, EntryReference):
                found.append(one)
            elif shape.record is not None:
                found += references(one)
    return tuple(found)


def title(narrator: Narrator, name: str) -> str:
    """What a field is called."""
    return narrator.text(field_word(name)) if is_field(name) else narrator.quoted(name)


def _value(narrator: Narrator, record: Recorded, shape: Shape, value: Any) -> str:
    if shape.name == "claims":
        return narrator.listed(_obligation(narrator, id_) for id_ in value)
    values = value if isinstance(value, tuple) else (value,)
    if shape.record is not None:
        rows = [_record(narrator, record, row) for row in values]
        return narrator.text("; ").join(row for row in rows if row)
    return narrator.listed(_one(narrator, record, shape, one) for one in values)


def _obligation(narrator: Narrator, id_: str) -> str:
    known = table().obligations.get(id_)
    return f"{known.title.of(narrator.speech)}{narrator.aside(id_)}" if known is not None else id_


def _record(narrator: Narrator, record: Recorded, row: Any) -> str:
    parts = []
    for attribute, shape in shapes(type(row)):
        value = getattr(row, attribute)
        if value is None or value == ():
            continue
        said = _value(narrator, record, shape, value)
        if said:
            parts.append(f"{title(narrator, shape.name)} {said}")
    return narrator.text(", ").join(parts)


def _one(narrator: Narrator, record: Recorded, shape: Shape, value: Any) -> str:  # noqa: PLR0911 - a case per kind
    match value:
        case bool():
            return narrator.text("yes") if value else narrator.text("no")
        case EntryReference():
            found = narrator.facts.refs(record, value)
            return narrator.entries(found) if found else narrator.text("an entry that is not at hand")
        case date() | datetime():
            return narrator.when(value)
        case Decimal():
            return narrator.amount(value, narrator.facts.rules.unit_of_money)
        case str() if value == ERASED_TEXT:
            return narrator.text("(erased or withheld)")
        case str() if shape.meta["about"] is not None:
            return narrator.name(value)
        case str() if shape.meta["class"] == "erasable":
            return narrator.quoted(value)
        case str():
            return _loose(narrator, value) if shape.name == "new_value" else _word(narrator, shape.name, value)
        case Mapping():
            return narrator.text(", ").join(
                f"{title(narrator, name) if is_field(name) else name} {_loose(narrator, inner)}"
                for name, inner in value.items()
            )
        case list() | tuple():
            return narrator.text(", ").join(_loose(narrator, inner) for inner in value)
    return str(value)


def _loose(narrator: Narrator, value: Any) -> str:
    """A value whose kind the entry does not say: of a correction."""
    if isinstance(value, Mapping):
        return narrator.text(", ").join(
            f"{title(narrator, name)} {_loose(narrator, inner)}" for name, inner in value.items()
        )
    if isinstance(value, list | tuple):
        return narrator.text(", ").join(_loose(narrator, inner) for inner in value)
    if not isinstance(value, str):
        return str(value)
    if value in narrator.known:
        return narrator.name(value)
    if _DAY.fullmatch(value):
        return narrator.day(date.fromisoformat(value))
    return narrator.word(value)


def _word(narrator: Narrator, name: str, value: str) -> str:
    if name in _SPANS:
        return narrator.span(value)
    if name in _POSTS:
        return narrator.post(value)
    if name == "field" and is_field(value.partition(".")[0]):
        return title(narrator, value.partition(".")[0])
    return narrator.quoted(value) if name in _IDS or not value.isascii() else narrator.word(value)
