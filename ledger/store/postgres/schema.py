"""The schema as a server states it, against that of this version.

What was released is kept as a digest of each object's own definition (`released.json`), made from a fresh schema by
`python -m tests.support.postgres`: another trigger, index, function, grant or policy is one that is named.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from ledger.errors import Invalid


@cache
def catalogue() -> str:
    """The statement that lists (kind, name, definition) of everything in the schema."""
    return files(__package__).joinpath("catalogue.sql").read_text(encoding="utf-8")


def digests(rows: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    """By kind and name, the digest of each object's definition."""
    return {f"{kind} {name}": hashlib.sha256(str(said).encode()).hexdigest()[:32] for kind, name, said in rows}


@cache
def released() -> dict[str, str]:
    """What a schema of this version consists of."""
    found: dict[str, str] = json.loads(files(__package__).joinpath("released.json").read_text(encoding="utf-8"))
    return found


def schema_faults(rows: Iterable[tuple[Any, ...]]) -> list[Invalid]:
    """How the schema that `rows` (of `catalogue`) state differs from the released one, the only one that is ours."""
    found, known, faults = digests(rows), released(), []
    for each in sorted(found.keys() | known.keys()):
        kind, _, name = each.partition(" ")
        if each not in found:
            faults.append(Invalid("the database lacks the {} {} of its version", kind, name))
        elif each not in known:
            faults.append(Invalid("the database has a foreign {}, {}", kind, name))
        elif found[each] != known[each]:
            faults.append(Invalid("the {} {} of the database is not that of its version", kind, name))
    return faults
