"""The database file itself: pages, indexes and schema; a rotten one gives findings, never a traceback."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from ledger.application import open_ledger
from ledger.errors import Damaged, Invalid, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.trust import KeyRevoked
from ledger.store.sqlite.connection import check_database
from ledger.store.sqlite.ledger_tables import SCHEMA, schema_faults
from ledger.verify import LedgerReport
from tests.support.both_ways import verify_ledger
from tests.support.builders import duty_ledger, open_desk
from tests.support.command import zeren
from tests.support.replayed import YUNXI, replayed

PAGE = 4096


def checked(path: Path) -> LedgerReport:
    """The report of a database that nobody vouches for; a fault at its opening is a finding too."""
    report = LedgerReport()
    try:
        ledger = open_ledger(path, read_only=True, whole=False)
    except ZerenError as error:
        report.add(Invalid("{}", error))
        return report
    with closing(ledger):
        return verify_ledger(ledger)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    desk = duty_ledger(tmp_path)
    desk.record(TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="a text", place="a room"), "rec")
    desk.close()
    return desk.path


# --- schema ---

Change = Callable[[sqlite3.Connection], object]
CHANGES: dict[str, Change] = {
    "foreign trigger": lambda c: c.execute(
        "CREATE TRIGGER helpful AFTER INSERT ON stored_events BEGIN DELETE FROM refs WHERE ref = 'T2'; END"
    ),
    "trigger gone": lambda c: c.execute("DROP TRIGGER bodies_update"),
    "trigger tamed": lambda c: c.executescript(
        "DROP TRIGGER bodies_update; CREATE TRIGGER bodies_update BEFORE UPDATE ON bodies BEGIN SELECT 1; END"
    ),
    "foreign table": lambda c: c.execute("CREATE TABLE notes (x)"),
    "foreign index": lambda c: c.execute("CREATE INDEX quick ON refs (position)"),
    "foreign view": lambda c: c.execute("CREATE VIEW seen AS SELECT 1"),
    "index gone": lambda c: c.execute("DROP INDEX sparse_by_topic"),
    "index narrowed": lambda c: c.executescript(
        "DROP INDEX sparse_by_topic;"
        " CREATE INDEX sparse_by_topic ON stored_events (topic) WHERE topic = 'key.revoked/1'"
    ),
    "table without its rule": lambda c: c.executescript(
        "DROP TABLE refs; CREATE TABLE refs (ref TEXT NOT NULL, position INTEGER NOT NULL)"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_schema_that_is_not_the_released_one_is_invalid(copied: Path, change: str) -> None:
    """Whatever was added, taken away or changed in the schema is named by verify and refused at opening."""
    with closing(sqlite3.connect(copied)) as connection:
        CHANGES[change](connection)
        connection.commit()
        differences = schema_faults(connection.execute(SCHEMA))

    assert differences
    with pytest.raises(Invalid, match="somebody changed it"):
        open_ledger(copied, read_only=True)
    report = checked(copied)
    assert report.exit_code == 3
    assert str(differences[0]) in [str(finding.what) for finding in report.findings]


@pytest.mark.parametrize("cell", [None, 7, b"table", 1.5])
def test_a_schema_whose_names_are_no_texts_is_invalid(copied: Path, cell: object) -> None:
    """A page that bit rot made state a kind or a name as a number, bytes or nothing is a finding, never a fall."""
    with closing(sqlite3.connect(copied)) as connection:
        rows = [tuple(row) for row in connection.execute(SCHEMA)]
    for at in (0, 1):
        spoilt = (*rows[3][:at], cell, *rows[3][at + 1 :])
        said = [str(fault) for fault in schema_faults([*rows[:3], spoilt, *rows[4:]])]
        assert len(said) == 2, "one lacks, one is foreign"


def test_the_schema_as_made_is_the_released_one(copied: Path) -> None:
    """A ledger as the program makes it has no difference, nor has its copy made by SQLite."""
    with closing(sqlite3.connect(copied)) as connection:
        assert schema_faults(connection.execute(SCHEMA)) == []
        connection.execute("VACUUM INTO ?", (str(copied.with_name("copy.db")),))
    check_database(copied.with_name("copy.db"))
    assert checked(copied.with_name("copy.db")).exit_code == 0


# --- pages ---


def hide(path: Path, index: str, gone: bytes) -> None:
    """Takes the cells that hold `gone` out of the index's only page: the table keeps its rows."""
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (index,)).fetchone()[0]
    data = bytearray(path.read_bytes())
    start = (root - 1) * PAGE
    assert data[start] == 10, "a leaf"
    count = int.from_bytes(data[start + 3 : start + 5], "big")
    cells = [data[start + 8 + 2 * n : start + 10 + 2 * n] for n in range(count)]
    kept = [cell for cell in cells if gone not in data[start + int.from_bytes(cell, "big") :][: len(gone) + 12]]
    assert len(kept) < count
    data[start + 3 : start + 5] = len(kept).to_bytes(2, "big")
    data[start + 8 : start + 8 + 2 * count] = b"".join(kept) + bytes(2 * (count - len(kept)))
    path.write_bytes(data)


def test_an_index_that_hides_a_revocation_is_found_at_once(copied: Path) -> None:
    """The partial index by type lost the revocation: verify is invalid, and nobody is told that the key is in force."""
    with closing(open_desk("duty", copied)) as desk:
        key = desk.signer("p-b").verify_key
        desk.record(KeyRevoked(person="p-b", key_id=key.key_id.hex(), compromised_from=None), "cus-1", "cus-2")
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    hide(copied, "sparse_by_topic", b"key.revoked/1")

    report = checked(copied)
    assert report.exit_code == 3
    assert any("missing from index sparse_by_topic" in str(finding.what) for finding in report.findings)
    with pytest.raises(Damaged, match="do not agree about the keys"):
        open_desk("duty", copied).ledger.keys()


def test_a_damaged_page_hides_no_other(copied: Path) -> None:
    """Of a ledger with one spoilt page of bodies the rest is read still, and the fault is bounded."""
    with closing(sqlite3.connect(copied)) as connection:
        size = connection.execute("SELECT count(*) FROM stored_events").fetchone()[0]
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'bodies'").fetchone()[0]
    data = bytearray(copied.read_bytes())
    root = (found - 1) * PAGE
    assert data[root] == 5, "more than one page"
    first = int.from_bytes(data[root + 12 : root + 14], "big")
    page = int.from_bytes(data[root + first : root + first + 4], "big")
    data[(page - 1) * PAGE : page * PAGE] = b"\x55" * PAGE
    copied.write_bytes(data)

    report = checked(copied)
    lost = [finding for finding in report.findings if "cannot be read" in str(finding.what)]
    assert (3, 0) == (report.exit_code, lost[0].position)
    assert 0 < report.bodies < size
    assert report.size > size // 2


@cache
def source() -> bytes:
    path = replayed(YUNXI).directory.parent / "whole.db"
    with closing(sqlite3.connect(replayed(YUNXI).database("duty"))) as connection:
        connection.execute("VACUUM INTO ?", (str(path),))
    return path.read_bytes()


def rotten(seed: int) -> Iterator[bytes]:
    """Copies of a ledger with a few bits flipped: anywhere, in the heads of pages, in the first page."""
    chosen, whole = random.Random(seed), source()  # noqa: S311 - places, not secrets
    for _ in range(12):
        data = bytearray(whole)
        page = chosen.randrange(len(data) // PAGE)
        at = chosen.choice([chosen.randrange(len(data)), page * PAGE + chosen.randrange(16), chosen.randrange(PAGE)])
        for _bit in range(chosen.choice([1, 1, 8])):
            data[min(at + chosen.randrange(3), len(data) - 1)] ^= 1 << chosen.randrange(8)
        yield bytes(data)


@pytest.mark.parametrize("seed", range(5))
def test_bit_rot_is_a_finding_or_harmless_and_never_a_traceback(seed: int, tmp_path: Path) -> None:
    """Whichever bits of the file flip, verify ends with a verdict; where it says valid, every entry is as it was."""
    with closing(open_ledger(replayed(YUNXI).database("duty"), read_only=True)) as ledger:
        head = (ledger.size(), ledger.tree_head().root)
    for number, data in enumerate(rotten(seed)):
        path = tmp_path / f"{number}.db"
        path.write_bytes(data)
        report = checked(path)
        assert report.exit_code in {0, 3, 4}
        if report.exit_code == 0:
            assert (report.size, report.root) == head


@pytest.mark.parametrize("place", ["first page", "header", "genesis"])
def test_the_command_ends_with_3_and_checks_the_other_ledger(place: str, tmp_path: Path) -> None:
    """A ledger that cannot even be opened is one finding; the one beside it is checked all the same."""
    shutil.copytree(replayed(YUNXI).directory, tmp_path / "ledgers")
    path = tmp_path / "ledgers" / "duty.db"
    data = bytearray(source())
    at = {"first page": 100, "header": 3, "genesis": data.index(b"zeren/entry/v1\n")}[place]
    data[at] ^= 0x20
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(data)
    outcome = zeren(tmp_path / "ledgers", "verify")

    assert (3, True) == (outcome.code, "zeren.yunxi" in outcome.out or "case" in outcome.out)
