"""zeren dossier PERSON|UNIT: everything about one person or unit, as known at any time."""

from collections.abc import Iterable, Iterator
from typing import Any

import click

from cli.commands.obligations import remarks
from cli.commands.signals import signal_lines
from cli.questions import Asked, ask, judged_options
from cli.showing.output import print_lines
from ledger.messages import N_
from projections.language.catalogue import _
from projections.language.duty_words import ACTING
from projections.language.trace import Explainer
from projections.language.trace_words import CATEGORIES
from projections.questions.dossier import CaseLine, Dossier, DossierFilter, DossierLine, dossier
from projections.questions.obligations import ObligationRow
from projections.questions.tenures import TenureRow


@click.command("dossier", help=N_("Everything about PARTY, a person or unit by id or name, as known at any time."))
@click.argument("party")
@judged_options
def command(*, as_json: bool, **given: Any) -> None:
    with ask(dossier, DossierFilter, given) as at:
        if as_json:
            at.print_json()
        else:
            print_lines(*_report(at))


def _report(at: Asked[Dossier]) -> Iterator[str]:
    found, explain = at.answer, at.explain
    yield f"{found.name} ({found.party})"
    yield _("judged as on {day}").format(day=found.judged_on.isoformat())
    yield from _section(_("Posts and division of work"), (_tenure(row, found, at) for row in found.tenures))
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


def _obligation(row: ObligationRow, explain: Explainer) -> str:
    unit = f" {explain.name(row.unit)}" if row.unit is not None and row.unit != row.owner else ""
    head = f"{row.obligation} {row.title}, {row.owner_name}{unit}, {explain.occasion(row)}"
    tail = "; ".join(filter(None, (explain.cites(row.met_by), *remarks(row, explain))))
    return f"{head}: {explain.status(row.status)} {tail}".rstrip()


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    rows = list(lines)
    yield from (f"  {line}" for line in rows or [_("none on record")])


def _tenure(row: TenureRow, found: Dossier, at: Asked[Dossier]) -> str:
    explain = at.explain
    days = f"{row.valid_from.isoformat()}–{row.valid_to.isoformat() if row.valid_to else ''}"
    units = ", ".join(map(explain.name, (*row.scope, *row.supervises)))
    who = "" if found.kind == "person" else f"{row.name}, "
    acting = f" ({_(ACTING[row.acting])})" if row.acting is not None else ""
    disputed = f" ({_('disputed')})" if row.disputed else ""
    return f"{days} {who}{at.post(row.post)}{acting} {units} {explain.cites([row.entry])}{disputed}"


def _entry(row: DossierLine, explain: Explainer) -> str:
    on = row.occurred_on.isoformat() if row.occurred_on is not None else ""
    told = row.said or ", ".join(map(explain.name, row.parties))
    head = f"{on} {explain.cites([row.entry])} {explain.kind(row.type)}{explain.text(': ')}{told}".strip()
    if not row.corrected_by:
        return head
    return head + explain.aside(_("corrected by {entries}").format(entries=explain.cites(row.corrected_by)))


def _case(row: CaseLine, explain: Explainer) -> str:
    outcome = f": {explain.category(row.category)}" if row.category is not None and row.category in CATEGORIES else ""
    form = f", {row.form}" if row.form is not None else ""
    return f"{explain.cites([row.entry])} {explain.kind(row.type)} {row.case or ''}{outcome}{form}"
