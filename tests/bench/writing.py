"""Appends and imports, against raw commits of the same bytes with the same signatures, each checked; and peers.

What an append of one signature is made of, where it does not reach its aim (samples of CPU time over 3,000 of them, in
parts of a hundred): signing and the check of one's own line 22, which the limit has too; SQLite 25, of it the commit 14
(entry, body, four indexes, subjects and reference: some eight pages of the log against two of the limit's one table);
header and body, each field salted, encoded and hashed 20; place in a stream, decision, and draft 19; the layers between
(context managers, pool, the library's aggregates) 14. No statement is compiled twice. No one
part is large: for 0.6 the body would have to lie beside its entry, in one row with fewer indexes (another version of
the database), and header and body be filled into templates that are compiled for each type.

What a row of an import is made of, likewise: the sheet 12 (openpyxl's objects; a reader of its own on expat took a
tenth), reading and checking what a row says 31, keeping it for the second pass 4, making and signing entries 33, of it
signing and the check 13, inserting 6, start 14. For 0.5 the two passes would have to share what they made, and rows be
read by templates of their type instead of by objects of each field.
"""

import random
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteDatastore

from ledger.importing.row_checks import RowsWanted, check_rows
from ledger.importing.source import read_bytes
from ledger.importing.staging import staging
from ledger.importing.write import write_rows
from ledger.recording.forms import form_named
from ledger.recording.numbers import context_of
from tests.bench.data import Talks, stored
from tests.bench.limits import RawStore
from tests.bench.table import Row, at_least, at_most
from tests.bench.timing import Times, in_turn, python, run, timed
from tests.support import builders
from tests.tools.formulaic import formulaic

GROUP = "Writing"
ROUNDS, WARM = 300, 20
"""Appends one by one, and those of them that are not counted: the first ones load and make what the others use."""
GIT = 8
_IMPORT = (
    "import sys; from pathlib import Path; from tests.bench.writing import imported; imported(*map(Path, sys.argv[1:]))"
)


def measure(directory: Path, home_directory: Path, rows: int, left_out: list[str]) -> Iterator[Row]:
    """Single appends with one and three signatures, an import, and what others take for the like."""
    sample = stored_sample(home_directory)
    desk = builders.open_desk("duty", Path(shutil.copy(home_directory / "duty.db", directory / "append.db")))
    raw = RawStore(directory / "raw.db")
    times: dict[int, Times] = {}
    for signatures, aim in ((1, 0.6), (3, 0.7)):
        talks = [c for c in Talks(desk, 12).commands(10**6 * signatures, ROUNDS * 10) if len(c.signers) == signatures]
        ours = [partial(desk.ledger.record, command) for command in talks[:ROUNDS]]
        bare = [partial(raw.append, sample[number % len(sample)], signatures) for number in range(ROUNDS)]
        in_turn(ours[:WARM], bare[:WARM])
        own, other = in_turn(ours[WARM:], bare[WARM:])
        times[signatures] = own
        detail = (
            f"{1000 * own.cpu / len(own.walls):.2f} ms CPU against {1000 * other.cpu / len(own.walls):.2f}; wall p50"
            f" {1000 * own.quantile(0.5):.2f}, p99 {1000 * own.quantile(0.99):.2f} ms"
        )
        name = f"single durable append, {signatures} signature{'s' * (signatures > 1)}: limit / ours"
        yield at_least(GROUP, name, other.cpu / own.cpu, aim, detail)
    yield from _peers(directory, sample, times[1], left_out)
    yield from _import(directory, home_directory, rows, raw, sample)
    raw.close()
    desk.close()


def stored_sample(home_directory: Path) -> list[tuple[bytes, bytes]]:
    """Entries with their bodies as they lie in a ledger."""
    from ledger.home.directory import Home

    return stored(Home(home_directory))[-ROUNDS:]


def _peers(directory: Path, sample: Sequence[tuple[bytes, bytes]], ours: Times, left_out: list[str]) -> Iterator[Row]:
    recorder = SQLiteAggregateRecorder(SQLiteDatastore(str(directory / "library.db"), originator_id_type="text"))
    recorder.create_table()

    def insert(number: int) -> None:
        entry, body = sample[number % len(sample)]
        recorder.insert_events(
            [StoredEvent(originator_id=f"t/{number}", originator_version=1, topic="t", state=entry + body)]
        )

    library = Times()
    for number in range(ROUNDS):
        library.take(partial(insert, number))
    each = ours.cpu / len(ours.walls)
    yield Row(
        GROUP,
        "the same appended by eventsourcing's own recorder, unsigned: theirs / ours",
        f"{library.cpu / ROUNDS / each:.2f}",
    )
    if shutil.which("git") and shutil.which("ssh-keygen"):
        signed = _git(directory)
        detail = f"{1000 * signed.cpu / GIT:.1f} ms CPU against {1000 * each:.2f}; keys of the same kind (Ed25519, ssh)"
        yield at_least(GROUP, "git commit -S / signed append", signed.cpu / GIT / each, 20, detail)
    else:
        left_out.append("git commit -S: git or ssh-keygen is missing")
    if find_spec("pymerkle") is None:
        left_out.append("pymerkle: not installed")
    else:
        yield _pymerkle(directory, sample, each)


def _git(directory: Path) -> Times:
    """Commits signed by ssh with an Ed25519 key, each of one changed file."""
    place = directory / "git"
    place.mkdir()
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(directory / "sshkey")])
    git = ["git", "-C", str(place), "-c", "gpg.format=ssh", "-c", f"user.signingkey={directory / 'sshkey'}"]
    git += ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    run([*git, "init", "-q"])
    found = Times()
    for number in range(GIT):
        (place / "entry").write_text(f"{number}\n", encoding="utf-8")
        run([*git, "add", "entry"])
        cpu, wall, _ = run([*git, "commit", "-q", "-S", "-m", str(number)])
        found.cpu += cpu
        found.walls.append(wall)
    return found


def _pymerkle(directory: Path, sample: Sequence[tuple[bytes, bytes]], each: float) -> Row:
    from pymerkle import SqliteTree  # type: ignore[import-not-found,import-untyped,unused-ignore]  # a peer, where it is installed

    with SqliteTree(str(directory / "peer.db")) as tree:
        theirs = timed(lambda: tree.append_entry(sample[0][0]), ROUNDS)
    return Row(
        GROUP, "the same appended by pymerkle on SQLite, unsigned: theirs / ours", f"{theirs.cpu / ROUNDS / each:.2f}"
    )


def _import(
    directory: Path, home_directory: Path, rows: int, raw: RawStore, sample: Sequence[tuple[bytes, bytes]]
) -> Iterator[Row]:
    workbook = directory / "talks.xlsx"
    _write_workbook(workbook, rows)
    database = Path(shutil.copy(home_directory / "duty.db", directory / "import.db"))
    cpu, wall, peak = run(python(_IMPORT, str(database), str(workbook)))
    start, _, _ = run(python(_IMPORT, str(database)))
    some = [sample[number % len(sample)] for number in range(rows)]
    bare = Times()
    for first in range(0, rows, 1000):
        bare.take(partial(raw.append_all, some[first : first + 1000], 1))
    each = 1e6 * (cpu - start) / rows
    detail = f"{each:.0f} µs a row against {1e6 * bare.cpu / rows:.0f}; {rows / wall:.0f} rows a second"
    yield at_least(
        GROUP,
        f"import of {rows:,} xlsx rows: sign, check and batched insert / ours",
        bare.cpu / (cpu - start),
        0.5,
        detail,
    )
    aim = "of the whole process; the aim is for 100,000 rows"
    yield at_most(GROUP, f"memory of an import of {rows:,} rows", peak, 150, aim, " MB")


def _write_workbook(file: Path, rows: int) -> None:
    import xlsxwriter  # type: ignore[import-untyped]  # it has no types

    rng = random.Random(3)  # noqa: S311 - test data
    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("talk")
        sheet.write_row(0, 0, ["ref", "occurred_at", "talker", "counterpart", "text"])
        for number in range(rows):
            talker, other = rng.choice((("p-a", "p-b"), ("p-b", "p-c"), ("p-a", "p-c")))
            when = f"2024-01-{3 + number % 26:02d} 09:{number % 60:02d}"
            sheet.write_row(number + 1, 0, [f"X{number}", when, talker, other, f"{formulaic(number, rng)}{number}"])


def imported(database: Path, workbook: Path | None = None) -> None:
    """Imports a workbook of talks; what a process of its own does, so that its memory can be told."""
    from projections.importing.sheet import Sheet

    desk = builders.open_desk("duty", database)
    try:
        if workbook is None:
            return
        desk.clock.moment += timedelta(days=90)  # what is imported lies in the past
        form, data = form_named("talk"), read_bytes(workbook)
        with staging(database.parent) as staged:
            context = context_of(desk.ledger)
            checked = check_rows(desk.ledger, form, Sheet(data, form), context, RowsWanted(), staged=staged)
            if checked.findings:
                sys.exit(str(checked.findings[0].problem))
            write_rows(desk.ledger, form, data, checked, staged, [desk.signer("rec")], legacy=False)
    finally:
        desk.close()


def disk(home_directory: Path, entries: int) -> Iterator[Row]:
    """Bytes on disk for each entry, beside what entry and body have."""
    for name, file in (("ledger", "duty.db"), ("views", "views.db")):
        path = home_directory / file
        if path.exists():
            yield Row("Size", f"disk of the {name}, an entry", f"{path.stat().st_size / entries / 1024:.2f} KiB")
    with sqlite3.connect(home_directory / "duty.db") as connection:
        (size,) = connection.execute(
            "SELECT avg(length(entry) + length(body)) FROM stored_events e JOIN bodies b ON b.position = e.rowid - 1"
        ).fetchone()
    yield Row("Size", "bytes of entry and body", f"{size / 1024:.2f} KiB")
