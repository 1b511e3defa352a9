"""What an entry in a bundle says, for the bundle's page: in both languages, with names and words for ids and codes.

Known is what the bundle itself shows: names from the entries that register whom it names, roles from those that enrol
keys, the unit of money from the rules that it shows, the time zone of a ledger from its first entry. What it does not
show stands as it is stored. Long because what is known and how it is told stand together.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.bundle.bundle_report import BundleReport, PartReport, ShownEntry
from ledger.events.lists import pattern_of
from ledger.events.registry import TYPES, spec_of, specs
from ledger.frozen import dataclass
from ledger.messages import N_
from ledger.singulars import agreed
from projections.language import local_moments
from projections.language.catalogue import LANGUAGES, translate
from projections.language.entry_words import FIRST, FIXED, FOLDED, KEY_ROLES, LAST, TITLES
from projections.language.kind_titles import type_title
from projections.language.record_words import HELD
from projections.language.titles import choices_of_fields, fixed_word, known_title
from projections.obligations.table import table
from projections.views.full_text import leaf_of

MOST = 2000
"""Entries of a part that the page shows in words; a page of tens of thousands no browser lays out."""
UNTOLD = FOLDED | {"subject"}
"""Fields that only a program reads."""
CLAIMED = {"person": N_("person"), "unit": N_("unit"), "stream": N_("stream")}
_FEW = 3
"""Names behind an entry in the table of contents."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.]\d+)?)?(Z|[+-]\d\d:\d\d)")
_NAMING = re.compile(r"(person|unit)\.(?:registered|renamed)/")


@dataclass(frozen=True, slots=True)
class ToldByBundle:
    """What the bundle itself tells of those whom it names."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Of persons and units, the last that is shown."""
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of those who have a key, the last that are shown."""
    zones: Mapping[str, tzinfo] = field(default_factory=dict)
    """Of each ledger by its origin, as its first entry says."""
    unit_of_money: str = ""
    entries: Mapping[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    """Anchor and title, by fingerprint and position, of the entries that the page shows in words."""


def known_of(report: BundleReport) -> ToldByBundle:
    """Names, roles, time zones, unit of money, and where the entries stand on the page."""
    names: dict[str, str] = {}
    roles: dict[str, tuple[str, ...]] = {}
    zones: dict[str, tzinfo] = {}
    money, entries = "", dict[tuple[str, int], tuple[str, str]]()
    for part in report.parts:
        for shown in (*part.beside[:MOST], *part.asked[:MOST]):
            kind = _NAMING.match(shown.header.type)
            if kind and isinstance(name := shown.values.get("name"), str):
                names[str(shown.values.get(kind[1]))] = name
            roles |= _roles(shown)
            if shown.header.type.startswith("ledger.opened/"):
                zones[shown.header.ledger] = zone_of(str(shown.values.get("time_zone")))
            if shown.header.type.startswith("rules.adopted/") and isinstance(
                rules := shown.values.get("settings"), dict
            ):
                money = str(rules.get("unit_of_money") or money)
        for shown in part.asked[:MOST]:
            entries[part.claims.fingerprint, shown.header.position] = (anchor_of(part, shown), title_of(shown))
    return ToldByBundle(names, roles, zones, money, entries)


def _roles(shown: ShownEntry) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(person, roles) of the keys that an entry enrols, or whose roles it changes."""
    values = shown.values
    if shown.header.type.startswith("ledger.opened/"):
        rows = [value for name, value in values.items() if name.startswith("keys.")]
    else:
        rows = [[values.get("person"), "", values.get("roles")]] if shown.header.type.startswith("key.") else []
    for row in rows:
        match row:
            case [str(person), _, [*roles]]:
                yield person, tuple(map(str, roles))


def zone_of(name: str) -> tzinfo:
    """A time zone by name; UTC where nobody here knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def text(message: str, **values: object) -> str:
    """A sentence in both languages, Chinese first, as HTML; values are escaped."""
    shown = {name: html.escape(str(value)) for name, value in values.items()}
    return _tagged(
        (
            html.escape(translate(message, "zh_CN")).format(**shown),
            agreed(html.escape(translate(message, "en")), **shown),
        )
    )


def both(said: Iterable[str]) -> str:
    """What is said in each of the languages, as HTML; once where they say the same."""
    words = list(dict.fromkeys(map(html.escape, said)))
    return words[0] if len(words) == 1 else _tagged(words)


def _tagged(words: Iterable[str]) -> str:
    return " ".join(f'<span lang="{tag}">{each}</span>' for tag, each in zip(("zh-CN", "en"), words, strict=True))


def anchor_of(part: PartReport, shown: ShownEntry) -> str:
    """Where on the page an entry stands."""
    return f"{html.escape(part.claims.path)}-{shown.header.position}"


def title_of(shown: ShownEntry) -> str:
    """Number, kind in words and day, as HTML."""
    number, day = shown.values.get("ref"), shown.values.get("occurred_at")
    kind = both(type_title(shown.header.type, language) for language in LANGUAGES)
    label = html.escape(f"{number or ''}#{shown.header.position}")
    return f"{label} {kind} {html.escape(str(day)[:10]) if day else ''}".rstrip()


def whom(shown: ShownEntry, known: ToldByBundle) -> str:
    """Whom an entry is about, for a table of contents: the first few by name, as HTML."""
    ids = [str(shown.values[name]) for name in ("person", "unit") if name in shown.values]
    ids += [
        str(value[1])
        for name, value in shown.values.items()
        if name.startswith("subject.") and isinstance(value, list) and len(value) > 1
    ]
    names = [name_of(each, known) for each in dict.fromkeys(ids)]
    if not names:
        return ""
    more = text("and {number} more of them", number=len(names) - _FEW) if len(names) > _FEW else ""
    return f": {'; '.join(names[:_FEW])} {more}".rstrip()


def name_of(person: str, known: ToldByBundle) -> str:
    """A person or unit by name; where no entry shown has the name, by role and id, or by id alone; as HTML."""
    if person in known.names:
        return html.escape(known.names[person])
    role = next((KEY_ROLES[each] for each in known.roles.get(person, ()) if each in KEY_ROLES), None)
    return f"{text(role)} {html.escape(person)}" if role else html.escape(person)


def moment(at: datetime | str, shown: ShownEntry, known: ToldByBundle) -> str:
    """A moment as people read it: in the time of the ledger that says it, with its offset, as on the pages."""
    return local_moments.local(at, known.zones.get(shown.header.ledger, UTC))


def recorded(shown: ShownEntry, known: ToldByBundle) -> str:
    """When it was recorded, as people read it."""
    return html.escape(moment(shown.header.recorded_at, shown, known))


def stored(value: object) -> str:
    """A value as it is stored."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class EntryInWords:
    """An entry field by field, in the order in which minutes and reports are read; lists and rows stay so."""

    def __init__(self, part: PartReport, shown: ShownEntry, known: ToldByBundle) -> None:
        self._part, self._known, self._shown = part, known, shown
        self._type = shown.header.type
        self._values = shown.values
        self._missing = shown.missing

    def rows(self) -> Iterator[tuple[str, str]]:
        """(what it is called, what it says) of each field, as HTML."""
        withheld = text("withheld or erased; its digest is signed")
        fields = {
            **{name: None for name in self._missing if self._tells(name)},
            **{name: value for name, value in self._values.items() if self._tells(name) and self._says(name, value)},
        }
        heads: dict[str, list[str]] = {}
        for name in sorted(fields, key=self._place):
            heads.setdefault(_head(name), []).append(name)
        for head, names in heads.items():
            said = {
                name: f"<em>{withheld}</em>" if name in self._missing else self._said(name, fields[name])
                for name in names
            }
            yield self._title(head), self._within(head, said)

    def _within(self, head: str, said: Mapping[str, str]) -> str:
        """A value, values one after the other, or a table of records."""
        members: dict[str, dict[str, list[str]]] = {}
        for name, words in said.items():
            number, member = _number_and_member(head, name)
            members.setdefault(number, {}).setdefault(member, []).append(words)
        columns = list(dict.fromkeys(member for row in members.values() for member in row))
        if columns == [""]:
            return _listed([words for row in members.values() for words in row[""]])
        heads = "".join(f"<th>{self._title(member)}</th>" for member in columns)
        rows = ("".join(f"<td>{_listed(row.get(member, []))}</td>" for member in columns) for row in members.values())
        return f"<table><tr>{heads}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"

    def _tells(self, name: str) -> bool:
        first = name.partition(".")[0]
        return name != "ref" and first not in UNTOLD and f"{self._kind} {first}" not in UNTOLD

    def _says(self, name: str, value: object) -> bool:
        """Whether a value tells anything; that nobody voted so does."""
        return value not in (None, [], "") or (value == [] and name.startswith("votes."))

    @property
    def _kind(self) -> str:
        return self._type.partition("/")[0]

    def _place(self, name: str) -> tuple[int, int, int, list[tuple[int, str]]]:
        """Where a field is read: as on the page of an entry."""
        first = name.partition(".")[0]
        rank = (0, FIRST.index(first)) if first in FIRST else (2, LAST.index(first)) if first in LAST else (1, 0)
        order = list(specs(self._type)) if self._type in TYPES else []
        pattern = next((each for each in (pattern_of(name), f"{pattern_of(name)}.*") if each in order), "")
        numbers = [(int(part), "") for part in name.split(".") if part.isdigit()]
        return (*rank, order.index(pattern) if pattern else len(order), numbers)

    def _title(self, name: str) -> str:
        """What a field is called in both languages; by its stored name where nothing calls it otherwise."""
        own = TITLES.get((self._kind, name))
        return both(
            (translate(own, language) if own else known_title(name, language)) or name for language in LANGUAGES
        )

    def _said(self, name: str, value: object) -> str:
        """A value in words: names, fixed words, yes and no, moments, entries; else as the record has it."""
        match value:
            case bool():
                return text("yes") if value else text("no")
            case [str(fingerprint), int(position), str()]:  # a reference to another entry
                return self._entry(fingerprint, position)
            case list():
                return _listed([self._said(name, each) for each in value]) or text("none")
            case str():
                return self._words(name, value)
        return html.escape(stored(value))

    def _entry(self, fingerprint: str, position: int) -> str:
        shown = self._known.entries.get((fingerprint or self._part.claims.fingerprint, position))
        return f'<a href="#{shown[0]}">{shown[1]}</a>' if shown is not None else f"#{position}"

    def _words(self, name: str, value: str) -> str:
        spec, leaf = spec_of(self._type, name) if self._type in TYPES else None, leaf_of(name)
        if spec is not None and spec.field_class == "erasable":
            return html.escape(value)
        if value in self._known.names:
            return html.escape(self._known.names[value])
        if leaf == "amount":
            unit = self._known.unit_of_money
            return html.escape(f"{value} {unit}") if unit else text("{amount} (unit not stated)", amount=value)
        if leaf == "claims" and value in table().obligations:
            title = table().obligations[value].title
            return f"{both(title.of(language) for language in LANGUAGES)} ({html.escape(value)})"
        if (spec is not None and spec.words) or value in choices_of_fields().get(leaf, ()):
            return text(fixed_word(value, spec.words if spec is not None and spec.words else None))
        return self._told(leaf, value, about=leaf == "person" or (spec is not None and spec.about is not None))

    def _told(self, leaf: str, value: str, *, about: bool) -> str:
        """A value that no list has: a fixed word, somebody by role, a moment; else as the record has it."""
        words = FIXED.get(leaf, {}).get(value) or HELD.get(value)
        if words:
            return text(words)
        if about:
            return name_of(value, self._known)
        return html.escape(moment(value, self._shown, self._known) if _MOMENT.fullmatch(value) else value)


def _listed(said: Sequence[str]) -> str:
    return "; ".join(said)


def _head(name: str) -> str:
    """The part of a field's name before its first number: `dissent.0.text` is `dissent`."""
    parts = name.split(".")
    return ".".join(parts[: next((at for at, part in enumerate(parts) if part.isdigit()), len(parts))])


def _number_and_member(head: str, name: str) -> tuple[str, str]:
    """Of `dissent.0.text` behind `dissent`: its number, and what it is called there."""
    number, _, member = name.removeprefix(head).removeprefix(".").partition(".")
    return number, ".".join(part for part in member.split(".") if not part.isdigit())
