"""zeren keys enrol, revoke, roles, rotate-log: changes to a ledger's keys, each an entry signed by custodians."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import click

from cli.acting.called import person_called, persons_called
from cli.acting.custodians import CUSTODIANS, custodian_options, record_or_park
from cli.acting.drafting import DraftOptions, custodians_signing, elsewhere_option, park
from cli.acting.receipts import print_receipt
from cli.acting.signing import (
    custodians_for,
    holder_of,
    keyring,
    new_secret,
    open_to_write,
    passphrase_option,
    secrets_of,
)
from cli.asking import home, json_option, ledger_option
from cli.showing.output import note, spaced
from ledger.application import Command, Ledger
from ledger.consents.answer import read_possession
from ledger.core.carried import Carried
from ledger.core.consent import ConsentNote
from ledger.core.consent_to import ToKey
from ledger.core.names import LOG
from ledger.core.signers import Ed25519Signer, Signer, format_vkey
from ledger.errors import BadInput, Refused
from ledger.events.trust import KeyEnrolled, KeyRevoked, RolesChanged
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.keys.key_files import PEM, Keyring, Secret, new_key, open_key, save_key
from ledger.keys.labels import Label
from ledger.keys.rotation import announce, confirm
from ledger.messages import N_
from projections.language.catalogue import _

LEDGERS = ("duty", "case", "list")
LEDGER = ledger_option(LEDGERS)
ROLES = click.option("--role", "roles", multiple=True, help=N_("A role; may be given more than once."))


@click.command(
    "enrol",
    help=N_(
        "Enrol the key in KEY_FILE for PERSON, signed by a custodian and by the new key; or, with --possession, the "
        "key that its owner made elsewhere by: zeren keys request."
    ),
)
@click.argument("person", required=False)
@click.argument("key_file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--possession",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The file that the owner of the new key handed over: proof of its possession, for a person and roles."),
)
@ROLES
@CUSTODIANS
@click.option("--former", type=click.Path(path_type=Path, dir_okay=False), help=N_("The person's key file in force."))
@click.option(
    "--key-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("File with the passphrase of KEY_FILE and of the key in force, where it is another one."),
)
@LEDGER
@passphrase_option
@json_option
@elsewhere_option
def enrol(
    person: str | None,
    key_file: Path | None,
    possession: Path | None,
    roles: tuple[str, ...],
    custodians: tuple[str, ...],
    former: Path | None,
    key_passphrase_file: Path | None,
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
    elsewhere: DraftOptions,
) -> None:
    here = home()
    with open_to_write(here, kind) as ledger:
        keys = keyring(here, ledger, passphrase_file)
        book = ledger.keys()
        person = person_called(here, ledger, person) if person is not None else None
        custodians = persons_called(here, ledger, custodians)
        secret = secrets_of(here, key_passphrase_file or passphrase_file)
        if possession is not None:
            wanted = _possessed(ledger, possession, person, key_file, roles)
        else:
            wanted = _at_hand(ledger, person, key_file, roles, secret)
        person = wanted.person
        known = person in book.roles  # as it stands before: the book grows with what is recorded
        if elsewhere.consent_of:
            if wanted.possession is None:
                raise BadInput("with --consent-of, the new key is proved by a file: --possession")
            payload = KeyEnrolled(person=person, vkey=wanted.vkey, roles=wanted.roles)
            _say_digest(wanted)
            signing_here = _signing_here(here, ledger, custodians, elsewhere, person)
            park(here, ledger, payload, signing_here, elsewhere, possession=wanted.possession, as_json=as_json)
            return
        number = 2 if {"inspector", "custodian"} & {*wanted.roles} else 1
        signing = [keys.signer(c) for c in custodians_for(ledger, custodians, person=person, number=number)]
        own = _former(ledger, Keyring(keys.directory, keys.origin, secret, book), person, former)
        own = [signer for signer in own if signer.verify_key not in [other.verify_key for other in signing]]
        payload = KeyEnrolled(person=person, vkey=wanted.vkey, roles=wanted.roles)
        carried = Carried(possession=wanted.possession)
        _say_digest(wanted)
        receipt = ledger.record(Command(payload, (*signing, *own, *wanted.signers), carried=carried))[0]
    print_receipt(receipt, as_json=as_json)
    if known and not own and person not in {c.verify_key.name.rpartition("/")[2] for c in signing}:
        note(_("without the former key's signature: every entry by this key is shown as re-enrolled by custodian"))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A key that is to be enrolled: proved by its own line, or by a note that its owner made elsewhere."""

    person: str
    vkey: str
    roles: tuple[str, ...]
    signers: tuple[Signer, ...] = ()
    possession: ConsentNote | None = None


def _say_digest(wanted: _Wanted) -> None:
    if wanted.possession is not None:
        note(_("SHA-256 of the key, to be compared with {person} by telephone:").format(person=wanted.person))
        note(f"  {spaced(hashlib.sha256(wanted.vkey.encode()).hexdigest())}")


def _signing_here(
    here: Home, ledger: Ledger, given: Sequence[str], elsewhere: DraftOptions, person: str
) -> Sequence[str]:
    """Who signs at the ledger a change to a person's keys while others consent: those named, else one custodian."""
    return given or [each for each in custodians_signing(here, ledger, elsewhere) if each != person] or [person]


def _at_hand(
    ledger: Ledger, person: str | None, key_file: Path | None, roles: tuple[str, ...], secret: Secret
) -> _Wanted:
    if person is None or key_file is None:
        raise BadInput("name PERSON and KEY_FILE, or the file of a proof with --possession")
    given = roles or ledger.keys().roles.get(person, ())
    if not given:
        raise BadInput("{} has no roles yet; name them with --role", person)
    fresh = open_key(key_file, f"{ledger.origin}/{person}", secret)
    return _Wanted(person, format_vkey(fresh.verify_key), tuple(given), (fresh,))


def _possessed(
    ledger: Ledger, file: Path, person: str | None, key_file: Path | None, roles: tuple[str, ...]
) -> _Wanted:
    """What a proof of possession asks for; it names person, key and roles. Raises BadInput or Refused."""
    if key_file is not None:
        raise BadInput("with --possession, the key file stays with its owner")
    proof = read_possession(file)
    to = proof.consent.to
    if not isinstance(to, ToKey):
        raise BadInput("{} is no proof of possession; make one with: zeren keys request", file)
    if person not in (None, proof.consent.person):
        raise Refused("{} is of {}, not of {}", file, proof.consent.person, person)
    if roles and roles != to.roles:
        raise Refused("{} asks for the roles {}, not {}", file, ", ".join(to.roles), ", ".join(roles))
    if proof.consent.fingerprint != ledger.opened.leaf_hash:
        raise Refused("{} was made for another ledger: its fingerprint differs", file)
    return _Wanted(proof.consent.person, format_vkey(to.key), to.roles, possession=proof)


def _former(ledger: Ledger, keys: Keyring, person: str, given: Path | None) -> list[Signer]:
    """The person's key in force, which vouches for the new one, where it is at hand."""
    if given is not None:
        return [keys.open(given, f"{ledger.origin}/{person}")]
    if person not in ledger.keys().roles:
        return []
    try:
        return [keys.signer(person)]
    except BadInput:
        return []


@click.command("revoke", help=N_("Revoke the key KEY_ID of PERSON."))
@click.argument("person")
@click.argument("key_id")
@click.option(
    "--compromised-from", type=click.IntRange(min=0), help=N_("Position from which its entries are disputed.")
)
@click.option("--by-owner", is_flag=True, help=N_("The owner signs too."))
@custodian_options(LEDGERS)
def revoke(
    person: str,
    key_id: str,
    compromised_from: int | None,
    by_owner: bool,
    custodians: tuple[str, ...],
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
    elsewhere: DraftOptions,
) -> None:
    here = home()
    with open_to_write(here, kind) as ledger:
        person = person_called(here, ledger, person)
        custodians = persons_called(here, ledger, custodians)
        payload = KeyRevoked(person=person, key_id=key_id, compromised_from=compromised_from)
        if elsewhere.consent_of:
            others = _signing_here(here, ledger, custodians, elsewhere, person)
        else:
            others = custodians_for(ledger, custodians, person=person)
            if not custodians and others == (person,) and "custodian" in ledger.keys().roles.get(person, ()):
                raise Refused("no other custodian has a key in force; name who signs with --as")
        signing = [*others, *([person] if by_owner else [])]
        record_or_park(here, ledger, payload, signing, elsewhere, passphrase_file, as_json=as_json)


@click.command("roles", help=N_("Change the roles of PERSON, from the next entry on."))
@click.argument("person")
@ROLES
@custodian_options(LEDGERS)
def roles(
    person: str,
    roles: tuple[str, ...],
    custodians: tuple[str, ...],
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
    elsewhere: DraftOptions,
) -> None:
    here = home()
    with open_to_write(here, kind) as ledger:
        person = person_called(here, ledger, person)
        custodians = persons_called(here, ledger, custodians)
        payload = RolesChanged(person=person, roles=roles)
        if elsewhere.consent_of:
            signing = _signing_here(here, ledger, custodians, elsewhere, person)
        else:
            number = 2 if {"inspector", "custodian"} & {*roles} else 1
            signing = custodians_for(ledger, custodians, person=person, number=number)
        record_or_park(here, ledger, payload, signing, elsewhere, passphrase_file, as_json=as_json)


@click.command(
    "rotate-log",
    help=N_("Give the log a new key: announced, then confirmed by a checkpoint that the old and the new key sign."),
)
@CUSTODIANS
@LEDGER
@passphrase_option
@json_option
def rotate_log(custodians: tuple[str, ...], kind: str, passphrase_file: Path | None, as_json: bool) -> None:
    here = home()
    with open_to_write(here, kind) as ledger:
        keys = keyring(here, ledger, passphrase_file)
        custodians = persons_called(here, ledger, custodians)
        custodian = keys.signer(custodians_for(ledger, custodians, person=LOG)[0])
        old = keys.log()
        announced = ledger.keys().announced_log_key
        if announced is None:  # else an earlier run ended before it was confirmed: go on there
            private = new_key()
            fresh: Signer = Ed25519Signer(ledger.origin, private)
            target = here.keys(kind) / f"{LOG}-{fresh.verify_key.key_id.hex()}{PEM}"
            label = Label(LOG, ledger.origin, ledger.opened.leaf_hash)
            save_key(target, private, new_secret(here, passphrase_file), label)
            announce(ledger, custodian, fresh.verify_key)
            note(_("key file {file}").format(file=target))
        else:
            fresh = keys.log_key(announced.key_id)
        if ledger.needs_seal():
            ledger.seal(keys.signer(holder_of(ledger, "service", "custodian")))
        receipt = confirm(ledger, custodian, old, fresh)
    print_receipt(receipt, as_json=as_json)
