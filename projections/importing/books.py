"""Which kind of table file it is, by what is inside it: an ending only says what somebody called it."""

from pathlib import PurePath

from ledger.errors import BadInput
from ledger.importing.source import FileBytes
from projections.importing.grid import Book

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlt", ".et", ".ett", ".ods", ".ots")
TEXTS = (".csv", ".tsv", ".txt")
SUFFIXES = (*WORKBOOKS, *TEXTS)
"""Endings of files of rows and columns."""


def open_book(file: FileBytes) -> Book:
    """The file as sheets. Raises BadInput, saying what to do, for what is none."""
    if file.data.startswith(OLE):
        from projections.importing.older_workbooks import OlderWorkbook

        return OlderWorkbook(file)
    if file.data.startswith(_ZIP) and file.data[30:38] == b"mimetype":
        from projections.importing.open_document import OpenDocument

        return OpenDocument(file)
    suffix = PurePath(file.name).suffix.lower()
    if suffix in TEXTS and not file.data.startswith(_ZIP):
        from projections.importing.delimited import Delimited

        return Delimited(file)
    start = file.data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise BadInput(
            "{} is a page of the web or XML under a workbook's name; open it and save it as .xlsx", file.name
        )
    from projections.importing.workbook import Workbook

    return Workbook(file)
