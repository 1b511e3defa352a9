"""zeren verify: the ledgers of a directory and the checkpoints held of them, or a bundle."""

import dataclasses
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.acting.checked_before import checked_before
from cli.acting.jobs import jobs_option
from cli.asking import desk_home, home, json_option, known_option, organs, refuse_organ
from cli.commands.verify_all import VIEWS, LedgerJob, VerifiedLedger, row_of, row_of_views, verify_all
from cli.showing import bundles
from cli.showing.bundles import issuer_text, read_bundle, read_reports
from cli.showing.output import print_json, print_lines
from cli.showing.policy_texts import read_policy
from cli.showing.progress import progress_line
from cli.showing.report_pdfs import verify_pdf
from cli.showing.verification import as_data, print_report
from cli.showing.verified_views import print_views, prove_views
from ledger.application import Ledger
from ledger.bundle.bundle_report import Issuer
from ledger.bundle.issuer import issuer_of, open_report
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.note import parse_note
from ledger.core.policy import Policy
from ledger.errors import BadInput, Contradicted, Incomplete, Invalid, NoLedger, OtherVersion, ZerenError
from ledger.home.directory import KINDS, Home, check_kind
from ledger.home.known_heads import KnownHeads
from ledger.home.last_receipt import check_last
from ledger.keys.key_files import custodians_together
from ledger.messages import N_
from ledger.successor import check_link
from ledger.verify import LedgerReport, verify_ledger
from ledger.verify.start import Interrupted, format_interrupted, parse_interrupted
from ledger.writing import replace_whole
from projections.language.catalogue import _


@click.command(
    "verify",
    help=N_(
        "Check every stored byte of the ledgers: chain, signatures, keys, bodies, checkpoints; or, with no ledger at "
        "hand, a FILE: a bundle, or the PDF of a report with the evidence that it carries."
    ),
)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--fingerprint",
    "fingerprints",
    multiple=True,
    help=N_("Of a ledger in the bundle FILE, learnt elsewhere; may be given more than once."),
)
@click.option(
    "--report",
    "report_files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=N_("A report with its issuer's note beside it, FILE.issuer: who answers for it. Repeatable."),
)
@click.option("--ledger", "kind", type=click.Choice(list(KINDS)), help=N_("Only this ledger."))
@click.option(
    "--policy",
    "policy_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=N_("Judge the anchors under this policy of your own too."),
)
@click.option(
    "--since",
    "since_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=N_("Only what follows this checkpoint (a file), whose history and last seal you trust."),
)
@click.option(
    "--resume",
    "state_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("File that keeps the state of the check; where it is there, an interrupted check goes on."),
)
@known_option
@click.option("--all", "every", is_flag=True, help=N_("Every ledger of every organ; one line for each."))
@jobs_option
@click.option("--views", "with_views", is_flag=True, help=N_("Prove every row of the views from the entries too."))
@click.option("--seals", is_flag=True, help=N_("Recompute every seal, not only the last."))
@json_option
def command(
    file: Path | None,
    fingerprints: tuple[str, ...],
    report_files: tuple[Path, ...],
    kind: str | None,
    policy_file: Path | None,
    since_file: Path | None,
    state_file: Path | None,
    every: bool,
    jobs: int | None,
    with_views: bool,
    seals: bool,
    as_json: bool,
) -> int:
    policy = read_policy(policy_file) if policy_file is not None else None
    if every or jobs is not None:
        given = report_files[0] if report_files else None
        alone: dict[str, object] = {"FILE": file, "--since": since_file, "--resume": state_file, "--report": given}
        _check_alone(every, alone)
        own = {"every_seal": seals, "policy": policy, "since": None, "state_file": None}
        check = partial(check_one, options=own)
        return verify_all(organs(), desk_home(), kind, check, jobs, with_views=with_views, as_json=as_json)
    if file is not None:
        return _file(file, fingerprints, policy, report_files, as_json=as_json)
    here = home()
    since = read_checkpoint(since_file) if since_file is not None else None
    kinds = [kind] if kind else list(KINDS)
    if (since or state_file) and kind is None and len(here.kinds()) > 1:
        raise BadInput(_("name the ledger with --ledger: a checkpoint or a state is of one ledger"))
    reports = []
    for each in kinds:
        absent = _missing(here, each)
        if absent or (kind is None and not here.database(each).is_file()):
            reports += [(each, report) for report in absent]
            continue
        options = {"every_seal": seals, "policy": policy, "since": since, "state_file": state_file}
        reports.append((each, checked(here, each, options)))
    if not reports:
        raise NoLedger("there is no ledger in {}; make one with: zeren init", here.directory)
    if kind is None:
        reports[0][1].take(here.strangers)
    issuers = _issuers(here, report_files, reports[0][1])
    proved = [prove_views(here)] if with_views else []
    if as_json:
        said = {"reports": {name: dataclasses.asdict(issuer) for name, issuer in issuers.items()}} if issuers else {}
        shown = [{"kind": each, **as_data(report), **said} for each, report in reports]
        print_json([*shown, *map(dataclasses.asdict, proved)])
    else:
        for each, report in reports:
            print_report(each, report)
        for name, issuer in issuers.items():
            print_lines(f"{name}: {issuer_text(issuer)}")
        for views in proved:
            print_views(views)
    codes = {report.exit_code for _kind, report in reports} | {views.exit_code for views in proved}
    return Invalid.exit_code if Invalid.exit_code in codes else Incomplete.exit_code if codes - {0} else 0


def _file(
    file: Path, fingerprints: tuple[str, ...], policy: Policy | None, reports: tuple[Path, ...], *, as_json: bool
) -> int:
    """The check of a file with no ledger at hand."""
    if file.suffix.lower() == ".pdf":
        return verify_pdf(file, fingerprints, policy, as_json=as_json)
    with read_bundle(file, fingerprints, policy, read_reports(reports)) as bundle:
        bundles.print_report(bundle, as_json=as_json)
    return bundle.exit_code


def _issuers(here: Home, files: tuple[Path, ...], report: LedgerReport) -> dict[str, Issuer]:
    """Who answers for each report, by the ledgers that are here; what does not hold goes into the report."""
    found = {}
    for name, given in read_reports(files).items():
        try:
            issued, line = open_report(given)
            for kind in here.kinds():
                with closing(here.open(kind)) as ledger:
                    if ledger.fingerprint == issued.fingerprint and issued.size <= ledger.size():
                        found[name] = issuer_of(given.note, line, ledger.keys_below(issued.size), issued.size)
            if name not in found:
                raise Invalid("the issuer's note names a ledger that is not here, or a size that it does not have")
        except ZerenError as error:
            report.add(Invalid("{}: {}", name, error))
    return found


def _check_alone(every: bool, of_one: dict[str, object]) -> None:
    """Raises BadInput for what does not go together with --all."""
    if not every:
        raise BadInput("{} belongs to {}", "--jobs", "--all")
    for name, given in of_one.items():
        if given is not None:
            raise BadInput("{} is of one ledger, --all means every one; give one of the two", name)
    refuse_organ()


def check_one(job: LedgerJob, *, options: dict[str, Any]) -> VerifiedLedger:
    """The check of one ledger of many, or of the views of one directory, in whichever process."""
    if job.kind == VIEWS:
        return row_of_views(job, prove_views(job.home))
    gone = _missing(job.home, job.kind)
    report = gone[0] if gone else checked(job.home, job.kind, options)
    if job.first:
        report.take(job.home.strangers)
    return row_of(job, report, as_data(report))


def _missing(here: Home, kind: str) -> list[LedgerReport]:
    """The report of a ledger that is not here, though something tells that it was."""
    gone = here.elsewhere.vanished(kind)
    if gone is None:
        return []
    report = LedgerReport(origin="-", fingerprint="-")
    report.add(gone)
    return [report]


TOGETHER = N_("the keys of two custodians lie together here")


def checked(here: Home, kind: str, options: dict[str, Any]) -> LedgerReport:
    """The report of one ledger; of a database that cannot even be opened what is wrong with it."""
    try:
        ledger = here.open(kind, whole=False)
    except OtherVersion:
        raise
    except (Invalid, BadInput) as error:  # the other ledgers are checked all the same
        report = LedgerReport(origin="-", fingerprint="-")
        report.add(Invalid("{}", error))
        return report
    with closing(ledger):
        since = options.get("since")
        if since is not None and since.origin != ledger.origin:
            raise BadInput(
                _("the checkpoint is of {other}, not of {origin}").format(other=since.origin, origin=ledger.origin)
            )
        report = check(here, kind, ledger, **options)
        check_link(here, kind, ledger, report)
        report.take(partial(other_kind, kind, ledger))
        report.take(partial(unacknowledged, here, kind, ledger))
        with suppress(ZerenError):  # of a ledger that tells no keys it was said already
            if not report.simulated and custodians_together(here.keys(kind), ledger.keys()):
                report.marks[TOGETHER] += 1
        return report


def other_kind(kind: str, ledger: Ledger) -> list[ZerenError]:
    """That a ledger of another kind stands in the place of this one; what is wrong with its beginning is said else."""
    try:
        check_kind(kind, ledger)
    except Contradicted as error:
        return [error]
    except ZerenError:
        pass
    return []


def unacknowledged(here: Home, kind: str, ledger: Ledger) -> list[ZerenError]:
    """That a server lacks what it acknowledged to this folder: it was set back, or another one took over without it."""
    try:
        check_last(here.directory, kind, ledger)
    except ZerenError as error:
        return [error]
    return []


def check(
    here: Home,
    kind: str,
    ledger: Ledger,
    *,
    every_seal: bool = False,
    policy: Policy | None = None,
    since: Checkpoint | None = None,
    state_file: Path | None = None,
) -> LedgerReport:
    """The check of one ledger, with every head that is known of it from elsewhere.

    With a `state_file` an interrupted check goes on where it was; the file is gone when the check has ended.
    """
    kept = state_file if since is None else None
    try:
        heads = here.heads(kind, ledger, every=True)
    except ZerenError as error:  # too damaged to tell its own name
        heads = KnownHeads(faults=(error,))
    with progress_line(_("entries checked")) as told:
        report = verify_ledger(
            ledger,
            heads=heads,
            every_seal=every_seal,
            policy=policy,
            progress=told,
            since=since,
            interrupted=parse_interrupted(kept.read_bytes()) if kept is not None and kept.exists() else None,
            save=partial(_keep, kept) if kept is not None else None,
            files=here.attached(kind),
            kept=checked_before(ledger) if since is None and state_file is None and policy is None else None,
        )
    if kept is not None:
        kept.unlink(missing_ok=True)
    return report


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint in a file that the verifier trusts. Raises BadInput."""
    try:
        return parse_checkpoint(parse_note(path.read_bytes()).text)
    except Invalid as error:
        raise BadInput("{}: {}", path, error) from error


def _keep(path: Path, state: Interrupted) -> None:
    replace_whole(path, format_interrupted(state))
