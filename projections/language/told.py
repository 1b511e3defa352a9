"""An entry told field by field in words, its parts typed, so that a page can make links of them.

Names, days and fixed words are written out; votes and items stay the lists that they are. What only a program reads
is left out here and shown as it is stored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ledger.errors import BadInput
from ledger.events.act_parts import Votes
from ledger.events.case_work import CaseOpened
from ledger.events.fields import ERASED_TEXT, EntryReference
from ledger.events.flat import Shape, shapes
from ledger.events.record import Recorded
from ledger.recording.forms import forms
from projections.facts.values import Citation
from projections.language.codes import LEDGERS
from projections.language.entry_words import FIRST, FIXED, FOLDED, LAST, SETTING_WORDS, SETTINGS, TITLES
from projections.language.narrator import Narrator
from projections.language.record_words import HELD
from projections.language.titles import field_word, fixed_word, is_field, known_title
from projections.obligations.table import table

_FIELD_NAMES = ("field", "names")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of what a field says: words of ours, a party by its id, an entry, or words as the record has them."""

    form: Literal["words", "party", "entry", "quoted", "erased"]
    words: str
    entry: Citation | None = None
    party: str | None = None


@dataclass(frozen=True, slots=True)
class FieldTold:
    """What one field says: its parts, or the records in it, field by field; `table` where there may be several."""

    name: str
    title: str
    parts: tuple[Phrase, ...] = ()
    rows: "tuple[tuple[FieldTold, ...], ...]" = ()
    table: bool = False
    count: int | None = None
    """How many persons or units it lists."""

    @property
    def heads(self) -> "tuple[FieldTold, ...]":
        """The columns of its rows: each field that any of them has, once."""
        return tuple({each.name: each for row in self.rows for each in row}.values())

    def plain(self, narrator: Narrator) -> str:
        """It in one line."""
        if self.rows:
            rows = (" ".join(f"{each.title} {each.plain(narrator)}" for each in row) for row in self.rows)
            return narrator.text("; ").join(rows)
        return narrator.listed(part.words for part in self.parts)


class Teller:
    """Tells entries in the words of a narrator; `questions` are what readings asked, by their names on record."""

    def __init__(self, narrator: Narrator, questions: Mapping[str, str] | None = None) -> None:
        self.narrator, self._questions = narrator, questions or {}

    def entry(self, record: Recorded) -> tuple[FieldTold, ...]:
        """Every field that says something to people, in the order in which it is read."""
        said = self._fields(record, record.payload)
        return tuple(sorted(said, key=lambda each: _rank(each.name)))

    def field(self, record: Recorded, name: str) -> FieldTold | None:
        """One field of an entry; None where it says nothing."""
        return next((each for each in self._fields(record, record.payload) if each.name == name), None)

    def _fields(self, record: Recorded, holder: Any) -> Iterator[FieldTold]:
        kind = record.type.partition("/")[0]
        for attribute, shape in shapes(type(holder)):
            value, name = getattr(holder, attribute), shape.name
            votes = isinstance(holder, Votes)
            if name == "ref" or name in FOLDED or f"{kind} {name}" in FOLDED or (value is None and not votes):
                continue
            title = self._title(kind, name)
            values: tuple[Any, ...] = value if isinstance(value, tuple) else () if value is None else (value,)
            if shape.record is not None:
                rows = tuple(row for each in values if (row := tuple(self._fields(record, each))))
                if rows:
                    yield FieldTold(name, title, rows=rows, table=shape.many)
                continue
            if name in ("settings", "signals") and not shape.many:
                rows = tuple(self._settings(value)) if name == "settings" else tuple(self._rested(value))
                if rows:
                    yield FieldTold(name, title, rows=rows, table=True)
                continue
            parts = tuple(part for each in values for part in self._parts(record, shape, each))
            if parts or votes:
                yield FieldTold(name, title, parts, count=len(values) if shape.many and shape.meta["about"] else None)

    def _title(self, kind: str, name: str) -> str:
        own = TITLES.get((kind, name))
        if own is None and not is_field(name):
            return self.narrator.quoted(name)
        return self.narrator.text(own or field_word(name))

    def _parts(self, record: Recorded, shape: Shape, value: Any) -> Iterator[Phrase]:
        narrator = self.narrator
        match value:
            case bool():
                yield Phrase("words", narrator.text("yes") if value else narrator.text("no"))
            case EntryReference():
                cite = next(iter(narrator.facts.refs(record, value)), None)
                yield Phrase("entry", narrator.called(cite) if cite is not None else "", cite)
            case date() | datetime():
                yield Phrase("words", narrator.when(value))
            case Decimal():
                yield Phrase("words", narrator.amount(value, narrator.facts.rules.unit_of_money))
            case int():
                yield Phrase("words", narrator.span(str(value)) if shape.meta["span"] else str(value))
            case str():
                yield self._text(record, shape, value)
            case Mapping():
                for name, each in value.items():
                    yield from self._member(name, each)
            case _:
                yield Phrase("quoted", str(value))

    def _member(self, name: str, value: Any) -> Iterator[Phrase]:
        """What a correction says of one member of a record: what it is called, and its value."""
        title = self.called(name)
        if isinstance(value, str) and value not in self.narrator.known:
            yield Phrase("words", title)
            yield Phrase("quoted", value)
        else:
            yield Phrase("words", f"{title} {self._value(value)}")

    def _text(self, record: Recorded, shape: Shape, value: str) -> Phrase:
        if value == ERASED_TEXT:
            return Phrase("erased", self.narrator.text("withheld or erased"))
        if shape.meta["about"] is not None or value in self.narrator.known:
            return Phrase("party", self.narrator.name(value), party=value)
        if shape.meta["class"] == "erasable":
            return Phrase("quoted", value)
        words = self._fixed(record, shape, value)
        return Phrase("words", words) if words is not None else Phrase("quoted", value)

    def _fixed(self, record: Recorded, shape: Shape, value: str) -> str | None:  # noqa: PLR0911 - a case each
        """The words of a fixed word; None where it is the record's own."""
        narrator, name = self.narrator, shape.name
        if shape.meta["words"] or shape.meta["choices"]:
            return narrator.text(fixed_word(value, shape.meta["words"] or None))
        if shape.meta["span"]:
            return narrator.span(value)
        if shape.meta["names"] == "post" or name == "post":
            return narrator.post(value)
        if name == "claims":
            known = table().obligations.get(value)
            return f"{known.title.of(narrator.speech)}{narrator.aside(value)}" if known is not None else value
        if name in FIXED:
            return narrator.text(FIXED[name][value]) if value in FIXED[name] else None
        if name in _FIELD_NAMES:
            return self.called(value)
        if name == "signal":
            return narrator.signals((value,))
        if name == "question" and value in self._questions:
            return narrator.text(self._questions[value])
        if name == "rulebook":
            return self._rulebook(record, value)
        return self._general(record, name, value)

    def _general(self, record: Recorded, name: str, value: str) -> str | None:
        narrator = self.narrator
        if name == "kind" and record.type.startswith("ledger.opened"):
            return narrator.text(LEDGERS[value]) if value in LEDGERS else None
        if name == "kind" and record.type.startswith("anchor.recorded"):
            return narrator.text(value)
        if name == "kind" and record.type.startswith("batch.registered"):
            return narrator.kind(value)
        if name == "kind" and value in forms():
            return narrator.text(forms()[value].payload.TITLE)
        return narrator.text(HELD[value]) if value in HELD else None

    def called(self, field: str) -> str:
        """What a field is called by its name in bodies, such as `dissent.0.text`."""
        return known_title(field, self.narrator.speech) or self.narrator.quoted(field)

    def _rulebook(self, record: Recorded, id_: str) -> str | None:
        case = getattr(record.payload, "case", None)
        try:
            opened = self.narrator.facts.case(case) if case is not None else None
        except BadInput:
            return None
        books = opened.payload.rulebooks if opened is not None and isinstance(opened.payload, CaseOpened) else ()
        return next((book.name for book in books if book.id == id_ and book.name != ERASED_TEXT), None)

    def _settings(self, settings: Any) -> Iterator[tuple[FieldTold, ...]]:
        """A row per setting that is stated: what it is called, and its value."""
        narrator = self.narrator
        for name, value in settings.items() if isinstance(settings, Mapping) else ():
            title = FieldTold("setting", narrator.text("setting"), (Phrase("words", self._setting(name)),))
            yield title, FieldTold("value", narrator.text("value"), (Phrase("words", self._value(value)),))

    def _setting(self, name: str) -> str:
        narrator = self.narrator
        if name in SETTINGS:
            return narrator.text(SETTINGS[name])
        return narrator.text(forms()[name].payload.TITLE) if name in forms() else narrator.quoted(name)

    def _value(self, value: Any) -> str:
        narrator = self.narrator
        if isinstance(value, bool):
            return narrator.text("yes") if value else narrator.text("no")
        if isinstance(value, Mapping):
            return narrator.text("; ").join(
                f"{self._setting(name)} {self._value(each)}" for name, each in value.items()
            )
        if isinstance(value, list | tuple):
            return narrator.listed(map(self._value, value))
        text = str(value)
        if text in table().obligations:
            return f"{table().obligations[text].title.of(narrator.speech)}{narrator.aside(text)}"
        return narrator.text(SETTING_WORDS[text]) if text in SETTING_WORDS else narrator.name(text)

    def _rested(self, signals: Any) -> Iterator[tuple[FieldTold, ...]]:
        """A row per signal that rested on a text."""
        narrator = self.narrator
        for row in signals if isinstance(signals, list | tuple) else ():
            code = row[0] if isinstance(row, list | tuple) and row else row
            yield (FieldTold("signal", narrator.text("signal"), (Phrase("words", narrator.signals((str(code),))),)),)


def _rank(name: str) -> tuple[int, int]:
    if name in FIRST:
        return 0, FIRST.index(name)
    return (2, LAST.index(name)) if name in LAST else (1, 0)
