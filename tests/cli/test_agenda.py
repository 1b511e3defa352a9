"""zeren agenda as a user meets it: the sheet of a leader, the calendar, the list that a timer feeds on."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from tests.cli.test_keys import ok
from tests.support import replayed as support
from tests.support.command import zeren

HOME = support.replayed(support.YUNXI).directory
QUARTER = ("agenda", "--for", "贺立新", "--period", "2024Q2", "--on", "2024-04-01")


def test_the_calendar_holds_what_is_still_to_come(tmp_path: Path) -> None:
    """As many days as lines whose day is to come, none that is over; lines of at most 75 octets ended by CRLF."""
    file = tmp_path / "due.ics"
    words = ("agenda", "--on", "2024-06-01", "--until", "2024-12-31")
    answer = ok(HOME, *words, "--ics", str(file))
    data = file.read_bytes()
    coming = [row for row in answer["items"] if row["due"] is not None and row["due"] >= "2024-06-01"]
    assert data.count(b"BEGIN:VEVENT") == len(coming) > 0
    assert len(coming) < len(answer["items"])
    assert all(line[-8:] >= b"20240601" for line in data.split(b"\r\n") if line.startswith(b"DTSTART"))
    assert all(len(line) <= 75 and b"\n" not in line for line in data.split(b"\r\n"))
    uids = [line for line in data.split(b"\r\n") if line.startswith(b"UID:")]
    assert len(uids) == len(set(uids))


def test_a_leader_gets_a_sheet_for_the_quarter(tmp_path: Path) -> None:
    """A workbook with title, heads, a typed row for each line, and places to sign; the same bytes each time."""
    answer = ok(HOME, *QUARTER, "--out", str(tmp_path / "sheet.xlsx"))
    ok(HOME, *QUARTER, "--out", str(tmp_path / "again.xlsx"))
    data = (tmp_path / "sheet.xlsx").read_bytes()
    assert data == (tmp_path / "again.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "贺立新" in rows[0][0]
    assert "2024Q2" in rows[0][0]
    numbered = [row for row in rows if str(row[0]).isdigit()]
    assert len(numbered) == len(answer["items"]) > 0
    for row, line in zip(numbered, answer["items"], strict=True):
        assert row[1] == line["what"]
        assert row[4] == (line["due"] or row[4])
        assert all(name in row[5] for name in line["with_whom"])
        assert [row[8], row[9]] == [None, None]
    assert len(rows) > len(numbered) + 4
    assert sheet.page_setup.orientation == "landscape"


def test_the_same_sheet_as_a_word_file(tmp_path: Path) -> None:
    """The same lines on the page of official documents."""
    file = tmp_path / "sheet.docx"
    answer = ok(HOME, *QUARTER, "--out", str(file))
    with zipfile.ZipFile(file) as packed:
        text = packed.read("word/document.xml").decode()
    assert all(row["what"].split(" (")[0].split()[-1] in text for row in answer["items"] if row["kind"] == "obligation")
    assert "贺立新" in text


def test_what_a_timer_feeds_on() -> None:
    """`--due-within 5d --json` holds what falls due within five days, and nothing that is over or has no day."""
    found = zeren(HOME, "agenda", "--on", "2024-06-28", "--due-within", "5d", "--json")
    rows = json.loads(found.out)["items"]
    assert rows
    assert all("2024-06-28" <= row["due"] <= "2024-07-03" and row["words"] for row in rows)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--due-within", "soon"), "5d"),
        (("--out", "sheet.pdf"), ".xlsx or .docx"),
        (("--period", "spring"), "2024H1"),
        (("--for", "贺立"), "贺立新"),
        (("--until", "soon"), "soon"),
        (("--out", "/nowhere/sheet.xlsx"), "cannot be written"),
    ],
)
def test_mistakes_are_one_line(words: tuple[str, ...], hint: str) -> None:
    """Bad input is named with what is taken (exit 2)."""
    done = zeren(HOME, "agenda", *words)
    assert (done.code, hint in done.err) == (2, True), done.err


def test_people_read_what_and_how() -> None:
    """By state, red first, each with the command; as on which day, and what near means, stands on top."""
    said = zeren(HOME, "agenda", "--for", "p-he", "--on", "2024-06-25").out
    states = [said.index(word) for word in ("\noverdue (", "\ndue soon (", "\ndue later (", "\nwaiting (")]
    assert states == sorted(states)
    assert "near is what falls due within 7 days" in said
    assert "$ zeren record talk --talker p-he --counterpart" in said
    assert date(2024, 6, 25).isoformat() in said
