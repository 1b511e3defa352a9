"""Checking a whole ledger: every stored byte, in one pass, in memory that does not grow with the number of entries.

Chain, positions, times, signatures, keys and roles, bodies against digests, subjects and their running numbers, the
index columns, the tiles, and every checkpoint. Each fault is a `Finding`; the pass goes on after it where it can, so
that one report names them all. What could not be checked is said, never passed over.

Not here: a rule of one entry, which stands once in `ledger.checks`; how a report is shown.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from ledger.anchors.book import AnchorBook
from ledger.application import Ledger
from ledger.attached import AttachedFiles
from ledger.core.checkpoint import Checkpoint
from ledger.core.merkle import EMPTY_ROOT, Frontier, leaf_hash
from ledger.core.policy import Policy
from ledger.errors import Damaged, Incomplete, Invalid
from ledger.home.known import KnownHead
from ledger.home.known_heads import UNKNOWN, KnownHeads
from ledger.messages import N_
from ledger.verify.anchor_pass import AnchorPass, anchored_sizes
from ledger.verify.cells import check_cells
from ledger.verify.damaged import PAGE, noting, rows_from
from ledger.verify.database import check_file
from ledger.verify.entry_pass import EntryPass, mark_disputed
from ledger.verify.file_pass import FilesPass
from ledger.verify.indexes import IndexPass
from ledger.verify.joining import check_in_ranges
from ledger.verify.kept_ranges import KeptRanges
from ledger.verify.ledger_report import Finding, LedgerReport
from ledger.verify.seals import check_seals, check_seals_since
from ledger.verify.signature_checks import SignatureChecks
from ledger.verify.start import Interrupted, Start, frontier_at, hear_below, prove_subjects, start_of, take_below
from ledger.verify.stored_tree import check_checkpoints, check_tables, check_tiles, sizes_wanted

__all__ = ["Finding", "LedgerReport", "verify_ledger"]

HELD = Incomplete("a checkpoint held elsewhere")
SAVE_EVERY = 10_000
"""Entries after which the state of a check is given to `save`."""


def verify_ledger(
    ledger: Ledger,
    *,
    held: Sequence[Checkpoint] = (),
    heads: KnownHeads | None = None,
    every_seal: bool = False,
    policy: Policy | None = None,
    progress: Callable[[int, int], None] | None = None,
    since: Checkpoint | None = None,
    interrupted: Interrupted | None = None,
    save: Callable[[Interrupted], None] | None = None,
    files: AttachedFiles | None = None,
    kept: KeptRanges | None = None,
) -> LedgerReport:
    """Checks everything that the ledger's database holds. Never raises for a fault in the ledger: it is a finding.

    `held` are checkpoints of this ledger that lie elsewhere, `heads` what its directory knows of it from elsewhere,
    each with its name; each must fit, so that a cut-off tail is found. Where nothing is known, that is marked. The last
    seal is recomputed, with `every_seal` each of them. Under `policy`, the verifier's own, the tokens are
    judged once more.

    `since` is a checkpoint whose history the verifier trusts, its last seal included: what follows that seal is
    checked, at the cost of what is new. `interrupted` is what an earlier check gave to `save`; the check goes on there.

    `files` are the attachments of the ledger, each of which is read again. `kept` are the ranges that an interrupted
    check of the verifier's own found whole: of the same bytes they count again, and the report is the same.

    Everything is read of one state, that of the beginning, whatever others write meanwhile. Heads are gathered before:
    then none is ahead of that state for being newer.
    """
    check = partial(
        _verify,
        ledger,
        held if since is None else (*held, since),
        heads,
        every_seal=every_seal,
        policy=policy,
        progress=progress,
        since=since,
        interrupted=interrupted,
        save=save,
        files=files,
        kept=kept,
    )
    try:
        with ledger.store.holding():
            return check()
    except Damaged:  # so that not even a state can be held: each part is read by itself, as far as it goes
        return check()


def _verify(
    ledger: Ledger,
    held: Sequence[Checkpoint],
    heads: KnownHeads | None,
    *,
    every_seal: bool,
    policy: Policy | None,
    progress: Callable[[int, int], None] | None,
    since: Checkpoint | None,
    interrupted: Interrupted | None,
    save: Callable[[Interrupted], None] | None,
    files: AttachedFiles | None,
    kept: KeptRanges | None,
) -> LedgerReport:
    report = LedgerReport()
    checks = SignatureChecks(report)
    passed = EntryPass(ledger, report, checks, files=FilesPass(files))
    known = _known(report, held, heads)
    total, wanted, roots = 0, set[int](), {0: EMPTY_ROOT}
    check_file(ledger, report, pages=since is None)
    damaged = bool(report.findings)
    with noting(report):
        total = ledger.size()
        wanted = sizes_wanted(ledger, known) | anchored_sizes(ledger)
    passed.anchors = AnchorPass(report, passed.keybook, roots, AnchorBook(policy) if policy is not None else None)
    start = None
    if not damaged:
        start = _start(passed, since, interrupted, roots)
        if report.findings:  # what the start rests on is not what the trusted head proves
            return _with_faults(report, heads)
    check_cells(ledger, report, start.position if start is not None else 0)
    if start is not None and report.findings:
        return _with_faults(report, heads)
    joined = None
    if start is None and not report.findings and save is None and policy is None:
        joined = check_in_ranges(ledger, total, wanted, files, progress, kept)
    if joined is not None:
        joined.hand_over(report)
        passed, roots = joined.passed, joined.roots
    else:
        _pass_over(passed, start, total, wanted, roots, progress=progress, save=save if since is None else None)
    report.findings.sort(key=lambda finding: -1 if finding.position is None else finding.position)
    passed.finish()
    with noting(report):
        passed.files.finish(report, start.position if start is not None else 0, report.size)
    below = start.position if start is not None and since is not None else 0
    _check_beside(passed, roots, known, below, every_seal=every_seal)
    if progress is not None:
        progress(total, total)
    if kept is not None:
        kept.clear()
    return _with_faults(report, heads)


def _pass_over(
    passed: EntryPass,
    start: Start | None,
    total: int,
    wanted: Collection[int],
    roots: dict[int, bytes],
    *,
    progress: Callable[[int, int], None] | None,
    save: Callable[[Interrupted], None] | None,
) -> None:
    """Every entry from the start on, one after the other; the size reached and its root go into the report."""
    ledger, report, checks = passed.ledger, passed.report, passed.signatures
    frontier = frontier_at(ledger, start.position) if start is not None else Frontier()
    checks.entries = total - frontier.size
    try:
        for row in rows_from(ledger, report, frontier.size, total):
            with noting(report, row["position"]):
                passed.check(row, frontier.size)
            frontier.append(leaf_hash(row["entry"]))
            if frontier.size in wanted:
                roots[frontier.size] = frontier.root()
            if progress is not None and frontier.size % PAGE == 0:
                progress(frontier.size, total)
            if save is not None and frontier.size % SAVE_EVERY == 0:
                checks.finish()
                if not report.findings:
                    save(_state(passed, frontier, roots))
        checks.finish()
    finally:
        checks.close()
    report.size, report.root = frontier.size, frontier.root()


def _with_faults(report: LedgerReport, heads: KnownHeads | None) -> LedgerReport:
    """The report with the files that should tell of a head and do not."""
    for fault in heads.faults if heads is not None else ():
        report.add(fault)
    return report


def _known(report: LedgerReport, held: Sequence[Checkpoint], heads: KnownHeads | None) -> list[KnownHead]:
    """Every head that the ledger must contain; where its directory was asked and knows of none, that is marked."""
    known = [*(KnownHead(each, HELD) for each in held), *(heads.known if heads is not None else ())]
    if heads is not None and all(each.listed for each in known):
        report.marks[UNKNOWN] += 1
    return known


def _check_beside(
    passed: EntryPass, roots: Mapping[int, bytes], known: Sequence[KnownHead], below: int, *, every_seal: bool
) -> None:
    """What stands beside the entries from position `below` on, the known heads, the seals, what the pass gathered."""
    ledger, report = passed.ledger, passed.report
    with noting(report):
        check_tables(ledger, report, passed.counts, below)
    with noting(report):
        passed.indexes.check(ledger, report, below)
    with noting(report):
        check_tiles(ledger, report, below)
    with noting(report):
        check_checkpoints(ledger, passed, roots, known, below)
    with noting(report):
        if below and not every_seal:
            check_seals_since(ledger, report, below, report.size)
            report.not_checked.append(
                Incomplete("the {} entries below the last seal of the trusted checkpoint, taken as checked", below)
            )
        else:
            check_seals(ledger, report, every=every_seal)
            if not report.seals:
                report.not_checked.append(Incomplete("completeness: this ledger has no seal"))
    with noting(report):
        mark_disputed(ledger, passed)
    if len(passed.keybook.custodians()) == 1:
        report.marks[N_("one custodian only")] += 1
    with noting(report):
        if passed.anchors is not None:
            passed.anchors.finish(ledger, [each.checkpoint for each in known if each.checkpoint is not None])


def _start(
    passed: EntryPass, since: Checkpoint | None, interrupted: Interrupted | None, roots: dict[int, bytes]
) -> Start | None:
    """Where to begin, everything below taken over; None for the first entry."""
    ledger, start = passed.ledger, None
    if interrupted is not None:
        head = interrupted.head
        if head.size > ledger.size() or ledger.tree_head(head.size) != head:
            passed.report.add(Invalid("the ledger is not the one whose check was interrupted, or was changed since"))
            return None
        start = Start(head.size, head)
    elif since is not None and since.size <= ledger.size() and ledger.tree_head(since.size) == since:
        start = start_of(ledger, since)
    if start is None:
        return None
    take_below(passed, start)
    prove_subjects(passed, start)
    hear_below(passed, start)
    if interrupted is None:
        roots |= {size: ledger.tree_head(size).root for size in anchored_sizes(ledger) if size <= start.position}
        return start
    passed.counts = Counter(interrupted.counts)
    passed.unexplained = {position: set(names) for position, names in interrupted.unexplained.items()}
    passed.not_before = interrupted.not_before
    passed.indexes = IndexPass.of(interrupted.indexes)
    roots |= interrupted.roots
    report = passed.report
    report.signatures, report.bodies = (interrupted.tallies.get(name, 0) for name in ("signatures", "bodies"))
    told = {name[5:]: n for name, n in interrupted.tallies.items() if name.startswith("mark ")}
    report.marks.update({name: n for name, n in told.items() if name != UNKNOWN})  # of heads: said anew
    report.not_checked.append(Incomplete("{} entries again, which an earlier check had passed", start.position))
    return start


def _state(passed: EntryPass, frontier: Frontier, roots: Mapping[int, bytes]) -> Interrupted:
    """How far the check has come, without a fault so far."""
    report = passed.report
    return Interrupted(
        Checkpoint(passed.origin, frontier.size, frontier.root()),
        passed.not_before,
        dict(passed.counts),
        passed.unexplained,
        dict(roots),
        passed.indexes.state(),
        {"signatures": report.signatures, "bodies": report.bodies}
        | {f"mark {name}": count for name, count in report.marks.items()},
    )
