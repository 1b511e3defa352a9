"""zeren keys request: a person makes a key on a computer of their own, and asks for its enrolment by a small file.

The private key never leaves that computer. What the custodian gets is a proof of possession (FORMAT.md section 16): a
note by the key itself that names ledger, person and roles. Before a ledger is founded it is the verifier key alone.
"""

import hashlib
from datetime import UTC
from pathlib import Path

import click

from cli.acting.cards import card_option, say_fingerprint
from cli.acting.signing import new_key_options, new_secret, passphrase_option, read_pin, secrets_of
from cli.showing.output import print_json, print_lines, spaced
from ledger.checks.enrolled import check_roles
from ledger.clock import now
from ledger.consents.card import Card, read_card
from ledger.consents.memory import recall
from ledger.core.consent import Consent, sign_consent
from ledger.core.consent_to import ToKey
from ledger.core.encoding import b64decode
from ledger.core.names import check_origin, check_person_id
from ledger.core.signers import Signer, format_vkey
from ledger.errors import BadInput
from ledger.keys.key_files import PEM, Secret, label_of, new_further_key, new_key, open_key, save_key, set_label
from ledger.keys.labels import Label
from ledger.keys.token import SUFFIX, new_token_key, write_token_file
from ledger.messages import N_
from ledger.writing import write_new
from projections.language.catalogue import _


@click.command(
    "request",
    help=N_("Make PERSON's key on a computer of their own, without a ledger, and the file that asks to enrol it."),
)
@click.argument("person")
@click.option("--origin", help=N_("Name of the ledger."))
@click.option("--fingerprint", help=N_("The ledger's fingerprint; without it, before founding, the public key alone."))
@card_option
@click.option("--role", "roles", multiple=True, help=N_("A role; may be given more than once."))
@click.option("--key", "existing", type=click.Path(path_type=Path, dir_okay=False), help=N_("A key that is there."))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=N_("The new key file (PERSON.pem)."))
@new_key_options
@passphrase_option
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
def request(
    person: str,
    origin: str | None,
    fingerprint: str | None,
    card: Path | None,
    roles: tuple[str, ...],
    existing: Path | None,
    out: Path | None,
    algorithm: str,
    token: str | None,
    module: str | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    check_person_id(person)
    label = _label(person, origin, _fingerprint(fingerprint), None if card is None else read_card(card))
    if label.fingerprint is not None:
        check_roles(roles, "case")  # what else a duty ledger forbids is asked where the key is enrolled
    key_file = existing or out or Path(f"{person}{SUFFIX if token is not None else PEM}")
    asking = key_file.with_suffix(".vkey" if label.fingerprint is None else ".possession")
    if asking.exists():
        raise BadInput("{} is there already; move it away first", asking)
    if existing is None:
        secret = _make(key_file, label, algorithm, token, module, passphrase_file)
    else:
        _keep(existing, label)
        secret = secrets_of(None, passphrase_file)
    signer = open_key(key_file, f"{label.ledger}/{person}", secret)
    vkey = format_vkey(signer.verify_key)
    write_new(asking, _possession(signer, label, roles) if label.fingerprint is not None else f"{vkey}\n".encode())
    digest = hashlib.sha256(vkey.encode()).hexdigest()
    if as_json:
        print_json({"key_file": str(key_file), "file": str(asking), "vkey": vkey, "sha256": digest})
        return
    print_lines(
        _("key file {file}: keep it and its passphrase, and a copy of both elsewhere").format(file=key_file),
        _("to be handed to the custodian: {file}").format(file=asking),
        _("SHA-256 of the key, to be read out to the custodian by telephone:"),
        f"  {spaced(digest)}",
    )
    if label.fingerprint is not None:
        say_fingerprint(label.fingerprint)


def _label(person: str, origin: str | None, fingerprint: bytes | None, card: Card | None) -> Label:
    """Whose key it is, for which ledger: as said, or as the ledger's card has it. Raises BadInput where they differ."""
    if card is None:
        if origin is None:
            raise BadInput("name the ledger with --origin, or by its card with --ledger")
        check_origin(origin)
        return Label(person, origin, fingerprint)
    if origin not in (None, card.origin) or fingerprint not in (None, card.fingerprint):
        raise BadInput("the card is of another ledger than the one named beside it")
    return Label(person, card.origin, card.fingerprint)


def _fingerprint(given: str | None) -> bytes | None:
    if given is None:
        return None
    found = b64decode(given)
    if len(found) != 32:
        raise BadInput("a fingerprint is 32 bytes in base64; copy it whole")
    return found


def _make(
    key_file: Path, label: Label, algorithm: str, token: str | None, module: str | None, passphrase_file: Path | None
) -> Secret:
    """Makes the key. What was typed for it opens it at once: nobody types it again."""
    if token is None:
        if key_file.exists():
            raise BadInput("{} is there already; a key file is never overwritten", key_file)
        key = new_key() if algorithm == "ed25519" else new_further_key(algorithm)
        passphrase = new_secret(None, passphrase_file)
        save_key(key_file, key, passphrase, label)
        return lambda _: passphrase
    if algorithm != "ed25519" or module is None:
        raise BadInput("a key in a token is an Ed25519 key; name the token's module with --module")
    if key_file.suffix != SUFFIX:
        raise BadInput("the file of a key in a token ends in {}, not {}", SUFFIX, key_file.suffix)
    name = f"{label.ledger}/{label.person}"
    pin = read_pin(token)
    write_token_file(key_file, new_token_key(module, token, pin.decode("utf-8", "replace"), label=name))
    _keep(key_file, label)
    return lambda _: pin


def _keep(key_file: Path, label: Label) -> None:
    """Keeps with a key which ledger it is for. Raises BadInput where it is another person's, or another ledger's."""
    memory = recall(key_file)
    known = label_of(key_file) if key_file.suffix == PEM else memory.label
    if known is not None and (
        (known.person, known.ledger) != (label.person, label.ledger)
        or known.fingerprint not in (None, label.fingerprint)
    ):
        raise BadInput("{} is the key of {} for {}; make another one", key_file, known.person, known.ledger)
    if known == label:
        return
    if key_file.suffix == PEM:
        set_label(key_file, label)
    else:
        memory.label = label
        memory.save()


def _possession(signer: Signer, label: Label, roles: tuple[str, ...]) -> bytes:
    moment = now().astimezone(UTC)
    consent = Consent(
        person=label.person,
        fingerprint=label.fingerprint or b"",
        to=ToKey(signer.verify_key, roles),
        answer="agree",
        made_at=moment.replace(microsecond=moment.microsecond // 1000 * 1000),
    )
    return sign_consent(consent, [signer]).data
