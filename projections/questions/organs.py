"""Question: which organs are there for who asks: the only one of a directory, or those of its list of ledgers."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.home.organs_at_hand import Organ
from projections.questions.over import Latest


@dataclass(frozen=True, slots=True)
class OrganFilter(Latest):
    """Which organs."""

    like: str | None = None
    """Name, title or origin holds this."""


@dataclass(frozen=True, slots=True)
class OrganRow:
    """An organ; `organ` is how addresses and --organ name it."""

    organ: str
    name: str
    title: str
    origin: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class OrgansHere:
    """The answer."""

    items: tuple[OrganRow, ...]


def organs(seen: Iterable[Organ], wanted: OrganFilter) -> OrgansHere:
    """Of the organs that who asks may see those that are wanted."""
    rows = (OrganRow(each.key, each.name, each.title, each.origin, each.fingerprint) for each in seen)
    like = wanted.like
    return OrgansHere(
        tuple(row for row in rows if like is None or any(like in text for text in (row.name, row.title, row.origin)))
    )
