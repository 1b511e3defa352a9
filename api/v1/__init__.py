"""JSON for programs, under /api/v1. Every answer names its times and the ledger heads that it was computed from.

What stands here keeps its meaning: members are only ever added. Before something goes, its answers carry `Deprecation`
(RFC 9745) and `Sunset` (RFC 8594) headers for at least a year, and the reference page says what to use instead.

Not here: a shape of its own: each answer is the class of its question. Nothing that people read stands here.
"""

from dataclasses import replace

from api.routes import PREFIX, Route
from api.v1 import (
    agenda,
    cases,
    city,
    downloads,
    duties,
    health,
    ledgers,
    office,
    organisation,
    organs,
    own,
    parties,
    registers,
    search,
    signatures,
    tiles,
)

LIVE = (health, organs, city)
"""What tells of this very moment, of the access ledger or of what the reader sees is never given again."""
MODULES = (
    organs,
    city,
    ledgers,
    parties,
    own,
    duties,
    organisation,
    agenda,
    signatures,
    registers,
    office,
    cases,
    downloads,
    search,
    health,
)
ROUTES: tuple[Route, ...] = tuple(
    replace(route, path=f"{PREFIX}{route.path}", group=module.__name__.rpartition(".")[2], kept=module not in LIVE)
    for module in MODULES
    for route in module.ROUTES
)
ROOT: tuple[Route, ...] = tuple(replace(route, group="log") for route in (*health.ROOT, *tiles.ROUTES))
"""Routes whose place is fixed by others: probes and C2SP clients."""
