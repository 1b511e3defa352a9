"""Bundles larger than the memory: written and read piece by piece, by ZIP64 where there are many files."""

import base64
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from ledger.application import Command
from ledger.bundle import standalone
from ledger.bundle.checking import check_bundle
from ledger.bundle.layout import CompleteClaim, format_manifest, parse_manifest
from ledger.bundle.packing import Part
from ledger.bundle.select import select
from ledger.core.archive import ArchiveWriter, read_archive, write_archive
from ledger.errors import Malformed
from projections.reports import exhibit_words
from projections.reports.handout import write_bundle
from tests.bench.data import Talks
from tests.support import builders
from tests.support.evidence import dossier, files_of, manifest_of

pytestmark = pytest.mark.long
MANY = 65_535
FAR = 5 * 2**30
ENTRY_BYTES = 1_600
"""What an entry more may cost in memory: half of what it takes in the file."""


class Sparse(io.BytesIO):
    """A file that begins at 5 GiB; nobody reads what lies before it."""

    def seek(self, offset: int, whence: int = 0) -> int:
        return FAR + super().seek(max(offset - FAR, 0) if whence == 0 else offset, whence)

    def tell(self) -> int:
        return FAR + super().tell()


@pytest.fixture(scope="module")
def many() -> bytes:
    """An archive of as many files as a plain directory cannot count."""
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    for number in range(MANY):
        writer.add(f"a/{number:010d}", b"%d" % number)
    writer.finish()
    return file.getvalue()


def other_ends(many: bytes) -> list[bytes]:
    """The archive with one byte of its three end records another, one after the other."""
    return [many[:-at] + bytes([many[-at] ^ 1]) + many[len(many) - at + 1 :] for at in range(3, 98, 16)]


def damage_small(data: bytes) -> list[tuple[str, str]]:
    faults: list[tuple[str, str]] = []
    standalone.Archive(io.BytesIO(data), faults)
    return faults


def test_an_archive_of_many_files_is_read_by_every_tool(many: bytes) -> None:
    """65,535 files take ZIP64, which Python's own reader opens, and which both of ours find whole or changed."""
    with zipfile.ZipFile(io.BytesIO(many)) as archive:
        assert len(archive.namelist()) == MANY
        assert archive.read("a/0000065534") == b"65534"
    files = read_archive(many)
    assert (files.damage, len(files), files["a/0000000007"]) == ([], MANY, b"7")
    assert damage_small(many) == []
    for changed in other_ends(many):
        assert read_archive(changed).damage
        assert damage_small(changed)


def test_the_page_reads_an_archive_of_many_files(many: bytes, browser_page: Any) -> None:
    """Its script finds it whole, and each change of its end records."""
    script = """(encoded) => {
        const data = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)), faults = [];
        return [unzip(data, faults).size, faults.length];
    }"""
    assert browser_page.evaluate(script, base64.b64encode(many).decode()) == [MANY, 0]
    for changed in other_ends(many)[::3]:
        assert browser_page.evaluate(script, base64.b64encode(changed).decode()) == [MANY, 1]


def test_a_file_beyond_four_gibibytes_has_its_place_in_the_directory() -> None:
    """Its offset stands in the one extra field of ZIP64, and Python's own reader finds it."""
    file = Sparse()
    writer = ArchiveWriter(file)
    writer._end = FAR
    writer.add("a", b"b")
    assert writer.files()["a"] == b"b"
    writer.finish()
    with zipfile.ZipFile(file) as archive:
        assert archive.infolist()[0].header_offset == FAR
        assert archive.read("a") == b"b"


def test_both_programs_write_the_same_for_a_file_far_away() -> None:
    """The bound of a plain directory, here a mebibyte, is the same for both, and so is what stands beyond it."""
    near = 2**20 - 1
    files = {"a": bytes(700_000), "b": bytes(700_000), "c": b"far"}
    with patch("ledger.core.archive._FAR", near), patch.object(standalone, "MOST", near):
        whole = write_archive(files)
        assert (read_archive(whole).damage, damage_small(whole)) == ([], [])
        for at in range(1, 200, 7):
            changed = whole[:-at] + bytes([whole[-at] ^ 1]) + whole[len(whole) - at + 1 :]
            assert read_archive(changed).damage
            assert damage_small(changed)


def test_files_are_added_by_rising_name() -> None:
    """A name that does not rise, and one that is none, are refused."""
    writer = ArchiveWriter(io.BytesIO())
    writer.add("b", b"")
    for name in ("b", "a", "c/", "../d"):
        with pytest.raises(Malformed):
            writer.add(name, b"")


def test_a_manifest_has_one_form() -> None:
    """What is read is written again the same; another order, a name twice, a space or no line end is refused."""
    data = files_of(dossier())["manifest.json"]
    assert format_manifest(parse_manifest(data)) == data
    assert dict(parse_manifest(data).files) == dict(manifest_of(files_of(dossier())).files)
    first, second, *_ = sorted(parse_manifest(data).files)
    row = data[data.index(b'"' + first.encode()) : data.index(b'"' + second.encode())]
    for changed in (
        data.replace(row, b""),
        data.replace(row, row + row),
        data.replace(row, b" " + row),
        data.replace(b'{"files":', b'{"file":', 1),
        data.replace(b"=", b"!", 1),
        data.replace(b'"maker"', b'"more":1,"maker"'),
        data[:-1],
        data + b"\n",
    ):
        if changed != data.replace(row, b""):
            with pytest.raises(Malformed):
                parse_manifest(changed)
    assert first not in parse_manifest(data.replace(row, b"")).files


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, Path, int]]:
    """(entries, bundle of all of them, peak of memory while it was built) of a ledger as it grows."""
    directory = tmp_path_factory.mktemp("growing")
    desk = builders.duty_ledger(directory)
    talks, found = Talks(desk, 1), []
    for number in (200, 1200):
        start = desk.ledger.size()
        for first in range(start, number, 200):
            desk.ledger.record(*signed_by_both(talks, first, 200))
        desk.ledger.seal(desk.signer("svc"))
        desk.ledger.sign_checkpoint(desk.log)
        chosen = select(desk.ledger, range(desk.ledger.size() - 1), [CompleteClaim("person", "p-a")])
        path = directory / f"{number}.zip"
        with path.open("w+b") as file, pytest.MonkeyPatch.context() as patch:
            patch.setattr(exhibit_words, "MOST", 10)  # the page is bounded, but larger than the rest of this one
            peak = peak_of(partial(write_bundle, [Part("duty", chosen)], file))
        found.append((len(chosen.positions), path, peak))
    desk.close()
    return found


def signed_by_both(talks: Talks, first: int, count: int) -> list[Command]:
    """Of ten talks the one between persons who are on record."""
    return [command for command in talks.commands(first * 10, count * 10) if len(command.signers) > 1]


def peak_of(work: Callable[[], object]) -> int:
    """The most bytes that Python held at once for it."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_what_a_bundle_holds(bundles: list[tuple[int, Path, int]]) -> None:
    """Entries more cost less than half of their bytes, to whoever builds and to whoever checks with a program."""
    (fewer, small, built), (more, large, built_more) = bundles
    assert large.stat().st_size - small.stat().st_size > 2 * ENTRY_BYTES * (more - fewer)
    assert built_more - built < ENTRY_BYTES * (more - fewer)
    checks: list[Callable[[Any], object]] = [check_bundle, lambda file: standalone.Bundle(file, set())]
    for check in checks:
        peaks = []
        for _, path, _ in bundles:
            with path.open("rb") as file:
                peaks.append(peak_of(partial(check, file)))
        assert peaks[1] - peaks[0] < ENTRY_BYTES * (more - fewer)
