"""The fields of each kind of record as columns: one list for options, prompts, templates and imports."""

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from ledger.errors import BadInput
from ledger.events.base import Fact, Payload
from ledger.events.fields import About, EntryReference, FieldClass, Json, ReferenceMode, When
from ledger.events.flat import shapes
from ledger.events.lists import RELEASED, read_list
from ledger.events.registry import TYPES, payload_class
from ledger.events.words import words_of
from ledger.frozen import dataclass
from ledger.recording.likely import near

ColumnKind = Literal["text", "whole", "yesno", "decimal", "day", "moment", "when", "entry", "json"]
_KINDS: tuple[tuple[Any, ColumnKind], ...] = (
    (str, "text"),
    (int, "whole"),
    (bool, "yesno"),
    (Decimal, "decimal"),
    (date, "day"),
    (datetime, "moment"),
    (When, "when"),
    (EntryReference, "entry"),
    (Json, "json"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a kind; `name` has `*` where a list number stands, as in the type's frozen list."""

    name: str
    kind: ColumnKind
    required: bool
    """Must be there in each record; within an optional part or a list it must be there where the part is."""
    field_class: FieldClass
    about: About | None
    reference: ReferenceMode | None
    in_one: bool
    """A list that is one value in the body (`claims`)."""
    choices: tuple[str, ...] = ()
    names_post: bool = False
    registers: bool = False
    """The id that the record itself makes known."""
    words: str | None = None
    """The closed list of which `choices` are the words, where it has one: a Chinese word or synonym stands for each."""
    span: Literal["year", "half_year"] | None = None
    """It is for a year, or for a half-year or a year."""

    @property
    def is_list(self) -> bool:
        """Whether it takes several values under its base name."""
        return self.in_one or self.name.endswith(".*")

    @property
    def base(self) -> str:
        """The name without the list number at its end."""
        return self.name.removesuffix(".*")

    @property
    def group(self) -> str | None:
        """The list of records that it is a member of (`dissent` of `dissent.*.text`)."""
        return self.base.partition(".*.")[0] if ".*." in self.base else None


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of record that people make: its name on the command line, its payload class and its columns."""

    name: str
    payload: type[Payload]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, found when they are asked for: a command needs those of one kind, of fifty."""
        return columns_of(self.type)

    @property
    def type(self) -> str:
        """The frozen type name."""
        return self.payload.TYPE

    def column(self, pattern: str) -> Column | None:
        """The column of a name pattern; a list's base name stands for the list."""
        return _by_pattern(self.type).get(pattern)

    @property
    def in_order(self) -> tuple[Column, ...]:
        """The columns as people meet them: what must be given, what is the kind's own, what all records have."""
        common = {field.name for field in dataclasses.fields(Fact)}
        return tuple(sorted(self.columns, key=lambda c: (not c.required, c.base.partition(".")[0] in common)))

    def members(self, group: str) -> tuple[Column, ...]:
        """The columns of a list of records, in order."""
        return tuple(column for column in self.columns if column.group == group)

    def together(self, group: str) -> tuple[Column, ...]:
        """The members that one option takes in order: those that the list of records had from the start."""
        rows = read_list(RELEASED[0]).types.get(self.type)
        first = tuple(column for column in self.members(group) if rows is not None and column.name in rows.fields)
        return first or self.members(group)

    def has(self, base: str) -> bool:
        """Whether there is such a field."""
        return self.column(base) is not None


@cache
def forms() -> dict[str, Form]:
    """Every kind that is recorded by hand, by name.

    The ledger's own events and those of the access ledger are made by the commands that concern them, erasure and the
    two that pin the duty ledger (a lead, the opening of a case) likewise.
    """
    found: dict[str, Form] = {}
    for type_name, cls in TYPES.items():
        if not cls.BY_HAND:
            continue
        name = _short_name(type_name, opens=cls.OPENS)
        found[name] = Form(name, cls)
    return found


RECORDED_IN = ("duty", "case")


def _short_name(type_name: str, *, opens: bool) -> str:
    """`talk.held/1` is `talk`; a type that opens nothing keeps both words: `assignment-ended`."""
    words = type_name.partition("/")[0]
    return (words.partition(".")[0] if opens else words.replace(".", "-")).replace("_", "-")


def form_named(name: str) -> Form:
    """The form of this name. Raises BadInput naming those like it."""
    form = forms().get(name.replace("_", "-"))
    if form is None:
        raise BadInput("{!r} is no kind of record; perhaps {}", name, ", ".join(near(name, forms())))
    return form


def form_of(payload: type[Payload]) -> Form:
    """The form of a payload class, also of one that is not recorded by hand."""
    known = {form.type: form for form in forms().values()}
    return known.get(payload.TYPE) or Form(payload.TYPE, payload)


@cache
def columns_of(type_name: str) -> tuple[Column, ...]:
    """The columns of a type, in the order of its frozen list, but for those that the program fills in."""
    return tuple(_columns(payload_class(type_name), "", required=True))


@cache
def _by_pattern(type_name: str) -> dict[str, Column]:
    columns = columns_of(type_name)
    return {column.base: column for column in columns if column.is_list} | {column.name: column for column in columns}


def _columns(cls: type[Any], prefix: str, *, required: bool) -> Iterator[Column]:
    for _, shape in shapes(cls):
        if shape.meta["by_program"]:
            continue
        name = prefix + shape.name + (".*" if shape.many else "")
        must = required and not shape.optional
        if shape.record is not None:
            yield from _columns(shape.record, name + ".", required=must or shape.many)
            continue
        yield Column(
            name=name,
            kind=next(kind for item, kind in _KINDS if item == shape.item),
            required=must,
            field_class=shape.meta["class"],
            about=shape.meta["about"],
            reference=shape.meta["reference"],
            in_one=shape.in_one,
            choices=words_of(words) if (words := shape.meta["words"]) is not None else shape.meta["choices"],
            names_post=shape.meta["names"] == "post",
            registers=shape.meta["registers"],
            words=words,
            span=shape.meta["span"],
        )
