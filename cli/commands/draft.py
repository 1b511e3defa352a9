"""zeren draft list, show, ask, drop: records that wait for the consents of who signs them elsewhere."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cli.acting.drafting import say_parked, say_requests, write_requests
from cli.acting.hints import late_from
from cli.asking import home, json_option, ledger_option
from cli.commands.draft_finish import finish
from cli.showing.command_groups import CommandGroup
from cli.showing.output import print_json, print_lines, table
from cli.showing.signature_questions import question
from ledger.application import Ledger
from ledger.clock import now
from ledger.consents.draft_files import Drafts
from ledger.consents.drafts import Draft, brought_up, is_over, requests_for
from ledger.consents.shown import check_request
from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.home.directory import Home
from ledger.messages import N_
from projections.language.catalogue import _
from projections.language.kind_titles import type_title

LEDGER = ledger_option()


@click.group(
    "draft", cls=CommandGroup, help=N_("Records that wait for signatures from elsewhere; they are no part of a ledger.")
)
def command() -> None:
    """The group."""


@command.command(
    "list", help=N_("List the drafts, the oldest first: since when they wait, and from when they are late.")
)
@LEDGER
@json_option
def list_drafts(kind: str, as_json: bool) -> None:
    here, moment = home(), now()
    ledger = _ledger(here, kind)
    try:
        found = [(draft, _late(ledger, draft)) for draft in Drafts(here.drafts(kind)).all()]
    finally:
        if ledger is not None:
            ledger.close()
    if as_json:
        print_json([_data(draft, late, moment) for draft, late in found])
        return
    if not found:
        print_lines(_("no draft waits"))
        return
    heads = (
        _("draft"),
        _("kind"),
        _("by"),
        _("asked"),
        _("answered"),
        _("since"),
        _("days waiting"),
        _("late from"),
        _("until"),
    )
    rows = [
        (
            draft.name,
            type_title(draft.type),
            draft.author,
            " ".join(each.person for each in draft.asked),
            " ".join(note.consent.person for note in draft.answered),
            format_time(draft.made_at)[:10],
            str((moment - draft.made_at).days),
            late or "",
            format_time(draft.not_after)[:10] + (_(" (over)") if is_over(draft, moment) else ""),
        )
        for draft, late in found
    ]
    print_lines(table(heads, rows))


def _late(ledger: Ledger | None, draft: Draft) -> str | None:
    late = None if ledger is None else late_from(ledger, draft.payload)
    return None if late is None else late.isoformat()


def _data(draft: Draft, late: str | None, moment: datetime) -> dict[str, Any]:
    return {
        "draft": draft.name,
        "type": draft.type,
        "author": draft.author,
        "signers": list(draft.signers),
        "asked": [[each.person, each.capacity] for each in draft.asked],
        "answered": [note.consent.person for note in draft.answered],
        "since": format_time(draft.made_at),
        "late_from": late,
        "not_after": format_time(draft.not_after),
        "over": is_over(draft, moment),
    }


def _ledger(here: Home, kind: str) -> Ledger | None:
    """The ledger; None where it is not founded yet, and its genesis may be the draft."""
    here.check()
    return here.open(kind) if here.database(kind).is_file() else None


@command.command("show", help=N_("Show the draft NAME in the words that are put before those who are asked."))
@click.argument("name")
@LEDGER
@json_option
def show(name: str, kind: str, as_json: bool) -> None:
    here = home()
    drafts = Drafts(here.drafts(kind))
    draft = drafts.load(name)
    ledger = _ledger(here, kind)
    try:
        request = next(iter(requests_for([draft], ledger, drafts.waiting, anew=True).values()))
        late = _late(ledger, draft)
    finally:
        if ledger is not None:
            ledger.close()
    (shown,) = check_request(request)
    if as_json:
        print_json({**_data(draft, late, now()), "fields": dict(shown.record.fields)})
        return
    print_lines(*list(question(request, shown, 1))[1:])
    for each in draft.asked:
        print_lines(_("asked: {person} as {capacity}").format(person=each.person, capacity=_(each.capacity)))
    if late is not None:
        print_lines(_("recorded on {day} or later it is late").format(day=late))


@command.command(
    "ask",
    help=N_(
        "Write requests anew, after the history as it is now: one file a person, with all that the drafts NAME "
        "(without one: all drafts) still ask of him."
    ),
)
@click.argument("names", metavar="[NAME...]", nargs=-1)
@click.option(
    "--requests",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Directory for the requests (default: here)."),
)
@LEDGER
@json_option
def ask(names: tuple[str, ...], requests: Path | None, kind: str, as_json: bool) -> None:
    here = home()
    store = Drafts(here.drafts(kind))
    asked = [store.load(name) for name in dict.fromkeys(names)] or list(store.all())
    drafts = [draft for draft in asked if names or not is_over(draft, now())]
    if not drafts:
        raise BadInput("no draft waits here")
    ledger = _ledger(here, kind)
    try:
        drafts = drafts if ledger is None else [brought_up(draft, ledger) for draft in drafts]
        written = write_requests(drafts, ledger, store, requests)
    finally:
        if ledger is not None:
            ledger.close()
    for draft in drafts:
        store.replace(draft)
    if len(drafts) == 1:
        say_parked(drafts[0], written, as_json=as_json)
    else:
        say_requests(drafts, written, as_json=as_json)


@command.command("drop", help=N_("Remove the draft NAME; answers to it can no longer be recorded."))
@click.argument("name")
@LEDGER
@json_option
def drop(name: str, kind: str, as_json: bool) -> None:
    here = home()
    here.check()
    Drafts(here.drafts(kind)).drop(name)
    if as_json:
        print_json({"dropped": name})
    else:
        print_lines(_("draft {name} is gone; nothing was recorded").format(name=name))


command.add_command(finish)
