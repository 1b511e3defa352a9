"""zeren init: a new organ starts its duty ledger, an inspection office its case ledger."""

from collections.abc import Callable
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.acting.drafting import say_parked, waiting_parameters, write_requests
from cli.acting.signing import fresh_passphrase, passphrase_option
from cli.asking import directory, json_option
from cli.showing.command_groups import may_ask
from cli.showing.output import note, print_json, print_lines
from ledger.access.log import create_access_ledger
from ledger.clock import SystemClock, now
from ledger.consents.draft_files import Drafts
from ledger.core.encoding import b64encode
from ledger.core.signers import format_vkey
from ledger.errors import BadInput
from ledger.home.directory import KINDS, Home
from ledger.home.founding import Charter, draft_founding, found
from ledger.home.genesis import Continued
from ledger.home.joined import bind
from ledger.keys.key_files import custodians_together
from ledger.messages import N_
from ledger.successor import keep_continued, what_is_left
from projections.language.catalogue import _

ROLES = ("custodian", "recorder", "signer", "inspector", "service")


def _people(role: str, help_: str) -> click.Option:
    return click.Option([f"--{role}", role], multiple=True, metavar="ID[=FILE]", help=help_)


def _init(
    kind: str,
    origin: str | None,
    title: str | None,
    time_zone: str,
    passphrase_file: Path | None,
    *,
    answer_days: int | None,
    requests: Path | None,
    continues: Path | None,
    as_json: bool,
    **people: tuple[str, ...],
) -> None:
    here = Home(directory())
    if kind == "access":
        if continues is not None:
            raise BadInput("{} belongs to {}", "--continues", "--kind duty / case")
        here.check()
        create_access_ledger(here, _new_passphrase(passphrase_file))
    else:
        origin = origin or _ask("--origin", _("Origin, such as zeren.example.gov.cn/organ/duty"))
        title = title or _ask("--title", _("Title: the organ's name"))
        roles, elsewhere = _roles(people)
        before = Home(continues) if continues is not None else None
        continued = what_is_left(before, kind) if before is not None else None
        charter = Charter(kind, origin, title, time_zone, roles, elsewhere, continued)
        charter.check()
        bind(here.directory, kind, origin)
        secret = _new_passphrase(passphrase_file)
        first = partial(keep_continued, here, kind, before) if before is not None else _nothing
        if not elsewhere:
            found(here, charter, secret, SystemClock(), first=first).close()
        else:
            _park(here, charter, secret, answer_days, requests, first, as_json=as_json)
        if continued is not None:
            _say_lost(continued)
        if elsewhere:
            return
    report_founded(here, kind, as_json=as_json)


def _nothing() -> None:
    """What has to be there before a ledger that follows none."""


def _say_lost(continued: Continued) -> None:
    size, beyond = continued.continues[1], continued.lost[0]
    said = {"origin": continued.origin, "size": size, "last": int(str(beyond)) - 1}
    note(_("follows {origin}: of it {size} entries are kept; #{size} to #{last} are lost").format(**said))


def _park(
    here: Home,
    charter: Charter,
    secret: bytes,
    days: int | None,
    requests: Path | None,
    first: Callable[[], None],
    *,
    as_json: bool,
) -> None:
    """Keeps the genesis as a draft, and writes the requests to those who are elsewhere."""
    moment = now().astimezone(UTC)
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    until = moment + timedelta(days=days) if days else None
    draft = draft_founding(here, charter, secret, moment, until, first=first)
    written = write_requests([draft], None, Drafts(here.drafts(charter.kind)), requests)
    say_parked(draft, written, as_json=as_json)


def _roles(people: dict[str, tuple[str, ...]]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Roles by person, and the keys of those named with a file; who is named under several options has several."""
    if not people["custodian"]:
        people["custodian"] = (_ask("--custodian", _("Custodian, by id")),)
    found_roles: dict[str, tuple[str, ...]] = {}
    elsewhere: dict[str, str] = {}
    for role in ROLES:
        for word in people[role]:
            person, equals, file = word.partition("=")
            if equals:
                elsewhere[person] = _vkey(Path(file))
            if role not in found_roles.get(person, ()):
                found_roles[person] = (*found_roles.get(person, ()), role)
    return found_roles, elsewhere


def _vkey(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        raise BadInput("{} holds no verifier key; its owner makes one with: zeren keys request", file) from None
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", file, error.strerror) from None


def _ask(option: str, text: str) -> str:
    if not may_ask():
        raise BadInput("{} is missing; it must be given", option)
    return str(click.prompt(text, err=True))


def _new_passphrase(given: Path | None) -> bytes:
    if given is not None:
        return fresh_passphrase(given)
    if not may_ask():
        raise BadInput("no passphrase: name its file with --passphrase-file, or run this on a terminal")
    text = _("New passphrase of the key files")
    return str(click.prompt(text, hide_input=True, confirmation_prompt=True, err=True)).encode()


def report_founded(here: Home, kind: str, *, as_json: bool) -> None:
    """What was founded, and what is to be done with it."""
    ledger = here.open(kind)
    try:
        data: dict[str, Any] = {
            "kind": kind,
            "origin": ledger.origin,
            "fingerprint": b64encode(ledger.opened.leaf_hash),
            "log_key": format_vkey(ledger.keys().log_key(0)),
            "database": str(here.database(kind)),
            "keys": str(here.keys(kind)),
            "roles": {person: list(roles) for person, roles in ledger.keys().roles.items()},
            "custodians_together": custodians_together(here.keys(kind), ledger.keys()),
        }
    finally:
        ledger.close()
    if as_json:
        print_json(data)
        return
    print_lines(
        _("{kind} ledger {origin} is open: {database}").format(**data),
        _("fingerprint {fingerprint}").format(**data),
        _("log key {log_key}").format(**data),
        _("keys in {keys}; keep a copy and the passphrase in two places").format(**data),
        _("Give the fingerprint and the log key to the superior and to the inspectors: they are the root of trust."),
    )
    if data["custodians_together"]:
        together = ", ".join(data["custodians_together"])
        note(
            _("the keys of {together} lie together here: who has them is both; let each keep his own").format(
                together=together
            )
        )
    if kind == "duty":
        print_lines(
            _("Next: zeren record unit, record person, record post, or zeren import; then zeren rules adopt FILE")
        )


command = click.Command(
    "init",
    help=N_("Start a real ledger in --dir: its keys and its genesis entry."),
    params=[
        click.Option(["--kind"], type=click.Choice(KINDS), default="duty", help=N_("Which ledger.")),
        click.Option(["--origin"], help=N_("The ledger's name for ever, such as zeren.example.gov.cn/organ/duty.")),
        click.Option(["--title"], help=N_("The organ's name.")),
        click.Option(
            ["--continues"],
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            help=N_("Follow the lost ledger of which this directory holds an older copy, and a newer head."),
        ),
        click.Option(["--time-zone"], default="Asia/Shanghai", show_default=True, help=N_("Where the organ is.")),
        _people(
            "custodian",
            N_("Keeps the keys; two are better than one, each with his own (FILE: of zeren keys request). Repeatable."),
        ),
        _people("recorder", N_("Records for the organ. Repeatable.")),
        _people("signer", N_("Signs what concerns them. Repeatable.")),
        _people("inspector", N_("Keeps the case ledger, or in a duty ledger co-signs erasures. Repeatable.")),
        _people("service", N_("A key for unattended seals and anchors.")),
        *waiting_parameters(),
    ],
    callback=_init,
)
passphrase_option(command)
json_option(command)
