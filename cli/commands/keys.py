"""zeren keys: list, new, request, passwd, enrol, revoke, roles, rotate-log. Changes to a ledger: `keys_change`."""

from pathlib import Path

import click

from cli.acting.called import person_called
from cli.acting.signing import new_key_options, new_secret, passphrase_option, read_pin
from cli.asking import home, json_option
from cli.commands.keys_card import card
from cli.commands.keys_change import LEDGER, enrol, revoke, roles, rotate_log
from cli.commands.keys_passwd import passwd
from cli.commands.keys_request import request
from cli.showing.command_groups import CommandGroup
from cli.showing.output import note, print_json, print_lines, table
from ledger.core.algorithms import ED25519
from ledger.core.names import LOG, check_origin, check_person_id
from ledger.core.signers import Ed25519Signer, VerifyKey, format_vkey, mldsa_signer, sm2_signer
from ledger.errors import BadInput
from ledger.keys.key_files import PEM, new_further_key, new_key, save_key
from ledger.keys.labels import Label
from ledger.keys.token import SUFFIX, new_token_key, write_token_file
from ledger.messages import N_
from projections.language.catalogue import _
from projections.questions.keys import KeyRow, LedgerKeys, keys


@click.group("keys", cls=CommandGroup, help=N_("Keys of persons and of the log: make, enrol, revoke, rotate, list."))
def command() -> None:
    """The group."""


for change in (enrol, revoke, roles, rotate_log, passwd, card, request):
    command.add_command(change)


@command.command("list", help=N_("List every key that was ever enrolled, with its state."))
@click.option("--log", "log_keys", is_flag=True, help=N_("The log keys, which sign checkpoints, instead."))
@LEDGER
@json_option
def list_keys(log_keys: bool, kind: str, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        found = keys(ledger)
    finally:
        ledger.close()
    if as_json:
        print_json(found)
    elif log_keys:
        print_lines(_log_table(found))
    else:
        print_lines(_table(found))


def _table(found: LedgerKeys) -> str:
    heads = (_("person"), _("key id"), _("algorithm"), _("roles"), _("enrolled at"), _("state"))
    rows = [
        (key.person, key.key_id, key.algorithm, " ".join(key.roles), f"#{key.enrolled_at}", "; ".join(_state(key)))
        for key in found.items
    ]
    return table(heads, rows)


def _state(key: KeyRow) -> list[str]:
    said = [_("in force") if key.revoked_at is None else _("revoked at #{n}").format(n=key.revoked_at)]
    if key.re_enrolled:
        said.append(_("re-enrolled by custodian"))
    return said + [_("disputed from #{n} by {who}").format(n=each.since, who=each.by) for each in key.disputed]


def _log_table(found: LedgerKeys) -> str:
    heads = (_("key id"), _("signs checkpoints of"), _("verifier key"))
    rows = [
        (
            key.key_id,
            _("announced, not confirmed")
            if key.from_size is None
            else _("{n} entries and more").format(n=key.from_size),
            key.vkey,
        )
        for key in found.log_keys
    ]
    return table(heads, rows)


@command.command("new", help=N_("Make a key for PERSON ('log': for the log): a file that only its owner can read."))
@click.argument("person")
@click.option("--out", type=click.Path(path_type=Path), help=N_("The new key file (default: in the ledger directory)."))
@new_key_options
@click.option("--origin", help=N_("Name of the ledger, where it is not at hand; needs --out."))
@LEDGER
@passphrase_option
@json_option
def new(
    person: str,
    out: Path | None,
    algorithm: str,
    token: str | None,
    module: str | None,
    origin: str | None,
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    here = None if origin is not None else home()
    fingerprint = None
    if here is not None:
        ledger = here.open(kind)
        try:
            origin, fingerprint = ledger.origin, ledger.opened.leaf_hash
            person = LOG if person == LOG else person_called(here, ledger, person)
        finally:
            ledger.close()
    elif out is None:
        raise BadInput("with --origin, name the new key file with --out")
    name = _key_name(person, origin or "", algorithm)
    directory = here.keys(kind) if here is not None else Path()
    if token is not None:
        if algorithm != "ed25519" or module is None:
            raise BadInput("a key in a token is an Ed25519 key; name the token's module with --module")
        made = new_token_key(module, token, read_pin(token).decode("utf-8", "replace"), label=name)
        key = VerifyKey(name, ED25519, bytes.fromhex(made.public_key))
        target = out or directory / f"{person}-{key.key_id.hex()}{SUFFIX}"
        if target.suffix != SUFFIX:
            raise BadInput("the file of a key in a token ends in {}, not {}", SUFFIX, target.suffix)
        write_token_file(target, made)
    else:
        private, key = _new(name, algorithm)
        target = out or directory / f"{person}-{key.key_id.hex()}{PEM}"
        save_key(target, private, new_secret(here, passphrase_file), Label(person, origin or "", fingerprint))
    vkey = format_vkey(key)
    if as_json:
        print_json({"file": str(target), "key_id": key.key_id.hex(), "vkey": vkey})
    else:
        print_lines(_("key file {file}").format(file=target), vkey)
        if person != LOG:
            said = _("then a custodian enrols it: zeren keys enrol {person} {file} --role signer")
            note(said.format(person=person, file=target))


def _key_name(person: str, origin: str, algorithm: str) -> str:
    check_origin(origin)
    if person == LOG:
        if algorithm != "ed25519":
            raise BadInput("the log key is an Ed25519 key")
        return origin
    check_person_id(person)
    return f"{origin}/{person}"


def _new(name: str, algorithm: str) -> tuple[object, VerifyKey]:
    if algorithm == "ed25519":
        private = new_key()
        return private, Ed25519Signer(name, private).verify_key
    further = new_further_key(algorithm)
    signer = sm2_signer(name, further) if algorithm == "sm2" else mldsa_signer(name, further)
    return further, signer.verify_key
