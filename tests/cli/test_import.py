"""Import: templates, files of every kind, findings by cell, all or nothing, going on after a crash, hostile files."""

import hashlib
import json
import re
import shutil
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from ledger.application import Ledger
from ledger.events.batches import BatchRegistered
from ledger.events.fields import Json
from ledger.events.flat import flatten
from ledger.events.record import Recorded
from ledger.home.directory import Home
from ledger.importing import staging, write
from ledger.importing.source import Row, importable
from ledger.importing.write import imported_of
from ledger.recording.forms import form_named, forms
from projections.importing import container, sheet
from projections.importing.headings import field_of, headings
from projections.language.catalogue import use_language
from tests.support import replayed as support
from tests.support.command import zeren
from tests.support.samples import DUTY_RECORDER, OPEN, record_referred, sample

pytestmark = pytest.mark.long
KINDS = sorted(form.name for form in forms().values() if importable(form))
T = TypeVar("T")
DAY = datetime(2024, 3, 5)  # noqa: DTZ001 - a workbook knows no zones
HEADS = ("编号", "发生时间", "谈话人*", "谈话对象*", "标题", "正文", "覆盖单位", "声明补记")
BY = ("--as", DUTY_RECORDER, "--no-input")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("import") / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    words = ("--person", "p-he", "--post", "member", "--valid-from", "2024-01-01", "--ref", OPEN)
    assert zeren(directory, "assign", *words, "--as", DUTY_RECORDER).code == 0
    record_referred(directory)
    return directory


@pytest.fixture
def ledgers(fresh: Path, tmp_path: Path) -> Path:
    shutil.copytree(fresh, tmp_path / "ledgers")
    return tmp_path / "ledgers"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


def imports(directory: Path, file: Path, *words: str, kind: str = "talk", language: str = "en") -> int:
    return zeren(directory, "import", str(file), "--kind", kind, *BY, *words, language=language).code


def with_ledger(directory: Path, question: Callable[[Ledger], T]) -> T:
    ledger = Home(directory).open("duty")
    try:
        return question(ledger)
    finally:
        ledger.close()


def size(directory: Path) -> int:
    return with_ledger(directory, Ledger.size)


def imported(directory: Path) -> list[Recorded]:
    return with_ledger(
        directory, lambda ledger: [event for event in ledger.history() if imported_of(event.payload) is not None]
    )


def workbook(path: Path, rows: Sequence[Sequence[Any]], heads: Sequence[Any] = HEADS, title: str = "数据") -> Path:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = title
    page.append(list(heads))
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def talk(number: int, **changed: Any) -> list[Any]:
    row = dict(
        zip(
            HEADS,
            (f"T{number}", DAY, "贺立新", "罗佩珊", "谈话", f"内容 {number}", "", ""),
            strict=True,
        )
    )
    return list((row | {HEADS[int(key[1:])]: value for key, value in changed.items()}).values())


def findings(directory: Path, file: Path, capsys: pytest.CaptureFixture[str], **more: str) -> list[dict[str, Any]]:
    """The findings on a file that is refused; nothing is written, whatever they are."""
    before = size(directory)
    capsys.readouterr()
    assert imports(directory, file, "--json", **more) == 2
    assert size(directory) == before
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["findings"]
    return found


def test_excel_and_codes_belong_to_the_base_installation() -> None:
    """What the first hour uses needs no extra: the project itself requires its libraries."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {re.split(r"[<>=~]", each)[0] for each in project["dependencies"]}
    assert {"openpyxl", "xlsxwriter", "segno"} <= required
    assert not {"sheets", "codes"} & set(project["optional-dependencies"])


# --- templates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_template_is_read_back_by_its_headings_and_its_example_is_no_record(
    name: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], fresh: Path
) -> None:
    """Each heading means its field, texts are no formulas, and importing the empty template records nothing."""
    use_language(language)
    form, file = form_named(name), tmp_path / "template.xlsx"
    assert zeren(fresh, "import", "template", name, "--out", str(file), language=language).code == 0
    page = openpyxl.load_workbook(file).worksheets[0]
    heads = [cell.value for cell in page[1]]

    assert heads[0] == "#"
    assert [field_of(form, str(head)) for head in heads[1:]] == [heading.name for heading in headings(form)]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    use_language("en")
    capsys.readouterr()
    assert imports(fresh, file, kind=name) == 2
    assert "no rows" in capsys.readouterr().err


def test_a_template_offers_what_is_registered_and_takes_text_for_text(ledgers: Path, tmp_path: Path) -> None:
    """A unit named like a formula stands in the list as text; persons are listed by name; same template, same bytes."""
    words = ("--unit", "u-eq", "--kind", "department", "--name", "=HYPERLINK(1)")
    assert zeren(ledgers, "record", "unit", *words, "--as", DUTY_RECORDER).code == 0
    one, two = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    for file in (one, two):
        assert zeren(ledgers, "import", "template", "talk", "--out", str(file)).code == 0
    book = openpyxl.load_workbook(one)
    texts = {cell.value: cell.data_type for row in book["choices"].iter_rows() for cell in row if cell.value}

    assert texts["=HYPERLINK(1)"] == "s"
    assert "贺立新" in texts
    assert len(book.worksheets[0].data_validations.dataValidation) >= 3
    assert one.read_bytes() == two.read_bytes()
    assert zeren(ledgers, "import", "template", "talk", "--out", str(one)).code == 2  # never overwritten
    assert zeren(tmp_path / "nowhere", "import", "template", "talk", "--out", str(tmp_path / "3.xlsx")).code == 0


# --- every kind -------------------------------------------------------------------------------------------------------


def sample_row(name: str, ledger: Ledger) -> tuple[dict[str, str], dict[str, Json]]:
    """(what is written by field, what then stands on record)."""
    form = form_named(name)
    written: dict[str, str] = {}
    expected: dict[str, Json] = {}
    for column in form.columns:
        given = sample(form, column, ledger)
        if not given or column.base.startswith("attachments"):
            continue
        field = column.base.replace("*", "0")
        written[field] = "; ".join(word for word, _ in given)
        if column.in_one:
            expected[field] = [value for _, value in given]
        elif column.is_list:
            expected |= {f"{field}.{number}": value for number, (_, value) in enumerate(given)}
        else:
            expected[field] = given[0][1]
    return written, expected


@pytest.mark.parametrize("suffix", [".xlsx", ".yaml", ".jsonl"])
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_imported_from_every_form_of_file(name: str, suffix: str, ledgers: Path, tmp_path: Path) -> None:
    """What is written in a row stands on record, with the batch and the row, and the batch has the file's digest."""
    written, expected = with_ledger(ledgers, lambda ledger: sample_row(name, ledger))
    file = tmp_path / f"rows{suffix}"
    if suffix == ".xlsx":
        workbook(file, [list(written.values())], list(written))
    elif suffix == ".jsonl":
        file.write_text(json.dumps(written, ensure_ascii=False) + "\n", encoding="utf-8")
    else:
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in written.items()]
        file.write_text("- " + "\n  ".join(lines) + "\n", encoding="utf-8")

    assert imports(ledgers, file, kind=name) == 0

    entry = imported(ledgers)[-1]
    mark = imported_of(entry.payload)
    assert mark is not None
    batch = with_ledger(ledgers, lambda ledger: ledger.at(mark.batch.position))
    fields = {field: value for field, value in flatten(entry.payload) if not field.startswith("imported.")}
    assert fields == expected
    assert isinstance(batch.payload, BatchRegistered)
    assert batch.payload.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (batch.payload.rows, batch.payload.last_row, batch.payload.kind) == (1, mark.row, entry.type)
    assert (batch.payload.size, batch.payload.name) == (file.stat().st_size, file.name)


@pytest.mark.parametrize("name", sorted(forms().keys() - set(KINDS)))
def test_what_people_sign_one_by_one_is_not_imported(name: str, fresh: Path, tmp_path: Path) -> None:
    """Acceptances, corrections, explanations and case work come from no file."""
    assert imports(fresh, tmp_path / "none.xlsx", kind=name) == 2
    assert zeren(fresh, "import", "template", name, "--out", str(tmp_path / "t.xlsx")).code == 2


def party_group(ledger: Ledger) -> str:
    return next(id_ for id_, kind in ledger.register().unit_kinds.items() if kind == "party_group")


def test_a_control_character_in_yaml_is_told(ledgers: Path, tmp_path: Path) -> None:
    """What no YAML may hold is a fault of the file, by name, and no traceback."""
    file = tmp_path / "talks.yaml"
    file.write_bytes(b"- ref: T1\n  text: a\0b\n")
    refused = zeren(ledgers, "import", str(file), "--kind", "talk", "--as", "rec", "--dry-run")
    assert (refused.code, "not valid YAML" in refused.err + refused.out) == (2, True)


def test_nested_yaml_and_lists_are_read_as_the_format_has_them(ledgers: Path, tmp_path: Path) -> None:
    """Votes and dissent may be written as maps and lists; a blank record in a list makes no gap."""
    file = tmp_path / "meetings.yaml"
    file.write_text(
        "- ref: M1\n  body: 党组\n  attendees: [p-he, 罗佩珊]\n  votes: {agree: [p-he], oppose: [p-luo]}\n"
        "  dissent:\n    - {person: 罗佩珊, text: 不同意}\n  occurred_at: 2024-03-05T09:00:00+08:00\n",
        encoding="utf-8",
    )
    body = with_ledger(
        ledgers, lambda ledger: next(i for i, k in ledger.register().unit_kinds.items() if k == "party_group")
    )
    file.write_text(file.read_text(encoding="utf-8").replace("党组", body), encoding="utf-8")
    assert imports(ledgers, file, kind="meeting") == 0
    fields = dict(flatten(imported(ledgers)[-1].payload))
    assert (fields["votes.oppose.0"], fields["dissent.0.person"], fields["dissent.0.text"]) == (
        "p-luo",
        "p-luo",
        "不同意",
    )


# --- findings by cell -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (1, 45483, "as 2024-07-10 if"),
        (1, 7, "7 is a number, not a day"),
        (2, "c-aid", "a registered unit"),
        (1, "2024-02-30", "no"),
        (1, "2024.13.01", "2024-07-09"),
        (1, True, "day"),
        (2, "贺立", "贺立新 (p-he)"),
        (2, None, "missing"),
        (2, "=A1", "formula"),
        (4, "=1+1", "formula"),
        (4, "长" * 30_001, "30000"),
        (4, "a\u202eb", "U+202E"),
        (6, "c-aid；没有", "no unit"),
        (7, "也许", "是"),
        (3, "贺立新", "two"),
    ],
)
def test_each_fault_is_named_by_sheet_cell_value_and_remedy_in_both_languages(
    column: int, value: Any, said: str, fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bad cell among good rows refuses all of them, and is named in Chinese and English."""
    file = workbook(tmp_path / "t.xlsx", [talk(1), talk(2, **{f"c{column}": value}), talk(3)])
    (found,) = findings(fresh, file, capsys)

    assert found["sheet"] == "数据"
    assert found["cell"] in (f"{'ABCDEFGH'[column]}3", "3")
    assert said in found["problem"]["en"] or said in found["problem"]["zh_CN"]
    assert any("\u4e00" <= char <= "\u9fff" for char in found["problem"]["zh_CN"])


def test_all_findings_are_shown_as_a_table_and_counted(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Faults of several rows stand together, at most fifty lines, the rest counted."""
    file = workbook(tmp_path / "t.xlsx", [talk(n, c2="无此人") for n in range(260)])
    assert imports(fresh, file, language="zh_CN") == 2
    shown = capsys.readouterr()
    assert "数据!C2" in shown.out
    assert len(shown.out.splitlines()) == 54
    assert "260" in shown.err


def test_merged_cells_stray_cells_and_error_values_are_findings(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a reader would silently take for blank is named."""
    file = workbook(tmp_path / "t.xlsx", [talk(1), talk(2), talk(3), talk(4)])
    book = openpyxl.load_workbook(file)
    page = book.worksheets[0]
    page.merge_cells("C3:C4")
    page["K2"] = "stray"
    page["E5"] = "#REF!"
    page["E5"].data_type = "e"
    book.save(file)
    found = {row["cell"]: row["problem"]["en"] for row in findings(fresh, file, capsys) if row["problem"]["en"]}

    assert any("C3:C4 is merged" in text for text in found.values())
    assert any("K2 has no heading" in text for text in found.values())
    assert "error value" in found["E5"]


def test_headings_may_stand_lower_in_any_language_and_in_any_order(ledgers: Path, tmp_path: Path) -> None:
    """A merged title above the headings does no harm; English, Chinese and field names are understood."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["2024 年谈话登记"])
    page.merge_cells("A1:C1")
    page.append(["talker", "谈话对象", "when it happened"])
    page.append(["p-he", "罗佩珊", DAY.replace(hour=9, minute=30)])
    book.create_sheet("说明").append(["任意文字"])
    book.save(tmp_path / "t.xlsx")
    assert imports(ledgers, tmp_path / "t.xlsx") == 0
    assert dict(flatten(imported(ledgers)[-1].payload))["occurred_at"] == "2024-03-05T09:30:00+08:00"


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        (("谈话人", "谈话对象", "标提"), "标题"),
        (("谈话人", "谈话人", "谈话对象"), "twice"),
        (("甲", "乙"), "zeren import template talk"),
    ],
)
def test_headings_that_are_not_understood_are_named(
    heads: tuple[str, ...], said: str, fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown heading is never dropped; a heading that stands twice is never guessed."""
    use_language("zh_CN")
    field_of(form_named("talk"), "x")
    use_language("en")
    file = workbook(tmp_path / "t.xlsx", [["p-he", "p-luo", "x"]], heads)
    assert imports(fresh, file) == 2
    error = capsys.readouterr().err
    assert said in error or "not known" in error


def test_rows_are_checked_against_each_other_and_the_ledger(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A row that ends one thing twice or registers one id twice is found."""
    people = tmp_path / "people.jsonl"
    people.write_text('{"person": "p-new", "name": "甲"}\n{"person": "p-new", "name": "乙"}\n', encoding="utf-8")
    assert "same thing as row 1" in findings(ledgers, people, capsys, kind="person")[0]["problem"]["en"]
    ends = tmp_path / "ends.jsonl"
    line = json.dumps({"ends": OPEN, "person": "p-he", "valid_to": "2031-01-01"})
    ends.write_text(line + "\n" + line.replace("01-01", "01-02") + "\n", encoding="utf-8")
    assert "same thing as row 1" in findings(ledgers, ends, capsys, kind="assignment-ended")[0]["problem"]["en"]


# --- nothing, all, or going on ----------------------------------------------------------------------------------------


def test_a_fact_still_to_come_is_a_finding_of_its_row(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A talk dated years ahead is named with its row and day; nothing of the file is written."""
    later = (datetime.now(UTC) + timedelta(days=900)).replace(tzinfo=None, microsecond=0)
    rows = [talk(1), talk(2)]
    rows[1][HEADS.index("发生时间")] = later
    before = size(ledgers)
    found = findings(ledgers, workbook(tmp_path / "t.xlsx", rows), capsys)
    assert imports(ledgers, tmp_path / "t.xlsx", "--dry-run") == 2  # a dry run says so as well
    assert len(found) == 1
    assert later.date().isoformat() in str(found[0])
    assert "more than one day after it was recorded" in str(found[0])
    assert size(ledgers) == before


def test_a_file_is_read_once_and_its_rows_lie_nowhere_after(
    ledgers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written is what was checked, not a second reading; rows that went to a file leave none behind."""
    monkeypatch.setattr(staging, "IN_MEMORY", 100)
    read, readings = sheet.Sheet.rows, []

    def counted(self: sheet.Sheet) -> Iterator[Row]:
        readings.append(self.file.name)
        return read(self)

    monkeypatch.setattr(sheet.Sheet, "rows", counted)
    before = {path.name for path in ledgers.iterdir()}

    assert imports(ledgers, workbook(tmp_path / "t.xlsx", [talk(n) for n in range(30)])) == 0

    assert readings == ["t.xlsx"]
    beside = {path.name for path in ledgers.iterdir()} - before  # what SQLite keeps beside a database in use
    assert {name for name in beside if not name.endswith(("-shm", "-wal", ".lock"))} == set()
    assert [mark.row for event in imported(ledgers) if (mark := imported_of(event.payload))] == list(range(2, 32))


def test_a_dry_run_writes_nothing(ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The database is the same byte for byte; who may not record is refused already."""
    file = workbook(tmp_path / "t.xlsx", [talk(n) for n in range(3)])
    before = (ledgers / "duty.db").read_bytes()
    assert imports(ledgers, file, "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 3
    assert zeren(ledgers, "import", str(file), "--kind", "talk", "--as", "p-luo", "--dry-run").code == 5
    assert (ledgers / "duty.db").read_bytes() == before


def test_a_file_is_taken_once(ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same bytes under another name are refused with the batch that has them."""
    file = workbook(tmp_path / "t.xlsx", [talk(1)])
    assert imports(ledgers, file) == 0
    shutil.copy(file, tmp_path / "other.xlsx")
    before = size(ledgers)
    assert imports(ledgers, tmp_path / "other.xlsx") == 5
    assert "imported already" in capsys.readouterr().err
    assert size(ledgers) == before


def test_a_crash_between_transactions_leaves_no_doubles(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash at any transaction the same command goes on behind the last row, until each row stands once."""
    monkeypatch.setattr(write, "MAX_BATCH", 4)
    file = workbook(tmp_path / "t.xlsx", [talk(n) for n in range(10)])
    record, calls = Ledger.record, []

    def crashing(self: Ledger, *commands: Any) -> Any:
        calls.append(len(commands))
        if len(calls) in (1, 4, 6):
            raise KeyboardInterrupt
        return record(self, *commands)

    monkeypatch.setattr(Ledger, "record", crashing)
    outcomes = [imports(ledgers, file) for _ in range(4)]

    assert outcomes == [130, 130, 130, 0]
    assert "repeat the same command" in capsys.readouterr().err
    marks = [mark for event in imported(ledgers) if (mark := imported_of(event.payload))]
    assert [mark.row for mark in marks] == list(range(2, 12))
    assert len({mark.batch for mark in marks}) == 1
    assert max(calls) <= 4
    assert imports(ledgers, file) == 5
    assert zeren(ledgers, "verify").code == 0


def test_an_interrupted_import_goes_on_only_as_it_was_begun(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a file marked as legacy is not finished as if it were new."""
    file = workbook(tmp_path / "t.xlsx", [talk(1)])
    record, calls = Ledger.record, []

    def crashing(self: Ledger, *commands: Any) -> Any:
        calls.append(commands)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return record(self, *commands)

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "record", crashing)
        assert imports(ledgers, file, "--legacy") == 130
    assert imports(ledgers, file) == 5
    assert "--legacy" in capsys.readouterr().err
    assert imports(ledgers, file, "--legacy") == 0
    assert dict(flatten(imported(ledgers)[-1].payload))["legacy"] is True


def test_a_replacement_and_the_end_it_makes_stand_in_one_transaction(
    ledgers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row of two entries is never parted, and both name the row."""
    monkeypatch.setattr(write, "MAX_BATCH", 2)
    rows = [
        {"ref": "N1", "person": "p-luo", "post": "member", "valid_from": "2031-01-01"},
        {"ref": "N2", "person": "p-luo", "post": "member", "valid_from": "2031-01-01", "replaces": OPEN},
    ]
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert imports(ledgers, file, kind="assignment") == 0
    entries = imported(ledgers)
    assert [event.type for event in entries] == ["assignment.made/1", "assignment.ended/1", "assignment.made/1"]
    assert [mark.row for event in entries if (mark := imported_of(event.payload))] == [1, 2, 2]
    assert entries[2].recorded_at == entries[1].recorded_at or entries[2].position == entries[1].position + 1


def test_no_transaction_has_more_than_a_thousand_entries(
    ledgers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve hundred rows are two transactions after the batch's own."""
    file = tmp_path / "t.jsonl"
    line = {"talker": "p-he", "counterpart": "p-luo", "occurred_at": "2024-03-05"}
    file.write_text("".join(json.dumps({**line, "ref": f"T{n}"}) + "\n" for n in range(1200)), encoding="utf-8")
    record, sizes = Ledger.record, []

    def counting(self: Ledger, *commands: Any) -> Any:
        sizes.append(len(commands))
        return record(self, *commands)

    monkeypatch.setattr(Ledger, "record", counting)
    assert imports(ledgers, file) == 0
    assert sizes == [1, 1000, 200]


# --- hostile files ----------------------------------------------------------------------------------------------------


def rezipped(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts[name] = data

    return change


def doctype(parts: dict[str, bytes]) -> None:
    page = parts["xl/worksheets/sheet1.xml"]
    head, _, rest = page.partition(b"<worksheet")
    lol = b'<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    parts["xl/worksheets/sheet1.xml"] = head + b"<!--" + b" " * 9000 + b"-->" + lol + b"<worksheet" + rest


HOSTILE: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "macros": (put("xl/vbaProject.bin", b"x"), "macros"),
    "external link": (put("xl/externalLinks/externalLink1.xml", b"<a/>"), "links to other workbooks"),
    "connection": (put("xl/connections.xml", b"<a/>"), "data connections"),
    "embedded object": (put("xl/embeddings/oleObject1.bin", b"x"), "embedded objects"),
    "entities": (doctype, "document type"),
    "no workbook": (lambda parts: parts.pop("xl/workbook.xml"), "no workbook"),  # type: ignore[dict-item]
    "broken sheet": (put("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"), "workbook"),
    "broken prolog": (put("xl/styles.xml", b"\x00\x01"), "damaged"),
    "many parts": (lambda parts: parts.update({f"x/{n}.txt": b"" for n in range(2001)}), "parts"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_workbook_is_refused_with_a_reason(
    name: str, fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Macros, links, connections, objects, entities, damage: each is named, and nothing is written."""
    change, said = HOSTILE[name]
    file = rezipped(workbook(tmp_path / "t.xlsx", [talk(1)]), change)
    before = size(fresh)
    assert imports(fresh, file) == 2
    assert said in capsys.readouterr().err
    assert size(fresh) == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "password"),
        (b"PK\x03\x04 and nothing more", "no .xlsx file"),
        (b"a,b,c\n1,2,3\n", "no .xlsx file"),
    ],
)
def test_what_is_no_workbook_is_refused(
    data: bytes, said: str, fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty file, an old or protected one, a broken archive and text under a workbook's name."""
    file = tmp_path / "t.xlsx"
    file.write_bytes(data)
    assert imports(fresh, file) == 2
    assert said in capsys.readouterr().err


def test_a_bomb_is_refused_by_what_it_would_unpack_to(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sizes that the archive states are added up before anything is unpacked, and what they hide is cut off."""
    monkeypatch.setattr(container, "MAX_UNPACKED", 5_000_000)
    file = rezipped(workbook(tmp_path / "t.xlsx", [talk(1)]), put("xl/media/image1.png", bytes(6_000_000)))
    assert file.stat().st_size < 50_000
    assert imports(fresh, file) == 2
    assert "unpacks to more" in capsys.readouterr().err
    lying = rezipped(workbook(tmp_path / "u.xlsx", [talk(1)]), put("xl/sharedStrings.xml", bytes(6_000_000)))
    data = lying.read_bytes().replace((6_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    lying.write_bytes(data)
    assert imports(fresh, lying) == 2
    monkeypatch.setattr(container, "MAX_KEPT", 1_000)
    assert imports(fresh, workbook(tmp_path / "v.xlsx", [talk(n) for n in range(50)])) == 2


def test_an_extent_that_a_sheet_only_claims_costs_nothing(ledgers: Path, tmp_path: Path) -> None:
    """A sheet that says it has all columns and rows is read by the rows that it has."""

    def claim(parts: dict[str, bytes]) -> None:
        page = parts["xl/worksheets/sheet1.xml"]
        start = page.index(b"<dimension")
        end = page.index(b"/>", start) + 2
        parts["xl/worksheets/sheet1.xml"] = page[:start] + b'<dimension ref="A1:XFD1048576"/>' + page[end:]

    assert imports(ledgers, rezipped(workbook(tmp_path / "t.xlsx", [talk(1)]), claim)) == 0
    assert len(imported(ledgers)) == 1


def test_a_cell_far_away_is_not_lost(fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Behind endless empty rows or columns a cell is read, or found without a heading."""
    file = workbook(tmp_path / "t.xlsx", [talk(1)])
    book = openpyxl.load_workbook(file)
    book.worksheets[0]["A120000"] = "far"
    book.worksheets[0]["XFD2"] = "far"
    book.save(file)
    assert {found["cell"] for found in findings(fresh, file, capsys)} == {"2", "120000"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.yaml", "- talker: p-he\n  talker: p-luo\n", "twice"),
        ("t.yaml", "- &a {talker: p-he}\n- *a\n", "t.yaml: line 2: aliases (*name) are not used here"),
        ("t.yaml", "- talker: !!python/object/apply:os.system [ls]\n", "tag"),
        ("t.yaml", "- !!set {talker}\n", "tag"),
        ("t.yaml", "talker: p-he\n", "list of maps"),
        ("t.yaml", "- p-he\n", "map"),
        ("t.yaml", "- talker: [p-he\n", "YAML"),
        ("t.yaml", "- talker: p-he\n---\n- talker: p-he\n", "several documents"),
        ("t.yaml", "- " + "[" * 5000, "YAML"),
        ("t.yaml", "# nothing\n", "no list"),
        ("t.jsonl", '{"talker": "p-he", "talker": "p-luo"}\n', "twice"),
        ("t.jsonl", '{"size": NaN}\n', "NaN"),
        ("t.jsonl", "[1]\n", "object"),
        ("t.jsonl", '{"a": \n', "line 1"),
        ("t.jsonl", "[" * 100_000 + "\n", "line 1"),
        ("t.jsonl", '{"text": "' + "x" * 1_000_001 + '"}\n', "longer"),
        ("t.csv", "a,b\n", "zeren import template talk"),
        ("t.csv", '谈话人,谈话对象\n"贺立新', "line 2"),
        ("t.pdf", "a,b\n", ".jsonl"),
        ("t.xlsm", "x", ".xlsx"),
    ],
)
def test_hostile_texts_are_refused_by_line(
    name: str, text: str, said: str, fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys that stand twice, aliases, tags, wrong shapes, endless nesting, other formats: named, nothing written."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    before = size(fresh)
    assert imports(fresh, file) == 2
    assert said in capsys.readouterr().err
    assert size(fresh) == before


def test_encodings_are_told_apart(ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """UTF-8 with a byte order mark is taken; UTF-16 and GBK are named with what to do."""
    line = '{"talker": "贺立新", "counterpart": "罗佩珊", "ref": "B1"}\n'
    for encoding, code, said in (("utf-16", 2, "UTF-16"), ("gbk", 2, "UTF-8"), ("utf-8-sig", 0, "")):
        file = tmp_path / f"{encoding}.jsonl"
        file.write_bytes(line.encode(encoding))
        assert imports(ledgers, file) == code
        assert said in capsys.readouterr().err


def test_unknown_fields_and_wrong_shapes_in_lines_are_findings(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A field that the kind has not, a map for a text and a number for a name are named with the field meant."""
    file = tmp_path / "t.jsonl"
    rows = [
        {"talker": "p-he", "counterpart": "p-luo", "titel": "x"},
        {"talker": ["p-he", "p-luo"], "counterpart": "p-luo"},
        {"talker": "p-he", "counterpart": "p-luo", "title": {"a": "b"}},
        {"talker": 7, "counterpart": "p-luo", "imported": {"row": 1}},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = findings(fresh, file, capsys)
    assert ("titel", "1") in {(row["field"], row["cell"]) for row in found}
    assert "title" in next(row["problem"]["en"] for row in found if row["field"] == "titel")
    assert {row["cell"] for row in found} == {"1", "2", "3", "4"}
    assert any(row["field"] == "imported.row" for row in found)


def test_a_file_of_this_size_is_refused_unread(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More rows than the limit are refused; so are a sheet that is not there and --legacy where it means nothing."""
    monkeypatch.setattr("ledger.importing.row_checks.MAX_ROWS", 2)
    file = workbook(tmp_path / "t.xlsx", [talk(n) for n in range(3)])
    assert imports(fresh, file) == 2
    assert "more than 2 rows" in capsys.readouterr().err
    assert imports(fresh, file, "--sheet", "别处") == 2
    assert "数据" in capsys.readouterr().err
    assert imports(fresh, file, "--legacy", kind="unit") == 2
    assert imports(fresh, tmp_path / "none.xlsx") == 2


def test_help_shows_the_options_of_an_import(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`zeren import --help` names the file's options and the template command."""
    assert zeren(fresh, "import", "--help").code == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("--kind", "--legacy", "--sheet", "--dry-run", "--signer", "template"))


def test_claims_of_what_is_not_in_the_table_are_refused_as_at_recording(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An import takes no claim that `record` refuses: the row is named, and nothing is written."""
    before = size(ledgers)
    file = tmp_path / "talks.jsonl"
    rows = [
        {
            "ref": "C1",
            "occurred_at": "2024-03-05",
            "talker": "p-luo",
            "counterpart": "p-han",
            "text": "谈一",
            "claims": ["A2a"],
        },
        {
            "ref": "C2",
            "occurred_at": "2024-03-05",
            "talker": "p-luo",
            "counterpart": "p-han",
            "text": "谈二",
            "claims": ["A9Z"],
        },
    ]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")

    assert imports(ledgers, file) != 0

    assert "A9Z" in "".join(capsys.readouterr())
    assert size(ledgers) == before
