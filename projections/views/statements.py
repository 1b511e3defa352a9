"""The query for entries of a ledger by what they are, whom they name and what they claim."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from projections.facts.values import Period
from projections.views.rows import milliseconds

COLUMNS = "r.*, t.texts"
TEXTS = "LEFT JOIN texts t ON t.ledger = r.ledger AND t.position = r.position"
RECORD = f"{COLUMNS} FROM records r {TEXTS}"
_JOINED = f"CROSS JOIN records r ON r.ledger = d.ledger AND r.position = d.position {TEXTS}"
"""The records of a driving table `d`: the cross join keeps SQLite from reading the whole ledger first."""


def statement(
    types: Sequence[str],
    claims: str | None,
    named: Sequence[str],
    occurred: Period | None,
    recorded_after: datetime | None,
) -> tuple[str, dict[str, Any]]:
    """The query for entries of a ledger, and its values without ledger and limit.

    What an entry claims drives it, else whom it names: few entries have either.
    """
    values: dict[str, Any] = {"claims": claims} if claims is not None else {}
    values |= {f"type{number}": name for number, name in enumerate(types)}
    values |= {f"named{number}": id_ for number, id_ in enumerate(named)}
    source, at, order = f"records r {TEXTS}", "r", "r.position"
    where = []
    if claims is not None:
        source, at, order = f"claims d {_JOINED}", "d", "d.position"
        where.append("d.obligation = :claims")
    elif named:
        source, at = f"mentions d {_JOINED}", "d"
        where.append("d.id = :named0")
        # The plus keeps SQLite from reading all that names a person, in order of position, for what names him in days.
        order = "d.position" if occurred is None else "+d.position"
    elif types:
        index = "records_by_type" if occurred is not None else "records_by_kind"
        source = f"records r INDEXED BY {index} {TEXTS}"
    where += [
        f"EXISTS (SELECT 1 FROM mentions m WHERE m.ledger = d.ledger AND m.id = :named{number}"
        " AND m.occurred_on = d.occurred_on AND m.position = d.position)"
        for number in range(0 if claims is not None else 1, len(named))
    ]
    where += [f"{at}.ledger = :ledger", f"{order} < :limit"]
    if types:
        where.append(f"{at}.type IN ({','.join(f':type{number}' for number in range(len(types)))})")
    if occurred is not None:
        where.append(f"{at}.occurred_on BETWEEN :first AND :last")
        values |= {"first": occurred.first.isoformat(), "last": occurred.last.isoformat()}
    if recorded_after is not None:
        where.append("r.recorded_at > :after")
        values["after"] = milliseconds(recorded_after)
    return f"SELECT {COLUMNS} FROM {source} WHERE {' AND '.join(where)} ORDER BY {order}", values
