"""Which talks are owed between whom in which half-year, and which were held.

Of the duties that a talk alone fulfils: those owed in pairs of posts (A2a, A2b) and those that something triggers (PM4,
PS7b). Each line is one talk that is owed; the tables that an office files (`office_talks`) show them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from projections.facts.protocol import happened
from projections.facts.values import Citation, Instance
from projections.obligations.table import table
from projections.questions.heat import BAD, DOUBTFUL, GOOD
from projections.questions.obligations import half_of, instances, is_nobodys
from projections.questions.over import Over


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


@cache
def talk_duties() -> tuple[str, ...]:
    """The obligations that a talk alone fulfils."""
    return tuple(
        row.id
        for row in table().obligations.values()
        if row.rules and all(rule.pairs is not None or rule.acts == ("talk",) for rule in row.rules)
    )


@cache
def half_year_duties() -> frozenset[str]:
    """Those of them that are owed each half-year, between the holders of two posts."""
    obligations = table().obligations
    return frozenset(id_ for id_ in talk_duties() if any(rule.pairs is not None for rule in obligations[id_].rules))


def talks_owed(over: Over, judged: date) -> tuple[TalkOwed, ...]:
    """Every talk that is owed, in the order of the table of obligations; kept as what is owed is."""
    found: tuple[TalkOwed, ...] = over.keep(("talks owed", judged, over.language), lambda: tuple(_rows(over, judged)))
    return found


def _rows(over: Over, judged: date) -> Iterator[TalkOwed]:
    for instance in instances(over, judged, talk_duties()):
        for owed in instance.pairs or (instance,):
            if owed.status != "not_applicable" and not is_nobodys(owed, judged):
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
    """How a talk stands by the status of what is owed."""
    return "held" if status in GOOD else "missing" if status in BAD else "doubtful" if status in DOUBTFUL else "open"
