"""A dry run: everything that would be signed, and whether these signers may sign it, with nothing written."""

from collections.abc import Sequence

from ledger.application import Ledger
from ledger.checks import admits
from ledger.checks.keybook import EnrolledKey, KeyBook
from ledger.core.algorithms import ED25519
from ledger.core.carried import NOTHING, Carried
from ledger.core.entry import MAX_SIGNERS, Header
from ledger.core.names import SignerId
from ledger.errors import BadInput, Refused
from ledger.events.base import Payload
from ledger.events.fields import Json
from ledger.events.flat import flatten
from ledger.events.records import RecordWithdrawn
from ledger.frozen import dataclass
from ledger.recording.likely import near


@dataclass(frozen=True, slots=True)
class Preview:
    """One entry as it would be: all but the salts, the running numbers and the moment, which are fixed under the lock.

    `position` and `previous` are those of the head now; another writer may come first.
    """

    ledger: str
    position: int
    previous: bytes | None
    """Leaf hash of the entry before it; None for one that follows another of the same transaction."""
    stream: str
    version: int
    type: str
    signers: tuple[str, ...]
    fields: tuple[tuple[str, Json], ...]
    subjects: tuple[tuple[str, str], ...]


def preview(
    ledger: Ledger, payloads: Sequence[Payload], signers: Sequence[str], carried: Carried = NOTHING
) -> tuple[Preview, ...]:
    """The entries that recording these payloads by these persons would write. Raises what recording would raise.

    `carried` are the consents in the last one.
    """
    book = ledger.keys()
    ids = tuple(signer_id(book, person) for person in signers)
    size = ledger.size()
    head = ledger.at(size - 1)
    found = []
    for number, (proposed, subjects) in enumerate(ledger.propose(*payloads)):
        payload = proposed.payload
        stream = proposed.originator_id
        stream = f"{stream}n{size + number}" if stream.endswith("/") else stream
        header = Header(
            bytes(32),
            book.origin,
            size + number,
            head.leaf_hash,
            head.recorded_at,
            ids,
            stream,
            payload.TYPE,
            proposed.originator_version,
        )
        own = carried if number == len(payloads) - 1 else NOTHING
        admits.check_admits(book, header, payload, own)
        if isinstance(payload, RecordWithdrawn):
            admits.check_withdrawal(book, ids, own, ledger.agreed(payload.of.position))
        found.append(
            Preview(
                ledger=book.origin,
                position=size + number,
                previous=head.leaf_hash if number == 0 else None,
                stream=stream,
                version=proposed.originator_version,
                type=payload.TYPE,
                signers=tuple(map(str, ids)),
                fields=tuple(flatten(payload)),
                subjects=subjects,
            )
        )
    return tuple(found)


def signer_id(book: KeyBook, person: str) -> SignerId:
    """The person's key in force, the latest. Raises BadInput for one without a key, naming those like it."""
    keys = [key for key in book.keys.values() if key.person == person and _signs(key)]
    if not keys:
        known = {key.person for key in book.keys.values() if _signs(key)}
        raise BadInput(
            "{} has no key in force here; perhaps {}; see: zeren keys list", person, ", ".join(near(person, known))
        )
    return SignerId(person, max(keys, key=lambda key: key.enrolled_at).verify_key.key_id)


def _signs(key: EnrolledKey) -> bool:
    return key.revoked_at is None and key.verify_key.algorithm == ED25519


def check_signers(persons: Sequence[str]) -> None:
    """Raises Refused unless these may stand under one entry: each once, at most 16."""
    twice = sorted({person for person in persons if persons.count(person) > 1})
    if twice:
        raise Refused("{} would sign twice; name each signer once", twice[0])
    if len(persons) > MAX_SIGNERS:
        raise Refused(
            "an entry carries at most {} signatures, not {}; the others sign it with: zeren sign",
            MAX_SIGNERS,
            len(persons),
        )
