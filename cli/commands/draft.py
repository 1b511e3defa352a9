"""zeren draft list, show, ask, finish, drop: records that wait for the consents of who signs them elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.acting.drafting import say_parked, write_requests
from cli.acting.hints import late_from
from cli.acting.receipts import print_receipt
from cli.acting.signing import keyring, passphrase_option, secrets_of, writing_clock
from cli.asking import home, json_option, ledger_option
from cli.commands.init import report_founded
from cli.showing.groups import CommandGroup
from cli.showing.output import note, print_json, print_lines, table
from cli.showing.questions import question
from ledger.anchors.book import anchor_book
from ledger.application import Command, Ledger
from ledger.attached import settle
from ledger.checks.concerned import concerned
from ledger.clock import CorrectingClock, SystemClock, now
from ledger.consents.answer import Answer, parse_answer
from ledger.consents.draft_files import Drafts
from ledger.consents.drafts import Draft, command_of, is_over, requests_for, take
from ledger.consents.shown import check_request
from ledger.core.consent import GENESIS_TYPE
from ledger.core.consent_to import Place
from ledger.core.entry import format_time
from ledger.errors import BadInput, Incomplete, Invalid, Refused
from ledger.events.records import TextErased
from ledger.events.trust import ClockCorrected
from ledger.home.directory import Home
from ledger.home.founding import finish_founding
from ledger.keys.files import Keyring
from ledger.recording.expand import expand
from projections.language.catalogue import _
from projections.language.kind_titles import type_title

LEDGER = ledger_option()


@click.group(
    "draft", cls=CommandGroup, help=_("Records that wait for signatures from elsewhere; they are no part of a ledger.")
)
def command() -> None:
    """The group."""


@command.command(
    "list", help=_("List the drafts, the oldest first: since when they wait, and from when they are late.")
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
    heads = (_("draft"), _("kind"), _("by"), _("asked"), _("since"), _("days waiting"), _("late from"), _("until"))
    rows = [
        (
            draft.name,
            type_title(draft.type),
            draft.author,
            " ".join(each.person for each in draft.asked),
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
        "since": format_time(draft.made_at),
        "late_from": late,
        "not_after": format_time(draft.not_after),
        "over": is_over(draft, moment),
    }


def _ledger(here: Home, kind: str) -> Ledger | None:
    """The ledger; None where it is not founded yet, and its genesis may be the draft."""
    here.check()
    return here.open(kind) if here.database(kind).is_file() else None


@command.command("show", help=_("Show the draft NAME in the words that are put before those who are asked."))
@click.argument("name")
@LEDGER
@json_option
def show(name: str, kind: str, as_json: bool) -> None:
    here = home()
    drafts = Drafts(here.drafts(kind))
    draft = drafts.load(name)
    ledger = _ledger(here, kind)
    try:
        request = next(iter(requests_for(draft, ledger, drafts.waiting(draft)).values()))
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
    help=_("Write the requests for the draft NAME anew, after the history as it is now: one file a person."),
)
@click.argument("name")
@click.option(
    "--requests",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Directory for the requests (default: here)."),
)
@LEDGER
@json_option
def ask(name: str, requests: Path | None, kind: str, as_json: bool) -> None:
    here = home()
    drafts = Drafts(here.drafts(kind))
    draft = drafts.load(name)
    ledger = _ledger(here, kind)
    try:
        draft = _brought_up(draft, ledger)
        written = write_requests(draft, ledger, drafts, requests)
    finally:
        if ledger is not None:
            ledger.close()
    drafts.replace(draft)
    say_parked(draft, written, as_json=as_json)


def _brought_up(draft: Draft, ledger: Ledger | None) -> Draft:
    """The draft with the last entry on record as the one that it comes after; what is signed of it stays the same."""
    if ledger is None:
        return draft
    last = ledger.entry_at(ledger.size() - 1)[0]
    return replace(draft, after=Place(last.header.position, last.leaf_hash))


@command.command("drop", help=_("Remove the draft NAME; answers to it can no longer be recorded."))
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


@command.command("finish", help=_("Record the draft NAME once, with the consents in each ANSWER."))
@click.argument("name")
@click.argument("answers", metavar="ANSWER...", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--without", multiple=True, help=_("Record without the answer of this person, who stays named as asked."))
@LEDGER
@passphrase_option
@json_option
def finish(
    name: str,
    answers: tuple[Path, ...],
    without: tuple[str, ...],
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> int:
    here = home()
    drafts = Drafts(here.drafts(kind))
    draft = drafts.load(name)
    if draft.type == GENESIS_TYPE:
        _found(here, kind, draft, answers, passphrase_file)
        drafts.drop(name)
        report_founded(here, kind, as_json=as_json)
        return 0
    correcting = CorrectingClock() if draft.type == ClockCorrected.TYPE else None
    ledger = here.open(kind, clock=correcting or writing_clock(here, kind), read_only=False)
    try:
        if correcting is not None:
            correcting.floor = anchor_book(ledger).not_before(ledger.size())
        if draft.fingerprint != ledger.opened.leaf_hash:
            raise Refused("the draft {} is of another ledger: its fingerprint differs", name)
        consents = consents_in(draft, answers, without)
        keys = keyring(here, ledger, passphrase_file)
        signing = tuple(signer for person in (draft.author, *draft.signers) for signer in keys.signers(person))
        made = command_of(draft, consents, signing)
        first = [Command(each, signing) for each in expand(ledger, made.payload)[:-1]]
        *before, receipt = ledger.record(*first, made)
        if draft.files is not None:
            _settle(here, drafts, draft, receipt.position)
        gone = True
        if isinstance(made.payload, TextErased):
            gone = ledger.store.forget() and not here.attached(kind).finish_erasures(ledger.store)
        signed = {draft.author, *draft.signers, *(n.consent.person for n in consents)}
        unsigned = [each for each in concerned(made.payload, ledger.register().kinds.get) if each.person not in signed]
    finally:
        ledger.close()
    drafts.drop(name)
    if isinstance(made.payload, TextErased):
        from projections.views.catch_up import rebuild

        rebuild(here).close()
    print_receipt(receipt, as_json=as_json, before=before, unsigned=unsigned)
    if not gone:
        note(_("erasure pending: another process is reading; run zeren checkpoint when it has ended"))
        return Incomplete.exit_code
    return 0


def _found(here: Home, kind: str, draft: Draft, answers: Sequence[Path], passphrase_file: Path | None) -> None:
    """Founds the ledger whose genesis is the draft; everybody whom it names has to consent."""
    consents = consents_in(draft, answers, ())
    keys = Keyring(here.keys(kind), draft.origin, secrets_of(here, passphrase_file))
    signing = tuple(keys.signer(person) for person in (draft.author, *draft.signers))
    finish_founding(here, kind, command_of(draft, consents, signing), SystemClock()).close()


def consents_in(draft: Draft, files: Sequence[Path], without: Sequence[str]) -> Any:
    """The consents to a draft in files of answers. Raises Refused where one is missing, or its time is over."""
    if is_over(draft, now().astimezone(UTC)):
        raise Refused("the draft {} waited until {}; drop it and ask anew", draft.name, format_time(draft.not_after))
    taken = take(draft, [_answer(file) for file in files])
    missing = [person for person in taken.missing(draft) if person not in without]
    if taken.foreign:
        note(
            _("{number} answers to something else were passed over; see: zeren consent add").format(
                number=taken.foreign
            )
        )
    if missing and taken.declined:
        raise Refused("{} declined, and nothing was recorded; record without with --without", ", ".join(missing))
    if missing:
        raise Refused(
            "no consent of {} is in these files; name the answers, or record without with --without", ", ".join(missing)
        )
    return taken.consents


def _answer(file: Path) -> Answer:
    try:
        return parse_answer(file.read_bytes())
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", file, error.strerror) from None
    except Invalid as error:
        raise BadInput("{}: {}", file, error) from error


def _settle(here: Home, drafts: Drafts, draft: Draft, position: int) -> None:
    """Moves the attachments to their entry, which stands."""
    waiting = drafts.waiting(draft)
    if waiting is None:
        return
    target = here.attached(drafts.directory.name).of(position)
    try:
        settle(waiting, target)
    except OSError as error:
        if target.is_dir() and not waiting.exists():
            return  # another process has moved them meanwhile
        note(_("the attachments lie in {place}: {error}").format(place=waiting, error=error.strerror))
