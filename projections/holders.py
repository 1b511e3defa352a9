"""Question: who held which duty on a day, as known at a moment."""

import re
from dataclasses import dataclass
from datetime import date

from ledger.errors import BadInput
from projections.facts import Facts
from projections.model import Citation, Period, Tenure
from projections.tenures import LEVELS, Level, level_tenures, membership, retro_weight


@dataclass(frozen=True, slots=True)
class Holder:
    """One holder with the entry that made him one; `flag` names the signal that disputes it."""

    person: str
    entry: Citation
    valid_from: date
    valid_to: date | None
    flag: str | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Titular holders, and acting and covering holders beside them. Nobody titular and nobody acting is a gap."""

    duty: str
    unit: str | None
    valid_at: date
    titular: tuple[Holder, ...]
    acting: tuple[Holder, ...]
    cover: tuple[Holder, ...]

    @property
    def gap(self) -> bool:
        """Whether nobody held the duty; cover does not fill it."""
        return not self.titular and not self.acting


def holders(facts: Facts, duty: Level, unit: str | None, valid_at: date) -> Answer:
    """Who held a level of a unit's line on a day: `head`, `supervisor`, or `secretary` (of the organ)."""
    if duty not in LEVELS:
        raise BadInput(f"a duty is one of {', '.join(LEVELS)}, not {duty!r}")
    found = level_tenures(facts, duty, unit, Period(valid_at, valid_at))
    return Answer(
        duty=duty,
        unit=unit,
        valid_at=valid_at,
        titular=_holders(facts, found, None),
        acting=_holders(facts, found, "in_charge"),
        cover=_holders(facts, found, "cover"),
    )


def _holders(facts: Facts, tenures: object, acting: str | None) -> tuple[Holder, ...]:
    rows: dict[str, Holder] = {}
    for tenure in tenures if isinstance(tenures, list | tuple) else ():
        if tenure.acting == acting:
            holder = _holder(facts, tenure)
            if tenure.person not in rows or rows[tenure.person].disputed:
                rows[tenure.person] = holder
    return tuple(rows.values())


def _holder(facts: Facts, tenure: Tenure) -> Holder:
    weight = retro_weight(facts, tenure)
    return Holder(
        tenure.person,
        tenure.entry,
        tenure.valid_from,
        tenure.valid_to,
        flag="RETRO_ASSIGNMENT" if weight else None,
        disputed=weight == "high",
    )


def members(facts: Facts, valid_at: date) -> tuple[str, ...]:
    """Full membership of the Party group on a day."""
    return membership(facts, valid_at, primary=False)


def timeline(facts: Facts, duty: Level, unit: str | None, during: Period) -> list[Tenure]:
    """Every tenure at a level that touches these days, in order of days."""
    return sorted(level_tenures(facts, duty, unit, during), key=lambda t: (t.valid_from, t.entry))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reader named: a unit, or a post of the organ."""

    unit: str | None
    levels: tuple[Level, ...]


def subject_of(facts: Facts, text: str) -> Subject:
    """The unit or post that a reader means: a unit's id or name, or `secretary` / 书记. Raises BadInput."""
    if text in ("secretary", "书记", "党组书记"):
        return Subject(None, ("secretary",))
    for unit in facts.units.values():
        if text in (unit.id, unit.ref, unit.name):
            return Subject(unit.id, ("secretary",) if unit.kind == "party_group" else ("head", "supervisor"))
    near = [u.ref for u in facts.units.values() if re.search(re.escape(text), u.name)]
    hint = f"; did you mean {', '.join(near)}?" if near else f"; units are {', '.join(u.ref for u in facts.units.values())}"
    raise BadInput(f"{text!r} is neither a unit nor a post here{hint}")
