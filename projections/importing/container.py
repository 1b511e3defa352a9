"""A workbook looked at as the zip file it is, before anything parses it: no bombs, macros, links or entities."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from ledger.errors import BadInput
from ledger.importing.source import FileBytes

MAX_PARTS = 2_000
MAX_UNPACKED = 600_000_000
"""Bytes of all parts together, unpacked."""
MAX_KEPT = 200_000_000
"""Bytes of the parts that a reader keeps in memory: the shared texts and the styles."""
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFUSED = (
    (re.compile(r"vbaproject|macrosheets/|dialogsheets/", re.IGNORECASE), BadInput("macros")),
    (re.compile(r"^xl/externallinks/", re.IGNORECASE), BadInput("links to other workbooks")),
    (re.compile(r"^xl/(connections\.xml|querytables/)", re.IGNORECASE), BadInput("data connections")),
    (re.compile(r"^xl/(embeddings|activex|ctrlprops)/", re.IGNORECASE), BadInput("embedded objects")),
)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z0-9:$]+)[\"']")


def check_container(file: FileBytes) -> None:
    """Raises BadInput, saying what to do, for a file that is no plain workbook of bounded size."""
    if file.data.startswith(_OLE):
        raise BadInput("{} is an old .xls file or protected by a password; save it as .xlsx without one", file.name)
    try:
        with zipfile.ZipFile(BytesIO(file.data)) as archive:
            _check_parts(file.name, archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise BadInput("{} is no .xlsx file, or a damaged one: {}", file.name, error) from None


def _check_parts(name: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise BadInput("{} is a zip file, but no workbook; save it as .xlsx", name)
    if len(parts) > MAX_PARTS or len(set(names)) != len(names):
        raise BadInput("{} is not put together like a workbook ({} parts); save it anew", name, len(parts))
    for part in parts:
        if part.flag_bits & 1:
            raise BadInput("{} is protected by a password; save it without one", name)
        for pattern, what in _REFUSED:
            if pattern.search(part.filename):
                raise BadInput(
                    "{} holds {} ({}); copy the values into the template and save that", name, what, part.filename
                )
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise BadInput("{} unpacks to more than {} bytes; split it", name, MAX_UNPACKED)
    kept = sum(p.file_size for p in parts if p.filename in ("xl/sharedStrings.xml", "xl/styles.xml"))
    if kept > MAX_KEPT:
        raise BadInput("{} unpacks to more than {} bytes; split it", name, MAX_KEPT)
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _check_prolog(name, archive, part)


def _check_prolog(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A document type declares entities, which blow up or fetch; it stands before the first element or nowhere."""
    parser = expat.ParserCreate()
    state = {"begun": False}

    def begin(*_: object) -> None:
        state["begun"] = True

    def refuse(*_: object) -> None:
        raise BadInput(
            "{} declares a document type in {}; save it anew from a spreadsheet program", name, part.filename
        )

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    with archive.open(part) as stream:
        while not state["begun"] and (chunk := stream.read(4096)):
            try:
                parser.Parse(chunk, False)  # noqa: FBT003 - expat's own positional flag: more follows
            except expat.ExpatError as error:
                raise BadInput("{} is damaged in {}: {}", name, part.filename, error) from None


def merged_ranges(file: FileBytes, part: str) -> Iterator[str]:
    """The ranges of cells that a worksheet merges, such as A3:A5."""
    with zipfile.ZipFile(BytesIO(file.data)) as archive, archive.open(part) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            window = rest + chunk
            end = 0
            for found in _MERGED.finditer(window):
                end = found.end()
                yield found[1].decode("ascii").replace("$", "")
            rest = window[max(end, len(window) - 256) :]
