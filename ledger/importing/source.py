"""A file of rows as the import sees it: named, digested, and read as often as needed from the same bytes."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ledger.errors import BadInput
from ledger.events.acts import Act
from ledger.events.lists import pattern_of
from ledger.frozen import dataclass
from ledger.recording.forms import Form
from ledger.recording.raw_record import Fault
from ledger.recording.texts import file_name

MAX_BYTES = 100_000_000
MAX_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One record as the file has it. `number`: of the sheet's row, the line or the item, rising."""

    number: int
    place: str
    """Where it stands, as the reader of the file knows it: `7` of a sheet, `line 7`."""
    values: Mapping[str, Any]
    cells: Mapping[str, str]
    """The cell of each field (`C7`); empty where the file has no cells."""
    faults: tuple[Fault, ...] = ()
    """What could not even be read."""
    apart: tuple[str, ...] = ()
    """What the file says beside the record that tells it from another of the same name."""


class Source(Protocol):
    """Rows of one kind in a file."""

    @property
    def sheet(self) -> str:
        """The sheet's name; "" where the file has none."""

    @property
    def notes(self) -> Sequence[BadInput]:
        """What of the file was passed over, or read although nobody sees it, once the rows are read."""

    def rows(self) -> Iterator[Row]:
        """The rows in order, each time from the start. Raises BadInput where the file as a whole is at fault."""


@dataclass(frozen=True, slots=True)
class FileBytes:
    """A file read once, so that what is checked, what is written and what is digested are the same bytes."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """SHA-256 in lower-case hex."""
        return hashlib.sha256(self.data).hexdigest()


def read_bytes(path: Path, most: int = MAX_BYTES) -> FileBytes:
    """The bytes of a file. Raises BadInput where it cannot be read, is empty or is too large."""
    if path.exists() and not path.is_file():
        raise BadInput("{} is no ordinary file", path)
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise BadInput("the file {} cannot be read: {}", path, error.strerror) from None
    if len(data) > most:
        raise BadInput("{} is larger than {} bytes; split it", path.name, most)
    if not data:
        raise BadInput("{} is empty", path.name)
    return FileBytes(file_name(path.name), data)


def decode(file: FileBytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises BadInput."""
    if file.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput("{} is in UTF-16; save it as UTF-8", file.name)
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("{} is not UTF-8 text (byte {}); save it as UTF-8", file.name, error.start) from None


def cell_of(row: Row, field: str) -> str:
    """The cell in which a field of this row stands, or the row's place."""
    found = row.cells.get(field) or row.cells.get(pattern_of(field).removesuffix(".*"))
    if found is None:
        found = next((cell for name, cell in row.cells.items() if field.startswith(f"{name}.")), row.place)
    return found


def check_form(form: Form) -> None:
    """Raises BadInput unless records of this kind may be imported."""
    if not importable(form):
        raise BadInput("{} is not imported: it is signed by those whom it concerns, one by one", form.name)


def importable(form: Form) -> bool:
    """Whether records of this kind may be imported: those of the duty ledger that are not about another entry."""
    inherits = any(column.reference == "inherits" for column in form.columns) and not issubclass(form.payload, Act)
    return "duty" in form.payload.LEDGERS and not inherits and hasattr(form.payload, "imported")
