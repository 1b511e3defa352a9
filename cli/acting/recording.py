"""How a command records: open, read, show or sign, write, and the receipt. All recording commands go through here."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from cli.acting.called import person_called, persons_called
from cli.acting.drafting import (
    NOWHERE,
    DraftOptions,
    custodians_signing,
    elsewhere_ids,
    elsewhere_parameters,
    park,
)
from cli.acting.hints import check_claims, hints, twin_of
from cli.acting.receipts import print_receipt
from cli.acting.signing import keyring, passphrase_option, writing_clock
from cli.asking import home
from cli.showing.command_groups import may_ask, no_input
from cli.showing.output import note, print_json, print_lines
from ledger.application import Command, Ledger
from ledger.checks.concerned import concerned
from ledger.clock import Clock, SystemClock, is_synchronised, now
from ledger.core.encoding import b64encode
from ledger.core.signers import Signer
from ledger.errors import BadInput, Refused
from ledger.events.base import Payload
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.keys.key_files import PEM
from ledger.keys.token import SUFFIX
from ledger.recording.attachments import KeptFiles, describe, keep, with_attachments
from ledger.recording.expand import expand
from ledger.recording.preview import Preview, check_signers, preview
from projections.language.catalogue import _

LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    """What every recording command is asked beside its record."""

    author: str | None
    signers: tuple[str, ...]
    passphrase_file: Path | None
    dry_run: bool
    as_json: bool
    allow_clock_jump: bool
    elsewhere: DraftOptions = NOWHERE


def recording_parameters(*, elsewhere: bool = True) -> list[click.Parameter]:
    """What `RecordingOptions` holds, as parameters of a command; `elsewhere`: whether drafts come of it."""
    return [
        click.Option(["--as", "author"], envvar="ZEREN_AS", help=_("Who records (id or name); signs first.")),
        click.Option(["--signer", "signers"], multiple=True, help=_("Who else is present and signs; repeatable.")),
        *(elsewhere_parameters() if elsewhere else ()),
        *secret_parameters(),
        click.Option(["--dry-run"], is_flag=True, help=_("Check all and show what would be signed; write nothing.")),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Print JSON.")),
        click.Option(
            ["--allow-clock-jump"],
            is_flag=True,
            help=_("The machine's clock is right although the last entry is more than 31 days old."),
        ),
    ]


def secret_parameters() -> list[click.Parameter]:
    """--passphrase-file and --pin-file, for a command put together from parameters."""

    @passphrase_option
    def none() -> None: ...

    return list(getattr(none, "__click_params__", []))


def take_asked(parameters: dict[str, Any]) -> RecordingOptions:
    """Takes the options of `RecordingOptions` out of a command's parameters."""
    given = [each.name for each in dataclasses.fields(DraftOptions) if each.name in parameters]
    elsewhere = DraftOptions(**{name: parameters.pop(name) for name in given})
    names = [each.name for each in dataclasses.fields(RecordingOptions) if each.name != "elsewhere"]
    return RecordingOptions(**{name: parameters.pop(name) for name in names}, elsewhere=elsewhere)


def by_custodians(here: Home, ledger: Ledger, asked: RecordingOptions) -> RecordingOptions:
    """As asked; where nobody is named, two custodians in force sign, or the only one, or the one who is not asked."""
    if asked.author is not None:
        return asked
    author, *others = custodians_signing(here, ledger, asked.elsewhere)
    return dataclasses.replace(asked, author=author, signers=(*others, *asked.signers))


@contextmanager
def open_ledger_for(kind: str, asked: RecordingOptions) -> Iterator[tuple[Home, Ledger]]:
    """The ledger of this kind: for reading only in a dry run."""
    here = home()
    if not here.database(kind).is_file():
        here.open(kind)  # raises NoLedger
    clock: Clock | None = None
    if not asked.dry_run:
        clock = SystemClock(allow_jump=True) if asked.allow_clock_jump else writing_clock(here, kind)
    ledger = here.ask(kind) if asked.dry_run else here.open(kind, clock=clock, read_only=False)
    try:
        yield here, ledger
    finally:
        ledger.close()


def record(here: Home, ledger: Ledger, payload: Payload, asked: RecordingOptions, attach: Sequence[Path] = ()) -> None:
    """Records a payload with what belongs to it, and prints the receipt; in a dry run what would be signed."""
    persons = signers_of(here, ledger, payload, asked)
    check_claims(ledger, payload)
    for hint in hints(ledger, payload):
        note(hint)
    if not asked.dry_run:
        _ask_about_twin(ledger, payload)
    if asked.elsewhere.consent_of and not asked.dry_run:
        park(here, ledger, payload, persons, asked.elsewhere, attach=attach, as_json=asked.as_json)
        return
    if asked.dry_run:
        payload = with_attachments(payload, [describe(file) for file in attach])
        print_preview(preview(ledger, expand(ledger, payload), persons), as_json=asked.as_json)
        return
    look_at_clock(ledger, asked)
    signing = signing_keys(here, ledger, persons, asked)
    kept = keep(here.attachments(ledger.kind), attach) if attach else None
    try:
        payload = with_attachments(payload, kept.attachments if kept else ())
        payloads = expand(ledger, payload)
        *before, receipt = ledger.record(*(Command(each, signing) for each in payloads))
    except BaseException:
        if kept is not None:
            kept.discard()
        raise
    if kept is not None:
        _settle(kept, receipt.position)
    kind_of = ledger.register().kinds.get
    unsigned = [each for each in concerned(payload, kind_of) if each.person not in persons]
    print_receipt(receipt, as_json=asked.as_json, before=before, unsigned=unsigned)


def _ask_about_twin(ledger: Ledger, payload: Payload) -> None:
    """What stands on record word for word is recorded again only where a person says so, or nobody can be asked.

    Raises Refused with --no-input, Abort where the answer is no.
    """
    twin = twin_of(ledger, payload)
    if twin is None:
        return
    said = _("the same stands on record already: #{position}").format(position=twin.position)
    if no_input():
        raise Refused("the same stands on record already: #{}; nothing was recorded", twin.position)
    note(said)
    if may_ask():
        click.confirm(_("Record it again?"), err=True, abort=True)


def look_at_clock(ledger: Ledger, asked: RecordingOptions) -> None:
    """A jump of more than a day since the last entry is shown before anybody signs.

    Where the system says that its clock follows no time server it has to be confirmed: a time on record does not go
    back without two custodians. Raises Refused.
    """
    last = ledger.entry_at(ledger.size() - 1)[0].header.recorded_at
    moment = now()
    if ledger.genesis.clock == "simulated" or moment - last <= LOOK_AGAIN:
        return
    said = {"last": f"{last:%Y-%m-%d %H:%M}", "now": f"{moment:%Y-%m-%d %H:%M}"}
    note(_("the last entry was recorded at {last} UTC; this one will be recorded at {now} UTC").format(**said))
    if asked.allow_clock_jump or is_synchronised() is not False:
        return
    question = _("This machine's clock follows no time server. Is it right?")
    if not may_ask() or not click.confirm(question, err=True):
        raise Refused(
            "this machine's clock follows no time server and is more than a day past the last entry; set it right, or "
            "confirm it with --allow-clock-jump"
        )


def record_quietly(here: Home, ledger: Ledger, payloads: Sequence[Payload], asked: RecordingOptions) -> None:
    """Records what a command needs on record first, one after the other, without a receipt."""
    persons = signers_of(here, ledger, payloads[0], asked)[:1]
    signing = signing_keys(here, ledger, persons, asked)
    for payload in payloads:
        ledger.record(Command(payload, signing))


def _settle(kept: KeptFiles, position: int) -> None:
    try:
        kept.settle(position)
    except OSError as error:  # the entry stands: say where its bytes are
        note(_("the attachments lie in {place}: {error}").format(place=kept.waiting, error=error.strerror))


def signers_of(
    here: Home, ledger: Ledger, payload: Payload | type[Payload], asked: RecordingOptions
) -> tuple[str, ...]:
    """Who signs, the author first. Raises BadInput where the author is not said and not the only one possible."""
    author = person_called(here, ledger, asked.author) if asked.author else _only_author(here, ledger, payload, asked)
    persons = (author, *persons_called(here, ledger, asked.signers))
    check_signers(persons)
    return persons


def signing_keys(here: Home, ledger: Ledger, persons: Sequence[str], asked: RecordingOptions) -> tuple[Signer, ...]:
    """The keys of these persons, unlocked, with those for further lines that are at hand. Raises BadInput."""
    keys = keyring(here, ledger, asked.passphrase_file)
    return tuple(signer for person in persons for signer in keys.signers(person))


def _only_author(here: Home, ledger: Ledger, payload: Payload | type[Payload], asked: RecordingOptions) -> str:
    book = ledger.keys()
    active = {key.person for key in book.keys.values() if key.revoked_at is None}
    elsewhere = elsewhere_ids(here, ledger, asked.elsewhere)
    able = [person for person in sorted(active - elsewhere) if set(book.roles[person]) & set(payload.AUTHORS)]
    files = [path.name for path in here.keys(ledger.kind).glob("*") if path.suffix in (PEM, SUFFIX)]
    at_hand = [p for p in able if any(re.fullmatch(rf"{re.escape(p)}(-[0-9a-f]{{8}})?\.\w+", name) for name in files)]
    if len(at_hand) != 1:
        who = ", ".join(at_hand or able) or "-"
        raise BadInput("say who records this with --as; these may: {}", who)
    return at_hand[0]


def print_preview(entries: Sequence[Preview], *, as_json: bool) -> None:
    """Prints what would be signed."""
    if as_json:
        print_json({"dry_run": True, "entries": [_preview_data(entry) for entry in entries]})
        return
    for entry in entries:
        data = _preview_data(entry)
        print_lines(
            _("would be signed as #{position} of {ledger} (unless another entry comes first):").format(**data),
            f"  type      {entry.type}",
            f"  stream    {entry.stream}, {entry.version}",
            f"  previous  {data['previous']}",
            f"  signers   {', '.join(entry.signers)}",
            f"  subjects  {', '.join(data['subjects']) or '-'}",
            *(f"  {name} = {value!r}" for name, value in entry.fields),
        )
    print_lines(_("dry run: nothing was written"))


def _preview_data(entry: Preview) -> dict[str, Any]:
    return {
        "ledger": entry.ledger,
        "position": entry.position,
        "previous": b64encode(entry.previous) if entry.previous is not None else f"#{entry.position - 1}",
        "stream": entry.stream,
        "version": entry.version,
        "type": entry.type,
        "signers": list(entry.signers),
        "subjects": [f"{kind}/{id_}" for kind, id_ in entry.subjects],
        "fields": dict(entry.fields),
    }
