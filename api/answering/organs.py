"""The organs that a reader may ask about, as lists and problems show them."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from api.asking.current import organs


@dataclass(frozen=True, slots=True)
class OrganRow:
    """An organ; `organ` is how addresses name it, `address` where the same question is asked of it."""

    organ: str
    name: str
    title: str
    origin: str
    fingerprint: str
    address: str


def organ_rows(endpoint: str, **values: Any) -> tuple[OrganRow, ...]:
    """The organs that are there for the reader of this request, with the address of this endpoint in each."""
    return tuple(
        OrganRow(
            each.key, each.name, each.title, each.origin, each.fingerprint, url_for(endpoint, **values, organ=each.key)
        )
        for each in organs()
    )


def same_question() -> tuple[OrganRow, ...]:
    """The organs, with the address of what was just asked in each."""
    return organ_rows(str(request.endpoint), **{**request.args.to_dict(), **(request.view_args or {})})
