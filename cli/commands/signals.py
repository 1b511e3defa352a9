"""zeren signals: questions about records, each with its inputs, benign reasons and explanations."""

from collections.abc import Iterator
from typing import Any

import click

from cli.questions import ask, judged_options
from cli.showing.output import labelled, print_lines
from ledger.messages import N_
from projections.facts.values import Citation
from projections.language.catalogue import _
from projections.language.record_words import WEIGHTS
from projections.language.signal_words import detail_title, detail_word
from projections.language.trace import Explainer
from projections.questions.signals import SignalFilter, SignalRow, raised


@click.command("signals", help=N_("Questions about records: what fires, why, and what was explained; never verdicts."))
@click.option("--code", metavar="CODE", help=N_("Only this signal, such as LATE_RECORD."))
@click.option("--unit", metavar="ID", help=N_("Only what concerns this unit (id or name)."))
@click.option("--for", "--person", "person", metavar="ID", help=N_("Only what concerns this person (id or name)."))
@click.option("--weight", type=click.Choice(list(WEIGHTS)), help=N_("Only of this weight."))
@judged_options
def command(*, as_json: bool, **given: Any) -> None:
    with ask(raised, SignalFilter, given) as at:
        if as_json:
            at.print_json()
            return
        day = at.answer.judged_on.isoformat()
        lines = [_("judged as on {day}; a signal is a question, never a verdict").format(day=day)]
        for row in at.answer.items:
            lines += ["", *signal_lines(row, at.explain)]
        print_lines(*lines, "", _("{n} signals").format(n=len(at.answer.items)))


def signal_lines(row: SignalRow, explain: Explainer) -> Iterator[str]:
    """A signal as a reader sees it."""
    weight = _("weight {weight}").format(weight=_(WEIGHTS[row.weight]))
    called = explain.aside(explain.text(", ").join((row.code, weight)))
    yield explain.labelled(f"{row.fires}{called}", explain.cites(row.events))
    yield labelled(_("looks at"), row.inputs)
    if row.detail:
        told = (
            explain.labelled(detail_title(explain, name), value_text(name, value, explain))
            for name, value in row.detail.items()
        )
        found = explain.text("; ").join(told)
        yield labelled(_("found"), found)
    if row.blamed and row.blamed != row.events:
        yield labelled(_("holds against"), explain.cites(row.blamed))
    yield labelled(_("benign reasons"), row.benign)
    for given in row.explanations:
        text = given.text if given.text is not None else _("withheld or erased")
        yield f"  {_('explained by')} {explain.name(given.by)} ({explain.cites([given.entry])}): {text}"


def value_text(name: str, value: object, explain: Explainer) -> str:
    """A detail's value: entries by number, persons and units by name, all else in words."""
    if isinstance(value, Citation):
        return explain.cites([value])
    if isinstance(value, tuple | list | set | frozenset):
        return explain.text(", ").join(value_text(name, item, explain) for item in value) or explain.text("none")
    return detail_word(explain, name, value)
