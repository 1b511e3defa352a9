"""The rule set in force: tolerances, the answers to the plan's ambiguities, and what layers above the organ demand.

A rule set is data adopted by a signed event (`rules.adopted/2`: `layer`, `version`, `valid_from`, `settings`). A set of
a layer (centre, province, city, organ) changes the settings that it states and leaves the layer's others as they are;
one of the first list of types (`rules.adopted/1`) is the layer's whole set. Of each layer what the sets adopted by the
known moment make of it counts; where two layers state the same
setting, the stricter one wins, and where strictness has no direction (a window, a word) the layer nearest the organ.
What no layer states has the default named here; numbers that no rule text gives (how many days is "prompt") are
settings and are shown as such. AMBIGUITIES says which setting answers which open question of the plan.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.events.base import Payload
from ledger.frozen import dataclass

LAYERS = ("centre", "province", "city", "organ")
"""From the outermost to the nearest."""
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
class Demand:
    """What a layer demands of one obligation: how many acts in which period, from which day on, or none at all."""

    obligation: str
    layer: str
    times: int | None = None
    every: str | None = None
    since: date | None = None
    in_force: bool = True


def _setting(default: Any, stricter: Any = None, choices: Sequence[str] = ()) -> Any:
    """A setting. `stricter` picks the strictest of several values; None = the layer nearest the organ decides."""
    metadata = {"stricter": stricter, "choices": tuple(choices)}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


_QUORUMS = ("half", "more_than_half", "two_thirds")
_PASSES = tuple(f"{share}_of_{whole}" for whole in ("present", "full_membership") for share in _QUORUMS)
PERIODS = ("quarter", "half_year", "year")


def _ranked(order: Sequence[str]) -> Callable[[Iterable[str]], str]:
    return lambda values: max(values, key=order.index)


def _least_of_each(values: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for value in values:
        for kind, days in value.items():
            found[kind] = min(days, found.get(kind, days))
    return found


def _all_of(values: Iterable[tuple[Demand, ...]]) -> tuple[Demand, ...]:
    return tuple(demand for value in values for demand in value)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Settings, each with its default. Days are calendar days, `timely_days` working days."""

    tolerance_days: Mapping[str, int] = _setting(dict, _least_of_each)
    """Days between fact and record by kind; kinds not stated have `default` or, without one, DEFAULT_TOLERANCE."""
    timely_days: int = _setting(5, min)
    batch_min_records: int = _setting(5, min)
    batch_window_hours: int = _setting(24, max)
    batch_min_spread_days: int = _setting(30, min)
    near_duplicate_threshold: Decimal = _setting(Decimal("0.90"), min)
    boilerplate: tuple[str, ...] = _setting(())
    post_read_days: int = _setting(7, max)
    handover_days: int = _setting(10, min)
    countersign_days: int = _setting(7, min)
    unanswered_warning_days: int = _setting(30, min)
    near_days: int = _setting(7)
    """What falls due within so many days is shown as near; it judges nothing."""
    rotation_years: int = _setting(5, min)
    quorum_ordinary: str = _setting("more_than_half", _ranked(_QUORUMS), _QUORUMS)
    quorum_cadre_or_discipline: str = _setting("two_thirds", _ranked(_QUORUMS), _QUORUMS)
    pass_rule: str = _setting("more_than_half_of_full_membership", _ranked(_PASSES), _PASSES)
    half_year_1: YearWindow = _setting(YearWindow((1, 1), (6, 30)))
    half_year_2: YearWindow = _setting(YearWindow((7, 1), (12, 31)))
    annual_check_window: YearWindow = _setting(YearWindow((1, 1), (3, 31)))
    mid_year_analysis_window: YearWindow = _setting(YearWindow((6, 15), (7, 31)))
    second_half_analysis_window: YearWindow = _setting(YearWindow((12, 1), (1, 31)))
    year_end_analysis_window: YearWindow = _setting(YearWindow((12, 1), (1, 31)))
    analyses_per_year: int = _setting(2, max)
    one_act_several_obligations: bool = _setting(True)  # noqa: FBT003 - the setting's own value
    regular_period: str = _setting("half_year", lambda values: min(values, key=PERIODS.index), PERIODS)
    pair_follows: str = _setting("post", None, ("post", "holder"))
    min_days_for_pair: int = _setting(30, min)
    secretary_reports: bool = _setting(True, any)  # noqa: FBT003
    collective_talks_count: bool = _setting(False, all)  # noqa: FBT003
    late_key_tasks_count: bool = _setting(True, any)  # noqa: FBT003
    functions_supervise: bool = _setting(False, any)  # noqa: FBT003
    leading_group: str = _setting("")
    """Id of the unit that receives self-summaries; empty = the registered unit of kind leading_group."""
    head_signs_unit_acts: bool = _setting(True, any)  # noqa: FBT003
    sources: Mapping[str, str] = _setting(dict)
    """Rule texts by a name of one's own, free text with its version: numbers of documents may be masked."""
    obligations: tuple[Demand, ...] = _setting((), _all_of)
    unit_of_money: str = _setting("")
    judged_on: date | None = _setting(None)
    """The day as on which obligations and signals are judged (a replayed scenario's end); None = the day asked."""

    def tolerance(self, *kinds: str) -> int:
        """Days allowed between the fact and its record: for the first of these kinds that is named, else `default`."""
        stated = (
            self.tolerance_days if "default" in self.tolerance_days else {**DEFAULT_TOLERANCE, **self.tolerance_days}
        )
        return stated[next((kind for kind in kinds if kind in stated), "default")]

    def tolerance_of(self, kind: type[Payload]) -> int:
        """Days allowed for a kind of record: by its word, by the names that its class gives, else `default`."""
        return self.tolerance(*filter(None, (kind.WORD, *(kind.TOLERANCE or ()))))


AMBIGUITIES: Mapping[int, tuple[str, ...]] = {
    1: ("analyses_per_year", "mid_year_analysis_window", "second_half_analysis_window", "year_end_analysis_window"),
    2: ("one_act_several_obligations",),
    3: ("timely_days",),
    4: ("regular_period",),
    5: ("pair_follows", "min_days_for_pair"),
    6: ("secretary_reports",),
    7: ("collective_talks_count",),
    8: ("late_key_tasks_count",),
    9: ("functions_supervise",),
    10: ("leading_group",),
    11: ("head_signs_unit_acts",),
    12: ("sources",),
    13: ("obligations",),
}
"""The open questions of the plan, in the order of the reference table, and the settings that answer them."""

GROUPS = {
    "batch": {
        "min_records": "batch_min_records",
        "window_hours": "batch_window_hours",
        "min_spread_days": "batch_min_spread_days",
    },
    "quorum": {"ordinary": "quorum_ordinary", "cadre_or_discipline": "quorum_cadre_or_discipline"},
    "half_year": {"H1": "half_year_1", "H2": "half_year_2"},
}


_A_YEAR: Mapping[str, int] = {"quarter": 4, "half_year": 2, "year": 1}


def _demanded_less(old: Iterable[Demand], new: Iterable[Demand]) -> Iterator[str]:
    """Obligations of which fewer acts a year are demanded than before, or later, or which are not in force any more."""
    before, after = tuple(old), tuple(new)
    named = {row.obligation for row in (*before, *after)}
    yield from sorted(id_ for id_ in named if _weight(after, id_) < _weight(before, id_))


def _weight(demands: Iterable[Demand], obligation: str) -> tuple[bool, int, int]:
    """How much is demanded of an obligation: in force at all, acts a year beyond the table's, and from how early on."""
    own = [row for row in demands if row.obligation == obligation]
    asked = [row for row in own if row.in_force]
    counts = [(row.times or 1) * _A_YEAR[row.every or "year"] for row in asked if row.times or row.every]
    since = max((-row.since.toordinal() if row.since is not None else 0 for row in asked), default=0) if counts else 0
    return bool(asked) or not own, max(counts, default=0), since


def loosened(before: RuleSet, after: RuleSet) -> tuple[str, ...]:
    """Names of the settings that are less strict than before, where strictness has a direction."""
    found = []
    for item in fields(RuleSet):
        stricter, old, new = item.metadata["stricter"], getattr(before, item.name), getattr(after, item.name)
        if stricter is None or old == new:
            continue
        if item.name == "obligations":
            found += [f"{item.name}.{id_}" for id_ in _demanded_less(old, new)]
            continue
        if item.name == "tolerance_days":
            kinds = dict.fromkeys([*DEFAULT_TOLERANCE, *old, *new])
            found += [f"{item.name}.{kind}" for kind in kinds if after.tolerance(kind) > before.tolerance(kind)]
        elif stricter([old, new]) == old:
            found.append(item.name)
    return tuple(found)
