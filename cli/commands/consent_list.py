"""zeren consent list: who still owes which signature, the oldest entry first."""

from collections.abc import Iterator
from typing import Any

import click

from cli.asking import home
from cli.questions import ask, judged_options
from cli.showing.output import note, print_lines, table
from ledger.clock import now
from ledger.consents.draft_files import Drafts
from ledger.consents.drafts import is_over
from ledger.messages import N_
from projections.facts.protocol import day
from projections.language.catalogue import _
from projections.language.kind_titles import type_title
from projections.language.trace import Explainer
from projections.questions.parties import party_of
from projections.questions.signatures import LEDGERS, OwedSignatures, SignatureFilter, owed_signatures


@click.command("list", help=N_("List whose signature is still owed under which entry, the oldest first."))
@click.option("--for", "--person", "person", metavar="ID", help=N_("Only what this person still owes (id or name)."))
@click.option("--ledger", type=click.Choice(LEDGERS), default="duty", help=N_("Which ledger."))
@judged_options
def command(*, as_json: bool, **given: Any) -> None:
    with ask(owed_signatures, SignatureFilter, given) as at:
        if as_json:
            at.print_json()
        else:
            print_lines(*_report(at.answer, at.explain))
        person = given["person"] and party_of(at.over.facts, given["person"], "person")
    for line in _drafts(given["ledger"], person):
        note(line)


def _drafts(ledger: str, person: str | None) -> Iterator[str]:
    """A line for each draft here that waits for somebody, or for the person: it is no entry yet, and in no answer."""
    moment = now()
    for draft in Drafts(home().drafts(ledger)).all():
        waits = [each.person for each in draft.open if person in (None, each.person)]
        if waits and not is_over(draft, moment):
            yield _("a draft waits too: {name}, {kind}, for {persons}, for {n} days; see: zeren draft list").format(
                name=draft.name, kind=type_title(draft.type), persons=", ".join(waits), n=(moment - draft.made_at).days
            )


def _report(found: OwedSignatures, explain: Explainer) -> list[str]:
    if not found.items:
        return [_("no signature is owed")]
    heads = (_("entry"), _("kind"), _("person"), _("as"), _("happened"), _("recorded"), _("days waiting"))
    rows = [
        (
            explain.cites([each.entry]),
            each.title,
            f"{each.name} ({each.person})" if each.name != each.person else each.person,
            _(each.capacity),
            each.occurred_on.isoformat() if each.occurred_on is not None else "",
            day(explain.facts, each.recorded_at).isoformat(),
            str(each.days),
        )
        for each in found.items
    ]
    return [table(heads, rows), _("{n} lines").format(n=len(rows))]
