"""Seals and heads of a ledger on a server cost what is new, in whichever process; what lies in the file is proved."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Command, Ledger, open_ledger
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.encoding import b64decode
from ledger.core.note import parse_note
from ledger.core.seal_map import check_absence, check_head, stream_key, subject_key
from ledger.core.tiles import WIDTH
from ledger.events.acts import TalkHeld
from ledger.events.register import PersonRegistered
from ledger.events.trust import Sealed
from ledger.store.derived import read_entries
from ledger.store.named_reads import Rows
from ledger.store.pointer import format_pointer, read_pointer
from ledger.store.postgres.postgres_store import PostgresStore
from ledger.verify import verify_ledger
from ledger.verify.seals import root_at
from tests.support.builders import Desk, found
from tests.support.postgres import the_server


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A duty ledger on a server with forty talks, sealed once."""
    desk = found("duty", the_server().pointer(tmp_path))
    desk.record(desk.enrolment("rec", ("recorder", "signer")), "cus-1", "cus-2", "rec")
    for person in ("p-a", "p-b"):
        desk.record(PersonRegistered(ref=person, person=person, name=person), "cus-1")
    talks(desk, 40)
    seal(desk)
    yield desk
    desk.close()


@contextmanager
def another(desk: Desk, place: Path | None = None) -> Iterator[Ledger]:
    """The same ledger, as a process that begins has it."""
    with closing(open_ledger(place or desk.path, clock=desk.clock)) as ledger:
        yield ledger


def talks(desk: Desk, number: int) -> None:
    """So many talks in one transaction, each of a stream of its own."""
    with another(desk) as ledger:
        size = ledger.size()
        held = TalkHeld(talker="p-a", counterpart="p-b", text="a text", place="a room")
        ledger.record(*(Command(replace(held, ref=f"T{size + n}"), (desk.signer("rec"),)) for n in range(number)))


def seal(desk: Desk, place: Path | None = None) -> int:
    """A seal and a checkpoint by a process that begins; it is that of the entries before it. Its position."""
    with another(desk, place) as ledger:
        position = ledger.seal(desk.signer("svc")).position
        ledger.sign_checkpoint(desk.log)
        sealed = ledger.at(position).payload
        assert isinstance(sealed, Sealed)
        assert b64decode(sealed.heads) == root_at(ledger, position)
    return position


def kept(desk: Desk) -> Path:
    return desk.path.with_suffix(".heads")


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Which entries were read to make seals."""
    read: list[tuple[int, int]] = []

    def reading(rows: Rows, start: int, stop: int) -> Any:
        read.append((start, stop))
        return read_entries(rows, start, stop)

    monkeypatch.setattr("ledger.store.sealed_heads.read_entries", reading)
    return read


def rows_of_a_seal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows a process reads that opens the ledger, seals it and signs its head."""
    counts, rows = [0], PostgresStore.rows

    def counted(store: PostgresStore, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        found = rows(store, statement, values)
        counts.append(len(found))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(PostgresStore, "rows", counted)
        with another(desk) as ledger:
            ledger.seal(desk.signer("svc"))
            ledger.sign_checkpoint(desk.log)
    return sum(counts)


def test_a_process_that_begins_reads_what_is_new(
    desk: Desk, spans: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To seal ten entries after 40 and ten after 700 as many rows are read, but for the tree's last tile of 256."""
    talks(desk, 10)
    few = rows_of_a_seal(desk, monkeypatch)
    talks(desk, 700)
    sealed = seal(desk)
    talks(desk, 10)
    spans.clear()
    assert rows_of_a_seal(desk, monkeypatch) < few + 256
    assert spans == [(sealed, sealed + 11)]  # the last seal and ten talks


SPOILT = (
    "UPDATE cache_heads SET leaf = randomblob(32)",
    "UPDATE cache_nodes SET hash = randomblob(32)",
    "UPDATE cache_heads SET count = 'many', leaf = 'none'",
    "DELETE FROM cache_nodes",
    "DELETE FROM cache_heads WHERE position < 20",
    "INSERT INTO cache_heads VALUES (randomblob(32), 1, 2, randomblob(32))",
    "DROP TABLE cache_heads",
    "PRAGMA user_version = 7",
    "PRAGMA user_version = 1000000",
)


def test_what_lies_in_the_file_is_not_believed(desk: Desk) -> None:
    """Changed, added to, emptied, of another shape, no database, or gone: each seal is that of the entries, and the
    next one goes on from a file that is in order."""
    for spoilt in SPOILT:
        talks(desk, 1)
        with closing(sqlite3.connect(kept(desk))) as file, file:
            file.execute(spoilt)
        seal(desk)
    for content in (b"no database at all" * 1000, b""):
        talks(desk, 1)
        kept(desk).write_bytes(content)
        seal(desk)
    kept(desk).unlink()
    seal(desk)
    assert kept(desk).stat().st_mode & 0o777 == 0o600
    with another(desk) as ledger:
        assert [str(finding.what) for finding in verify_ledger(ledger).findings] == []


def test_a_file_that_another_process_holds_is_done_without(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seal is made from the entries, and the file is left as it is."""
    monkeypatch.setattr("ledger.store.sqlite.kept_map._PATIENCE", 0.1)
    talks(desk, 1)
    with closing(sqlite3.connect(kept(desk), isolation_level=None)) as file:
        file.execute("BEGIN EXCLUSIVE")
        seal(desk)
        file.execute("ROLLBACK")
    seal(desk)


def test_who_has_not_sealed_for_long_goes_along_the_seals_of_others(
    desk: Desk, tmp_path: Path, spans: list[tuple[int, int]]
) -> None:
    """Each seal that others made since is proved by the one before it; nothing before the own last one is read."""
    elsewhere = tmp_path / "other"
    elsewhere.mkdir()
    other = elsewhere / "duty.at"
    other.write_bytes(format_pointer(read_pointer(desk.path)))
    own = seal(desk)
    for _ in range(3):
        talks(desk, 2)
        seal(desk, other)
    talks(desk, 2)
    spans.clear()
    seal(desk)
    assert min(start for start, _ in spans) >= own
    assert sum(stop - start for start, stop in spans) < 20


# --- what a reader reads ---


def asked(desk: Desk, place: Path, since: Checkpoint | None = None) -> tuple[int, int]:
    """How many rows a process of a folder that only reads gets to prove the heads of two keys under the last seal, and
    to verify what followed a checkpoint."""
    counts, rows, counted = [0], PostgresStore.rows, []

    def counting(store: PostgresStore, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        found = rows(store, statement, values)
        counts.append(len(found))
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PostgresStore, "rows", counting)
        with closing(open_ledger(place, read_only=True)) as ledger:
            position = ledger.store.stream("ledger/seals")[-1]
            sealed = ledger.at(position).payload
            assert isinstance(sealed, Sealed)
            there, absent, root = stream_key("talk/T0"), stream_key("talk/none"), b64decode(sealed.heads)
            counts.clear()
            paths = ledger.store.head_paths([there, absent], position, root, with_subjects=True)
            check_absence(paths[absent], absent, root)
            check_absence(paths[there], there, root)
            counted.append(sum(counts))
        counts.clear()
        with closing(open_ledger(place, read_only=True)) as ledger:
            report = verify_ledger(ledger, since=since)
            assert (report.findings, report.seals) == ([], 1)
            counted.append(sum(counts))
    return counted[0], counted[1]


def test_a_reader_reads_what_is_new(desk: Desk, tmp_path: Path) -> None:
    """Proofs of heads, and *verify --since*, cost a folder that only reads what followed the last time, not the index:
    once it has read that whole, three tiles' entries more below are no row more, but for the tiles."""
    place = folder_of_a_reader(desk, tmp_path)
    read = []
    for number in (10, 3 * WIDTH - 7):
        talks(desk, number)
        seal(desk)
        whole, _ = asked(desk, place)
        with another(desk) as ledger:
            trusted = parse_checkpoint(parse_note(ledger.store.checkpoints(limit=1)[0][1]).text)
        talks(desk, 5)
        seal(desk)
        read.append((whole, *asked(desk, place, trusted)))
    (_, few, since_few), (many, few_again, since_many) = read
    assert many > 3 * WIDTH
    assert few == few_again < 40
    assert since_many < since_few + 60


def folder_of_a_reader(desk: Desk, tmp_path: Path) -> Path:
    """The same ledger as somebody has it who does not seal."""
    elsewhere = tmp_path / "reader"
    elsewhere.mkdir()
    place = elsewhere / "duty.at"
    place.write_bytes(format_pointer(read_pointer(desk.path)))
    return place


def test_what_a_reader_keeps_is_not_believed(desk: Desk, tmp_path: Path) -> None:
    """Spoilt in every way the proofs are those of the seal, on to a later one and back to an earlier one."""
    place = folder_of_a_reader(desk, tmp_path)
    key = subject_key("person", "p-a")
    for spoilt in ("", *SPOILT):
        talks(desk, 1)
        seal(desk)
        if spoilt:
            with closing(sqlite3.connect(place.with_suffix(".heads"))) as file, file:
                file.execute(spoilt)
        with closing(open_ledger(place, read_only=True)) as ledger:
            first, *_, last = ledger.store.stream("ledger/seals")
            roots = {}
            for position in (last, first, last):
                sealed = ledger.at(position).payload
                assert isinstance(sealed, Sealed)
                root = roots[position] = b64decode(sealed.heads)
                paths = ledger.store.head_paths([key], position, root, with_subjects=True)
                end = paths[key].end
                assert end is not None
                check_head(paths[key], end, root)
                assert end.position < position
            if last != first:
                assert ledger.store.roots_since(first, last, with_subjects=True) == (roots[first], roots[last])
