"""JSON Schema of the values that `plain` writes, read off their types, so that the description cannot drift."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Union

from api.answering.enumerations import MEMBERS
from projections.questions.plain import told

Schema = dict[str, Any]
_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    bytes: {"type": "string", "contentEncoding": "base16"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Decimal: {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$"},
    object: {},
    Any: {},
    type(None): {"type": "null"},
}


@dataclasses.dataclass(slots=True)
class Schemas:
    """Named schemas of dataclasses, collected while types are described."""

    named: dict[str, Schema] = dataclasses.field(default_factory=dict)

    def of(self, kind: Any) -> Schema:  # noqa: PLR0911 - a case per form
        """The schema of a type. Raises TypeError for one that JSON cannot have."""
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self._dataclass(kind)
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(each) for each in arguments]}
        if origin is tuple and not (len(arguments) == 2 and arguments[1] is Ellipsis):
            parts = [self.of(each) for each in arguments]
            return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
        if origin is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if origin is not None and arguments:
            return {"type": "array", "items": self.of(arguments[0])}
        raise TypeError(f"{kind} has no JSON form")

    def _member(self, owner: str, name: str, kind: Any) -> Schema:
        """The schema of a member: of one that takes words of a closed list, these."""
        words = MEMBERS.get((owner, name))
        if words is None:
            return self.of(kind)
        return {"enum": [*words, *([None] if type(None) in typing.get_args(kind) else [])]}

    def _dataclass(self, kind: type) -> Schema:
        name = kind.__name__
        if name not in self.named:
            self.named[name] = {}  # a type may contain itself
            hints = typing.get_type_hints(kind)
            self.named[name] = {
                "type": "object",
                "properties": {item.name: self._member(name, item.name, hints[item.name]) for item in told(kind)},
                "required": [item.name for item in told(kind)],
                "additionalProperties": False,
                "description": (kind.__doc__ or "").strip(),
            }
        return {"$ref": f"#/components/schemas/{name}"}
