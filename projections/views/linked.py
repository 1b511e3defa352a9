"""Which entries of a ledger are alike at a cut, by the links stored between them (`likeness_groups`)."""

from projections.views.likeness import bands, shingles, whole
from projections.views.likeness_groups import groups
from projections.views.rows import LedgerRow
from projections.views.view_store import Views


def alike(views: Views, ledger: LedgerRow, cut: int, position: int | None = None) -> list[tuple[tuple[int, str], ...]]:
    """Groups of (position, number) below the cut, each in order, of the texts as they were recorded.

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
    found = groups((row["position"], row["earlier"]) for row in links)
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


def sharing(views: Views, ledger: LedgerRow, cut: int, plain: str) -> list[tuple[int, str]]:
    """(position, number) below the cut of what has this normalised text, or shares a band with it."""
    own = bands(shingles(plain))
    rows = views.select(
        "SELECT r.position, r.ref FROM ("
        f"SELECT ledger, position FROM bands WHERE ledger = ? AND band IN ({','.join('?' * len(own))})"
        " UNION SELECT ledger, position FROM marks WHERE ledger = ? AND mark = ?) found"
        " CROSS JOIN records r ON r.ledger = found.ledger AND r.position = found.position"
        " WHERE found.position < ? ORDER BY found.position",
        (ledger.id, *own, ledger.id, whole(plain), cut),
    )
    return [(row["position"], row["ref"] or f"#{row['position']}") for row in rows]
