"""Whole pages of an office whose talks are formulaic: at first ask, and after one more entry, in CPU seconds.

What the overview takes at first ask (CPU time of a profile, in parts of a hundred): signals and what is owed half, the
register of talks a quarter, the signatures that wait a sixth. All are kept from one state of the record to the next.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ledger.events.case_parts import Rulebook
from projections.views.catch_up import views_of
from tests.bench.data import Talks, organ
from tests.bench.table import Row, at_most
from tests.bench.timing import timed
from tests.support import builders, web

GROUP = "Pages"
TALKS = 2000
PAGES = {"overview": "/", "a person": "/persons/h-0", "a trace": "/traces/K1"}


def measure() -> Iterator[Row]:
    """Overview, a person's page and a trace, each by a server that was never asked."""
    with tempfile.TemporaryDirectory() as scratch:
        home = organ(Path(scratch) / "ledgers", TALKS)
        case = builders.case_ledger(home.directory)
        case.clock.moment += timedelta(days=20)
        book = Rulebook(id="wz", name="问责条例（2019修订）")
        case.record(replace(builders.case_opened(), rulebooks=(book,)), "insp")
        case.close()
        desk = builders.open_desk("duty", home.database("duty"))
        more = iter(list(Talks(desk, 12).commands(10**7, len(PAGES))))
        for name, path in PAGES.items():
            app = web.application(home, open=True)
            client = app.test_client()
            client.get("/docs")
            first = timed(lambda client=client, path=path: client.get(path))  # type: ignore[misc]  # done at once
            desk.ledger.record(next(more))
            views_of(home).close()
            after = timed(lambda client=client, path=path: client.get(path))  # type: ignore[misc]  # done at once
            kilobytes = len(client.get(path).data) / 1024
            web.close(app)
            yield at_most(GROUP, f"{name}, {TALKS:,} formulaic talks, at first ask", first.cpu, 1, "", " s")
            yield at_most(GROUP, f"{name}, after one more entry", after.cpu, 0.2, "", " s")
            yield at_most(GROUP, f"{name}: HTML", kilobytes, 150, "", " KB")
        desk.close()
