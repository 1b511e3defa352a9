"""Requests and answers: read strictly; what is shown is what will be signed, or the request is refused."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.consents.answer import Answer, format_answer, parse_answer, reason_digest, reason_text
from ledger.consents.give import Decision, give, is_over
from ledger.consents.memory import recall
from ledger.consents.request import Request, format_request, parse_request
from ledger.consents.shown import check_request, content_digest
from ledger.core import consent_check as checks
from ledger.core.body import body_of, disclose, make_body
from ledger.core.consent import MAX_TERM, draft_digest, format_text
from ledger.core.consent_to import ToDraft
from ledger.core.encoding import b64encode
from ledger.core.signers import sm2_signer
from ledger.errors import BadInput, Incomplete, Invalid, Malformed, Refused, ZerenError
from ledger.keys.key_files import new_further_key, new_key, save_key
from ledger.keys.labels import Label
from tests.support.asking import FILE, Asking, asking, talk
from tests.support.builders import signer_named

MADE = datetime(2024, 1, 2, 3, tzinfo=UTC)
ASKED = (("p-a", "counterpart"), ("p-b", "holder"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Asking]:
    made = asking(tmp_path)
    yield made
    made.close()


def whole(desk: Asking) -> Request:
    """A request with a draft and an entry, everything shown."""
    body = desk.draft(talk("T3", "第三次", refers=(desk.talk,)), ASKED)
    entry = desk.about_entry(desk.talk.position, attachments={0: FILE}, refers=(desk.cited(desk.first.position),))
    return desk.request(desk.about_draft(body, refers=(desk.cited(desk.talk.position),)), entry)


def signer(desk: Asking, person: str = "p-a") -> Any:
    return desk.desk.signer(person)


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_request_is_read_back(desk: Asking) -> None:
    """Entries, bodies, attachments, names and times come back as they were, also behind a byte order mark."""
    request = whole(desk)
    data = format_request(request)
    assert parse_request(data) == parse_request(b"\xef\xbb\xbf" + data) == request


def test_what_may_be_believed_is_told_from_what_may_not(desk: Asking) -> None:
    """Fields in the order of their type; who else is asked; what is shown beside it, and how new the history is."""
    draft, entry = check_request(whole(desk))
    assert [name for name, _ in draft.record.fields][:4] == ["ref", "occurred_at", "refers.0", "unit"]
    assert (draft.record.author, draft.record.position) == ("rec", None)
    assert [each.person for each in draft.asked] == ["p-a", "p-b"]
    assert [record.position for record in draft.cited] == [desk.talk.position]
    assert draft.last_seen == desk.cited(desk.talk.position).entry.header.recorded_at
    assert (entry.record.signers, entry.files, entry.no_files, entry.unseen) == (("rec", "p-b"), (0,), (), ())
    assert entry.record.withheld == ()
    (bare,) = check_request(desk.request(desk.about_entry(desk.talk.position, hide=["text", "attachments.0.name"])))
    assert bare.record.withheld == ("attachments.0.name", "text")
    assert (bare.no_files, bare.unseen) == ((0,), (desk.first.position,))


def changed(desk: Asking, change: Callable[[dict[str, Any]], object]) -> bytes:
    data = json.loads(format_request(whole(desk)))
    change(data)
    return json.dumps(data, ensure_ascii=False).encode()


def _swap_text(ask: dict[str, Any], text: str = "无事") -> None:
    """Another text under the same name, its digest in the map made to fit."""
    lines = ask["body"].split("\n")
    fresh = disclose("text", text, b"s" * 16)
    digests = json.loads(lines[0])
    digests["text"] = next(iter(body_of([("text", fresh)]).digests.values()))
    rest = [f"text {fresh}" if line.startswith("text ") else line for line in lines[1:]]
    ask["body"] = "\n".join([json.dumps(digests, separators=(",", ":"), sort_keys=True), *rest])


def _drop(ask: dict[str, Any], name: str) -> None:
    ask["body"] = "\n".join(line for line in ask["body"].split("\n") if not line.startswith(f"{name} "))


ATTACKS: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("another kind", lambda d: d.update(zeren="request/v2")),
    ("unknown member", lambda d: d.update(also="x")),
    ("member left out", lambda d: d.pop("asks")),
    ("no question", lambda d: d.update(asks=[])),
    ("no ledger", lambda d: d.update(origin="nonsense")),
    ("no person", lambda d: d.update(person="Li")),
    ("fingerprint cut", lambda d: d.update(fingerprint=b64encode(b"x" * 31))),
    ("names no text", lambda d: d.update(names={"p-a": 7})),
    ("unknown member of a question", lambda d: d["asks"][0].update(note="x")),
    ("draft: another text", lambda d: _swap_text(d["asks"][0])),
    ("draft: hidden text", lambda d: _drop(d["asks"][0], "text")),
    ("draft: another digest", lambda d: d["asks"][0]["to"].__setitem__(1, b64encode(b"x" * 32))),
    ("draft: another type", lambda d: d["asks"][0]["to"].__setitem__(2, "meeting.held/1")),
    ("draft: unknown type", lambda d: d["asks"][0]["to"].__setitem__(2, "talk.held/9")),
    ("draft: capacity raised", lambda d: d["asks"][0].update(capacity="holder")),
    ("draft: unknown capacity", lambda d: d["asks"][0].update(capacity="author")),
    ("draft: no capacity", lambda d: d["asks"][0].pop("capacity")),
    ("draft: no term", lambda d: d["asks"][0].pop("not_after")),
    ("draft: no history", lambda d: (d["asks"][0].pop("after"), d["asks"][0].pop("after_entry"))),
    ("draft: history not shown", lambda d: d["asks"][0].pop("after_entry")),
    ("draft: history not named", lambda d: d["asks"][0].pop("after")),
    ("draft: another history", lambda d: d["asks"][0]["after"].__setitem__(0, 3)),
    ("draft: history changed", lambda d: _edit(d["asks"][0], "after_entry", "talk.held", "talk.helf")),
    ("entry: another position", lambda d: d["asks"][1]["to"].__setitem__(1, 3)),
    ("entry: another hash", lambda d: d["asks"][1]["to"].__setitem__(2, b64encode(b"x" * 32))),
    ("entry: not shown", lambda d: d["asks"][1].pop("entry")),
    ("entry: changed", lambda d: _edit(d["asks"][1], "entry", '"version":1', '"version":2')),
    ("entry: another text", lambda d: _swap_text(d["asks"][1])),
    ("entry: text changed", lambda d: _edit(d["asks"][1], "body", "text W", "text X")),
    ("entry: another file", lambda d: d["asks"][1]["attachments"].update({"0": b64encode(b"x")})),
    ("entry: a file more", lambda d: d["asks"][1]["attachments"].update({"1": b64encode(FILE)})),
    ("entry: file without number", lambda d: d["asks"][1]["attachments"].update({"01": b64encode(FILE)})),
    ("entry: cited another", lambda d: d["asks"][1].update(refers=[_own(d["asks"][1])])),
    ("entry: cited changed", lambda d: _swap_text(d["asks"][1]["refers"][0])),
    ("possession", lambda d: d["asks"][0].update(to=["possession", "x", ["signer"]])),
]


def _edit(ask: dict[str, Any], name: str, old: str, new: str) -> None:
    assert old in ask[name]
    ask[name] = ask[name].replace(old, new, 1)


def _own(ask: dict[str, Any]) -> dict[str, Any]:
    return {"entry": ask["entry"], "body": ask["body"]}


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_a_request_that_shows_something_else_is_refused(desk: Asking, number: int) -> None:
    """Each request changed in one place is refused, by a fault of ours, before anything is signed."""
    with pytest.raises((Invalid, Incomplete)):
        check_request(parse_request(changed(desk, ATTACKS[number][1])))


def test_a_draft_must_be_known_whole(desk: Asking) -> None:
    """A field that this version does not know, a person not asked, and references beyond the history are refused."""
    body = desk.draft(talk("T3", "x"), ASKED)
    odd = make_body([*body.values().items(), ("secret_clause", "you owe everything")], lambda: b"s" * 16)
    with pytest.raises(Incomplete, match="secret_clause"):
        check_request(desk.request(desk.about_draft(odd)))
    with pytest.raises(Invalid, match="does not name p-a"):
        check_request(desk.request(desk.about_draft(desk.draft(talk("T3", "x"), ASKED[1:]))))
    earlier = desk.cited(desk.first.position).entry
    beyond = desk.draft(talk("T3", "x", refers=(desk.talk,)), ASKED)
    with pytest.raises(Invalid, match="later than"):
        check_request(desk.request(desk.about_draft(beyond, after=earlier)))
    elsewhere = replace(desk.request(desk.about_draft(body)), origin="zeren.test/other/duty")
    with pytest.raises(Invalid, match="of another ledger"):
        check_request(elsewhere)


def test_nobody_is_asked_about_seals(desk: Asking) -> None:
    """A seal has no signature but its maker's."""
    desk.desk.ledger.seal(desk.desk.signer("svc"))
    with pytest.raises(Invalid, match="nobody consents"):
        check_request(desk.request(desk.about_entry(desk.desk.ledger.size() - 1)))


values = st.recursive(st.none() | st.integers() | st.text(), lambda v: st.lists(v) | st.dictionaries(st.text(), v))


@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_other_files_end_in_a_fault_of_ours(data: bytes) -> None:
    """Whatever stands in a file, one line says that it is neither."""
    for parse in (parse_request, parse_answer):
        with pytest.raises(ZerenError):
            parse(data)


def test_each_file_knows_the_other(desk: Asking) -> None:
    """An answer given for a request, and the other way round, is called what it is."""
    request = format_request(whole(desk))
    with pytest.raises(Malformed, match="this is a request"):
        parse_answer(request)
    with pytest.raises(Malformed, match="this is an answer"):
        parse_request(format_answer(Answer()))


# --- answers ---------------------------------------------------------------------------------------------------------


def test_consents_that_are_given_pass_the_ledgers_checks(desk: Asking) -> None:
    """To a draft and to an entry: lines, digest, history, time and capacity are as the ledger will ask."""
    request = parse_request(format_request(whole(desk)))
    answer = parse_answer(format_answer(give(request, [Decision("agree")] * 2, [signer(desk)], MADE)))
    draft, entry = answer.consents
    known = {(signer(desk).verify_key.name, signer(desk).verify_key.key_id): signer(desk).verify_key}
    ledger = desk.desk.ledger
    body = request.asks[0].body
    later = checks.Named(ledger.size(), "talk.held/1", "rec", body.digests, (desk.talk.position,))
    stands = checks.Named(
        desk.talk.position, "talk.held/1", "rec", desk.cited(desk.talk.position).body.digests, (), desk.talk.leaf_hash
    )
    for note, named in ((draft, later), (entry, stands)):
        checks.check_lines(note, ledger.origin, known)
        checks.check_ledger(note.consent, desk.fingerprint)
        checks.check_over(note.consent, named)
        checks.check_history(note.consent, named, lambda position: ledger.entry_at(position)[0].leaf_hash)
        checks.check_times(note.consent, MADE + timedelta(days=1))
        checks.check_capacity(note.consent, {"counterpart": ["p-a"]})
    assert draft.consent.not_after is not None


def test_a_refusal_carries_its_reason_and_a_draft_is_declined(desk: Asking) -> None:
    """Nothing is signed about a draft but consent; a refused entry has a note whose reason the answer discloses."""
    decisions = [Decision("refuse"), Decision("refuse", " 不是事实 ")]
    answer = parse_answer(format_answer(give(whole(desk), decisions, [signer(desk)], MADE)))
    (note,) = answer.consents
    assert answer.declined == (whole(desk).asks[0].to,)
    assert (note.consent.answer, reason_text(answer.reason_of(note) or "")) == ("refuse", "不是事实")
    assert give(whole(desk), [Decision("later")] * 2, [signer(desk)], MADE) == Answer()
    for reason in (None, " "):
        with pytest.raises(BadInput, match="says why"):
            give(whole(desk), [Decision("later"), Decision("refuse", reason)], [signer(desk)], MADE)


def test_one_signs_with_ones_own_keys(desk: Asking) -> None:
    """Another person's key, another ledger's, the wrong sort, too many: refused; two of two sorts give two lines."""
    request, decisions = whole(desk), [Decision("agree")] * 2
    further = sm2_signer(f"{desk.desk.origin}/p-a", new_further_key("sm2"))
    for signers in (
        [signer(desk, "p-b")],
        [signer_named("zeren.test/other/duty/p-a")],
        [further],
        [signer(desk), signer(desk)],
        [signer(desk), further, further],
        [],
    ):
        with pytest.raises(BadInput):
            give(request, decisions, signers, MADE)
    two = give(request, decisions, [signer(desk), further], MADE)
    assert [len(note.note.signatures) for note in two.consents] == [2, 2]


def test_a_question_has_its_time(desk: Asking) -> None:
    """After its term nothing is signed; the term of a draft is cut to 31 days from the signature."""
    request = whole(desk)
    until = request.asks[0].not_after
    assert until is not None
    assert [is_over(ask, until + timedelta(seconds=1)) for ask in request.asks] == [True, False]
    with pytest.raises(Refused, match="ended at"):
        give(request, [Decision("agree"), Decision("later")], [signer(desk)], until + timedelta(seconds=1))
    early = until - timedelta(days=90)
    (note,) = give(request, [Decision("agree"), Decision("later")], [signer(desk)], early).consents
    assert note.consent.not_after == early + MAX_TERM


def test_an_answer_is_whole(desk: Asking) -> None:
    """A bare note is an answer; a consent twice, a reason of nobody's, a declined entry are refused."""
    answer = give(whole(desk), [Decision("agree"), Decision("refuse", "no")], [signer(desk)], MADE)
    note = answer.consents[0]
    assert parse_answer(note.data) == Answer((note,))
    data = json.loads(format_answer(answer))
    stray = disclose("reason", "other", b"s" * 16)
    for change in (
        {"consents": data["consents"] * 2},
        {"reasons": [stray]},
        {"reasons": [disclose("text", "x", b"s" * 16)]},
        {"reasons": [disclose("reason", 7, b"s" * 16)]},
        {"reasons": ["é"]},
        {"declined": [["entry", 3, b64encode(b"x" * 32)]]},
        {"declined": ["x"]},
        {"consents": [7]},
        {"consents": ["x"]},
        {"zeren": "answer/v2"},
        {"more": 1},
    ):
        with pytest.raises(Invalid):
            parse_answer(json.dumps({**data, **change}).encode())
    without = parse_answer(json.dumps({"zeren": "answer/v1", "consents": data["consents"]}).encode())
    assert without.reason_of(without.consents[1]) is None
    assert reason_digest(stray) != without.consents[1].consent.reason


# --- memory ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path, desk: Asking) -> Path:
    path = tmp_path / "p-a.pem"
    save_key(path, new_key(), b"secret", Label("p-a", desk.desk.origin, desk.fingerprint))
    return path


def test_another_history_and_an_older_one_are_noticed(desk: Asking, key: Path) -> None:
    """The same place with another hash, and a draft that rests on less than was shown before, are refused."""
    memory = recall(key)
    request = whole(desk)
    shown = check_request(request)
    memory.check(request, shown)
    memory.remember(request, shown)
    memory.save()
    again = recall(key)
    again.check(request, shown)

    before = desk.cited(desk.first.position).entry
    older = desk.request(desk.about_draft(desk.draft(talk("T4", "x"), ASKED), after=before))
    with pytest.raises(Refused, match="ask for a new request"):
        again.check(older, check_request(older))
    entry = desk.request(desk.about_entry(desk.first.position))
    again.check(entry, check_request(entry))  # what stood earlier may be answered later

    other = replace(again.highest[b64encode(desk.fingerprint)], leaf_hash=b"x" * 32)
    again.highest[b64encode(desk.fingerprint)] = other
    with pytest.raises(Refused, match="another history"):
        again.check(request, shown)
    assert (key.with_name("p-a.pem.seen").stat().st_mode & 0o777) == 0o600


def test_equal_content_is_noticed_whatever_its_salts(desk: Asking, key: Path) -> None:
    """The same talk drafted again with other salts, or already on record, was signed before; another text was not."""
    memory = recall(key)

    def about(text: str, salt: int) -> Request:
        return desk.request(desk.about_draft(desk.draft(talk("T3", text), ASKED, salt)))

    first = about("x", 1)
    memory.remember_signed(first, check_request(first)[0], MADE)
    memory.save()
    for text, salt, known in (("x", 7, "2024-01-02T03:00:00.000Z"), ("y", 1, None)):
        request = about(text, salt)
        assert recall(key).signed_before(request, check_request(request)[0]) == known
    digests = {content_digest(about("x", salt), check_request(about("x", salt))[0]) for salt in (1, 2)}
    assert len(digests) == 1


def test_a_damaged_memory_is_not_passed_over(desk: Asking, key: Path) -> None:
    """Without it an older history would go unnoticed: it is called damaged. Copies of answers never replace another."""
    memory = recall(key)
    memory.label = Label("p-a", desk.desk.origin, desk.fingerprint)
    memory.save()
    assert recall(key) == memory
    kept = [memory.keep("2024.json", data) for data in (b"1", b"2")]
    assert [path.read_bytes() for path in kept] == [b"1", b"2"]
    for data in (b"", b"{}", b'{"zeren":"seen/v1","highest":{"x":[1]},"signed":{}}', b"\xff"):
        memory.file.write_bytes(data)
        with pytest.raises(BadInput, match="damaged"):
            recall(key)


def test_a_draft_is_what_its_digest_says(desk: Asking) -> None:
    """The digest in the question is that of the map shown, and the consent names nothing else of it."""
    ask = desk.about_draft(desk.draft(talk("T3", "x"), ASKED))
    (note,) = give(desk.request(ask), [Decision("agree")], [signer(desk)], MADE).consents
    assert note.consent.to == ToDraft(draft_digest(ask.body.digests), "talk.held/1", "rec")
    assert "第" not in format_text(note.consent)
