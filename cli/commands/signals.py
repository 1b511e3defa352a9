"""zeren signals: questions about records, each with its inputs, benign reasons and explanations."""

from collections.abc import Iterator

import click

from cli.asking import json_option, open_views
from cli.judging import judging, judging_options
from cli.showing.output import labelled, print_json, print_lines
from projections.facts.values import Citation
from projections.language.catalogue import _
from projections.language.duties import WEIGHTS
from projections.language.trace import Explainer
from projections.questions.answers import signals_answer
from projections.questions.signals import SignalRow


@click.command("signals", help=_("Questions about records: what fires, why, and what was explained; never verdicts."))
@click.option("--code", metavar="CODE", help=_("Only this signal, such as LATE_RECORD."))
@click.option("--unit", metavar="ID", help=_("Only what concerns this unit (id or name)."))
@click.option("--for", "person", metavar="ID", help=_("Only what concerns this person (id or name)."))
@click.option("--weight", type=click.Choice(list(WEIGHTS)), help=_("Only of this weight."))
@judging_options
@json_option
def command(
    code: str | None,
    unit: str | None,
    person: str | None,
    weight: str | None,
    known_at: str | None,
    entries: int | None,
    on: str | None,
    as_json: bool,
) -> None:
    with open_views() as views:
        at = judging(views, known_at, entries, on)
        party = [at.desk.party(text, at.known_at) for text in (unit, person) if text is not None]
        rows = at.desk.signals(at.on, at.known_at, code=code, party=party, weight=weight)
        if as_json:
            print_json({**signals_answer(at.on, at.known_at, rows, at.explain), "ledgers": at.desk.heads()})
            return
        lines = [_("judged as on {day}; a signal is a question, never a verdict").format(day=at.on.isoformat())]
        for row in rows:
            lines += ["", *signal_lines(row, at.explain)]
        print_lines(*lines, "", _("{n} signals").format(n=len(rows)))


def signal_lines(row: SignalRow, explain: Explainer) -> Iterator[str]:
    """A signal as a reader sees it."""
    signal = row.signal
    weight = _("weight {weight}").format(weight=_(WEIGHTS[signal.weight]))
    yield f"{signal.code} ({weight}): {explain.cites(signal.events)}"
    yield labelled(_("fires when"), explain.text(row.entry.fires))
    yield labelled(_("looks at"), explain.text(row.entry.inputs or ""))
    if signal.detail:
        found = "; ".join(f"{name} = {value_text(value, explain)}" for name, value in signal.detail)
        yield labelled(_("found"), found)
    if signal.blamed and signal.blamed != signal.events:
        yield labelled(_("holds against"), explain.cites(signal.blamed))
    yield labelled(_("benign reasons"), explain.text(row.entry.benign))
    for given in row.explanations:
        text = given.text if given.text is not None else _("withheld or erased")
        yield f"  {_('explained by')} {explain.name(given.by)} ({explain.cites([given.entry])}): {text}"


def value_text(value: object, explain: Explainer) -> str:
    """A detail's value: entries by number, persons and units by name."""
    if isinstance(value, Citation):
        return explain.cites([value])
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(value_text(item, explain) for item in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return explain.name(value) if isinstance(value, str) else str(value)
