"""The words of registers and of the line of a unit: for each code a message, whose Chinese is in the catalogue."""

from collections.abc import Mapping

REGISTERS: Mapping[str, str] = {
    "tasks": "Register of tasks",
    "issues": "Register of issues",
    "risks": "Register of risk points",
    "leads": "Register of leads",
}
STATUSES: Mapping[str, Mapping[str, str]] = {
    "tasks": {"open": "in hand", "overdue": "overdue", "done": "done"},
    "issues": {
        "open": "to be put right",
        "overdue": "overdue",
        "rectified": "put right, not verified yet",
        "closed": "closed after verification",
    },
    "risks": {"bare": "no measure on record", "countered": "measures on record"},
    "leads": {
        "open": "to be disposed of",
        "overdue": "overdue",
        "disposed": "disposed of in time",
        "disposed_late": "disposed of late",
    },
}
TASKS, ISSUES, RISKS, LEADS = STATUSES.values()
"""One by one, for the catalogue."""
CAPACITIES: Mapping[str, str] = {
    "titular": "titular",
    "acting": "acting",
    "cover": "cover",
    "refused": "refused",
    "gap": "none (gap)",
    "unknown": "nobody on record",
}
