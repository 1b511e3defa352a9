"""Fields of typed events and their flat form (FORMAT.md section 2).

A payload is a frozen dataclass. Each field says with `structural`, `erasable` or `reference` what the format needs to
know of it: its class (structural fields stay for ever, texts can be withheld or erased), whether it names a registered
person or unit it is *about*, and whether it refers to an entry. `flatten` turns a payload into the named values that
become disclosures, `unflatten` reads them back strictly.

Names: a list is flattened to `name.0`, `name.1`, ...; an empty list is the bare name with `[]`; a record in a field to
`name.member`; an absent value (None) is no field at all. Values: text (NFC), whole number, boolean, decimal as string,
date `YYYY-MM-DD`, time RFC 3339 with offset, reference `[fingerprint, position, base64 leaf hash]`.
"""

import dataclasses
import re
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from ledger.core.encoding import b64decode, b64encode
from ledger.errors import Malformed
from ledger.frozen import dataclass

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
About = Literal["person", "unit", "party"]
"""Kinds of registered id; `party` is a person or a unit, told apart by the registrations before the entry."""
FieldClass = Literal["structural", "erasable"]
Capacity = Literal["counterpart", "chair", "attendee", "receipt", "holder"]
"""As what a person named in a record signs it (`record.accepted/1`, field `capacity`), the nearest first."""
ReferenceMode = Literal["cites", "inherits"]
"""`inherits`: the entry corrects, accepts, refuses, explains or erases the one it names and so has its subjects."""

ERASED_TEXT = "␀"
"""Stands in a payload read back where a text was withheld or erased."""

When = date | datetime

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
MAX_DIGITS = 1000
"""Of a decimal that is written, so that a number such as 1E+999999999 does not fill the memory."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class EntryReference:
    """An entry by position and leaf hash; `fingerprint` "" means the ledger it stands in."""

    fingerprint: str
    position: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One row of a type's frozen field list; `name` has `*` where a number stands."""

    name: str
    field_class: FieldClass
    about: About | None
    reference: ReferenceMode | None
    registers: bool = False
    """The id is made known by the entry itself."""
    words: str | None = None
    """The closed list of its words."""


_SILENT: Mapping[str, Any] = {
    "about": None,
    "whole": False,
    "null": False,
    "reference": None,
    "choices": (),
    "words": None,
    "names": None,
    "registers": False,
    "signs": None,
    "span": None,
    "by_program": False,
    "title": "",
}
"""What a field says of itself where nothing is said."""


def _meta(field_class: FieldClass, **said: Any) -> dict[str, Any]:
    return {**_SILENT, "class": field_class, **said}


def structural(
    *,
    about: About | None = None,
    whole: bool = False,
    null: bool = False,
    choices: tuple[str, ...] = (),
    words: str | None = None,
    names: Literal["post"] | None = None,
    registers: bool = False,
    signs: Capacity | None = None,
    span: Literal["year", "half_year"] | None = None,
    by_program: bool = False,
    title: str = "",
    default: Any = dataclasses.MISSING,
) -> Any:
    """A field that is never erased; with `whole` a list or map is one value instead of one field per element.

    With `null` the field is always written, None as null; elsewhere None means that there is no such field. The rest
    says how people give and see it: `choices` are the only words allowed, `words` names the closed list that they are
    of (`words.json`); `names` says that it names a post, `registers` that the record makes the id known; `signs` says
    as what the person named should sign the record; `span` that it is for a year or half-year; `by_program` that
    nobody types it; `title` what people call it where its name alone does not say, a message of the catalogue.
    """
    said = {"about": about, "whole": whole, "null": null, "choices": choices, "words": words, "names": names}
    said |= {"registers": registers, "signs": signs, "span": span, "by_program": by_program, "title": title}
    return dataclasses.field(default=default, metadata=_meta("structural", **said))


def erasable(*, title: str = "", default: Any = None) -> Any:
    """A name, text or note: it can be withheld or erased, so no view may rest on it."""
    return dataclasses.field(default=default, metadata=_meta("erasable", title=title))


def reference(mode: ReferenceMode = "cites", *, title: str = "", default: Any = dataclasses.MISSING) -> Any:
    """A reference to an earlier entry."""
    return dataclasses.field(default=default, metadata=_meta("structural", reference=mode, title=title))


def format_decimal(value: Decimal) -> str:
    """`-?(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?`, never `-0`."""
    if not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS:
        raise Malformed("{} is not a finite decimal number; write digits such as 12.5", value)
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def parse_decimal(value: str) -> Decimal:
    """The decimal of a canonical string; raises Malformed for any other spelling."""
    if not _DECIMAL.fullmatch(value) or value == "-0":
        raise Malformed("{!r} is not a decimal number in canonical form, such as 12.5", value[:80])
    return Decimal(value)


def format_when(value: When) -> str:
    """A day as `YYYY-MM-DD`, a moment as RFC 3339 with its offset, which is in whole minutes there."""
    if isinstance(value, datetime):
        offset = value.utcoffset()
        if offset is None:
            raise Malformed("{} has no offset from UTC; write e.g. {}+08:00", value.isoformat(), value.isoformat())
        if offset % _MINUTE:
            raise Malformed("the offset of {} from UTC is not in whole minutes", value.isoformat())
    return value.isoformat()


def parse_when(value: str) -> When:
    """A day or a moment; raises Malformed unless it formats back to the same text."""
    try:
        when: When = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        raise Malformed("{!r} is neither a date YYYY-MM-DD nor a time with offset", value) from None
    if format_when(when) != value:
        raise Malformed("{!r} is not in the form {!r}", value, format_when(when))
    return when


def _format_reference(value: EntryReference) -> Json:
    return [value.fingerprint, value.position, b64encode(value.leaf_hash)]


def _parse_reference(value: Any) -> EntryReference:
    match value:
        case [str(fingerprint), int(position), str(leaf)] if not isinstance(position, bool) and position >= 0:
            leaf_hash = b64decode(leaf)
            if len(leaf_hash) == 32 and (not fingerprint or len(b64decode(fingerprint)) == 32):
                return EntryReference(fingerprint, position, leaf_hash)
    raise Malformed("{!r} is not a reference [fingerprint, position, leaf hash]", value)


def exact(kind: type[Any]) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        if type(value) is not kind:
            raise Malformed("{!r} should be a {}", value, kind.__name__)
        return value

    return parse


def _parse_date(value: Any) -> date:
    when = parse_when(exact(str)(value))
    if isinstance(when, datetime):
        raise Malformed("{!r} should be a date without time", value)
    return when


def _parse_moment(value: Any) -> datetime:
    when = parse_when(exact(str)(value))
    if not isinstance(when, datetime):
        raise Malformed("{!r} should be a time with offset", value)
    return when


def same(value: Any) -> Json:
    return typing.cast("Json", value)


def _not_null(value: Any) -> Json:
    if value is None:
        raise Malformed("null stands where an absent field is meant; leave the field out")
    return typing.cast("Json", value)


SCALARS: dict[Any, tuple[Callable[[Any], Json], Callable[[Any], Any]]] = {
    str: (same, exact(str)),
    bool: (same, exact(bool)),
    int: (same, exact(int)),
    Decimal: (format_decimal, lambda value: parse_decimal(exact(str)(value))),
    date: (format_when, _parse_date),
    datetime: (format_when, _parse_moment),
    When: (format_when, lambda value: parse_when(exact(str)(value))),
    EntryReference: (_format_reference, _parse_reference),
    Json: (same, _not_null),
}
