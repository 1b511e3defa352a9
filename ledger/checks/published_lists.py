"""What a published list of ledgers must satisfy, asked at append and again at verify (FORMAT.md section 17)."""

from ledger.core.head_list import check_continues, parse_heads
from ledger.errors import Invalid
from ledger.events.trust import ListPublished


def check_published(payload: ListPublished, before: ListPublished | None) -> None:
    """The list is well-formed, of a later day than the one before it in its ledger, and continues it.

    Raises Invalid, Malformed, RolledBack or Forked.
    """
    heads = parse_heads(payload.list_)
    if before is None:
        return
    if payload.day <= before.day:
        raise Invalid("a list of {} stands already; the next one is of a later day, not of {}", before.day, payload.day)
    check_continues(parse_heads(before.list_), heads)
