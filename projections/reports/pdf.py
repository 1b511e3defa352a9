"""A report as PDF, and charts as pictures. Needs the extra `report`, Pango, and a font with Chinese."""

import importlib
import io
import logging
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ledger.errors import NotInstalled
from ledger.extras import install_command
from projections.reports.document import Report
from projections.reports.html import document

_SCALE = 2.0
_FIXED = datetime(1980, 1, 1, tzinfo=UTC)
"""The date of every attachment: when it was made is no part of what it says."""
_RELATIONSHIPS = {"zip": "Supplement", "json": "Data"}
"""What an attachment is to the report, in the words of PDF/A-3: what it rests on, and what it says for programs."""


def report_pdf(report: Report, files: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF, tagged and for keeping (PDF/A-3a), with `files` attached; the same bytes for the same report and files.

    That holds wherever the same fonts are. Raises BadInput where tools lack.
    """
    return _write(document(report), files or {})


def chart_png(svg: str) -> bytes:
    """A drawing as PNG, twice the size in points, with the same words and fonts as in the PDF."""
    style = "<style>@page{size:PAGE;margin:0}body{margin:0;font-family:'Noto Sans CJK SC',sans-serif}</style>"
    _, _, width, height = svg.partition(' viewBox="')[2].partition('"')[0].split()
    page = style.replace("PAGE", f"{width}px {height}px")
    pages = library("pypdfium2").PdfDocument(_write(f"<!doctype html>{page}{svg}"))
    try:
        picture = pages[0].render(scale=_SCALE).to_pil()
    finally:
        pages.close()
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def _write(html: str, files: Mapping[str, bytes] | None = None) -> bytes:
    weasyprint = library("weasyprint")
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    attached = [
        weasyprint.Attachment(
            file_obj=io.BytesIO(data),
            name=name,
            description=name,
            created=_FIXED,
            modified=_FIXED,
            relationship=_RELATIONSHIPS.get(name.rpartition(".")[2], "Unspecified"),
        )
        for name, data in (files or {}).items()
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the library leaves its colour profile open
        found = weasyprint.HTML(string=html, url_fetcher=_nothing_fetched).write_pdf(
            pdf_variant="pdf/a-3a", pdf_identifier=b"zeren report", attachments=attached
        )
    if not isinstance(found, bytes):  # pragma: no cover - it returns bytes where no target is named
        raise TypeError("a PDF is bytes")
    return found


def library(name: str) -> Any:
    """A library that is loaded only where a report is made. OSError: Pango, which it binds, is not there."""
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as error:
        raise NotInstalled(
            "reports need more than is installed ({}); install it with: {} and, on Debian or"
            " Ubuntu, sudo apt install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk",
            error,
            install_command("report"),
        ) from error


def _nothing_fetched(url: str, *_: object, **__: object) -> Any:
    """A report fetches nothing: no picture, no style sheet, no font from anywhere."""
    raise ValueError(f"a report fetches nothing: {url}")
