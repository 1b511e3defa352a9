"""Tenures as they were before a disputed correction of them (R16)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from projections.facts.values import Period, Tenure

Version = Mapping[str, Any]
_MADE = ("known_from", "known_to", "made_by", "made_at")
"""What tells the versions of a tenure apart beside its fields."""


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


def undisputed_version(versions: Sequence[Version], disputed: Callable[[Version, Version], bool]) -> Version | None:
    """The last version of one tenure with the changes of disputed versions left out; None where none is disputed.

    `versions` in the order in which they became known; what an undisputed later version changed still holds.
    """
    kept = dict(versions[0])
    left_out = False
    for before, version in pairwise(versions):
        if disputed(before, version):
            left_out = True
            continue
        kept |= {name: value for name, value in version.items() if name not in _MADE and value != before[name]}
    return kept if left_out else None
