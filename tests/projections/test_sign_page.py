"""The signing page: in a real browser it makes keys, reads ours, shows what is signed, and signs nothing else."""

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.clock import now
from ledger.consents.answer import parse_answer, reason_text
from ledger.consents.request import format_request, parse_request
from ledger.consents.shown import check_request, content_digest
from ledger.core.consent import parse_consent
from ledger.core.consent_check import check_lines, check_possession
from ledger.core.consent_to import Place, ToDraft, ToEntry, ToKey
from ledger.core.encoding import b64encode, canonical_json
from ledger.core.signers import format_vkey
from ledger.errors import ZerenError
from ledger.keys.key_files import label_of, load_key, open_key, save_key
from ledger.keys.labels import Label
from ledger.keys.pbes2 import is_weak
from projections.reports.signing_page import page, page_digest
from tests.support.accessible import faults_of
from tests.support.asking import FILE, Asking, asking, talk
from tests.support.signing import SECRET, Opened
from tests.tools.system import require_system

pytestmark = pytest.mark.long
ASKED = (("p-a", "counterpart"), ("p-b", "holder"))
LIMIT = 150_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Asking]:
    (tmp_path / "organ").mkdir()
    made = asking(tmp_path / "organ", now())
    yield made
    made.close()


@pytest.fixture
def key(tmp_path: Path, desk: Asking) -> Path:
    path = tmp_path / "p-a.pem"
    label = Label("p-a", desk.desk.origin, desk.fingerprint)
    save_key(path, desk.desk.signer("p-a").private_key, SECRET.encode(), label)
    return path


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Opened]:
    made = Opened(chromium, tmp_path)
    yield made
    made.close()


def both(desk: Asking, text: str = "第三次") -> bytes:
    """A draft and an entry on record, with all that belongs to them."""
    body = desk.draft(talk("T3", text, refers=(desk.talk,)), ASKED)
    cited = (desk.cited(desk.first.position),)
    last = now().replace(microsecond=0) + timedelta(days=20)
    return format_request(
        desk.request(
            desk.about_draft(body, not_after=last),
            desk.about_entry(desk.talk.position, refers=cited, attachments={0: FILE}),
        )
    )


def test_the_page_is_small_the_same_for_everybody_and_loads_nothing() -> None:
    """Under 150 KB, no address, no outside resource, a policy of hashes; its digest is that of its bytes."""
    source = page().decode()
    assert len(page()) < LIMIT
    assert "default-src 'none'" in source
    assert "unsafe" not in source
    for outside in ("http://", "https://", " src=", "fetch(", "XMLHttpRequest", "WebSocket", "import("):
        assert outside not in source, outside
    assert page_digest() == hashlib.sha256(page()).hexdigest()


def test_a_request_is_read_and_answered_in_the_browser(desk: Asking, key: Path, opened: Opened) -> None:
    """The words name record, people, capacity and meaning; the notes are by the key in force, over what was shown."""
    assert "key of p-a" in opened.open_key(key)
    assert "held against" in opened.ask(both(desk))
    words = opened.words
    for expected in (
        "2 questions to p-a (甲) from the ledger zeren.test/organ/duty",
        "1/2 talk",
        "not yet recorded; it will be recorded by rec",
        "第三次",
        "p-a (甲)",
        f"it refers to #{desk.talk.position}, which is not shown",
        "asked too: p-b (乙) (person concerned)",
        f"recorded as #{desk.talk.position}",
        "signed by rec, p-b (乙)",
        "(A2a)",
        "You are asked as: counterpart",
        "You confirm that it took place with you",
    ):
        assert expected in words, (expected, words)
    opened.say(0, "agree")
    opened.say(1, "refuse", "不是事实")
    answer = parse_answer(opened.sign())
    mine = desk.desk.signer("p-a").verify_key
    for note in answer.consents:
        check_lines(note, desk.desk.origin, {(mine.name, mine.key_id): mine})
        assert note.consent.fingerprint == desk.fingerprint
    request = parse_request(both(desk))
    draft, entry = (note.consent for note in answer.consents)
    assert (type(draft.to), draft.answer, draft.capacity) == (ToDraft, "agree", "counterpart")
    assert draft.after == Place(desk.talk.position, request.asks[0].after.leaf_hash)  # type: ignore[union-attr]
    assert (entry.to, entry.answer) == (ToEntry(Place(desk.talk.position, request.asks[1].entry.leaf_hash)), "refuse")  # type: ignore[union-attr]
    assert reason_text(str(answer.reason_of(answer.consents[1]))) == "不是事实"


def test_a_key_file_that_is_still_being_read_is_waited_for(key: Path, opened: Opened) -> None:
    """Who sends the form faster than the browser reads the chosen file opens his key all the same."""
    opened.page.evaluate(
        """() => {
          const read = File.prototype.text;
          File.prototype.text = async function () {
            await new Promise((done) => setTimeout(done, 300));
            return read.call(this);
          };
        }"""
    )
    assert "key of p-a" in opened.open_key(key)


def test_a_draft_is_declined_and_what_is_left_open_is_not_signed(desk: Asking, key: Path, opened: Opened) -> None:
    """Nothing is signed about a declined draft; a question without an answer has none in the file."""
    opened.open_key(key)
    opened.ask(both(desk))
    opened.say(0, "refuse")
    answer = parse_answer(opened.sign())
    assert (len(answer.consents), len(answer.declined)) == (0, 1)


def test_a_refusal_without_a_reason_is_not_signed(desk: Asking, key: Path, opened: Opened) -> None:
    """The page says what is missing and offers no file."""
    opened.open_key(key)
    opened.ask(both(desk))
    opened.say(1, "refuse")
    opened.page.click("#sign")
    opened.page.wait_for_selector("#answer.bad")
    assert "write the reason" in opened.page.inner_text("#answer")
    assert opened.page.locator("#answer a").count() == 0


def test_the_page_remembers_as_the_command_line_does(desk: Asking, key: Path, opened: Opened) -> None:
    """An older history, another one, and the same content again: refused, refused, said."""
    opened.open_key(key)
    opened.ask(both(desk))
    opened.page.click("#all")
    opened.sign()
    assert opened.ask(both(desk))
    assert opened.words.count("the same content was signed with this key") == 2
    older = desk.about_draft(
        desk.draft(talk("T4", "x"), ASKED), after=desk.cited(desk.first.position).entry, not_after=now() + timedelta(1)
    )
    said = opened.ask(format_request(desk.request(older)))
    assert f"rests on entry #{desk.first.position}" in said
    assert opened.page.locator("#questions").inner_text() == ""
    memory = json.loads(opened.page.evaluate("own.memory.text()"))
    shown = check_request(parse_request(both(desk)))
    assert {content_digest(parse_request(both(desk)), each) for each in shown} == set(memory["signed"])
    assert memory["highest"] == {
        b64encode(desk.fingerprint): [desk.talk.position, b64encode(desk.cited(desk.talk.position).entry.leaf_hash)]
    }


def test_a_key_made_in_the_page_opens_everywhere(desk: Asking, opened: Opened) -> None:
    """It opens at the command line and with openssl, at full strength, and its possession is proved."""
    made, possession = opened.make_key("p-new", desk.desk.origin, b64encode(desk.fingerprint))
    assert not is_weak(made.read_bytes())
    assert label_of(made) == Label("p-new", desk.desk.origin, desk.fingerprint)
    load_key(made, SECRET.encode())
    signer = open_key(made, f"{desk.desk.origin}/p-new", lambda _path: SECRET.encode())
    note = parse_consent(possession.read_bytes())
    check_lines(note, desk.desk.origin, {})
    check_possession(note.consent, "p-new", format_vkey(signer.verify_key), ("signer",))
    assert isinstance(note.consent.to, ToKey)
    digest = hashlib.sha256(format_vkey(signer.verify_key).encode()).hexdigest()
    assert digest in opened.page.inner_text("#made-status").replace(" ", "")
    openssl = require_system("openssl")
    words = [str(openssl), "pkey", "-in", str(made), "-noout", "-text", "-passin", f"pass:{SECRET}"]
    assert "ED25519" in subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "key of p-new" in opened.open_key(made)


def test_a_wrong_passphrase_and_a_wrong_file_are_said(key: Path, opened: Opened, tmp_path: Path) -> None:
    """Each has a line of its own, and nothing is opened."""
    assert "passphrase is wrong" in opened.open_key(key, secret="another")
    (tmp_path / "other.txt").write_text("hello")
    assert "choose your key file" in opened.open_key(tmp_path / "other.txt")
    damaged = tmp_path / "damaged.pem"
    damaged.write_bytes(
        key.read_bytes().replace(
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIG", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIB"
        )
    )
    assert "bad" in (opened.open_key(damaged), opened.page.get_attribute("#key-status", "class"))


# --- attacks: what the command line refuses the page refuses ---

Attack = Callable[[dict[str, Any]], None]


def _set(*path: Any) -> Attack:
    *steps, last, value = path

    def act(data: dict[str, Any]) -> None:
        found: Any = data
        for step in steps:
            found = found[step]
        found[last] = value

    return act


def _hide(data: dict[str, Any]) -> None:
    lines = data["asks"][0]["body"].split("\n")
    data["asks"][0]["body"] = "\n".join(line for line in lines if not line.startswith("text "))


def _swap_line(data: dict[str, Any]) -> None:
    """The draft shows the text of the entry's talk."""
    other = next(line for line in data["asks"][1]["body"].split("\n") if line.startswith("text "))
    lines = data["asks"][0]["body"].split("\n")
    data["asks"][0]["body"] = "\n".join(other if line.startswith("text ") else line for line in lines)


def _drop(*path: Any) -> Attack:
    *steps, last = path

    def act(data: dict[str, Any]) -> None:
        found: Any = data
        for step in steps:
            found = found[step]
        del found[last]

    return act


def _swap(data: dict[str, Any]) -> None:
    data["asks"][0]["body"], data["asks"][1]["body"] = data["asks"][1]["body"], data["asks"][0]["body"]


def _entry_digit(data: dict[str, Any]) -> None:
    data["asks"][1]["entry"] = data["asks"][1]["entry"].replace('"position":', '"position":1', 1)


ATTACKS: dict[str, Attack] = {
    "a field of the draft is hidden": _hide,
    "a field of the draft is exchanged": _swap_line,
    "bodies are exchanged": _swap,
    "another digest": _set("asks", 0, "to", 1, b64encode(bytes(32))),
    "another type": _set("asks", 0, "to", 2, "meeting.held/1"),
    "an unknown type": _set("asks", 0, "to", 2, "gift.given/1"),
    "a name of the language instead of a type": _set("asks", 0, "to", 2, "constructor"),
    "an author without form": _set("asks", 0, "to", 3, "P A"),
    "another position": _set("asks", 1, "to", 1, 1),
    "another leaf": _set("asks", 1, "to", 2, b64encode(bytes(32))),
    "a changed entry": _entry_digit,
    "raised capacity": _set("asks", 0, "capacity", "custodian"),
    "a capacity nobody knows": _set("asks", 1, "capacity", "witness"),
    "no capacity for a draft": _drop("asks", 0, "capacity"),
    "no term for a draft": _drop("asks", 0, "not_after"),
    "a term in another form": _set("asks", 0, "not_after", "tomorrow"),
    "another person": _set("person", "p-b"),
    "nobody": _set("person", ""),
    "another ledger": _set("origin", "zeren.test/other/duty"),
    "another fingerprint": _set("fingerprint", b64encode(bytes(32))),
    "a fingerprint cut short": _set("fingerprint", "AAAA"),
    "no history": _drop("asks", 0, "after"),
    "another history": _set("asks", 0, "after", [3, b64encode(bytes(32))]),
    "a member too many": _set("asks", 0, "note", "x"),
    "a member too many above": _set("note", "x"),
    "no questions": _set("asks", []),
    "another attachment": _set("asks", 1, "attachments", {"0": "AAAA"}),
    "an attachment of no number": _set("asks", 1, "attachments", {"5": "AAAA"}),
    "a cited entry that is not cited": _set("asks", 1, "refers", []),
    "not a request": _set("zeren", "answer/v1"),
    "a later request": _set("zeren", "request/v2"),
}
HARMLESS = {"a cited entry that is not cited"}
"""The record still says to which entry it refers; it is only not shown."""


def test_the_page_refuses_what_the_command_line_refuses(desk: Asking, key: Path, opened: Opened) -> None:
    """Of each changed request both say the same: refused, or shown; what is refused is not shown and not signed."""
    opened.open_key(key)
    assert "held against" in opened.ask(both(desk))
    original = both(desk)
    for name, attack in ATTACKS.items():
        data = json.loads(original)
        attack(data)
        changed = canonical_json(data) + b"\n"
        refused = None
        try:
            request = parse_request(changed)
            check_request(request)
            if (request.person, request.origin, request.fingerprint) != ("p-a", desk.desk.origin, desk.fingerprint):
                refused = "another key's"
        except ZerenError as error:
            refused = str(error)
        said = opened.ask(changed)
        shown = opened.page.locator(".question").count()
        assert (refused is None) == (name in HARMLESS), (name, refused)
        assert (shown == 0) == (refused is not None), (name, refused, said)


def test_nothing_a_record_says_is_markup_or_hidden(desk: Asking, key: Path, opened: Opened) -> None:
    """Markup is text; a character that hides or turns text round is shown by its number."""
    body = desk.draft(talk("T3", "<b id=evil>x</b>\u202eabc"), ASKED)
    request = desk.request(desk.about_draft(body, not_after=now().replace(microsecond=0) + timedelta(days=3)))
    opened.open_key(key)
    opened.ask(format_request(replace(request, names={"p-b": "<i id=evil>乙</i>"})))
    assert "<b id=evil>x</b>[U+202E]abc" in opened.words
    assert opened.page.locator("#evil").count() == 0


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_page_is_accessible_in_both_languages(
    chromium: Any, tmp_path: Path, desk: Asking, key: Path, locale: str
) -> None:
    """Nothing that axe finds, with a request open; no sentence is left in the other language."""
    shown = Opened(chromium, tmp_path, locale)
    shown.open_key(key)
    shown.ask(both(desk))
    text = shown.page.inner_text("body")
    if locale == "zh-CN":
        assert "您的签署身份：谈话对象" in text
        assert "You " not in text
    else:
        assert "您" not in text
    for width in (1280, 360):
        shown.page.set_viewport_size({"width": width, "height": 800})
        wide = shown.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, width
    source = shown.page.content()
    shown.close()
    judge = chromium.new_context(offline=True, bypass_csp=True, java_script_enabled=True).new_page()
    judge.set_content(
        source.replace('http-equiv="Content-Security-Policy"', "").replace("begin();\n</script>", "</script>")
    )
    assert faults_of(judge) == []
    judge.context.close()
