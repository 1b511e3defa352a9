"""Views proved from the entries: one changed cell of any table is found and named, whoever changed it."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from api.asking.current import STORES
from api.asking.proving import Prover
from ledger.errors import Incomplete
from ledger.events.acts import TalkHeld
from ledger.events.fields import EntryReference
from ledger.events.records import TextErased
from ledger.home.directory import Home
from ledger.recording.numbers import find_entry
from projections.views.catch_up import rebuild, views_of
from projections.whole_proof import ProofProgress, ViewsDiffer, prove
from tests.support import web
from tests.support.builders import duty_ledger
from tests.support.command import zeren
from tests.support.replayed import YUNXI, replayed

TABLES = (
    *("ledgers", "records", "texts", "mentions", "claims", "parties", "tenures", "tenure_units", "marks"),
    *("likeness", "links", "bands", "band_roots", "group_shingles"),
)
OPEN = {"proves": False, "open": True}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The scenario with its views, and two texts that are alike, so that no table is empty."""
    directory = tmp_path_factory.mktemp("prove") / "ledgers"
    shutil.copytree(replayed(YUNXI).directory, directory)
    words = (
        "record",
        "talk",
        "--talker",
        "贺立新",
        "--counterpart",
        "罗佩珊",
        "--as",
        "p-bai",
        "--occurred-at",
        "2024-11-03",
    )
    text = "提醒注意有关事项，严格执行审批程序，按期报告进展情况，" * 3
    for number in range(2):
        assert zeren(directory, *words, "--ref", f"T{number}", "--text", f"{text}第{number}次。").code == 0
    home = Home(directory)
    views_of(home).close()
    return home


@pytest.fixture
def home(whole: Home, tmp_path: Path) -> Home:
    return Home(Path(shutil.copytree(whole.directory, tmp_path / "ledgers")))


def last_step(home: Home) -> ProofProgress:
    *_, last = prove(home)
    return last


def changed(home: Home, *statements: str) -> None:
    with closing(sqlite3.connect(home.views)) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement


def cells() -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        from projections.views.view_tables import STATEMENTS

        for statement in STATEMENTS:
            connection.execute(statement)
        for table in TABLES:
            yield from ((table, row[1]) for row in connection.execute(f"PRAGMA table_info({table})"))


def test_untouched_views_are_proved_in_short_steps(home: Home) -> None:
    """Every row of every table is compared, in steps that tell how far the proof is; no file is left."""
    before = sorted(home.directory.iterdir())
    steps = list(prove(home))
    with closing(sqlite3.connect(home.views)) as connection:
        rows = sum(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES)

    assert steps[-1].rows > rows
    assert (steps[0].percent, steps[-1].percent) < (20, 100)
    assert [step.percent for step in steps] == sorted(step.percent for step in steps)
    assert {each.name for each in home.directory.iterdir()} - {each.name for each in before} <= {
        f"{name}.db{ending}" for name in ("duty", "case", "views") for ending in ("-wal", "-shm")
    }


@pytest.mark.parametrize(("table", "column"), list(cells()))
def test_one_changed_cell_is_found_and_named(home: Home, table: str, column: str) -> None:
    """Whatever column of whatever table: the proof ends with the table that does not say what the entries say."""
    with closing(sqlite3.connect(home.views)) as connection, connection:
        kind, value, key = connection.execute(
            f"SELECT typeof({column}), {column}, count(*) OVER () FROM {table} ORDER BY random() LIMIT 1"
        ).fetchone()
        assert key
        other = {"integer": f"{column} + 7777", "blob": "zeroblob(32)", "null": "1"}.get(kind, f"{column} || 'x'")
        where = f"{column} IS ?"
        rows = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}", (value,)).fetchone()[0]
        keys = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5])
        one = f"({keys}) = (SELECT {keys} FROM {table} WHERE {where} LIMIT 1)"
        assert rows
        assert connection.execute(f"UPDATE {table} SET {column} = {other} WHERE {one}", (value,)).rowcount == 1
    with pytest.raises(ViewsDiffer) as found:
        last_step(home)

    assert table in str(found.value) or column in ("origin", "id"), found.value


@pytest.mark.parametrize(
    "statements",
    [
        ("INSERT INTO search (rowid, words) VALUES (1099511627781, '伪')",),
        ("INSERT INTO search (search) VALUES ('delete-all')",),
        ("DELETE FROM tenures WHERE rowid IS NOT 0 AND position = (SELECT min(position) FROM tenures)",),
        ("INSERT INTO mentions VALUES (1, 'p-he', '2024-01-01', 5, 'talk.held/1')",),
        ("UPDATE tracking SET notification_id = notification_id - 1",),
        ("UPDATE tracking SET notification_id = notification_id + 1",),
        ("CREATE TRIGGER quiet AFTER INSERT ON records BEGIN DELETE FROM claims; END",),
        ("DROP INDEX records_by_ref",),
    ],
)
def test_rows_words_positions_and_schema(home: Home, statements: tuple[str, ...]) -> None:
    """A row or a word more or less, a shifted position, a trigger or an index that is not ours."""
    with closing(sqlite3.connect(home.views)) as connection, connection:
        for statement in statements:
            connection.execute(statement.replace("rowid IS NOT 0 AND ", ""))
    with pytest.raises(ViewsDiffer):
        last_step(home)


def test_what_comes_meanwhile_is_no_difference(tmp_path: Path) -> None:
    """Entries that are recorded, and applied to the views, while a proof is under way are proved with it."""
    home = Home(tmp_path / "ledgers")
    home.create()
    with closing(duty_ledger(home.directory)) as desk:
        for number in range(30):
            desk.record(TalkHeld(ref=f"T{number}", talker="p-a", counterpart="p-b", text=f"text {number}"), "rec")
        views_of(home).close()
        for number, _ in enumerate(prove(home)):
            if number % 3 or number > 45:
                continue
            desk.record(TalkHeld(ref=f"M{number}", talker="p-a", counterpart="p-b", text=f"more {number}"), "rec")
            views_of(home).close()


def test_an_erased_text_that_the_views_hold_still_is_found(tmp_path: Path) -> None:
    """Views that were not made anew after an erasure differ; made anew they are proved."""
    home = Home(tmp_path / "ledgers")
    home.create()
    with closing(duty_ledger(home.directory)) as desk:
        desk.record(TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="a text"), "rec")
        views_of(home).close()
        talk = find_entry(desk.ledger, "T1")
        cited = EntryReference("", talk.position, talk.leaf_hash)
        held = home.views.read_bytes()
        desk.record(TextErased(entry=cited, names=("text",), ground="law"), "cus-1", "eye")
        views_of(home).close()  # whoever opens them next makes them anew
        assert last_step(home).percent == 100
        home.views.write_bytes(held)
        with pytest.raises(ViewsDiffer, match="records"):
            last_step(home)
        rebuild(home).close()
        assert last_step(home).percent == 100


def test_verify_names_the_first_difference_and_ends_with_3(home: Home) -> None:
    """`zeren verify --views`: valid with the rows counted, else exit 3 and what differs; without views exit 4."""
    said = zeren(home.directory, "verify", "--views", "--json")
    views = json.loads(said.out)[-1]
    assert (said.code, views["kind"], views["verdict"], views["finding"]) == (0, "views", "valid", None)
    assert views["rows"] > 3000

    changed(home, "UPDATE tenures SET person = 'p-bai' WHERE position = (SELECT min(position) FROM tenures)")
    said = zeren(home.directory, "verify", "--views")
    assert said.code == 3
    assert "tenures (ledger 1, position" in said.out
    assert "column person" in said.out
    home.views.unlink()
    assert zeren(home.directory, "verify", "--views").code == 4
    assert zeren(home.directory, "verify", "--all", "--views").code == 4


def test_the_server_tells_how_far_it_is_and_stops_answering_at_a_difference(home: Home) -> None:
    """Proved round after round; a changed cell: every answer is 503 and says so, until the views are made anew."""
    app = web.application(home, **OPEN)
    prover, (sources,) = Prover(app.extensions[STORES]), app.extensions[STORES].open()
    client = app.test_client()
    assert client.get("/api/v1/health").get_json()["views"] == {"rounds": 0, "percent": 0}
    prover.step(sources)
    while not prover.step(sources):
        pass
    assert client.get("/api/v1/health").get_json()["views"] == {"rounds": 1, "percent": 0}
    assert "every row proved from the entries (rounds: 1)" in client.get("/", headers={"Accept-Language": "en"}).text

    changed(home, "UPDATE tenures SET person = 'p-bai' WHERE position = (SELECT min(position) FROM tenures)")
    while not prover.step(sources):
        pass
    for address in ("/api/v1/holders/secretary", "/api/v1/health", "/readyz", "/"):
        answer = client.get(address, headers={"Accept-Language": "en"})
        assert answer.status_code == 503, address
        assert "The views do not say what the entries say" in answer.text
    rebuild(home).close()
    assert client.get("/api/v1/holders/secretary").status_code == 200
    assert client.get("/readyz").status_code == 200
    while not prover.step(sources):
        pass
    assert sources.proof.rounds == 1
    web.close(app)


def test_the_thread_proves_by_itself_and_ends(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started by the first request, it comes round; its cost is bounded by its rests."""
    monkeypatch.setattr("api.asking.proving.REST", 0)
    monkeypatch.setattr("api.asking.proving.PAUSE", 0.001)
    app = web.application(home, **{**OPEN, "proves": True})
    client = app.test_client()
    client.get("/healthz")
    (sources,) = app.extensions[STORES].open()
    for _ in range(600):
        if sources.proof.rounds:
            break
        client.get("/healthz")
        app.extensions["zeren-prover"].wait(0.05)
    assert sources.proof.rounds
    app.extensions["zeren-prover"].stop()
    web.close(app)


def test_without_views_nothing_is_proved(tmp_path: Path) -> None:
    """No views, or those of another version: incomplete, said so."""
    home = Home(tmp_path / "ledgers")
    home.create()
    duty_ledger(home.directory).close()
    with pytest.raises(Incomplete, match="views rebuild"):
        last_step(home)
