"""Values as JSON has them: one conversion for command line and API, so that both give the same answer."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args, get_origin, get_type_hints

from projections.facts.values import Citation

NOT_IN_TABLES: Mapping[str, bool] = {"table": False}
"""Metadata of a member that is no column of a table: it stands in JSON alone."""


def told(of: Any) -> Sequence["dataclasses.Field[Any]"]:
    """The fields of a value that an answer tells of."""
    return [item for item in dataclasses.fields(of) if item.metadata.get("told", True)]


def members(answer: Any) -> Mapping[str, Any]:
    """The members of an answer by name with their types, of a generic one those it was given; none of what has none."""
    of, given = get_origin(answer) or answer, get_args(answer)
    if not (isinstance(of, type) and dataclasses.is_dataclass(of)):
        return {}
    hints = get_type_hints(of)
    kinds = {item.name: hints[item.name] for item in told(of)}
    if not given:
        return kinds
    return {name: kind[given] if getattr(kind, "__parameters__", ()) else kind for name, kind in kinds.items()}


def plain(value: Any) -> Any:
    """A value as JSON has it: dates as text, decimals exact as text, dataclasses as maps, bytes in hex."""
    if isinstance(value, Citation) and value.place is not None:
        value = Citation(*value.place, value.ref)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in told(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.hex() if isinstance(value, bytes) else value
