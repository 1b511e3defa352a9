"""The heads of many organs' duty ledgers, gathered for the list that is published (FORMAT.md section 17)."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import closing

from ledger.application import Ledger
from ledger.core.checkpoint import Checkpoint, check_successor
from ledger.core.head_list import ListedHead
from ledger.core.merkle import prove_consistency
from ledger.errors import BadInput
from ledger.home.directory import Home
from ledger.store.derived import derived_root


def gather_heads(
    homes: Iterable[Home], before: Mapping[str, ListedHead], repeated: Collection[str] = ()
) -> tuple[dict[str, ListedHead], list[str]]:
    """The heads of these organs' duty ledgers, each proved to continue its line of the list before, by origin; and the
    origins whose former line is repeated.

    `repeated` are origins that may be repeated where they cannot be read now. Raises Contradicted, RolledBack or Forked
    where a ledger is not the one that was listed, and what opening it raises; BadInput for a ledger of the list before
    that is gone.
    """
    heads: dict[str, ListedHead] = {}
    for home in homes:
        listed = [row for row in home.listed.ledgers if row[0] == "duty"] if home.listed is not None else []
        names = {row[1] for row in listed}
        if not listed or names & {*repeated}:
            continue
        with closing(home.ask("duty")) as ledger:
            heads[ledger.origin] = _head(ledger, before.get(ledger.origin))
    gone = sorted({*before} - {*heads})
    for origin in gone:
        if origin not in repeated:
            raise BadInput(
                "{} stands in the list before and not in the registry; no ledger is taken from the list: put it back, "
                "or repeat its line with --repeat {}",
                origin,
                origin,
            )
        heads[origin] = before[origin]
    if unknown := sorted({*repeated} - {*gone}):
        raise BadInput("{} has no line in the list before that could be repeated", ", ".join(unknown))
    return heads, gone


def _head(ledger: Ledger, former: ListedHead | None) -> ListedHead:
    with ledger.store.holding():  # what is signed is derived from the bytes, never from what lies beside them
        size, last = ledger.size(), ledger.last_checkpoint()
        get = ledger.hashes(size)
        root = derived_root(ledger.store.rows, size, get, None if last is None else last.checkpoint)
        head = Checkpoint(ledger.origin, size, root)
    if former is not None and former.fingerprint == ledger.fingerprint:
        grown = 0 < former.size < head.size
        proof = prove_consistency(former.size, head.size, get) if grown else ()
        check_successor(former.checkpoint, head, proof)
    return ListedHead(head.origin, ledger.fingerprint, head.size, head.root)
