"""The zip form of a bundle (FORMAT.md section 15): one spelling, so that no byte of the file is free.

A plain ZIP (APPNOTE 6.3.10) that every tool opens: files by rising name, stored without compression, dated
1980-01-01 00:00, no directories, no extra fields, no comments, no ZIP64. A reader writes the same files again and
compares, so a change anywhere, also in a date or a gap, is found. Stored, not deflated: the bytes do not hang on the
release of a compressor, and nothing can swell when it is read.
"""

import re
import struct
import zlib
from collections.abc import Mapping

from ledger.errors import Invalid, Malformed
from ledger.frozen import dataclass

NAME = re.compile(r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")
MAX_FILES = 65_000
MAX_BYTES = 2**31

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _DATE = 20, 0x0021
_FIXED = struct.Struct("<4s5H3I2H")  # local header up to its name
_ENTRY = struct.Struct("<4s6H3I5H2I")  # central header up to its name
_TAIL = struct.Struct("<4s4H2IH")


@dataclass(frozen=True, slots=True)
class Damage:
    """One fault of an archive: in which file, None where it concerns the archive as a whole."""

    file: str | None
    what: Invalid


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files. Raises Malformed for a bad name, or too many or too large files."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES:
        raise Malformed("an archive holds at most {} files and {} bytes", MAX_FILES, MAX_BYTES)
    body, directory = bytearray(), bytearray()
    for name, data in sorted(files.items()):
        if not NAME.fullmatch(name):
            raise Malformed("{!a} is no name of a file in a bundle", name)
        crc, size, label, offset = zlib.crc32(data), len(data), name.encode("ascii"), len(body)
        body += _FIXED.pack(_LOCAL, _VERSION, 0, 0, 0, _DATE, crc, size, size, len(label), 0) + label + data
        directory += _ENTRY.pack(
            _CENTRAL, _VERSION, _VERSION, 0, 0, 0, _DATE, crc, size, size, len(label), 0, 0, 0, 0, 0, offset
        )
        directory += label
    end = _TAIL.pack(_END, 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + end)


def read_archive(data: bytes) -> tuple[dict[str, bytes], list[Damage]]:
    """The files of an archive as far as they can be told apart, and every fault found, each with its file.

    Without faults, `write_archive` of the files gives `data` back.
    """
    files: dict[str, bytes] = {}
    damage: list[Damage] = []
    at = 0
    while data[at : at + 4] == _LOCAL:
        name, end = _read_file(data, at, files, damage)
        if end is None:
            damage.append(Damage(name, Malformed("the archive is cut off or damaged here")))
            return files, damage
        at = end
    try:
        if not damage and write_archive(files) != data:
            damage.append(Damage(None, Malformed("the archive's directory does not fit its files, or is cut off")))
    except Malformed as error:
        damage.append(Damage(None, error))
    return files, damage


def _read_file(data: bytes, at: int, files: dict[str, bytes], damage: list[Damage]) -> tuple[str | None, int | None]:
    """(name, offset after it) of the file whose header stands at `at`; no offset where the header makes no sense."""
    last = next(reversed(files), None)
    if len(data) < at + _FIXED.size:
        return last, None
    head = _FIXED.unpack_from(data, at)
    crc, size, length = head[6], head[7], head[9]
    start = at + _FIXED.size + length
    name = data[at + _FIXED.size : start].decode("ascii", "replace")
    if not NAME.fullmatch(name) or (last is not None and name <= last):
        return last, None
    if head != (_LOCAL, _VERSION, 0, 0, 0, _DATE, crc, size, size, length, 0) or start + size > len(data):
        return name, None
    content = data[start : start + size]
    if zlib.crc32(content) != crc:
        damage.append(Damage(name, Malformed("the checksum of the file does not fit: its bytes were changed")))
    files[name] = content
    return name, start + size
