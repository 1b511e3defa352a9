"""The words of registers and of the line of a unit: for each code a message, whose Chinese is in the catalogue."""

from collections.abc import Mapping

from ledger.messages import N_

REGISTERS: Mapping[str, str] = {
    "tasks": N_("Register of tasks"),
    "issues": N_("Register of issues"),
    "risks": N_("Register of risk points"),
    "leads": N_("Register of leads"),
}
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
}
CAPACITIES: Mapping[str, str] = {
    "titular": N_("titular"),
    "acting": N_("acting"),
    "cover": N_("cover"),
    "refused": N_("refused"),
    "gap": N_("none (gap)"),
    "unknown": N_("nobody on record"),
}
