"""The words of the tables that an office files: titles, heads of columns, parts, places for the author's own words."""

from collections.abc import Mapping

from ledger.messages import N_

TABLES: Mapping[str, str] = {
    "performance-ledger": N_("Ledger of duties performed"),
    "duty-list": N_("List of responsibilities"),
    "task-breakdown": N_("Breakdown of tasks"),
    "rectification": N_("Ledger of issues put right"),
    "talk-matrix": N_("Talks owed and held"),
    "special-report": N_("Yearly special report"),
    "integrity-report": N_("Report on responsibility and integrity"),
    "self-summary": N_("Summary of the self-check"),
    "check-sheet": N_("Table of checks and assessment"),
    "handover-sheet": N_("Handover sheet"),
}
COLUMNS: Mapping[str, str] = {
    "what": N_("what it is about"),
    "clause": N_("basis in the plan"),
    "unit_name": N_("unit"),
    "owner_name": N_("responsible"),
    "with_whom": N_("with or to whom"),
    "on": N_("day"),
    "due": N_("by when"),
    "answered_on": N_("put right on"),
    "done_on": N_("done on"),
    "state_words": N_("state"),
    "measure": N_("how it was done"),
    "remarks": N_("remarks"),
    "sources": N_("entries on record"),
}
"""What the members of a line are called where a table does not say otherwise."""
PARTS: Mapping[str, str] = {
    "acts": N_("Acts in the period"),
    "attended": N_("Meetings and education attended"),
    "talked_with": N_("Talks received"),
    "owed": N_("What was owed, and how it stands"),
    "posts": N_("Posts, and whether they were accepted"),
    "duties": N_("Duties"),
    "tasks": N_("Tasks broken down"),
    "issues": N_("Issues and their rectification"),
    "warnings": N_("Early signs reported"),
    "meetings": N_("Meetings that studied and deployed"),
    "education": N_("Education"),
    "talks": N_("Talks owed and held, by half-year"),
    "matrix": N_("Talks by half-year"),
    "missing_talks": N_("Talks not held in time"),
    "checks": N_("Checks, analyses and plans"),
    "reports": N_("Reports and requests"),
    "units": N_("Units checked and assessed"),
    "signatures": N_("Signatures still owed"),
    "own_words": N_("In the author's own words"),
}
PROMPTS: Mapping[str, str] = {
    "overall": N_("Overall judgement of the year"),
    "problems": N_("Problems and their causes"),
    "next_steps": N_("Measures and plans for the next year"),
    "study": N_("Political study and ideals"),
    "self_discipline": N_("Personal integrity; relatives and staff"),
    "results": N_("Results worth telling"),
    "mind": N_("What whoever takes over has to mind"),
    "files": N_("Files, seals and property handed over"),
}
SIGNED: Mapping[str, str] = {
    "filled": N_("Filled in by"),
    "checked": N_("Checked by"),
    "leader": N_("Leader in charge"),
    "accepted": N_("Accepted by"),
    "outgoing": N_("Handed over by"),
    "incoming": N_("Taken over by"),
    "overseen": N_("Overseen by"),
    "reported": N_("Reported by"),
    "head": N_("Head of the unit"),
    "day": N_("Date"),
}
FOOTINGS: Mapping[str, str] = {
    "formal": N_("by appointment or acceptance on record"),
    "pending": N_("waiting for acceptance"),
    "unaccepted": N_("not accepted in time"),
    "objects": N_("objects"),
    "refused": N_("refused by the assignee"),
}
EVERY: Mapping[str, str] = {
    "year": N_("each year"),
    "half_year": N_("each half-year"),
    "quarter": N_("each quarter"),
    "regular": N_("regularly, as the rules set it"),
    "once": N_("once"),
    "analysis": N_("mid-year and year-end"),
    "trigger": N_("whenever it arises"),
    "pairs": N_("each half-year, with each"),
    "tenure": N_("as the rotation rule sets it"),
    "standing": N_("always"),
}
