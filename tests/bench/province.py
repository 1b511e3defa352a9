"""On paper: what the measured figures of a city come to for a large city and for a province."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support import measured

CITY, PROVINCE, CITIES = 5_000_000, 65_000_000, 13
"""Entries of a large city (1,000 organs of 5,000), and of a province of thirteen such cities."""
A_YEAR = 10
"""An organ's ledger grows by one part in so many a year."""
SERVER_BYTES = 2_842
"""Of an entry of 433 bytes with a body of 1,240, indexes included, as measured on PostgreSQL 15.18."""
NIGHT = 8
"""Hours."""
CORES = (2, 16, 64)


@dataclass(slots=True)
class Figures:
    """What was measured, an entry: bytes in files, CPU seconds to verify it and to take it into views and index."""

    stored: float = 0.0
    verified: float = 0.0
    looked_at: float = 0.0


def on_paper(found: Figures) -> list[str]:
    """The chapter. Nothing in it was run: each line is a figure of this table times so many entries."""
    heads = ("Measure", "City, 5 million", "Province, 65 million", "From")
    return [
        "",
        "## A province, on paper",
        "",
        "Nothing of this was run: what was measured above, times so many entries. Thirteen cities of 1,000 organs,",
        f"of 5,000 entries an organ, which grow by a {A_YEAR}th part a year. Entries of the city bear one signature;",
        "every further one is one more to check.",
        "",
        *measured.table(heads, list(_rows(found))),
        "",
        "One server and its two standbys (32 cores, 128 GB, 2 TB each) hold the province; one for each city (8",
        "cores, 32 GB, 500 GB) keeps what a city does off the others. On one server the tables are partitioned by",
        f"`HASH (ledger)` in sixteen, of {_size(SERVER_BYTES * PROVINCE / 16)} each, so that an index stays in memory",
        "and a partition is vacuumed while the others serve; nothing else changes. Views and index across organs are",
        "caches of each reader, a file an organ, and no part of what is backed up.",
    ]


def _rows(found: Figures) -> Iterator[tuple[str, ...]]:
    every = f"{1e6 * found.verified:,.0f} µs CPU an entry"
    looked = f"{1e6 * found.looked_at:,.0f} µs CPU an entry"
    on_server = f"{SERVER_BYTES:,} bytes an entry"
    daily = "verified since yesterday's list, 2 cores"
    yield ("in files", *_each(_size, found.stored), f"{found.stored:,.0f} bytes an entry")
    yield ("on a server, indexes included", *_each(_size, SERVER_BYTES), on_server)
    yield (
        "log that a year's backup keeps, at the least",
        *_each(_size, SERVER_BYTES / A_YEAR),
        "a year's entries once",
    )
    for cores in CORES:
        yield (f"all verified, {cores} cores", *_each(_time, found.verified / cores), every)
    yield (f"cores that verify all in {NIGHT} hours of a night", *_each(_whole, found.verified / 3600 / NIGHT), every)
    yield (daily, *_each(_time, found.verified / A_YEAR / 365 / 2), every)
    yield ("views and index made anew, 16 cores", *_each(_time, found.looked_at / 16), looked)


def _each(said: Callable[[float], str], an_entry: float) -> tuple[str, str]:
    return said(an_entry * CITY), said(an_entry * PROVINCE)


def _whole(count: float) -> str:
    return f"{math.ceil(count)}"


def _size(count: float) -> str:
    return f"{count / 1e9:,.0f} GB" if count < 1e12 else f"{count / 1e12:,.1f} TB"


def _time(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:,.1f} s"
