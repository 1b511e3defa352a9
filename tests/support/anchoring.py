"""Witnesses with keys in memory, and a ledger with a policy that names them."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import Receipt
from ledger.core.algorithms import COSIGNATURE_V1
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.cosignature import sign_cosignature
from ledger.core.note import format_line, parse_note
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.events.trust import AnchorRecorded, PolicyAdopted
from tests.support.builders import Desk, signer_named


def witness(name: str) -> Ed25519Signer:
    """The cosignature signer of this name."""
    return Ed25519Signer(name, secret_of(signer_named(f"{name}/witness")), COSIGNATURE_V1)


def secret_of(signer: Ed25519Signer) -> Ed25519PrivateKey:
    return signer.private_key


WITNESSES = [witness(f"w{number}.example") for number in range(3)]


def policy_text(k: int, count: int = 3) -> str:
    """k of the first `count` witnesses."""
    lines = [f"witness w{n} {format_vkey(WITNESSES[n].verify_key)}\n" for n in range(count)]
    names = " ".join(f"w{n}" for n in range(count))
    return "".join([*lines, f"group g {k} {names}\n", "quorum g\n"])


def adopt(desk: Desk, text: str, tsas: tuple[str, ...] | None = None) -> Receipt:
    """Adopts a policy by both custodians."""
    return desk.record(PolicyAdopted(policy=text, tsas=tsas), "cus-1", "cus-2")


def checkpoint(desk: Desk) -> str:
    """Seals where needed, signs, and gives the note."""
    if desk.ledger.needs_seal():
        desk.clock.moment += timedelta(seconds=1)
        desk.ledger.seal(desk.signer("svc"))
    return desk.ledger.sign_checkpoint(desk.log).decode()


def head_of(note: str) -> Checkpoint:
    return parse_checkpoint(parse_note(note.encode()).text)


def cosigned(note: str, signer: Ed25519Signer, at: datetime) -> AnchorRecorded:
    """The anchor of one witness's line over a checkpoint."""
    line = sign_cosignature(head_of(note), signer, int(at.timestamp()))
    return AnchorRecorded(checkpoint=note, kind="cosignature", token=format_line(line))


def anchor(desk: Desk, note: str, number: int, at: datetime | None = None) -> Receipt:
    """Records the cosignature of a witness, made at `at` or now."""
    return desk.record(cosigned(note, WITNESSES[number], at or desk.clock.moment), "svc")
