"""Checking a whole ledger: every stored byte, in one pass, in memory that does not grow with the number of entries.

Chain, positions, times, signatures, keys and roles, bodies against digests, subjects and their running numbers, the
index columns, the tiles, and every checkpoint. Each fault is a `Finding`; the pass goes on after it where it can, so
that one report names them all. What could not be checked is said, never passed over.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ledger.anchors import AnchorBook
from ledger.application import Ledger
from ledger.core.checkpoint import Checkpoint
from ledger.core.merkle import EMPTY_ROOT, Frontier, leaf_hash
from ledger.core.policy import Policy
from ledger.errors import Incomplete
from ledger.verify.anchors import AnchorPass, anchored_sizes
from ledger.verify.entries import EntryPass, mark_disputed
from ledger.verify.report import Finding, Report
from ledger.verify.seals import check_seals
from ledger.verify.signatures import SignatureChecks
from ledger.verify.tree import check_checkpoints, check_tables, check_tiles, sizes_wanted

__all__ = ["Finding", "Report", "verify_ledger"]

PAGE = 500


def verify_ledger(
    ledger: Ledger,
    *,
    held: Sequence[Checkpoint] = (),
    every_seal: bool = False,
    policy: Policy | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Checks everything that the ledger's database holds. Never raises for a fault in the ledger: it is a finding.

    `held` are checkpoints of this ledger that lie elsewhere; each must fit, so that a cut-off tail is found. The last
    seal is recomputed, with `every_seal` each of them. Under `policy`, the verifier's own, the tokens are
    judged once more.
    """
    report = Report()
    total = ledger.size()
    checks = SignatureChecks(report, total)
    passed = EntryPass(ledger, report, checks)
    wanted, roots, frontier = sizes_wanted(ledger, held) | anchored_sizes(ledger), {0: EMPTY_ROOT}, Frontier()
    passed.anchors = AnchorPass(report, passed.keybook, roots, AnchorBook(policy) if policy is not None else None)
    try:
        for row in _rows(ledger):
            passed.check(row, frontier.size)
            frontier.append(leaf_hash(row["entry"]))
            if frontier.size in wanted:
                roots[frontier.size] = frontier.root()
            if progress is not None and frontier.size % PAGE == 0:
                progress(frontier.size, total)
        checks.finish()
    finally:
        checks.close()
    report.findings.sort(key=lambda finding: -1 if finding.position is None else finding.position)
    passed.finish()
    report.size, report.root = frontier.size, frontier.root()
    check_tables(ledger, report)
    passed.indexes.check(ledger, report)
    check_tiles(ledger, report)
    check_checkpoints(ledger, passed, roots, held)
    check_seals(ledger, report, every=every_seal)
    mark_disputed(ledger, passed)
    if len(passed.keybook.custodians()) == 1:
        report.marks["one custodian only"] += 1
    if not report.seals:
        report.not_checked.append(Incomplete("completeness: this ledger has no seal"))
    passed.anchors.finish(ledger, held)
    if progress is not None:
        progress(total, total)
    return report


def _rows(ledger: Ledger) -> Iterator[Any]:
    sql = (
        "SELECT e.*, b.body FROM stored_events e LEFT JOIN bodies b ON b.position = e.rowid - 1"
        " WHERE e.rowid > ? ORDER BY e.rowid LIMIT ?"
    )
    after = 0
    while rows := ledger.recorder.rows(sql, (after, PAGE)):
        yield from rows
        after = rows[-1]["rowid"]
