"""A workbook looked at as the zip file it is, before anything parses it: no bombs, macros, links or entities."""

import re
import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from ledger.errors import BadInput
from ledger.importing.source import FileBytes
from projections.importing.grid import Layout, Merged, merged_of

MAX_PARTS = 2_000
MAX_UNPACKED = 600_000_000
"""Bytes of all parts together, unpacked."""
MAX_KEPT = 200_000_000
"""Bytes of the parts that a reader keeps in memory: the shared texts and the styles."""
_CHUNK = 1 << 20
MAX_TOKEN = 1 << 19
"""Bytes that one tag, comment or prolog may have: an XML parser reads a token from its beginning whenever more of it
comes, so that one that never ends takes the square of its length."""
_APART = re.compile(rb"<!--|<!\[CDATA\[|<\?")
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, zlib.error)
"""What is raised by unpacking a damaged file."""
MACROS = re.compile(r"vbaproject", re.IGNORECASE)
_WITH_MACROS = (".xlsm", ".xltm", ".et", ".ett")
"""Endings that say so: a program in such a file is left alone; under another ending it is hidden there."""
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_STRICT = b"http://purl.oclc.org/ooxml/"
MAX_MERGED = 1_000
MAX_COLUMN = 16_384
_REFUSED = (
    (re.compile(r"macrosheets/|dialogsheets/", re.IGNORECASE), BadInput("macros")),
    (re.compile(r"^xl/externallinks/", re.IGNORECASE), BadInput("links to other workbooks")),
    (re.compile(r"^xl/(connections\.xml|querytables/)", re.IGNORECASE), BadInput("data connections")),
    (re.compile(r"^xl/(embeddings|activex|ctrlprops)/", re.IGNORECASE), BadInput("embedded objects")),
)
_TAG = re.compile(rb"<(?:\w+:)?(row|col|mergeCell)\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"\b(r|min|max|hidden|ref)=[\"']([^\"']*)[\"']")


def check_container(file: FileBytes) -> None:
    """Raises BadInput, saying what to do, for a file that is no plain workbook of bounded size."""
    try:
        with zipfile.ZipFile(BytesIO(file.data)) as archive:
            _check_parts(file.name, archive)
    except _UNREADABLE as error:
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
        refused = _REFUSED if name.lower().endswith(_WITH_MACROS) else (*_REFUSED, (MACROS, BadInput("macros")))
        for pattern, what in refused:
            if pattern.search(part.filename):
                raise BadInput(
                    "{} holds {} ({}); copy the values into the template and save that", name, what, part.filename
                )
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise BadInput("{} unpacks to more than {} bytes; split it", name, MAX_UNPACKED)
    kept = sum(p.file_size for p in parts if p.filename in ("xl/sharedStrings.xml", "xl/styles.xml"))
    if kept > MAX_KEPT:
        raise BadInput("{} unpacks to more than {} bytes; split it", name, MAX_KEPT)
    with archive.open("xl/workbook.xml") as stream:
        if _STRICT in stream.read(4096):
            raise BadInput(
                "{} is saved as Strict Open XML; in Excel choose Save As, then Excel Workbook (*.xlsx), and import it",
                name,
            )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _check_tokens(name, archive, part)
            _check_prolog(name, archive, part)


def _check_tokens(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raises BadInput where no tag begins for too long, or what stands apart (a comment) does not end."""
    overlong = BadInput("{} is damaged in {}: {}", name, part.filename, "a token without end")
    close, length, carried = b"", 0, b""
    if part.file_size <= MAX_TOKEN:
        return
    with archive.open(part) as stream:
        while block := stream.read(MAX_TOKEN):
            if len(block) == MAX_TOKEN and b"<" not in block:
                raise overlong
            data, at = carried + block, 0
            while True:
                if close:
                    end = data.find(close, at)
                    length += (len(data) if end < 0 else end) - at
                    if length > MAX_TOKEN:
                        raise overlong
                    if end < 0:
                        break
                    at, close = end + len(close), b""
                found = _APART.search(data, at)
                if found is None:
                    break
                at, close, length = found.end(), _ENDS[found[0]], 0
            carried = data[-2:] if close else data[-8:]  # what is divided between two blocks


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
            if stream.tell() > MAX_TOKEN:
                raise BadInput("{} is damaged in {}: {}", name, part.filename, "a token without end")
            try:
                parser.Parse(chunk, False)  # noqa: FBT003 - expat's own positional flag: more follows
            except expat.ExpatError as error:
                raise BadInput("{} is damaged in {}: {}", name, part.filename, error) from None


def check_open_document(file: FileBytes) -> None:
    """Raises BadInput, saying what to do, for a file that is no plain OpenDocument workbook of bounded size."""
    try:
        with zipfile.ZipFile(BytesIO(file.data)) as archive:
            parts = archive.infolist()
            names = [part.filename for part in parts]
            if "content.xml" not in names or not _start(archive, "mimetype").startswith(_SPREADSHEET):
                raise BadInput("{} is a zip file, but no workbook; save it as .xlsx", file.name)
            if len(parts) > MAX_PARTS or len(set(names)) != len(names):
                raise BadInput("{} is not put together like a workbook ({} parts); save it anew", file.name, len(parts))
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise BadInput("{} unpacks to more than {} bytes; split it", file.name, MAX_UNPACKED)
            manifest = "META-INF/manifest.xml"
            if (manifest in names and b"encryption-data" in _start(archive, manifest)) or any(
                part.flag_bits & 1 for part in parts
            ):
                raise BadInput("{} is protected by a password; save it without one", file.name)
            content = archive.getinfo("content.xml")
            _check_tokens(file.name, archive, content)
            _check_prolog(file.name, archive, content)
    except _UNREADABLE as error:
        raise BadInput("{} is no .ods file, or a damaged one: {}", file.name, error) from None


def _start(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a part."""
    with archive.open(name) as stream:
        return stream.read(_CHUNK)


def has_macros(file: FileBytes) -> bool:
    """Whether a workbook holds a program."""
    with zipfile.ZipFile(BytesIO(file.data)) as archive:
        return any(MACROS.search(name) for name in archive.namelist())


def layout_of(file: FileBytes, part: str) -> Layout:
    """What a worksheet's part hides and merges. Raises BadInput for a part that cannot be unpacked."""
    try:
        return _layout(file, part)
    except (*_UNREADABLE, KeyError) as error:
        raise BadInput("{} is no .xlsx file, or a damaged one: {}", file.name, error) from None


def _layout(file: FileBytes, part: str) -> Layout:
    rows: set[int] = set()
    columns: set[int] = set()
    merged: list[Merged] = []
    number = 0
    with zipfile.ZipFile(BytesIO(file.data)) as archive, archive.open(part) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            window = rest + chunk
            end = 0
            for found in _TAG.finditer(window):
                end = found.end()
                given = {
                    name.decode(): value.decode("ascii", "replace") for name, value in _ATTRIBUTE.findall(found[2])
                }
                hidden = given.get("hidden") in ("1", "true")
                match found[1]:
                    case b"row":
                        number = int(given["r"]) if given.get("r", "").isdecimal() else number + 1
                        if hidden:
                            rows.add(number)
                    case b"col" if hidden and given.get("min", "").isdecimal() and given.get("max", "").isdecimal():
                        columns |= set(range(int(given["min"]) - 1, min(int(given["max"]), MAX_COLUMN)))
                    case b"mergeCell" if len(merged) < MAX_MERGED:
                        merged += [each] if (each := merged_of(given.get("ref", "").replace("$", ""))) else []
            rest = window[max(end, len(window) - 512) :]
    return Layout(frozenset(rows), frozenset(columns), tuple(merged))
