"""The lists of a dossier on its page: the first few of each and how many there are, or one whole, page by page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.answering.listing import Listing, listed
from api.routes import Parameter
from ledger.messages import N_
from projections.facts.values import WEIGHTS
from projections.questions.dossier import Dossier
from projections.questions.obligations import OVERDUE, STATUSES, ObligationRow

FEW = 10
TITLES = {
    "obligations": N_("What was owed and how it stands"),
    "signals": N_("Questions about records that name this person"),
    "talks": N_("Talks"),
    "acts": N_("Acts"),
    "handovers": N_("Handovers"),
    "leaves": N_("Leaves"),
    "remarks": N_("Corrections, refusals, explanations"),
    "cases": N_("Cases and decisions (inspectors only)"),
}
"""The lists by the dossier's member, in the order of the page."""
PART = Parameter("part", "part", "Which list of the dossier is shown whole, a page at a time.", tuple(TITLES))


@dataclass(frozen=True, slots=True)
class DossierPart:
    """A list of the dossier: how many rows it has, of which status or weight, and those that the page shows."""

    name: str
    title: str
    count: int
    tally: tuple[tuple[str, int], ...]
    rows: Sequence[Any]


def parts(found: Dossier) -> list[DossierPart]:
    """Each list that has rows: duties that stand undone and signals of most weight first, of entries the last few."""
    return [_part(name, getattr(found, name)) for name in TITLES if getattr(found, name) or name in _TALLIED]


def part_rows(found: Dossier, name: str, of: str) -> Listing[Any]:
    """A list of the dossier whole, to be shown a page at a time."""
    return listed(getattr(found, name), of)


_TALLIED = {"obligations": ("status", STATUSES), "signals": ("weight", WEIGHTS)}


def _part(name: str, rows: Sequence[Any]) -> DossierPart:
    if name not in _TALLIED:
        return DossierPart(name, TITLES[name], len(rows), (), rows[-FEW:])
    member, words = _TALLIED[name]
    counted = Counter(getattr(row, member) for row in rows)
    first = sorted(rows, key=_urgency if name == "obligations" else lambda row: WEIGHTS.index(row.weight))
    return DossierPart(name, TITLES[name], len(rows), tuple((w, counted[w]) for w in words if counted[w]), first[:FEW])


def _urgency(row: ObligationRow) -> tuple[bool, bool, date]:
    return row.status not in OVERDUE, row.status != "not_due", row.due or date.max
