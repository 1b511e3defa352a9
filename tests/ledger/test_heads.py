"""Heads known from elsewhere: verification and every question use all of them, and name the one that contradicts."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.access.log import create_access_ledger
from ledger.application import Ledger
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.merkle import EMPTY_ROOT
from ledger.errors import BadInput, Contradicted, Forked, Incomplete, RolledBack
from ledger.events.case_parts import Pin
from ledger.home.directory import READS_LOST, Home
from ledger.home.known_heads import UNKNOWN, UNREADABLE
from ledger.verify import LedgerReport
from tests.ledger.test_rollback_known import SOURCES, by_file, by_holding, cut, home_with
from tests.support.both_ways import verify_ledger
from tests.support.builders import ORIGINS, case_ledger, case_opened, duty_ledger, found, signer_named

ELSEWHERE = {name: source for name, source in SOURCES.items() if name != "its own table"}


def brought(home: Home, note: str) -> None:
    (home.directory / "known").mkdir()
    (home.directory / "known" / "from the county").write_text(note)


ELSEWHERE["brought"] = (brought, "from the county")


def verified(home: Home, kind: str = "duty") -> LedgerReport:
    ledger = home.open(kind)
    try:
        return verify_ledger(ledger, heads=home.heads(kind, ledger, every=True))
    finally:
        ledger.close()


def said(report: LedgerReport) -> str:
    return " ".join(str(finding.what) for finding in report.findings)


@pytest.mark.parametrize("source", sorted(ELSEWHERE))
def test_a_cut_end_is_told_by_every_source(tmp_path: Path, source: str) -> None:
    """A ledger cut at any length beside one head is invalid, naming the head, and no question is answered from it."""
    home, note = home_with(tmp_path / "made")
    keep, says = ELSEWHERE[source]
    keep(home, note)
    size = int(note.split("\n")[1])
    whole = verified(home)
    assert ("valid", 0) == (whole.verdict, whole.marks[UNKNOWN])
    home.ask("duty").close()
    for length in (1, size // 2, size - 1):
        copy = Home(tmp_path / f"{length}")
        shutil.copytree(home.directory, copy.directory)
        cut(copy.database("duty"), length)

        report = verified(copy)
        assert (3, True, True) == (report.exit_code, says in said(report), "cut off" in said(report))
        with pytest.raises(RolledBack, match=says):
            copy.ask("duty")
        with pytest.raises(RolledBack, match=says):
            copy.check_heads()


@pytest.mark.parametrize("source", sorted(ELSEWHERE))
def test_another_ledger_in_its_place_is_told_by_every_source(tmp_path: Path, source: str) -> None:
    """Another ledger under the same origin, and one under another origin, put where the database was."""
    home, note = home_with(tmp_path / "made")
    keep, says = ELSEWHERE[source]
    keep(home, note)
    for name, kind, seed in (("same", "duty", "another"), ("other", "case", "builder")):
        copy = Home(tmp_path / name)
        shutil.copytree(home.directory, copy.directory)
        for path in copy.directory.glob("duty.db*"):
            path.unlink()
        desk = found(kind, copy.database("duty"), seed)
        while desk.ledger.size() <= int(note.split("\n")[1]):
            desk.record(
                desk.enrolment(f"p-{desk.ledger.size()}", ("signer",)), "cus-1", "cus-2", f"p-{desk.ledger.size()}"
            )
        desk.close()

        with pytest.raises(
            Contradicted, match=says if (source, name) != ("brought", "other") else "none of the ledgers"
        ):
            copy.check_heads()
        report = verified(copy)
        for stranger in copy.strangers():
            report.add(stranger)
        assert 3 == report.exit_code, name
        assert says in said(report)


def test_a_changed_entry_is_a_fork(tmp_path: Path) -> None:
    """A head of the same size and another root is invalid and refused, by name."""
    home, note = home_with(tmp_path / "made")
    size = int(note.split("\n")[1])
    log = signer_named(ORIGINS["duty"])
    by_holding(home, sign_checkpoint(Checkpoint(ORIGINS["duty"], size, bytes(32)), log).decode())

    with pytest.raises(Forked, match="held since"):
        home.ask("duty")
    assert (3, True) == ((report := verified(home)).exit_code, "another history" in said(report))


def test_a_head_by_another_log_key_is_named(tmp_path: Path) -> None:
    """A head that no log key of the ledger signed contradicts it, though size and root are right."""
    home, _ = home_with(tmp_path / "made")
    ledger = home.open("duty")
    forged = sign_checkpoint(ledger.tree_head(), signer_named(ORIGINS["duty"], 2))
    ledger.close()
    by_holding(home, forged.decode())

    with pytest.raises(Contradicted, match="not signed by a log key"):
        home.ask("duty")
    assert 3 == verified(home).exit_code


def test_a_pin_without_a_checkpoint_tells_the_ledger(tmp_path: Path) -> None:
    """A pin that has the fingerprint only refuses another ledger."""
    home, _ = home_with(tmp_path / "made")
    case = case_ledger(home.directory)
    case.record(replace(case_opened(), pin=Pin(fingerprint="A" * 43 + "=")), "insp")
    case.close()

    with pytest.raises(Contradicted, match="fingerprint pinned by entry K1"):
        home.ask("duty")
    assert (3, True) == ((report := verified(home)).exit_code, "another ledger" in said(report))


def test_nothing_known_is_marked(tmp_path: Path) -> None:
    """Where no head is known from elsewhere the verdict and every answer say so."""
    home, _ = home_with(tmp_path / "made")

    assert 1 == verified(home).marks[UNKNOWN]
    assert {ORIGINS["duty"]: (UNKNOWN,)} == home.check_heads()


def _stray(folder: Path) -> None:
    (folder / "notes.txt").write_text("lunch at noon")


def _folder(folder: Path) -> None:
    (folder / "old").mkdir()


def _other_name(folder: Path) -> None:
    (folder / "newest.checkpoint").write_text("")


def _damaged(folder: Path) -> None:
    (folder / "20250103T000000Z-000000000022.checkpoint").write_bytes(b"\xff\x00")


def _folder_of_that_name(folder: Path) -> None:
    (folder / "20250103T000000Z-000000000022.checkpoint").mkdir()


@pytest.mark.parametrize(
    ("spoil", "name", "code", "marks"),
    [
        (_stray, "notes.txt", 4, ()),
        (_folder, "old", 4, ()),
        (_other_name, "newest.checkpoint", 3, (UNREADABLE,)),
        (_damaged, "20250103T000000Z-000000000022.checkpoint", 3, (UNREADABLE,)),
        (_folder_of_that_name, "20250103T000000Z-000000000022.checkpoint", 3, (UNREADABLE,)),
    ],
)
def test_a_stray_or_damaged_file_is_a_finding(
    tmp_path: Path, spoil: Callable[[Path], None], name: str, code: int, marks: tuple[str, ...]
) -> None:
    """What lies among the heads and is none is named by verify, never ends it; questions use the one before."""
    home, note = home_with(tmp_path / "made")
    by_holding(home, note)
    spoil(home.held)

    report = verified(home)
    assert (code, True) == (report.exit_code, name in said(report))
    assert {ORIGINS["duty"]: marks} == home.check_heads()
    cut(home.database("duty"), 9)
    assert "held since 2024-01-03" in said(verified(home))
    with pytest.raises(RolledBack, match="held since 2024-01-03"):
        home.ask("duty")


def test_a_damaged_case_ledger_beside_is_a_finding(tmp_path: Path) -> None:
    """Pins that cannot be read are named when the duty ledger is verified."""
    home, _ = home_with(tmp_path / "made")
    home.database("case").write_bytes(b"no database")

    report = verified(home)
    assert (3, True) == (report.exit_code, "case.db" in said(report))


@pytest.mark.parametrize("trace", ["duty.signed", "duty.cosigned", "held"])
def test_a_vanished_ledger_is_told(tmp_path: Path, trace: str) -> None:
    """A database that is gone is told by what lies beside it, and no question is answered as if there never was one."""
    home, note = home_with(tmp_path / "made")
    case_ledger(home.directory).close()
    if trace == "held":
        by_holding(home, note)
    else:
        by_file(trace.partition(".")[2])(home, note)
    for path in home.directory.glob("duty.db*"):
        path.unlink()

    with pytest.raises(Contradicted, match=r"duty\.db is gone"):
        home.check_heads()
    with pytest.raises(Contradicted, match=r"duty\.db is gone"):
        home.ask("duty")
    home.ask("case").close()


def test_a_vanished_access_ledger_is_told(tmp_path: Path) -> None:
    """Who takes the record of the reads away leaves its keys, and takes nothing from the duty ledger's answers: each of
    them says that it is gone."""
    home = Home(tmp_path / "home")
    home.create()
    duty_ledger(home.directory).close()
    assert home.elsewhere.vanished("access") is None
    create_access_ledger(home, b"a passphrase")
    assert home.elsewhere.vanished("access") is None
    for path in home.directory.glob("access.db*"):
        path.unlink()

    assert isinstance(home.elsewhere.vanished("access"), Contradicted)
    assert [READS_LOST in said for said in home.check_heads().values()] == [True]
    with pytest.raises(Contradicted, match=r"access\.db is gone"):
        home.check_reads()


def test_a_file_named_by_hand_counts(tmp_path: Path) -> None:
    """A checkpoint that the reader brings is used as those of the directory; one of no ledger here is refused."""
    home, note = home_with(tmp_path / "made")
    file = tmp_path / "mine"
    file.write_text(note)
    given = Home(home.directory, (file,))
    assert {ORIGINS["duty"]: ()} == given.check_heads()
    cut(home.database("duty"), 9)
    with pytest.raises(RolledBack, match="mine"):
        given.check_heads()
    file.write_bytes(sign_checkpoint(Checkpoint("a.b/other", 0, EMPTY_ROOT), signer_named("a.b/other")))
    with pytest.raises(Contradicted, match="none of the ledgers"):
        given.check_heads()


def test_many_heads_cost_a_question_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand heads held a question reads the last one, and computes one root."""
    home, note = home_with(tmp_path / "made")
    home.held.mkdir()
    for number in range(1000):
        (
            home.held / f"2024{1 + number // 28 % 12:02}{1 + number % 28:02}T{number // 336:02}0000Z-22.checkpoint"
        ).write_text(note)
    read: list[Path] = []
    computed: list[int | None] = []
    read_bytes, tree_head = Path.read_bytes, Ledger.tree_head

    def reading(path: Path) -> bytes:
        read.append(path)
        return read_bytes(path)

    def computing(ledger: Ledger, size: int | None = None) -> Checkpoint:
        computed.append(size)
        return tree_head(ledger, size)

    monkeypatch.setattr(Path, "read_bytes", reading)
    monkeypatch.setattr(Ledger, "tree_head", computing)
    home.ask("duty").close()

    assert (1, 1) == (len([path for path in read if path.parent == home.held]), len(computed))
    assert all(not isinstance(fault, Incomplete) for fault in verified(home).findings)


def test_a_question_looks_at_the_last_pins_verification_at_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pins are read from the latest on, and how many cases there are costs a question nothing."""
    home, note = home_with(tmp_path / "made")
    ledger, case = home.open("duty"), case_ledger(home.directory)
    later = ledger.tree_head()
    signed = sign_checkpoint(later, signer_named(ORIGINS["duty"])).decode()
    for name, checkpoint in (("K1", note), ("K2", signed)):
        pin = Pin(fingerprint=ledger.fingerprint, checkpoint=checkpoint, held_since=case.clock.moment)
        case.record(replace(case_opened(name), pin=pin), "insp")
    case.close()
    monkeypatch.setattr("ledger.home.known_heads.RECENT", 1)

    assert [later] == [each.checkpoint for each in home.heads("duty", ledger).known]
    assert 2 == len(home.heads("duty", ledger, every=True).known)
    ledger.close()


def test_nothing_is_written_beside_a_head_of_another_ledger(tmp_path: Path) -> None:
    """A head that somebody brought, of none of the ledgers here, forbids signing as well as answering."""
    home, _ = home_with(tmp_path / "made")
    brought(home, sign_checkpoint(Checkpoint("a.b/other", 0, EMPTY_ROOT), signer_named("a.b/other")).decode())

    with pytest.raises(Contradicted, match="none of the ledgers"):
        home.open("duty", read_only=False)


@pytest.mark.parametrize("spoil", [_other_name, _damaged, _folder_of_that_name])
def test_no_case_pins_what_is_no_head(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    """The head that an opening would pin is named where it cannot be read; there is no traceback and no pin."""
    home, note = home_with(tmp_path / "made")
    by_holding(home, note)
    spoil(home.held)
    ledger = home.open("duty")
    with pytest.raises(BadInput, match="checkpoint"):
        home.holdings(ledger).latest()
    ledger.close()


def test_what_is_incomplete_hides_nothing_invalid() -> None:
    """However many findings are incomplete, one that is invalid makes the verdict, and is shown."""
    report = LedgerReport()
    for number in range(200):
        report.add(Incomplete("stray file {}", number))
    report.add(Forked("another history"))
    report.add(Forked("yet another"))

    assert ("invalid", 3) == (report.verdict, report.exit_code)
    assert (100, 102) == (len(report.findings), report.more_findings)
    assert "another history" in said(report)
