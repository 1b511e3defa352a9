"""The words of registers and of the line of a unit: for each code a message, whose Chinese is in the catalogue."""

from collections.abc import Mapping
from typing import Literal

from ledger.frozen import dataclass
from ledger.messages import N_

REGISTERS: Mapping[str, str] = {
    "tasks": N_("Register of tasks"),
    "issues": N_("Register of issues"),
    "risks": N_("Register of risk points"),
    "leads": N_("Register of leads"),
    "talks": N_("Register of talks"),
    "meetings": N_("Register of meetings"),
    "warnings": N_("Register of warnings"),
    "handovers": N_("Register of handovers"),
    "assessments": N_("Register of assessments"),
}
SHORT: Mapping[str, str] = {
    "tasks": N_("Tasks"),
    "issues": N_("Issues"),
    "risks": N_("Risk points"),
    "leads": N_("Leads"),
    "talks": N_("Talks"),
    "meetings": N_("Meetings"),
    "warnings": N_("Warnings"),
    "handovers": N_("Handovers"),
    "assessments": N_("Assessments"),
}
"""Their names where it is said already that they are registers."""
STATUSES: Mapping[str, Mapping[str, str]] = {
    "tasks": {"open": N_("in hand"), "overdue": N_("overdue"), "done": N_("done")},
    "issues": {
        "open": N_("to be put right"),
        "overdue": N_("overdue"),
        "rectified": N_("put right, not verified yet"),
        "closed": N_("closed after verification"),
    },
    "risks": {"bare": N_("no measure on record"), "countered": N_("measures on record")},
    "leads": {
        "open": N_("to be disposed of"),
        "overdue": N_("overdue"),
        "disposed": N_("disposed of in time"),
        "disposed_late": N_("disposed of late"),
    },
    "talks": {
        "open": N_("to be followed up"),
        "overdue": N_("not followed up in time"),
        "followed_up": N_("followed up"),
        "held": N_("held, nothing to follow up"),
    },
    "meetings": {
        "no_vote": N_("no vote on record"),
        "voted": N_("voted, all in favour"),
        "divided": N_("with votes against, abstentions or dissent"),
    },
    "warnings": {
        "open": N_("to be answered"),
        "unanswered": N_("not answered in time"),
        "answered": N_("answered"),
        "answered_late": N_("answered late"),
    },
    "handovers": {"one_sided": N_("not signed by both"), "signed": N_("signed by both")},
    "assessments": {"unused": N_("result not used"), "used": N_("result used")},
}
Form = Literal[
    "entry", "entries", "text", "party", "parties", "day", "status", "word", "words", "number", "yesno", "done"
]
"""How a column is told: `done` is who reported something done, and when."""


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """A column of a register: the member of its rows, its heading, and how it is told."""

    member: str
    title: str
    form: Form
    words: str | None = None
    """The closed list that its fixed words are of."""


_ENTRY, _TITLE = RegisterColumn("entry", N_("entry"), "entry"), RegisterColumn("title", N_("title"), "text")
_UNIT, _STATUS = RegisterColumn("unit", N_("unit"), "party"), RegisterColumn("status", N_("status"), "status")
_DUE, _HELD = RegisterColumn("due", N_("due"), "day"), RegisterColumn("held", N_("held on"), "day")
COLUMNS: Mapping[str, tuple[RegisterColumn, ...]] = {
    "tasks": (
        *(_ENTRY, _TITLE),
        RegisterColumn("owner", N_("owner"), "party"),
        RegisterColumn("co_units", N_("co-units"), "parties"),
        *(_UNIT, _DUE, _STATUS),
        RegisterColumn("done_by", N_("reported done by"), "done"),
        RegisterColumn("reports", N_("reports"), "entries"),
    ),
    "issues": (
        *(_ENTRY, _TITLE),
        RegisterColumn("finder", N_("found by"), "party"),
        RegisterColumn("owner", N_("owner"), "party"),
        *(_UNIT, _DUE, _STATUS),
        RegisterColumn("rectified", N_("put right"), "entries"),
        RegisterColumn("verified", N_("verified"), "entries"),
    ),
    "risks": (
        *(_ENTRY, _TITLE, _UNIT),
        RegisterColumn("since", N_("registered on"), "day"),
        _STATUS,
        RegisterColumn("measures", N_("measures"), "entries"),
    ),
    "leads": (
        *(_ENTRY, _TITLE),
        RegisterColumn("concerns", N_("concerns"), "parties"),
        RegisterColumn("received", N_("received"), "day"),
        *(_DUE, _STATUS),
        RegisterColumn("way", N_("way"), "word"),
        RegisterColumn("disposed_on", N_("disposed of on"), "day"),
        RegisterColumn("disposed_by", N_("by entry"), "entry"),
    ),
    "talks": (
        *(_ENTRY, _HELD),
        RegisterColumn("kind", N_("kind"), "word", "talk"),
        RegisterColumn("talker", N_("talker"), "party"),
        RegisterColumn("counterpart", N_("counterpart"), "party"),
        _TITLE,
        RegisterColumn("countersigned", N_("countersigned"), "yesno"),
        RegisterColumn("follow_up_due", N_("follow-up due"), "day"),
        _STATUS,
        RegisterColumn("followed_by", N_("followed up by"), "entries"),
    ),
    "meetings": (
        *(_ENTRY, _HELD),
        RegisterColumn("kind", N_("kind"), "word", "meeting"),
        RegisterColumn("body", N_("body"), "party"),
        RegisterColumn("chair", N_("chair"), "party"),
        *(_TITLE, _STATUS),
        RegisterColumn("items", N_("items"), "number"),
        RegisterColumn("attendees", N_("present"), "number"),
        RegisterColumn("agree", N_("in favour"), "number"),
        RegisterColumn("oppose", N_("against"), "number"),
        RegisterColumn("abstain", N_("abstaining"), "number"),
        RegisterColumn("dissents", N_("dissents"), "number"),
    ),
    "warnings": (
        *(_ENTRY, _TITLE),
        RegisterColumn("warned_on", N_("warned on"), "day"),
        RegisterColumn("author", N_("author"), "party"),
        RegisterColumn("addressees", N_("addressed to"), "parties"),
        *(_UNIT, _DUE, _STATUS),
        RegisterColumn("answered_on", N_("answered on"), "day"),
        RegisterColumn("answered_by", N_("by entry"), "entry"),
    ),
    "handovers": (
        *(_ENTRY, _HELD),
        RegisterColumn("outgoing", N_("outgoing holder"), "party"),
        RegisterColumn("incoming", N_("incoming holder"), "party"),
        RegisterColumn("scope", N_("units handed over"), "parties"),
        RegisterColumn("issues", N_("open issues told"), "number"),
        RegisterColumn("named", N_("entries handed over"), "entries"),
        _STATUS,
    ),
    "assessments": (
        _ENTRY,
        RegisterColumn("of", N_("assessed"), "party"),
        RegisterColumn("for_year", N_("for year"), "number"),
        RegisterColumn("grade", N_("grade"), "text"),
        RegisterColumn("checks", N_("rests on"), "entries"),
        _STATUS,
        RegisterColumn("uses", N_("used for"), "words"),
        RegisterColumn("used_by", N_("by entry"), "entries"),
    ),
}
CAPACITIES: Mapping[str, str] = {
    "titular": N_("titular"),
    "acting": N_("acting"),
    "cover": N_("cover"),
    "refused": N_("refused"),
    "gap": N_("none (gap)"),
    "unknown": N_("nobody on record"),
}
