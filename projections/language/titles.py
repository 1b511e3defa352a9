"""What fields and fixed words are called: for options, prompts, templates and messages.

The English titles are message ids; the Chinese ones stand in the catalogue. Names of fields and fixed words mean one
thing everywhere: the dictionaries have those that many kinds share; a field of a new name says its own title, and a new
fixed word is marked where its class lists it.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ledger.events.flat import Shape, shapes
from ledger.events.registry import TYPES
from ledger.events.roles import ROLE_WORDS
from ledger.messages import N_
from ledger.recording.forms import Column, forms
from projections.language.catalogue import LANGUAGES, _, translate
from projections.language.field_titles import FIELDS

WORDS: Mapping[str, str] = {
    "party_group": N_("Party group"),
    "leading_group": N_("leading group"),
    "department": N_("department"),
    "centre": N_("centre"),
    "superior": N_("superior organ"),
    "superior_discipline": N_("superior discipline inspection"),
    "supervision": N_("supervision group"),
    "in_charge": N_("in charge"),
    "cover": N_("cover"),
    "rotation": N_("rotation"),
    "transfer": N_("transfer"),
    "retirement": N_("retirement"),
    "receipt": N_("receipt"),
    "counterpart": N_("counterpart"),
    "chair": N_("chair"),
    "attendee": N_("attendee"),
    "holder": N_("holder"),
    "first": N_("first track"),
    "second": N_("second track"),
    "secretary": N_("secretary"),
    "member": N_("member of the group"),
    "head": N_("head of a unit"),
    "deputy": N_("deputy head"),
    "supervisor": N_("supervises units without membership"),
    "none": N_("no such role"),
    "passed": N_("passed"),
    "failed": N_("failed"),
    "annual_target": N_("annual target"),
    "award": N_("award"),
    "promotion": N_("promotion"),
    "agreed": N_("agreed"),
    "returned": N_("returned"),
    "refused": N_("not agreed"),
    "rule": N_("rule"),
    "declaration": N_("declaration"),
    "branch_life": N_("life of the Party branch"),
    "public_service": N_("public service"),
    "other": N_("other"),
    "error": N_("error"),
    "duplicate": N_("duplicate"),
    "wrong_ledger": N_("wrong ledger"),
    "talk_inquiry": N_("inquiry by talk or letter"),
    "preliminary": N_("preliminary verification"),
    "deferred": N_("deferred"),
    "closed": N_("closed"),
    "case": N_("case opened"),
    "yes": N_("accepted in full"),
    "part": N_("accepted in part"),
    "no": N_("not accepted"),
    "dismissal": N_("dismissal"),
    "death": N_("death"),
    "meeting.special": N_("special meeting"),
    "meeting.democratic_life": N_("democratic life meeting"),
    "meeting.decomposition": N_("meeting that breaks responsibilities down"),
    "meeting.decision": N_("meeting that decides"),
    "meeting.cadre": N_("meeting on cadres"),
    "meeting.discipline": N_("meeting on discipline"),
    "meeting.member_annual": N_("yearly meeting of a member with the units supervised"),
    "meeting.unit": N_("meeting of the unit"),
    "meeting.study": N_("study meeting"),
    "check.annual": N_("yearly check"),
    "check.special": N_("special check"),
    "check.appointment": N_("check of appointments"),
    "plan.yearly": N_("yearly plan"),
    "plan.education": N_("education plan"),
    "talk.routine": N_("routine talk"),
    "talk.reminder": N_("reminder talk"),
    "talk.admonition": N_("admonition talk"),
    "talk.criticism": N_("criticism and education"),
    "talk.appointment": N_("talk on taking up a post"),
    "talk.inquiry": N_("talk of inquiry"),
    "person_status.detained": N_("in detention"),
    "person_status.suspended": N_("suspended from duty"),
    "person_status.left": N_("left the organ"),
}
"""Titles of a field's fixed words, `list.word` where the word is of a closed list (`ledger.events.words`)."""
SHAPES: Mapping[str, str] = {
    "text": N_("words"),
    "whole": N_("whole number"),
    "yesno": N_("yes or no"),
    "decimal": N_("number"),
    "day": N_("day, as 2024-07-09"),
    "moment": N_("day and time, as 2024-07-09 15:00"),
    "when": N_("day, or day and time"),
    "entry": N_("number of an entry, as E060 or #41"),
    "json": N_("JSON"),
}


def field_word(part: str) -> str:
    """The message id of a part of a field's name: as the dictionary has it, else as its class says."""
    return FIELDS.get(part) or _own_titles()[part]


def field_words() -> Mapping[str, str]:
    """The message id of each part of a field's name."""
    return {**FIELDS, **{part: title for part, title in _own_titles().items() if part not in FIELDS}}


def fixed_words() -> Mapping[str, str]:
    """The message id of each fixed word, `list.word` in a closed list; a word that its class marks is its own."""
    columns = [column for form in forms().values() for column in form.columns if column.words is None]
    own = {word: word for column in columns for word in column.choices if word not in WORDS}
    return {**WORDS, **own}


def is_field(part: str) -> bool:
    """Whether it is a part of a field's name."""
    return part in FIELDS or part in _own_titles()


@cache
def _own_titles() -> Mapping[str, str]:
    """The titles that fields say of themselves, by the parts of their names."""
    return {shape.name: shape.meta["title"] for cls in TYPES.values() for shape in _shapes(cls) if shape.meta["title"]}


def _shapes(cls: type[Any]) -> Iterator[Shape]:
    for _attribute, shape in shapes(cls):
        yield shape
        if shape.record is not None:
            yield from _shapes(shape.record)


@cache
def choices_of_fields() -> Mapping[str, tuple[str, ...]]:
    """The fixed words of fields that list them themselves, by the name of the field."""
    found: dict[str, dict[str, None]] = {}
    for cls in TYPES.values():
        for shape in _shapes(cls):
            found.setdefault(shape.name, {}).update(dict.fromkeys(shape.meta["choices"]))
    return {name: tuple(words) for name, words in found.items() if words}


def fixed_word(word: str, words: str | None = None) -> str:
    """The message id of a fixed word: as the dictionary has it, else the word, which its class then marks."""
    return WORDS.get(f"{words}.{word}") or WORDS.get(word) or word


def field_title(name: str, language: str | None = None) -> str:
    """What a field is called: `dissent.0.text` is `dissent 1: text`."""
    words: list[str] = []
    for part in name.split("."):
        if part == "*":
            continue
        if part.isdigit():
            words[-1] += f" {int(part) + 1}"
        else:
            words.append(translate(field_word(part), language))
    return translate(": ", language).join(words)


def known_title(name: str, language: str | None = None) -> str | None:
    """What a field is called; None where the name has a part that no field has."""
    parts = (part for part in name.split(".") if not part.isdigit())
    return field_title(name, language) if all(map(is_field, parts)) else None


def word_title(word: str, words: str | None = None) -> str:
    """What a fixed word is called, in the closed list of this name where it is one's."""
    return _(fixed_word(word, words))


class Labels(Mapping[str, str]):
    """Words in any of the languages that stand for fixed words, and so may be written in their place.

    They are gathered of every kind of record when one is looked up: most commands look up none.
    """

    def __getitem__(self, said: str) -> str:
        return _labels()[said]

    def __iter__(self) -> Iterator[str]:
        return iter(_labels())

    def __len__(self) -> int:
        return len(_labels())


@cache
def _labels() -> dict[str, str]:
    own = {word: word for form in forms().values() for column in form.columns for word in column.choices}
    roles = {said: role for role, words in ROLE_WORDS.items() for said in words}
    titles = {
        translate(title, language): word.rpartition(".")[2]
        for word, title in {**own, **WORDS}.items()
        for language in LANGUAGES
    }
    return {**titles, **roles}


def shape_title(column: Column) -> str:
    """What is to be written in a column."""
    if column.choices:
        return " / ".join(word_title(word, column.words) for word in column.choices)
    if column.about is not None:
        what = {"person": _("person, by id or name"), "unit": _("unit, by id or name")}
        shape = what.get(column.about, _("person or unit, by id or name"))
    else:
        shape = _(SHAPES[column.kind])
    return _("{shape}; several with ;").format(shape=shape) if column.is_list else shape
