"""Consents in a bundle, checked as far as it shows what they name (FORMAT.md sections 15 and 16).

For the entry of each `after` that is not shown itself, a bundle carries the proof of inclusion alone, under the same
checkpoint: the leaf hash that the consent names is then that entry's.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import datetime

from ledger.bundle.bundle_report import BundleReport
from ledger.checks.consents import check_carried, check_recorded
from ledger.checks.keybook import KeyBook
from ledger.core.body import Body, is_carried_name
from ledger.core.carried import NOTHING, Carried, read_carried
from ledger.core.checkpoint import Checkpoint
from ledger.core.consent import ConsentNote, draft_digest, parse_consent
from ledger.core.consent_check import is_time_contradicted
from ledger.core.entry import Entry
from ledger.core.merkle import check_inclusion
from ledger.core.proof import parse_proof
from ledger.errors import Incomplete, Invalid, ProofInvalid, ZerenError
from ledger.events.base import Payload
from ledger.events.records import ConsentRecorded
from ledger.frozen import dataclass
from ledger.messages import N_

ONCE = N_("that each consent was spent once, only the whole ledger shows")


@dataclass(slots=True)
class ConsentPass:
    """What is carried from entry to entry of one ledger's part; `shown` gives an entry and what is held of its body."""

    report: BundleReport
    file: Callable[[str], bytes | None]
    """The content of a file of the part."""
    shown: Callable[[int], tuple[Entry, Body] | None]
    head: Checkpoint | None = None
    spent: set[bytes] = field(default_factory=set)
    """SHA-256 of the texts met so far."""
    drafts: set[bytes] = field(default_factory=set)
    terms: list[tuple[int, str, datetime]] = field(default_factory=list)
    """Of every consent that expires: where it stands, whose it is, and until when it holds."""
    proved: set[int] = field(default_factory=set)
    """Positions whose inclusion a consent needs, the entry being not shown."""

    def carried(self, book: KeyBook, entry: Entry, body: Body, payload: Payload | None) -> Carried:
        """The consents in an entry, each checked. Raises Invalid for one that does not hold."""
        values = body.values()
        reserved = {name: value for name, value in values.items() if is_carried_name(name)}
        if not reserved:
            return NOTHING
        header = entry.header
        carried = read_carried(header.type, reserved)
        if carried.asked:
            digest = draft_digest(body.digests)
            if digest in self.drafts:
                raise Invalid("this draft is on record already: a draft is recorded once")
            self.drafts.add(digest)
        notes = [note for note in (*carried.consents, carried.possession) if note is not None]
        self._take(header.position, notes)
        try:
            leaf_at = self._leaf_at(carried.consents)
            check_carried(book, header, payload, carried, values, body.digests, leaf_at, hidden=body.missing)
        except Incomplete as error:
            self._not_checked(header.position, error)
        return carried

    def recorded(self, book: KeyBook, entry: Entry, body: Body, payload: ConsentRecorded) -> None:
        """The consent that an entry records holds. Raises Invalid where it does not."""
        note = parse_consent(payload.note.encode())
        position = entry.header.position

        def entry_at(at: int) -> tuple[Entry, Body]:
            found = self.shown(at)
            if found is None:
                raise Incomplete("entry #{}, which the consent names, is not at hand", at)
            return found

        spent = {note.text} if _digest(note) in self.spent else set()
        self._take(position, [note])
        try:
            leaf_at = self._leaf_at([note])
            check_recorded(book, entry.header, payload, body.digests, entry_at, spent, leaf_at)
            named_at = entry_at(payload.of.position)[0].header.recorded_at
            if is_time_contradicted(note.consent, named_at):
                person = note.consent.person
                raise Incomplete("consent's time contradicted: {} says a time before the entry's own", person)
        except Incomplete as error:
            self._not_checked(position, error)

    def _take(self, position: int, notes: Sequence[ConsentNote]) -> None:
        if notes and not self.spent:
            self.report.marks[ONCE] += 1
        for note in notes:
            if note.consent.not_after is not None:
                self.terms.append((position, note.consent.person, note.consent.not_after))
        self.spent |= {_digest(note) for note in notes}

    def _not_checked(self, position: int, error: Incomplete) -> None:
        self.report.not_checked.append(Incomplete("consents of entry {}: {}", position, error))

    def _leaf_at(self, notes: Sequence[ConsentNote]) -> Callable[[int], bytes | None]:
        """The leaf hash at a position: of the entry shown, or the one that these consents name, where it is proved."""
        named = {note.consent.after.position: note.consent.after.leaf_hash for note in notes if note.consent.after}

        def leaf_at(position: int) -> bytes | None:
            found = self.shown(position)
            if found is not None:
                return found[0].leaf_hash
            proof = self.file(f"proofs/{position:010d}")
            if position not in named or proof is None or self.head is None:
                return None
            self.proved.add(position)
            self._check_proof(position, named[position], proof)
            return named[position]

        return leaf_at

    def _check_proof(self, position: int, leaf: bytes, data: bytes) -> None:
        head, proof = self.head, parse_proof(data)
        if head is None or proof.index != position or proof.extra is not None:
            raise ProofInvalid("the proof is not of entry {} under this bundle's checkpoint", position)
        if proof.checkpoint != self.file("checkpoint"):
            raise ProofInvalid("the proof is not of entry {} under this bundle's checkpoint", position)
        check_inclusion(leaf, position, head.size, proof.hashes, head.root)


def _digest(note: ConsentNote) -> bytes:
    return hashlib.sha256(note.text.encode()).digest()


def afters(entry_type: str, body: Body) -> set[int]:
    """The positions whose inclusion a reader needs to check the consents in this body.

    What is no consent says nothing here: the reader names it.
    """
    values = body.values()
    texts = [value for name, value in values.items() if name.startswith("consent.") and is_carried_name(name)]
    texts += [values["note"]] if entry_type == ConsentRecorded.TYPE and "note" in values else []
    found = set()
    for text in texts:
        with suppress(ZerenError):
            after = parse_consent(str(text).encode()).consent.after
            found |= {after.position} if after is not None else set()
    return found
