"""Query parameters, read strictly, and the cursors of lists."""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo

from flask import request

from ledger.errors import BadInput
from ledger.recording.moments import read_day, read_day_or_moment, read_moment
from projections.language.catalogue import LANGUAGES

LIMIT, MAX_LIMIT = 100, 500
MAX_WHOLE = 2**53 - 1
_BARE_PLUS = re.compile(r"(T\S+) (\d\d:\d\d)")


def parameters(known: Mapping[str, bool]) -> dict[str, list[str]]:
    """The parameters given, empty ones left out; `known` says which may stand several times.

    Raises BadInput for one that is unknown here, or stands twice and must not.
    """
    for name, values in request.args.lists():
        if name not in (*known, "lang"):
            raise BadInput("there is no parameter {!r} here; there are: {}", name, ", ".join((*known, "lang")))
        if len(values) > 1 and not known.get(name):
            raise BadInput("the parameter {!r} stands twice", name)
    if "lang" in request.args:
        choice("lang", request.args["lang"], LANGUAGES)
    given = {name: [text.strip() for text in request.args.getlist(name) if text.strip()] for name in known}
    return {name: texts for name, texts in given.items() if texts}


def day(text: str) -> date:
    """A day. Raises BadInput."""
    return read_day(text)


def moment(text: str, zone: tzinfo) -> datetime:
    """A moment. A `+` typed into an address, which arrives as a space, is understood. Raises BadInput."""
    return read_moment(_BARE_PLUS.sub(r"\1+\2", text), zone)


def when(text: str, zone: tzinfo) -> date | datetime:
    """A day or a moment, a `+` understood as there. Raises BadInput."""
    return read_day_or_moment(_BARE_PLUS.sub(r"\1+\2", text), zone)


def whole(name: str, text: str) -> int:
    """A whole number from 0. Raises BadInput."""
    if re.fullmatch(r"0|[1-9][0-9]{0,15}", text) and int(text) <= MAX_WHOLE:
        return int(text)
    raise BadInput("{} is a whole number, not {!r}", name, text)


def count(name: str, text: str) -> int:
    """A whole number from 1. Raises BadInput."""
    found = whole(name, text)
    if found == 0:
        raise BadInput("{} is a whole number from 1, not {!r}", name, text)
    return found


def choice(name: str, text: str, choices: Sequence[str]) -> str:
    """One of a few words. Raises BadInput."""
    if text not in choices:
        raise BadInput("{} is one of {}, not {!r}", name, ", ".join(choices), text)
    return text


def limit(text: str | None) -> int:
    """How many items a page has. Raises BadInput."""
    if not text:
        return LIMIT
    if re.fullmatch(r"[1-9][0-9]{0,2}", text) and int(text) <= MAX_LIMIT:
        return int(text)
    raise BadInput("limit is a whole number from 1 to {}, not {!r}", MAX_LIMIT, text)


def format_cursor(of: str, position: int) -> str:
    """The cursor that goes on at a key of one list; opaque to readers. `of` says of which list and state."""
    mark = hashlib.sha256(of.encode()).hexdigest()[:16]
    return urlsafe_b64encode(f"{position} {mark}".encode()).decode().rstrip("=")


def parse_cursor(text: str | None, of: str) -> int:
    """The key where a cursor goes on, 0 where none is given. Raises BadInput, also for another list's."""
    if not text:
        return 0
    try:
        decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        position = int(decoded.partition(" ")[0][:18])
    except ValueError:
        position = -1
    if position < 0 or format_cursor(of, position) != text:
        raise BadInput("{!r} is no cursor of this list as it stands now; begin without one", text)
    return position
