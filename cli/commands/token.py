"""zeren token: new, list, revoke. Who may read through the pages and the API."""

from contextlib import closing
from pathlib import Path

import click

from cli.acting.signing import passphrase_option, read_secret
from cli.asking import desk_home, json_option, organs
from cli.showing.command_groups import CommandGroup
from cli.showing.output import note, print_json, print_lines, table
from ledger.access.log import CUSTODIAN, KIND, create_access_ledger, token_book
from ledger.access.tokens import DEFAULT_DAYS, MAX_DAYS, OWN, SCOPES, Token, check_scopes, grant
from ledger.application import Command
from ledger.clock import SystemClock, now
from ledger.core.entry import format_time
from ledger.errors import Refused
from ledger.events.access import TokenRevoked
from ledger.events.base import Payload
from ledger.home.directory import Home
from ledger.home.organs_at_hand import Organ
from ledger.keys.key_files import Keyring
from ledger.messages import N_
from ledger.recording.party_finder import Parties
from projections.language.catalogue import _


@click.group("token", cls=CommandGroup, help=N_("Tokens that read the pages and the API: make, list, revoke."))
def command() -> None:
    """The group."""


@command.command("new", help=N_("Make a token; it is shown once and kept nowhere."))
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help=N_("What it may read; repeat for several."),
)
@click.option(
    "--days",
    type=click.IntRange(1, MAX_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help=N_("How many days it lasts."),
)
@click.option(
    "--for",
    "person",
    metavar="PERSON",
    help=N_("Whose own dossier it reads (id or name): with --scope own, and only then."),
)
@click.option("--holder", help=N_("For whom it is; shown in the list and in the access log."))
@click.option(
    "--organ",
    "named",
    multiple=True,
    metavar="ORGAN",
    help=N_("An organ that it sees, of several; repeat for more. Without any it sees every one."),
)
@passphrase_option
@json_option
def new(
    scopes: tuple[str, ...],
    days: int,
    person: str | None,
    holder: str | None,
    named: tuple[str, ...],
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    here, there = desk_home(), organs()
    seen = [there.find(each) for each in named]
    if OWN in scopes and person is not None:
        seen = seen or [there.only()]
        person, name = _registered(seen[0], person)
        holder = holder or name
    text, granted = grant(scopes, days, holder, [each.fingerprint for each in seen], person)
    secret = read_secret(here, passphrase_file)
    if KIND not in here.kinds():
        create_access_ledger(here, secret, there.organs[0].home if there.listed else None)
        note(_("made the access ledger: from now on every read of a person, a case or a text is recorded"))
    _record(here, granted, secret)
    if as_json:
        organs_seen = [each.fingerprint for each in seen]
        kept = {"scopes": check_scopes(scopes), "days": days, "organs": organs_seen, "person": person}
        print_json({"token": text, "id": granted.token, **kept})
        return
    print_lines(text)
    note(_("token {id} lasts {days} days; it is not shown again").format(id=granted.token, days=days))


def _registered(organ: Organ, person: str) -> tuple[str, str]:
    """The id and the name of a person of an organ. Raises BadInput."""
    with closing(organ.home.ask("duty")) as duty:
        known = Parties(duty.register())
        found = known.find(person, "person")
        return found, known.name(found)


@command.command("list", help=N_("List every token that was ever granted, with its state."))
@json_option
def list_tokens(as_json: bool) -> None:
    tokens = token_book(desk_home()).tokens()
    if as_json:
        print_json([_as_data(token) for token in tokens])
        return
    names = {each.fingerprint: each.name for each in organs()} if any(token.organs for token in tokens) else {}
    heads = (_("token"), _("for"), _("scopes"), _("whose"), _("organs"), _("made at"), _("ends at"), _("state"))
    rows = [
        (
            token.id,
            token.holder or "",
            " ".join(token.scopes),
            token.person or "",
            " ".join(names.get(each, each) for each in token.organs),
            format_time(token.created_at),
            format_time(token.ends_at),
            _(token.state(now())),
        )
        for token in tokens
    ]
    print_lines(table(heads, rows))


def _as_data(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "holder": token.holder,
        "scopes": token.scopes,
        "organs": token.organs,
        "person": token.person,
        "created_at": format_time(token.created_at),
        "ends_at": format_time(token.ends_at),
        "state": token.state(now()),
    }


@command.command("revoke", help=N_("Revoke the token with this ID, from now on."))
@click.argument("id_", metavar="ID")
@click.option("--reason", help=N_("Why."))
@passphrase_option
@json_option
def revoke(id_: str, reason: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    here = desk_home()
    token = token_book(here).named(id_)
    if token.revoked_at is not None:
        raise Refused("the token {} is revoked already", id_)
    secret = read_secret(here, passphrase_file)
    _record(here, TokenRevoked(revokes=token.granted, token=id_, reason=reason), secret)
    if as_json:
        print_json(_as_data(token_book(here).named(id_)))
    else:
        print_lines(_("token {id} is revoked").format(id=id_))


def _record(here: Home, payload: Payload, secret: bytes) -> None:
    # Idle months of an access ledger are ordinary; the machine's clock is checked by whoever starts the server.
    ledger = here.open(KIND, clock=SystemClock(allow_jump=True), read_only=False)
    try:
        ring = Keyring(here.keys(KIND), ledger.origin, secret)
        ledger.record(Command(payload, (ring.signer(CUSTODIAN),)))
    finally:
        ledger.close()
