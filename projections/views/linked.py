"""Which entries of a ledger are alike at a cut, by the links stored between them (`groups`)."""

from collections.abc import Collection

from projections.views.groups import groups
from projections.views.rows import LedgerRow
from projections.views.store import Views


def alike(
    views: Views, ledger: LedgerRow, cut: int, gone: Collection[int], position: int | None = None
) -> list[tuple[tuple[int, str], ...]]:
    """Groups of (position, number) below the cut, each in order; without the entries that are `gone`.

    `position`: only the group that this entry is in.
    """
    # The plus keeps SQLite from carrying the limit over to the links, where it would read all up to it.
    where, values = "g.ledger = ? AND +g.position < ?", [ledger.id, cut]
    if position is not None:
        where += " AND g.root = (SELECT root FROM likeness WHERE ledger = ? AND position = ?)"
        values += [ledger.id, position]
    links = views.select(
        "SELECT l.position, l.earlier FROM likeness g"
        f" CROSS JOIN links l ON l.ledger = g.ledger AND l.position = g.position WHERE {where}",
        values,
    )
    pairs = ((row["position"], row["earlier"]) for row in links)
    found = groups((later, earlier) for later, earlier in pairs if later not in gone and earlier not in gone)
    if position is not None:
        found = [group for group in found if position in group]
    if not found:
        return []
    rows = views.select(
        "SELECT g.position, r.ref FROM likeness g"
        f" CROSS JOIN records r ON r.ledger = g.ledger AND r.position = g.position WHERE {where}",
        values,
    )
    refs = {row["position"]: row["ref"] or f"#{row['position']}" for row in rows}
    return [tuple((each, refs[each]) for each in group) for group in found]
