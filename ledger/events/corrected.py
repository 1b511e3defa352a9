"""A record as a correction makes it read (scenarios, "Corrections count everywhere"). Pure.

A correction names a field as bodies name it (`valid_to`, `votes.agree`, `dissent.0.text`) and holds its new value,
structural part and texts apart. The field so named is replaced whole. One record given for a list of records stands in
the place of the one of the same person, else behind the others.
"""

from collections.abc import Iterator, Mapping

from ledger.events.base import Payload
from ledger.events.fields import Json
from ledger.events.flat import flatten, unflatten
from ledger.events.lists import pattern_of
from ledger.events.records import RecordCorrected
from ledger.events.registry import specs


def corrected(payload: Payload, correction: RecordCorrected, missing: frozenset[str] = frozenset()) -> Payload:
    """The payload with the corrected field; `missing` are its texts that are erased.

    Raises Malformed where the new value is none of the field.
    """
    values = {name: value for name, value in flatten(payload) if name not in missing}
    field, new = correction.field, _joined(correction.new_value, correction.new_text)
    if isinstance(new, dict) and _is_list_of_records(payload.TYPE, field):
        field = f"{field}.{_place(values, field, new)}"
    gone = {name for name in values if name == field or name.startswith(f"{field}.")}
    rest = {name: value for name, value in values.items() if name not in gone}
    if rest.get(correction.field) == []:
        del rest[correction.field]
    rest |= dict(_flat(payload.TYPE, field, new))
    left = frozenset(name for name in missing if name != field and not name.startswith(f"{field}."))
    read: Payload = unflatten(type(payload), rest, left)
    return read


def needs_everyone(payload: Payload, field: str) -> bool:
    """Whether a correction of this field counts only once everyone who signed the record agrees (scenarios)."""
    return bool({"*", field.partition(".")[0]} & set(payload.JOINT))


def _joined(structural: Json, text: Json) -> Json:
    """The new value of a field from its structural part and its texts."""
    if isinstance(structural, dict) and isinstance(text, dict):
        names = dict.fromkeys([*structural, *text])
        return {name: _joined(structural.get(name), text.get(name)) for name in names}
    return text if structural is None else structural


def _is_list_of_records(type_name: str, field: str) -> bool:
    return any(name.startswith(f"{field}.*.") for name in specs(type_name))


def _place(values: Mapping[str, Json], field: str, new: Mapping[str, Json]) -> int:
    """The number under which one record stands in a list of records."""
    numbers = {int(name[len(field) + 1 :].partition(".")[0]) for name in values if name.startswith(f"{field}.")}
    for number in sorted(numbers):
        if "person" in new and values.get(f"{field}.{number}.person") == new["person"]:
            return number
    return len(numbers)


def _flat(type_name: str, name: str, value: Json) -> Iterator[tuple[str, Json]]:
    """The fields of a value under a name: a list per element, a record per member, but for what is one value."""
    if value is None:
        return
    if pattern_of(name) in specs(type_name):
        yield name, value
    elif isinstance(value, dict):
        for member, item in value.items():
            yield from _flat(type_name, f"{name}.{member}", item)
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _flat(type_name, f"{name}.{number}", item)
    else:
        yield name, value
