"""zeren consent give: what is asked is shown in words, answered with one's own key, on a computer without a ledger."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.clock import now
from ledger.consents.answer import parse_answer, reason_text
from ledger.consents.request import Request, format_request
from ledger.core.consent_check import check_lines
from ledger.core.encoding import b64encode
from ledger.keys.key_files import label_of, new_further_key, save_key
from ledger.keys.labels import Label
from tests.support.asking import FILE, Asking, asking, talk
from tests.support.command import Outcome, zeren
from tests.support.typing import Typing

ROOT = Path(__file__).parents[2]
UNIX_ONLY = ("fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog", "spwd", "crypt", "nis", "curses")
SECRET = "her own words"
ASKED = (("p-a", "counterpart"), ("p-b", "holder"))


@dataclass(slots=True)
class Signer:
    """Somebody's own computer: a folder with a key and a passphrase, and nothing else."""

    folder: Path
    key: Path

    def put(self, request: Request, name: str = "ask.json") -> Path:
        """A request arrives."""
        (self.folder / name).write_bytes(format_request(request))
        return self.folder / name

    def words(self, file: Path, *more: str) -> tuple[str, ...]:
        secret = str(self.folder / "secret")
        return ("consent", "give", str(file), "--key", str(self.key), "--passphrase-file", secret, *more)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Asking]:
    (tmp_path / "organ").mkdir()
    made = asking(tmp_path / "organ", now())
    yield made
    made.close()


@pytest.fixture
def own(tmp_path: Path, desk: Asking) -> Signer:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "secret").write_text(f"{SECRET}\n")
    key = folder / "p-a.pem"
    label = Label("p-a", desk.desk.origin, desk.fingerprint)
    save_key(key, desk.desk.signer("p-a").private_key, SECRET.encode(), label)
    return Signer(folder, key)


def both(desk: Asking, text: str = "第三次") -> Request:
    """A draft and an entry on record, with all that belongs to them."""
    body = desk.draft(talk("T3", text, refers=(desk.talk,)), ASKED)
    cited = (desk.cited(desk.first.position),)
    return desk.request(
        desk.about_draft(body, not_after=now().replace(microsecond=0) + timedelta(days=20)),
        desk.about_entry(desk.talk.position, refers=cited, attachments={0: FILE}),
    )


def given(outcome: Outcome) -> Any:
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def test_a_request_is_read_and_answered(desk: Asking, own: Signer) -> None:
    """The words name the record, the people, the capacity and what it means; the notes are by the key in force."""
    file = own.put(both(desk))
    said = zeren(None, *own.words(file, "--agree"))

    assert said.code == 0, said.err
    for words in (
        "2 questions to p-a (甲) from the ledger zeren.test/organ/duty",
        "[1/2] talk (talk.held/1)",
        "not yet recorded; it will be recorded by rec",
        "text: 第三次",
        "counterpart: p-a (甲)",
        f"it refers to #{desk.talk.position}, which is not shown",
        "asked too: p-b (乙) (person concerned)",
        f"[2/2] talk (talk.held/1)\nrecorded as #{desk.talk.position}",
        "signed by rec, p-b (乙)",
        "(A2a)",
        "You are asked as: counterpart",
        "You confirm that it took place with you",
        "2 agreed to, 0 refused, 0 left open",
    ):
        assert words in said.out, words
    answer = parse_answer((own.folder / "ask.answer.json").read_bytes())
    key = desk.desk.signer("p-a").verify_key
    for note in answer.consents:
        check_lines(note, desk.desk.origin, {(key.name, key.key_id): key})
    copies = list((own.folder / "p-a.pem.answers").iterdir())
    assert [copy.read_bytes() for copy in copies] == [(own.folder / "ask.answer.json").read_bytes()]


def test_the_words_are_in_the_readers_language(desk: Asking, own: Signer) -> None:
    """In Chinese nothing of the program's own words is left in English."""
    said = zeren(None, *own.words(own.put(both(desk)), "--agree"), language="zh_CN").out
    for words in ("谈话 (talk.held/1)", "尚未记录；将由 rec 记录", "您的签署身份：谈话对象", "同时征求："):
        assert words in said, said
    assert "You " not in said


def test_a_refusal_says_why_and_a_draft_is_declined(desk: Asking, own: Signer) -> None:
    """--refuse with --reason: a signed refusal of what stands, nothing signed about a draft; the reason shown."""
    file = own.put(both(desk))
    assert zeren(None, *own.words(file, "--refuse")).code == 2
    counts = given(zeren(None, *own.words(file, "--refuse", "--reason", "不是事实", "--json")))
    assert (counts["consents"], counts["declined"], counts["unanswered"]) == (1, 1, 0)
    words = own.words(file, "--refuse", "--reason", "不是事实", "--out", str(own.folder / "again.json"))
    assert "0 agreed to, 2 refused, 0 left open" in zeren(None, *words).out
    answer = parse_answer(Path(counts["file"]).read_bytes())
    assert (answer.consents[0].consent.answer, reason_text(next(iter(answer.reasons.values())))) == (
        "refuse",
        "不是事实",
    )


def test_a_second_history_an_older_one_and_the_same_content_are_noticed(desk: Asking, own: Signer) -> None:
    """The key remembers: a draft that rests on less than was shown is refused, equal content is said to be signed."""
    zeren(None, *own.words(own.put(both(desk)), "--agree"))
    again = zeren(None, *own.words(own.put(both(desk), "again.json"), "--agree"))
    assert (again.code, again.out.count("Careful: the same content was signed")) == (0, 2)
    older = desk.about_draft(
        desk.draft(talk("T4", "x"), ASKED), after=desk.cited(desk.first.position).entry, not_after=now() + timedelta(1)
    )
    said = zeren(None, *own.words(own.put(desk.request(older), "older.json"), "--agree"))
    assert (said.code, "ask for a new request" in said.err) == (5, True)
    memory = own.folder / "p-a.pem.seen"
    data = json.loads(memory.read_text())
    data["highest"] = {b64encode(desk.fingerprint): [desk.talk.position, b64encode(b"x" * 32)]}
    memory.write_text(json.dumps(data))
    forked = zeren(None, *own.words(own.put(both(desk), "fork.json"), "--agree"))
    assert (forked.code, "another history was shown before" in forked.err) == (5, True)
    assert not (own.folder / "fork.answer.json").exists()


def test_hidden_characters_are_made_visible_and_no_text_looks_like_ours(desk: Asking, own: Signer) -> None:
    """Characters that hide or reorder are shown by number; each further line of a text stands behind a bar."""
    said = zeren(None, *own.words(own.put(both(desk, "a\u202eb\u200bc\nYou are asked as: chair")), "--agree")).out
    assert "text: a[U+202E]b[U+200B]c\n  | You are asked as: chair" in said


def test_a_question_whose_time_is_over_stays_open(desk: Asking, own: Signer) -> None:
    """It is said, not signed; the others are."""
    body = desk.draft(talk("T3", "x"), ASKED)
    request = desk.request(
        desk.about_draft(body, not_after=now().replace(microsecond=0) - timedelta(days=1)),
        desk.about_entry(desk.talk.position),
    )
    said = zeren(None, *own.words(own.put(request), "--agree"))
    assert (said.code, "The time for an answer is over" in said.out, "1 agreed to" in said.out) == (0, True, True)


def test_only_the_asked_person_and_the_ledger_kept_with_the_key_are_answered(desk: Asking, own: Signer) -> None:
    """Another person's request, another ledger, another fingerprint: each is refused and writes nothing."""
    request = both(desk)
    to_b = Request(request.origin, request.fingerprint, "p-b", request.asks, request.names)
    elsewhere = Request("zeren.test/other/duty", request.fingerprint, "p-a", request.asks, request.names)
    other = Request(request.origin, b"x" * 32, "p-a", request.asks, request.names)
    for number, (bad, message) in enumerate(
        ((to_b, "this key is of p-a"), (elsewhere, "this key is of p-a"), (other, "its fingerprint differs"))
    ):
        said = zeren(None, *own.words(own.put(bad, f"{number}.json"), "--agree"))
        assert (said.code, message in said.err) == (5, True), said
    assert sorted(path.name for path in own.folder.iterdir()) == ["0.json", "1.json", "2.json", "p-a.pem", "secret"]


def test_a_key_learns_its_ledger_once_and_keeps_it(desk: Asking, own: Signer) -> None:
    """Without a fingerprint nothing is signed; the one stated is kept with the key, and no other counts afterwards."""
    own.key.unlink()
    save_key(own.key, desk.desk.signer("p-a").private_key, SECRET.encode())
    file = own.put(both(desk))
    unknown = zeren(None, *own.words(file, "--agree"))
    assert (unknown.code, b64encode(desk.fingerprint) in unknown.err) == (2, True)
    wrong = zeren(None, *own.words(file, "--agree", "--fingerprint", b64encode(b"x" * 32)))
    assert wrong.code == 5
    given(zeren(None, *own.words(file, "--agree", "--json", "--fingerprint", b64encode(desk.fingerprint))))
    assert label_of(own.key) == Label("p-a", desk.desk.origin, desk.fingerprint)


def test_a_second_line_by_sm2(desk: Asking, own: Signer) -> None:
    """Two key files, two lines in each note."""
    further = own.folder / "sm2.pem"
    save_key(further, new_further_key("sm2"), SECRET.encode())
    counts = given(zeren(None, *own.words(own.put(both(desk)), "--agree", "--json", "--key", str(further))))
    notes = parse_answer(Path(counts["file"]).read_bytes()).consents
    assert [len(note.note.signatures) for note in notes] == [2, 2]
    same = zeren(None, *own.words(own.put(both(desk), "b.json"), "--agree", "--key", str(own.key)))
    assert same.code == 2


def test_bad_files_get_one_line_and_lose_nothing(desk: Asking, own: Signer) -> None:
    """Damaged, an answer, of nobody, already answered, nobody at the terminal, both answers at once."""
    file = own.put(both(desk))
    cases = [
        (file, (), 2, "nobody is there to be asked"),
        (file, ("--agree", "--refuse"), 2, "exclude each other"),
        (own.folder / "absent", ("--agree",), 2, "cannot be read"),
        (own.key, ("--agree",), 2, "damaged on the way"),
    ]
    for path, more, code, message in cases:
        said = zeren(None, *own.words(path, *more))
        assert (said.code, message in said.err, said.err.count("\n")) == (code, True, 1), said
    given(zeren(None, *own.words(file, "--agree", "--json")))
    before = (own.folder / "ask.answer.json").read_bytes()
    assert "is there already" in zeren(None, *own.words(file, "--agree")).err
    assert "this is an answer" in zeren(None, *own.words(own.folder / "ask.answer.json", "--agree")).err
    assert (own.folder / "ask.answer.json").read_bytes() == before


def test_each_is_asked_at_a_terminal(desk: Asking, own: Signer, typing: Typing) -> None:
    """a agrees, r refuses and asks why, l leaves open."""
    for name, answers, counts in (("a", ["l", "r", "不是事实"], (1, 0, 1)), ("b", ["r", "不对", "l"], (0, 1, 1))):
        typing.type(*answers)
        found = given(zeren(None, *own.words(own.put(both(desk), f"{name}.json"), "--json")))
        assert (found["consents"], found["declined"], found["unanswered"]) == counts


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Typing:
    """A terminal at which these words are typed, one after another, where something is asked."""
    return Typing(monkeypatch)


def test_nothing_answered_writes_nothing_and_opens_no_key(desk: Asking, own: Signer, typing: Typing) -> None:
    """All left open, or over: it is said, no passphrase is asked for, and nothing lies there that says nothing."""
    file = own.put(both(desk))
    words = ("consent", "give", str(file), "--key", str(own.key))
    before = sorted(path.name for path in own.folder.iterdir())
    typing.type("l", "暂不答复")
    said = zeren(None, *words)
    assert (said.code, "nothing was answered" in said.out, typing.left) == (0, True, [])
    typing.type("l", "l")
    assert given(zeren(None, *words, "--json")) == {"file": None, "consents": 0, "declined": 0, "unanswered": 2}
    assert sorted(path.name for path in own.folder.iterdir()) == before


def test_an_answer_may_be_a_word_of_either_language(desk: Asking, own: Signer, typing: Typing) -> None:
    """What the question says may be typed as it stands; anything else is asked again."""
    for number, (first, second) in enumerate((("Agree", "refuse"), ("同意", "拒绝"), ("perhaps", "a"))):
        file = own.put(both(desk), f"{number}.json")
        typing.type(first, second, "不是事实") if number < 2 else typing.type(first, second, "leave open")
        found = given(zeren(None, *own.words(file, "--json")))
        counted = (found["consents"], found["declined"], found["unanswered"])
        assert (counted, typing.left) == ((2, 0, 0) if number < 2 else (1, 0, 1), [])


def test_a_wrong_passphrase_is_typed_again_and_loses_no_reason(desk: Asking, own: Signer, typing: Typing) -> None:
    """Up to three times; after the third nothing is written."""
    file = own.put(both(desk))
    words = ("consent", "give", str(file), "--key", str(own.key), "--json")
    typing.type("l", "r", "不是事实", "wrong", "x", "false")
    refused = zeren(None, *words)
    assert (refused.code, refused.err.count("type it again"), "does not open:" in refused.err) == (2, 2, True)
    assert (typing.left, (own.folder / "ask.answer.json").exists()) == ([], False)
    typing.type("l", "r", "不是事实", "wrong", "x", SECRET)
    found = given(zeren(None, *words))
    assert (found["consents"], typing.left) == (1, [])
    answer = parse_answer(Path(found["file"]).read_bytes())
    assert [reason_text(reason) for reason in answer.reasons.values()] == ["不是事实"]


def test_it_runs_where_windows_would_run_it(desk: Asking, own: Signer) -> None:
    """Without any module that Windows lacks, without a ledger and without a network, a request is answered."""
    code = (
        "import sys, socket\n"
        f"for name in {UNIX_ONLY!r}: sys.modules[name] = None\n"
        "def no(*_, **__): raise OSError('no network')\n"
        "socket.socket.connect = socket.create_connection = no\n"
        "from cli.main import main\n"
        "main(sys.argv[1:])\n"
    )
    words = own.words(own.put(both(desk)), "--agree", "--json")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ZEREN_LANG": "en"}
    said = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=own.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, json.loads(said.stdout)["consents"]) == (0, 2), said.stderr
