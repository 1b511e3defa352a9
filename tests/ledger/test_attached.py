"""Attachments: read again by verify, erased with their entry's texts, and never without an entry after a crash."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.application import Command
from ledger.attached import AttachedFiles
from ledger.errors import Refused
from ledger.events.acts import TalkHeld
from ledger.events.base import Attachment
from ledger.events.fields import ERASED_TEXT, EntryReference
from ledger.events.records import TextErased
from ledger.recording.attachments import keep, with_attachments
from ledger.recording.numbers import find_entry
from ledger.verify import LedgerReport
from tests.support.both_ways import verify_ledger
from tests.support.builders import Desk, duty_ledger, open_desk

TALK = TalkHeld(ref="T1", talker="p-a", counterpart="p-b", text="a text")
FILES = {"minutes.txt": b"the minutes", "photo.jpg": b"a photo"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A ledger with a talk that has two files beside it."""
    made = duty_ledger(tmp_path)
    kept = keep(place(made).folder, written(tmp_path))
    receipt = made.record(with_attachments(TALK, kept.attachments), "rec")
    kept.settle(receipt.position)
    yield made
    made.close()


def written(directory: Path) -> list[Path]:
    for name, data in FILES.items():
        (directory / name).write_bytes(data)
    return [directory / name for name in FILES]


def place(desk: Desk) -> AttachedFiles:
    return AttachedFiles(desk.path.parent / "attachments" / "duty", desk.path.parent / "drafts" / "duty")


def at(desk: Desk) -> Path:
    return place(desk).of(find_entry(desk.ledger, "T1").position)


def file_of(desk: Desk, name: str) -> Path:
    (found,) = (file for file in at(desk).iterdir() if file.read_bytes() == FILES[name])
    return found


def verdict(desk: Desk) -> LedgerReport:
    return verify_ledger(desk.ledger, files=place(desk))


def found(report: LedgerReport) -> list[tuple[str, str]]:
    return [(finding.severity, str(finding.what)) for finding in report.findings]


def erase(desk: Desk, *names: str) -> None:
    event = find_entry(desk.ledger, "T1")
    erased = TextErased(entry=EntryReference("", event.position, event.leaf_hash), names=names, ground="law")
    desk.ledger.record(Command(erased, (desk.signer("cus-1"), desk.signer("eye"))))


def test_untouched_files_are_valid(desk: Desk) -> None:
    """Files that fit their digests are passed; without them being read that is said."""
    assert ("valid", []) == (verdict(desk).verdict, verdict(desk).findings)
    assert "the bytes of 2 attachments" in map(str, verify_ledger(desk.ledger).not_checked)


def _other_bytes(desk: Desk) -> None:
    file_of(desk, "photo.jpg").write_bytes(b"b photo")


def _one_more(desk: Desk) -> None:
    (at(desk) / "0d").write_bytes(b"slipped in")


def _a_link(desk: Desk) -> None:
    file = file_of(desk, "photo.jpg")
    file.unlink()
    file.symlink_to(desk.path.parent / "photo.jpg")


def _gone(desk: Desk) -> None:
    file_of(desk, "photo.jpg").unlink()


def _all_gone(desk: Desk) -> None:
    shutil.rmtree(place(desk).folder)


def _of_another_entry(desk: Desk) -> None:
    shutil.copytree(at(desk), place(desk).of(0))


def _beyond_the_end(desk: Desk) -> None:
    shutil.copytree(at(desk), place(desk).of(desk.ledger.size()))


@pytest.mark.parametrize(
    ("attack", "severity", "said"),
    [
        (_other_bytes, "invalid", "are not those of any attachment of the entry"),
        (_one_more, "invalid", "are not those of any attachment of the entry"),
        (_a_link, "invalid", "are not those of any attachment of the entry"),
        (_gone, "incomplete", "the bytes of attachments.1 are missing and no erasure names them"),
        (_all_gone, "incomplete", "the bytes of attachments.0 are missing and no erasure names them"),
        (_of_another_entry, "invalid", "holds files, and the entry names none"),
        (_beyond_the_end, "incomplete", "belongs to no entry"),
    ],
)
def test_changed_and_missing_files_are_found(
    desk: Desk, attack: Callable[[Desk], None], severity: str, said: str
) -> None:
    """Bytes that fit no digest are invalid, missing ones incomplete, each named with what is wrong."""
    attack(desk)
    report = verdict(desk)

    assert report.verdict == severity
    assert any(said in what for _, what in found(report)), found(report)


def test_a_digest_alone_is_no_file(tmp_path: Path) -> None:
    """An attachment without a size was never kept here: it is marked, and its bytes are not missed."""
    with closing(duty_ledger(tmp_path)) as desk:
        desk.record(with_attachments(TALK, [Attachment(sha256="ab" * 32)]), "rec")
        report = verdict(desk)

    assert ("valid", 1) == (report.verdict, report.marks["attachment known by its digest alone"])


def test_an_erasure_takes_bytes_name_and_media_type_of_one_and_leaves_the_other(desk: Desk) -> None:
    """`attachments.<i>` in an erasure: until its bytes are gone it is pending, then verify says *erased*."""
    erase(desk, "attachments.1")
    pending = verdict(desk)
    assert [("incomplete", "erasure pending")] == [(how, what[:15]) for how, what in found(pending)]

    assert place(desk).finish_erasures(desk.ledger.store) == []
    report = verdict(desk)
    assert ("valid", 1) == (report.verdict, report.marks["attachment erased"])
    talk = find_entry(desk.ledger, "T1").payload
    assert isinstance(talk, TalkHeld)
    assert talk.attachments is not None
    assert [each.name for each in talk.attachments] == ["minutes.txt", ERASED_TEXT]
    assert [file.read_bytes() for file in at(desk).iterdir()] == [FILES["minutes.txt"]]
    with pytest.raises(Refused, match="not held any more"):
        erase(desk, "attachments.1")
    with pytest.raises(Refused, match="not an erasable text"):
        erase(desk, "attachments.2")


def test_bytes_that_cannot_be_removed_are_pending(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine refuses to remove a file the entry is named, and verify goes on saying *pending*."""
    erase(desk, "attachments.0", "attachments.1")

    def refuse(path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(13, "refused", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert place(desk).finish_erasures(desk.ledger.store) == [find_entry(desk.ledger, "T1").position]
    assert ("incomplete", 2) == (verdict(desk).verdict, len(verdict(desk).findings))
    place(desk).mend(desk.ledger.store)
    assert ("valid", False) == (verdict(desk).verdict, at(desk).exists())


def test_what_a_crash_left_waiting_is_tied_or_removed(desk: Desk, tmp_path: Path) -> None:
    """Bytes whose process died go to the entry that names them, and are valid before; those of no entry are removed;
    those that a living process holds are left alone, and so are those of a draft."""
    waiting = place(desk).folder / "waiting-0011223344556677"
    at(desk).rename(waiting)
    shutil.copytree(tmp_path, place(desk).folder / "waiting-77", ignore=shutil.ignore_patterns("a*", "d*"))
    drafted = tmp_path / "drafts" / "duty" / "waiting-8899"
    drafted.mkdir(parents=True)
    (drafted.parent / "d1.json").write_text('{"files":"waiting-8899"}', encoding="utf-8")
    held = keep(place(desk).folder, written(tmp_path)[:1])
    before = verdict(desk)
    assert ("valid", 2) == (before.verdict, before.marks["attachment waits for its entry"])

    place(desk).mend(desk.ledger.store)
    assert ({find_entry(desk.ledger, "T1").position}, [held.waiting, drafted]) == (
        set(place(desk).positions()),
        list(place(desk).waiting()),
    )
    held.discard()
    assert verdict(desk).verdict == "valid"


def test_since_a_checkpoint_the_files_below_it_are_not_read(desk: Desk) -> None:
    """A check of what is new says that it did not look at older files, and finds a new erasure's bytes still held."""
    desk.ledger.seal(desk.signer("svc"))
    trusted = desk.ledger.tree_head()
    erase(desk, "attachments.1")
    report = verify_ledger(desk.ledger, since=trusted, files=place(desk))

    assert [("incomplete", "erasure pending")] == [(how, what[:15]) for how, what in found(report)]
    assert "the attachments of 1 entry taken as checked" in map(str, report.not_checked)


def test_an_interrupted_check_remembers_what_was_missing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is missing below where a check goes on is still told, unless an erasure names it."""
    _gone(desk)
    monkeypatch.setattr("ledger.verify.SAVE_EVERY", desk.ledger.size())
    states: list[object] = []
    verify_ledger(desk.ledger, save=states.append, files=place(desk))
    desk.record(TalkHeld(ref="T2", talker="p-a", counterpart="p-b"), "rec")
    report = verify_ledger(desk.ledger, interrupted=states[0], files=place(desk))

    assert [("incomplete", "the bytes of attachments.1 are missing and no erasure names them")] == found(report)
    with closing(open_desk("duty", desk.path, read_only=True)) as again:
        assert found(verdict(again)) == found(report)
