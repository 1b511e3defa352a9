"""zeren agenda: what is to be done, by whom and by when, each line with the command that does it."""

from pathlib import Path
from typing import Any

import click

from cli.questions import Asked, ask, judged_options
from cli.showing.output import note, print_lines
from ledger.errors import BadInput
from ledger.messages import N_
from ledger.writing import replace_whole
from projections.language.agenda_words import STATES
from projections.language.catalogue import _
from projections.questions.agenda import Agenda, AgendaFilter, AgendaLine, agenda, to_come
from projections.reports.agenda_sheet import agenda_docx, agenda_xlsx
from projections.reports.calendar import Event, calendar

SHEETS = {".xlsx": agenda_xlsx, ".docx": agenda_docx}


@click.command(
    "agenda",
    help=N_(
        "What is to be done: overdue, due soon, due later, waiting for a signature; each line in words, with the"
        " command that records it. Nothing is ever closed to a late entry."
    ),
)
@click.option(
    "--for",
    "--owner",
    "owner",
    metavar="ID",
    help=N_("Only what this person or unit has to do (id or name), with the units that the person heads."),
)
@click.option("--period", metavar="P", help=N_("Only what falls due in this year, half-year or quarter: 2026Q4."))
@click.option("--until", metavar="DAY", help=N_("Only what is overdue, falls due by this day, or has no day."))
@click.option("--due-within", metavar="DAYS", help=N_("Only what is still to come within so many days: 5d."))
@click.option(
    "--ics",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help=N_("Write what is still to come to FILE as an iCalendar."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help=N_("Write the lines to FILE (.xlsx, .docx) as a sheet to be handed out."),
)
@judged_options
def command(*, ics: Path | None, out: Path | None, as_json: bool, **given: Any) -> None:
    if out is not None and out.suffix.lower() not in SHEETS:
        raise BadInput("a sheet is written as .xlsx or .docx, not as {!r}", out.name)
    with ask(agenda, AgendaFilter, given) as at:
        if ics is not None:
            events = [_event(line, at) for line in to_come(at.answer.items, at.answer.judged_on)]
            replace_whole(ics, calendar(_("What is to be done"), at.over.facts.last_recorded_at, events))
            note(_("{n} days written to {file}").format(n=len(events), file=ics))
        if out is not None:
            whose = at.explain.name(at.desk.party(given["owner"])) if given["owner"] is not None else None
            replace_whole(out, SHEETS[out.suffix.lower()](at.answer, at.explain, whose, given["period"]))
            note(_("{n} lines written to {file}").format(n=len(at.answer.items), file=out))
        if as_json:
            at.print_json()
            return
        print_lines(*_report(at.answer))


def _event(line: AgendaLine, at: Asked[Agenda]) -> Event:
    if line.due is None:
        raise ValueError("an event needs a day")
    where = (line.kind, line.obligation, line.owner, line.unit, line.occasion, line.entry, line.due)
    key = "\0".join(
        "" if part is None else str(part) for part in (at.over.facts.ledgers[0].origin, *where, *line.with_whom)
    )
    lines = [line.clause or "", line.done_when or "", *line.in_vain, *line.do]
    summary = f"{line.what} · {line.owner_name}"
    return Event(key, line.due, summary, "\n".join(filter(None, lines)), _(STATES[line.state]))


def _report(found: Agenda) -> list[str]:
    lines = [_("as on {day}; near is what falls due within {n} days").format(day=found.judged_on, n=found.near_days)]
    for state, title in STATES.items():
        rows = [line for line in found.items if line.state == state]
        if rows:
            lines += ["", f"{_(title)} ({len(rows)})"]
        for row in rows:
            lines.append(f"  {row.words}")
            lines += [f"    ! {said}" for said in row.in_vain]
            lines += [f"    $ {row.do[0]}"]
    if not found.items:
        lines.append(_("nothing is to be done"))
    return [*lines, *(["", *found.notes] if found.notes else [])]
