"""What an append hands to the server: entries, bodies, and beside them what is looked up; what an erasure leaves."""

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.core.body import format_body, parse_body
from ledger.errors import Refused
from ledger.events.erased import erased_fields
from ledger.store.store_protocol import Signed, Store

APPEND = "SELECT zeren.append(%s, %s, %s::bytea[], %s::bytea[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],"
APPEND += " %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bytea[])"


def columns(store: Store, signed: Sequence[Signed]) -> list[list[Any]]:
    """What zeren.append takes beside ledger and position: entries, bodies, subjects, numbers, erasures."""
    subjects = [(k, i, n, each.entry.header.position) for each in signed for (k, i), n in each.subjects]
    refs = [(each.ref, each.entry.header.position) for each in signed if each.ref is not None]
    bodies = {each.entry.header.position: each.body for each in signed}
    erased = [_erasure(store, each, bodies) for each in signed if each.erased is not None]
    return [
        [each.entry.data for each in signed],
        [each.body for each in signed],
        *(list(column) for column in (zip(*subjects, strict=True) if subjects else ((), (), (), ()))),
        *(list(column) for column in (zip(*refs, strict=True) if refs else ((), ()))),
        *(list(column) for column in (zip(*erased, strict=True) if erased else ((), (), ()))),
    ]


def _erasure(store: Store, signed: Signed, bodies: Mapping[int, bytes]) -> tuple[int, int, bytes]:
    """(position, position of the erasure, body without what it names). Raises Refused."""
    assert signed.erased is not None  # noqa: S101 - of these alone
    target = signed.erased.entry.position
    held = bodies.get(target) or store.body(target) or b""
    if signed.gone:
        return target, signed.entry.header.position, held
    body = parse_body(held)
    fields = erased_fields(signed.erased.names, body.digests)
    gone = [name for name in fields if name not in body.disclosures]
    if gone:
        raise Refused("the text {} of entry {} is not held any more", gone[0], target)
    return target, signed.entry.header.position, format_body(body.without(fields))
