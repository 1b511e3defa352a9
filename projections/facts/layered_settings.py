"""Settings as layers adopted them, read into one rule set: a fault is named, the strictest layer wins."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.errors import BadInput
from ledger.events.trust import RulesAdopted, RulesAdoptedV1
from ledger.frozen import dataclass
from projections.facts.rule_sets import GROUPS, LAYERS, PERIODS, Demand, RuleSet, YearWindow


@dataclass(frozen=True, slots=True)
class Adopted:
    """A rule set on record and the first day on which it counts; the first of all counts for every day before it."""

    since: date
    payload: RulesAdopted | RulesAdoptedV1


def rules_on(adopted: Sequence[Adopted], on: date) -> RuleSet:
    """The rule set in force on a day, of the sets in the order of adoption. Raises BadInput."""
    latest: dict[str, Mapping[str, Any]] = {}
    counted = [each for number, each in enumerate(adopted) if each.since <= on or number == 0]
    for each in sorted(counted, key=lambda each: each.since):
        layer = each.payload.layer
        latest[layer] = settings_after(latest.get(layer, {}), each.payload)
    return layered(list(latest.items()))


def settings_after(before: Mapping[str, Any], adopted: RulesAdopted | RulesAdoptedV1) -> Mapping[str, Any]:
    """A layer's settings after one more adoption. Raises BadInput for one that is no map."""
    if not isinstance(adopted.settings, dict):
        raise BadInput("the adopted rule set is no map of settings")
    if isinstance(adopted, RulesAdoptedV1):
        return adopted.settings
    merged = dict(before)
    for name, value in adopted.settings.items():
        held = merged.get(name)
        merged[name] = {**held, **value} if isinstance(held, dict) and isinstance(value, dict) else value
    return merged


def read_rules(settings: Mapping[str, Any], layer: str = "organ") -> RuleSet:
    """The rule set of an adopted event's settings; raises BadInput for a setting that this version does not know."""
    return layered([(layer, settings)])


def layered(adopted: Sequence[tuple[str, Mapping[str, Any]]]) -> RuleSet:
    """One rule set of the layers' settings, each (layer, settings) once; the strictest wins. Raises BadInput."""
    stated: dict[str, list[Any]] = {}
    for layer, settings in sorted(adopted, key=lambda row: _layer_order(row[0])):
        for name, value in _values(settings, layer).items():
            stated.setdefault(name, []).append(value)
    stricter = {item.name: item.metadata["stricter"] for item in fields(RuleSet)}
    return RuleSet(**{name: (stricter[name] or (lambda rows: rows[-1]))(rows) for name, rows in stated.items()})


def _layer_order(layer: str) -> int:
    if layer not in LAYERS:
        raise BadInput("{!r} is no layer of rules; layers are {}", layer, ", ".join(LAYERS))
    return LAYERS.index(layer)


def _values(settings: Mapping[str, Any], layer: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if name == "obligations":
            values[name] = _demands(value, layer)
            continue
        for target, item in ((GROUPS[name][k], v) for k, v in value.items()) if name in GROUPS else ((name, value),):
            values[target] = _read(target, item)
    return values


def _demands(value: Any, layer: str) -> tuple[Demand, ...]:
    """`{PG1: {times: 2, every: year, since: 2025-01-01}}`."""
    known = {"times": int, "every": str, "since": lambda text: date.fromisoformat(str(text)), "in_force": _bool}
    found = []
    try:
        for obligation, row in value.items():
            read = {name: known[name](item) for name, item in row.items()}  # type: ignore[operator]
            if read.get("every", "year") not in PERIODS or read.get("times", 1) < 1:
                raise ValueError(row)
            found.append(Demand(obligation=str(obligation), layer=layer, **read))
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise BadInput("the setting {!r} has a value that cannot be read: {!r}", "obligations", value) from error
    return tuple(found)


def _window(value: Any) -> YearWindow:
    first, last = (tuple(int(part) for part in str(text).split("-")) for text in value)
    window = YearWindow((first[0], first[1]), (last[0], last[1]))
    window.of(2024)
    return window


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


_READERS: Mapping[Any, Callable[[Any], Any]] = {
    int: int,
    bool: _bool,
    str: str,
    Decimal: lambda value: Decimal(str(value)),
    YearWindow: _window,
    date | None: lambda value: date.fromisoformat(str(value)),
    tuple[str, ...]: lambda value: tuple(str(item) for item in value),
    Mapping[str, int]: lambda value: {str(kind): int(days) for kind, days in value.items()},
    Mapping[str, str]: lambda value: {str(name): str(text) for name, text in value.items()},
}


def _read(name: str, value: Any) -> Any:
    kinds: Mapping[str, dataclasses.Field[Any]] = {item.name: item for item in fields(RuleSet)}
    if name not in kinds:
        raise BadInput("the rule set has a setting {!r} that this version does not know; remove or correct it", name)
    try:
        read = _READERS[kinds[name].type](value)
        choices = kinds[name].metadata["choices"]
        if choices and read not in choices:
            raise ValueError(read)
    except (TypeError, ValueError, ArithmeticError, AttributeError, IndexError) as error:
        raise BadInput("the setting {!r} has a value that cannot be read: {!r}", name, value) from error
    return read
