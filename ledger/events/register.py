"""Registration of units, persons and posts, and of who is who across ledgers (单位、人员、职务登记)."""

from datetime import date
from typing import ClassVar

from ledger.events.base import Imported, Payload
from ledger.events.fields import erasable, structural
from ledger.events.roles import ROLES
from ledger.frozen import dataclass
from ledger.messages import N_

UNIT_KINDS = (
    "party_group",
    "leading_group",
    "department",
    "centre",
    "superior",
    "superior_discipline",
    "supervision",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRegistered(Payload):
    """A unit or body exists under this id from now on."""

    TYPE: ClassVar[str] = "unit.registered/1"
    TITLE: ClassVar[str] = N_("unit registered")
    OPENS: ClassVar[bool] = True
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "custodian", "inspector")
    unit: str = structural(about="unit", registers=True)
    kind: str = structural(choices=UNIT_KINDS)
    name: str | None = erasable()
    imported: Imported | None = structural(by_program=True, default=None)
    valid_from: date | None = structural(default=None)
    """The first day on which the unit lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered(Payload):
    """A person exists under this pseudonymous id from now on."""

    TYPE: ClassVar[str] = "person.registered/1"
    TITLE: ClassVar[str] = N_("person registered")
    OPENS: ClassVar[bool] = True
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "custodian", "inspector")
    person: str = structural(about="person", registers=True)
    name: str | None = erasable()
    imported: Imported | None = structural(by_program=True, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRegistered(Payload):
    """A kind of post exists; an exclusive one has at most one titular holder per unit at a time."""

    TYPE: ClassVar[str] = "post.registered/1"
    TITLE: ClassVar[str] = N_("post registered")
    OPENS: ClassVar[bool] = True
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "custodian")
    post: str = structural()
    exclusive: bool = structural()
    title: str | None = erasable()
    imported: Imported | None = structural(by_program=True, default=None)
    role: str | None = structural(choices=ROLES, default=None)
    """What the rules ask of whoever holds it (`events.roles`); without it the id says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRenamed(Payload):
    """A unit bears another name from a day on (单位更名); every name it had still finds it."""

    TYPE: ClassVar[str] = "unit.renamed/1"
    TITLE: ClassVar[str] = N_("renaming of a unit")
    WORD: ClassVar[str | None] = "unit_renamed"
    JOINS: ClassVar[str | None] = "unit"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "custodian", "inspector")
    unit: str = structural(about="unit")
    name: str | None = erasable()
    valid_from: date = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEnded(Payload):
    """A unit lives no longer than an inclusive day (撤并); what is open passes to the units in `into`."""

    TYPE: ClassVar[str] = "unit.ended/1"
    TITLE: ClassVar[str] = N_("end of a unit")
    WORD: ClassVar[str | None] = "unit_ended"
    JOINS: ClassVar[str | None] = "unit"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "custodian", "inspector")
    unit: str = structural(about="unit")
    valid_to: date = structural()
    into: tuple[str, ...] | None = structural(about="unit", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRenamed(Payload):
    """A person bears another name from a day on (更名)."""

    TYPE: ClassVar[str] = "person.renamed/1"
    TITLE: ClassVar[str] = N_("change of a person's name")
    WORD: ClassVar[str | None] = "person_renamed"
    JOINS: ClassVar[str | None] = "person"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty", "case")
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "custodian", "inspector")
    person: str = structural(about="person", signs="holder")
    name: str | None = erasable()
    valid_from: date = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An id in a ledger; `fingerprint` "" means the ledger it stands in."""

    fingerprint: str = structural()
    id: str = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLinked(Payload):
    """These ids, each of its own ledger, are one person (FORMAT.md section 2)."""

    TYPE: ClassVar[str] = "person.linked/1"
    TITLE: ClassVar[str] = N_("same person in other ledgers")
    LEDGERS: ClassVar[tuple[str, ...]] = ("case",)
    AUTHORS: ClassVar[tuple[str, ...]] = ("inspector", "custodian")
    identities: tuple[Identity, ...] = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLinked(Payload):
    """These ids, each of its own ledger, are one unit."""

    TYPE: ClassVar[str] = "unit.linked/1"
    TITLE: ClassVar[str] = N_("same unit in other ledgers")
    LEDGERS: ClassVar[tuple[str, ...]] = ("case",)
    AUTHORS: ClassVar[tuple[str, ...]] = ("inspector", "custodian")
    identities: tuple[Identity, ...] = structural()
