"""`zeren verify REPORT.pdf`: what a report's PDF carries, checked with no ledger at hand."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from cli.showing import bundles
from cli.showing.bundles import checked_bundle, issuer_text
from cli.showing.output import labelled, print_json, print_lines
from ledger.bundle.bundle_report import BundleReport
from ledger.bundle.issuer import NOTE, IssuedReport
from ledger.core.policy import Policy
from ledger.errors import BadInput
from projections.language.catalogue import _
from projections.reports.evidence_model import EVIDENCE, MODEL, CarriedReport, check_carried
from projections.reports.pdf_files import files_in


def verify_pdf(path: Path, fingerprints: Sequence[str], policy: Policy | None, *, as_json: bool) -> int:
    """Checks evidence and model of a report, and who answers for its pages; prints it, and returns the exit code."""
    data = _read(path)
    note = path.with_name(path.name + NOTE)
    beside = {path.name: IssuedReport(data, _read(note))} if note.exists() else {}
    files = files_in(data)
    bundle = checked_bundle(files[EVIDENCE], fingerprints, policy, beside)
    carried = check_carried(files[MODEL], bundle)
    issuer = bundle.reports.get(path.name)
    if as_json:
        outside = [
            {"ledger": ledger, "head": head, "entries": numbers} for (ledger, head), numbers in carried.outside.items()
        ]
        model = {**dataclasses.asdict(carried), "outside": outside}
        pages = "issued" if issuer is not None else "not proved"
        print_json({"pages": pages, "model": model, **bundles.as_data(bundle)})
        return bundle.exit_code
    if issuer is None:
        said = _("pages not proved: no issuer's note that holds lies beside the file ({note})")
        print_lines(said.format(note=note.name))
    else:
        print_lines(labelled(_("pages"), issuer_text(issuer)))
    print_lines(*_lines(carried, bundle))
    bundles.print_report(bundle, as_json=False)
    return bundle.exit_code


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("{} cannot be read: {}", path, error.strerror) from None


def _lines(carried: CarriedReport, bundle: BundleReport) -> list[str]:
    if any(finding.file == MODEL for finding in bundle.findings):
        return [labelled(_("the report's model"), _("does not follow from the evidence"))]
    said = _(
        "{entries} entries cited stand in the evidence; {acts} acts, {intervals} intervals, {amounts} amounts and "
        "{statements} statements follow from it"
    ).format(**{name: getattr(carried, name) for name in _COUNTS})
    lines = [labelled(_("the report's model"), said)]
    for (ledger, head), numbers in carried.outside.items():
        said = _("taken from the ledger {ledger} at head {head}: {numbers}")
        lines.append("  " + said.format(ledger=ledger, head=head, numbers=", ".join(numbers)))
    if carried.unproved:
        lines.append("  " + _("statements that rest on entries outside: {n}").format(n=carried.unproved))
    return lines


_COUNTS = ("entries", "acts", "intervals", "amounts", "statements")
