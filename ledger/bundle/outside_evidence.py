"""Outside evidence in a bundle: cosignatures, time stamps, older checkpoints, and whoever recomputed the ledger."""

from ledger import timestamp
from ledger.anchors.book import AnchorBook
from ledger.bundle.layout import parse_growth
from ledger.bundle.part import PartCheck, moment_of
from ledger.checks.anchor_rules import AnchorToken, check_anchor_size, imprint_text, open_token, pinned
from ledger.core.checkpoint import Checkpoint, SignedCheckpoint, open_checkpoint, parse_checkpoint
from ledger.core.consent_check import is_expired
from ledger.core.encoding import b64encode
from ledger.core.merkle import check_consistency
from ledger.core.note import SignatureLine, format_line, parse_note
from ledger.core.policy import Policy, parse_policy
from ledger.core.signers import parse_vkey
from ledger.core.verified import check_verified
from ledger.errors import CheckpointInvalid, Incomplete, Invalid, Malformed, ProofInvalid, UnknownKey, ZerenError
from ledger.events.trust import AnchorRecorded, PolicyAdopted
from ledger.messages import N_
from ledger.verify.anchor_pass import LATE


def check_anchors(part: PartCheck, own: Policy | None = None) -> None:
    """Every anchor shown, every line and time stamp over the checkpoint, every note of verification; then the times.

    `own` is a policy that the reader brings along: under it the tokens are judged instead of under the ledger's.
    """
    if part.checkpoint is None or not part.keybook.log_keys:
        return
    book = AnchorBook(own)
    for position in part.anchors:
        item = part.items[position]
        try:
            if isinstance(item.payload, PolicyAdopted):
                book.adopt(position, parse_policy(item.payload.policy, item.payload.tsas or ()))
            elif isinstance(item.payload, AnchorRecorded):
                signed = open_older(part, item.payload.checkpoint.encode())
                check_anchor_size(signed.checkpoint.size, position)
                _take(part, book, position, item.payload, signed)
        except ZerenError as error:
            part.add_at(error, position)
    _check_own_lines(part, book)
    _check_verified(part)
    _bound(part, book)
    for position, person, not_after in part.consents.terms:
        if is_expired(not_after, book.not_before(position)):
            part.add_at(Incomplete("consent expired: that of {} held no longer", person), position)


def _take(
    part: PartCheck, book: AnchorBook, position: int, anchor: AnchorRecorded, signed: SignedCheckpoint
) -> AnchorToken | None:
    """Verifies a token and lets it count; None where it could not be read here, which is said."""
    try:
        item = part.items.get(position)
        moment = item.entry.header.recorded_at if item is not None else None
        token = open_token(anchor, signed, book.policy, moment)
    except Incomplete as error:
        part.report.not_checked.append(Incomplete("a time stamp of {}: {}", part.claims.path, error))
        part.found.unread += 1
        return None
    if token.late:
        part.report.marks[LATE] += 1
        return None
    if token.member is None:
        part.report.marks[N_("anchor by nobody whom the policy names")] += 1
        return None
    book.add(position, token)
    return token


def _check_own_lines(part: PartCheck, book: AnchorBook) -> None:
    """The cosignatures on the bundle's checkpoint and the time stamps over it."""
    note, size = part.file("checkpoint"), part.claims.size
    if note is None:
        return
    try:
        signed = open_checkpoint(note, [part.keybook.log_key(size)])
    except ZerenError:
        return  # named where the checkpoint is checked
    bare = imprint_text(note).decode()
    log_keys = {(key.name, key.key_id) for key in part.keybook.every_log_key()}
    for line in signed.note.signatures:
        if (line.name, line.key_id) not in log_keys:
            _check_line(part, book, signed, line, bare)
    for name in part.names("tokens"):
        try:
            data = part.file(name) or b""
            anchor = AnchorRecorded(checkpoint=bare, kind="rfc3161", token=b64encode(data))
            if _take(part, book, size, anchor, signed) is not None:
                part.found.time_stamps.append(_stamp(data, note, book))
        except ZerenError as error:
            part.add(error, name)


def _check_line(part: PartCheck, book: AnchorBook, signed: SignedCheckpoint, line: SignatureLine, bare: str) -> None:
    try:
        if line.name == part.claims.origin:
            raise UnknownKey("the line by {}+{} is of no log key of the ledger", line.name, line.key_id.hex())
        anchor = AnchorRecorded(checkpoint=bare, kind="cosignature", token=format_line(line))
        token = _take(part, book, part.claims.size, anchor, signed)
        if token is not None and token.time is not None:
            part.found.cosignatures.append((line.name, token.time))
    except UnknownKey as error:
        part.add(Invalid("{}", error), "checkpoint")
    except ZerenError as error:
        part.add(error, "checkpoint")


def _stamp(data: bytes, note: bytes, book: AnchorBook) -> timestamp.Stamp:
    if book.policy is None:
        raise Malformed("there is no policy that could name the authority")
    return timestamp.open_timestamp(data, imprint_text(note), pinned(book.policy))


def open_older(part: PartCheck, note: bytes) -> SignedCheckpoint:
    """A checkpoint of this ledger that its bundle's checkpoint continues, as a proof in the bundle shows.

    Raises Invalid where the log key did not sign it or the proof does not lead from it to the bundle's checkpoint.
    """
    head: Checkpoint | None = part.checkpoint
    if head is None or not part.keybook.log_keys:
        raise Invalid("there is no checkpoint to compare with")
    size = parse_checkpoint(parse_note(note).text).size
    try:
        older = open_checkpoint(note, [part.keybook.log_key(size)], origin=part.claims.origin)
    except Incomplete as error:
        raise CheckpointInvalid("the older checkpoint is not signed by this ledger's log key") from error
    name = f"growth/{size:010d}"
    data = part.file(name)
    if data is None:
        raise ProofInvalid("the proof that the ledger continues its checkpoint of {} entries is missing", size)
    old, new, hashes = parse_growth(data)
    if (old, new) != (size, head.size):
        raise ProofInvalid("{} is a proof of other sizes", name)
    check_consistency(old, older.checkpoint.root, new, head.root, hashes)
    return older


def _check_verified(part: PartCheck) -> None:
    for name in part.names("verified"):
        if name.endswith(".vkey"):
            continue
        try:
            data = part.file(name) or b""
            vkey = (part.file(f"{name}.vkey") or b"").decode("ascii", "replace").removesuffix("\n")
            key = parse_vkey(vkey)
            if part.checkpoint is None:
                raise Malformed("there is no checkpoint that the note could be about")
            check_verified(data, part.checkpoint, key)
            part.found.verified_by.append(vkey)
        except Incomplete as error:
            part.add(Invalid("{}", error), name)
        except ZerenError as error:
            part.add(error, name)


def _bound(part: PartCheck, book: AnchorBook) -> None:
    """Between which moments each shown entry came to be, as far as the anchors shown tell."""
    part.bounds = book.bounds
    for position, recorded_at in zip(part.shown, part.times, strict=True):
        if book.bounds(position).contradict(moment_of(recorded_at)):
            part.add_at(Incomplete("the time of entry {} contradicts its anchors", position), position)
    asked = (position for position in part.shown if position in part.asked)
    part.found.pending = sum(book.not_after(position) is None for position in asked)
