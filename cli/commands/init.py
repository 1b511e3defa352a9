"""zeren init: a new organ starts its duty ledger, an inspection office its case ledger."""

from pathlib import Path

import click

from cli.acting.signing import passphrase_option
from cli.asking import json_option
from cli.showing.groups import may_ask
from cli.showing.output import print_json, print_lines
from ledger.access.log import create_access_ledger
from ledger.clock import SystemClock
from ledger.core.encoding import b64encode
from ledger.core.keys import format_vkey
from ledger.errors import BadInput
from ledger.home.directory import Home
from ledger.home.founding import Charter, found
from ledger.keys.files import read_passphrase
from projections.language.catalogue import _

ROLES = ("custodian", "recorder", "signer", "inspector", "service")


def _people(role: str, help_: str) -> click.Option:
    return click.Option([f"--{role}", role], multiple=True, metavar="ID", help=help_)


def _init(
    kind: str,
    origin: str | None,
    title: str | None,
    time_zone: str,
    passphrase_file: Path | None,
    *,
    as_json: bool,
    **people: tuple[str, ...],
) -> None:
    here = Home(Path(click.get_current_context().find_root().obj["directory"]))
    if kind == "access":
        here.check()
        create_access_ledger(here, _new_passphrase(passphrase_file))
    else:
        origin = origin or _ask("--origin", _("Origin, such as zeren.example.gov.cn/organ/duty"))
        title = title or _ask("--title", _("Title: the organ's name"))
        charter = Charter(kind, origin, title, time_zone, _roles(people))
        charter.check()
        secret = _new_passphrase(passphrase_file)
        found(here, charter, secret, SystemClock()).close()
    _report(here, kind, as_json=as_json)


def _roles(people: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Roles by person; a person named under several options has several roles."""
    if not people["custodian"]:
        people["custodian"] = (_ask("--custodian", _("Custodian, by id")),)
    found_roles: dict[str, tuple[str, ...]] = {}
    for role in ROLES:
        for person in people[role]:
            if role not in found_roles.get(person, ()):
                found_roles[person] = (*found_roles.get(person, ()), role)
    return found_roles


def _ask(option: str, text: str) -> str:
    if not may_ask():
        raise BadInput("{} is missing; it must be given", option)
    return str(click.prompt(text, err=True))


def _new_passphrase(given: Path | None) -> bytes:
    if given is not None:
        return read_passphrase(given)
    if not may_ask():
        raise BadInput("no passphrase: name its file with --passphrase-file, or run this on a terminal")
    text = _("New passphrase of the key files")
    return str(click.prompt(text, hide_input=True, confirmation_prompt=True, err=True)).encode()


def _report(here: Home, kind: str, *, as_json: bool) -> None:
    ledger = here.open(kind)
    try:
        data = {
            "kind": kind,
            "origin": ledger.origin,
            "fingerprint": b64encode(ledger.opened.leaf_hash),
            "log_key": format_vkey(ledger.keys().log_key(0)),
            "database": str(here.database(kind)),
            "keys": str(here.keys(kind)),
            "roles": {person: list(roles) for person, roles in ledger.keys().roles.items()},
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
    if kind == "duty":
        print_lines(
            _("Next: zeren record unit, record person, record post, or zeren import; then zeren rules adopt FILE")
        )


command = click.Command(
    "init",
    help=_("Start a real ledger in --dir: its keys and its genesis entry."),
    params=[
        click.Option(
            ["--kind"], type=click.Choice(["duty", "case", "access"]), default="duty", help=_("Which ledger.")
        ),
        click.Option(["--origin"], help=_("The ledger's name for ever, such as zeren.example.gov.cn/organ/duty.")),
        click.Option(["--title"], help=_("The organ's name.")),
        click.Option(["--time-zone"], default="Asia/Shanghai", show_default=True, help=_("Where the organ is.")),
        _people("custodian", _("Keeps the keys; two are better than one. Repeatable.")),
        _people("recorder", _("Records for the organ. Repeatable.")),
        _people("signer", _("Signs what concerns them. Repeatable.")),
        _people("inspector", _("Keeps the case ledger, or in a duty ledger co-signs erasures. Repeatable.")),
        _people("service", _("A key for unattended seals and anchors.")),
    ],
    callback=_init,
)
passphrase_option(command)
json_option(command)
