"""Bundles written as a stream: read back as a stranger would before the last byte of them is there."""

from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import BinaryIO

from ledger.bundle.bundle_report import BundleReport
from ledger.bundle.checking import check_parts
from ledger.bundle.layout import PAGE
from ledger.bundle.packing import Part, claims_of, files_beside, finish, write_parts
from ledger.core.archive import ArchiveWriter
from ledger.errors import Invalid
from projections.reports.exhibit import page


def maker() -> str:
    """This program and its version, as a manifest names it."""
    return f"zeren {metadata.version('zeren')}"


def write_bundle(parts: Sequence[Part], file: BinaryIO, words: Mapping[str, bytes] | None = None) -> BundleReport:
    """Writes the bundle of these parts, beside them `words` by file name, into a file that can be read, too.

    Gives the report with what was proved, whose entries are read from the file. Raises Invalid where the ledger is such
    that its bundle would not verify.
    """
    claims, beside = claims_of(parts), files_beside(parts)
    writer = ArchiveWriter(file)
    write_parts(parts, writer)
    report = BundleReport(files=writer.files(), maker=maker())
    check_parts(report, claims, report.files, beside, [claim.fingerprint for claim in claims])
    for finding in report.findings:
        raise Invalid("nothing was written, the bundle would not verify: {}: {}", finding.file or "-", finding.what)
    finish(writer, claims, {**beside, **(words or {}), PAGE: page(report)}, report.maker)
    return report
