"""Reading one value as a person writes it: strict about meaning, lenient about harmless spellings.

Every reader returns the value's form in the body (FORMAT.md section 2) and raises BadInput that says what is wrong and
what to write. Nothing is guessed: a number where a day is meant or a time without a day is refused.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from ledger.core.encoding import b64encode, canonical_json
from ledger.errors import BadInput, Malformed
from ledger.events.fields import EntryReference, Json, format_decimal
from ledger.events.words import chinese, meant
from ledger.frozen import dataclass
from ledger.recording.forms import Column
from ledger.recording.likely import near
from ledger.recording.moments import period_in, read_when
from ledger.recording.party_finder import Parties
from ledger.recording.texts import read_line, read_name, read_text

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})", re.ASCII)
_SPLIT = re.compile(r"[;；\n]")
_SPLIT_IDS = re.compile(r"[;；,，、\n]")
YES, NO = ("true", "yes", "y", "是", "有"), ("false", "no", "n", "否", "无")


@dataclass(frozen=True, slots=True)
class Context:
    """What reading needs to know of the ledger that is written."""

    zone: tzinfo
    parties: Parties
    entry: Callable[[str], EntryReference]
    """The entry of a number such as E060 or #41; raises BadInput."""
    cited: Callable[[str], EntryReference]
    """The same for a field that only refers to it: also an entry of a ledger that this one continues."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Words in the reader's language that stand for a field's fixed words (科室: department)."""


def read_value(column: Column, raw: Any, context: Context) -> Json:
    """One value of this column in its form in the body. Raises BadInput."""
    match column.kind:
        case "text":
            return _word(column, raw, context)
        case "entry":
            find = context.cited if column.reference == "cites" else context.entry
            reference = find(read_line(raw))
            value: Json = [reference.fingerprint, reference.position, b64encode(reference.leaf_hash)]
            return value
        case "day" | "when" | "moment":
            return read_when(column.kind, raw, context.zone)
        case "whole" if column.span == "year" and isinstance(raw, str):
            return _read_year(raw)
    return _READERS[column.kind](raw)


def split(column: Column, raw: Any) -> list[Any]:
    """The values of a list column: a list as it is; a text parted at ; or a new line, ids also at 、 and a comma."""
    if isinstance(raw, list | tuple):
        return list(raw)
    if not isinstance(raw, str):
        return [raw]
    plain = column.about is None and not column.in_one and column.kind == "text"
    return [part.strip() for part in (_SPLIT if plain else _SPLIT_IDS).split(raw) if part.strip()]


def is_blank(raw: Any) -> bool:
    """Whether nothing was given."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


# --- texts -----------------------------------------------------------------------------------------------------------


def _word(column: Column, raw: Any, context: Context) -> str:
    if column.field_class == "erasable":
        return read_name(raw) if column.base == "name" else read_text(raw)
    text = read_line(raw)
    if column.choices:
        said = meant(column.words, text) if column.words is not None else None
        chosen = said or context.labels.get(text, text)
        if said is None and chosen not in column.choices:
            offered = _offered(column, text, context)
            raise BadInput("it is none of {}; perhaps {}", ", ".join(offered), near(text, offered)[0])
        return chosen
    if column.about is not None and not column.registers:
        return context.parties.find(text, column.about)
    if column.span is not None:
        return _half_year(text)
    return context.parties.post(text) if column.names_post else text


def _offered(column: Column, text: str, context: Context) -> list[str]:
    """What may be chosen, in the letters in which somebody wrote: Chinese words for who writes Chinese."""
    if text.isascii():
        return list(column.choices)
    if column.words is not None:
        return [chinese(column.words, word) for word in column.choices]
    said = {word: label for label, word in reversed(list(context.labels.items())) if not label.isascii()}
    return [said.get(word, word) for word in column.choices]


# --- years and half-years --------------------------------------------------------------------------------------------


def _read_year(raw: str) -> int:
    found = period_in(raw)
    if found is None or found.name != str(found.first.year):
        raise BadInput("it is not a year; write 2024 or 2024年")
    return found.first.year


def _half_year(text: str) -> str:
    """`2024-H1` of a half-year, `2024-year` of a year, as records have them."""
    found = period_in(text.removesuffix("-year"))
    if found is None or "Q" in found.name:
        raise BadInput("it is neither a year nor a half-year; write 2024-H1, 2024年上半年, 2024-year or 2024年")
    year, half, number = found.name.partition("H")
    return f"{year}-{half}{number}" if half else f"{year}-year"


# --- numbers ---------------------------------------------------------------------------------------------------------


def _read_whole(raw: Any) -> int:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) < 10**15:
        return raw
    if isinstance(raw, str) and _WHOLE.fullmatch(read_line(raw)):
        return int(read_line(raw))
    raise BadInput("it is not a whole number; write digits such as 2024")


def _read_decimal(raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise BadInput("it is not a number; write digits such as 12.5")
    text = read_line(raw) if isinstance(raw, str) else repr(raw) if isinstance(raw, float) else str(raw)
    try:
        return format_decimal(Decimal(text)) if "_" not in text else _no_number()
    except (InvalidOperation, Malformed):
        return _no_number()


def _no_number() -> str:
    raise BadInput("it is not a number; write digits such as 12.5, without thousands separators or units")


def _read_yesno(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = raw.strip().lower() if isinstance(raw, str) else raw
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadInput("it is neither yes nor no; write 是 or 否 (yes or no)")


def read_json(raw: Any) -> Json:
    """A value as JSON holds it, from its text or as it is. Raises BadInput for what has no place in a record."""
    if isinstance(raw, str):
        try:
            raw = json.loads(raw, parse_float=Decimal, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise BadInput('it is not JSON; write a text as "...", a list as ["a", "b"]') from None
    value = _plain(raw)
    try:
        canonical_json(value)
    except Malformed as error:
        raise BadInput("it has no place in a record: {}", error) from None
    return value


def _refuse_constant(word: str) -> Any:
    raise ValueError(word)


def _plain(value: Any) -> Json:
    match value:
        case Decimal() | float():
            return _read_decimal(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case str():
            return read_text(value)
        case None | bool() | int():
            return value
    raise BadInput("{!r} has no place in a record", value)


_READERS: Mapping[str, Callable[[Any], Json]] = {
    "whole": _read_whole,
    "decimal": _read_decimal,
    "yesno": _read_yesno,
    "json": read_json,
}
