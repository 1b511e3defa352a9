"""The rule set that an organ has adopted: tolerances and the answers to the plan's ambiguities.

A rule set is data adopted by a signed event (`rules.adopted/1`, field `settings`); the latest one in force at the
known moment decides. What a set leaves open has the default named in the reference tables; numbers that no rule text
gives (how many days is "prompt") are settings and are shown as such.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.errors import BadInput

DEFAULT_TOLERANCE = {
    "talk": 7,
    "meeting": 10,
    "education": 15,
    "report": 15,
    "plan": 15,
    "inspection": 15,
    "assignment": 10,
    "default": 30,
}


@dataclass(frozen=True, slots=True)
class YearWindow:
    """Month and day from and to, inclusive; one that ends before it begins runs into the next year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def of(self, year: int) -> tuple[date, date]:
        """The window that opens in `year`."""
        end = year + (self.last < self.first)
        return date(year, *self.first), date(end, *self.last)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Settings, each with its default. Days are calendar days, `timely_days` working days."""

    tolerance_days: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULT_TOLERANCE))
    timely_days: int = 5
    batch_min_records: int = 5
    batch_window_hours: int = 24
    batch_min_spread_days: int = 30
    near_duplicate_threshold: Decimal = Decimal("0.90")
    boilerplate: tuple[str, ...] = ()
    post_read_days: int = 7
    handover_days: int = 10
    countersign_days: int = 7
    unanswered_warning_days: int = 30
    rotation_years: int = 5
    quorum_ordinary: str = "more_than_half"
    quorum_cadre_or_discipline: str = "two_thirds"
    pass_rule: str = "more_than_half_of_full_membership"  # noqa: S105 - a voting rule, not a password
    half_year_1: YearWindow = YearWindow((1, 1), (6, 30))
    half_year_2: YearWindow = YearWindow((7, 1), (12, 31))
    annual_check_window: YearWindow = YearWindow((1, 1), (3, 31))
    mid_year_analysis_window: YearWindow = YearWindow((6, 15), (7, 31))
    year_end_analysis_window: YearWindow = YearWindow((12, 1), (1, 31))
    min_days_for_pair: int = 30
    unit_of_money: str = ""
    judged_on: date | None = None
    """The day as on which obligations and signals are judged (a replayed scenario's end); None = the day asked."""

    def tolerance(self, kind: str) -> int:
        """Days allowed between the fact and its record for this kind of act."""
        return self.tolerance_days.get(kind, self.tolerance_days.get("default", DEFAULT_TOLERANCE["default"]))


_GROUPS = {
    "batch": {
        "min_records": "batch_min_records",
        "window_hours": "batch_window_hours",
        "min_spread_days": "batch_min_spread_days",
    },
    "quorum": {"ordinary": "quorum_ordinary", "cadre_or_discipline": "quorum_cadre_or_discipline"},
    "half_year": {"H1": "half_year_1", "H2": "half_year_2"},
}


def read_rules(settings: Mapping[str, Any]) -> RuleSet:
    """The rule set of an adopted event's settings; raises BadInput for a setting that this version does not know."""
    values: dict[str, Any] = {}
    for name, value in settings.items():
        for target, item in ((_GROUPS[name][k], v) for k, v in value.items()) if name in _GROUPS else ((name, value),):
            values[target] = _read(target, item)
    return RuleSet(**values)


def _window(value: Any) -> YearWindow:
    first, last = (tuple(int(part) for part in str(text).split("-")) for text in value)
    return YearWindow((first[0], first[1]), (last[0], last[1]))


def _tolerances(value: Any) -> Mapping[str, int]:
    return {**DEFAULT_TOLERANCE, **{str(kind): int(days) for kind, days in value.items()}}


_READERS: Mapping[Any, Callable[[Any], Any]] = {
    int: int,
    str: str,
    Decimal: lambda value: Decimal(str(value)),
    YearWindow: _window,
    date | None: lambda value: date.fromisoformat(str(value)),
    tuple[str, ...]: lambda value: tuple(str(item) for item in value),
    Mapping[str, int]: _tolerances,
}


def _read(name: str, value: Any) -> Any:
    kinds = {item.name: item.type for item in fields(RuleSet)}
    if name not in kinds:
        raise BadInput("the rule set has a setting {!r} that this version does not know; remove or correct it", name)
    try:
        return _READERS[kinds[name]](value)
    except (TypeError, ValueError, ArithmeticError, AttributeError, IndexError) as error:
        raise BadInput("the setting {!r} has a value that cannot be read: {!r}", name, value) from error
