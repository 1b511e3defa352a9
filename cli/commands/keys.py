"""zeren keys: list, make, enrol, revoke."""

from pathlib import Path

import click

from cli.context import home, json_option
from cli.output import print_json, print_lines, table
from cli.receipts import print_receipt
from cli.signing import holder_of, keyring, passphrase_option, read_secret, writing_clock
from ledger.application import Command
from ledger.checks.keybook import EnrolledKey
from ledger.core.keys import Ed25519Signer, format_vkey
from ledger.errors import Refused
from ledger.events.trust import KeyEnrolled, KeyRevoked
from ledger.keyring import load_key, new_key, save_key
from projections.i18n import _

LEDGER = click.option("--ledger", "kind", type=click.Choice(["duty", "case"]), default="duty", help=_("Which ledger."))


@click.group("keys", help=_("Keys of persons: make, enrol, revoke, list."))
def command() -> None:
    """The group."""


@command.command("list", help=_("List every key that was ever enrolled, with its state."))
@LEDGER
@json_option
def list_keys(kind: str, as_json: bool) -> None:
    ledger = home().open(kind)
    try:
        book = ledger.keys()
    finally:
        ledger.close()
    if as_json:
        print_json([_as_data(key, book.roles[key.person]) for key in book.keys.values()])
        return
    heads = (_("person"), _("key id"), _("roles"), _("enrolled at"), _("state"))
    rows = [
        (
            key.person,
            key.verify_key.key_id.hex(),
            " ".join(book.roles[key.person]),
            f"#{key.enrolled_at}",
            _("in force") if key.revoked_at is None else _("revoked at #{n}").format(n=key.revoked_at),
        )
        for key in book.keys.values()
    ]
    print_lines(table(heads, rows))


def _as_data(key: EnrolledKey, roles: tuple[str, ...]) -> dict[str, object]:
    return {
        "person": key.person,
        "key_id": key.verify_key.key_id.hex(),
        "roles": roles,
        "enrolled_at": key.enrolled_at,
        "revoked_at": key.revoked_at,
        "compromised_from": key.compromised_from,
        "re_enrolled": key.re_enrolled,
        "vkey": format_vkey(key.verify_key),
    }


@command.command("new", help=_("Make a key for PERSON: an encrypted key file that only its owner can read."))
@click.argument("person")
@click.option("--out", type=click.Path(path_type=Path), help=_("The new key file (default: in the ledger directory)."))
@LEDGER
@passphrase_option
@json_option
def new(person: str, out: Path | None, kind: str, passphrase_file: Path | None, as_json: bool) -> None:
    here = home()
    ledger = here.open(kind)
    try:
        origin = ledger.origin
    finally:
        ledger.close()
    key = new_key()
    signer = Ed25519Signer(f"{origin}/{person}", key)
    target = out or here.keys(kind) / f"{person}-{signer.verify_key.key_id.hex()}.pem"
    save_key(target, key, read_secret(here, passphrase_file))
    vkey = format_vkey(signer.verify_key)
    if as_json:
        print_json({"file": str(target), "vkey": vkey})
    else:
        print_lines(_("key file {file}").format(file=target), vkey)


@command.command("enrol", help=_("Enrol the key in KEY_FILE for PERSON, signed by a custodian and by the new key."))
@click.argument("person")
@click.argument("key_file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--role", "roles", multiple=True, required=True, help=_("A role; may be given more than once."))
@click.option("--custodian", "custodians", multiple=True, help=_("Which custodians sign (default: one in force)."))
@click.option("--former", type=click.Path(path_type=Path, dir_okay=False), help=_("The person's former key file."))
@LEDGER
@passphrase_option
@json_option
def enrol(
    person: str,
    key_file: Path,
    roles: tuple[str, ...],
    custodians: tuple[str, ...],
    former: Path | None,
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    here = home()
    ledger = here.open(kind, clock=writing_clock(here, kind), read_only=False)
    try:
        keys = keyring(here, ledger, passphrase_file)
        name = f"{ledger.origin}/{person}"
        fresh = Ed25519Signer(name, load_key(key_file, keys.passphrase))
        own = [Ed25519Signer(name, load_key(former, keys.passphrase))] if former is not None else []
        signing = [keys.signer(c) for c in custodians or (holder_of(ledger, "custodian"),)]
        payload = KeyEnrolled(person=person, vkey=format_vkey(fresh.verify_key), roles=roles)
        receipt = ledger.record(Command(payload, (*signing, *own, fresh)))[0]
    finally:
        ledger.close()
    print_receipt(receipt, as_json=as_json)


@command.command("revoke", help=_("Revoke the key KEY_ID of PERSON."))
@click.argument("person")
@click.argument("key_id")
@click.option("--compromised-from", type=click.IntRange(min=0), help=_("Position from which its entries are disputed."))
@click.option("--custodian", "custodians", multiple=True, help=_("Which custodians sign (default: one in force)."))
@LEDGER
@passphrase_option
@json_option
def revoke(
    person: str,
    key_id: str,
    compromised_from: int | None,
    custodians: tuple[str, ...],
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    here = home()
    ledger = here.open(kind, clock=writing_clock(here, kind), read_only=False)
    try:
        keys = keyring(here, ledger, passphrase_file)
        others = [c for c in sorted(ledger.keys().custodians()) if c != person]
        if not custodians and not others:
            raise Refused("no other custodian has a key in force; name who signs with --custodian")
        signing = tuple(keys.signer(c) for c in custodians or others[:1])
        payload = KeyRevoked(person=person, key_id=key_id, compromised_from=compromised_from)
        receipt = ledger.record(Command(payload, signing))[0]
    finally:
        ledger.close()
    print_receipt(receipt, as_json=as_json)
