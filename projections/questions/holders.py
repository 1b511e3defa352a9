"""Question: who held which duty on a day, as known at a moment."""

from dataclasses import fields, replace
from datetime import date, datetime

from ledger.errors import BadInput
from ledger.frozen import dataclass
from projections.facts.footing import footing
from projections.facts.holdings import (
    LEVELS,
    Holding,
    Level,
    covers_of,
    disputed_on,
    line_holders,
    membership,
    refused_holders,
    retro_weight,
)
from projections.facts.protocol import Facts
from projections.facts.values import Citation, Period, Tenure
from projections.questions.over import Known, Over
from projections.questions.parties import meant, parties

TIME_CONTRADICTED = "TIME_CONTRADICTED"
"""The flag of an entry whose own time the anchors contradict (FORMAT.md section 7)."""
RETRO_ASSIGNMENT = "RETRO_ASSIGNMENT"
"""The signal of an assignment that was recorded long after the day it begins on."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One holder with the entry that made him one; `flag` names what is said of it.

    It is a contradicted time, a signal, `unaccepted` (nobody said that the holder took it on) or `objects` (he refused,
    and an authority stands). A RETRO_ASSIGNMENT of weight high disputes the days before its recording; from that day on
    it is a flag alone.
    """

    person: str
    entry: Citation
    valid_from: date
    valid_to: date | None
    flag: str | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderFilter(Known):
    """Whose duties: a unit by id, number or name, or a post of role secretary; on which day, None = today."""

    subject: str
    valid_at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderRow(Holder):
    """Someone who held a duty on the day; `capacity` is titular, acting or cover, or refused: no holder."""

    duty: str
    unit: str | None
    name: str
    capacity: str


@dataclass(frozen=True, slots=True)
class Holders:
    """Who held the duties of a unit or post; `gaps` are the duties that nobody held."""

    subject: str
    """The id of the unit, or `secretary`."""
    valid_at: date
    known_at: datetime | None
    duties: tuple[str, ...]
    holders: tuple[HolderRow, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyHolders:
    """One duty: titular holders, acting and covering ones beside them. Nobody titular and nobody acting is a gap."""

    duty: str
    unit: str | None
    valid_at: date
    titular: tuple[Holder, ...]
    acting: tuple[Holder, ...]
    cover: tuple[Holder, ...]
    refused: tuple[Holder, ...] = ()
    """Who would hold it by an assignment that he refused and no authority stands behind: the disputed variant."""

    @property
    def gap(self) -> bool:
        """Whether nobody held the duty; cover does not fill it."""
        return not self.titular and not self.acting


def who_held(over: Over, wanted: HolderFilter) -> Holders:
    """Who held the duties of a unit or post on a day. Raises BadInput where there is no such unit or post."""
    facts, on = over.facts, over.day(wanted.valid_at)
    subject = subject_of(facts, wanted.subject)
    found = [holders(facts, level, subject.unit, on) for level in subject.levels]
    return Holders(
        subject=subject.unit or "secretary",
        valid_at=on,
        known_at=facts.known_at,
        duties=subject.levels,
        holders=tuple(
            HolderRow(
                **{item.name: getattr(holder, item.name) for item in fields(holder)},
                duty=answer.duty,
                unit=answer.unit,
                name=over.speech.name(holder.person),
                capacity=capacity,
            )
            for answer in found
            for capacity, held in (
                ("titular", answer.titular),
                ("acting", answer.acting),
                ("cover", answer.cover),
                ("refused", answer.refused),
            )
            for holder in held
        ),
        gaps=tuple(answer.duty for answer in found if answer.gap),
    )


def holders(facts: Facts, duty: Level, unit: str | None, valid_at: date) -> DutyHolders:
    """Who held a level of a unit's line on a day: `head`, `supervisor`, or `secretary` (of the organ)."""
    if duty not in LEVELS:
        raise BadInput("a duty is one of {}, not {!r}", ", ".join(LEVELS), duty)
    on = Period(valid_at, valid_at)
    found = line_holders(facts, duty, unit, on, primary=False)
    return DutyHolders(
        duty=duty,
        unit=unit,
        valid_at=valid_at,
        titular=tuple(_holder(facts, holding, valid_at) for holding in found if not holding.acting),
        acting=tuple(_holder(facts, holding, valid_at) for holding in found if holding.acting),
        cover=tuple(_holder(facts, holding, valid_at) for holding in covers_of(facts, duty, unit, on, primary=False)),
        refused=tuple(
            replace(_holder(facts, holding, valid_at), flag="refused", disputed=True)
            for holding in refused_holders(facts, duty, unit, on)
        ),
    )


def _holder(facts: Facts, holding: Holding, on: date) -> Holder:
    """The holder by the assignment that counts most: an undisputed one before a disputed one."""
    weights = [(facts.contradicted(t), disputed_on(facts, t, on), retro_weight(facts, t), t) for t in holding.tenures]
    order = (None, "medium", "high")
    contradicted, disputed, weight, tenure = min(weights, key=lambda row: (*row[:2], order.index(row[2]), row[3].entry))
    return Holder(
        tenure.person,
        tenure.entry,
        tenure.valid_from,
        tenure.valid_to,
        flag=TIME_CONTRADICTED if contradicted else RETRO_ASSIGNMENT if weight else _footing(facts, tenure),
        disputed=contradicted or disputed,
    )


def _footing(facts: Facts, tenure: Tenure) -> str | None:
    """The mark of an assignment that its holder has not taken on; one that is pending bears none."""
    found = footing(facts, tenure)
    return found if found in ("unaccepted", "objects") else None


def members(facts: Facts, valid_at: date) -> tuple[str, ...]:
    """Full membership of the Party group on a day; empty where there is no Party group."""
    return membership(facts, valid_at, primary=False)


def timeline(facts: Facts, duty: Level, unit: str | None, during: Period) -> list[Holding]:
    """Every holding at a level inside these days, disputed ones and cover included, in order of days."""
    held = line_holders(facts, duty, unit, during, primary=False)
    found = [*held, *covers_of(facts, duty, unit, during, primary=False)]
    return sorted(found, key=lambda holding: (holding.period, holding.person))


@dataclass(frozen=True, slots=True)
class NamedSubject:
    """What a reader named: a unit, or a post of the organ."""

    unit: str | None
    levels: tuple[Level, ...]


def subject_of(facts: Facts, text: str) -> NamedSubject:
    """The unit or post that a reader means: a unit, or a post of role secretary such as 书记. Raises BadInput."""
    known = parties(facts)
    if "secretary" in map(facts.role_of, known.matching(text, "post")):
        return NamedSubject(None, ("secretary",))
    found = meant(facts, text, "unit")
    if len(found) > 1:
        raise BadInput("{!r} is the name of several: {}; give the id", text, ", ".join(found))
    if not found:
        perhaps = ", ".join(known.like(text, "unit"))
        if not perhaps:
            raise BadInput("{!r} is neither a unit nor a post here; no unit is registered yet", text)
        raise BadInput("{!r} is neither a unit nor a post here; perhaps {}", text, perhaps)
    kind = facts.units[found[0]].kind
    return NamedSubject(found[0], ("secretary",) if kind == "party_group" else ("head", "supervisor"))
