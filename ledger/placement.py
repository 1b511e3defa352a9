"""In which stream an event stands (FORMAT.md section 3). Pure, but for the random name of a new case."""

import re
from collections.abc import Callable

from ledger.clock import Randomness
from ledger.decisions.state import Register
from ledger.errors import Refused
from ledger.events.access import TokenRevoked
from ledger.events.base import Payload
from ledger.events.cases import (
    AppealDecided,
    AppealMade,
    CaseOpened,
    CaseWork,
    DecisionServed,
    LeadReceived,
    QueryMade,
)
from ledger.events.fields import EntryReference
from ledger.events.records import RecordAccepted, RecordCorrected, RecordExplained, RecordRefused, TextErased
from ledger.events.register import PersonLinked, UnitLinked
from ledger.events.tenure import AssignmentEnded
from ledger.events.trust import AnchorRecorded, KeyEnrolled, KeyRevoked, RolesChanged, Sealed, TrustPayload

MAIN, SEALS, ANCHORS = "ledger/main", "ledger/seals", "ledger/anchors"
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
    if isinstance(payload, CaseWork):
        return _case_stream(payload, register, stream_of, random)
    concerned = _concerned(payload)
    if concerned is not None:
        return stream_of(concerned)
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


def _concerned(payload: Payload) -> EntryReference | None:
    """The entry in whose stream this one stands: the thing that it ends, corrects, accepts, ..."""
    match payload:
        case AssignmentEnded(ends=reference):
            return reference
        case RecordCorrected(corrects=reference) | RecordAccepted(accepts=reference):
            return reference
        case TokenRevoked(revokes=reference):
            return reference
        case RecordRefused(refuses=reference) | RecordExplained(explains=reference) | TextErased(entry=reference):
            return reference
    return None


def _trust_stream(payload: TrustPayload, kind: str) -> str:
    match payload:
        case Sealed():
            return SEALS
        case AnchorRecorded():
            return ANCHORS
        case KeyEnrolled(person=person) | KeyRevoked(person=person) | RolesChanged(person=person) if kind != "case":
            return f"key/{person}"
    if payload.TYPE.startswith("key.log_") and kind == "duty":
        return "key/log"
    return MAIN


def _case_stream(payload: CaseWork, register: Register, stream_of: StreamOf, random: Randomness) -> str:
    match payload:
        case CaseOpened() | LeadReceived() | QueryMade():
            return f"case/{random(16).hex()}"
        case AppealMade(against=reference) | AppealDecided(appeal=reference) | DecisionServed(decision=reference):
            return stream_of(reference)
    if payload.case is not None and payload.case in register.cases:
        return register.cases[payload.case]
    if payload.case is None and register.leads:
        return register.leads[-1]
    known = ", ".join(register.cases) or "none"
    raise Refused(
        "{}: there is no open case {} (open: {}); open the case first", payload.TYPE, payload.case or "", known
    )
