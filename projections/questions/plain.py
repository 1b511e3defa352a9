"""Values as JSON has them: one conversion for command line and API, so that both give the same answer."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

NOT_IN_TABLES: Mapping[str, bool] = {"table": False}
"""Metadata of a member that is no column of a table: it stands in JSON alone."""


def plain(value: Any) -> Any:
    """A value as JSON has it: dates as text, decimals exact as text, dataclasses as maps, bytes in hex."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.hex() if isinstance(value, bytes) else value
