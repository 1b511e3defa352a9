"""The views: rebuilt to the same digest, exactly once per event, and cut by what was known."""

import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.errors import Incomplete, Unfitting
from ledger.events.acts import TalkHeld
from ledger.events.record import Recorded
from ledger.home.directory import Home
from projections.views.catch_up import catch_up, digest, rebuild, views_of
from projections.views.facts import ViewFacts
from projections.views.view_store import Views
from tests.support import replayed as support
from tests.support.builders import duty_ledger


def recorded(kind: str) -> list[Recorded]:
    ledger = support.replayed(support.YUNXI).open(kind)
    try:
        return list(ledger.history())
    finally:
        ledger.close()


def views_over(*batches: list[Recorded]) -> Views:
    views = Views()
    for batch in batches:
        views.apply(batch)
    return views


@pytest.mark.parametrize("seed", range(5))
def test_views_in_any_batches_equal_the_views_in_one(seed: int) -> None:
    """However the feed is cut into batches, the views end with the same digest."""
    duty, case = recorded("duty"), recorded("case")
    whole = digest(views_over(duty, case))
    cuts = sorted(random.Random(seed).sample(range(1, len(duty)), 7))  # noqa: S311 - cuts, not secrets
    parts = [duty[a:b] for a, b in zip([0, *cuts], [*cuts, len(duty)], strict=True)]

    assert whole == digest(views_over(*parts, case))


def test_an_event_is_projected_exactly_once() -> None:
    """A batch that was applied before is refused, and nothing of it is written twice."""
    duty = recorded("duty")
    views = views_over(duty)
    before = digest(views)

    with pytest.raises(Unfitting):
        views.apply(duty[100:])

    assert before == digest(views)


def test_a_crash_inside_a_batch_leaves_the_views_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and position are written in one transaction, so that a failing batch leaves neither."""
    duty = recorded("duty")
    views = views_over(duty[:100])
    before = digest(views)
    broken = duty[100:120]
    monkeypatch.setattr("projections.views.view_store.project", _fail_at(110))

    with pytest.raises(RuntimeError):
        views.apply(broken)

    assert (before, 100) == (digest(views), views.position(duty[0].ledger))


def _fail_at(position: int) -> object:
    from projections.views import project as module

    original = module.project

    def project(cursor: object, ledger: object, event: Recorded) -> None:
        if event.position == position:
            raise RuntimeError("crash")
        original(cursor, ledger, event)  # type: ignore[arg-type]

    return project


def test_a_changed_view_row_changes_the_digest() -> None:
    """An edited row of any table is told by the digest that a rebuild is compared with."""
    for statement in (
        "UPDATE tenures SET person = 'p-luo' WHERE position = 56",
        "UPDATE records SET occurred_on = '2024-01-01' WHERE position = 90",
        "DELETE FROM mentions WHERE position = 90",
        "DELETE FROM claims WHERE position = 90",
        "UPDATE parties SET ref = 'x' WHERE id = 'p-he'",
    ):
        views = views_over(recorded("duty"))
        before = digest(views)
        with views.datastore.transaction(commit=True) as c:
            c.execute(statement)

        assert before != digest(views), statement


def test_an_erasable_text_is_outside_the_digest() -> None:
    """Texts can be erased without changing the digest, for no rule rests on them."""
    views = views_over(recorded("duty"))
    before = digest(views)
    with views.datastore.transaction(commit=True) as c:
        c.execute("DELETE FROM texts")

    assert before == digest(views)


def test_facts_as_known_then_equal_the_facts_of_the_first_entries_alone() -> None:
    """Tenures and records at a cut are those of views that never saw a later entry."""
    duty = recorded("duty")
    whole = views_over(duty)
    for size in (60, 100, 107, 118, 128, 140, len(duty)):
        if size < len(duty) and duty[size].recorded_at == duty[size - 1].recorded_at:
            continue
        cut = ViewFacts(whole, duty[size - 1].recorded_at)
        alone = ViewFacts(views_over(duty[:size]))

        assert list(alone.tenures()) == list(cut.tenures())
        assert list(alone.records()) == list(cut.records())
        assert dict(alone.units) == dict(cut.units)


def test_what_is_known_is_inclusive_of_the_moment() -> None:
    """An entry recorded at the moment asked about is known; a millisecond before it is not."""
    duty = recorded("duty")
    views = views_over(duty)
    entry = next(event for event in duty if event.payload.ref == "E095")

    assert entry.position + 1 == ViewFacts(views, entry.recorded_at).cut
    assert entry.position == ViewFacts(views, entry.recorded_at - timedelta(milliseconds=1)).cut
    assert ViewFacts(views, datetime(1999, 1, 1, tzinfo=UTC)).cut == 0


def test_views_of_another_version_are_rebuilt(tmp_path: Path) -> None:
    """A views database of another version is not read: it is built anew from the ledgers."""
    import shutil
    import sqlite3

    from ledger.home.directory import Home

    directory = tmp_path / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    home = Home(directory)
    first = rebuild(home)  # of which nobody asked anything yet
    expected = digest(first)
    first.close()
    connection = sqlite3.connect(home.views)
    connection.execute("DROP TABLE tenures")
    connection.execute("PRAGMA user_version = 999")
    connection.commit()
    connection.close()
    again = views_of(home)
    try:
        assert expected == digest(again)
    finally:
        again.close()


REBUILD = """
import sys
from pathlib import Path
from ledger.home.directory import Home
from projections.views.catch_up import digest, views_of
views = views_of(Home(Path(sys.argv[1])))
print(digest(views))
views.close()
"""


def test_processes_that_find_views_of_another_version_rebuild_them_one_after_another(tmp_path: Path) -> None:
    """Several programs started at once over outdated views all end with the same whole views, and none fails."""
    shutil.copytree(support.replayed(support.YUNXI).directory, tmp_path / "ledgers")
    home = Home(tmp_path / "ledgers")
    views_of(home).close()
    with closing(sqlite3.connect(home.views)) as outdated:
        outdated.execute("PRAGMA user_version = 99999")
    started = [
        subprocess.Popen([sys.executable, "-c", REBUILD, str(home.directory)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    printed = {process.communicate()[0].strip() for process in started}

    assert [0, 0, 0, 0] == [process.returncode for process in started]
    assert 1 == len(printed)


def test_an_older_ledger_put_back_is_not_answered_about_from_newer_views(tmp_path: Path) -> None:
    """Views further than the ledger, or of another entry at the same position, are rebuilt from what the ledger has."""
    shutil.copytree(support.replayed(support.YUNXI).directory, tmp_path / "ledgers")
    home = Home(tmp_path / "ledgers")
    with closing(rebuild(home)) as views:
        expected, origin = digest(views), views.ledgers()[0].origin
    for change in (
        "UPDATE tracking SET notification_id = notification_id + 3 WHERE application_name = ?",
        (
            "UPDATE records SET leaf_hash = zeroblob(32) WHERE ledger = (SELECT id FROM ledgers WHERE origin = ?)"
            " AND position = (SELECT max(position) FROM records WHERE ledger = 1)"
        ),
        "UPDATE ledgers SET origin = 'gone.example/duty' WHERE origin = ?",
    ):
        with closing(sqlite3.connect(home.views)) as changed, changed:
            assert 1 == changed.execute(change, (origin,)).rowcount, change
        with closing(views_of(home)) as views:
            assert expected == digest(views), change


# --- what does not fit ---


def test_an_entry_that_clashes_with_a_row_is_named_and_nobody_is_said_to_write(tmp_path: Path) -> None:
    """A row in the way is no other process: the message names the entry, today and tomorrow."""
    with closing(duty_ledger(tmp_path)) as desk, closing(Views()) as views:
        catch_up(views, desk.ledger)
        desk.record(TalkHeld(ref="T1", talker="p-a", counterpart="p-b"), "rec")
        desk.record(TalkHeld(ref="T2", talker="p-a", counterpart="p-b"), "rec")
        position = desk.ledger.size() - 1
        with views.datastore.transaction(commit=True) as c:
            c.execute("INSERT INTO mentions VALUES (1, 'p-a', '', ?, 'talk.held/1')", (position,))
        for _ in range(2):
            with pytest.raises(Unfitting, match=f"entry {position} of"):
                catch_up(views, desk.ledger)
        assert views.position(desk.origin) == position


def test_who_finds_the_work_done_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process applied the same entries first, nothing is wrong and nothing is applied twice."""
    with closing(duty_ledger(tmp_path)) as desk:
        path = tmp_path / "views.db"
        with closing(Views(path)) as views, closing(Views(path)) as other:
            apply = views.apply

            def outrun(batch: Sequence[Recorded]) -> None:
                monkeypatch.undo()
                other.apply(batch)
                apply(batch)

            monkeypatch.setattr(views, "apply", outrun)
            assert catch_up(views, desk.ledger) == 0
            assert views.position(desk.origin) == desk.ledger.size()


def test_damaged_views_say_that_they_are_made_anew(tmp_path: Path) -> None:
    """A page of the views that cannot be read is no fault of the ledger, and a rebuild mends it."""
    shutil.copytree(support.replayed(support.YUNXI).directory, tmp_path / "ledgers")
    home = Home(tmp_path / "ledgers")
    views_of(home).close()
    data = bytearray(home.views.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 : page * 4096 + 12] = b"\xff" * 12
    home.views.write_bytes(data)
    with pytest.raises(Incomplete, match="the views are damaged"):
        views_of(home)
    rebuild(home).close()
    views_of(home).close()
