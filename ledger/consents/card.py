"""The card of a ledger: a small file with its name and fingerprint, so that nobody types them.

It proves nothing: whoever takes one compares the fingerprint with a custodian by another way.
"""

from pathlib import Path

from ledger.consents.request import check_members, parse_file, typed
from ledger.core.encoding import b64decode, b64encode, canonical_json
from ledger.core.names import check_origin
from ledger.errors import BadInput, Malformed
from ledger.frozen import dataclass

FORMAT = "ledger/v1"
FINGERPRINT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Card:
    """Which ledger is meant. Raises Malformed."""

    origin: str
    fingerprint: bytes

    def __post_init__(self) -> None:
        check_origin(self.origin)
        if len(self.fingerprint) != FINGERPRINT_BYTES:
            raise Malformed("a fingerprint has {} bytes", FINGERPRINT_BYTES)


def format_card(card: Card) -> bytes:
    """The file of a card; `read_card` reads it back."""
    data = {"zeren": FORMAT, "origin": card.origin, "fingerprint": b64encode(card.fingerprint)}
    return canonical_json(data) + b"\n"


def read_card(file: Path) -> Card:
    """The card in a file. Raises BadInput naming the file."""
    try:
        value = parse_file(file.read_bytes())
        if value.get("zeren") != FORMAT:
            raise Malformed("this is no card of a ledger; a custodian writes one with: zeren keys card")
        check_members(value, {"zeren", "origin", "fingerprint"}, set())
        return Card(typed(value["origin"], str), b64decode(typed(value["fingerprint"], str)))
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", file, error.strerror) from None
    except Malformed as error:
        raise BadInput("{}: {}", file, error) from error
