"""Attachments in a bundle: their bytes are those that the entry names, for all three verifiers, and no erased one."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.attached import AttachedFiles
from ledger.bundle.checking import check_bundle
from ledger.bundle.enclosed import attached_to
from ledger.bundle.layout import CompleteClaim
from ledger.bundle.packing import Part
from ledger.bundle.select import select
from ledger.errors import BadInput
from ledger.events.fields import EntryReference
from ledger.events.records import TextErased
from ledger.recording.attachments import keep, with_attachments
from tests.support.anchoring import checkpoint
from tests.support.builders import Desk, duty_ledger
from tests.support.evidence import (
    Files,
    Verifier,
    by_page,
    by_small,
    by_zeren,
    files_of,
    packed,
    page_of,
    repacked,
    talk,
)

pytestmark = pytest.mark.long


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A talk with two files, one of them empty, recorded and sealed."""
    made = duty_ledger(tmp_path)
    (tmp_path / "minutes.txt").write_bytes(b"what was said" * 99)
    (tmp_path / "empty.txt").write_bytes(b"")
    kept = keep(tmp_path / "attachments" / "duty", [tmp_path / "minutes.txt", tmp_path / "empty.txt"])
    receipt = made.record(with_attachments(talk("T1"), kept.attachments), "rec", "p-a")
    kept.settle(receipt.position)
    with closing(made.ledger):
        checkpoint(made)
        yield made


def bundle(desk: Desk) -> bytes:
    files = AttachedFiles(desk.path.parent / "attachments" / "duty")
    chosen = select(desk.ledger, [], [CompleteClaim("person", "p-a")])
    return packed([Part("duty", chosen, attached=attached_to(desk.ledger, files))])


def names(files: Files) -> list[str]:
    return sorted(name for name in files if "/attached/" in name)


@pytest.fixture(params=["zeren", "verify.py", "page"])
def verify(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[bytes], Verifier]]:
    """Each of the three verifiers; the page is that of the bundle itself."""
    if request.param != "page":
        yield lambda _bundle: {"zeren": by_zeren, "verify.py": by_small}[request.param]
        return
    opened = request.getfixturevalue("chromium").new_page()

    def on_its_page(data: bytes) -> Verifier:
        (tmp_path / "index.html").write_bytes(page_of(data))
        opened.goto((tmp_path / "index.html").as_uri())
        return by_page(opened)

    yield on_its_page
    opened.close()


def test_bytes_go_with_their_entry_and_no_other_pass(desk: Desk, verify: Any) -> None:
    """Whole they are valid; changed, exchanged, longer, or of another entry or number they are named by their file."""
    data = bundle(desk)
    files = files_of(data)
    first, second = names(files)
    fingerprint = [desk.ledger.fingerprint]
    assert verify(data)(data, fingerprint) == ([], [])
    assert [part.attached for part in check_bundle(data).parts] == [2]
    beyond = first[:-1] + "7"
    stranger = first.replace(first.split("/")[2], "0000000003")
    changes: list[Files] = [
        {**files, first: files[first] + b"x"},
        {**files, second: b"x"},
        {**files, first: files[second], second: files[first]},
        {**files, beyond: files[first]},
        {**files, stranger: files[first]},
    ]
    for changed in changes:
        faults, _ = verify(data)(repacked(changed), fingerprint)
        assert [name for name, _ in faults if "/attached/" in name]


def test_an_erased_attachment_is_not_handed_out_and_not_shown(desk: Desk, verify: Any) -> None:
    """After an erasure of one the other goes along alone; who kept the bytes and puts them back is found out."""
    whole = files_of(bundle(desk))
    first, second = names(whole)
    position = int(first.split("/")[2])
    reference = EntryReference("", position, desk.ledger.at(position).leaf_hash)
    desk.record(TextErased(entry=reference, names=("attachments.0",), ground="law"), "cus-1", "eye")
    checkpoint(desk)
    data = bundle(desk)
    files = files_of(data)
    assert names(files) == [second]
    fingerprint = [desk.ledger.fingerprint]
    assert verify(data)(data, fingerprint) == ([], [])
    faults, _ = verify(data)(repacked({**files, first: whole[first]}), fingerprint)
    assert [name for name, _ in faults] == [first]


def test_what_is_not_here_is_not_handed_out(desk: Desk, tmp_path: Path) -> None:
    """A missing file is said; without being asked for none goes along."""
    chosen = select(desk.ledger, [], [CompleteClaim("person", "p-a")])
    assert names(files_of(packed([Part("duty", chosen)]))) == []
    for path in (tmp_path / "attachments" / "duty").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(BadInput, match="is not here"):
        bundle(desk)
