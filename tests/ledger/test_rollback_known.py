"""Each source of known checkpoints alone forbids signing on an older copy, whatever its length, and on a fork."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.anchors.taking import next_checkpoint, record_anchors
from ledger.application import open_ledger
from ledger.clock import SimulatedClock
from ledger.core.checkpoint import sign_checkpoint
from ledger.errors import BadInput, Contradicted, Forked, RolledBack
from ledger.events.case_parts import Pin
from ledger.home.directory import Home
from ledger.remembered import COSIGNED, SIGNED, remember
from tests.support.anchoring import WITNESSES, adopt, cosigned
from tests.support.builders import (
    ORIGINS,
    Desk,
    assignment,
    case_ledger,
    case_opened,
    duty_ledger,
    signer_named,
    tampering,
)


def cut(path: Path, size: int, *, checkpoints: bool = True) -> None:
    """What a backup taken at `size` entries leaves of the database; `checkpoints` False keeps that table as it is."""
    with tampering(path) as database:
        database.execute("DELETE FROM stored_events WHERE rowid > ?", (size,))
        for table in ("bodies", "subjects", "refs"):
            database.execute(f"DELETE FROM {table} WHERE position >= ?", (size,))
        if checkpoints:
            database.execute("DELETE FROM checkpoints WHERE size > ?", (size,))


def home_with(directory: Path, *, anchored: bool = False) -> tuple[Home, str]:
    """A directory with a duty ledger and its last checkpoint; nothing knows of it but its own table."""
    directory.mkdir()
    home = Home(directory / "home")
    home.create()
    desk = duty_ledger(home.directory)
    if anchored:
        adopt(desk, "quorum none\n")
    for number in range(3):
        desk.record(assignment(f"E{number}"), "rec")
    note = sealed(desk)
    desk.close()
    return home, note


def sealed(desk: Desk) -> str:
    desk.clock.moment += timedelta(seconds=1)
    desk.ledger.seal(desk.signer("svc"))
    return desk.ledger.sign_checkpoint(desk.log).decode()


def by_own_table(home: Home, note: str) -> None:
    """The ledger's own checkpoints, which a cut of the entries alone leaves."""


def by_file(ending: str) -> Callable[[Home, str], None]:
    def keep(home: Home, note: str) -> None:
        ledger = home.open("duty")
        remember(ledger, ending, note.encode())
        ledger.close()

    return keep


def by_holding(home: Home, note: str) -> None:
    home.held.mkdir()
    (home.held / "20240103T000000Z-000000000022.checkpoint").write_text(note)


def by_pin(home: Home, note: str) -> None:
    case = case_ledger(home.directory)
    ledger = home.open("duty")
    pin = Pin(fingerprint=ledger.fingerprint, checkpoint=note, held_since=case.clock.moment)
    ledger.close()
    case.record(replace(case_opened(), pin=pin), "insp")
    case.close()


SOURCES = {
    "its own table": (by_own_table, "signed itself"),
    "a file: signed": (by_file(SIGNED), "signed here before"),
    "a file: cosigned": (by_file(COSIGNED), "anchored before"),
    "held": (by_holding, "held since 2024-01-03"),
    "pinned": (by_pin, "pinned by entry K1"),
}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_an_older_copy_of_any_length_is_not_signed_on(tmp_path: Path, source: str) -> None:
    """However short the restored copy, each source alone refuses it, names itself, and says how to recover."""
    home, note = home_with(tmp_path / "made")
    keep, says = SOURCES[source]
    keep(home, note)
    whole = home.open("duty", read_only=False)
    size = whole.size()
    whole.close()
    for length in range(1, size):
        copy = Home(tmp_path / f"copy-{length}")
        shutil.copytree(home.directory, copy.directory)
        cut(copy.database("duty"), length, checkpoints=source != "its own table")

        with pytest.raises(RolledBack, match=says) as refused:
            copy.open("duty", read_only=False)
        assert "restore the newer one" in str(refused.value)
        copy.open("duty").close()


@pytest.mark.parametrize("source", sorted(set(SOURCES) - {"its own table"}))
def test_a_fork_is_not_signed_on(tmp_path: Path, source: str) -> None:
    """A copy that went on differently from an older state is refused by each source, at the same length and beyond."""
    home, _ = home_with(tmp_path / "made")
    fork = Home(tmp_path / "fork")
    shutil.copytree(home.directory, fork.directory)
    keep, says = SOURCES[source]
    for each, refs in ((home, ("A",)), (fork, ("B", "C"))):
        clock = SimulatedClock()
        ledger = open_ledger(each.database("duty"), clock=clock)
        desk = Desk("duty", each.database("duty"), ledger, clock)
        clock.moment = ledger.at(ledger.size() - 1).recorded_at
        for ref in refs:
            desk.record(assignment(ref), "rec")
        note = sealed(desk)
        desk.close()
        if each is home:
            keep(home, note)
    for kept in ("duty.signed", "duty.cosigned", "case.db"):
        if (home.directory / kept).exists():
            shutil.copy(home.directory / kept, fork.directory / kept)
    if home.held.is_dir():
        shutil.copytree(home.held, fork.held)

    with pytest.raises(Forked, match=says):
        fork.open("duty", read_only=False)
    home.open("duty", read_only=False).close()


def test_a_history_that_contradicts_its_own_anchor_is_a_fork(tmp_path: Path) -> None:
    """Where an entry below an anchored checkpoint was changed the anchor forbids signing, though no file knows it."""
    home, note = home_with(tmp_path / "made")
    clock = SimulatedClock()
    ledger = open_ledger(home.database("duty"), clock=clock)
    clock.moment = ledger.at(ledger.size() - 1).recorded_at
    desk = Desk("duty", home.database("duty"), ledger, clock)
    record_anchors(ledger, [cosigned(note, WITNESSES[0], clock.moment)], desk.signer("svc"), keep=True)
    anchored_at = ledger.size() - 1
    desk.close()
    (home.directory / "duty.cosigned").unlink()
    with tampering(home.database("duty")) as database:
        database.execute("DELETE FROM checkpoints")
        database.execute("UPDATE stored_events SET leaf_hash = zeroblob(32) WHERE rowid = 5")

    with pytest.raises(Forked, match=f"anchored by entry {anchored_at}"):
        home.open("duty", read_only=False)


def test_what_is_signed_and_anchored_is_kept_beside_the_database(tmp_path: Path) -> None:
    """Signing a checkpoint and recording an anchor leave their notes beside the database; a smaller one never does."""
    home, note = home_with(tmp_path / "made")
    clock = SimulatedClock()
    ledger = open_ledger(home.database("duty"), clock=clock)
    clock.moment = ledger.at(ledger.size() - 1).recorded_at
    desk = Desk("duty", home.database("duty"), ledger, clock)
    record_anchors(ledger, [cosigned(note, WITNESSES[0], clock.moment)], desk.signer("svc"), keep=True)
    desk.record(assignment("E9"), "rec")
    larger = next_checkpoint(ledger, lambda: desk.signer("svc"), lambda: desk.log)
    remember(ledger, SIGNED, note.encode())
    desk.close()

    assert (home.directory / "duty.cosigned").read_text() == note
    assert (home.directory / "duty.signed").read_bytes() == larger


def test_a_checkpoint_that_is_given_again_is_kept_beside_the_database(tmp_path: Path) -> None:
    """A process that was killed between signing and keeping leaves the checkpoint in the database; who hands it out
    later keeps it first."""
    home, note = home_with(tmp_path / "made")
    clock = SimulatedClock()
    desk = Desk("duty", home.database("duty"), open_ledger(home.database("duty"), clock=clock), clock)
    assert not (home.directory / "duty.signed").exists()
    given = next_checkpoint(desk.ledger, lambda: desk.signer("svc"), lambda: desk.log)
    desk.close()

    assert given.decode() == note == (home.directory / "duty.signed").read_text()


def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    """A file of known checkpoints that was spoilt, or is of another ledger, is named; nothing is signed meanwhile."""
    home, note = home_with(tmp_path / "made")
    kept = home.directory / "duty.signed"
    kept.write_text("nonsense")
    with pytest.raises(BadInput, match=r"duty\.signed is no checkpoint"):
        home.open("duty", read_only=False)
    case = case_ledger(tmp_path)
    kept.write_bytes(sign_checkpoint(case.ledger.tree_head(), case.log))
    case.close()
    with pytest.raises(Contradicted, match="another ledger"):
        home.open("duty", read_only=False)
    kept.write_text(note)
    home.open("duty", read_only=False).close()


def test_a_case_ledger_is_guarded_too(tmp_path: Path) -> None:
    """An older copy of a case ledger is refused by the checkpoint that it signed before."""
    home = Home(tmp_path / "home")
    home.create()
    case = case_ledger(home.directory)
    case.record(case_opened(), "insp")
    note = next_checkpoint(case.ledger, lambda: case.signer("svc"), lambda: case.log)
    size = case.ledger.size()
    case.close()
    cut(home.database("case"), size - 1)

    assert note
    with pytest.raises(RolledBack, match="signed here before"):
        home.open("case", read_only=False)


def test_many_that_remember_at_once_keep_the_largest(tmp_path: Path) -> None:
    """Several who keep checkpoints beside one database at the same time leave the largest one, whole, and no fault."""
    home, _ = home_with(tmp_path / "made")
    ledger = home.open("duty")
    log = signer_named(ORIGINS["duty"])
    notes = [sign_checkpoint(ledger.tree_head(size), log) for size in range(1, ledger.size() + 1)]

    def keep(note: bytes) -> None:
        for _ in range(5):
            remember(ledger, SIGNED, note)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, notes))
    assert notes[-1] == (home.directory / "duty.signed").read_bytes()
    assert [] == list(home.directory.glob("*.part"))
    ledger.close()
