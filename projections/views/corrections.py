"""Tenures without what does not count of them: disputed corrections and ends (R16), withdrawn ends and corrections."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from ledger.frozen import dataclass
from projections.facts.values import Period, Tenure

Version = Mapping[str, Any]
_MADE = ("known_from", "known_to", "made_by", "made_at", "sets")
"""What tells the versions of a tenure apart beside its fields; `sets` is the column that a correction is of."""


@dataclass(frozen=True, slots=True)
class TenureLimits:
    """Which tenures a question is about; None does not limit."""

    person: str | None
    posts: frozenset[str] | None
    unit: str | None
    supervises: str | None
    stretch: Period | None

    def fits(self, tenure: Tenure) -> bool:
        """Whether a tenure is asked about."""
        return (
            self.person in (None, tenure.person)
            and (self.posts is None or tenure.post in self.posts)
            and (self.unit is None or self.unit in tenure.scope)
            and (self.supervises is None or self.supervises in tenure.supervises)
            and (self.stretch is None or self._touches(tenure, self.stretch))
        )

    @staticmethod
    def _touches(tenure: Tenure, stretch: Period) -> bool:
        return tenure.valid_from <= stretch.last and (tenure.valid_to or date.max) >= stretch.first


def ended_later(tenure: Tenure, ended_on: str, meant: str | None, counts_from: date) -> Tenure:
    """A tenure that was ended for another that counts from a later day: it goes on until the day before.

    No longer than it was `meant` to last. What became of its last day by itself, as of an end that was withdrawn,
    stands.
    """
    if tenure.valid_to != date.fromisoformat(ended_on):
        return tenure
    last = max(tenure.valid_to, counts_from - timedelta(days=1))
    return replace(tenure, valid_to=min(last, date.fromisoformat(meant)) if meant is not None else last)


_ENDING = ("valid_to", "leaves", "ended_by", "ended_ref")
"""What an end says of a tenure."""


def undisputed_version(
    versions: Sequence[Version],
    disputed: Callable[[Version, Version], bool],
    withdrawn: Collection[int] = (),
) -> Version | None:
    """The last version of one tenure with the changes of disputed versions left out; None where none is.

    `versions` in the order in which they became known; what an undisputed later version changed still holds.
    `withdrawn`: positions of entries that changed nothing; nor did a correction of an end so withdrawn.
    """
    kept = dict(versions[0])
    left_out = False
    for before, version in pairwise(versions):
        if version["known_from"] in withdrawn or disputed(before, version):
            left_out = True
            continue
        changed = {name: value for name, value in version.items() if name not in _MADE and value != before[name]}
        if version.get("sets") in version:  # also where a version that is left out had set the same
            changed[version["sets"]] = version[version["sets"]]
        if version["ended_by"] in withdrawn:
            changed = {name: value for name, value in changed.items() if name not in _ENDING}
        elif version["ended_by"] != before["ended_by"]:
            changed |= {name: version[name] for name in _ENDING}
        kept |= changed
    return kept if left_out else None
