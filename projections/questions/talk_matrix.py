"""Question: which talks are owed between whom in which half-year, and which were held.

Of the duties that a talk alone fulfils: those owed in pairs of posts (A2a, A2b) and those that something triggers (PM4,
PS7b). Each line is one talk that is owed; as a matrix they are rows of *what about* and columns of half-years.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from projections.facts.protocol import happened
from projections.facts.values import Citation, Instance
from projections.obligations.table import table
from projections.questions.heat import BAD, DOUBTFUL, GOOD
from projections.questions.obligations import ObligationFilter, half_of, instances, settled
from projections.questions.over import Judged, Over

MARKS: Mapping[str, str] = {"held": "✓", "missing": "✗", "doubtful": "?", "open": "○"}
"""The states of a cell, and the sign of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkMatrixFilter(Judged):
    """Limits of the question; None does not limit. Persons and units are named by id, number or name."""

    owner: str | None = None
    """Who owes the talk, or is to be talked to."""
    unit: str | None = None
    half: str | None = None
    """The half-year in which it falls due, `2024H1`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkOwed:
    """One talk that is owed: by whom, to whom, about which unit, in which half-year, and how it stands."""

    obligation: str
    title: str
    about: str
    """The unit that it is owed for; of duties between persons whom it is to be held with."""
    about_name: str
    half: str
    """The half-year in which it falls due; "" for one without a day."""
    owner: str
    owner_name: str
    other: str | None
    other_name: str | None
    status: str
    state: str
    """`held`, `missing`, `doubtful` or `open`."""
    due: date | None
    held: tuple[date, ...]
    """On which days it was held."""
    met_by: tuple[Citation, ...]
    set_aside: tuple[Citation, ...]
    """Records of such a talk that do not count, by what is doubted of them or because they are of something else."""
    unclaimed: tuple[Citation, ...]
    """Where it is missing: talks that would fit and do not claim it."""


@dataclass(frozen=True, slots=True)
class TalkMatrix:
    """The answer: the talks that are owed, in the order of the table of obligations."""

    judged_on: date
    known_at: datetime | None
    items: tuple[TalkOwed, ...]


@cache
def talk_duties() -> tuple[str, ...]:
    """The obligations that a talk alone fulfils."""
    return tuple(
        row.id
        for row in table().obligations.values()
        if row.rules and all(rule.pairs is not None or rule.acts == ("talk",) for rule in row.rules)
    )


def talk_matrix(over: Over, wanted: TalkMatrixFilter) -> TalkMatrix:
    """The talks that are owed, within limits. Raises BadInput for a limit that names what does not exist."""
    judged = over.judging_day(wanted)
    limits = settled(over.facts, ObligationFilter(owner=wanted.owner, unit=wanted.unit, half=wanted.half))
    found = tuple(
        row
        for row in _rows(over, judged)
        if limits.owner in (None, row.owner, row.other)
        and limits.unit in (None, row.about)
        and limits.half in (None, row.half)
    )
    return TalkMatrix(judged, over.facts.known_at, found)


def _rows(over: Over, judged: date) -> Iterator[TalkOwed]:
    for instance in instances(over, judged, talk_duties()):
        for owed in instance.pairs or (instance,):
            if owed.status != "not_applicable":
                yield _row(over, owed)


def _row(over: Over, owed: Instance) -> TalkOwed:
    records = (over.facts.cited(cite) for cite in owed.met_by)
    about = owed.unit or owed.subject or owed.owner
    name = over.explain.name
    return TalkOwed(
        obligation=owed.obligation,
        title=over.explain.title(owed.obligation),
        about=about,
        about_name=name(about),
        half=half_of(owed.due),
        owner=owed.owner,
        owner_name=name(owed.owner),
        other=owed.subject,
        other_name=name(owed.subject) if owed.subject is not None else None,
        status=owed.status,
        state=state_of_status(owed.status),
        due=owed.due,
        held=tuple(sorted({happened(over.facts, record) for record in records if record is not None})),
        met_by=owed.met_by,
        set_aside=tuple(dict.fromkeys((*owed.rejected, *owed.doubtful, *owed.not_counted))),
        unclaimed=owed.fitting,
    )


def state_of_status(status: str) -> str:
    """What a cell shows of a status."""
    return "held" if status in GOOD else "missing" if status in BAD else "doubtful" if status in DOUBTFUL else "open"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A row of the matrix: a duty towards a unit or a person, and for each half-year the talks owed in it."""

    obligation: str
    title: str
    about: str
    about_name: str
    cells: tuple[tuple[TalkOwed, ...], ...]


def as_matrix(items: Sequence[TalkOwed]) -> tuple[tuple[str, ...], tuple[MatrixRow, ...]]:
    """The half-years that are the columns, and the rows in the order in which the talks come."""
    halves = tuple(sorted({row.half for row in items}))
    places: dict[tuple[str, str], list[TalkOwed]] = {}
    for row in items:
        places.setdefault((row.obligation, row.about), []).append(row)
    order = {id_: number for number, id_ in enumerate(talk_duties())}
    return halves, tuple(
        MatrixRow(
            id_,
            found[0].title,
            about,
            found[0].about_name,
            tuple(tuple(row for row in found if row.half == half) for half in halves),
        )
        for (id_, about), found in sorted(places.items(), key=lambda place: order[place[0][0]])
    )
