"""Taking evidence from outside into the ledger: cosignatures and time stamps become `anchor.recorded` entries.

What a file holds is read here and bound to the checkpoint that it is over; whether it is true is checked by the
recorder under the append lock, before anything is written (`ledger.checks.anchor_rules`).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from ledger import timestamp
from ledger.anchors.book import AnchorBook, anchor_book, digest_of
from ledger.application import Command, Ledger, Receipt
from ledger.checks.anchor_rules import COSIGNATURE, RFC3161, imprint_text, read_token
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.cosignature import open_cosignature
from ledger.core.encoding import b64encode
from ledger.core.note import Note, SignatureLine, format_line, format_note, parse_note
from ledger.core.policy import Policy
from ledger.core.signers import Signer
from ledger.core.witness_request import parse_lines, plain_lines
from ledger.errors import BadInput, CheckpointInvalid, Invalid, Malformed, Refused
from ledger.events.trust import AnchorRecorded
from ledger.outgoing import stored_checkpoint
from ledger.remembered import COSIGNED, SIGNED, remember

TRIED = 1000
"""Checkpoints tried, the latest first, to find the one that a bare cosignature line is over."""


def next_checkpoint(ledger: Ledger, sealer: Callable[[], Signer], log: Callable[[], Signer]) -> bytes:
    """The checkpoint to be anchored (FORMAT.md section 6): where anything but seals and anchors follows the last seal,
    a seal and a fresh checkpoint over it; else the last one again, so that an idle ledger comes to rest.

    Raises as `Ledger.seal` and `Ledger.sign_checkpoint` do.
    """
    if ledger.needs_seal():
        ledger.seal(sealer())
        return _signed(ledger, log())
    last = ledger.last_checkpoint()
    if last is not None and last.checkpoint.size >= _size_with_last_seal(ledger):
        return _remembered(ledger, stored_checkpoint(ledger, last.checkpoint.size)[1])
    return _signed(ledger, log())


def _signed(ledger: Ledger, log: Signer) -> bytes:
    return _remembered(ledger, ledger.sign_checkpoint(log))


def _remembered(ledger: Ledger, note: bytes) -> bytes:
    """A checkpoint that leaves the process is kept beside the database first, also one that was signed before: whoever
    signed it may have ended before it was kept."""
    remember(ledger, SIGNED, note)
    return note


def _size_with_last_seal(ledger: Ledger) -> int:
    last = ledger.last_seal()
    return 0 if last is None else last.size + 1


def read_anchors(
    ledger: Ledger, data: bytes, *, size: int | None = None, asked: bytes | None = None, keep: bool = False
) -> list[AnchorRecorded]:
    """The anchors in a file: a cosigned checkpoint, bare cosignature lines, or a time stamp (token or answer, DER).

    `size` names the checkpoint that bare lines or a time stamp are over. Without it the stored ones are tried; for a
    line that cannot be tried, by whom the policy in force does not name, the last one is taken. Lines by others are
    passed over where the policy names who made one of them, unless `keep`, and so are repeated ones, as C2SP has it.
    `asked` is the request that a time stamp answers. Raises BadInput or Invalid.
    """
    if data[:1] == b"\x30":
        return [_time_stamp(ledger, timestamp.token_of(data, asked), size)]
    data, policy = plain_lines(data), ledger.keys().policy
    if b"\n\n" in data.rstrip(b"\n"):
        return _cosigned_note(ledger, data, None if keep else policy)
    try:
        lines = parse_lines(data)
    except Malformed as error:
        raise BadInput("this is no cosigned checkpoint, no cosignature line and no time stamp: {}", error) from error
    counting = _counting(lines, None if keep else policy)
    return [_anchor(_note_under(ledger, line, policy, size), line) for line in counting]


def _counting(lines: Sequence[SignatureLine], policy: Policy | None) -> Sequence[SignatureLine]:
    """The lines by witnesses whom the policy names; all of them where it names none, which is then said."""
    named = [line for line in lines if policy is not None and policy.witness_of(line.name, line.key_id) is not None]
    return named or lines


def record_anchors(
    ledger: Ledger, anchors: Sequence[AnchorRecorded], signer: Signer, *, keep: bool = False
) -> tuple[Receipt, ...]:
    """Records anchors in one transaction. Raises Refused for a token that is on record, or, unless `keep`, is by whom
    the policy in force does not name; Invalid for one that does not verify. Nothing is written then.
    """
    book, moment = anchor_book(ledger), ledger.moment()
    for number, anchor in enumerate(anchors):
        if book.has(digest_of(anchor)) or anchor in anchors[:number]:
            raise Refused("this token is on record already")
        if not keep:
            _check_named(anchor, book, moment)
    receipts = ledger.record(*(Command(anchor, (signer,)) for anchor in anchors))
    for anchor in anchors:
        remember(ledger, COSIGNED, anchor.checkpoint.encode())
    return receipts


def _check_named(anchor: AnchorRecorded, book: AnchorBook, moment: datetime) -> None:
    token = read_token(anchor, book.policy, moment)
    if token.late:
        raise Refused(
            "the authority's certificate has ended, and whoever has its key since could make any time; a time stamp "
            "counts where it is recorded before; keep it, uncounted, with --keep"
        )
    if token.member is None:
        raise Refused(
            "the policy in force names nobody who made this {}; adopt one that does with: zeren policy adopt FILE, or "
            "keep it, uncounted, with --keep",
            anchor.kind,
        )


def _anchor(note: bytes, line: SignatureLine) -> AnchorRecorded:
    return AnchorRecorded(checkpoint=note.decode(), kind=COSIGNATURE, token=format_line(line))


def _cosigned_note(ledger: Ledger, data: bytes, policy: Policy | None) -> list[AnchorRecorded]:
    try:
        note = parse_note(data if data.endswith(b"\n") else data + b"\n")
        checkpoint = parse_checkpoint(note.text)
    except Malformed as error:
        raise BadInput("this is no cosigned checkpoint, no cosignature line and no time stamp: {}", error) from error
    if checkpoint.origin != ledger.origin:
        raise CheckpointInvalid("the checkpoint is of {!a}, expected was {!a}", checkpoint.origin, ledger.origin)
    own = tuple(line for line in note.signatures if line.name == checkpoint.origin)
    others = list(dict.fromkeys(line for line in note.signatures if line.name != checkpoint.origin))
    if not others:
        raise BadInput("the checkpoint bears no cosignature; only the log key signed it")
    bare = format_note(Note(note.text, own)) if own else stored_checkpoint(ledger, checkpoint.size)[1]
    return [_anchor(bare, line) for line in _counting(others, policy)]


def _note_under(ledger: Ledger, line: SignatureLine, policy: Policy | None, size: int | None) -> bytes:
    witness = policy.witness_of(line.name, line.key_id) if policy is not None else None
    if size is not None or witness is None:
        return stored_checkpoint(ledger, size)[1]
    for note in _checkpoints(ledger):
        try:
            open_cosignature(parse_checkpoint(parse_note(note).text), line, witness.key)
        except Invalid:
            continue
        return note
    raise Invalid("the cosignature by {} fits no checkpoint of this ledger", line.name)


def _checkpoints(ledger: Ledger) -> Iterator[bytes]:
    for _, note in ledger.store.checkpoints(limit=TRIED):
        yield note


def _time_stamp(ledger: Ledger, token: bytes, size: int | None) -> AnchorRecorded:
    imprint = timestamp.imprint_of(token)
    notes = _checkpoints(ledger) if size is None else iter([stored_checkpoint(ledger, size)[1]])
    for note in notes:
        if hashlib.sha256(imprint_text(note)).digest() == imprint:
            return AnchorRecorded(checkpoint=note.decode(), kind=RFC3161, token=b64encode(token))
    raise Invalid("the time stamp is over no checkpoint of this ledger")
