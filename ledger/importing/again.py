"""Whether a row's act is on record already: a workbook that grows each month is imported each month.

The same act is one of the same kind, day and people, or with the same number. Where all that the row says stands so on
record, it is there already; where something differs, it is asked whether the record is to be corrected. What was
corrected since reads as it was recorded and as it reads now.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from ledger.application import Ledger
from ledger.core.encoding import canonical_json
from ledger.events.base import Fact, Imported, Payload
from ledger.events.fields import ERASED_TEXT, Json
from ledger.events.flat import flatten
from ledger.events.lists import pattern_of
from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected
from ledger.events.registry import spec_of
from ledger.frozen import dataclass
from ledger.importing.reading_back import backwards

_SCALARS = ("post", "kind", "valid_from", "for_year", "for_period")
"""Beside day and people, what tells acts of one kind apart. Lists of people (who was there) are content."""
_NOT_SAID = ("declared_late", "late_reason", "legacy")
"""How a record was made rather than what happened: no reason to correct it when a file says nothing or otherwise."""
Plain = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that says something else than the entry of the same act: (field, on record, in the row)."""

    position: int
    fields: tuple[tuple[str, Json, Json], ...]


class RecordedRows:
    """The entries of one type by what they say, read once."""

    def __init__(self, ledger: Ledger, type_name: str, zone: tzinfo, own_batch: int | None = None) -> None:
        self._ledger, self._zone = ledger, zone
        self._by_content: dict[bytes, list[int]] = {}
        self._by_key: dict[bytes, list[int]] = {}
        self._claimed: set[int] = set()
        self._corrected = _corrections(ledger)
        for event in backwards(ledger, type_name, 0):
            imported = getattr(event.payload, "imported", None)
            own = isinstance(imported, Imported) and imported.batch.position == own_batch
            if own and not event.carried.asked:
                continue  # of the very import that is gone on with; what waited as a draft stands where it may
            for said in self._readings(event):
                self._by_content.setdefault(_digest(said), []).append(event.position)
                for key in self._keys(event.payload, said):
                    self._by_key.setdefault(key, []).append(event.position)

    def find(self, payload: Payload, said: Plain) -> tuple[int | None, list[int]]:
        """(the entry that says all that this row says, entries of the same act that do not), neither claimed before.

        `said` is the payload as `plain` has it.
        """
        whole = self._free(self._by_content.get(_digest(said), [])) if self._by_content else []
        if whole:
            self._claimed.add(whole[-1])  # they were read backwards: the first recorded
            return whole[-1], []
        like = sorted({place for key in self._keys(payload, said) for place in self._free(self._by_key.get(key, []))})
        for position in like:
            if not self._differences(position, said):
                self._claimed.add(position)
                return position, []
        return None, like

    def changed(self, payload: Payload, positions: list[int]) -> Changed | None:
        """What the row would change in the first of these entries that no other row claims; None where none is left."""
        free = self._free(positions)
        if not free:
            return None
        said = plain(payload)
        position = min(free, key=lambda each: (len(self._differences(each, said)), each))
        self._claimed.add(position)
        return Changed(position, self._differences(position, said))

    def _free(self, positions: list[int]) -> list[int]:
        return [position for position in positions if position not in self._claimed]

    def _differences(self, position: int, said: Plain) -> tuple[tuple[str, Json, Json], ...]:
        """Where the entry says otherwise than the row; the reading with the fewest."""
        found = [tuple(_differing(reading, said)) for reading in self._readings(self._ledger.at(position))]
        return min(found, key=len)

    def _readings(self, event: Recorded) -> Iterator[Plain]:
        said = plain(event.payload)
        yield said
        if event.position in self._corrected:
            yield _applied(said, self._corrected[event.position])

    def _keys(self, payload: Payload, said: Plain) -> Iterator[bytes]:
        if payload.ref is not None:
            yield _digest({"ref": payload.ref})
        people = {
            name: value
            for name, value in said.items()
            if "." not in name and ((spec := spec_of(payload.TYPE, name)) is not None and spec.about is not None)
        }
        key: dict[str, Json] = {name: said[name] for name in _SCALARS if name in said}
        day = _day(payload, self._zone)
        if day is not None:
            key["day"] = day.isoformat()
        if people and (key or not isinstance(payload, Fact)):
            yield _digest({**people, **key})


def plain(payload: Payload) -> dict[str, Json]:
    """The fields that a person gave."""
    return {name: value for name, value in flatten(payload) if not name.startswith("imported.")}


def _digest(said: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical_json(dict(said))).digest()[:16]


def _day(payload: Payload, zone: tzinfo) -> date | None:
    when = getattr(payload, "occurred_at", None)
    return when.astimezone(zone).date() if isinstance(when, datetime) else when


def _differing(on_record: Plain, said: Plain) -> Iterator[tuple[str, Json, Json]]:
    """Fields of the row that read otherwise on record; a list is one field."""
    for name in dict.fromkeys(pattern_of(each).partition(".*")[0] for each in said):
        if name in _NOT_SAID or (name == "ref" and "ref" not in on_record):
            continue
        now, then = _value(on_record, name), _value(said, name)
        if now != then and not _erased(now) and not (name == "occurred_at" and _one_day(now, then)):
            yield name, now, then


def _one_day(now: Json, then: Json) -> bool:
    """Whether one only leaves out the time of day that the other says."""
    one, other = str(now), str(then)
    return len(one) != len(other) and min(len(one), len(other)) == 10 and one[:10] == other[:10]


def _value(said: Plain, name: str) -> Json:
    if name in said:
        return said[name]
    members = {each: value for each, value in said.items() if each.startswith(f"{name}.")}
    if all(each.rpartition(".")[0] == name and each.rpartition(".")[2].isdigit() for each in members):
        return list(members.values()) or None
    return dict(members)


def _erased(value: Json) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return ERASED_TEXT in inside


def _corrections(ledger: Ledger) -> dict[int, list[RecordCorrected]]:
    """The corrections of each entry, in order."""
    found: dict[int, list[RecordCorrected]] = {}
    for event in backwards(ledger, RecordCorrected.TYPE, 0):
        if isinstance(event.payload, RecordCorrected) and event.payload.corrects.fingerprint == "":
            found.setdefault(event.payload.corrects.position, []).insert(0, event.payload)
    return found


def _applied(said: Plain, corrections: list[RecordCorrected]) -> Plain:
    """What an entry says after its corrections."""
    now = dict(said)
    for each in corrections:
        name = each.field
        new = each.new_value if each.new_value is not None else each.new_text
        for old in [old for old in now if old == name or old.startswith(f"{name}.")]:
            if not (isinstance(new, dict) and old.rpartition(".")[2] not in new):
                del now[old]
        if isinstance(new, list) and name != "claims":
            now |= {f"{name}.{number}": value for number, value in enumerate(new)}
        elif isinstance(new, dict):
            now |= {f"{name}.{member}": value for member, value in new.items()}
        elif new is not None:
            now[name] = new
    return now
