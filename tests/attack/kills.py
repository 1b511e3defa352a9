"""SIGKILL at any moment of what writes: nothing acknowledged is lost, nothing half done stays in the way.

Each attempt starts the work in a process of its own, kills it after a random time, and then looks: every ledger
verifies, what was acknowledged is there, and the same work begun again goes through without anybody's help.
"""

import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from threading import Event, Thread
from unittest.mock import patch

from ledger.backup.make import make_backup
from ledger.backup.restore import restore_backup
from ledger.backup.unpacked import check_directory, exit_code
from ledger.clock import SystemClock
from ledger.errors import BadInput, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.records import TextErased
from ledger.home.directory import Home
from ledger.home.founding import Charter, found
from ledger.importing.row_checks import RowsWanted, check_rows
from ledger.importing.source import read_bytes
from ledger.importing.staging import staging
from ledger.importing.write import write_rows
from ledger.keys import pbes2
from ledger.recording.forms import form_named
from ledger.recording.numbers import context_of
from ledger.scenario.load import load_scenario
from ledger.scenario.replay import replay
from projections import follow as following
from projections.importing.sheet import Sheet
from projections.views.catch_up import digest, rebuild, views_of
from projections.whole_proof import prove
from tests.attack.forked import FELL, REFUSED, Say, finished, killed
from tests.attack.tally import Tally
from tests.attack.target import verified, victim
from tests.support.anchoring import checkpoint
from tests.support.builders import Desk, open_desk

TALK = TalkHeld(talker="p-a", counterpart="p-b", text="a text that is long enough to be looked for", place="room")
ROWS = 24
FRESH = 20
"""Attempts after which the copy is made anew, so that ledgers stay small."""
CHARTER = Charter(
    "duty", "zeren.test/founded/duty", "founded", "Asia/Shanghai", {"c-1": ("custodian",), "r-1": ("recorder",)}
)
SCENARIO = Path(__file__).parents[1] / "scenarios" / "bare.yaml"


@dataclass(frozen=True, slots=True)
class Work:
    """What is killed, how many of a hundred attempts it is, and how long it may live, in seconds."""

    share: int
    span: float
    work: Callable[[Home, str, Say], None]
    check: Callable[[Home, str, list[str]], Iterator[tuple[str, str]]]
    """(silent, lost or hands; what) of what is wrong afterwards."""


def _desk(home: Home) -> Desk:
    return open_desk("duty", home.database("duty"))


def _sound(home: Home, kinds: tuple[str, ...] = ("duty",)) -> Iterator[tuple[str, str]]:
    """The ledgers verify, heads and all."""
    for kind in kinds:
        report = verified(home, kind)
        if report.exit_code:
            yield "hands", f"{kind}: {report.findings[0].what}"


# --- record, checkpoint, erase ---


def record(home: Home, name: str, say: Say) -> None:
    """Talks, one after the other, each acknowledged."""
    desk = _desk(home)
    for number in range(200):
        receipt = desk.record(replace(TALK, ref=f"{name}-{number}"), "rec", *(["p-a"] if number % 2 else []))
        say(f"{receipt.position} {receipt.leaf_hash.hex()}")


def check_recorded(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """Every acknowledged entry is there, at its position."""
    with closing(_desk(home)) as desk:
        size = desk.ledger.size()
        for position, leaf in (line.split() for line in said if line[:1].isdigit()):
            if int(position) >= size or desk.ledger.at(int(position)).leaf_hash.hex() != leaf:
                yield "lost", f"entry {position} was acknowledged"
        desk.record(replace(TALK, ref=f"{name}-after"), "rec")
    yield from _sound(home)


def sign(home: Home, name: str, say: Say) -> None:
    """Records, seals and signs, again and again."""
    desk = _desk(home)
    for number in range(100):
        desk.record(replace(TALK, ref=f"{name}-{number}"), "rec")
        say(checkpoint(desk).split("\n")[1])


def check_signed(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """Every checkpoint that left is stored, and the ledger goes on being sealed."""
    with closing(_desk(home)) as desk:
        stored = {size for size, _ in desk.ledger.store.checkpoints()}
        for size in (line for line in said if line.isdigit()):
            if int(size) not in stored:
                yield "lost", f"the checkpoint of {size} entries left"
        desk.record(replace(TALK, ref=f"{name}-after"), "rec")
        checkpoint(desk)
    yield from _sound(home)


def erase(home: Home, name: str, say: Say) -> None:
    """Records a text, erases it, and says so."""
    desk = _desk(home)
    for number in range(100):
        secret = f"secret {name} {number} of nobody"
        talk = desk.record(replace(TALK, ref=f"{name}-{number}", text=secret), "rec")
        erased = TextErased(entry=talk.reference, names=("text",), ground="law")
        desk.clock.moment += timedelta(seconds=1)
        _, gone = desk.ledger.erase(erased, (desk.signer("cus-1"), desk.signer("eye")))
        if gone:
            say(f"gone {secret}")


def check_erased(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """What was said to be gone lies in no file; what was not finished is finished by the next opening or by `erase`."""
    with closing(_desk(home)) as desk:
        desk.ledger.store.forget()
    yield from _sound(home)
    files = b"".join(path.read_bytes() for path in home.directory.glob("duty.db*"))
    for line in said:
        if line.startswith("gone ") and line.removeprefix("gone ").encode() in files:
            yield "silent", f"a text said to be gone: {line}"


# --- import ---


def _rows(name: str) -> list[list[str]]:
    """Acts of a day of this attempt's own: what is like another attempt's is asked about, not written."""
    head = ["ref", "occurred_at", "talker", "counterpart", "text"]
    day = date(2024, 1, 1) + timedelta(days=int(name.removeprefix("k")) % (2 * FRESH))
    days = [f"{day} 09:{n:02d}" for n in range(ROWS)]
    return [head, *([f"{name}-{n}", day, "p-a", "p-b", f"text {n} of {name}"] for n, day in enumerate(days))]


def _import(home: Home, name: str) -> int:
    """Imports the file, goes on with it, or finds it done; how many rows it wrote."""
    file = home.directory / f"{name}.csv"
    if not file.exists():
        part = file.with_suffix(".part")
        with part.open("w", newline="", encoding="utf-8") as written:
            csv.writer(written).writerows(_rows(name))
        part.replace(file)  # a kill before this leaves no file: it is the import that is tried, not this
    desk = _desk(home)
    desk.clock.moment += timedelta(days=90)
    form, data = form_named("talk"), read_bytes(file)
    with closing(desk.ledger), staging(home.directory) as staged:
        checked = check_rows(desk.ledger, form, Sheet(data, form), context_of(desk.ledger), RowsWanted(), staged=staged)
        if checked.findings:
            raise BadInput("{}", checked.findings[0].problem)
        return write_rows(desk.ledger, form, data, checked, staged, [desk.signer("rec")], legacy=False).rows


def import_file(home: Home, name: str, say: Say) -> None:
    """One file of talks."""
    say(f"wrote {_import(home, name)}")


def check_imported(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """Begun again, every row stands once."""
    again = finished(lambda say: import_file(home, name, say))
    if (wrong := [line for line in again if line[:1] in (FELL, REFUSED)]) and "already" not in wrong[0]:
        yield "hands", f"the import again: {wrong[0]}"
    with closing(_desk(home)) as desk:
        for number in range(ROWS):
            found = len(desk.ledger.store.of_ref(f"{name}-{number}"))
            if found != 1:
                yield ("lost" if not found else "silent"), f"row {number} stands {found} times"
    yield from _sound(home)


# --- copies and views ---


def back_up(home: Home, name: str, say: Say) -> None:
    """A backup, read again and verified by itself."""
    make_backup(home, home.directory.parent / f"{name}.tar")
    say("made")


def check_backed_up(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """There is a whole one or none, and the next is made without anything in its way."""
    target = home.directory.parent / f"{name}.tar"
    if not target.exists():
        if "made" in said:
            yield "lost", "the backup"
        again = finished(lambda say: back_up(home, name, say))
        if "made" not in again:
            yield "hands", f"the backup again: {again}"
    if target.exists():
        place = home.directory.parent / f"{name}-restored"
        restored = restore_backup(target, place)
        if exit_code(restored.checked):
            yield "silent", "a backup that does not verify"
        target.unlink()
        _remove(place)


def restore(home: Home, name: str, say: Say) -> None:
    """A restore of a backup made before."""
    restore_backup(home.directory.parent / "kept.tar", home.directory.parent / f"{name}-back")
    say("made")


def check_restored(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """There is a whole directory or none, and the restore again goes through."""
    target = home.directory.parent / f"{name}-back"
    if not target.exists():
        again = finished(lambda say: restore(home, name, say))
        if "made" not in again:
            yield "hands", f"the restore again: {again}"
    if target.exists():
        if exit_code(check_directory(target)):
            yield "silent", "a directory that does not verify"
        _remove(target)


def views(home: Home, name: str, say: Say) -> None:
    """The views built anew, twice."""
    for _ in range(2):
        with closing(rebuild(home)) as made:
            say(f"digest {digest(made)}")


def check_views(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """Views as they stand equal views built anew."""
    with closing(views_of(home)) as standing:
        before = digest(standing)
    with closing(rebuild(home)) as made:
        if digest(made) != before:
            yield "silent", "views that are not those of the ledgers"


def follow_views(home: Home, name: str, say: Say) -> None:
    """The views kept up to date (`zeren views follow`) while the ledger grows beside."""
    ended = Event()

    def follow() -> None:
        try:
            following.follow(home.directory, ended)
        except Exception as error:  # noqa: BLE001 - told to whoever counts
            say(f"{FELL}the follower: {type(error).__name__}: {error}")

    with patch.object(following, "PAUSE", 0.005):
        beside = Thread(target=follow, daemon=True)
        beside.start()
        record(home, name, say)
        ended.set()
        beside.join()


def check_followed(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """The follower begun again goes on: its views are proved row by row, and equal views built anew."""
    yield from check_recorded(home, name, said)
    again = finished(lambda say: say(f"code {following.follow(home.directory, Event(), once=True)}"))
    if "code 0" not in again:
        yield "hands", f"following again: {again}"
    try:
        for _ in prove(home):
            pass
    except ZerenError as error:
        yield "silent", f"views that do not follow from the entries: {error}"
    yield from check_views(home, name, said)


def replaying(home: Home, name: str, say: Say) -> None:
    """A small scenario replayed."""
    replay(load_scenario(SCENARIO), home.directory.parent / f"{name}-replayed")
    say("made")


def check_replayed(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """What it left is told by what it is; a replay into another place goes through."""
    target = home.directory.parent / f"{name}-replayed"
    left = Home(target)
    if "made" in said:
        for kind in left.kinds():
            if verified(left, kind).exit_code:
                yield "silent", f"a replayed {kind} ledger that does not verify"
    elif target.exists():
        for kind in left.kinds():
            with suppress(ZerenError):
                verified(left, kind)
    _remove(target)
    again = finished(lambda say: replaying(home, name, say))
    if "made" not in again:
        yield "hands", f"the replay again: {again}"
    _remove(target)


def founding(home: Home, name: str, say: Say) -> None:
    """A ledger founded: directory, keys, genesis."""
    pbes2.ROUNDS = 1_000  # in this process alone
    place = home.directory.parent / f"{name}-founded"
    found(Home(place), CHARTER, b"a passphrase", SystemClock()).close()
    say("made")


def check_founded(home: Home, name: str, said: list[str]) -> Iterator[tuple[str, str]]:
    """It is founded, or the same founding again goes through: its ledger verifies, its keys are all there."""
    place = Home(home.directory.parent / f"{name}-founded")
    if not place.database("duty").exists():
        if "made" in said:
            yield "lost", "the ledger"
        again = finished(lambda say: founding(home, name, say))
        if "made" not in again:
            yield "hands", f"the founding again: {again}"
    if {path.stem for path in place.keys("duty").glob("*.pem")} != {*CHARTER.roles, "log"}:
        yield "lost", "a key"
    yield from _sound(place)
    _remove(place.directory)


def _remove(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)


WORKS = {
    "record": Work(26, 0.25, record, check_recorded),
    "checkpoint": Work(16, 0.3, sign, check_signed),
    "erase": Work(14, 0.3, erase, check_erased),
    "import": Work(12, 0.4, import_file, check_imported),
    "views": Work(9, 0.3, views, check_views),
    "views follow": Work(9, 0.4, follow_views, check_followed),
    "backup": Work(5, 0.5, back_up, check_backed_up),
    "restore": Work(5, 0.4, restore, check_restored),
    "replay": Work(2, 1.5, replaying, check_replayed),
    "init": Work(2, 0.12, founding, check_founded),
}


def run(tally: Tally) -> Iterator[None]:
    """Every kill in turn."""
    with victim() as at:
        first = tally.done
        for number in range(first, tally.wanted):
            if number == first or number % FRESH == 0:
                at.reset()
                kept = at.home.directory.parent / "kept.tar"
                if not kept.exists():
                    make_backup(at.home, kept)
            kill_once(tally, number, at.home)
            yield


def kill_once(tally: Tally, number: int, home: Home) -> None:
    """One work begun, killed and looked at."""
    rng = Random(f"{tally.seed}/kills/{number}")  # noqa: S311 - times, not secrets
    name = rng.choices(list(WORKS), [work.share for work in WORKS.values()])[0]
    work, label = WORKS[name], f"k{number}"
    said = killed(lambda say: work.work(home, label, say), rng.random() * work.span)
    wrong = [("hands", f"#{number}: {line}") for line in said if line[:1] in (FELL, REFUSED)]
    try:
        for what, told in work.check(home, label, said):
            wrong.append((what, f"#{number}: {told}"))  # one by one: what was told before an exception counts
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding of this run
        wrong.append(("hands", f"#{number}: {error!r}"))
    tally.count(name, "harmless" if "done" in said else "found", *wrong)
