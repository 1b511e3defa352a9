"""zeren obligations: what is owed by whom, with status, the acts that made it so and those that do not count."""

from collections.abc import Callable
from typing import Any

import click

from cli.questions import ask, judged_options
from cli.showing.output import print_lines, table
from ledger.messages import N_
from projections.facts.values import Instance
from projections.language.catalogue import _
from projections.language.trace import Explainer
from projections.obligations import StandingDuty
from projections.questions.obligations import MOST_DAYS, STATUSES, ObligationFilter, ObligationRow, Obligations, owed


def limits(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that limit a question about obligations."""
    for option in reversed(
        (
            click.option(
                "--period", metavar="P", help=_("Only this year, half-year or quarter: 2024, 2024H1, 2024Q3.")
            ),
            click.option("--half", metavar="H", help=_("Only what falls due in this half-year: 2024H1.")),
            click.option(
                "--for",
                "--owner",
                "owner",
                metavar="ID",
                help=_("Only what this party owes, or is about it (id or name)."),
            ),
            click.option("--unit", metavar="ID", help=_("Only what concerns this unit (id or name).")),
            click.option("--of-unit", metavar="ID", help=_("Only what belongs to this unit, as the map counts it.")),
            click.option("--status", multiple=True, type=click.Choice(STATUSES), help=_("Only with this status.")),
            click.option(
                "--id",
                "--obligation",
                "obligation",
                multiple=True,
                metavar="ID",
                help=_("Only this obligation, such as A2a."),
            ),
            click.option("--overdue", is_flag=True, help=_("Only what was due and stands undone or doubted.")),
            click.option(
                "--upcoming",
                type=click.IntRange(0, MOST_DAYS),
                metavar="DAYS",
                help=_("Only what falls due within so many days."),
            ),
        )
    ):
        function = option(function)
    return function


@click.command("obligations", help=N_("What is owed by whom, done or not, and by which entries."))
@limits
@click.option("--standing", "with_standing", is_flag=True, help=N_("List the standing duties with their evidence too."))
@judged_options
def command(*, with_standing: bool, as_json: bool, **given: Any) -> None:
    with ask(owed, ObligationFilter, given) as at:
        if as_json:
            at.print_json()
            return
        print_lines(*_report(at.answer, at.explain, with_standing=with_standing))
        if not at.answer.items:
            print_lines(at.explain.opened_later(at.over.facts.began_on))


def _report(found: Obligations, explain: Explainer, *, with_standing: bool) -> list[str]:
    heads = (_("obligation"), _("owner"), _("period or trigger"), _("due"), _("status"), _("by entries"), _("remarks"))
    lines = [_("judged as on {day}; standing duties are never scored").format(day=found.judged_on.isoformat())]
    lines.append(table(heads, [_line(row, explain) for row in found.items]))
    if with_standing:
        lines += ["", _("Standing duties and their evidence"), *(_standing(row, explain) for row in found.standing)]
    if found.uncounted:
        claims = ", ".join(f"{row.obligation} {explain.cites([row.entry])}" for row in found.uncounted)
        lines += ["", _("claimed but asked about nowhere: {claims}").format(claims=claims)]
    return lines


def _line(row: ObligationRow, explain: Explainer) -> tuple[str, ...]:
    number = f" {row.credited}/{row.required}" if row.required is not None and row.required > 1 else ""
    return (
        f"{row.obligation} {row.title}",
        row.owner_name if row.post is not None or row.owner in explain.known else explain.text(row.owner),
        " ".join(filter(None, (explain.occasion(row), _unit(row, explain)))),
        row.due.isoformat() + (f" ({_('provisional')})" if row.provisional else "") if row.due is not None else "",
        explain.status(row.status) + number,
        explain.cites(row.met_by),
        "; ".join(remarks(row, explain)),
    )


def _unit(row: Instance, explain: Explainer) -> str:
    return explain.name(row.unit) if row.unit is not None and row.unit != row.owner else ""


def remarks(row: Instance, explain: Explainer) -> list[str]:
    """What is missing, what came late, why acts do not count, and that a number is ours."""
    found = []
    if row.missing:
        found.append(_("missing: {parts}").format(parts=", ".join(map(explain.part, row.missing))))
    if row.not_covered:
        found.append(_("left out: {parts}").format(parts=", ".join(map(explain.part, row.not_covered))))
    if row.by is not None:
        late = _("late by {entry}") if row.status == "late" else _("after the provisional due day: {entry}")
        found.append(late.format(entry=explain.cites([row.by])))
    if row.days_after_case is not None:
        found.append(_("{n} days after the opening").format(n=row.days_after_case))
    found += [explain.reason(reason) for reason in row.reasons]
    if row.claimed_later:
        found.append(explain.claimed_later(row))
    if row.fitting:
        found.append(explain.fitting(row))
    if row.own_number:
        found.append(_("the plan states no number"))
    return found


def _standing(row: StandingDuty, explain: Explainer) -> str:
    evidence = explain.cites(row.evidence) or _("none on record")
    doubted = "; " + _("doubted") + f": {explain.cites(row.doubted)}" if row.doubted else ""
    return f"  {row.obligation} {explain.title(row.obligation)}: {evidence}{doubted}"
