"""The zip form of a bundle (FORMAT.md section 15): one spelling, so that no byte of the file is free.

A plain ZIP (APPNOTE 6.3.10) that every tool opens: files by rising name, stored without compression, dated
1980-01-01 00:00, no directories, no extra fields, no comments, and ZIP64 only where the numbers do not fit otherwise. A
reader makes every header anew and compares, so a change anywhere, also in a date or a gap, is found. Stored, not
deflated: the bytes do not hang on the release of a compressor, and nothing can swell when it is read.

Written and read as a stream: in memory are eight bytes a file and one file's content, however many there are.
"""

import hashlib
import re
import struct
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import BinaryIO

from ledger.errors import Invalid, Malformed
from ledger.frozen import dataclass

NAME = re.compile(r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")
MAX_FILE = 2**32 - 2
"""Bytes of one file."""

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _VERSION_64, _DATE = 20, 45, 0x0021
_MANY, _FAR = 0xFFFF, 0xFFFFFFFF  # what stands for a number that only ZIP64 holds
_FIXED = struct.Struct("<4s5H3I2H")  # local header up to its name
_ENTRY = struct.Struct("<4s6H3I5H2I")  # central header up to its name
_OFFSET_64 = struct.Struct("<2HQ")  # extra field of the central header of a file beyond 4 GiB
_END_64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64 = struct.Struct("<4sIQI")
_TAIL = struct.Struct("<4s4H2IH")
_NEAR = 128
"""Bytes read for a header and its name at once; a longer name costs one more reading."""
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Damage:
    """One fault of an archive: in which file, None where it concerns the archive as a whole."""

    file: str | None
    what: Invalid


@dataclass(frozen=True, slots=True)
class _Stored:
    """A file in an archive: where its header stands, and what that says."""

    name: str
    at: int
    crc: int
    size: int
    start: int

    @property
    def end(self) -> int:
        return self.start + self.size


class Archive(Mapping[str, bytes]):
    """The files of an archive by rising name, each read when it is asked for.

    `damage` is every fault found, each with its file; without any, writing the files again gives the same bytes.
    """

    def __init__(self, source: BinaryIO, offsets: "array[int] | None" = None) -> None:
        self.damage: list[Damage] = []
        self._source = source
        self._near: dict[str, int] = {}
        """By folder, the place among `_offsets` of the file that was asked for last."""
        self._offsets = array("Q") if offsets is None else offsets
        if offsets is None:
            self._check()

    # --- files ---

    def __getitem__(self, name: str) -> bytes:
        stored = self._stored(name)
        return self._read(stored.start, stored.size)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    def __len__(self) -> int:
        return len(self._offsets)

    def __iter__(self) -> Iterator[str]:
        return (self._at(offset).name for offset in self._offsets)

    def under(self, prefix: str) -> Iterator[str]:
        """The names that begin so, rising."""
        for number in range(bisect_left(self._offsets, prefix, key=self._name), len(self._offsets)):
            name = self._name(self._offsets[number])
            if not name.startswith(prefix):
                return
            yield name

    def size(self, name: str) -> int:
        """How many bytes a file has. Raises KeyError."""
        return self._stored(name).size

    def digest(self, name: str) -> bytes:
        """The SHA-256 of a file, however large it is. Raises KeyError."""
        stored, found = self._stored(name), hashlib.sha256()
        for chunk in self._chunks(stored):
            found.update(chunk)
        return found.digest()

    def read_from(self, source: BinaryIO) -> None:
        """Reads from another file of the same bytes from now on."""
        self._source = source

    # --- where they stand ---

    def _read(self, at: int, size: int) -> bytes:
        self._source.seek(at)
        return self._source.read(size)

    def _chunks(self, stored: _Stored) -> Iterator[bytes]:
        for at in range(stored.start, stored.end, _CHUNK):
            yield self._read(at, min(_CHUNK, stored.end - at))

    def _at(self, offset: int) -> _Stored:
        data = self._read(offset, _NEAR)
        head = _FIXED.unpack_from(data)
        crc, size, length = head[6], head[7], head[9]
        start = _FIXED.size + length
        label = data[_FIXED.size : start] if start <= _NEAR else self._read(offset + _FIXED.size, length)
        return _Stored(label.decode("ascii", "replace"), offset, crc, size, offset + start)

    def _name(self, offset: int) -> str:
        return self._at(offset).name

    def _find(self, name: str) -> int | None:
        folder, offsets = name.rpartition("/")[0], self._offsets
        near = self._near.get(folder, 0)
        for number in (near, near + 1):  # files are asked for in order, folder by folder
            if number < len(offsets) and self._name(offsets[number]) == name:
                self._near[folder] = number
                return number
        number = bisect_left(offsets, name, key=self._name)
        if number == len(offsets) or self._name(offsets[number]) != name:
            return None
        self._near[folder] = number
        return number

    def _stored(self, name: str) -> _Stored:
        number = self._find(name)
        if number is None:
            raise KeyError(name)
        return self._at(self._offsets[number])

    # --- reading an archive for the first time ---

    def _check(self) -> None:
        end, last = self._source.seek(0, 2), None
        at = 0
        while self._read(at, len(_LOCAL)) == _LOCAL:
            stored = self._at(at) if at + _FIXED.size <= end else None
            good = stored is not None and NAME.fullmatch(stored.name) and (last is None or last < stored.name)
            if stored is None or not good or self._read(at, stored.start - at) != _local(stored) or stored.end > end:
                where = stored.name if stored is not None and good else last
                self.damage.append(Damage(where, Malformed("the archive is cut off or damaged here")))
                return
            self._offsets.append(at)
            crc = 0
            for chunk in self._chunks(stored):
                crc = zlib.crc32(chunk, crc)
            if crc != stored.crc:
                what = Malformed("the checksum of the file does not fit: its bytes were changed")
                self.damage.append(Damage(stored.name, what))
            at, last = stored.end, stored.name
        if not self.damage and not self._has_directory(at, end):
            what = Malformed("the archive's directory does not fit its files, or is cut off")
            self.damage.append(Damage(None, what))

    def _has_directory(self, at: int, end: int) -> bool:
        for piece in self.directory(at):
            if self._read(at, len(piece)) != piece:
                return False
            at += len(piece)
        return at == end

    def directory(self, start: int) -> Iterator[bytes]:
        """What stands after the files, of which the last one ends at `start`: the central directory and its end."""
        size = 0
        for offset in self._offsets:
            piece = _central(self._at(offset))
            size += len(piece)
            yield piece
        count = len(self._offsets)
        if count < _MANY and size < _FAR and start < _FAR:
            yield _TAIL.pack(_END, 0, 0, count, count, size, start, 0)
            return
        head = (b"PK\x06\x06", _END_64.size - 12, _VERSION_64, _VERSION_64, 0, 0)
        yield _END_64.pack(*head, count, count, size, start)
        yield _LOCATOR_64.pack(b"PK\x06\x07", 0, start + size, 1)
        yield _TAIL.pack(_END, 0, 0, _MANY, _MANY, _FAR, _FAR, 0)


def _local(stored: _Stored) -> bytes:
    label = stored.name.encode()
    fixed = (_LOCAL, _VERSION, 0, 0, 0, _DATE, stored.crc, stored.size, stored.size, len(label), 0)
    return _FIXED.pack(*fixed) + label


def _central(stored: _Stored) -> bytes:
    label, far = stored.name.encode(), stored.at >= _FAR
    extra = _OFFSET_64.pack(1, 8, stored.at) if far else b""
    needed = _VERSION_64 if far else _VERSION
    fixed = (_CENTRAL, needed, needed, 0, 0, 0, _DATE, stored.crc, stored.size, stored.size, len(label), len(extra))
    return _ENTRY.pack(*fixed, 0, 0, 0, 0, _FAR if far else stored.at) + label + extra


class ArchiveWriter:
    """Writes an archive into a file that can be read again, one file after the other by rising name."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._offsets = array("Q")
        self._end, self._last = 0, ""

    def add(self, name: str, data: bytes) -> None:
        """The next file. Raises Malformed for a bad name, or one that does not rise, and for a file too large."""
        if not NAME.fullmatch(name) or name <= self._last:
            raise Malformed("{!a} is no name of a file in a bundle", name)
        if len(data) > MAX_FILE:
            raise Malformed("a file in a bundle holds at most {} bytes", MAX_FILE)
        self._offsets.append(self._end)
        self._put(_local(_Stored(name, self._end, zlib.crc32(data), len(data), 0)) + data)
        self._last = name

    def files(self) -> Archive:
        """What was written so far."""
        return Archive(self._file, self._offsets)

    def finish(self) -> None:
        """Writes the directory: then the archive is whole."""
        for piece in self.files().directory(self._end):
            self._put(piece)

    def _put(self, data: bytes) -> None:
        self._file.seek(self._end)
        self._file.write(data)
        self._end += len(data)


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files. Raises Malformed for a bad name or a file too large."""
    file = BytesIO()
    writer = ArchiveWriter(file)
    for name, data in sorted(files.items()):
        writer.add(name, data)
    writer.finish()
    return file.getvalue()


def read_archive(source: bytes | BinaryIO) -> Archive:
    """The files of an archive as far as they can be told apart; what is wrong with it stands in its `damage`."""
    return Archive(BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source)
