"""Question: which checkpoint did a ledger sign last, or of a size, and how much of it have its witnesses confirmed."""

from ledger.anchors.book import anchor_book
from ledger.application import Ledger
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.encoding import b64encode
from ledger.core.note import parse_note
from ledger.frozen import dataclass
from ledger.outgoing import stored_checkpoint


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A checkpoint: root in base64, `note` verbatim with its signatures."""

    origin: str
    size: int
    root: str
    note: str
    confirmed: int
    """Entries of the ledger that as many witnesses cosigned as its policy asks for, whichever checkpoint this is."""


def signed_head(ledger: Ledger, size: int | None = None) -> SignedHead:
    """The last checkpoint, or the stored one of a size. Raises BadInput, which names the nearest."""
    _, note = stored_checkpoint(ledger, size)
    return head_of(ledger, note)


def head_of(ledger: Ledger, note: bytes) -> SignedHead:
    """A checkpoint of the ledger by its note."""
    head = parse_checkpoint(parse_note(note).text)
    return SignedHead(head.origin, head.size, b64encode(head.root), note.decode(), anchor_book(ledger).confirmed())
