"""Receipts: what was recorded where, so that it can be proved later that it was this entry."""

from cli.output import print_json, print_lines
from ledger.application import Receipt
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from projections.i18n import _


def as_data(receipt: Receipt) -> dict[str, object]:
    """A receipt as JSON shows it."""
    return {
        "ledger": receipt.ledger,
        "position": receipt.position,
        "ref": receipt.ref,
        "type": receipt.type,
        "stream": receipt.stream,
        "version": receipt.version,
        "recorded_at": format_time(receipt.recorded_at),
        "leaf_hash": b64encode(receipt.leaf_hash),
        "state": "pending",
    }


def print_receipt(receipt: Receipt, *, as_json: bool) -> None:
    """Prints a receipt; an entry is pending until a checkpoint that contains it is anchored outside."""
    data = as_data(receipt)
    if as_json:
        print_json(data)
        return
    print_lines(
        _("recorded as #{position} of {ledger} at {recorded_at}").format(**data),
        _("leaf hash {leaf_hash}").format(**data),
        _("pending: confirmed once a checkpoint that contains it is held elsewhere"),
    )
