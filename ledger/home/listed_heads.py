"""What the published list of ledgers knows of each of them (FORMAT.md section 17).

It is a ledger of the kind `list` beside the registry `ledgers.toml`. Witnesses cosign it alone: a line of a list that
they have confirmed is a head held elsewhere for the ledger that it names.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ledger.anchors.book import anchor_book
from ledger.application import Ledger, open_ledger
from ledger.core.head_list import ListedHead, parse_heads
from ledger.errors import BadInput, Incomplete, ZerenError
from ledger.home.known import KnownHead, contradiction
from ledger.store.last_list import last_list

KIND = "list"


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list on record: the heads by origin, and whether witnesses have confirmed the entry."""

    position: int
    day: date
    heads: Mapping[str, ListedHead]
    confirmed: bool


def published_lists(ledger: Ledger) -> tuple[PublishedList, ...]:
    """The newest list, and before it the newest that is confirmed, where that is another one; none where none is."""
    confirmed = anchor_book(ledger).confirmed()
    found: dict[int, PublishedList] = {}
    for below in (confirmed, ledger.size()):
        if (last := last_list(ledger.store, below)) is not None:
            event, payload = last
            heads = parse_heads(payload.list_)
            found[event.position] = PublishedList(event.position, payload.day, heads, event.position < confirmed)
    return tuple(found.values())


def heads_in(
    database: Path, origin: str, beside: Iterable[KnownHead | ZerenError] = ()
) -> Iterator[KnownHead | ZerenError]:
    """What the lists in this database know of the ledger of this origin; of one that nobody has confirmed its identity
    and no length is certain, so that it does not count as known elsewhere.

    `beside` are the heads known of the lists' own ledger: where it does not contain one, that is all it tells.
    """
    try:
        with closing(open_ledger(database, read_only=True)) as ledger:
            if ledger.genesis.kind != KIND:
                yield BadInput("{} is no published list of ledgers; take it away", database)
                return
            for known in beside:
                if not isinstance(known, KnownHead):
                    raise known
                contradiction(known, ledger)
            lists = published_lists(ledger)
    except ZerenError as error:
        yield error
        return
    for each in lists:
        head = each.heads.get(origin)
        if head is not None:
            source = Incomplete("the list of ledgers of {} (entry {} of {})", each.day, each.position, database)
            yield KnownHead(head.checkpoint, source, None, head.fingerprint, listed=not each.confirmed)
