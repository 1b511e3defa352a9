"""Ids for persons, units and posts that are named and not numbered: nobody has to think of codes.

An id is a letter and the next number, never made from the name, which may be erased one day. A row whose name is
registered already means that one; a name that stands twice in a file is asked about, unless several bear it.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import field
from typing import Any

from ledger.core.names import PERSON_ID
from ledger.decisions.state import Register
from ledger.errors import BadInput
from ledger.events.base import Payload
from ledger.frozen import dataclass
from ledger.importing.source import Row
from ledger.recording.forms import Form
from ledger.recording.raw_record import Fault, shown
from ledger.recording.typed_values import is_blank

_FIELDS: Mapping[str, tuple[str, str, str]] = {
    "person.registered/1": ("person", "name", "p"),
    "unit.registered/1": ("unit", "name", "u"),
    "post.registered/1": ("post", "title", "z"),
}
"""(field of the id, field of the name, first letter of ids) by type."""


def id_field_of(payload: type[Payload]) -> str | None:
    """The field of a registration that holds the id which nobody has to think of; None for any other kind."""
    fields = _FIELDS.get(payload.TYPE)
    return fields[0] if fields is not None else None


def next_id(register: Register, payload: type[Payload]) -> str:
    """The next free id for a registration of this kind."""
    _field, _name, letter = _FIELDS[payload.TYPE]
    return f"{letter}-{_next_number(register, letter)}"


def _next_number(register: Register, letter: str) -> int:
    known = register.posts if letter == "z" else register.kinds.keys()
    numbers = [int(found[1]) for id_ in known if (found := re.fullmatch(rf"{letter}-(\d{{1,9}})", id_))]
    return max(numbers, default=0) + 1


@dataclass(slots=True)
class Minter:
    """Completes rows of registrations; other rows it leaves as they are."""

    register: Register
    form: Form
    several: Collection[str] = ()
    """Names that are borne by several in the file, as the person said."""
    minted: set[str] = field(default_factory=set)
    """Ids that were given out."""
    _seen: Counter[str] = field(default_factory=Counter)
    _rows: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    _next: int = 0
    _known: dict[str, list[str]] = field(default_factory=dict)

    def complete(self, row: Row) -> tuple[Mapping[str, Any], tuple[Fault, ...]]:
        """(the row's values with an id, what stands against it)."""
        fields = _FIELDS.get(self.form.type)
        if fields is None:
            return row.values, ()
        id_field, name_field, letter = fields
        values = dict(row.values)
        given = values.get(id_field)
        if _is_name(given) and (is_blank(values.get(name_field)) or _same(values[name_field], given)):
            values[name_field] = given  # it stands in the id's place
            given = None
        name = values.get(name_field)
        if not is_blank(given) or is_blank(name) or not isinstance(name, str):
            return values, ()
        name = name.strip()
        place = self._seen[name]
        self._seen[name] += 1
        known = self._of_name(name, letter)
        if place < len(known):
            values[id_field] = known[place]
        elif place and name not in self.several:
            return values, (Fault(name_field, shown(name), self._twice(name, row)),)
        else:
            values[id_field] = self._mint(letter)
        self._rows.setdefault(name, (row.number, row.apart))
        return values, ()

    def _of_name(self, name: str, letter: str) -> list[str]:
        """Those of this name that were registered before this file, in the order of their ids."""
        if name not in self._known:
            words = self.register.post_words if letter == "z" else self.register.words
            kind = {"p": "person", "u": "unit"}.get(letter)
            self._known[name] = [
                id_
                for id_, those in words.items()
                if name in those and id_ not in self.minted and (kind is None or self.register.kinds.get(id_) == kind)
            ]
        return self._known[name]

    def _twice(self, name: str, row: Row) -> BadInput:
        first, apart = self._rows[name]
        return BadInput(
            "row {} bears the same name ({} / {}); remove one, or repeat with --several {} if they are not the same",
            first,
            ", ".join(apart) or "-",
            ", ".join(row.apart) or "-",
            name,
        )

    def _mint(self, letter: str) -> str:
        if not self._next:
            self._next = _next_number(self.register, letter)
        id_ = f"{letter}-{self._next}"
        self._next += 1
        self.minted.add(id_)
        return id_


def _is_name(given: Any) -> bool:
    """Whether what stands in the place of an id is none."""
    return isinstance(given, str) and not is_blank(given) and not PERSON_ID.fullmatch(given.strip())


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, str) and isinstance(other, str) and one.strip() == other.strip()
