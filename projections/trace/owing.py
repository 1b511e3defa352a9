"""What those named in a trace owed: all of it by the whole record, what warnings asked of them by the case's own lead.

The list of what was left undone is everybody's: a row that several cases touch is judged by the earliest of their
leads. A ground rests on no lead but the case's own.
"""

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import date

from projections.facts.protocol import Facts
from projections.facts.values import Instance, Period
from projections.obligations import obligations
from projections.trace.culpability import NOT_DONE

Considered = Callable[[Instance], bool]
"""Whether an obligation is looked at."""


class Owing:
    """The obligations of some owners that are considered, judged as on a day; `falling` are the days they fall due in.

    `whole` are the facts with all cases, `own` those of the one that is traced.
    """

    def __init__(
        self, whole: Facts, own: Facts, judged_on: date, falling: Period | None, considered: Considered
    ) -> None:
        self._whole, self._own, self._judged_on, self._falling = whole, own, judged_on, falling
        self._considered = considered
        self._rows: defaultdict[str, list[Instance]] = defaultdict(list)

    def look(self, owners: AbstractSet[str]) -> None:
        """Judges what these owe."""
        for row in obligations(self._whole, judged_on=self._judged_on, owners=owners, falling=self._falling):
            if self._considered(row):
                self._rows[row.owner].append(row)

    def of(self, owner: str) -> list[Instance]:
        """What one owes, in the order of the table."""
        return self._rows[owner]

    def by_own_lead(self, owner: str) -> list[Instance]:
        """Of what one was asked by a trigger, what is not done in time by the whole record, judged for this case."""
        ids = {row.obligation for row in self.of(owner) if row.trigger is not None and row.status in NOT_DONE}
        if not ids:  # with fewer leads nothing counts less
            return []
        found = obligations(
            self._own, judged_on=self._judged_on, ids=ids, owners=frozenset({owner}), falling=self._falling
        )
        return [row for row in found if row.owner == owner and self._considered(row)]
