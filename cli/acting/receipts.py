"""Receipts: what was recorded where, so that it can be proved later that it was this entry."""

from collections.abc import Sequence

from cli.showing.output import print_json, print_lines
from ledger.application import Receipt
from ledger.checks.concerned import Concerned
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from projections.language.catalogue import _


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


def print_receipt(
    receipt: Receipt, *, as_json: bool, before: Sequence[Receipt] = (), unsigned: Sequence[Concerned] = ()
) -> None:
    """Prints a receipt; an entry is pending until a checkpoint that contains it is anchored outside.

    `before` are entries of the same transaction that came before it; `unsigned` who is concerned and has not signed.
    """
    data = as_data(receipt)
    if as_json:
        pending = [{"person": each.person, "capacity": each.capacity} for each in unsigned]
        print_json({**data, "before": [as_data(each) for each in before], "pending_signatures": pending})
        return
    for each in (*before, receipt):
        shown = as_data(each)
        print_lines(
            _("recorded as #{position} of {ledger} at {recorded_at}").format(**shown),
            _("leaf hash {leaf_hash}").format(**shown),
        )
    print_lines(_("pending: confirmed once a checkpoint that contains it is held elsewhere"))
    if unsigned:
        print_lines(_("still to sign:"))
    for who in unsigned:
        print_lines(f"  zeren sign '#{receipt.position}' --as {who.person} --capacity {who.capacity}")
