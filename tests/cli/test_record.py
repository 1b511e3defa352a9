"""Recording on the command line: every kind, who signs, dry runs, corrections, attachments, bad input."""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
import pytest

from ledger.application import Command, Ledger
from ledger.clock import SystemClock
from ledger.events.case_parts import OffenceAct, Offender, Rulebook
from ledger.events.case_work import CaseOpened
from ledger.events.fields import Json
from ledger.events.flat import flatten
from ledger.events.registry import TYPES
from ledger.home.directory import Home
from ledger.keys.key_files import Keyring, read_passphrase
from ledger.recording.forms import Form, columns_of, forms
from projections.language.catalogue import use_language
from projections.language.kind_titles import kind_title
from projections.language.titles import field_title, shape_title, word_title
from tests.support import replayed as support
from tests.support.command import zeren
from tests.support.samples import DUTY_RECORDER, NEW_CASE, OPEN, inspector_of, person_in, record_referred, sample


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("record") / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    home = Home(directory)
    ledger = home.open("case", clock=SystemClock(allow_jump=True), read_only=False)
    try:
        inspector = inspector_of(ledger)
        signer = Keyring(home.keys("case"), ledger.origin, read_passphrase(home.passphrase)).signer(inspector)
        opened = CaseOpened(
            ref=NEW_CASE,
            case=NEW_CASE,
            unit="c-aid",
            period_from=date(2024, 1, 1),
            period_to=date(2024, 12, 31),
            offenders=(Offender(person=person_in(ledger), valid_from=date(2024, 1, 1), valid_to=date(2024, 2, 1)),),
            acts=(OffenceAct(id="b1", day=date(2024, 1, 2), amount=Decimal("1.5")),),
            rulebooks=(Rulebook(id="wenze-2019"),),
        )
        ledger.record(Command(opened, (signer,)))
    finally:
        ledger.close()
    words = ("--case", NEW_CASE, "--track", "first", "--decisions", person_in_home(home), "", "direct", "", "")
    assert zeren(directory, "record", "decision-made", "--ref", "D9", "--as", inspector, *words).code == 0
    open_words = ("--person", "p-he", "--post", "member", "--valid-from", "2024-01-01", "--ref", OPEN)
    assert zeren(directory, "record", "assignment", *open_words, "--as", DUTY_RECORDER).code == 0
    appeal = ("--case", NEW_CASE, "--person", person_in_home(home), "--against", "D9", "--ref", "A9")
    assert zeren(directory, "record", "appeal-made", "--as", inspector, *appeal).code == 0
    record_referred(directory)
    return directory


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("zh_CN")


def person_in_home(home: Home) -> str:
    ledger = home.open("case")
    try:
        return person_in(ledger)
    finally:
        ledger.close()


def last(directory: Path, kind: str = "duty", back: int = 1) -> dict[str, Json]:
    ledger = Home(directory).open(kind)
    try:
        return dict(flatten(ledger.at(ledger.size() - back).payload))
    finally:
        ledger.close()


# --- every kind round-trips -------------------------------------------------------------------------------------------


def words_for(form: Form, ledger: Ledger) -> tuple[list[str], dict[str, Json]]:
    words: list[str] = []
    expected: dict[str, Json] = {}
    groups: dict[str, list[str]] = {}
    for column in form.columns:
        alone = column.group is not None and column not in form.together(column.group)
        field = column.base.replace(".*", "") if alone else column.group or column.base
        option = "--" + field.replace("_", "-").replace(".", "-")
        given = sample(form, column, ledger)
        if alone and given:
            words += [option, given[0][0]]
            expected[column.name.replace("*", "0")] = given[0][1]
        elif column.group is not None:
            groups.setdefault(option, []).append(given[0][0] if given else "")
            if given:
                expected[column.name.replace("*", "0")] = f"{given[0][1]}" if column.kind == "text" else given[0][1]
        elif column.kind == "yesno":
            words.append(option)
            expected[column.base] = True
        else:
            for word, _ in given:
                words += [option, word]
            if column.in_one:
                expected[column.base] = [value for _, value in given]
            elif column.is_list:
                expected |= {f"{column.base}.{number}": value for number, (_, value) in enumerate(given)}
            elif given:
                expected[column.base] = given[0][1]
    for option, values in groups.items():
        words += [option, *values]
    return words, expected


@pytest.mark.parametrize("type_name", sorted(TYPES))
def test_every_type_has_its_form_or_its_own_command(type_name: str) -> None:
    """A type that people record has a form, with a title for the kind and for each of its fields."""
    cls = TYPES[type_name]
    if not cls.BY_HAND:
        return
    form = next(form for form in forms().values() if form.type == type_name)

    assert kind_title(form)
    assert all(field_title(column.name) and shape_title(column) for column in form.columns)
    assert all(word_title(word, column.words) for column in form.columns for word in column.choices)
    assert form.columns == columns_of(type_name)


ALONE = sorted({*forms()} - {"record-withdrawn"})
"""Kinds that their recorder may sign alone; a withdrawal takes everyone who signed (test_withdraw.py)."""


@pytest.mark.parametrize("name", ALONE)
def test_every_kind_round_trips_through_its_options(name: str, ledgers: Path, tmp_path: Path) -> None:
    """Each field given as an option stands on record with that value, and nothing else does."""
    form = forms()[name]
    kind = form.payload.LEDGERS[0]
    directory = tmp_path / "ledgers"
    shutil.copytree(ledgers, directory)
    ledger = Home(directory).open(kind)
    try:
        words, expected = words_for(form, ledger)
        author = DUTY_RECORDER if kind == "duty" else inspector_of(ledger)
        size = ledger.size()
    finally:
        ledger.close()

    assert zeren(directory, "record", name, *words, "--as", author, "--no-input").code == 0

    assert last(directory, kind) == expected
    ledger = Home(directory).open(kind)
    try:
        assert ledger.size() == size + (
            2 if name == "assignment" else 1
        )  # what is replaced ends in the same transaction
    finally:
        ledger.close()


# --- who signs, dry run, receipt -------------------------------------------------------------------------------------

TALK = ("--talker", "贺立新", "--counterpart", "罗佩珊", "--occurred-at", "2024-11-03", "--as", DUTY_RECORDER)


def test_names_serve_where_they_are_unambiguous_and_the_receipt_says_who_is_still_to_sign(
    ledgers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Persons given by name stand by id; the signer present is done, the counterpart is still to sign."""
    assert zeren(ledgers, "record", "talk", *TALK, "--signer", "p-he", "--json").code == 0
    receipt = json.loads(capsys.readouterr().out)

    assert receipt["pending_signatures"] == [{"person": "p-luo", "capacity": "counterpart"}]
    assert len(receipt["leaf_hash"]) == 44
    fields = last(ledgers)
    assert (fields["talker"], fields["counterpart"]) == ("p-he", "p-luo")
    assert zeren(ledgers, "sign", f"#{receipt['position']}", "--as", "p-luo", "--capacity", "counterpart").code == 0


def test_a_dry_run_writes_nothing_and_shows_what_would_be_signed(
    ledgers: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """After a dry run every byte of the directory's ledgers is as before, and the fields shown are those recorded."""
    attached = tmp_path / "纪要.txt"
    attached.write_text("纪要", encoding="utf-8")
    before = tree(ledgers)
    words = ("record", "talk", *TALK, "--attach", str(attached))
    assert zeren(ledgers, *words, "--dry-run", "--json").code == 0
    shown = json.loads(capsys.readouterr().out)["entries"][0]

    assert tree(ledgers) == before
    assert zeren(ledgers, *words, "--json").code == 0
    receipt = json.loads(capsys.readouterr().out)
    assert (shown["position"], shown["stream"], shown["type"]) == (
        receipt["position"],
        receipt["stream"],
        receipt["type"],
    )
    assert shown["fields"] == last(ledgers)
    assert shown["subjects"] == ["person/p-he", "person/p-luo"]


def standing(directory: Path) -> tuple[int, list[str]]:
    """How many entries there are, and what lies in the folder of their attachments."""
    ledger = Home(directory).open("duty")
    try:
        return ledger.size(), sorted(str(path) for path in (directory / "attachments" / "duty").rglob("*"))
    finally:
        ledger.close()


def tree(directory: Path) -> dict[str, str]:
    """Digest of every file; the write-ahead log's own files, which any reader makes, are left out where empty."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_a_dry_run_refuses_what_recording_would_refuse(ledgers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person without the role, and one without a key, are named before anything is signed."""
    words = [word for word in TALK if word not in ("--as", DUTY_RECORDER)]
    assert zeren(ledgers, "record", "talk", *words, "--as", "p-luo", "--dry-run").code == 5
    assert "p-luo may not be author" in capsys.readouterr().err
    assert zeren(ledgers, "record", "talk", *words, "--as", "p-bia", "--dry-run").code == 2
    assert "p-bai" in capsys.readouterr().err
    assert zeren(ledgers, "record", "talk", *TALK, "--signer", DUTY_RECORDER, "--dry-run").code == 5


def test_an_attachment_is_hashed_and_kept_beside_the_log_under_a_random_name(
    ledgers: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The entry has size and SHA-256; the bytes lie in the entry's directory, readable by its owner alone."""
    attached = tmp_path / "谈话记录.pdf"
    attached.write_bytes(b"%PDF-1.7 ...")
    assert zeren(ledgers, "record", "talk", *TALK, "--attach", str(attached), "--json").code == 0
    position = json.loads(capsys.readouterr().out)["position"]
    fields = last(ledgers)

    assert fields["attachments.0.sha256"] == hashlib.sha256(b"%PDF-1.7 ...").hexdigest()
    assert (fields["attachments.0.size"], fields["attachments.0.media_type"]) == (12, "application/pdf")
    (kept,) = (ledgers / "attachments" / "duty" / str(position)).iterdir()
    assert kept.read_bytes() == attached.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0
    assert "谈话" not in kept.name


def test_an_attachment_of_a_refused_record_is_not_kept(ledgers: Path, tmp_path: Path) -> None:
    """Where a rule refuses the record no bytes stay behind; a file that is not there is named."""
    attached = tmp_path / "a.txt"
    attached.write_text("x", encoding="utf-8")
    before = standing(ledgers)
    words = ("--talker", "p-he", "--counterpart", "p-he", "--as", DUTY_RECORDER)

    assert zeren(ledgers, "record", "talk", *words, "--attach", str(attached)).code == 5
    assert zeren(ledgers, "record", "talk", *TALK, "--attach", str(tmp_path / "none.txt")).code == 2
    assert standing(ledgers) == before


def test_a_late_record_is_taken_with_its_reason(ledgers: Path) -> None:
    """A declared late record stands with the declaration and the reason."""
    words = ("--declared-late", "--late-reason", "经办人住院")
    assert zeren(ledgers, "record", "talk", *TALK, *words).code == 0
    assert (last(ledgers)["declared_late"], last(ledgers)["late_reason"]) == (True, "经办人住院")


# --- shortcuts -------------------------------------------------------------------------------------------------------


def test_an_assignment_that_replaces_another_ends_it_the_day_before(
    ledgers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both entries are written at once, the ending first; the receipt shows both."""
    first = ("--person", "p-he", "--post", "member", "--valid-from", "2024-01-01", "--ref", "A-2024")
    assert zeren(ledgers, "assign", *first, "--as", DUTY_RECORDER).code == 0
    capsys.readouterr()
    words = ("--person", "p-luo", "--post", "member", "--valid-from", "2031-05-01", "--replaces", "A-2024")
    assert zeren(ledgers, "assign", *words, "--as", DUTY_RECORDER, "--json").code == 0
    receipt = json.loads(capsys.readouterr().out)

    assert [each["type"] for each in receipt["before"]] == ["assignment.ended/1"]
    assert last(ledgers, back=2)["valid_to"] == "2031-04-30"
    assert zeren(ledgers, "end", "A-2024", "--valid-to", "2031-05-02", "--as", DUTY_RECORDER).code == 5


def test_an_assignment_is_ended_by_its_number_alone(ledgers: Path) -> None:
    """Whose assignment it is follows from the assignment; what is no assignment is refused."""
    words = ("--person", "p-luo", "--post", "member", "--valid-from", "2032-05-01", "--ref", "A-2032")
    ending = ("--valid-to", "2032-06-01", "--leaves", "rotation", "--as", DUTY_RECORDER)
    assert zeren(ledgers, "assign", *words, "--as", DUTY_RECORDER).code == 0
    assert zeren(ledgers, "end", "A-2032", *ending).code == 0
    assert (last(ledgers)["person"], last(ledgers)["leaves"]) == ("p-luo", "rotation")
    assert zeren(ledgers, "end", "E060", *ending).code == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--field", "place", "--to", "二楼会议室"), {"field": "place", "new_text": "二楼会议室"}),
        (("--field", "chair", "--to", "罗佩珊"), {"field": "chair", "new_value": "p-luo"}),
        (("--field", "minutes", "--to", "否"), {"field": "minutes", "new_value": False}),
        (
            ("--field", "attendees", "--to", "p-he", "--to", "罗佩珊"),
            {"field": "attendees", "new_value": ["p-he", "p-luo"]},
        ),
        (
            ("--field", "dissent.0", "--member", "person=p-luo", "--member", "text=不同意"),
            {"field": "dissent.0", "new_value": {"person": "p-luo"}, "new_text": {"text": "不同意"}},
        ),
    ],
)
def test_a_correction_reads_its_value_as_the_field_that_it_corrects(
    ledgers: Path, words: tuple[str, ...], expected: dict[str, Json]
) -> None:
    """Structural and erasable parts go where the format has them; the corrected entry stays as it was."""
    assert zeren(ledgers, "correct", "E060", *words, "--as", DUTY_RECORDER).code == 0
    fields = last(ledgers)
    assert {name: fields.get(name) for name in ("field", "new_value", "new_text") if name in fields} == expected


def test_a_correction_of_no_such_field_or_value_is_refused(ledgers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the field meant, or the value and what to write."""
    for words, said in (
        (("--field", "plaec", "--to", "x"), "place"),
        (("--field", "chair", "--to", "罗佩"), "罗佩珊 (p-luo)"),
        (("--field", "chair", "--to", "p-he", "--to", "p-luo"), "one value"),
        (("--field", "dissent.0", "--member", "person"), "NAME=VALUE"),
        (("--field", "chair"), "--to"),
    ):
        assert zeren(ledgers, "correct", "E060", *words, "--as", DUTY_RECORDER).code == 2
        assert said in capsys.readouterr().err


def test_a_signal_is_explained_by_the_one_whom_it_asks(ledgers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An explanation stands in the entry's stream under the explainer's own key; an unknown signal is refused."""
    words = ("explain", "E060", "--explanation", "当日出差", "--as", "p-luo")
    assert zeren(ledgers, *words, "--signal", "LATE_RECORD").code == 0
    assert last(ledgers)["signal"] == "LATE_RECORD"
    assert zeren(ledgers, *words, "--signal", "LATE_RECRD").code == 2
    assert "LATE_RECORD" in capsys.readouterr().err


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--talker", "贺立"), ("--talker '贺立'", "贺立新 (p-he)")),
        (("--talker", "c-aid"), ("--talker 'c-aid'", "a registered unit")),
        (("--occurred-at", "2024-02-30"), ("--occurred-at '2024-02-30'", "no")),
        (("--occurred-at", "45482"), ("--occurred-at '45482'", "2024-07-09")),
        (("--occurred-at", "24-07-09"), ("--occurred-at", "2024-07-09")),
        (("--occurred-at", "0024-07-09"), ("--occurred-at", "1949")),
        (("--ends-at", "2024-07-09"), ("--ends-at", "2024-07-09 15:00")),
        (("--ends-at", "2024-07-09 25:00"), ("--ends-at", "15:00")),
        (("--refers", "E0600"), ("--refers 'E0600'", "E060")),
        (("--refers", "nothing"), ("--refers 'nothing'", "zeren entries")),
        (("--refers", "#99999"), ("--refers '#99999'", "entries")),
        (("--text", "a\u202eb"), ("--text", "U+202E")),
        (("--text", "长" * 30_001), ("--text", "30000")),
        (("--ref", "x" * 65), ("64",)),
        (("--unit", "中心"), ("--unit '中心'", "unit")),
    ],
)
def test_bad_input_names_field_value_and_remedy_and_writes_nothing(
    ledgers: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """Each kind of fault is named with its option, its value and what to write; the ledger is unchanged."""
    before = standing(ledgers)
    given = dict(zip(TALK[::2], TALK[1::2], strict=True)) | dict(zip(words[::2], words[1::2], strict=True))
    assert zeren(ledgers, "record", "talk", *(word for pair in given.items() for word in pair)).code in (2, 3)
    error = capsys.readouterr().err
    assert all(part in error for part in said), error
    assert standing(ledgers) == before


def test_all_faults_are_named_at_once_in_chinese_too(ledgers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three faults give three lines, in the reader's language."""
    words = ("record", "talk", "--talker", "贺立", "--occurred-at", "昨天", "--as", DUTY_RECORDER)
    assert zeren(ledgers, *words, language="zh_CN").code == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 3
    assert "贺立新（p-he）" in lines[0] or "贺立新 (p-he)" in lines[0]
    assert all(any("\u4e00" <= char <= "\u9fff" for char in line.partition(":")[2] or line) for line in lines)


def test_what_is_missing_is_asked_for_on_a_terminal_only(
    ledgers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing field is prompted for on a terminal, and an error elsewhere and with --no-input."""
    words = ("record", "talk", "--talker", "p-he", "--as", DUTY_RECORDER, "--dry-run")
    assert zeren(ledgers, *words).code == 2
    assert "--counterpart" in capsys.readouterr().err
    monkeypatch.setattr(
        "cli.acting.form_commands.may_ask", lambda: not click.get_current_context().meta.get("zeren.no_input", False)
    )
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _text: "罗佩珊")
    assert zeren(ledgers, *words).code == 0
    assert "p-luo" in capsys.readouterr().out
    assert zeren(ledgers, *words, "--no-input").code == 2


def test_a_form_on_a_terminal_asks_field_by_field_and_shows_what_it_records(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an option the main fields are asked; Enter leaves one out; nothing is recorded before it was shown."""
    shutil.copytree(ledgers, tmp_path / "ledgers")
    said = {
        "talker": "贺立新",
        "counterpart": "罗佩珊",
        "occurred at": "2026-03-05下午3点",
        "kind": "日常谈话",
        "Record": "n",
    }
    asked: list[str] = []

    def answer(text: str) -> str:
        asked.append(text)
        return next((words for name, words in said.items() if text.startswith(name)), "")

    monkeypatch.setattr("cli.acting.form_commands.may_ask", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", answer)
    assert zeren(tmp_path / "ledgers", "record", "talk", "--as", DUTY_RECORDER).code == 130
    assert not any(text.startswith("follow-up") for text in asked)
    shown = capsys.readouterr().err
    assert "talker: 贺立新" in shown
    assert "kind: 日常谈话" in shown
    said["Record"] = "y"
    assert zeren(tmp_path / "ledgers", "record", "talk", "--as", DUTY_RECORDER).code == 0


def test_an_ambiguous_name_is_refused_with_the_ids(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two persons of one name are told apart by id only."""
    directory = tmp_path / "ledgers"
    shutil.copytree(ledgers, directory)
    for id_ in ("p-x1", "p-x2"):
        assert zeren(directory, "record", "person", "--person", id_, "--name", "王伟", "--as", DUTY_RECORDER).code == 0
    words = ("record", "talk", "--talker", "王伟", "--counterpart", "p-he", "--as", DUTY_RECORDER)
    assert zeren(directory, *words).code == 2
    assert "p-x1, p-x2" in capsys.readouterr().err


def test_the_author_is_never_guessed_among_several(ledgers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where several might record, the command asks who does."""
    words = [word for word in TALK if word not in ("--as", DUTY_RECORDER)]
    assert zeren(ledgers, "record", "talk", *words).code == 2
    assert "--as" in capsys.readouterr().err


def test_the_ledger_that_was_written_verifies(ledgers: Path) -> None:
    """All that these tests recorded is a valid ledger."""
    assert zeren(ledgers, "verify", "--json").code == 0
    assert sqlite3.connect(ledgers / "duty.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_pipe_is_no_attachment_and_names_of_files_are_made_harmless(
    ledgers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pipe, which may never end, is refused; a hidden character in a file's name does not reach the record."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert zeren(ledgers, "record", "talk", *TALK, "--attach", str(pipe)).code == 2
    assert "no ordinary file" in capsys.readouterr().err
    odd = tmp_path / "a\u202egpj.exe"
    odd.write_text("x", encoding="utf-8")
    assert zeren(ledgers, "record", "talk", *TALK, "--attach", str(odd)).code == 0
    assert last(ledgers)["attachments.0.name"] == "a_gpj.exe"
