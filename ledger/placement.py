"""In which stream an event stands (FORMAT.md section 3). Pure, but for the random name of a new case."""

import re
from collections.abc import Callable

from ledger.clock import Randomness
from ledger.decisions.state import Register
from ledger.errors import Refused
from ledger.events.base import Payload
from ledger.events.case_work import CaseOpened, CaseWork, LeadReceived, QueryMade
from ledger.events.fields import EntryReference
from ledger.events.register import PersonLinked, UnitLinked
from ledger.events.trust import (
    AnchorRecorded,
    KeyEnrolled,
    KeyRevoked,
    ListPublished,
    RolesChanged,
    Sealed,
    TrustPayload,
)

MAIN, SEALS, ANCHORS, LISTS = "ledger/main", "ledger/seals", "ledger/anchors", "list/main"
AT_REST = ((SEALS, Sealed.TYPE), (ANCHORS, AnchorRecorded.TYPE))
"""What may follow the last seal without another one being needed: (stream, type), the one never without the other."""
_FITS = re.compile(r"(?!n[0-9]+\Z)[A-Za-z0-9._-]{1,64}")

StreamOf = Callable[[EntryReference], str]


def place(
    payload: Payload,
    kind: str,
    register: Register,
    stream_of: StreamOf,
    taken: Callable[[str], bool],
    random: Randomness,
) -> str:
    """The stream's name; ends in "/" where the position completes it. Raises Refused where the thing is not there."""
    if isinstance(payload, TrustPayload):
        return _trust_stream(payload, kind)
    joined = _joined(payload, register, stream_of)
    if joined is not None:
        return joined
    if isinstance(payload, CaseWork):
        return _case_stream(payload, register, random)
    if isinstance(payload, PersonLinked | UnitLinked):
        prefix = payload.TYPE.partition(".")[0]
        local = next((identity.id for identity in payload.identities if identity.fingerprint == ""), None)
        if local is None or register.kinds.get(local) != prefix:
            raise Refused('a link names one {} registered in this ledger (fingerprint "")', prefix)
        return register.streams[local]
    prefix = payload.TYPE.partition(".")[0]
    if payload.ref is not None and _FITS.fullmatch(payload.ref) and not taken(f"{prefix}/{payload.ref}"):
        return f"{prefix}/{payload.ref}"
    return f"{prefix}/"


def _joined(payload: Payload, register: Register, stream_of: StreamOf) -> str | None:
    """The stream of the thing that this one ends, renames, corrects, accepts, ...: each type says by which field."""
    if payload.JOINS is None:
        return None
    named = getattr(payload, payload.JOINS)
    if isinstance(named, EntryReference):
        return stream_of(named)
    if named not in register.streams:
        raise Refused("{} is not registered; register it first or correct the id", named)
    return register.streams[named]


def _trust_stream(payload: TrustPayload, kind: str) -> str:
    match payload:
        case Sealed():
            return SEALS
        case AnchorRecorded():
            return ANCHORS
        case ListPublished():
            return LISTS
        case KeyEnrolled(person=person) | KeyRevoked(person=person) | RolesChanged(person=person) if kind in (
            "duty",
            "access",
        ):
            return f"key/{person}"
    if payload.TYPE.startswith("key.log_") and kind == "duty":
        return "key/log"
    return MAIN


def _case_stream(payload: CaseWork, register: Register, random: Randomness) -> str:
    if isinstance(payload, CaseOpened | LeadReceived | QueryMade):
        return f"case/{random(16).hex()}"
    if payload.case is not None and payload.case in register.cases:
        return register.cases[payload.case]
    if payload.case is None and register.leads:
        return register.leads[-1]
    known = ", ".join(register.cases) or "none"
    raise Refused(
        "{}: there is no open case {} (open: {}); open the case first", payload.TYPE, payload.case or "", known
    )
