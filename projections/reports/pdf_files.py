"""The files that the PDF of a report carries, read from it. Needs the extra `report`."""

from collections.abc import Mapping

from ledger.errors import BadInput, Invalid
from projections.reports.evidence_model import EVIDENCE, MODEL
from projections.reports.pdf import library


def files_in(data: bytes) -> Mapping[str, bytes]:
    """Evidence and model of a report's PDF. Raises BadInput for what is no PDF, Invalid where it carries others."""
    pdfium = library("pypdfium2")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise BadInput("this is no PDF that can be read: {}", error) from error
    try:
        attached = [document.get_attachment(number) for number in range(document.count_attachments())]
        found = [(each.get_name(), bytes(each.get_data())) for each in attached]
    except pdfium.PdfiumError as error:
        raise Invalid("an attachment of the PDF cannot be read: {}", error) from error
    finally:
        document.close()
    if sorted(name for name, _ in found) != sorted((EVIDENCE, MODEL)):
        names = ", ".join(sorted(name for name, _ in found)) or "-"
        raise Invalid("a report's PDF carries {} and {}, this one: {}", EVIDENCE, MODEL, names)
    return dict(found)
