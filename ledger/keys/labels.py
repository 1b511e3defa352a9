"""Whose a key file is: lines before its PEM block, which every reader of PEM passes over (RFC 7468 section 2).

    Person: p-li
    Ledger: zeren.example/organ/duty
    Fingerprint: <base64 leaf hash of entry 0>
    -----BEGIN ENCRYPTED PRIVATE KEY-----

Nothing here is secret, and nothing is proved: it tells a person which file this is, and a program on a computer
without a ledger for which one it signs (FORMAT.md section 16).
"""

from ledger.core.encoding import b64decode, b64encode
from ledger.core.names import LOG, check_origin, check_person_id
from ledger.errors import BadInput, Malformed
from ledger.frozen import dataclass

_BEGIN = b"-----BEGIN "
MAX_LABEL = 4_096


@dataclass(frozen=True, slots=True)
class Label:
    """Person (or `log`), ledger by origin, and its fingerprint (32 bytes) where it is known already."""

    person: str
    ledger: str
    fingerprint: bytes | None = None


def format_label(label: Label) -> bytes:
    """The lines of a label. Raises Malformed for what is no person or no ledger."""
    if label.person != LOG:
        check_person_id(label.person)
    check_origin(label.ledger)
    lines = [f"Person: {label.person}", f"Ledger: {label.ledger}"]
    if label.fingerprint is not None:
        lines.append(f"Fingerprint: {b64encode(label.fingerprint)}")
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def parse_label(data: bytes) -> Label | None:
    """The label of a key file; None where it has none, or one that is not ours."""
    head, _, _ = data[:MAX_LABEL].partition(_BEGIN)
    lines = [line.partition(": ") for line in head.decode("ascii", "replace").splitlines()]
    values = {name: value for name, _, value in lines}
    try:
        fingerprint = b64decode(values["Fingerprint"]) if "Fingerprint" in values else None
        label = Label(values["Person"], values["Ledger"], fingerprint)
        format_label(label)
    except (KeyError, Malformed):
        return None
    return label if fingerprint is None or len(fingerprint) == 32 else None


def with_label(data: bytes, label: Label | None) -> bytes:
    """A key file under this label instead of its own. Raises BadInput for what is no PEM file."""
    _, begin, block = data.partition(_BEGIN)
    if not begin:
        raise BadInput("this is no key file: it has no PEM block")
    return (format_label(label) if label is not None else b"") + begin + block


def without_label(data: bytes) -> bytes:
    """The PEM block alone."""
    _, begin, block = data.partition(_BEGIN)
    return begin + block
