"""What an anchor must satisfy, asked at append and again at verify (FORMAT.md section 7).

Its checkpoint is this ledger's: origin, log key, a size not above its position, the root recomputed. Its token is by a
witness or an authority of the policy in force and verifies; a token by anybody else is *kept*: it counts for nothing
here, and a verifier with a policy of his own may count it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from ledger.core.algorithms import split_cosignature
from ledger.core.checkpoint import Checkpoint, SignedCheckpoint, open_checkpoint, parse_checkpoint
from ledger.core.cosignature import open_cosignature
from ledger.core.encoding import b64decode
from ledger.core.note import Note, format_line, format_note, parse_line, parse_note
from ledger.core.policy import Policy
from ledger.core.signers import VerifyKey
from ledger.errors import CheckpointInvalid, Incomplete, Invalid, Malformed
from ledger.events.trust import AnchorRecorded
from ledger.frozen import dataclass

COSIGNATURE, RFC3161 = "cosignature", "rfc3161"
KINDS = (COSIGNATURE, RFC3161)


@dataclass(frozen=True, slots=True)
class AnchorToken:
    """What an anchor says: at `time` the tree of `size` entries stood, by the word of `member` of the policy.

    `member` None: nobody whom the policy names. `time` None: not read, for want of the library.
    """

    kind: str
    size: int
    time: datetime | None
    member: str | None
    late: bool = False
    """Recorded after its certificate's end, so that its time may be anybody's since: it counts for nothing."""


def check_anchor_size(size: int, position: int) -> None:
    """An anchor is over no more entries than stood when it was recorded. Raises CheckpointInvalid."""
    if size > position:
        raise CheckpointInvalid("the anchor at {} is over {} entries, more than there were", position, size)


def check_anchor_checkpoint(
    anchor: AnchorRecorded, position: int, log_key: Callable[[int], VerifyKey], head_at: Callable[[int], Checkpoint]
) -> SignedCheckpoint:
    """The anchor's checkpoint, which is this ledger's.

    `log_key` and `head_at` give the log key and the recomputed tree head of a size. Raises Invalid.
    """
    note = anchor.checkpoint.encode()
    said = parse_checkpoint(parse_note(note).text)
    check_anchor_size(said.size, position)
    try:
        signed = open_checkpoint(note, [log_key(said.size)])
    except Incomplete as error:
        raise CheckpointInvalid("the anchored checkpoint is not signed by this ledger's log key") from error
    if signed.checkpoint != head_at(said.size):
        raise CheckpointInvalid("the anchored checkpoint of {} entries is not of this history", said.size)
    return signed


def open_token(
    anchor: AnchorRecorded, signed: SignedCheckpoint, policy: Policy | None, recorded_at: datetime | None = None
) -> AnchorToken:
    """The anchor's token over its checkpoint, verified where `policy` names who made it and it was recorded in time.

    Raises Invalid for one that does not verify or is no token at all, Incomplete where a time stamp cannot be read.
    """
    token = read_token(anchor, policy, recorded_at)
    if token.member is None or policy is None:
        return token
    if anchor.kind == COSIGNATURE:
        line = parse_line(anchor.token)
        witness = policy.witness_of(line.name, line.key_id)
        if witness is None:
            raise AssertionError("read_token found the witness")
        open_cosignature(signed.checkpoint, line, witness.key)
        return token
    from ledger import timestamp  # its library is loaded for time stamps alone

    stamp = timestamp.open_timestamp(b64decode(anchor.token), imprint_text(anchor.checkpoint.encode()), pinned(policy))
    return AnchorToken(RFC3161, signed.checkpoint.size, stamp.time, stamp.authority)


def read_token(anchor: AnchorRecorded, policy: Policy | None, recorded_at: datetime | None = None) -> AnchorToken:
    """The anchor's token as it reads, its signature not verified: for what was checked when it was written.

    A time stamp counts where it was recorded before its certificate's end: then its bound stands for ever.

    Raises Invalid for what is no token; a time stamp without the library raises Incomplete.
    """
    size = parse_checkpoint(parse_note(anchor.checkpoint.encode()).text).size
    if anchor.kind == COSIGNATURE:
        line = parse_line(anchor.token)
        if format_line(line) != anchor.token:
            raise Malformed("the cosignature line is not in its one form")
        time = _moment(split_cosignature(line.signature)[0])
        witness = policy.witness_of(line.name, line.key_id) if policy is not None else None
        return AnchorToken(COSIGNATURE, size, time, witness.name if witness is not None else None)
    if anchor.kind == RFC3161:
        from ledger import timestamp

        data = b64decode(anchor.token)
        named = timestamp.authority_of(data, pinned(policy)) if policy is not None else None
        late = named is not None and recorded_at is not None and recorded_at > named.ends
        member = None if named is None or late else named.name
        return AnchorToken(RFC3161, size, timestamp.stamped_at(data), member, late)
    raise Invalid("an anchor is of kind {}, not {!a}", " or ".join(KINDS), anchor.kind[:20])


def imprint_text(checkpoint: bytes) -> bytes:
    """What a time stamp is over: the note of a checkpoint with its log-key line(s) only. Raises Malformed."""
    note = parse_note(checkpoint)
    origin = parse_checkpoint(note.text).origin
    return format_note(Note(note.text, tuple(line for line in note.signatures if line.name == origin)))


def pinned(policy: Policy) -> dict[bytes, str]:
    """The certificates that a policy pins: SHA-256 to the authority's name."""
    return {authority.certificate: authority.name for authority in policy.authorities}


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise Malformed("the token's time, {} seconds since 1970, is no date", seconds) from None
