"""Question: what stands in a table that an office files: who did, owes, finds and puts right what, with its entries.

A table is declared: its parts, the columns of each, whose it is, the places that stay empty for the author's own words,
and who signs under it. Facts are the ledger's, each with its entries; no word of a judgement is written here.

Long because the tables are declared here side by side, and filled by one function.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Literal

from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.messages import N_
from ledger.recording.moments import read_period
from projections.facts.values import Period
from projections.language.office_words import COLUMNS, PARTS, PROMPTS, SIGNED, TABLES
from projections.questions import office_acts, office_duties, office_matters, office_talks
from projections.questions.former_values import former_values
from projections.questions.office_lines import Gathering, OfficeLine
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of

Reader = Callable[[Gathering], Iterator[OfficeLine]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeFilter(Judged):
    """Limits of the question; None does not limit. Unit and person are named by id, number or name."""

    unit: str | None = None
    person: str | None = None
    period: str | None = None
    """The year, half-year or quarter; None = the year of the day of judging."""


@dataclass(frozen=True, slots=True)
class OfficeColumn:
    """A column: the member of a line that it shows, and its head. One without a member is filled in by hand.

    A column of a matrix shows the cell of one half-year, `span`.
    """

    member: str | None
    title: str
    span: str | None = None


@dataclass(frozen=True, slots=True)
class OfficePart:
    """A part of a table: its heading, and its columns."""

    name: str
    title: str
    columns: tuple[OfficeColumn, ...]


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """The answer: a table with its heading, its parts in order, its lines, and what is left to be filled in.

    `own_words` are the places for what the author himself has to say; `signed` who signs under it.
    """

    table: str
    title: str
    organ: str
    whose: str | None
    period: str
    judged_on: date
    known_at: datetime | None
    parts: tuple[OfficePart, ...]
    own_words: tuple[str, ...]
    signed: tuple[str, ...]
    notes: tuple[str, ...]
    """What is to be known of it: that the ledger was opened later than the period began; what its signs mean."""
    items: tuple[OfficeLine, ...]


@dataclass(frozen=True, slots=True)
class PartKind:
    """A part as it is declared: its name, what reads it, the members that are its columns, their heads where others.

    What its lines say of half-years (`cells`) stands in columns of its own behind these.
    """

    name: str
    read: Reader
    columns: tuple[str, ...]
    heads: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class TableKind:
    """A table as it is declared. `of` says whose it is: one that is of a person or a unit is asked with that named."""

    parts: tuple[PartKind, ...]
    signed: tuple[str, ...]
    of: Literal["organ", "person", "unit"] = "organ"
    own_words: tuple[str, ...] = ()
    is_text: bool = False
    """Whether it is filed as a text, with places for the author's own words."""
    legend: Callable[[Gathering], str] | None = None
    """What its signs mean."""


_ACT = ("on", "what", "with_whom", "clause", "measure", "remarks", "sources")
_OWED = ("what", "clause", "with_whom", "due", "done_on", "state_words", "remarks", "sources")
_TASK = ("what", "owner_name", "with_whom", "on", "due", "done_on", "state_words", "remarks", "sources")
_ISSUE = (
    *("what", "unit_name", "with_whom", "on", "owner_name", "measure", "due", "answered_on"),
    *("done_on", "state_words", "remarks", "sources"),
)
_WARNING = ("what", "unit_name", "owner_name", "with_whom", "on", "due", "done_on", "state_words", "remarks", "sources")
_TASK_HEADS = {"with_whom": N_("co-units"), "on": N_("handed out on"), "what": N_("task")}
_ISSUE_HEADS = {"what": N_("issue"), "with_whom": N_("found by"), "on": N_("found on"), "done_on": N_("closed on")}
_WARNING_HEADS = {
    "owner_name": N_("reported by"),
    "with_whom": N_("addressed to"),
    "on": N_("warned on"),
    "done_on": N_("answered on"),
}
_POST_HEADS = {
    "what": N_("post"),
    "with_whom": N_("over"),
    "on": N_("first day"),
    "due": N_("last day"),
    "done_on": N_("accepted on"),
}
_TALK_WITH = N_("with whom, or for which unit")
_POST = ("what", "with_whom", "on", "due", "done_on", "state_words", "remarks", "sources")
TASKS = PartKind("tasks", office_matters.tasks, _TASK, _TASK_HEADS)
ISSUES = PartKind("issues", office_matters.issues, _ISSUE, _ISSUE_HEADS)
WARNINGS = PartKind("warnings", office_matters.warnings, _WARNING, _WARNING_HEADS)
OWED = PartKind("owed", office_duties.owed, _OWED)
TALKS = PartKind(
    "talks",
    office_talks.counted,
    ("what", "clause", "state_words", "remarks", "sources"),
    {"state_words": N_("held of those owed")},
)
KINDS: Mapping[str, TableKind] = {
    "performance-ledger": TableKind(
        (PartKind("acts", office_acts.acts, _ACT), OWED), ("filled", "checked", "day"), of="person"
    ),
    "duty-list": TableKind(
        (
            PartKind("posts", office_duties.posts, ("owner_name", *_POST), {**_POST_HEADS, "owner_name": N_("person")}),
            PartKind(
                "duties",
                office_duties.duties,
                ("owner_name", "what", "clause", "unit_name", "state_words", "measure"),
                {"owner_name": N_("person"), "state_words": N_("how often"), "measure": N_("what counts as done")},
            ),
        ),
        ("leader", "accepted", "day"),
    ),
    "task-breakdown": TableKind((TASKS,), ("filled", "checked", "day")),
    "rectification": TableKind((ISSUES,), ("filled", "checked", "day")),
    "talk-matrix": TableKind(
        (
            PartKind("matrix", office_talks.matrix, ("what", "with_whom"), {"with_whom": _TALK_WITH}),
            PartKind(
                "missing_talks",
                office_talks.missing,
                ("what", "clause", "owner_name", "with_whom", "unit_name", "due", "remarks"),
            ),
        ),
        ("filled", "checked", "day"),
        legend=office_talks.legend,
    ),
    "special-report": TableKind(
        (
            *(
                PartKind("meetings", office_acts.meetings, _ACT),
                TALKS,
                PartKind("education", office_acts.education, _ACT),
            ),
            *(PartKind("checks", office_acts.checks, _ACT), PartKind("reports", office_acts.reports, _ACT)),
            *(WARNINGS, ISSUES, PartKind("owed", office_duties.owed_by_group, ("owner_name", *_OWED))),
        ),
        ("reported", "day"),
        own_words=("overall", "results", "problems", "next_steps"),
        is_text=True,
    ),
    "integrity-report": TableKind(
        (
            PartKind("posts", office_duties.posts, _POST, _POST_HEADS),
            *(PartKind("acts", office_acts.acts, _ACT), PartKind("attended", office_acts.attended, _ACT)),
            *(PartKind("talked_with", office_acts.talked_with, _ACT), WARNINGS, ISSUES, OWED),
        ),
        ("reported", "day"),
        of="person",
        own_words=("study", "results", "self_discipline", "problems", "next_steps"),
        is_text=True,
    ),
    "self-summary": TableKind(
        (PartKind("acts", office_acts.acts, _ACT), TASKS, ISSUES, OWED),
        ("head", "day"),
        of="unit",
        own_words=("results", "problems", "next_steps"),
        is_text=True,
    ),
    "check-sheet": TableKind(
        (
            PartKind(
                "units",
                office_matters.units,
                ("unit_name", "owner_name", "on", "with_whom", "state_words", "measure", "remarks", "sources"),
                {
                    "owner_name": N_("head"),
                    "on": N_("checked on"),
                    "with_whom": N_("checked by"),
                    "measure": N_("grade"),
                },
            ),
        ),
        ("filled", "checked", "leader", "day"),
    ),
    "handover-sheet": TableKind(
        (
            PartKind("posts", office_duties.posts, _POST, _POST_HEADS),
            PartKind("tasks", office_matters.open_tasks, _TASK, _TASK_HEADS),
            PartKind("issues", office_matters.open_issues, _ISSUE, _ISSUE_HEADS),
            PartKind("warnings", office_matters.open_warnings, _WARNING, _WARNING_HEADS),
            PartKind("owed", office_duties.open_duties, _OWED),
            PartKind("signatures", office_matters.signatures, ("what", "on", "state_words", "sources")),
        ),
        ("outgoing", "incoming", "overseen", "day"),
        of="person",
        own_words=("mind", "files"),
        is_text=True,
    ),
}


def office_table(name: str) -> Callable[[Over, OfficeFilter], OfficeTable]:
    """The question of a table. Raises BadInput where there is no such table."""
    if name not in KINDS:
        raise BadInput("there is no table {!r}; tables are {}", name, ", ".join(KINDS))
    return partial(_filled, name)


def _filled(name: str, over: Over, wanted: OfficeFilter) -> OfficeTable:
    facts, judged, kind = over.facts, over.judging_day(wanted), KINDS[name]
    if kind.of == "person" and wanted.person is None:
        raise BadInput("this table is of one person: name the person")
    if kind.of == "unit" and wanted.unit is None:
        raise BadInput("this table is of one unit: name the unit")
    person = party_of(facts, wanted.person, "person") if wanted.person is not None else None
    unit = party_of(facts, wanted.unit, "unit") if wanted.unit is not None else None
    period = read_period(wanted.period or str(judged.year))
    at = Gathering(over, judged, Period(period.first, period.last), period.name, person, unit)
    return gathered(name, at, kind.parts)


def gathered(name: str, at: Gathering, parts: Sequence[PartKind]) -> OfficeTable:
    """Parts of a table, filled with what is gathered."""
    over, kind, facts = at.over, KINDS[name], at.over.facts
    lines = {part.name: tuple(_with_former(at, line) for line in part.read(at)) for part in parts}
    later = (over.explain.opened_later(facts.began_on),) if (facts.began_on or date.max) > at.during.first else ()
    return OfficeTable(
        table=name,
        title=at.text(TABLES[name]),
        organ=_organ(over),
        whose=at.name(at.person or at.unit),
        period=at.period,
        judged_on=at.judged,
        known_at=facts.known_at,
        parts=tuple(_part(at, part, lines[part.name]) for part in parts),
        own_words=tuple(at.text(PROMPTS[each]) for each in kind.own_words),
        signed=tuple(at.text(SIGNED[each]) for each in kind.signed),
        notes=(*later, *((kind.legend(at),) if kind.legend is not None else ())),
        items=tuple(line for found in lines.values() for line in found),
    )


def _with_former(at: Gathering, line: OfficeLine) -> OfficeLine:
    """The line with what its entries said before they were corrected, among its remarks."""
    records = [record for cite in line.sources if (record := at.over.facts.cited(cite)) is not None]
    former = [said for record in records for said in former_values(at.over, record)]
    return replace(line, remarks=(*line.remarks, *former)) if former else line


def _part(at: Gathering, part: PartKind, lines: tuple[OfficeLine, ...]) -> OfficePart:
    heads = {**COLUMNS, **(part.heads or {})}
    spans = sorted({cell.span for line in lines for cell in line.cells})
    return OfficePart(
        part.name,
        at.text(PARTS[part.name]),
        (
            *(OfficeColumn(member, at.text(heads[member])) for member in part.columns),
            *(OfficeColumn("cells", at.over.speech.span(span), span) for span in spans),
        ),
    )


def _organ(over: Over) -> str:
    """What the organ is called: the title of its ledger."""
    return next((ledger.title for ledger in over.facts.ledgers if ledger.kind == "duty"), "")
