"""Bundles on the command line: made, checked before they leave, and read back."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cli.showing.output import labelled, mark_text, print_json, print_lines
from cli.showing.progress import progress_line
from ledger.bundle.bundle_report import BundleReport, Issuer, PartReport
from ledger.bundle.checking import check_bundle
from ledger.bundle.issuer import NOTE, IssuedReport
from ledger.bundle.layout import PAGE
from ledger.bundle.packing import Part
from ledger.core.entry import format_time
from ledger.core.policy import Policy
from ledger.errors import BadInput, Incomplete, Invalid
from ledger.writing import written_whole
from projections.language.catalogue import _, explain_error
from projections.reports.exhibit import page
from projections.reports.handout import maker, write_bundle


@contextmanager
def make_bundle(parts: Sequence[Part], out: Path, words: Mapping[str, bytes] | None = None) -> Iterator[BundleReport]:
    """Writes the bundle of these parts, whole or not at all, and beside them `words`: a report by its file name.

    Gives what was proved, which is read from the file. Raises BadInput where the file is there already, Invalid where
    the ledger is such that its bundle would not verify.
    """
    if out.exists():
        raise BadInput("{} is there already; name another file, or remove it first", out)
    with written_whole(out) as file, progress_line(_("pieces of the bundle")) as told:
        report = write_bundle(parts, file, words, told)
    with out.open("rb") as file:
        report.files.read_from(file)
        yield report


def read_reports(paths: Sequence[Path]) -> dict[str, IssuedReport]:
    """Each report with its issuer's note, by file name. Raises BadInput where there is none beside it."""
    found = {}
    for path in paths:
        note = path.with_name(path.name + NOTE)
        try:
            found[path.name] = IssuedReport(path.read_bytes(), note.read_bytes())
        except OSError as error:
            raise BadInput("{} cannot be read: {}", error.filename or note, error.strerror) from None
    return found


@contextmanager
def read_bundle(
    path: Path,
    fingerprints: Sequence[str],
    policy: Policy | None = None,
    reports: Mapping[str, IssuedReport] | None = None,
) -> Iterator[BundleReport]:
    """The check of a bundle file, its page included. Raises BadInput where it cannot be read."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput("{} cannot be read: {}", path, error.strerror) from None
    with file:
        yield checked_bundle(file, fingerprints, policy, reports)


def checked_bundle(
    source: bytes | BinaryIO,
    fingerprints: Sequence[str],
    policy: Policy | None = None,
    reports: Mapping[str, IssuedReport] | None = None,
) -> BundleReport:
    """The check of a bundle, its page included."""
    with progress_line(_("pieces of the bundle")) as told:
        report = check_bundle(source, fingerprints, policy, reports, told)
    _check_page(report, policy)
    return report


def _check_page(report: BundleReport, policy: Policy | None) -> None:
    if report.maker and report.maker != maker():
        report.not_checked.append(Incomplete("index.html: it was made by {}", report.maker))
    elif policy is not None or any(part.unread for part in report.parts):
        report.not_checked.append(
            Incomplete("index.html: it shows times by the ledger's own policy and all its anchors")
        )
    elif report.parts and not report.findings and report.files.get(PAGE) != page(report):
        report.add(Invalid("the page does not say what the bundle holds"), PAGE)


def as_data(report: BundleReport) -> dict[str, object]:
    """A report as JSON shows it."""
    return {
        "verdict": report.verdict,
        "maker": report.maker,
        "reports": {name: dataclasses.asdict(each) for name, each in report.reports.items()},
        "issuer": None if report.issuer is None else dataclasses.asdict(report.issuer),
        "ledgers": [_part_data(part) for part in report.parts],
        "findings": [{"severity": f.severity, "file": f.file, "what": str(f.what)} for f in report.findings],
        "marks": dict(report.marks),
        "not_checked": [str(what) for what in report.not_checked],
    }


def _part_data(part: PartReport) -> dict[str, object]:
    claims = part.claims
    return {
        "path": claims.path,
        "origin": claims.origin,
        "kind": claims.kind,
        "fingerprint": claims.fingerprint,
        "selection": part.selection,
        "trusted_by": part.trusted_by or None,
        "simulated": part.simulated,
        "size": claims.size,
        "seal": claims.seal,
        "entries": claims.entries,
        "signatures": part.signatures,
        "complete": [{"kind": claim.kind, "id": claim.id, "entries": count} for claim, count in part.proved],
        "cosignatures": [{"key": name, "time": time} for name, time in part.cosignatures],
        "time_stamps": [{"authority": stamp.authority, "time": stamp.time} for stamp in part.time_stamps],
        "times": [
            {
                "position": shown.header.position,
                "recorded_at": shown.header.recorded_at,
                "not_before": shown.bounds.not_before,
                "not_after": shown.bounds.not_after,
            }
            for shown in part.shown
            if shown.asked
        ],
        "verified_by": part.verified_by,
        "attachments": part.attached,
    }


def issuer_text(issuer: Issuer | None) -> str:
    """Who answers for what was chosen, or that nobody does."""
    if issuer is None:
        return _("nobody answers for the selection")
    roles = ", ".join(_(role) for role in issuer.roles)
    return _("issued by {person}, {roles} ({origin})").format(person=issuer.person, roles=roles, origin=issuer.origin)


def print_report(report: BundleReport, *, as_json: bool) -> None:
    """A report for people or programs: what was proved, then faults and gaps, the verdict last."""
    if as_json:
        print_json(as_data(report))
        return
    print_lines(issuer_text(report.issuer))
    for name, issuer in report.reports.items():
        print_lines(f"{name}: {issuer_text(issuer)}")
    for part in report.parts:
        claims = part.claims
        simulated = " (" + _("simulated") + ")" if part.simulated else ""
        trust = {
            "given": _("confirmed by the fingerprint that you gave"),
            "pinned": _("confirmed by the pin of the case"),
        }
        print_lines(
            f"{claims.path}  {claims.origin}{simulated}",
            *(["  " + _("a selection: nothing here shows that there is nothing else")] if part.selection else []),
            "  " + _("fingerprint {f}").format(f=claims.fingerprint) + f"  {trust.get(part.trusted_by, '')}".rstrip(),
            "  "
            + _("{shown} entries shown, {asked} of them asked for, {signatures} signatures checked").format(
                shown=len(part.shown), asked=len(claims.entries), signatures=part.signatures
            ),
        )
        for claim, count in part.proved:
            if claim in claims.complete:
                print_lines("  " + _("complete up to the seal: {what}, {n} entries").format(what=str(claim), n=count))
        who = ", ".join(part.verified_by) or _("nobody else")
        print_lines("  " + _("recomputed, beside the seal's signer, by: {who}").format(who=who))
        _print_beside(part)
        if part.pending:
            print_lines("  " + _("pending, no outside evidence yet: {n} entries").format(n=part.pending))
    for mark, count in sorted(report.marks.items()):
        print_lines(labelled(_("mark"), f"{mark_text(mark)} ({count})"))
    for finding in report.findings:
        where = f"{finding.file}: " if finding.file else ""
        print_lines(f"  {_(finding.severity)}: {where}{explain_error(finding.what)}")
    for what in report.not_checked:
        print_lines(labelled(_("not checked"), explain_error(what)))
    print_lines(labelled(_("verdict"), _(report.verdict)))


def _print_beside(part: PartReport) -> None:
    """What stands beside a part's entries: attachments, cosignatures, time stamps."""
    if part.attached:
        print_lines("  " + _("attachments, each that of its entry: {n}").format(n=part.attached))
    for name, time in part.cosignatures:
        print_lines("  " + _("cosigned by {name} at {time}").format(name=name, time=format_time(time)))
    for stamp in part.time_stamps:
        text = _("time stamp by {name} at {time}")
        print_lines("  " + text.format(name=stamp.authority, time=format_time(stamp.time)))
