"""Subjects and their running numbers (FORMAT.md section 4; duty ledgers only).

An entry is *about* the registered persons and units that its about-fields hold, in order of first appearance, then
those of each entry that it corrects, accepts, refuses, explains or erases. `subject.<i>` = [kind, id, running number];
the number counts that subject's entries in this ledger from 1, so that leaving one out shows as a gap.
"""

from collections.abc import Callable, Mapping, Sequence

from ledger.core.body import is_subject_name
from ledger.errors import Invalid, Refused
from ledger.events.fields import Json
from ledger.events.registry import spec_of

Subject = tuple[str, str]
"""(kind, id); kind is `person` or `unit`."""
KindOf = Callable[[str], str | None]
"""Tells whether a registered id is a `person` or a `unit`; None for one that is not registered."""
SubjectsAt = Callable[[int], Sequence[Subject]]
"""The subjects of the entry at a position, in order of i."""


def subjects_of(
    type_name: str, fields: Sequence[tuple[str, Json]], kind_of: KindOf, subjects_at: SubjectsAt
) -> tuple[Subject, ...]:
    """The subjects of an entry with these fields (in the order of its type's list), each once.

    Raises Refused where an about-field holds an id that is not registered, or one of the wrong kind.
    """
    found: dict[Subject, None] = {}
    inherited: list[int] = []
    for name, value in fields:
        spec = spec_of(type_name, name)
        if spec is None or value == []:
            continue
        if spec.reference == "inherits" and isinstance(value, list) and isinstance(value[1], int):
            inherited.append(value[1])
        elif spec.about is not None:
            kind = spec.about if spec.registers else kind_of(str(value))
            if kind is None or spec.about not in (kind, "party"):
                what = "person or unit" if spec.about == "party" else spec.about
                raise Refused(
                    "{} in field {} is not a registered {}; register it first or correct the id", value, name, what
                )
            found[kind, str(value)] = None
    for position in inherited:
        for subject in subjects_at(position):
            found[subject] = None
    return tuple(found)


def number_subjects(subjects: Sequence[Subject], count_of: Callable[[Subject], int]) -> list[tuple[str, Json]]:
    """The `subject.<i>` fields of the next entry; `count_of` says how many entries of that subject stand before it."""
    return [(f"subject.{i}", [kind, id_, count_of((kind, id_)) + 1]) for i, (kind, id_) in enumerate(subjects)]


def read_subjects(values: Mapping[str, Json]) -> list[tuple[Subject, int]]:
    """The (subject, running number) of a body's `subject.<i>` fields, in order of i. Raises Invalid."""
    names = [name for name in values if is_subject_name(name)]
    rows: list[tuple[Subject, int]] = []
    for i in range(len(names)):
        match values.get(f"subject.{i}"):
            case [("person" | "unit") as kind, str(id_), int(number)] if number > 0:
                rows.append(((kind, id_), number))
            case _:
                raise Invalid("subject.{} is not [kind, id, running number]", i)
    return rows
