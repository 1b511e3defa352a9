"""What is signed is derived from the bytes of entries: no changed cell beside them gets under a signature.

The property: whatever one cell is changed, what is recorded, sealed and signed afterwards is either refused or true,
that is, valid as soon as the cell is as it was.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.core.encoding import b64decode
from ledger.core.seal_map import stream_key, subject_key
from ledger.errors import ChainBroken, Forked, Invalid, Refused, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.trust import Sealed
from ledger.home.directory import Home
from ledger.store.derived import read_entries
from ledger.store.named_reads import Rows
from ledger.verify.seals import root_at
from tests.support.both_ways import verify_ledger
from tests.support.builders import Desk, assignment, duty_ledger, found, open_desk, tampering

TALK = TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="a text")
CACHES = ("cache_heads", "cache_nodes")


@pytest.fixture(scope="module")
def sealed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with a seal and a checkpoint over it, and entries after both."""
    desk = duty_ledger(tmp_path_factory.mktemp("sealed"))
    for number in range(4):
        desk.record(replace(TALK, ref=f"T{number}"), "rec", "p-a")
    seal(desk)
    for number in range(4, 7):
        desk.record(replace(TALK, ref=f"T{number}", talker="p-c"), "rec")
    desk.close()
    return desk.path


@pytest.fixture
def path(sealed_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sealed_once, tmp_path / "duty.db"))


def seal(desk: Desk) -> None:
    desk.clock.moment += timedelta(seconds=1)
    desk.ledger.seal(desk.signer("svc"))
    desk.ledger.sign_checkpoint(desk.log)


def go_on(path: Path) -> list[ZerenError]:
    """Records about everybody, seals and signs; what of it was refused."""
    refused: list[ZerenError] = []
    desk = open_desk("duty", path)
    steps: list[Callable[[], Any]] = [
        lambda: desk.record(replace(TALK, ref="X1"), "rec"),
        lambda: desk.record(assignment("X2", person="p-c"), "rec"),
        lambda: seal(desk),
    ]
    for step in steps:
        try:
            step()
        except ZerenError as error:
            refused.append(error)
    desk.close()
    return refused


def verdict(path: Path) -> tuple[str, list[str]]:
    desk = open_desk("duty", path, read_only=True)
    report = verify_ledger(desk.ledger, every_seal=True)
    desk.close()
    return report.verdict, [str(finding.what) for finding in report.findings]


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return value[:-1] + ("0" if value[-1] != "0" else "1")


def cells(path: Path) -> list[tuple[str, str, str, Any]]:
    """(table, column, where, value) of each cell beside the entries, but for where a row stands."""
    connection = sqlite3.connect(path)
    rows = []
    for table, keys, columns in (
        ("stored_events", ("rowid",), ("originator_version", "topic", "recorded_at", "previous", "leaf_hash")),
        ("subjects", ("kind", "id", "number", "position"), ("number", "position", "id")),
        ("cache_heads", ("hex(key)",), ("count", "position", "leaf")),
        ("cache_nodes", ("depth", "hex(low)"), ("hash",)),
    ):
        for row in connection.execute(f"SELECT {', '.join((*keys, *columns))} FROM {table}").fetchall():
            where = " AND ".join(f"{key} = {value!r}" for key, value in zip(keys, row, strict=False))
            rows += [(table, column, where, value) for column, value in zip(columns, row[len(keys) :], strict=True)]
    connection.close()
    return rows


def test_whatever_one_cell_is_changed_nothing_false_is_signed(sealed_once: Path, tmp_path: Path) -> None:
    """Every cell of every index column, subject row and cache in turn: refused, or true; caches stop nothing."""
    tried: dict[str, list[bool]] = {}
    for number, (table, column, where, value) in enumerate(cells(sealed_once)):
        if table != "cache_heads" and number % 7:
            continue
        copy = Path(shutil.copy(sealed_once, tmp_path / "duty.db"))
        for leftover in tmp_path.glob("duty.db-*"):
            leftover.unlink()
        try:
            with tampering(copy) as database:
                database.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (other(value),))
        except sqlite3.IntegrityError:
            continue  # no two rows are alike
        try:
            refused = go_on(copy)
        except Invalid:
            refused = []  # it does not open
        if table not in CACHES:
            changed = (
                f"{where} AND {column} = ?"
                if column not in where
                else where.replace(f"{column} = {value!r}", f"{column} = {other(value)!r}")
            )
            with tampering(copy) as database:
                database.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {changed}",
                    (value, other(value)) if column not in where else (value,),
                )
        assert ("valid", []) == verdict(copy), (table, column, where)
        assert table not in CACHES or refused == [], (table, column, where)
        tried.setdefault(f"{table}.{column}", []).append(bool(refused))
    assert {"cache_heads.leaf", "cache_nodes.hash", "stored_events.leaf_hash", "subjects.number"} <= set(tried)
    assert any(tried["stored_events.leaf_hash"])
    assert any(tried["subjects.number"])


def test_a_changed_leaf_hash_is_under_no_checkpoint(path: Path) -> None:
    """Below the checkpoint signed last, after it, and at the head: sealing, signing and going on are refused."""
    size = open_desk("duty", path, read_only=True).ledger.size()
    for position, kind in ((3, Forked), (size - 2, ChainBroken), (size - 1, ChainBroken)):
        copy = Path(shutil.copy(path, path.with_name(f"{position}.db")))
        with tampering(copy) as database:
            database.execute("UPDATE stored_events SET leaf_hash = randomblob(32) WHERE rowid = ?", (position + 1,))
        desk = open_desk("duty", copy)
        with pytest.raises(kind, match="zeren verify"):
            desk.ledger.sign_checkpoint(desk.log)
        assert size == desk.ledger.size()
        desk.close()


def test_a_changed_running_number_is_not_gone_on_with(path: Path) -> None:
    """A subject's number that its entry does not state refuses the next record about him and the next seal."""
    desk = open_desk("duty", path)
    with tampering(path) as database:
        sql = "UPDATE subjects SET number = number + 5 WHERE id = 'p-a' AND number = (SELECT max(number) FROM subjects"
        database.execute(f"{sql} WHERE id = 'p-a')")
    with pytest.raises(ChainBroken, match="number"):
        desk.record(replace(TALK, ref="X"), "rec")
    desk.record(assignment("Y", person="p-c"), "rec")
    desk.close()


def hidden(path: Path, id_: str, where: str = "TRUE") -> None:
    """Takes the newest rows of a subject out of its index."""
    with tampering(path) as database:
        newest = f"(SELECT max(number) FROM subjects WHERE id = '{id_}' AND {where})"
        assert database.execute(f"DELETE FROM subjects WHERE id = '{id_}' AND number >= {newest}").rowcount


def test_a_subject_row_taken_away_since_the_last_seal_is_not_gone_on_with(path: Path) -> None:
    """No entry with a false running number is written: an entry after the seal states the number that the index has
    lost, one row or all; others are written, by the same connection too."""
    size = open_desk("duty", path, read_only=True).ledger.size()
    for where in ("TRUE", "number < 2"):
        copy = Path(shutil.copy(path, path.with_name(f"{len(where)}.db")))
        hidden(copy, "p-c", where)
        desk = open_desk("duty", copy)
        for _ in range(2):
            with pytest.raises(ChainBroken, match="about p-c"):
                desk.record(replace(TALK, ref="X", talker="p-c"), "rec")
        assert size == desk.ledger.size()
        desk.record(replace(TALK, ref="X"), "rec")
        with pytest.raises(ChainBroken, match="about p-c"):
            desk.record(replace(TALK, ref="Y", talker="p-c"), "rec")
        desk.close()


def test_a_subject_row_taken_away_long_before_is_under_no_seal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who hides an entry from a person's index so long after the last seal that appends do not read so far back, before
    the person's next entry, gets no seal over the gap in numbers."""
    monkeypatch.setattr("ledger.store.subject_numbers.UNSEALED_READ", 0)
    hidden(path, "p-c")
    desk = open_desk("duty", path)
    desk.record(replace(TALK, ref="X", talker="p-c"), "rec")
    size = desk.ledger.size()
    with pytest.raises(ChainBroken, match="running number"):
        desk.ledger.seal(desk.signer("svc"))
    assert size == desk.ledger.size()
    desk.close()


def test_a_damaged_entry_since_the_last_seal_states_no_number(path: Path) -> None:
    """Appends go on beside an entry whose body is damaged, as `verify` names it."""
    size = open_desk("duty", path, read_only=True).ledger.size()
    with tampering(path) as database:
        database.execute("UPDATE bodies SET body = x'00' WHERE position = ?", (size - 2,))
    desk = open_desk("duty", path)
    desk.record(replace(TALK, ref="X"), "rec")
    assert size + 1 == desk.ledger.size()
    desk.close()
    assert verdict(path)[0] == "invalid"


def test_a_sealed_subject_row_taken_away_is_not_gone_on_with(path: Path) -> None:
    """No entry with a false running number is written: the seal has counted what the index has lost, one row or all.

    A cached head that counts too many stops nothing."""
    whole = Path(shutil.copy(path, path.with_name("whole.db")))
    for lost in ("number = (SELECT max(number) FROM subjects WHERE id = 'p-a')", "number > 0"):
        copy = Path(shutil.copy(path, path.with_name(f"{len(lost)}.db")))
        with tampering(copy) as database:
            assert database.execute(f"DELETE FROM subjects WHERE id = 'p-a' AND {lost}").rowcount
        desk = open_desk("duty", copy)
        size = desk.ledger.size()
        with pytest.raises(ChainBroken, match="entries about p-a"):
            desk.record(replace(TALK, ref="X"), "rec")
        assert size == desk.ledger.size()
        desk.record(assignment("Y", person="p-c"), "rec")
        desk.close()
    with tampering(whole) as database:
        database.execute("UPDATE cache_heads SET count = count + 9")
    assert not go_on(whole)
    assert ("valid", []) == verdict(whole)


def test_a_spoilt_cache_is_made_anew_and_told(path: Path) -> None:
    """Keys added to the cached map, taken from it, or all of it: the seal is the true one; what the seal would have
    been led astray by is said."""
    everything = ("UPDATE cache_heads SET leaf = randomblob(32)", "UPDATE cache_nodes SET hash = randomblob(32)")
    parts = (
        *everything,
        "DELETE FROM cache_nodes",
        "DELETE FROM cache_heads WHERE position < 20",
        "INSERT INTO cache_heads VALUES (randomblob(32), 1, 2, randomblob(32))",
    )
    for number, spoilt in enumerate((everything, *((each,) for each in parts))):
        copy = Path(shutil.copy(path, path.with_name(f"{number}.db")))
        with tampering(copy) as database:
            for sql in spoilt:
                database.execute(sql)
        desk = open_desk("duty", copy)
        receipt = desk.ledger.seal(desk.signer("svc"))
        sealed = desk.ledger.at(receipt.position).payload
        assert isinstance(sealed, Sealed)
        assert root_at(desk.ledger, receipt.position) == b64decode(sealed.heads)
        told = ["made anew" in str(notice) for notice in desk.ledger.store.notices]
        assert told == [True] or (told == [] and spoilt != everything), spoilt
        desk.record(replace(TALK, ref="X"), "rec")
        seal(desk)
        assert len(desk.ledger.store.notices) <= 1
        desk.close()
        assert ("valid", []) == verdict(copy)


def test_a_whole_cache_is_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cache leads to the last seal, only what follows that seal is read, and nothing is told."""
    read: list[tuple[int, int]] = []

    def reading(rows: Rows, start: int, stop: int) -> Any:
        read.append((start, stop))
        return read_entries(rows, start, stop)

    monkeypatch.setattr("ledger.store.sealed_heads.read_entries", reading)
    desk = open_desk("duty", path)
    size = desk.ledger.size()
    last = desk.ledger.store.last_of("ledger/seals")
    receipt = desk.ledger.seal(desk.signer("svc"))
    assert ([(last, size)], []) == (read, desk.ledger.store.notices)
    assert size == receipt.position
    desk.close()


def test_the_first_seal_is_that_of_the_entries(tmp_path: Path) -> None:
    """A ledger that was never sealed is read whole; nothing is told of a cache that was never made."""
    desk = found("case", tmp_path / "case.db")
    receipt = desk.ledger.seal(desk.signer("svc"))
    sealed = desk.ledger.at(receipt.position).payload
    assert isinstance(sealed, Sealed)
    assert (root_at(desk.ledger, receipt.position), []) == (b64decode(sealed.heads), desk.ledger.store.notices)
    assert stream_key("ledger/main") != subject_key("person", "p-a")
    desk.close()


def test_a_false_seal_before_is_not_sealed_over(path: Path) -> None:
    """Where the last seal is not that of the entries before it, no further one is made."""
    desk = open_desk("duty", path)
    desk.record(Sealed(size=desk.ledger.size(), heads="A" * 43 + "="), "svc")
    desk.record(replace(TALK, ref="X"), "rec")
    with pytest.raises(Invalid, match="not that of the entries before it"):
        desk.ledger.seal(desk.signer("svc"))
    desk.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE stored_events SET entry = CAST(entry AS TEXT) WHERE rowid = {}",
        "UPDATE stored_events SET leaf_hash = 'none' WHERE rowid = {}",
        "UPDATE stored_events SET previous = 'none' WHERE rowid = {}",
        "UPDATE bodies SET body = CAST(body AS TEXT) WHERE position = {}",
        "UPDATE subjects SET number = 'many' WHERE position = {}",
        "UPDATE cache_heads SET leaf = 'none', count = 'many' WHERE position = {}",
        "UPDATE cache_nodes SET hash = 'none'",
    ],
)
def test_cells_of_another_kind_end_in_a_fault_by_name(path: Path, sql: str) -> None:
    """A text where bytes or numbers belong is no traceback, whoever meets it, and gets under no signature."""
    size = open_desk("duty", path, read_only=True).ledger.size()
    home = Home(path.parent)
    home.manifest.write_text('{"layout": 1}')
    ledger = home.open("duty")
    (home.directory / "duty.signed").write_bytes(ledger.store.checkpoints(limit=1)[0][1])
    ledger.close()
    for position in (5, size - 3, size - 1):
        copy = Home(path.parent / str(position))
        copy.directory.mkdir()
        for name in ("zeren.json", "duty.db", "duty.signed"):
            shutil.copy(home.directory / name, copy.directory / name)
        with tampering(copy.database("duty")) as database:
            database.execute(sql.format(position))
        for use in (_ask, Home.check_heads, _go_on):
            with suppress(ZerenError):
                use(copy)


def _ask(home: Home) -> None:
    home.ask("duty").close()


def _go_on(home: Home) -> None:
    go_on(home.database("duty"))


@pytest.mark.parametrize("value", ["1.5", "'x'", "x'00'", "-1", "9223372036854775807"])
@pytest.mark.parametrize("column", ["count", "position", "leaf"])
def test_a_cached_cell_of_another_kind_is_made_anew(path: Path, column: str, value: str) -> None:
    """Whatever lies in a cell of the cached map, the next seal is true: nobody has to mend a cache."""
    with tampering(path) as database:
        database.execute(f"UPDATE cache_heads SET {column} = {value}")
    assert go_on(path) == []
    assert verdict(path) == ("valid", [])


def test_two_who_append_in_turn_count_on(tmp_path: Path) -> None:
    """What one process kept of the head after its last append is not believed once another has appended."""
    one = duty_ledger(tmp_path)
    with closing(open_desk("duty", one.path)) as other:
        for number in range(6):
            desk = (one, other, other, one, one, other)[number]
            desk.clock.moment = max(one.clock.moment, other.clock.moment)
            desk.record(TalkHeld(ref=f"TURN{number}", talker="p-a", counterpart="p-b"), "rec")
    with closing(one):
        assert verify_ledger(one.ledger).findings == []


def test_what_was_rolled_back_counts_for_nothing(tmp_path: Path) -> None:
    """An append of several that is refused at its last leaves head and running numbers as they were."""
    with closing(duty_ledger(tmp_path)) as desk:
        talks = [TalkHeld(ref=f"BACK{number}", talker="p-a", counterpart="p-b") for number in range(3)]
        desk.record(talks[0], "rec")
        size = desk.ledger.size()
        with pytest.raises(Refused):
            desk.ledger.record(desk.command(talks[1], "rec"), desk.command(talks[2], "svc"))
        assert desk.ledger.size() == size
        desk.record(talks[1], "rec")
        assert verify_ledger(desk.ledger).findings == []


def test_a_number_changed_by_another_after_ones_own_append_is_not_signed_under(tmp_path: Path) -> None:
    """The process that wrote the entry a moment ago reads it again, since somebody wrote after it."""
    with closing(duty_ledger(tmp_path)) as desk:
        at = desk.record(TalkHeld(ref="KEPT", talker="p-a", counterpart="p-b"), "rec").position
        with tampering(desk.path) as connection:
            connection.execute("UPDATE subjects SET number = number + 7 WHERE position = ?", (at,))
        with pytest.raises(ChainBroken):
            desk.record(TalkHeld(ref="NEXT", talker="p-a", counterpart="p-b"), "rec")
