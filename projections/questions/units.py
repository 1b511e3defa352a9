"""Question: which units there are and who leads them on a day; and one unit over the whole time on record."""

from datetime import date, datetime

from ledger.frozen import dataclass
from projections.facts.holdings import Level, governed_units, line_holders
from projections.facts.values import Period, Unit
from projections.questions.over import Known, Over
from projections.questions.parties import party_of
from projections.questions.tenures import TenureRow
from projections.questions.tenures import rows as tenures_of
from projections.questions.vacancies import EVER, BreakRow, breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsFilter(Known):
    """As of which day; None = today."""

    valid_at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFilter(UnitsFilter):
    """Which unit, by id, number or name."""

    unit: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A registered unit, with who holds its line on the day asked about."""

    id: str
    name: str
    kind: str
    head: tuple[str, ...]
    supervisor: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Units:
    """The answer, in the order of registration."""

    valid_at: date
    known_at: datetime | None
    items: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class UnitFile:
    """A unit: its tenures, vacancies and overlaps, until the day asked about or the last day that one of them names."""

    valid_at: date
    known_at: datetime | None
    unit: Unit
    tenures: tuple[TenureRow, ...]
    breaks: tuple[BreakRow, ...]


def units(over: Over, wanted: UnitsFilter) -> Units:
    """Every registered unit with the holders of its line on a day."""
    facts, on = over.facts, over.day(wanted.valid_at)
    day = Period(on, on)
    governed = set(governed_units(facts))

    def line(level: Level, unit: Unit) -> tuple[str, ...]:
        if unit.id not in governed:
            return ()
        return tuple(holding.person for holding in line_holders(facts, level, unit.id, day, primary=False))

    rows = (
        UnitRow(unit.id, unit.name, unit.kind, line("head", unit), line("supervisor", unit))
        for unit in facts.units.values()
    )
    return Units(on, facts.known_at, tuple(rows))


def unit(over: Over, wanted: UnitFilter) -> UnitFile:
    """A unit over the whole time on record. Raises BadInput where there is none of that name."""
    facts, on = over.facts, over.day(wanted.valid_at)
    found = facts.units[party_of(facts, wanted.unit, "unit")]
    known = tenures_of(facts, unit=found.id)
    last = max((row.valid_to or on for row in known), default=on)
    during = Period(EVER.first, max(last, on))
    return UnitFile(on, facts.known_at, found, known, breaks(facts, during, found.id))
