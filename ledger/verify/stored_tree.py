"""What is stored beside the entries: index tables, tiles, checkpoints, and the checkpoints held elsewhere."""

from collections.abc import Iterable, Mapping

from ledger.application import Ledger
from ledger.checks.log_keys import check_log_lines
from ledger.checks.subjects import Subject
from ledger.core.checkpoint import Checkpoint, open_checkpoint
from ledger.core.merkle import EMPTY_ROOT
from ledger.core.tiles import WIDTH, completed_tiles, encode_tile, tile_root
from ledger.errors import Invalid, ZerenError
from ledger.home.known import KnownHead, check_known
from ledger.messages import N_
from ledger.verify.anchor_pass import anchored_sizes
from ledger.verify.entry_pass import EntryPass
from ledger.verify.ledger_report import LedgerReport

OWN = N_("the ledger's own checkpoint")
LOST = N_("a checkpoint that was signed is not kept here")
"""The mark of one that an anchor or somebody elsewhere tells of: its root is right, and only the note is gone."""


def check_tables(ledger: Ledger, report: LedgerReport, counts: Mapping[Subject, int], start: int = 0) -> None:
    """Versions without gaps, and no body without an entry.

    From `start` on: only the streams that have entries there, and the subjects that they count.
    """
    raw = ledger.store.raw
    for stream in raw.gaps(start):
        report.add(Invalid("the versions of {} have a gap", stream))
    if not start:
        stray = raw.bodies_alone()
        if stray:
            report.add(Invalid("{} bodies stand without an entry", stray))
        return
    for subject, count in counts.items():
        if raw.numbered(subject) != (count, count):
            report.add(Invalid("the subject index does not say what the entries say"))


def check_tiles(ledger: Ledger, report: LedgerReport, start: int = 0) -> None:
    """Every tile completed from `start` on is stored as the entries give it, and none beyond."""
    with ledger.store.holding():
        stored = ledger.store.raw.tiles()
        for tile in completed_tiles(0, start):
            stored.discard((tile.level, tile.index))
        for tile in completed_tiles(start, report.size):
            stored.discard((tile.level, tile.index))
            hashes = ledger.store.hashes(tile.level, tile.index, WIDTH)
            found = ledger.store.raw.tile(tile.level, tile.index)
            if len(hashes) == WIDTH and found == (encode_tile(hashes), tile_root(hashes)):
                report.tiles += 1
            else:
                report.add(Invalid("tile {}/{} is not that of the entries", tile.level, tile.index))
    for level, number in sorted(stored):
        report.add(Invalid("tile {}/{} is stored, but the ledger is too short for it", level, number))


def sizes_wanted(ledger: Ledger, held: Iterable[KnownHead]) -> set[int]:
    """The sizes whose roots the pass has to remember."""
    sizes = {size for size, _ in ledger.store.raw.checkpoints()}
    return sizes | {each.checkpoint.size for each in held if each.checkpoint is not None}


def check_checkpoints(
    ledger: Ledger, passed: EntryPass, roots: Mapping[int, bytes], held: Iterable[KnownHead], start: int = 0
) -> None:
    """Every checkpoint from size `start` on that the ledger signed or that is known elsewhere is of this history."""
    report = passed.report
    kept = set()
    for size, note in ledger.store.raw.checkpoints(start):
        kept.add(size)
        try:
            if not passed.keybook.log_keys:
                raise Invalid("no log key is known for the checkpoint of size {}", size)
            book = passed.keybook
            log, confirming = book.log_key(size), book.confirmed_by(size)
            signed = open_checkpoint(note, book.every_log_key())
            check_log_lines(signed.log_keys, log, confirming)
            opened = signed.checkpoint
            if opened.size != size:
                raise Invalid("the checkpoint stored for size {} says {}", size, opened.size)
            _check_head(report, roots, opened, OWN)
        except ZerenError as error:
            report.add(Invalid("{}", error))
    told = anchored_sizes(ledger)
    for each in held:
        if each.note is not None and each.checkpoint is not None:
            told.add(each.checkpoint.size)
        try:
            head = check_known(each, ledger, report.size, lambda size: roots.get(size, EMPTY_ROOT), start=start)
            report.checkpoints += head is not None and head.size >= start
        except ZerenError as error:
            report.add(error)
    lost = sum(size not in kept for size in told if start <= size <= report.size)
    if lost:
        report.marks[LOST] += lost


def _check_head(report: LedgerReport, roots: Mapping[int, bytes], checkpoint: Checkpoint, whose: str) -> None:
    if checkpoint.origin != report.origin:
        raise Invalid("{} is of {}, another ledger", Invalid(whose), checkpoint.origin)
    if checkpoint.size > report.size:
        raise Invalid(
            "{} covers {} entries, the ledger has {}: its tail was cut off",
            Invalid(whose),
            checkpoint.size,
            report.size,
        )
    if roots.get(checkpoint.size, EMPTY_ROOT) != checkpoint.root:
        raise Invalid("{} of size {} has another root: entries below it were changed", Invalid(whose), checkpoint.size)
    report.checkpoints += 1
