"""What is asked across organs, by which limits, and how it is answered."""

from collections.abc import Mapping
from datetime import date

from ledger.frozen import dataclass
from ledger.home.organs_at_hand import KEY, hex_of
from projections.questions.over import Latest


@dataclass(frozen=True, slots=True)
class CityFilter(Latest):
    """Limits of a question to a city; None does not limit."""

    organ: str | None = None
    """Only this organ, by name, title, origin or fingerprint, or a beginning of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPersonFilter(CityFilter):
    """Whom the question is about: part of a name, or an id."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CityCaseFilter(CityFilter):
    """Cases opened within these days."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySignalFilter(CityFilter):
    """Signals of a code, of a weight."""

    code: str | None = None
    weight: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CityCountersignedFilter(CityFilter):
    """Pairs of which one is called so (part of a name, or an id); `mutual`: where each countersigned the other."""

    person: str | None = None
    mutual: bool = False


@dataclass(frozen=True, slots=True)
class AboutCity:
    """What every answer across organs says first."""

    day: date | None
    """The oldest day as on which one of the organs was looked at."""
    behind: int
    """How many organs have grown since, or are not in the index yet."""


@dataclass(frozen=True, slots=True)
class OrganNamed:
    """An organ as an answer across organs names it."""

    organ: str
    """Fingerprint."""
    name: str
    title: str

    @property
    def key(self) -> str:
        """By what addresses name it."""
        return hex_of(self.organ)[:KEY]


@dataclass(frozen=True, slots=True)
class CityPost:
    """A post that a person held in an organ."""

    organ: OrganNamed
    post: str
    acting: bool
    first: date
    last: date | None
    person: str
    """The id there."""


@dataclass(frozen=True, slots=True)
class CityPerson:
    """One person as far as links on record tell: every id, and the posts in order of days."""

    names: tuple[str, ...]
    ids: tuple[tuple[str, str], ...]
    """(organ's name, id there)."""
    posts: tuple[CityPost, ...]
    moved: bool
    """Posts in more than one organ."""


@dataclass(frozen=True, slots=True)
class CityPersons(AboutCity):
    """The answer, in order of name. Persons of the same name are one only where a link on record says so."""

    items: tuple[CityPerson, ...]


@dataclass(frozen=True, slots=True)
class CityCase:
    """A case of an organ, and why it is still red."""

    organ: OrganNamed
    case: str
    unit: str
    opened: str
    red: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class CityCases(AboutCity):
    """The answer, the case opened last first."""

    items: tuple[CityCase, ...]


@dataclass(frozen=True, slots=True)
class CitySignal:
    """A signal in an organ."""

    organ: OrganNamed
    code: str
    weight: str
    entry: str
    parties: tuple[str, ...]
    ledger: str
    """The kind of ledger that holds the entry; empty where the signal names none."""
    position: int | None


@dataclass(frozen=True, slots=True)
class CitySignals(AboutCity):
    """The answer, by organ: questions, never verdicts."""

    items: tuple[CitySignal, ...]
    more: int = 0
    """How many more there are than are listed."""


@dataclass(frozen=True, slots=True)
class CityOrgan:
    """An organ in the overview: what stands out there, and what could not be asked."""

    organ: OrganNamed
    day: date
    entries: int
    cases: int
    points: int
    signals: Mapping[str, int]
    vacant: int
    behind: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class CityOverview(AboutCity):
    """The answer: sums, and each organ in order of name."""

    entries: int
    cases: int
    points: int
    signals: Mapping[str, int]
    vacant: int
    faults: int
    items: tuple[CityOrgan, ...]


@dataclass(frozen=True, slots=True)
class CountersignedThere:
    """A pair in one organ, by the ids there."""

    organ: OrganNamed
    signer: str
    other: str
    times: int


@dataclass(frozen=True, slots=True)
class CityCountersigned:
    """How often one person countersigned another's acts, in all the organs where both are; ids that links on record
    join are one person."""

    signer: tuple[str, ...]
    other: tuple[str, ...]
    times: int
    back: int
    """How often the other countersigned his."""
    first: date
    last: date
    there: tuple[CountersignedThere, ...]


@dataclass(frozen=True, slots=True)
class CityCountersignedPairs(AboutCity):
    """The answer, the pair in most organs first, then the one that signed most often."""

    items: tuple[CityCountersigned, ...]
