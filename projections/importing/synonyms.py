"""Headings of forms that offices have of their own, beside the fields' titles, from `ledger/events/headings.json`.

They follow the columns of rosters, registers of talks and assignments as they are filed, written as
`headings.plain_heading` gives them. By kind of record each means its field for that kind only, so that 部门 is a unit's
name in a list of units and the scope in a list of assignments; `common` are those of what many kinds have, where the
kind's own word may stand before it (`before`: 谈话时间); `apart` are columns that tell persons or units of one name
apart, and are no fields of their registration.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What is said in an office's own forms. Fields by heading, for a kind of record and for any."""

    kinds: Mapping[str, Mapping[str, str]]
    common: Mapping[str, str]
    before: Mapping[str, str]
    """The kind's own word by kind."""
    apart: Mapping[str, tuple[str, ...]]
    """By kind, the headings that tell two of one name apart."""


@cache
def synonyms() -> Synonyms:
    """The list."""
    rows = json.loads(resources.files("ledger.events").joinpath("headings.json").read_text(encoding="utf-8"))
    return Synonyms(
        {kind: _by_heading(fields) for kind, fields in rows["kinds"].items()},
        _by_heading(rows["common"]),
        rows["before"],
        {kind: tuple(headings) for kind, headings in rows["apart"].items()},
    )


def _by_heading(fields: Mapping[str, list[str]]) -> dict[str, str]:
    return {heading: name for name, headings in fields.items() for heading in headings}
