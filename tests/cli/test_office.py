"""What an office really has at hand: passphrase files, code pages, hidden characters, workbooks of Chinese Excel."""

import codecs
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from cli.main import build
from cli.showing.exits import any_code_page, run
from ledger.core import sm2
from ledger.errors import BadInput, NotChecked, NotInstalled
from ledger.extras import install_command
from ledger.importing.source import FileBytes
from ledger.keys.key_files import load_key, new_further_key, new_key, read_passphrase, save_key
from ledger.recording.forms import form_named
from ledger.recording.texts import read_name, read_text
from projections.importing.columns import ReadingOptions
from projections.importing.sheet import Sheet
from projections.importing.workbook import Workbook
from projections.reports.document import Report
from projections.reports.word import report_docx
from tests.ledger.test_rollback_known import cut
from tests.support import replayed
from tests.support.command import started, zeren

HEADS = ("talker", "counterpart", "text")


def book(tmp_path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> FileBytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    made.save(tmp_path / "b.xlsx")
    return FileBytes("b.xlsx", (tmp_path / "b.xlsx").read_bytes())


def values(file: FileBytes, sheet: str | None = None) -> list[dict[str, Any]]:
    return [dict(row.values) for row in Sheet(file, form_named("talk"), ReadingOptions(sheet)).rows()]


# --- passphrases ---


def test_a_byte_order_mark_is_no_part_of_a_passphrase(tmp_path: Path) -> None:
    """What an editor puts before the text is not what a person types."""
    (tmp_path / "p").write_bytes(codecs.BOM_UTF8 + b"choose your own\r\n")
    assert read_passphrase(tmp_path / "p") == b"choose your own"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_passphrase_file_in_utf_16_is_refused(tmp_path: Path, encoding: str) -> None:
    """Its bytes would lock keys that no typed passphrase opens."""
    (tmp_path / "p").write_bytes("choose\n".encode(encoding))
    with pytest.raises(BadInput, match="UTF-16"):
        read_passphrase(tmp_path / "p")


def test_keys_are_made_by_a_passphrase_that_can_be_typed(tmp_path: Path) -> None:
    """A file in GBK is refused where keys are made, by its name; keys that were made by one still open."""
    file = tmp_path / "p"
    file.write_bytes("本人口令本人口令\n".encode("gbk"))
    founded = zeren(tmp_path / "x", "init", "--origin", "a.b/duty", "--title", "t", "--custodian", "c-1", *_by(file))
    assert (founded.code, "not written in UTF-8" in founded.err, (tmp_path / "x").exists()) == (2, True, False)
    made = zeren(None, "keys", "new", "c-1", "--origin", "a.b/duty", "--out", str(tmp_path / "c.pem"), *_by(file))
    assert (made.code, (tmp_path / "c.pem").exists()) == (2, False)
    assert read_passphrase(file) == "本人口令本人口令".encode("gbk")


def _by(file: Path) -> tuple[str, ...]:
    return ("--passphrase-file", str(file), "--no-input")


def test_a_wrong_passphrase_says_so_without_the_extra_for_sm2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a file that the SM2 library made is told as one that needs it."""

    def missing() -> None:
        raise NotChecked("the extra sm2 is not installed")

    save_key(tmp_path / "k.pem", new_key(), b"the right one")
    save_key(tmp_path / "s.pem", new_further_key("sm2"), b"the right one")
    monkeypatch.setattr(sm2, "_library", missing)
    with pytest.raises(BadInput, match="passphrase"):
        load_key(tmp_path / "k.pem", b"the wrong one")
    with pytest.raises(NotChecked):
        load_key(tmp_path / "s.pem", b"the right one")


# --- terminals ---


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
@pytest.mark.parametrize(
    "words", [["trace", "K1"], ["entries", "--json"], ["dossier", "p-luo", "--json"], ["dossier", "p-luo"]]
)
def test_no_code_page_ends_an_answer_in_a_traceback(encoding: str, words: list[str]) -> None:
    """Letters that the code page lacks are escaped; the answer is whole and the exit code 0."""
    place, terminal = str(replayed.replayed(replayed.YUNXI).directory), io.TextIOWrapper(io.BytesIO(), encoding)
    with redirect_stdout(terminal):
        any_code_page()
        assert run(build(), ["--dir", place, *words]) == 0
    terminal.flush()
    terminal.buffer.seek(0)
    said = terminal.buffer.read()
    assert said
    if "--json" in words:
        assert json.loads(said)


def test_a_process_settles_its_code_page_before_it_says_anything() -> None:
    """What the tests above do for themselves the command does where the terminal has another code page."""
    place = str(replayed.replayed(replayed.YUNXI).directory)
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "ZEREN_DIR": place, "ZEREN_LANG": "zh_CN"}
    ended = subprocess.run(
        [sys.executable, "-m", "cli.main", "trace", "K1"], env=environment, capture_output=True, check=False
    )
    assert (ended.returncode, b"Traceback" in ended.stderr, b"\\u8d23" in ended.stdout) == (0, False, True)


@pytest.mark.parametrize(
    "words",
    [
        ("holders", "c-aid"),
        ("verify",),
        ("doctor", "--json"),
        ("record", "person", "--name", "王五", "--as", "p-bai"),
        ("backup", "{place}/copy.tar", "--json"),
        ("export", "entries", "{place}/entries.csv", "--json"),
        ("bundle", "K1", "--out", "{place}/k1.zip"),
        ("import", "{place}/none.xlsx", "--kind", "talk"),
    ],
    ids=lambda words: words[0],
)
def test_a_path_that_is_no_utf_8_works(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A folder named in GBK bytes, as older systems leave them, holds a ledger like any other."""
    place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb2\xe2\xca\xd4"))
    shutil.copytree(replayed.replayed(replayed.YUNXI).directory, place)
    done = started(place, *(word.format(place=place) for word in words))
    assert "Traceback" not in done.err
    assert done.code == {"import": 2, "doctor": 4}.get(words[0], 0), done.err
    if "--json" in words:
        assert json.loads(done.out)
    if words[0] == "backup":
        again = started(place, "doctor", "--json")
        assert "Traceback" not in again.err


def test_a_reader_who_has_seen_enough_is_no_fault() -> None:
    """`zeren trace K1 | head` exits 0."""
    command = f'"{sys.executable}" -m cli.main trace K1 | head -c 10 >/dev/null; exit ${{PIPESTATUS[0]}}'
    environment = {**os.environ, "ZEREN_DIR": str(replayed.replayed(replayed.YUNXI).directory)}
    assert subprocess.run(["bash", "-c", command], env=environment, check=False).returncode == 0


@pytest.mark.parametrize("words", ["verify", "verify --json", "verify --all --json"])
def test_who_reads_a_verdict_only_in_part_learns_it_by_the_exit_code(tmp_path: Path, words: str) -> None:
    """`zeren verify | head -1` of a ledger that is invalid exits 3, as without the pipe."""
    place = tmp_path / "ledgers"
    shutil.copytree(replayed.replayed(replayed.YUNXI).directory, place)
    cut(place / "duty.db", 150)
    command = f'"{sys.executable}" -m cli.main {words} | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}'
    environment = {**os.environ, "ZEREN_DIR": str(place)}
    assert subprocess.run(["bash", "-c", command], env=environment, check=False).returncode == 3


def test_a_broken_pipe_of_another_kind_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """A connection that broke in the middle of the work is told, and never ends with 0."""

    @click.command()
    def broken() -> None:
        raise BrokenPipeError(32, "Broken pipe")

    with open(os.devnull, "w", encoding="utf-8") as out, pytest.MonkeyPatch.context() as patch:  # noqa: PTH123 - a device
        patch.setattr(sys, "stdout", out)
        assert run(broken, []) == 1
    assert "Broken pipe" in capsys.readouterr().err


# --- texts ---


@pytest.mark.parametrize("code", [0xAD, 0x3164, 0x2028, 0xE0041, 0xFE00, 0x61C, 0x34F, 0x180E, 0x2800, 0x200B, 0xFFFC])
def test_what_a_screen_shows_as_nothing_is_refused(code: int) -> None:
    """By category, and the few letters and marks that are shown as nothing."""
    with pytest.raises(BadInput, match="hidden"):
        read_text(f"王{chr(code)}五")


def test_a_private_character_is_refused_with_the_letter_meant() -> None:
    """U+E863 is 䶮 since GB 18030 encodes it; of others nobody can tell."""
    with pytest.raises(BadInput) as told:
        read_text("刘\ue863")
    assert "䶮" in str(told.value)
    with pytest.raises(BadInput, match="private"):
        read_text("\uf8ff")


def test_a_letter_that_was_lost_is_refused_as_that() -> None:
    """U+FFFD says that somebody's program could not read a letter: the letter itself is asked for."""
    with pytest.raises(BadInput, match="could not be read"):
        read_text("刘\ufffd")


@pytest.mark.parametrize("name", ["张\u3000三", "张\n三"])
def test_a_name_is_one_line_without_wide_spaces(name: str) -> None:
    """So that one person has one name."""
    with pytest.raises(BadInput):
        read_name(name)


# --- workbooks ---


@pytest.mark.parametrize("shown", ["aaaa", "[$-804]aaa", 'yyyy"年"m"月"d"日" aaaa'])
def test_a_day_shown_as_a_day_of_the_week_is_that_day(tmp_path: Path, shown: str) -> None:
    """A format that Chinese Excel offers; letters in quotes are no format."""
    file = tmp_path / "w.xlsx"
    for format_, taken in ((shown, date(2026, 3, 5)), ('0"aaa"', None)):
        book_ = openpyxl.Workbook()
        book_.active.append(["谈话人", "谈话对象", "发生时间"])
        book_.active.append(["甲", "乙", 46086])
        book_.active["C2"].number_format = format_
        book_.save(file)
        (_, row) = Workbook(FileBytes(file.name, file.read_bytes())).tables[0].lines()
        value = row[1][2].value
        assert (value.date() if isinstance(value, datetime) else None) == taken


def test_escapes_of_workbooks_are_texts_again(tmp_path: Path) -> None:
    """_x000D_ is the carriage return that was typed; an escaped underscore stays one."""
    rows = [HEADS, ("甲", "乙", "第一行_x000D_\n第二行"), ("甲", "乙", "_x005F_x000D_")]
    texts = [read_text(row["text"]) for row in values(book(tmp_path, ("一", rows)))]
    assert texts == ["第一行\n第二行", "_x000D_"]


@pytest.mark.parametrize(
    "heading", ["谈话\n对象", "谈话对象:", "谈话 对象", "谈话对象（必填）", "谈话对象：", "谈话对象（签字）"]
)
def test_headings_as_people_write_them(tmp_path: Path, heading: str) -> None:
    """Spaces, line feeds, a colon and （必填） are passed over; 序号 only counts the rows."""
    file = book(tmp_path, ("一", [("序号", "谈话人", heading), (1, "甲", "乙")]))
    assert values(file) == [{"talker": "甲", "counterpart": "乙"}]


def test_of_several_sheets_none_is_chosen_in_silence(tmp_path: Path) -> None:
    """Their names are told; --sheet takes one; a hidden one is never taken unasked."""
    rows, two = [HEADS, ("甲", "乙", "一")], [HEADS, ("甲", "乙", "二")]
    file = book(tmp_path, ("1月", rows), ("2月", rows))
    with pytest.raises(BadInput) as told:
        values(file)
    assert "1月, 2月" in str(told.value)
    assert len(values(file, "2月")) == 1
    assert values(book(tmp_path, ("旧", rows), ("新", two), hidden=["旧"]))[0]["text"] == "二"


@pytest.mark.parametrize("number", [27, 28, 31, 57, 58])
def test_dates_of_chinese_excel_are_dates(tmp_path: Path, number: int) -> None:
    """Number formats that Chinese Excel builds in, and the library does not know, make a day of a number."""
    made = openpyxl.Workbook()
    made.active.append(("talker", "counterpart", "occurred_at"))
    made.active.append(("甲", "乙", 46086))
    made.active["C2"].number_format = "0.000"
    made.save(tmp_path / "c.xlsx")
    with zipfile.ZipFile(tmp_path / "c.xlsx") as old, zipfile.ZipFile(tmp_path / "d.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/styles.xml":
                head, cells, rest = data.partition(b"<cellXfs")
                data = head + cells + rest.replace(b'numFmtId="164"', f'numFmtId="{number}"'.encode())
            new.writestr(name, data)
    found = values(FileBytes("d.xlsx", (tmp_path / "d.xlsx").read_bytes()))[0]["occurred_at"]
    assert isinstance(found, date)
    assert (found.year, found.month, found.day) == (2026, 3, 5)


def test_a_sheet_that_lacks_a_heading_is_not_dropped_in_silence(tmp_path: Path) -> None:
    """A second sheet with such records is told even where a column was left out of it."""
    file = book(tmp_path, ("1月", [HEADS, ("甲", "乙", "一")]), ("2月", [("talker", "text"), ("甲", "二")]))
    with pytest.raises(BadInput) as told:
        values(file)
    assert "1月, 2月" in str(told.value)


def test_a_kind_typed_alone_leads_to_the_command_that_records_it(tmp_path: Path) -> None:
    """`zeren talk` is what somebody types who wants to record a talk."""
    assert "record talk" in zeren(tmp_path, "talk").err


def test_a_missing_extra_ends_the_same_and_says_how_to_install_it_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 4, and the command of the interpreter that runs, whichever is on the path."""
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(NotInstalled) as missing:
        report_docx(Report("t", "", (), (), "en", "{page}"))
    assert missing.value.exit_code == 4
    assert f"{shlex.quote(sys.executable)} -m pip install 'zeren[report]'" in str(missing.value)
    monkeypatch.setattr(sys, "prefix", "/home/a/.local/share/pipx/venvs/zeren")
    assert install_command("report", "tables") == "pipx install --force 'zeren[report,tables]'"


def test_the_language_may_stand_behind_the_command(tmp_path: Path) -> None:
    """Wherever it stands it is taken; one that is not spoken is told with those that are."""
    assert "zh_CN, en" in zeren(tmp_path, "holders", "x", "--lang", "fr").err
