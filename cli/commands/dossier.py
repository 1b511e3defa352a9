"""zeren dossier PERSON|UNIT: everything about one person or unit, as known at any time."""

from collections.abc import Iterable, Iterator

import click

from cli.asking import json_option, open_views
from cli.commands.obligations import remarks
from cli.commands.signals import signal_lines
from cli.judging import judging, judging_options
from cli.showing.output import print_json, print_lines
from projections.facts.values import Instance, Tenure
from projections.language.catalogue import _
from projections.language.duties import ACTING
from projections.language.trace import CATEGORIES, Explainer
from projections.questions.answers import dossier_answer
from projections.questions.dossier import CaseLine, Dossier, Line


@click.command("dossier", help=_("Everything about PARTY, a person or unit by id or name, as known at any time."))
@click.argument("party")
@judging_options
@json_option
def command(party: str, known_at: str | None, entries: int | None, on: str | None, as_json: bool) -> None:
    with open_views() as views:
        at = judging(views, known_at, entries, on)
        found = at.desk.dossier(at.desk.party(party, at.known_at), at.on, at.known_at)
        if as_json:
            print_json({**dossier_answer(found, at.over), "ledgers": at.desk.heads()})
        else:
            print_lines(*_report(found, at.explain))


def _report(found: Dossier, explain: Explainer) -> Iterator[str]:
    yield f"{explain.name(found.party)} ({found.party})"
    yield _("judged as on {day}").format(day=found.judged_on.isoformat())
    yield from _section(_("Posts and division of work"), (_tenure(row, found, explain) for row in found.tenures))
    owed = (_obligation(row, explain) for row in found.obligations)
    yield from _section(_("Obligations"), owed)
    for title, lines in (
        (_("Talks"), found.talks),
        (_("Acts"), found.acts),
        (_("Handovers"), found.handovers),
        (_("Leaves"), found.leaves),
        (_("Corrections, refusals, explanations"), found.remarks),
    ):
        yield from _section(title, (_entry(row, explain) for row in lines))
    yield from _section(_("Signals"), (line for row in found.signals for line in signal_lines(row, explain)))
    if found.inspector:
        yield from _section(_("Cases and decisions (inspectors only)"), (_case(row, explain) for row in found.cases))


def _obligation(row: Instance, explain: Explainer) -> str:
    unit = f" {explain.name(row.unit)}" if row.unit is not None and row.unit != row.owner else ""
    head = f"{row.obligation} {explain.title(row.obligation)}, {explain.name(row.owner)}{unit}, {explain.occasion(row)}"
    tail = "; ".join(filter(None, (explain.cites(row.met_by), *remarks(row, explain))))
    return f"{head}: {explain.status(row.status)} {tail}".rstrip()


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    rows = list(lines)
    yield from (f"  {line}" for line in rows or [_("none on record")])


def _tenure(row: Tenure, found: Dossier, explain: Explainer) -> str:
    days = f"{row.valid_from.isoformat()}–{row.valid_to.isoformat() if row.valid_to else ''}"
    units = ", ".join(map(explain.name, (*row.scope, *row.supervises)))
    who = "" if found.kind == "person" else f"{explain.name(row.person)}, "
    acting = f" ({_(ACTING[row.acting])})" if row.acting is not None else ""
    disputed = f" ({_('disputed')})" if row.entry in found.disputed else ""
    return f"{days} {who}{_(row.post)}{acting} {units} {explain.cites([row.entry])}{disputed}"


def _entry(row: Line, explain: Explainer) -> str:
    on = row.occurred_on.isoformat() if row.occurred_on is not None else ""
    parties = ", ".join(map(explain.name, row.parties))
    return f"{on} {explain.cites([row.entry])} {explain.kind(row.type)}: {parties}".strip()


def _case(row: CaseLine, explain: Explainer) -> str:
    outcome = f": {explain.category(row.category)}" if row.category is not None and row.category in CATEGORIES else ""
    form = f", {row.form}" if row.form is not None else ""
    return f"{explain.cites([row.entry])} {explain.kind(row.type)} {row.case or ''}{outcome}{form}"
