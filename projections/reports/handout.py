"""Bundles made whole in memory: read back as a stranger would before a byte of them leaves."""

from collections.abc import Mapping, Sequence
from importlib import metadata

from ledger.bundle.bundle_report import BundleReport
from ledger.bundle.checking import check_parts
from ledger.bundle.packing import Part, build_files, pack
from ledger.errors import Invalid
from projections.reports.exhibit import page


def maker() -> str:
    """This program and its version, as a manifest names it."""
    return f"zeren {metadata.version('zeren')}"


def bundle_of(parts: Sequence[Part], words: Mapping[str, bytes] | None = None) -> tuple[BundleReport, bytes]:
    """The bundle of these parts as a file, beside them `words` by file name, and the report with what was proved.

    Raises Invalid where the ledger is such that its bundle would not verify.
    """
    claims, files = build_files(parts)
    report = BundleReport(files=files, maker=maker())
    check_parts(report, claims, files, [claim.fingerprint for claim in claims])
    for finding in report.findings:
        raise Invalid("nothing was written, the bundle would not verify: {}: {}", finding.file or "-", finding.what)
    return report, pack(claims, {**files, **(words or {})}, page(report), report.maker)
