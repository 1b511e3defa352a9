"""The types of event of a scenario file: derived from the payload classes that have a word (`Payload.WORD`).

Each key of an event is a field of its class and has the shape of its value; the common ones are those of every event.
Where the files read otherwise than the format, `ODD` says how: keys of other names, fields that the type implies, and
shapes that are freer or stricter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from ledger.events import records
from ledger.events.base import Fact, Payload
from ledger.events.fields import EntryReference, Json, When
from ledger.events.flat import Shape, shapes
from ledger.events.registry import TYPES
from ledger.scenario.scenario_keys import RECEIVED, Keys, OneOf, many

COMMON_RENAMED = {"subject": "matter"}
IN_RECORDS = {"from": "valid_from", "to": "valid_to", "date": "day"}
_SHAPES: tuple[tuple[Any, str], ...] = (
    *((str, "word"), (int, "int"), (bool, "bool"), (Decimal, "decimal"), (date, "date"), (datetime, "time")),
    *((When, "when"), (EntryReference, "event"), (Json, "any")),
)


@dataclass(frozen=True, slots=True)
class Odd:
    """How the events of a type read otherwise than their class; a key whose shape is None is none of theirs."""

    renamed: Mapping[str, str] = field(default_factory=dict)
    implied: Mapping[str, Any] = field(default_factory=dict)
    keys: Keys = field(default_factory=dict)
    only: bool = False
    """The keys are these and no others."""


@dataclass(frozen=True, slots=True)
class ScenarioForm:
    """What a scenario type becomes: the payload class, its keys, keys that change name, and fields that it implies."""

    payload: type[Payload]
    keys: Keys
    renamed: Mapping[str, str]
    implied: Mapping[str, Any]


_PERIOD = {"from": "valid_from", "to": "valid_to"}
_ANSWER: Keys = {"of!": "event", "by!": "person", "reason": "text"}
_AGREED_OR_REFUSED = OneOf(
    ("agree", "refuse"),
    {"agreed": "agree", "同意": "agree", "refused": "refuse", "拒绝": "refuse", "不同意": "refuse"},
)
_BODY: Keys = {"body": "word", "body_text": None}
ODD: Mapping[str, Odd] = {
    "leave": Odd(_PERIOD),
    "handover": Odd({"from": "outgoing", "to": "incoming"}),
    "talk": Odd(keys=dict.fromkeys(("problems", "demands", "undertakings"), "texts")),
    "meeting": Odd(keys={"body": "body"}),
    "analysis": Odd({"for": "for_period"}),
    "plan": Odd(keys={"items": many({"goal": "texts", "measures": "texts", "responsible": "texts", "due": "date"})}),
    "risk": Odd(keys={"unit!": "unit"}),
    "refusal": Odd({"of": "refuses"}, keys=_ANSWER),
    "unit_renamed": Odd(keys={"name!": "text"}),
    "person_renamed": Odd(keys={"name!": "text"}),
    "rules": Odd(keys={"layer!": "word", "settings!": "settings"}),
    "correction": Odd(keys={"corrects!": "event", "field!": "word", "new_value!": "any"}, only=True),
    "complaint": Odd({"about": "concerns"}, {"kind": "complaint"}, {"kind": None, "pin": None}),
    "case_opened": Odd(keys={"case!": "word"}, only=True),
    "inspector_access": Odd({"subjects": "concerns"}),
    "second_investigation_opened": Odd(keys={"case!": "word"}),
    "accountability_decision": Odd(keys={"case!": "word"}),
    "finding": Odd(keys={"case!": "word"}),
    "appeal_decision": Odd(keys={"restored": {"date!": "date", "scope": "texts"}}),
    "decision_announced": Odd(keys=_BODY),
    "decision_enforced": Odd(keys=_BODY),
}
OTHERS: Mapping[str, tuple[type[Payload], Odd]] = {
    "receipt": (
        records.RecordAccepted,
        Odd(
            {"of": "accepts", "date": "arrived"},
            {"capacity": "receipt"},
            {"of!": "event", "by!": "party", "date": "date"},
            only=True,
        ),
    ),
    "consent": (
        records.RecordAccepted,
        Odd({"of": "accepts"}, keys={**_ANSWER, "answer!": _AGREED_OR_REFUSED, "capacity": "word"}, only=True),
    ),
}
"""Two words for one class, which so has none of its own."""


@cache
def forms() -> Mapping[str, ScenarioForm]:
    """Every type of event, by its word."""
    found = {cls.WORD: (cls, ODD.get(cls.WORD, Odd())) for cls in TYPES.values() if cls.WORD is not None}
    return {word: _form(cls, odd) for word, (cls, odd) in {**found, **OTHERS}.items()}


def _form(cls: type[Payload], odd: Odd) -> ScenarioForm:
    keys = {} if odd.only else _keys_of(cls, odd.renamed)
    for name, shape in odd.keys.items():
        for key in (name.rstrip("!"), f"{name.rstrip('!')}!"):
            keys.pop(key, None)
        if shape is not None:
            keys[name] = shape
    return ScenarioForm(cls, keys, odd.renamed, odd.implied)


def _keys_of(cls: type[Payload], renamed: Mapping[str, str]) -> dict[str, Any]:
    """The keys of a class's own fields: what all facts have is common to all events."""
    common = {shape.name for base in (Payload, Fact) for _, shape in shapes(base)}
    own = [shape for _, shape in shapes(cls) if shape.name not in common and not shape.meta["by_program"]]
    back = {name: key for key, name in (*COMMON_RENAMED.items(), *renamed.items())}
    names = {shape.name for shape in own}
    keys: dict[str, Any] = {}
    for shape in own:
        if shape.name == "online" and "online_persons" in names:
            keys["online"] = "online"
        elif shape.name != "online_persons" or "online" not in names:
            keys[back.get(shape.name, shape.name) + ("" if shape.optional else "!")] = _shape_of(shape)
    if any(shape.meta["signs"] == "receipt" for shape in own):
        keys |= RECEIVED
    return keys


def _shape_of(shape: Shape) -> Any:
    if shape.record is not None:
        back = {name: key for key, name in IN_RECORDS.items()}
        item: Any = {
            back.get(each.name, each.name) + ("" if each.optional else "!"): _shape_of(each)
            for _, each in shapes(shape.record)
        }
    elif shape.item is str and shape.meta["about"] is not None:
        item = shape.meta["about"]
    elif shape.item is str and shape.meta["class"] == "erasable":
        item = "text"
    elif shape.meta["choices"]:
        item = OneOf(shape.meta["choices"])
    else:
        item = next(word for kind, word in _SHAPES if kind == shape.item)
    return many(item) if shape.many or shape.in_one else item
