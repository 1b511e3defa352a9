"""The command line as a user meets it: answers, messages, exit codes."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import COMMANDS, GROUPS
from cli.showing.exits import INTERRUPTED, REMEDIES
from ledger import errors
from tests.support import replayed as support
from tests.support.command import started, zeren

ROOT = Path(__file__).parents[2]
SIZES = {"duty": 222, "case": 36}
"""Entries of the replayed scenario: its events, registrations, keys and daily seals."""


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cli") / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    return directory


def test_holders_answers_for_the_time_and_the_knowledge_of_the_time(ledgers: Path) -> None:
    """The gap of July 2024 is a gap as known at the opening, and a disputed holder as known two weeks later."""
    then = zeren(
        ledgers,
        "holders",
        "c-aid",
        "--valid-at",
        "2024-07-09",
        "--known-at",
        "2024-10-14T10:00:00+08:00",
        "--json",
    )
    later = zeren(ledgers, "holders", "c-aid", "--valid-at", "2024-07-09", "--known-at", "2024-10-31", "--json")

    assert ["supervisor"] == json.loads(then.out)["gaps"]
    rows = [row for row in json.loads(later.out)["holders"] if row["duty"] == "supervisor"]
    assert [("p-luo", "E095", True)] == [(row["person"], row["entry"]["ref"], row["disputed"]) for row in rows]


def test_every_answer_names_its_times_and_heads(ledgers: Path) -> None:
    """A JSON answer says as of when it holds and from how much of which ledger it was computed."""
    for words in (("holders", "secretary", "--valid-at", "2024-03-20"), ("trace", "K1")):
        answer = json.loads(zeren(ledgers, *words, "--json").out)

        assert "known_at" in answer
        assert list(SIZES.items()) == [(head["kind"], head["entries"]) for head in answer["ledgers"]]
        assert all(head["simulated"] for head in answer["ledgers"])


def test_trace_speaks_both_languages(ledgers: Path) -> None:
    """The trace names persons and categories in Chinese and in English, with the same entry numbers."""
    chinese, english = (zeren(ledgers, "trace", "K1", language=lang).out for lang in ("zh_CN", "en"))

    assert "（四）贺立新" in chinese
    assert "依《中国共产党问责条例（2019修订）》第六条：主要领导责任" in chinese
    assert "main leadership responsibility" in english
    for cited in ("E037", "E060", "E085", "E095", "E096"):
        assert cited in chinese
        assert cited in english


def test_one_rulebook_can_be_asked_for(ledgers: Path) -> None:
    """With --rulebook every category is under that rulebook alone; an unknown one is refused with those there are."""
    answer = json.loads(zeren(ledgers, "trace", "K1", "--rulebook", "chufen-2023", "--json").out)
    unknown = zeren(ledgers, "trace", "K1", "--rulebook", "nope")

    assert {"chufen-2023"} == {book for person in answer["persons"] for book, _ in person["categories"]}
    assert unknown.code == 2
    assert "wenze-2019, chufen-2023" in unknown.err


def test_verify_ends_in_a_verdict_and_an_exit_code(ledgers: Path) -> None:
    """A whole ledger is valid and exits 0; JSON says the same."""
    text = zeren(ledgers, "verify")
    data = json.loads(zeren(ledgers, "verify", "--json").out)

    assert text.code == 0
    assert text.out.rstrip().endswith("verdict: valid")
    assert ["valid", "valid"] == [report["verdict"] for report in data]


def test_a_tampered_ledger_exits_3_and_names_the_place(ledgers: Path, tmp_path: Path) -> None:
    """One changed byte in a stored body is named by its position, in both languages, with exit code 3."""
    import sqlite3

    copy = tmp_path / "copy"
    shutil.copytree(ledgers, copy)
    connection = sqlite3.connect(copy / "duty.db")
    connection.execute("DROP TRIGGER bodies_update")
    body = connection.execute("SELECT body FROM bodies WHERE position = 112").fetchone()[0]
    connection.execute("UPDATE bodies SET body = ? WHERE position = 112", (body[:-2] + b"A\n",))
    connection.commit()
    connection.close()
    outcome = zeren(copy, "verify")

    assert outcome.code == 3
    assert "#112" in outcome.out
    assert outcome.out.count("verdict: invalid") == 1


def test_entries_are_listed_page_by_page_and_shown_whole(ledgers: Path) -> None:
    """Pages join without gap or overlap; a single entry shows its fields and, raw, its signed note."""
    first = json.loads(zeren(ledgers, "entries", "--start", "0", "--limit", "100", "--json").out)["items"]
    second = json.loads(zeren(ledgers, "entries", "--start", "100", "--limit", "500", "--json").out)["items"]
    one = json.loads(zeren(ledgers, "entries", "E060", "--json").out)
    raw = zeren(ledgers, "entries", "E060", "--raw").out

    assert list(range(SIZES["duty"])) == [item["position"] for item in first + second]
    assert one["fields"]["votes.oppose.0"] == "p-han"
    assert raw.startswith("zeren/entry/v1\n{")


def positions(place: Path, *words: str) -> list[int]:
    outcome = zeren(place, "entries", *words, "--json")
    assert (0, "") == (outcome.code, outcome.err)
    return [item["position"] for item in json.loads(outcome.out)["items"]]


def test_entries_shows_the_newest_by_kind_person_and_day(ledgers: Path) -> None:
    """Without a position the newest stand first; each filter gives what all entries give, counted by hand."""
    size = SIZES["duty"]
    every = json.loads(zeren(ledgers, "entries", "--start", "0", "--limit", "500", "--json").out)["items"]
    talks = [item["position"] for item in every if item["type"] == "talk.held/1"]
    day = next(item["fields"]["occurred_at"] for item in every if item["type"] == "talk.held/1")[:10]
    of_day = [item["position"] for item in every if str(item["fields"].get("occurred_at", ""))[:10] == day]
    named = [item["position"] for item in every if "p-luo" in str(item["fields"].values())]

    assert list(range(size - 1, size - 21, -1)) == positions(ledgers)
    assert list(range(size - 1, size - 4, -1)) == positions(ledgers, "--tail", "3")
    assert talks[:-3:-1] == positions(ledgers, "--kind", "talk", "--tail", "2")
    assert talks == positions(ledgers, "--kind", "talk.held/1", "--start", "0", "--limit", "500")
    assert of_day[::-1] == positions(ledgers, "--day", day)
    assert set(positions(ledgers, "--for", "罗佩珊", "--tail", "500")) <= set(named)
    assert positions(ledgers, "--for", "p-luo", "--kind", "assignment") == positions(
        ledgers, "--for", "罗佩珊", "--kind", "assignment"
    )
    recorded = every[-1]["recorded_at"][:10]
    assert size - 1 in positions(ledgers, "--from", recorded, "--to", recorded)
    for words, says in (
        (("--kind", "tlak"), "talk"),
        (("--for", "nobody"), "nobody"),
        (("--raw",), "--raw"),
    ):
        outcome = zeren(ledgers, "entries", *words)
        assert (2, True) == (outcome.code, says in outcome.err), words


def test_views_rebuild_compares(ledgers: Path) -> None:
    """A rebuild equals the views as they stood; edited views are told and exit 3."""
    import sqlite3

    same = zeren(ledgers, "views", "rebuild", "--compare")
    connection = sqlite3.connect(ledgers / "views.db")
    connection.execute("UPDATE tenures SET person = 'p-luo' WHERE position = 56")
    connection.commit()
    connection.close()
    edited = zeren(ledgers, "views", "rebuild", "--compare")

    assert (0, 3) == (same.code, edited.code)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["holders"], 2, "UNIT_OR_POST"),
        (["holders", "nobody"], 2, "neither a unit nor a post"),
        (["holders", "c-aid", "--valid-at", "2024-7"], 2, "2024年7月9日"),
        (["holders", "c-aid", "--known-at", "yesterday"], 2, "is not a moment"),
        (["trace", "K9"], 2, "known cases: K1"),
        (["entries", "E999"], 2, "no entry has that number"),
        (["entries", "#999"], 2, f"the ledger has {SIZES['duty']} entries"),
        (["nonsense"], 2, "nonsense"),
        (["replay", "absent.yaml", "--into", "x"], 2, "cannot be read"),
    ],
)
def test_bad_input_gets_one_clear_message(ledgers: Path, words: list[str], code: int, says: str) -> None:
    """Each kind of bad input ends with its exit code, a message that names it, and no traceback."""
    outcome = zeren(ledgers, *words)

    assert code == outcome.code
    assert says in outcome.err
    assert "Traceback" not in outcome.err


def test_no_ledger_here_is_exit_6(tmp_path: Path) -> None:
    """A directory without ledgers is named, with the two ways to go on."""
    outcome = zeren(tmp_path, "verify")

    assert outcome.code == 6
    assert "zeren replay FILE --into DIR" in outcome.err


def test_a_directory_of_another_version_is_refused(ledgers: Path, tmp_path: Path) -> None:
    """A directory or database of another version is named as such and not touched."""
    import sqlite3

    copy = tmp_path / "copy"
    shutil.copytree(ledgers, copy)
    (copy / "zeren.json").write_text('{"layout": 99}\n')
    layout = zeren(copy, "verify")
    (copy / "zeren.json").write_text('{"layout": 1}\n')
    connection = sqlite3.connect(copy / "duty.db")
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()
    store = zeren(copy, "verify")

    assert (2, 2) == (layout.code, store.code)
    assert "another version" in layout.err
    assert "another version" in store.err


def test_a_failed_replay_leaves_nothing(tmp_path: Path) -> None:
    """A scenario that a rule refuses is named with file, line and event, and the directory is not left half made."""
    text = support.YUNXI.read_text().replace("ends: E006, person: p-ding", "ends: E006, person: p-gao")
    bad = tmp_path / "bad.yaml"
    bad.write_text(text)
    outcome = zeren(None, "replay", str(bad), "--into", str(tmp_path / "into"))

    assert outcome.code == 2
    assert "event E054" in outcome.err
    assert not (tmp_path / "into").exists()


EVERY_HELP = """
import contextlib, io, json
from cli.main import COMMANDS, main
shown = {}
for name in ("", *COMMANDS):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            main([*([name] if name else []), "--help"])
        except SystemExit as ended:
            shown[name] = [ended.code, out.getvalue()]
print(json.dumps(shown))
"""


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_command_is_listed_with_its_help(language: str) -> None:
    """`zeren --help` lists every command once, under who uses it, and each has a help text in both languages."""
    assert len(COMMANDS) == sum(len(rows) for _title, rows in GROUPS)
    environment = {**os.environ, "ZEREN_LANG": language, "COLUMNS": "200"}
    outcome = subprocess.run(
        [sys.executable, "-c", EVERY_HELP], capture_output=True, text=True, env=environment, cwd=ROOT, check=True
    )
    shown = json.loads(outcome.stdout)

    assert "" == outcome.stderr
    assert {"", *COMMANDS} == shown.keys()
    for name, (code, text) in shown.items():
        assert (name, 0) == (name, code)
        assert "--help" in text
        assert ("用法" if language == "zh_CN" else "Usage") in text
    assert all(f"  {name} " in shown[""][1] for name in COMMANDS)


def test_a_locked_ledger_is_exit_7(ledgers: Path, tmp_path: Path) -> None:
    """While another process writes, a command that would write says so at once and writes nothing; readers go on."""
    import sqlite3

    copy = tmp_path / "copy"
    shutil.copytree(ledgers, copy)
    other = sqlite3.connect(copy / "duty.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = zeren(copy, "sign", "E095", "--as", "p-luo")
    reading = zeren(copy, "entries", "--limit", "1")
    other.close()

    assert (7, 0) == (writing.code, reading.code)
    assert "locked by another process" in writing.err
    assert "Traceback" not in writing.err


# --- help, faults and their codes ---


def test_short_help_and_the_command_help_show_the_same(ledgers: Path) -> None:
    """`-h`, `--help` and `zeren help COMMAND` show one text, also of a command in a group."""
    for words in ((), ("record",), ("record", "talk"), ("import", "template")):
        shown = {zeren(None, *words, option).out for option in ("-h", "--help")} | {zeren(None, "help", *words).out}
        assert len(shown) == 1
        assert f"zeren {' '.join(words)}".strip() in shown.pop()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("tracee",), "perhaps trace"),
        (("record", "takl"), "talk"),
        (("help", "holder"), "holders"),
        (("q",), "no command q"),
    ],
)
def test_the_nearest_command_is_told(words: tuple[str, ...], says: str) -> None:
    """A mistyped command, also one of a group, ends with 2 and names what was meant."""
    outcome = zeren(None, *words)
    assert (2, True) == (outcome.code, says in outcome.err)


def test_a_language_that_is_not_spoken_is_told() -> None:
    """`--lang fr`, also by its variable, is refused with the languages that there are."""
    for outcome in (zeren(None, "--lang", "fr", "--help"), started(None, "holders", "x", language="fr")):
        assert 2 == outcome.code
        assert "zh_CN, en" in outcome.err


@pytest.mark.parametrize(
    ("words", "code", "ends_with"),
    [
        (["holders"], "missing_parameter", 2),
        (["tracee"], "usage_error", 2),
        (["entries", "E999"], "bad_input", 2),
        (["record", "talk", "--no-input"], "bad_input", 2),
        (["--dir", "nowhere", "holders", "x"], "no_ledger", 6),
    ],
)
def test_with_json_a_fault_is_one_object(ledgers: Path, words: list[str], code: str, ends_with: int) -> None:
    """Standard error holds one JSON object with code, message, remedy and exit; standard output stays empty."""
    outcome = zeren(ledgers, *words, "--json")
    fault = json.loads(outcome.err)

    assert {"code", "message", "remedy", "exit"} == fault.keys()
    assert (code, ends_with, ends_with) == (fault["code"], fault["exit"], outcome.code)
    assert all(fault.values())
    assert "" == outcome.out


def test_one_exit_code_has_one_meaning() -> None:
    """The codes of all faults are those that README explains, each in one row, and each has a remedy."""
    named = [error for error in vars(errors).values() if isinstance(error, type)]
    families = {error.exit_code for error in named if issubclass(error, errors.ZerenError)}
    rows = re.findall(r"^\| (\d+) \| ", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(families | {0, INTERRUPTED}) == sorted(map(int, rows))
    assert families | {INTERRUPTED} == REMEDIES.keys()
