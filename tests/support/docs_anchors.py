"""The examples of FORMAT.md section 7, made by the code from the example ledger's checkpoint."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from ledger.anchors.book import AnchorBook
from ledger.application import Ledger
from ledger.checks.anchor_rules import AnchorToken, imprint_text
from ledger.core.algorithms import COSIGNATURE_V1, cosignature_message
from ledger.core.checkpoint import format_checkpoint
from ledger.core.cosignature import sign_cosignature
from ledger.core.encoding import b64encode
from ledger.core.note import format_line
from ledger.core.policy import Policy, parse_policy
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.witness.client import make_request

NAMES = ("w1.example/organ", "w2.example/organ")
TIMES = (1708477860, 1708477920)
"""When the two witnesses signed: 01:11 and 01:12 on 21 February 2024, UTC."""
OLD, SIZE, ENTRIES = 4, 10, (7, 12, 13)
"""The request's old size; the checkpoint's size; entries whose bounds are shown: the anchors stand at 11 and 12."""


def witnesses(signer_of: Callable[[str], Ed25519Signer]) -> list[Ed25519Signer]:
    """The two witnesses of the examples."""
    return [Ed25519Signer(name, signer_of(name).private_key, COSIGNATURE_V1) for name in NAMES]


def policy_of(signers: list[Ed25519Signer]) -> str:
    """The policy of the examples."""
    lines = [f"witness w{number} {format_vkey(signer.verify_key)}\n" for number, signer in enumerate(signers, 1)]
    return "".join([*lines, "group both all w1 w2\n", "quorum both\n"])


def anchor_examples(ledger: Ledger, signer_of: Callable[[str], Ed25519Signer]) -> dict[str, str]:
    """Policy, request, what a witness signs, its line, the imprint of a time stamp, and the bounds that follow."""
    note = ledger.checkpoint_at(SIZE) or b""
    head = ledger.tree_head(SIZE)
    signers = witnesses(signer_of)
    line = format_line(sign_cosignature(head, signers[0], TIMES[0]))
    imprint = hashlib.sha256(imprint_text(note)).digest()
    return {
        "policy": policy_of(signers),
        "request": make_request(ledger, note, OLD).decode(),
        "cosigned": cosignature_message(TIMES[0], format_checkpoint(head).encode()).decode(),
        "cosignature": f"{line}\n",
        "imprint": f"{b64encode(imprint)}\n",
        "bounds": _bounds(parse_policy(policy_of(signers))),
    }


def _bounds(policy: Policy) -> str:
    book = AnchorBook()
    book.adopt(10, policy)
    for number, time in enumerate(TIMES, 1):
        book.add(10 + number, AnchorToken("cosignature", SIZE, datetime.fromtimestamp(time, UTC), f"w{number}"))

    def said(moment: datetime | None, otherwise: str) -> str:
        return otherwise if moment is None else moment.isoformat()

    rows = [
        (
            f"entry {position}",
            f"not before {said(book.not_before(position), 'unknown')}",
            f"not after {said(book.not_after(position), 'pending')}",
        )
        for position in ENTRIES
    ]
    return "".join(f"{entry:10}{before:39}{after}\n" for entry, before, after in rows)
