"""Question: who held which post over which units, as known at a moment."""

from dataclasses import fields
from datetime import date, datetime

from ledger.errors import BadInput
from ledger.events.roles import Role
from ledger.frozen import dataclass
from projections.facts.holdings import retro_weight
from projections.facts.protocol import Facts
from projections.facts.values import Tenure
from projections.questions.over import Known, Over
from projections.questions.parties import parties, party_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TenureFilter(Known):
    """Limits of the question; None does not limit. Person, unit and post are named by id, number, name or title."""

    person: str | None = None
    post: str | None = None
    unit: str | None = None
    """In whose line or body the post stands, its supervision included."""
    valid_at: date | None = None
    """Only what held on this day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenureRow(Tenure):
    """A person held a post, or acted in it."""

    name: str
    """The person's."""
    disputed: bool
    """Under a RETRO_ASSIGNMENT of weight high, so that it closes no gap before its recording (R16), or its own time is
    contradicted."""


@dataclass(frozen=True, slots=True)
class Tenures:
    """The answer, in order of the first days."""

    valid_at: date | None
    known_at: datetime | None
    items: tuple[TenureRow, ...]


def tenures(over: Over, wanted: TenureFilter) -> Tenures:
    """Assignments and actings within limits. Raises BadInput for a limit that names what is not there."""
    facts = over.facts
    found = rows(
        facts,
        person=party_of(facts, wanted.person, "person") if wanted.person is not None else None,
        post=_post(facts, wanted.post) if wanted.post is not None else None,
        unit=party_of(facts, wanted.unit, "unit") if wanted.unit is not None else None,
        on=wanted.valid_at,
    )
    return Tenures(wanted.valid_at, facts.known_at, found)


def rows(
    facts: Facts,
    *,
    person: str | None = None,
    post: str | None = None,
    role: Role | None = None,
    unit: str | None = None,
    on: date | None = None,
) -> tuple[TenureRow, ...]:
    """Of a person, to a post or posts of a role, over a unit (supervision included), on a day; all by id."""
    found = list(facts.tenures(person=person, post=post, role=role, unit=unit, on=on))
    if unit is not None:
        found += facts.tenures(person=person, post=post, role=role, supervises=unit, on=on)
    return tuple(_row(facts, each) for each in sorted(dict.fromkeys(found), key=lambda t: (t.valid_from, t.entry)))


def _row(facts: Facts, tenure: Tenure) -> TenureRow:
    person = facts.persons.get(tenure.person)
    return TenureRow(
        **{item.name: getattr(tenure, item.name) for item in fields(tenure)},
        name=person.name if person is not None else tenure.person,
        disputed=retro_weight(facts, tenure) == "high" or facts.contradicted(tenure),
    )


def _post(facts: Facts, text: str) -> str:
    """The post that a reader means: one that somebody held, or that is registered."""
    held = {tenure.post for tenure in facts.tenures()}
    if text in held:
        return text
    known = parties(facts)
    found = known.matching(text, "post")
    if len(found) != 1:
        perhaps = found or known.like(text, "post") or ("-",)
        raise BadInput("there is no post {!r} here; perhaps {}", text, ", ".join(perhaps))
    return found[0]
