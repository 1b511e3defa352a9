"""Verifying the ledgers of an unpacked backup."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ledger.errors import Incomplete, Invalid, RolledBack
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.successor import check_link
from ledger.verify import LedgerReport, verify_ledger


@dataclass(frozen=True, slots=True)
class CheckedLedger:
    """A ledger in a backup, with the report of its verification."""

    kind: str
    report: LedgerReport

    @property
    def is_behind(self) -> bool:
        """Whether all that is wrong is that it is older than a head that is known."""
        wrong = [finding.what for finding in self.report.findings if finding.severity == "invalid"]
        return bool(wrong) and not self.report.more_findings and all(isinstance(each, RolledBack) for each in wrong)


def check_directory(
    directory: Path, given: tuple[Path, ...] = (), *, progress: Callable[[int, int], None] | None = None
) -> tuple[CheckedLedger, ...]:
    """Verifies every ledger there, with all heads that are known of it there and in the `given` files."""
    home = Home(directory, given)
    found = []
    for kind in home.kinds():
        with closing(home.open(kind, whole=False)) as ledger:
            heads = home.heads(kind, ledger, every=True)
            report = verify_ledger(ledger, heads=heads, progress=progress, files=home.attached(kind))
            check_link(home, kind, ledger, report)
        drop_beside(home.database(kind))
        found.append(CheckedLedger(kind, report))
    if found:
        found[0].report.take(home.strangers)
    return tuple(found)


def drop_beside(database: Path) -> None:
    """Removes the two files that reading leaves beside a database that nobody writes."""
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def exit_code(checked: tuple[CheckedLedger, ...]) -> int:
    """The gravest of them."""
    codes = {each.report.exit_code for each in checked}
    return Invalid.exit_code if Invalid.exit_code in codes else Incomplete.exit_code if codes - {0} else 0
