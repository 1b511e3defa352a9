"""Reading values by shape: words, dates, amounts, ids that must be known. Faults are noted and reading goes on."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from ledger.errors import BadInput, lines_of
from ledger.messages import N_
from ledger.recording.moments import written
from ledger.scenario.event_forms import forms
from ledger.scenario.scenario_keys import CONFIG, OneOf
from ledger.strict_yaml import LINE, without_lines

SUPERVISED_UNITS = "supervised_units"
MAX_FAULTS = 20
NO_PERSON = N_("{!r} is not a person of this scenario; add it to the list or correct the id")
NO_UNIT = N_("{!r} is not a unit of this scenario; add it to the list or correct the id")
NO_PARTY = N_("{!r} is neither a person nor a unit of this scenario; add it to a list or correct the id")
NO_EVENT = N_("{!r} is not an earlier event of this scenario; correct the id or move the event")


class Faults:
    """Faults found so far, each naming file, line, event, key, value and remedy."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[BadInput] = []

    def add(self, line: int, event: str, key: str, what: str, *values: object) -> None:
        fault = BadInput(what, *values)
        if event:
            self.found.append(BadInput("{}:{}: event {}: {}: {}", self.file, line, event, key, fault))
        else:
            self.found.append(BadInput("{}:{}: {}: {}", self.file, line, key, fault))

    def raise_any(self) -> None:
        if self.found:
            shown, more = self.found[:MAX_FAULTS], len(self.found) - MAX_FAULTS
            if more > 0:
                shown.append(BadInput("... and {} faults more", more))
            raise BadInput(lines_of(shown), *shown)


class Shapes:
    """Types the values of one document; knows the ids that may be named and the place where it stands."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.persons: set[str] = set()
        self.units: set[str] = set()
        self.earlier: dict[str, str] = {}
        """Ids of events met so far, with their type."""
        self.zone = ZoneInfo("UTC")
        self.event = ""
        self.line = 0

    def fault(self, key: str, what: str, *values: object) -> None:
        """Notes a fault at the present place: a message of the catalogue and its values."""
        self.faults.add(self.line, self.event, key, what, *values)

    def record(self, raw: Any, keys: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
        if not isinstance(raw, dict):
            self.fault(prefix.rstrip("."), "{} is not a map", short(raw))
            return {}
        self.line = raw[LINE] if not self.event else self.line
        shapes = {name.rstrip("!"): shape for name, shape in keys.items()}
        row = {}
        for key, value in raw.items():
            if key == LINE:
                continue
            if key not in shapes:
                self.fault(prefix + key, "is not a key here; known are {}", ", ".join(sorted(shapes)))
            elif value is not None:
                typed = self._value(prefix + key, value, shapes[key])
                if typed is not None:
                    row[key] = typed
        for name in keys:
            if name.endswith("!") and raw.get(name[:-1]) is None:
                self.fault(prefix + name[:-1], "is missing")
        return row

    def _value(self, key: str, value: Any, shape: Any) -> Any:
        if isinstance(shape, tuple):
            if not isinstance(value, list):
                self.fault(key, "{} is not a list; write [a, b]", short(value))
                return None
            items = [self._value(f"{key}[{number}]", item, shape[0]) for number, item in enumerate(value)]
            return None if None in items else tuple(items)
        if isinstance(shape, Mapping):
            return MappingProxyType(self.record(value, shape, key + "."))
        if shape in ("any", "online", "settings", "texts", "tolerances"):
            readers = {
                "any": self._any,
                "online": self._online,
                "settings": self._settings,
                "texts": self._texts,
                "tolerances": self._tolerances,
            }
            return readers[shape](key, value)
        if isinstance(value, list | dict):
            self.fault(key, "{} should be one value ({})", short(value), "word" if isinstance(shape, OneOf) else shape)
            return None
        return self._one_of(key, value, shape) if isinstance(shape, OneOf) else self._scalar(key, value, shape)

    def _scalar(self, key: str, value: Any, shape: str) -> Any:
        readers = {
            "word": self._word,
            "text": self._word,
            "person": self._person,
            "unit": self._unit,
            "party": self._party,
            "body": self._body,
            "event": self._event_id,
            "bool": self._bool,
            "int": self._int,
            "decimal": self._decimal,
            "hex": self._hex,
            "date": self._date,
            "time": self._time,
            "when": self._when,
        }
        return readers[shape](key, value)

    def _one_of(self, key: str, value: str | int, shape: OneOf) -> str | None:
        """A word that no list has means nothing that a reader could be sure of, so it is never taken for another."""
        said = ("yes" if value else "no") if isinstance(value, bool) else value  # other programs write them so
        word = shape.said_for.get(said, said) if isinstance(said, str) else None
        if word not in shape.words:
            self.fault(key, "{} is none of the words that may stand here: {}", short(value), ", ".join(shape.words))
            return None
        return word

    def _texts(self, key: str, value: Any) -> Any:
        if not isinstance(value, list):
            return self._word(key, value)
        found = self._value(key, value, ("text",))
        return "；".join(found) if found is not None else None

    def _online(self, key: str, value: Any) -> Any:
        return self._value(key, value, ("person",)) if isinstance(value, list) else self._bool(key, value)

    def _settings(self, key: str, value: Any) -> Any:
        """Settings of a rule set, as written: the rule set that adopts them reads them."""
        before = len(self.faults.found)
        self.record(value, CONFIG, key + ".")
        return MappingProxyType(without_lines(value)) if len(self.faults.found) == before else None

    def _tolerances(self, key: str, value: Any) -> Any:
        known = {word for form in forms().values() for word in (*(form.payload.TOLERANCE or ()), "default")}
        return MappingProxyType(self.record(value, dict.fromkeys((*forms(), *sorted(known)), "int"), key + "."))

    def _any(self, key: str, value: Any) -> Any:
        """A correction's new value has the shape of the field that it corrects; the ledger's decision checks it."""
        if isinstance(value, dict):
            return MappingProxyType({k: self._any(f"{key}.{k}", v) for k, v in value.items() if k != LINE})
        return tuple(self._any(key, item) for item in value) if isinstance(value, list) else value

    def _word(self, _: str, value: Any) -> str:
        return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)

    def _known(self, key: str, value: Any, known: set[str], unknown: str) -> str | None:
        word = self._word(key, value)
        if word not in known:
            self.fault(key, unknown, word)
            return None
        return word

    def _person(self, key: str, value: Any) -> str | None:
        return self._known(key, value, self.persons, NO_PERSON)

    def _unit(self, key: str, value: Any) -> str | None:
        return self._known(key, value, self.units, NO_UNIT)

    def _party(self, key: str, value: Any) -> str | None:
        return self._known(key, value, self.persons | self.units, NO_PARTY)

    def _body(self, key: str, value: Any) -> str | None:
        return SUPERVISED_UNITS if value == SUPERVISED_UNITS else self._unit(key, value)

    def _event_id(self, key: str, value: Any) -> str | None:
        return self._known(key, value, set(self.earlier), NO_EVENT)

    def _bool(self, key: str, value: Any) -> bool | None:
        if not isinstance(value, bool):
            self.fault(key, "{} is neither true nor false", short(value))
            return None
        return value

    def _int(self, key: str, value: Any) -> int | None:
        if type(value) is not int:
            self.fault(key, "{} is not a whole number", short(value))
            return None
        return value

    def _decimal(self, key: str, value: Any) -> Decimal | None:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or isinstance(value, bool):
            self.fault(key, "{} is not a number such as 6.8", short(value))
            return None
        return number

    def _hex(self, key: str, value: Any) -> str | None:
        word = self._word(key, value)
        if len(word) != 64 or set(word) - set("0123456789abcdef"):
            self.fault(key, "{} is not a SHA-256 in 64 lower-case hex digits", short(value))
            return None
        return word

    def _date(self, key: str, value: Any) -> date | None:
        when = written(value) if isinstance(value, str) else None
        if when is not None and not isinstance(when, datetime):
            return when
        self.fault(key, "{} is not a day such as 2024-07-09", short(value))
        return None

    def _time(self, key: str, value: Any) -> datetime | None:
        when = written(value) if isinstance(value, str) else None
        if isinstance(when, datetime):
            return when if when.tzinfo is not None else when.replace(tzinfo=self.zone)
        self.fault(key, "{} is not a time such as 2024-07-09T15:00:00+08:00", short(value))
        return None

    def _when(self, key: str, value: Any) -> date | datetime | None:
        day = isinstance(value, str) and ":" not in value and not isinstance(written(value), datetime)
        return self._date(key, value) if day else self._time(key, value)


def short(value: Any) -> str:
    words = repr(without_lines(value))
    return words if len(words) <= 60 else words[:57] + "..."
