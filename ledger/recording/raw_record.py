"""One record as named raw values, read into a typed payload; every fault names its field, its value and the remedy."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ledger.errors import BadInput, Malformed, ZerenError, lines_of
from ledger.events.base import Payload
from ledger.events.fields import Json
from ledger.events.flat import shapes, unflatten
from ledger.events.lists import pattern_of
from ledger.frozen import dataclass
from ledger.recording.forms import Column, Form
from ledger.recording.likely import near
from ledger.recording.typed_values import Context, is_blank, read_value, split

_NUMBERED = re.compile(r"^([a-z_]+)\.([0-9]+)(?=\.|$)")
SHOWN = 60
MAX_ITEMS = 1000
"""Elements of one list."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value of a record; `field` is "" where it is the record as a whole."""

    field: str
    value: str
    problem: ZerenError


@dataclass(frozen=True, slots=True)
class Read:
    """A record read: its payload where nothing is wrong."""

    payload: Payload | None
    faults: tuple[Fault, ...]


def read_row(form: Form, raw: Mapping[str, Any], context: Context) -> Read:
    """The payload of these raw values. Names are those of the format, lists also under their bare name."""
    faults: list[Fault] = []
    values: dict[str, Json] = {}
    for name, value in _renumbered(_flat(raw)):
        column = form.column(pattern_of(name))
        if column is None:
            faults.append(Fault(name, shown(value), _unknown(form, name)))
        elif not _blank(name, value) or isinstance(value, list):
            _read(column, name, value, context, values, faults)
    faults += _missing(form, values, {fault.field for fault in faults})
    if faults:
        return Read(None, tuple(faults))
    try:
        return Read(unflatten(form.payload, values), ())
    except Malformed as error:
        return Read(None, (Fault("", "", error),))


def fault_error(faults: tuple[Fault, ...], label: Callable[[str], str], most: int = 20) -> BadInput:
    """The faults of a record as one error, a line each; `label` says what the reader knows a field as."""
    lines = [_as_error(fault, label) for fault in faults[:most]]
    if len(faults) > most:
        lines.append(BadInput("... and {} faults more", len(faults) - most))
    return BadInput(lines_of(lines), *lines)


def _as_error(fault: Fault, label: Callable[[str], str]) -> ZerenError:
    if not fault.field:
        return fault.problem
    if not fault.value:
        return BadInput("{}: {}", label(fault.field), fault.problem)
    return BadInput("{} {}: {}", label(fault.field), fault.value, fault.problem)


def shown(value: Any) -> str:
    """A value as a message shows it: short, on one line."""
    words = repr(value) if isinstance(value, str) else str(value)
    return words if len(words) <= SHOWN else words[: SHOWN - 3] + "..."


def _read(column: Column, name: str, raw: Any, context: Context, values: dict[str, Json], faults: list[Fault]) -> None:
    if not column.is_list or pattern_of(name) != column.base:
        _keep(column, name, raw, context, values, faults)
        return
    items = split(column, raw)
    if len(items) > MAX_ITEMS:
        faults.append(Fault(name, shown(raw), BadInput("it has {} elements, the most is {}", len(items), MAX_ITEMS)))
        return
    if column.in_one or not items:
        single: dict[str, Json] = {}
        for number, item in enumerate(items):
            _keep(column, f"{name}.{number}", item, context, single, faults)
        values[name] = list(single.values())
        return
    for number, item in enumerate(items):
        _keep(column, f"{name}.{number}", item, context, values, faults)


def _keep(column: Column, name: str, raw: Any, context: Context, values: dict[str, Json], faults: list[Fault]) -> None:
    if isinstance(raw, list | dict) and column.kind != "json":
        faults.append(Fault(name, shown(raw), BadInput("one value is expected, not several")))
        return
    try:
        values[name] = read_value(column, raw, context)
    except ZerenError as problem:
        faults.append(Fault(name, shown(raw), problem))


def _missing(form: Form, values: Mapping[str, Json], faulty: set[str]) -> Iterator[Fault]:
    """Required fields that are not there; within a list of records, for each record that is there."""
    present = {*values, *faulty}
    for column in form.columns:
        if not column.required:
            continue
        if column.group is None:
            if not any(name == column.base or name.startswith(f"{column.base}.") for name in present):
                yield _missing_fault(column.base)
            continue
        numbers = {int(found[2]) for name in present if (found := _NUMBERED.match(name)) and found[1] == column.group}
        member = column.base.partition(".*.")[2]
        if not numbers and column.group in _required_groups(form):
            yield _missing_fault(f"{column.group}.0.{member}")
        for number in sorted(numbers):
            if (name := f"{column.group}.{number}.{member}") not in present:
                yield _missing_fault(name)


def _blank(name: str, value: Any) -> bool:
    """Whether nothing was given; an empty fingerprint means this ledger."""
    return is_blank(value) and not (value == "" and name.endswith(".fingerprint"))


def _missing_fault(name: str) -> Fault:
    return Fault(name, "", BadInput("it is missing; it must be given"))


def _required_groups(form: Form) -> set[str]:
    """The lists of records that must be there."""
    return {shape.name for _, shape in shapes(form.payload) if shape.record and shape.many and not shape.optional}


def _flat(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Nested maps and lists of maps under dotted names."""
    for key, value in raw.items():
        if isinstance(value, Mapping) and key not in ("settings", "new_value", "new_text"):
            yield from _flat({f"{key}.{name}": item for name, item in value.items()})
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield from _flat({f"{key}.{number}": item for number, item in enumerate(value)})
        else:
            yield key, value


def _renumbered(flat: Iterator[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The same with list numbers from 0 without gaps: what is left blank in a sheet makes no gap."""
    rows = [(name, value) for name, value in flat if not (_blank(name, value) and _NUMBERED.match(name))]
    numbers: dict[str, set[int]] = {}
    for name, _ in rows:
        if found := _NUMBERED.match(name):
            numbers.setdefault(found[1], set()).add(int(found[2]))
    ranks = {group: {n: rank for rank, n in enumerate(sorted(used))} for group, used in numbers.items()}

    def renamed(name: str) -> str:
        found = _NUMBERED.match(name)
        return name if found is None else f"{found[1]}.{ranks[found[1]][int(found[2])]}{name[found.end() :]}"

    return [(renamed(name), value) for name, value in rows]


def _unknown(form: Form, name: str) -> BadInput:
    known = {column.base for column in form.columns}
    return BadInput("{} has no such field; perhaps {}", form.name, ", ".join(near(pattern_of(name), known)))
