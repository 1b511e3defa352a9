"""Speed against the limit: each measure is a ratio of two times in one run on one machine, never a time.

`python -m tests.tools.bench [ENTRIES]`. A ratio is the bare work's time divided by ours, so 1 is the limit, except for
start-up and growth, which are ours divided by the other. Nothing passes or fails: the figures depend on the machine.
"""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from ledger.core.body import parse_body
from ledger.core.entry import Entry, check_signatures, parse_entry
from ledger.events.acts import TalkHeld
from ledger.events.cases import Rulebook
from ledger.events.record import Recorded
from ledger.home.directory import Home
from ledger.verify import verify_ledger
from projections.questions.desk import Desk
from projections.views.catch_up import rebuild
from projections.views.store import Views
from tests.support import builders
from tests.support.anchoring import checkpoint, head_of
from tests.support.facts_maker import Organ
from tests.tools import bench_web

ENTRIES = 2000
REPEATS = 5


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the answer."""

    name: str
    ratio: float
    aim: str


def seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """The shortest of some runs."""
    times = []
    for _ in range(repeats):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return min(times)


def talks(desk: builders.Desk, count: int) -> None:
    """Records talks one by one, each signed by recorder, talker and counterpart."""
    for _ in range(count):
        talk = TalkHeld(talker="p-a", counterpart="p-b", occurred_at=desk.clock.moment, text="work and conduct " * 8)
        desk.record(talk, "rec", "p-a", "p-b")


def made(directory: Path, count: int) -> tuple[Home, float]:
    """A directory with a duty ledger of `count` talks, and how long recording them took."""
    home = Home(directory)
    home.create()
    desk = builders.duty_ledger(directory)
    desk.record(builders.assignment(), "rec", "p-a")
    taken = seconds(lambda: talks(desk, count))
    desk.close()
    return home, taken


def stored(home: Home) -> list[tuple[Entry, bytes]]:
    """Every entry with its stored body."""
    ledger = home.open("duty")
    try:
        return [
            (parse_entry(row["entry"]), row["body"])
            for row in ledger.recorder.rows(
                "SELECT entry, body FROM stored_events e JOIN bodies b ON b.position = e.rowid - 1 ORDER BY e.rowid", ()
            )
        ]
    finally:
        ledger.close()


def append(taken: float, rows: list[tuple[Entry, bytes]], directory: Path) -> Measure:
    """Durable appends against raw commits of the same bytes one by one, with the same number of signatures."""
    connection = sqlite3.connect(directory / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE raw (entry BLOB, body BLOB)")
    signer = builders.signer_named("raw")

    def commits() -> None:
        for entry, body in rows:
            for _ in entry.header.signers:
                signer.sign(entry.note.text.encode())
            connection.execute("INSERT INTO raw VALUES (?, ?)", (entry.data, body))

    bare = seconds(commits)
    connection.close()
    aim = f">= 0.65 for commits below 0.5 ms, 0.85 from 2 ms; here {1000 * bare / len(rows):.2f} ms with signatures"
    return Measure("single durable append / raw commit and signatures", bare / taken, aim)


def verify(home: Home, rows: list[tuple[Entry, bytes]]) -> Measure:
    """Full verification against bare Ed25519 verification spread over all cores."""
    ledger = home.open("duty")
    try:
        keys = {
            (key.name, key.key_id): key
            for key in (
                builders.signer_named(f"{entry.header.ledger}/{signer.person}").verify_key
                for entry, _ in rows
                for signer in entry.header.signers
            )
        }
        ours = seconds(lambda: verify_ledger(ledger))
    finally:
        ledger.close()

    def checks() -> None:
        for entry, _ in rows:
            check_signatures(entry, keys)

    bare = seconds(checks) / (os.cpu_count() or 1)
    return Measure("full verify / bare signature checks on all cores", bare / ours, ">= 0.85")


def since(small: Home, large: Home, new: int = 50) -> Measure:
    """Verification from a trusted checkpoint on with the same number of new entries, in a larger ledger."""

    def checked(home: Home) -> float:
        desk = builders.open_desk("duty", home.database("duty"))
        trusted = head_of(checkpoint(desk))
        talks(desk, new)
        checkpoint(desk)
        taken = seconds(lambda: verify_ledger(desk.ledger, since=trusted), 3)
        desk.close()
        return taken

    return Measure("verify since a checkpoint with 10 times the entries", checked(large) / checked(small), "about 1")


def views(home: Home, rows: list[tuple[Entry, bytes]]) -> Measure:
    """Rebuild of the views against parsing the same entries and bodies in a bare loop."""
    bare = seconds(lambda: [(parse_entry(entry.data), parse_body(body).values()) for entry, body in rows])
    return Measure("views rebuild / bare decoding", bare / seconds(lambda: rebuild(home).close()), ">= 0.3")


def growth(small: Home, large: Home, times: int) -> Measure:
    """`holders` in a ledger against one that is smaller by `times`."""

    def asked(home: Home) -> float:
        opened = rebuild(home)
        try:
            desk = Desk(opened)
            subject = desk.subject("u-dept")
            return seconds(lambda: desk.holders(subject, (builders.START + timedelta(days=1)).date()), 20)
        finally:
            opened.close()

    return Measure(f"holders with {times} times the entries", asked(large) / asked(small), "<= 1.5")


def busy_ledger(unrelated: int) -> Views:
    """A case in a small organ, and so many later talks between others, one in ten claiming an obligation."""
    organ = Organ().staffed()
    organ.talk("mem", "head", "2024-02-26 09:00", claims=("A2b",), text="of receipts and of stock")
    books = (Rulebook(id="wz", name="问责条例（2019修订）"), Rulebook(id="cf", name="处分条例（2023修订）"))
    organ.open_case("2024-06-03", "2024-05-05", rulebooks=books)
    entries = organ.entries["duty"]
    views, last = Views(), entries[-1]
    views.apply(entries)
    batch: list[Recorded] = []
    for number in range(unrelated):
        moment, position = last.recorded_at + timedelta(hours=number), len(entries) + number
        claims = ("A2b",) if number % 10 == 0 else None
        text = hashlib.sha512(str(number).encode()).hexdigest()  # like no other
        talk = TalkHeld(talker="p-x", counterpart="p-y", occurred_at=moment, text=text, claims=claims)
        digest = hashlib.sha256(str(position).encode()).digest()
        batch.append(Recorded(last.ledger, f"talk/{number}", 1, talk, position, moment, ("p-x", "p-y"), digest))
        if len(batch) == 1000 or number == unrelated - 1:
            views.apply(batch)
            batch = []
    views.apply(organ.entries["case"])
    return views


def trace_growth(small: int, large: int) -> Measure:
    """The trace of one case in a ledger against one with fewer unrelated entries."""

    def asked(count: int) -> float:
        views = busy_ledger(count)
        return seconds(lambda: Desk(views).trace("K1"), 2)

    return Measure(f"trace with {large // small} times the entries", asked(large) / asked(small), "<= 1.5")


def start() -> Measure:
    """`zeren --help` against importing click."""

    def run(*arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)

    zeren = str(Path(sys.executable).with_name("zeren"))
    ours, bare = seconds(run(zeren, "--help"), REPEATS), seconds(run("-c", "import click"), REPEATS)
    return Measure("zeren --help / import click", ours / bare, "<= 1.5")


def main(count: int) -> None:
    """Prints every measure with its aim."""
    with tempfile.TemporaryDirectory() as directory:
        small, _ = made(Path(directory, "small"), count // 10)
        large, taken = made(Path(directory, "large"), count)
        rows = stored(large)
        measures = [
            append(taken, rows[-count:], Path(directory)),
            verify(large, rows),
            views(large, rows),
            growth(small, large, 10),
            since(small, large),
            trace_growth(count, 10 * count),
            start(),
            *(Measure(*row) for row in bench_web.measure(large)),
        ]
    sys.stdout.write(f"{count} talks, {os.cpu_count()} cores\n")
    for measure in measures:
        sys.stdout.write(f"{measure.name:<66} {measure.ratio:6.2f}   aim {measure.aim}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES)
