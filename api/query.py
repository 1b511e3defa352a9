"""Query parameters, read strictly: a misspelt `known_at` must not silently ask about another time."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime, tzinfo

from flask import request

from ledger.errors import BadInput
from projections.times import parse_day, parse_moment

LIMIT, MAX_LIMIT = 100, 500
_BARE_PLUS = re.compile(r"(T\S+) (\d\d:\d\d)")


def parameters(*names: str) -> dict[str, str]:
    """The parameters given, empty ones left out. Raises BadInput for one that is unknown here or stands twice."""
    for name, values in request.args.lists():
        if name not in (*names, "lang"):
            raise BadInput("there is no parameter {!r} here; there are: {}", name, ", ".join((*names, "lang")))
        if len(values) > 1:
            raise BadInput("the parameter {!r} stands twice", name)
    return {name: text for name in names if (text := request.args.get(name, "").strip())}


def day(text: str | None, default: date) -> date:
    """A day, or the default where none is given. Raises BadInput."""
    return parse_day(text) if text else default


def moment(text: str | None, zone: tzinfo) -> datetime | None:
    """A moment, None where none is given. A `+` typed into an address, which arrives as a space, is understood."""
    return parse_moment(_BARE_PLUS.sub(r"\1+\2", text), zone) if text else None


def limit(text: str | None) -> int:
    """How many items a page has. Raises BadInput."""
    if not text:
        return LIMIT
    if re.fullmatch(r"[1-9][0-9]{0,2}", text) and int(text) <= MAX_LIMIT:
        return int(text)
    raise BadInput("limit is a whole number from 1 to {}, not {!r}", MAX_LIMIT, text)


def format_cursor(fingerprint: str, position: int) -> str:
    """The cursor that goes on at a position of one ledger; opaque to readers."""
    return urlsafe_b64encode(f"{position} {fingerprint}".encode()).decode().rstrip("=")


def parse_cursor(text: str | None, fingerprint: str) -> int:
    """The position where a cursor goes on, 0 where none is given. Raises BadInput, also for another ledger's."""
    if not text:
        return 0
    try:
        decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        position = int(decoded.partition(" ")[0][:18])
    except ValueError:
        position = -1
    if position < 0 or format_cursor(fingerprint, position) != text:
        raise BadInput("{!r} is not a cursor of this ledger; begin without one", text)
    return position
