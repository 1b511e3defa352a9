"""Question: which persons are registered, and which posts they hold on a day."""

from datetime import date, datetime

from ledger.frozen import dataclass
from projections.questions.over import Known, Over


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsFilter(Known):
    """As of which day; None = today."""

    valid_at: date | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A registered person, with the posts held on the day asked about."""

    id: str
    name: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Persons:
    """The answer, in the order of registration."""

    valid_at: date
    known_at: datetime | None
    items: tuple[PersonRow, ...]


def persons(over: Over, wanted: PersonsFilter) -> Persons:
    """Every registered person with the posts held on a day."""
    facts, on = over.facts, over.day(wanted.valid_at)
    posts: dict[str, dict[str, None]] = {}
    for tenure in facts.tenures(on=on):
        posts.setdefault(tenure.person, {})[tenure.post] = None
    found = (PersonRow(each.id, each.name, tuple(posts.get(each.id, ()))) for each in facts.persons.values())
    return Persons(on, facts.known_at, tuple(found))
