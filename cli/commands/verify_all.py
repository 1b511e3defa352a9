"""zeren verify --all: every ledger of every organ, each a job of its own; one line for each, the worst exit code.

With --views the views of each directory are a job too.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from cli.acting.jobs import run_jobs
from cli.showing.gone import say
from cli.showing.output import print_lines, table
from cli.showing.progress import progress_line
from cli.showing.verified_views import VerifiedViews
from ledger.errors import Incomplete, Invalid, NoLedger
from ledger.home.directory import Home
from ledger.home.organs_at_hand import Organs
from ledger.verify import LedgerReport
from projections.language.catalogue import _, explain_error
from projections.questions.plain import plain

VERDICTS = ("valid", "incomplete", "invalid")
VIEWS = "views"
"""Stands as the kind of a job that proves the views of a directory."""


@dataclass(frozen=True, slots=True)
class LedgerJob:
    """One ledger of one organ; `first` of its directory, where what somebody brought is looked at too."""

    organ: str
    name: str
    home: Home
    kind: str
    first: bool


@dataclass(frozen=True, slots=True)
class VerifiedLedger:
    """What the check of one ledger, or of the views of a directory, gave, as it is shown: `data` as JSON has it."""

    job: LedgerJob
    verdict: str
    exit_code: int
    data: dict[str, Any]
    said: tuple[str, ...]
    """The findings in words."""


def verify_all(
    organs: Organs,
    root: Home,
    kind: str | None,
    check: Callable[[LedgerJob], VerifiedLedger],
    workers: int | None,
    *,
    with_views: bool,
    as_json: bool,
) -> int:
    """Checks each ledger by `check` and prints; returns the worst exit code. Raises NoLedger where there is none."""
    jobs = [each for each in _jobs(organs, root) if kind in (None, each.kind)]
    if with_views:
        jobs += [replace(each, kind=VIEWS, first=False) for each in {job.home: job for job in jobs}.values()]
    if not jobs:
        raise NoLedger("there is no ledger in {}; make one with: zeren init", organs.directory)
    rows: dict[LedgerJob, VerifiedLedger] = {}
    sized = [(_size(each), each) for each in jobs]
    with progress_line(_("ledgers checked")) as told:
        for job, row in run_jobs(sized, check, workers):
            rows[job] = row
            if as_json:
                say(json.dumps(plain(row.data), ensure_ascii=False))
            elif told is not None:
                told(len(rows), len(jobs))
    if not as_json:
        _print([rows[job] for job in jobs])
    codes = {row.exit_code for row in rows.values()}
    return Invalid.exit_code if Invalid.exit_code in codes else Incomplete.exit_code if codes - {0} else 0


def _jobs(organs: Organs, root: Home) -> Iterator[LedgerJob]:
    """In the order of the list; last the access ledger and the published lists that are kept beside it."""
    for organ in organs:
        home = organ.home
        kinds = [kind for kind in home.possible if home.database(kind).is_file() or home.elsewhere.vanished(kind)]
        for kind in kinds:
            yield LedgerJob(organ.key, organ.name, home, kind, kind == kinds[0])
    for kind in ("access", "list") if organs.listed else ():
        if root.database(kind).is_file() or root.elsewhere.vanished(kind):
            yield LedgerJob("", "", root, kind, first=False)


def _size(job: LedgerJob) -> int:
    kinds = job.home.kinds() if job.kind == VIEWS else [job.kind]  # views are proved by reading every ledger of theirs
    files = [job.home.database(kind) for kind in kinds]
    return sum(file.stat().st_size for file in files if file.is_file())


def row_of(job: LedgerJob, report: LedgerReport, data: dict[str, object]) -> VerifiedLedger:
    """What the check of one ledger gave; `data` is the report as JSON has it."""
    said = tuple(
        (f"#{finding.position}: " if finding.position is not None else "") + explain_error(finding.what)
        for finding in report.findings
    )
    return VerifiedLedger(job, report.verdict, report.exit_code, {**_named(job), **data}, said)


def row_of_views(job: LedgerJob, views: VerifiedViews) -> VerifiedLedger:
    """What proving the views of a directory gave."""
    said = (views.finding,) if views.finding else ()
    return VerifiedLedger(job, views.verdict, views.exit_code, {**_named(job), **asdict(views)}, said)


def _named(job: LedgerJob) -> dict[str, object]:
    return {"organ": job.organ or None, "name": job.name or None, "kind": job.kind}


def _print(rows: list[VerifiedLedger]) -> None:
    heads = (_("organ"), _("name"), _("ledger"), _("entries"), _("signatures"), _("verdict"))
    print_lines(
        table(heads, [(row.job.organ, row.job.name, row.job.kind, *_counts(row), _(row.verdict)) for row in rows])
    )
    for row in rows:
        if row.said:
            named = (row.job.name or row.job.home.directory, row.job.kind, row.data.get("origin", ""))
            print_lines("", "  ".join(map(str, named)).rstrip())
            print_lines(*(f"  {said}" for said in row.said))
    views = [row for row in rows if row.job.kind == VIEWS]
    ledgers = [row for row in rows if row.job.kind != VIEWS]
    print_lines("", _("{n} ledgers: {said}").format(n=len(ledgers), said=_verdicts(ledgers)))
    if views:
        print_lines(_("views of {n} directories: {said}").format(n=len(views), said=_verdicts(views)))


def _counts(row: VerifiedLedger) -> tuple[str, str]:
    if row.job.kind == VIEWS:
        return _("{n} rows").format(n=row.data["rows"]), ""
    return str(row.data["size"]), str(row.data["signatures"])


def _verdicts(rows: list[VerifiedLedger]) -> str:
    counts = Counter(row.verdict for row in rows)
    return ", ".join(f"{counts[verdict]} {_(verdict)}" for verdict in VERDICTS if counts[verdict])


__all__ = ["VIEWS", "LedgerJob", "VerifiedLedger", "row_of", "row_of_views", "verify_all"]
