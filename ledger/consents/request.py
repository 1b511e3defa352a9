"""A request for consents: one JSON file for one person, with everything that is to be read before it is signed.

    {"zeren":"request/v1","origin":…,"fingerprint":…,"person":…,"names":{id: name},"asks":[
        {"to":[…],"capacity":…,"after":[…],"after_entry":…,"not_after":…,"entry":…,"body":…,
         "refers":[{"entry":…,"body":…}],"attachments":{"0":<base64>}}]}

`entry` is the note of an entry verbatim, `body` a stored body (FORMAT.md section 2). A request proves nothing: what it
shows is believed as far as `ledger.consents.shown` finds that it is what the signature will be over; names are the
sender's word.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, TypeVar

from ledger.core.body import Body, format_body, parse_body
from ledger.core.consent import CAPACITIES, Capacity
from ledger.core.consent_to import Place, To, ToDraft, ToEntry, ToKey, format_to, parse_to
from ledger.core.encoding import b64decode, b64encode, canonical_json, parse_json
from ledger.core.entry import Entry, format_time, parse_entry, parse_time
from ledger.core.names import check_origin, check_person_id
from ledger.errors import Malformed
from ledger.frozen import dataclass

FORMAT = "request/v1"
ANSWER = "answer/v1"
MAX_FILE = 256 * 1024 * 1024
MAX_ASKS = 10_000

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Cited:
    """An entry that is shown: its note and what is held of its body. Its signatures are not checked here."""

    entry: Entry
    body: Body


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: what the consent would be to, and all that is shown of it. Raises Malformed.

    `entry` is the entry that stands, None for a draft; `after` the last entry on record when a draft was made.
    """

    to: To
    body: Body
    capacity: Capacity | None = None
    entry: Entry | None = None
    after: Entry | None = None
    not_after: datetime | None = None
    refers: tuple[Cited, ...] = ()
    attachments: Mapping[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        match self.to:
            case ToDraft():
                if self.entry is not None or self.capacity is None or self.not_after is None:
                    raise Malformed("a question about a draft says as what and until when, and shows no entry")
            case ToEntry():
                if self.entry is None or self.after is not None:
                    raise Malformed("a question about an entry shows that entry, and none that it comes after")
            case ToKey():
                raise Malformed("a proof of possession is made with its key, and asked for by nobody")


@dataclass(frozen=True, slots=True)
class Request:
    """All questions to one person of one ledger; `fingerprint` has 32 bytes, none before a genesis."""

    origin: str
    fingerprint: bytes
    person: str
    asks: tuple[Ask, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    """What the sender calls the ids of persons and units."""

    def __post_init__(self) -> None:
        check_origin(self.origin)
        check_person_id(self.person)
        if len(self.fingerprint) not in (0, 32) or not 1 <= len(self.asks) <= MAX_ASKS:
            raise Malformed("a request names its ledger and asks 1 to {} questions", MAX_ASKS)


def format_request(request: Request) -> bytes:
    """The file of a request; `parse_request` reads it back."""
    data = {
        "zeren": FORMAT,
        "origin": request.origin,
        "fingerprint": b64encode(request.fingerprint),
        "person": request.person,
        "names": dict(request.names),
        "asks": [_ask_data(ask) for ask in request.asks],
    }
    return canonical_json(data) + b"\n"


def _ask_data(ask: Ask) -> dict[str, Any]:
    data: dict[str, Any] = {"to": format_to(ask.to), "body": _body_text(ask.body)}
    if ask.capacity is not None:
        data["capacity"] = ask.capacity
    if ask.entry is not None:
        data["entry"] = ask.entry.data.decode()
    if ask.after is not None:
        data["after"] = [ask.after.header.position, b64encode(ask.after.leaf_hash)]
        data["after_entry"] = ask.after.data.decode()
    if ask.not_after is not None:
        data["not_after"] = format_time(ask.not_after)
    if ask.refers:
        data["refers"] = [{"entry": c.entry.data.decode(), "body": _body_text(c.body)} for c in ask.refers]
    if ask.attachments:
        data["attachments"] = {str(number): b64encode(data) for number, data in ask.attachments.items()}
    return data


def _body_text(body: Body) -> str:
    return format_body(body).decode("ascii")


def parse_request(data: bytes) -> Request:
    """The request in a file. Raises Malformed, telling an answer from other bytes, or what entries and bodies raise."""
    value = parse_file(data)
    if value.get("zeren") == ANSWER:
        raise Malformed("this is an answer, not a request: give it to whoever asked")
    if value.get("zeren") != FORMAT:
        raise Malformed("this is no request for a signature that this version knows")
    check_members(value, {"zeren", "origin", "fingerprint", "person", "asks"}, {"names"})
    names = typed(value.get("names", {}), dict)
    return Request(
        origin=typed(value["origin"], str),
        fingerprint=b64decode(typed(value["fingerprint"], str)),
        person=typed(value["person"], str),
        asks=tuple(_parse_ask(typed(each, dict)) for each in typed(value["asks"], list)),
        names={id_: typed(name, str) for id_, name in names.items()},
    )


_OPTIONAL = {"capacity", "after", "after_entry", "not_after", "entry", "refers", "attachments"}


def _parse_ask(value: dict[str, Any]) -> Ask:
    check_members(value, {"to", "body"}, _OPTIONAL)
    capacity = value.get("capacity")
    if capacity is not None and capacity not in CAPACITIES:
        raise Malformed("a question is asked in a capacity that this version does not know")
    after = parse_entry(typed(value["after_entry"], str).encode()) if "after_entry" in value else None
    place = None if after is None else [after.header.position, b64encode(after.leaf_hash)]
    if value.get("after") != place:
        raise Malformed("the entry that a question says it comes after is not the one shown")
    return Ask(
        to=parse_to(value["to"]),
        body=_parse_body(value["body"]),
        capacity=capacity,
        entry=parse_entry(typed(value["entry"], str).encode()) if "entry" in value else None,
        after=after,
        not_after=parse_time(typed(value["not_after"], str)) if "not_after" in value else None,
        refers=tuple(_parse_cited(typed(each, dict)) for each in typed(value.get("refers", []), list)),
        attachments=dict(map(_parse_attachment, typed(value.get("attachments", {}), dict).items())),
    )


def _parse_cited(value: dict[str, Any]) -> Cited:
    check_members(value, {"entry", "body"}, set())
    return Cited(parse_entry(typed(value["entry"], str).encode()), _parse_body(value["body"]))


def _parse_body(value: object) -> Body:
    return parse_body(typed(value, str).encode())


def _parse_attachment(item: tuple[str, object]) -> tuple[int, bytes]:
    number, data = item
    if not (number.isascii() and number.isdigit()) or str(int(number)) != number:
        raise Malformed("an attachment is shown under its number")
    return int(number), b64decode(typed(data, str))


def place_of(ask: Ask) -> Place | None:
    """What the consent will name in `after`."""
    return None if ask.after is None else Place(ask.after.header.position, ask.after.leaf_hash)


# --- shared with answers ---------------------------------------------------------------------------------------------


def parse_file(data: bytes) -> dict[str, Any]:
    """The JSON object in a file of this exchange, a byte order mark at its head passed over. Raises Malformed."""
    if len(data) > MAX_FILE:
        raise Malformed("a file of {} bytes is too large for a request or an answer", len(data))
    try:
        value = parse_json(data.removeprefix(b"\xef\xbb\xbf"))
    except Malformed:
        value = None  # cut short, changed on the way, or another kind of file
    if not isinstance(value, dict):
        raise Malformed("this is neither a request for a signature nor an answer to one, or it was damaged on the way")
    return value


def check_members(value: Mapping[str, Any], always: set[str], sometimes: set[str]) -> None:
    """Raises Malformed unless an object has these members and no other."""
    unknown = sorted(value.keys() - always - sometimes) + sorted(always - value.keys())
    if unknown:
        raise Malformed("the member {!a} is missing in the file, or this version does not know it", unknown[0])


def typed(value: object, kind: type[_T]) -> _T:
    """The value, which is of this kind. Raises Malformed."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Malformed("a value in the file is not of the kind that its place asks for")
    return value
