"""Bundles written as a stream: read back as a stranger would before the last byte of them is there."""

from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from typing import BinaryIO

from ledger.bundle.bundle_report import BundleReport
from ledger.bundle.checking import check_parts, counting
from ledger.bundle.layout import PAGE
from ledger.bundle.packing import Part, claims_of, files_beside, finish, write_parts
from ledger.core.archive import ArchiveWriter
from ledger.errors import Invalid
from projections.reports.exhibit import page


def maker() -> str:
    """This program and its version, as a manifest names it."""
    return f"zeren {metadata.version('zeren')}"


PIECES = 4
"""What is told of an entry: its body, itself and its proof are written, then it is read back."""


def write_bundle(
    parts: Sequence[Part],
    file: BinaryIO,
    words: Mapping[str, bytes] | None = None,
    told: Callable[[int, int], None] | None = None,
) -> BundleReport:
    """Writes the bundle of these parts, beside them `words` by file name, into a file that can be read, too.

    Gives the report with what was proved, whose entries are read from the file. Raises Invalid where the ledger is such
    that its bundle would not verify. `told` hears how many pieces are done, and of how many.
    """
    counted = counting(told, PIECES * sum(len(part.selection.positions) for part in parts))
    claims, beside = claims_of(parts), files_beside(parts)
    writer = ArchiveWriter(file)
    write_parts(parts, writer, counted)
    report = BundleReport(files=writer.files(), maker=maker())
    check_parts(report, claims, report.files, beside, [claim.fingerprint for claim in claims], told=counted)
    for finding in report.findings:
        raise Invalid("nothing was written, the bundle would not verify: {}: {}", finding.file or "-", finding.what)
    finish(writer, claims, {**beside, **(words or {}), PAGE: page(report)}, report.maker)
    return report
