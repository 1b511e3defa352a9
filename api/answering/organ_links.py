"""The organs that a reader may ask about, as lists and problems show them."""

from dataclasses import asdict, dataclass
from typing import Any

from flask import request, url_for

from api.asking.current import organs
from projections.questions.organs import OrganFilter, OrganRow
from projections.questions.organs import organs as answered


@dataclass(frozen=True, slots=True)
class OrganLink(OrganRow):
    """An organ, and the address where the same question is asked of it."""

    address: str


def organ_links(endpoint: str, wanted: OrganFilter | None = None, **values: Any) -> tuple[OrganLink, ...]:
    """The organs that are there for the reader of this request, with the address of this endpoint in each."""
    return tuple(
        OrganLink(**asdict(row), address=url_for(endpoint, **values, organ=row.organ))
        for row in answered(organs(), wanted or OrganFilter()).items
    )


def same_question() -> tuple[OrganLink, ...]:
    """The organs, with the address of what was just asked in each."""
    return organ_links(str(request.endpoint), **{**request.args.to_dict(), **(request.view_args or {})})
