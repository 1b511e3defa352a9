"""A small part of `make attack`, in every test run: nothing passes in silence, nothing is lost, nobody has to help."""

import contextlib
import io
import shutil
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from time import process_time
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from api.escaped import Escaped
from ledger.core import merkle
from ledger.core.merkle import leaf_hash
from ledger.errors import BadInput, Contradicted, Damaged, ZerenError
from ledger.events.acts import TalkHeld
from ledger.events.records import TextErased
from ledger.importing.source import FileBytes
from ledger.verify import LedgerReport
from ledger.verify.damaged import rows_from
from ledger.verify.stored_tree import LOST
from projections.importing.container import check_container, layout_of
from projections.views.catch_up import digest, rebuild, views_of
from projections.whole_proof import prove
from tests.attack import guided, life, mutants, mutated, report
from tests.attack import tally as tallies
from tests.attack.classes import CLASSES, wanted
from tests.attack.mutations import PAGE
from tests.attack.parsers import PARSERS, changed
from tests.attack.tally import Row, Tally
from tests.attack.target import facts_of, target, verified, victim
from tests.support.builders import open_desk, tampering

SMALL = {"mutations": 40, "kills": 12, "writers": 64, "faults": 7, "parsers": 300, "views": 10, "life": 2}
"""How many attempts of each class a test makes."""


@pytest.mark.parametrize("name", SMALL)
def test_a_small_part_of_each_class(name: str) -> None:
    """Another seed than that of the long run; what is found here is found in every run."""
    tally = Tally(name, "small", SMALL[name])
    for _ in CLASSES[name].run(tally):
        tally.done += 1
    assert tally.wrong == []
    assert tally.clean
    assert tally.unbalanced() == []
    assert tally.made + tally.left_out >= SMALL[name]


def test_inputs_are_led_by_coverage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every parser has its share and is told with what it reached; a run that goes on adds what is missing."""
    pytest.importorskip("atheris", reason="it has wheels for CPython on Linux alone")
    monkeypatch.setattr(guided, "CORPORA", tmp_path)
    monkeypatch.setattr(guided, "quotas", lambda wanted: {"vkey": wanted - 20, "tile path": 20})
    tally = Tally("guided", "small", 100)
    for _ in guided.run(tally):
        tally.done += 1
    tally.wanted = 120
    for _ in guided.run(tally):
        tally.done += 1
    assert {name: row.tried for name, row in tally.rows.items()} == {"vkey": 100, "tile path": 20}
    assert (tally.wrong, tally.unbalanced(), tally.left_out) == ([], [], 0)
    assert [note.split(":")[0] for note in tally.notes] == ["tile path", "vkey"]


def test_without_what_leads_inputs_all_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and nothing counts as made."""
    monkeypatch.setattr(guided, "find_spec", lambda _: None)
    tally = Tally("guided", "small", 3)
    for _ in guided.run(tally):
        tally.done += 1
    assert (tally.made, tally.left_out, tally.unbalanced(), len(tally.notes)) == (0, 3, [], 1)


def test_a_mutant_has_a_name_of_its_own_and_those_explained_are_mutants() -> None:
    """Names decide what is tried and what is explained: none twice, none explained that is not there any more."""
    names = Counter(each.name for each in mutated.mutants())
    assert names.most_common(1)[0][1] == 1
    assert len(names) > 2_000
    assert mutants.explained() - names.keys() == set()


@pytest.mark.parametrize("said", ["_split: return", "leaf_hash: return"])
def test_a_mutant_is_put_in_wherever_its_function_is_held(said: str) -> None:
    """In a process of its own, without reading any file again; the tests that follow meet what was there before."""
    (mutant,) = [each for each in mutated.mutants() if each.name.startswith(f"core/merkle.py {said}")]
    calls: dict[str, Callable[[], object]] = {
        "_split: return": lambda: merkle._split(6),
        "leaf_hash: return": lambda: leaf_hash(b""),
    }
    held = calls[said]
    before = held()

    def changed() -> None:
        mutants.put_in(mutant)
        assert held() is None

    with mutants.a_place() as place:
        assert mutants.wait_for(mutants.fork(changed, place), 60) == 0
    assert held() == before is not None


@pytest.mark.long
def test_a_mutant_of_what_is_done_when_a_file_is_read_is_tried_by_an_interpreter_of_its_own() -> None:
    """The file is a mutant from its first import on."""
    name = "core/merkle.py at the top: 32 -> 33 in HASH_SIZE = 32"
    (mutant,) = [each for each in mutated.mutants() if each.name == name]
    test = "tests/ledger/test_merkle.py::test_the_frontier_has_the_root_of_the_definition_at_every_size"
    assert mutants.tried_alone(mutant, [test], 1.0) == mutants.FAILED


def test_every_parser_has_its_share() -> None:
    """All of them together as many as wanted, none of them nothing."""
    quotas = guided.quotas(100_000)
    assert (quotas.keys(), sum(quotas.values())) == (PARSERS.keys(), 100_000)
    assert min(quotas.values()) > 100


@pytest.mark.parametrize(
    "asked", [b"persons?like=\xa2", b"persons?%ff=\xf0\x9f", b"api/v1/persons?a\xff=1", b"x?\xe4\xbd\xa0"]
)
def test_bytes_that_are_no_text_in_an_address_are_refused(asked: bytes) -> None:
    """As raw bytes or escaped, in pages and for programs: an answer that says what is wrong, no exception."""
    with pytest.raises(BadInput, match="refused with 40"):
        PARSERS["URL"].read(asked)


def test_a_query_in_plain_letters_is_read_as_an_escaped_one() -> None:
    """What a careless program sends as UTF-8 means what it means escaped."""
    seen = list[str]()

    def inner(environ: dict[str, Any], _: object) -> list[bytes]:
        seen.append(environ["QUERY_STRING"])
        return []

    app = Escaped(inner)
    for query in ("q=%E6%9D%8E&a=1", "q=李&a=1".encode().decode("latin-1")):
        app({"QUERY_STRING": query}, lambda *_: lambda _: None)
    assert seen == ["q=%E6%9D%8E&a=1"] * 2


def test_a_life_that_falls_is_one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those before it in its batch came to their end, those after it were not begun; a later batch goes on."""
    begun: list[object] = []

    class Falling(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            begun.append(self)

        @rule(number=st.integers())
        def fall(self, number: int) -> None:
            self.number = number  # lives differ
            assert len(begun) not in (3, 4), "as it was begun, and as it is shown"

    monkeypatch.setattr(life, "WholeLife", Falling)
    tally = Tally("life", "small", 20)
    for _ in life.run(tally):
        tally.done += 1
    row = tally.rows["lives"]
    assert (row.tried, row.found, row.hands, tally.unbalanced()) == (20, 19, 1, [])
    assert len(tally.wrong) == 1


def test_an_attempt_has_the_gravest_of_its_outcomes() -> None:
    """However much goes wrong in it, it is counted once, and everything is told."""
    tally = Tally("kills", "small", 1, done=1)
    tally.count("record", "harmless", ("hands", "one"), ("lost", "two"), ("hands", "three"))
    row = tally.rows["record"]
    assert (row.tried, row.outcomes(), row.lost, len(tally.wrong), tally.unbalanced()) == (1, 1, 1, 3, [])


def test_a_check_that_fails_is_no_attempt_and_passes_nothing() -> None:
    """What is wrong beside the attempts is wrong all the same."""
    tally = Tally("writers", "small", 0)
    tally.check("a reader beside the writers", 9, ["another ledger"])
    assert (tally.made, tally.clean, tally.unbalanced()) == (0, False, [])
    assert tally.wrong == ["a reader beside the writers: another ledger"]


@pytest.mark.parametrize(
    ("done", "row"), [(2, Row(tried=2, found=3)), (21, Row(tried=30, found=30)), (3, Row(tried=2, found=2))]
)
def test_the_report_refuses_counts_that_do_not_add_up(
    done: int, row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More found than tried, more tried than made, or made and not judged: nothing is written."""
    monkeypatch.setattr(report, "RESULTS", tmp_path / "RESULTS.md")
    with pytest.raises(ValueError, match="life: "):
        report.write([Tally("life", "small", 100, done, rows={"lives": row})])
    assert not (tmp_path / "RESULTS.md").exists()


def test_a_run_is_kept_with_its_commit_and_its_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read back is what was kept."""
    monkeypatch.setattr(tallies, "STATE", tmp_path)
    tally = Tally("writers", "small", 1, done=2, left_out=1, commits=["abc"], notes=["a note"])
    tally.count("entries by eight writers", "found", ("lost", "one"))
    tally.check("a reader beside the writers", 9, [])
    tally.save()
    found = tallies.kept("writers")
    assert found is not None
    assert (found.rows, found.checks, found.wrong) == (tally.rows, tally.checks, tally.wrong)
    assert (found.left_out, found.commits, found.notes, found.ended) == (1, ["abc"], ["a note"], tally.ended)


def test_a_first_entry_that_tells_no_key_is_a_finding() -> None:
    """Without a body that fits, genesis tells no log key: the anchors behind it are findings, not a traceback."""
    with victim() as at:
        with tampering(at.path("duty")) as database:
            database.execute("UPDATE bodies SET body = (SELECT body FROM bodies WHERE position = 1) WHERE position = 0")
        report = verified(at.home, "duty")
    assert report.exit_code == 3
    assert [finding for finding in report.findings if "no log key is known" in str(finding.what)]


@pytest.mark.parametrize(("kind", "other"), [("access", "duty"), ("duty", "case"), ("case", "access")])
def test_a_ledger_of_another_kind_is_named_without_any_head(kind: str, other: str) -> None:
    """Verify, every question and every writer refuse it, though nobody holds a checkpoint of what was there."""
    with victim() as at:
        shutil.rmtree(at.home.directory / "known")
        shutil.copy(at.path(other), at.path(kind))
        report = verified(at.home, kind)
        assert report.exit_code == 3
        assert any(f"of the kind {other}, not {kind}" in str(finding.what) for finding in report.findings)
        with pytest.raises(Contradicted):
            at.home.ask(kind)
        with pytest.raises(Contradicted):
            at.home.open(kind, read_only=False)


def test_a_checkpoint_that_is_gone_is_said_to_be_gone() -> None:
    """Where an anchor or somebody elsewhere tells of it; its root is right, so the verdict stays."""
    with victim() as at:
        assert not verified(at.home, "duty").marks[LOST]
        with tampering(at.path("duty")) as database:
            database.execute("DELETE FROM checkpoints")
        report = verified(at.home, "duty")
    assert (report.verdict, report.marks[LOST] > 1) == ("valid", True)


def test_pages_that_lead_in_a_circle_end_in_a_finding() -> None:
    """A damaged page may give rows whose positions fall: verification stops there and says so, it never goes round."""
    raw = SimpleNamespace(entries=lambda _after, _limit: [{"position": position} for position in (0, -1, -1)])
    report = LedgerReport()
    found = list(rows_from(SimpleNamespace(store=SimpleNamespace(raw=raw)), report, 0, 3))  # type: ignore[arg-type]
    assert len(found) == 6
    assert [str(finding.what) for finding in report.findings if "rising position" in str(finding.what)]


def test_an_erasure_whose_process_died_leaves_no_text_in_the_views() -> None:
    """Views that were not built anew after an erasure are so by whoever opens them next: equal to a rebuild, and the
    text is in no file of theirs."""
    with victim() as at:
        secret = "a secret of nobody in particular"
        with closing(open_desk("duty", at.path("duty"))) as desk:
            talk = desk.record(TalkHeld(ref="S1", talker="p-a", counterpart="p-b", text=secret), "rec")
            views_of(at.home).close()
            erased = TextErased(entry=talk.reference, names=("text",), ground="law")
            desk.ledger.erase(erased, (desk.signer("cus-1"), desk.signer("eye")))
        with closing(views_of(at.home)) as standing:
            before = digest(standing)
        assert all(secret.encode() not in path.read_bytes() for path in at.home.directory.glob("views*"))
        with closing(rebuild(at.home)) as made:
            assert digest(made) == before


@pytest.mark.parametrize("after", [0, 1, 2])
def test_views_whose_making_was_interrupted_are_made_anew(after: int) -> None:
    """A journal left beside them is neither waited for nor played into the next ones: the views equal a rebuild."""
    with victim() as at:
        views_of(at.home).close()
        left = at.home.views.with_name("views.db-journal")
        with closing(sqlite3.connect(at.home.views, isolation_level=None)) as dying:
            assert dying.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
            dying.execute("PRAGMA cache_size = 1")
            dying.execute("BEGIN IMMEDIATE")
            dying.execute("UPDATE records SET type = type || 'x'" if after else "PRAGMA user_version = 0")
            dying.execute("CREATE TABLE more AS SELECT randomblob(100000)")
            torn, journal = at.home.views.read_bytes(), left.read_bytes()
        at.home.views.write_bytes(b"" if after == 2 else torn)
        left.write_bytes(journal)
        with closing(views_of(at.home)) as standing:
            before = digest(standing)
        assert not left.exists()
        assert [step.percent for step in prove(at.home)][-1] == 100
        left.write_bytes(journal)
        with closing(rebuild(at.home)) as made:
            assert digest(made) == before
        assert [step.percent for step in prove(at.home)][-1] == 100


@pytest.mark.parametrize("zone", ["AsiaoShanghai", b"Asia/Shanghai", b"\xff"])
def test_views_that_name_no_time_zone_are_damaged(zone: str | bytes) -> None:
    """Whatever stands in the cell, a fault by name says how to make them anew; no exception of the system's tables."""
    with victim() as at:
        views_of(at.home).close()
        with closing(sqlite3.connect(at.home.views)) as connection, connection:
            connection.execute("UPDATE ledgers SET time_zone = ?", (zone,))
        with pytest.raises(Damaged, match="zeren views rebuild"):
            views_of(at.home)


@pytest.mark.parametrize("number", [4379])
def test_a_workbook_whose_compression_is_broken_is_told(number: int) -> None:
    """What the decompressor finds wrong is a fault of the file."""
    rng = Random(f"1/parsers/{number}")  # noqa: S311 - places, not secrets
    name = rng.choices(list(PARSERS), [parser.share for parser in PARSERS.values()])[0]
    data = changed(rng, PARSERS[name].samples())
    with pytest.raises(ZerenError):
        PARSERS[name].read(data)


@pytest.mark.parametrize(
    "content",
    [
        b"0" * (64 << 20),
        b"<worksheet>" + b"<row r='" + b"1" * (64 << 20) + b"'/></worksheet>",
        b"<worksheet><!--" + b"<x> " * (16 << 20) + b"--></worksheet>",
        b"<?xml version='1.0'?>" + b"<!-- < -->" * 10 + b"<?" + b"<" * (64 << 20),
        b" " * (64 << 20),
    ],
)
def test_a_token_without_end_takes_no_time(content: bytes) -> None:
    """A workbook of kilobytes of which an XML parser would read 64 megabytes again and again is refused at once."""
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("xl/workbook.xml", content if part == "xl/workbook.xml" else "<workbook/>")
            archive.writestr("xl/worksheets/sheet1.xml", content)
        started = process_time()
        with pytest.raises(BadInput, match="token without end"):
            check_container(FileBytes("w.xlsx", packed.getvalue()))
        assert process_time() - started < 3


def test_a_sheet_whose_part_is_damaged_is_refused() -> None:
    """Also where its rows were read already and only what it hides and merges is asked once more."""
    whole = PARSERS["workbook"].samples()[0]
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        part = next(each for each in archive.infolist() if "worksheets/" in each.filename and each.file_size)
    start = part.header_offset + 30 + len(part.filename)
    for at in range(start, start + part.compress_size, max(1, part.compress_size // 40)):
        broken = bytearray(whole)
        broken[at] ^= 0x55
        with contextlib.suppress(ZerenError):
            layout_of(FileBytes("w.xlsx", bytes(broken)), part.filename)


def test_a_damaged_schema_that_is_no_text_is_damage() -> None:
    """What SQLite says of it cannot be decoded by its driver: a finding all the same."""
    with victim() as at:
        data = bytearray(at.path("duty").read_bytes())
        start = data.index(b"CREATE TRIGGER subjects_delete BEFORE DELETE ON subjects")
        place = data.index(b" ON subjects", start) + len(b" ON s")
        data[place] = 0xAA
        at.path("duty").write_bytes(data)
        report = verified(at.home, "duty")
    assert report.exit_code == 3


@pytest.mark.parametrize("kind", ["duty", "case", "access"])
def test_a_page_wiped_or_exchanged_is_damage(kind: str) -> None:
    """Whichever page of a ledger becomes zeros or another one: a finding, or nothing that counts; no traceback."""
    with victim() as at:
        whole = at.path(kind).read_bytes()
        pages = len(whole) // PAGE
        for page in range(pages):
            for other in (bytes(PAGE), whole[(page + 3) % pages * PAGE :][:PAGE]):
                at.path(kind).write_bytes(whole[: page * PAGE] + other + whole[(page + 1) * PAGE :])
                report = verified(at.home, kind)
                assert report.exit_code or facts_of(at.path(kind)) == target().facts[kind]


def test_a_scale_makes_it_smaller() -> None:
    """One attempt at least, ten thousand changes at scale 1."""
    assert (wanted("mutations", 1), wanted("mutations", 0.00001)) == (10_000, 1)
