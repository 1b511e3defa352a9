"""Anchors: what is not wholly true is not written, and entries are confirmed between two moments, never by less."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.anchors.book import SLACK, AnchorBook, anchor_book, tail_of
from ledger.anchors.taking import read_anchors, record_anchors
from ledger.checks.anchor_rules import AnchorToken
from ledger.core.algorithms import COSIGNATURE_V1
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.cosignature import sign_cosignature
from ledger.core.encoding import b64encode
from ledger.core.note import format_line, parse_line
from ledger.core.policy import Policy, parse_policy
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.errors import (
    BadInput,
    CheckpointInvalid,
    Invalid,
    KeyInvalid,
    Malformed,
    Refused,
)
from ledger.events.trust import AnchorRecorded, ClockCorrected, PolicyAdopted
from ledger.store.appending import Batch
from tests.ledger.test_policy import policies, satisfied
from tests.support.anchoring import WITNESSES, adopt, anchor, checkpoint, cosigned, head_of, policy_text, witness
from tests.support.both_ways import verify_ledger
from tests.support.builders import (
    START,
    Desk,
    assignment,
    duty_ledger,
    facts_of,
    found,
    open_desk,
    signer_named,
    tampering,
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    yield made
    made.close()


def at(desk: Desk, seconds: float) -> datetime:
    return desk.clock.moment + timedelta(seconds=seconds)


# --- policies --------------------------------------------------------------------------------------------------------


def test_a_policy_takes_two_custodians(desk: Desk) -> None:
    """One custodian alone adopts no policy where there are two, nor does one who signs twice."""
    for signers in (["cus-1"], ["cus-1", "cus-1"], ["cus-1", "rec"]):
        with pytest.raises((Refused, Malformed)):
            desk.record(PolicyAdopted(policy=policy_text(2)), *signers)

    adopt(desk, policy_text(2))
    assert desk.ledger.keys().policy == parse_policy(policy_text(2))


def as_witness(signer: Ed25519Signer) -> str:
    key = Ed25519Signer("w.example", signer.private_key, COSIGNATURE_V1).verify_key
    return f"witness w {format_vkey(key)}\nquorum w\n"


def test_a_key_of_this_ledger_is_no_witness(desk: Desk) -> None:
    """Neither the log key nor a person's key, revoked or not, may witness its own ledger, whatever name it takes."""
    for signer in (desk.log, desk.signer("cus-1"), desk.signer("p-a")):
        with pytest.raises(KeyInvalid, match="cannot be its own witness"):
            adopt(desk, as_witness(signer))


def test_a_witness_is_no_person_later(desk: Desk) -> None:
    """A key that a policy named as witness is enrolled for nobody afterwards."""
    adopt(desk, as_witness(desk.signer("new")))

    with pytest.raises(KeyInvalid, match="already used"):
        desk.record(desk.enrolment("new", ("signer",)), "cus-1", "new")


def test_a_witness_keeps_its_name(desk: Desk) -> None:
    """One witness key under two key names, in two policies one after the other, is refused."""
    adopt(desk, policy_text(1, 1))
    twin = Ed25519Signer("other.example", WITNESSES[0].private_key, COSIGNATURE_V1).verify_key

    with pytest.raises(KeyInvalid, match="have one key"):
        adopt(desk, f"witness w {format_vkey(twin)}\nquorum w\n")
    adopt(desk, policy_text(2))


def test_a_policy_that_is_none_is_not_written(desk: Desk) -> None:
    """A faulty policy is refused under the lock and leaves no trace."""
    before = facts_of(desk.path)
    with pytest.raises(Malformed):
        adopt(desk, "quorum nobody\n")

    assert facts_of(desk.path) == before


# --- what is written -------------------------------------------------------------------------------------------------


def attacks() -> dict[str, Callable[[Desk, str], AnchorRecorded]]:
    """Anchors that are not wholly true, by what is wrong with them."""

    def line(note: str, **changed: object) -> str:
        signed = sign_cosignature(head_of(note), WITNESSES[0], int(START.timestamp()))
        return format_line(replace(signed, **changed))  # type: ignore[arg-type]

    def anchored(note: str, token: str, kind: str = "cosignature") -> AnchorRecorded:
        return AnchorRecorded(checkpoint=note, kind=kind, token=token)

    def forged(note: str) -> AnchorRecorded:
        good = parse_line(line(note)).signature
        return anchored(note, line(note, signature=good[:-1] + bytes([good[-1] ^ 1])))

    def another_time(note: str) -> AnchorRecorded:
        good = parse_line(line(note)).signature
        return anchored(note, line(note, signature=(1).to_bytes(8, "big") + good[8:]))

    def over(desk: Desk, head: Checkpoint, log: Ed25519Signer | None = None) -> AnchorRecorded:
        note = sign_checkpoint(head, log or signer_named(head.origin)).decode()
        return cosigned(note, WITNESSES[0], START)

    return {
        "forged signature": lambda _, note: forged(note),
        "another time than was signed": lambda _, note: another_time(note),
        "signed by another witness": lambda _, note: replace(
            cosigned(note, WITNESSES[1], START),
            token=line(note, signature=parse_line(cosigned(note, WITNESSES[1], START).token).signature),
        ),
        "a plain signature": lambda _, note: anchored(note, line(note, signature=bytes(64))),
        "a line with its line end": lambda _, note: anchored(note, line(note) + "\n"),
        "lenient base64": lambda _, note: anchored(note, line(note)[:-1] + "\n="),
        "no token": lambda _, note: anchored(note, ""),
        "unknown kind": lambda _, note: anchored(note, line(note), "promise"),
        "cosignature as time stamp": lambda _, note: anchored(note, b64encode(line(note).encode()), "rfc3161"),
        "no checkpoint": lambda _, note: anchored("none", line(note)),
        "another size": lambda _, note: anchored(note.replace(f"\n{head_of(note).size}\n", "\n3\n", 1), line(note)),
        "line over an earlier size": lambda desk, note: replace(over(desk, desk.ledger.tree_head(3)), checkpoint=note),
        "another root": lambda desk, note: over(desk, replace(head_of(note), root=bytes(32))),
        "larger than the ledger": lambda desk, note: over(
            desk, replace(head_of(note), size=desk.ledger.size() + 1, root=bytes(32))
        ),
        "another log": lambda desk, note: over(desk, replace(head_of(note), origin="zeren.test/other/duty")),
        "another log key": lambda desk, note: over(desk, head_of(note), signer_named(desk.origin, 2)),
        "an unsigned checkpoint": lambda _, note: anchored(note.rpartition("\n\n")[0] + "\n", line(note)),
    }


@pytest.mark.parametrize("attack", sorted(attacks()))
def test_what_is_not_wholly_true_is_not_written(desk: Desk, attack: str) -> None:
    """Whatever is wrong with an anchor, it is refused under the lock and the ledger stays as it was."""
    adopt(desk, policy_text(1))
    note = checkpoint(desk)
    made = attacks()[attack](desk, note)
    before = facts_of(desk.path)

    with pytest.raises(Invalid):
        desk.record(made, "svc")
    assert facts_of(desk.path) == before
    assert anchor_book(desk.ledger).tokens == 0


def test_a_time_to_come_is_refused(desk: Desk) -> None:
    """A token more than five minutes ahead of the clock is refused; up to that clocks may differ."""
    adopt(desk, policy_text(1))
    note = checkpoint(desk)
    with pytest.raises(Refused, match="still to come"):
        desk.record(cosigned(note, WITNESSES[0], at(desk, 1 + 302)), "svc")

    desk.record(cosigned(note, WITNESSES[0], at(desk, 1 + 299)), "svc")


def test_a_recorder_may_not_anchor(desk: Desk) -> None:
    """Anchors are written by the service key or a custodian."""
    adopt(desk, policy_text(1))
    with pytest.raises(Refused):
        desk.record(cosigned(checkpoint(desk), WITNESSES[0], START), "rec")


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_read_as_what_it_is(desk: Desk) -> None:
    """A cosigned note and bare lines give the same anchors; bare lines find the checkpoint that they are over."""
    adopt(desk, policy_text(2))
    note = checkpoint(desk)
    tokens = [cosigned(note, WITNESSES[n], START).token for n in (0, 1)]
    desk.record(assignment("E1"), "rec")
    checkpoint(desk)

    whole = read_anchors(desk.ledger, (note + "".join(f"{t}\n" for t in tokens)).encode())
    bare = read_anchors(desk.ledger, "".join(f"{t}\n" for t in tokens).encode())

    assert whole == bare == [AnchorRecorded(checkpoint=note, kind="cosignature", token=t) for t in tokens]


def test_lines_are_read_as_mail_and_editors_leave_them(desk: Desk) -> None:
    """Line ends of Windows, a last line without one, repeated lines and lines of others: the same anchors, by file as
    by note; where nobody is named all stand, to be kept on request."""
    adopt(desk, policy_text(2))
    note = checkpoint(desk)
    lines = [cosigned(note, WITNESSES[n], START).token for n in (0, 1)]
    stranger = cosigned(note, witness("stranger.example"), START).token
    whole = read_anchors(desk.ledger, "".join(f"{line}\n" for line in lines).encode())
    assert len(whole) == 2
    for rows in (lines, [*lines, lines[0]], [stranger, *lines]):
        text = "\n".join(rows)
        plain = (text, f"{text}\n", note + text, f"{note}{text}\n")
        for data in (*plain, *(each.replace("\n", "\r\n") for each in plain)):
            assert read_anchors(desk.ledger, data.encode()) == whole, data
    assert len(read_anchors(desk.ledger, f"{stranger}\n{lines[0]}\n".encode(), keep=True)) == 2
    assert len(read_anchors(desk.ledger, f"{stranger}\n".encode())) == 1
    record_anchors(desk.ledger, read_anchors(desk.ledger, "\n".join([stranger, *lines]).encode()), desk.signer("svc"))
    assert anchor_book(desk.ledger).confirmed() > 0


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no cosigned checkpoint"),
        (b"nonsense\n", "no cosigned checkpoint"),
        (b"\xff\n\n\xff\n", "no cosigned checkpoint"),
        (b"a\n\nb\n", "no cosigned checkpoint"),
    ],
)
def test_other_files_are_told(desk: Desk, data: bytes, says: str) -> None:
    """A file that is no evidence at all is named as such."""
    with pytest.raises(BadInput, match=says):
        read_anchors(desk.ledger, data)


def test_a_checkpoint_alone_is_no_anchor(desk: Desk) -> None:
    """A note that only the log key signed holds no word from outside."""
    with pytest.raises(BadInput, match="no cosignature"):
        read_anchors(desk.ledger, checkpoint(desk).encode())


def test_evidence_of_another_ledger_is_refused(desk: Desk, tmp_path: Path) -> None:
    """A cosigned checkpoint of another ledger is named as such; a bare line over one fits nothing here."""
    adopt(desk, policy_text(1))
    checkpoint(desk)
    (tmp_path / "other").mkdir()
    other = found("access", tmp_path / "other" / "access.db")
    note = checkpoint(other)
    other.close()
    token = cosigned(note, WITNESSES[0], START).token

    with pytest.raises(CheckpointInvalid, match=other.origin):
        read_anchors(desk.ledger, f"{note}{token}\n".encode())
    with pytest.raises(Invalid, match="fits no checkpoint"):
        read_anchors(desk.ledger, f"{token}\n".encode())


def test_a_token_is_recorded_once(desk: Desk) -> None:
    """Replaying a token, beside itself or later, is refused: it would look like fresh evidence."""
    adopt(desk, policy_text(1))
    made = cosigned(checkpoint(desk), WITNESSES[0], START)
    with pytest.raises(Refused, match="on record"):
        record_anchors(desk.ledger, [made, made], desk.signer("svc"))
    record_anchors(desk.ledger, [made], desk.signer("svc"))
    with pytest.raises(Refused, match="on record"):
        record_anchors(desk.ledger, [made], desk.signer("svc"))


def test_a_stranger_is_kept_only_on_request_and_never_counts(desk: Desk) -> None:
    """A token by whom no policy names is refused; kept on request it bounds nothing, and verify says so."""
    adopt(desk, policy_text(1))
    made = cosigned(checkpoint(desk), witness("stranger.example"), START)
    with pytest.raises(Refused, match="names nobody"):
        record_anchors(desk.ledger, [made], desk.signer("svc"))
    record_anchors(desk.ledger, [made], desk.signer("svc"), keep=True)

    book = anchor_book(desk.ledger)
    assert (book.tokens, book.kept, book.confirmed()) == (1, 1, 0)
    assert "by whom no policy names" in str(verify_ledger(desk.ledger).not_checked[0])


# --- the time sandwich -----------------------------------------------------------------------------------------------


def test_without_a_policy_nothing_counts(desk: Desk) -> None:
    """A token that was recorded before the first policy bounds nothing, also once a policy names its maker."""
    note = checkpoint(desk)
    record_anchors(desk.ledger, [cosigned(note, WITNESSES[0], START)], desk.signer("svc"), keep=True)
    adopt(desk, policy_text(1))

    assert anchor_book(desk.ledger).confirmed() == 0


def test_an_entry_lies_between_two_moments(desk: Desk) -> None:
    """Not before the last quorum recorded ahead of it, not after the first quorum over a checkpoint with it."""
    adopt(desk, policy_text(2))
    first = checkpoint(desk)
    one, two = anchor(desk, first, 0), anchor(desk, first, 1)
    between = desk.record(assignment("E1"), "rec")
    second = checkpoint(desk)
    three, four = anchor(desk, second, 2), anchor(desk, second, 0)
    book = anchor_book(desk.ledger)

    def moment(receipt: object) -> datetime:
        """When the witness signed: the second before it was recorded."""
        return receipt.recorded_at - timedelta(seconds=1)  # type: ignore[attr-defined,no-any-return]

    bounds = book.bounds(between.position)
    assert bounds.not_before == moment(one)  # at that time both had signed or would: the earlier of the two
    assert bounds.not_after == moment(four)
    assert book.bounds(0).not_before is None
    assert book.bounds(0).not_after == moment(two)
    assert book.bounds(two.position).not_before is None
    assert book.bounds(two.position + 1).not_before == moment(one)
    assert moment(three) < moment(four)


def test_states_from_pending_to_confirmed(desk: Desk) -> None:
    """An entry is pending until a quorum has it; the seals and anchors at the end rest and are not called pending."""
    adopt(desk, policy_text(2))
    entry = desk.record(assignment("E1"), "rec")

    def state(position: int) -> str:
        found_at = desk.ledger.at(position)
        return anchor_book(desk.ledger).state(position, found_at.recorded_at, tail=tail_of(desk.ledger)).state

    assert state(entry.position) == "pending"
    note = checkpoint(desk)
    assert (state(entry.position), state(entry.position + 1)) == ("pending", "resting")
    last = anchor(desk, note, 0)
    assert (state(entry.position), state(last.position)) == ("pending", "resting")
    last = anchor(desk, note, 2)
    assert [state(p) for p in range(desk.ledger.size())] == ["confirmed"] * (entry.position + 2) + ["resting"] * 2
    desk.record(assignment("E2"), "rec")
    assert state(last.position) == "pending"


def test_one_witness_twice_is_no_quorum_of_two(desk: Desk) -> None:
    """However often one witness signs, over whatever checkpoints, two of three are not reached."""
    adopt(desk, policy_text(2))
    for number in range(3):
        desk.record(assignment(f"E{number}"), "rec")
        anchor(desk, checkpoint(desk), 0)

    assert anchor_book(desk.ledger).confirmed() == 0


def test_a_quorum_joins_over_different_checkpoints(desk: Desk) -> None:
    """Two witnesses who signed two different checkpoints both had the entries of the smaller one."""
    adopt(desk, policy_text(2))
    first = checkpoint(desk)
    anchor(desk, first, 0)
    desk.record(assignment("E1"), "rec")
    anchor(desk, checkpoint(desk), 1)

    assert anchor_book(desk.ledger).confirmed() == head_of(first).size


def test_a_bound_once_established_stands(desk: Desk) -> None:
    """A later policy, stricter or none at all, takes no confirmation back and inherits no token."""
    adopt(desk, policy_text(1))
    note = checkpoint(desk)
    anchor(desk, note, 0)
    confirmed = anchor_book(desk.ledger).confirmed()
    adopt(desk, "quorum none\n")
    adopt(desk, policy_text(2))
    entry = desk.record(assignment("E1"), "rec")
    anchor(desk, checkpoint(desk), 1)
    book = anchor_book(desk.ledger)

    assert book.confirmed() == confirmed == head_of(note).size
    assert book.not_before(entry.position) is not None


def test_time_contradicted_is_reported(desk: Desk) -> None:
    """Entries recorded more than five minutes after a quorum had seen them are named by verify: exit 4, not 3."""
    adopt(desk, policy_text(1))
    note = checkpoint(desk)
    anchor(desk, note, 0, START - timedelta(hours=1))
    report = verify_ledger(desk.ledger)

    assert (report.verdict, report.exit_code, report.contradicted) == ("incomplete", 4, head_of(note).size)
    assert "not after" in str(report.findings[0].what)
    state = anchor_book(desk.ledger).state(3, desk.ledger.at(3).recorded_at, tail=0)
    assert state.contradicted


def test_a_clock_behind_is_contradicted(desk: Desk) -> None:
    """Entries that claim a time more than five minutes before one that had passed are named by verify."""
    adopt(desk, policy_text(1))
    desk.clock.moment += timedelta(days=1)
    behind = desk.clock.moment
    anchor(desk, checkpoint(desk), 0, at(desk, 299))
    exact = desk.record(assignment("E1"), "rec")
    fine = verify_ledger(desk.ledger)
    assert (fine.verdict, fine.contradicted) == ("valid", 0)

    book = AnchorBook()
    book.adopt(0, parse_policy(policy_text(1)))
    book.add(1, AnchorToken("cosignature", 1, behind, "w0"))
    assert not book.bounds(2).contradict(behind - SLACK)
    assert book.bounds(2).contradict(behind - SLACK - timedelta(milliseconds=1))
    assert exact.recorded_at > behind


def test_verify_recomputes_anchors_and_lists_policies(desk: Desk) -> None:
    """Verify counts the anchors, says how many entries are confirmed, how many pending, and lists each policy."""
    adopted = adopt(desk, policy_text(2))
    note = checkpoint(desk)
    anchor(desk, note, 0)
    anchor(desk, note, 1)
    desk.record(assignment("E1"), "rec")
    report = verify_ledger(desk.ledger)

    assert report.verdict == "valid"
    assert (report.anchors, report.confirmed) == (2, head_of(note).size)
    assert report.marks["pending"] == desk.ledger.size() - head_of(note).size
    assert [(p.position, p.signers) for p in report.policies] == [(adopted.position, ("cus-1", "cus-2"))]


def test_a_verifier_may_bring_a_policy(desk: Desk) -> None:
    """Under the verifier's own policy kept tokens count, and the ledger's choice of witnesses does not."""
    mine = witness("mine.example")
    adopt(desk, policy_text(1))
    note = checkpoint(desk)
    anchor(desk, note, 0)
    made = cosigned(note, mine, desk.clock.moment)
    record_anchors(desk.ledger, [made], desk.signer("svc"), keep=True)
    own = parse_policy(f"witness me {format_vkey(mine.verify_key)}\nquorum me\n")
    nobody = parse_policy(f"witness me {format_vkey(witness('x.example').verify_key)}\nquorum me\n")

    assert verify_ledger(desk.ledger, policy=own).confirmed_by_own == head_of(note).size
    assert verify_ledger(desk.ledger, policy=nobody).confirmed_by_own == 0


@pytest.mark.parametrize("what", ["token", "checkpoint"])
def test_a_forged_anchor_is_found_by_verify(desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An organ that writes past its own checks an anchor with a forged line or a false root is found: exit 3."""
    adopt(desk, policy_text(1))
    note = checkpoint(desk)
    attack = {"token": "forged signature", "checkpoint": "another root"}[what]
    made = attacks()[attack](desk, note)
    monkeypatch.setattr(Batch, "_check_anchor", lambda *_: None)
    written = desk.record(made, "svc")
    report = verify_ledger(desk.ledger)

    assert report.exit_code == 3
    assert [f.position for f in report.findings] == [written.position]
    assert report.confirmed == 0


def test_a_forged_policy_is_found_by_verify(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy with the ledger's own log key as witness, written past the checks, is found and never counts."""
    monkeypatch.setattr("ledger.checks.admits.check_policy", lambda *_: None)
    written = adopt(desk, as_witness(desk.log))
    monkeypatch.undo()
    report = verify_ledger(desk.ledger)

    assert (report.exit_code, [f.position for f in report.findings]) == (3, [written.position])
    assert report.policies == []


def test_an_anchor_moved_in_the_index_is_found(desk: Desk) -> None:
    """Hiding an anchor from the stream index makes verify name it, not fail."""
    adopt(desk, policy_text(1))
    desk.record(assignment("E1"), "rec")
    early = checkpoint(desk)
    desk.record(assignment("E2"), "rec")
    checkpoint(desk)
    anchor(desk, early, 0)
    desk.ledger.close()
    with tampering(desk.path) as database:
        database.execute("DELETE FROM checkpoints WHERE size = ?", (head_of(early).size,))
        database.execute("UPDATE stored_events SET originator_id = 'ledger/x' WHERE topic = 'anchor.recorded/1'")
    opened = open_desk("duty", desk.path, read_only=True)
    report = verify_ledger(opened.ledger)
    opened.close()

    assert report.exit_code == 3


def test_of_many_contradicted_times_the_number_is_said(desk: Desk) -> None:
    """Twenty contradicted entries are named one by one; of more the report says how many there are in all."""
    adopt(desk, policy_text(1))
    for number in range(10):
        desk.record(assignment(f"E{number}"), "rec")
    note = checkpoint(desk)
    anchor(desk, note, 0, START - timedelta(hours=1))
    report = verify_ledger(desk.ledger)

    assert report.contradicted == head_of(note).size > 20
    assert len(report.findings) == 21
    assert f"{report.contradicted} entries in all" in str(report.findings[-1].what)


def test_a_clock_is_never_set_back_below_what_has_passed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock.corrected that goes back below its not-before is invalid; one that stays above it is not."""
    adopt(desk, policy_text(1))
    anchor(desk, checkpoint(desk), 0)
    floor = anchor_book(desk.ledger).not_before(desk.ledger.size())
    assert floor is not None
    for back, code in ((floor, 0), (floor - timedelta(seconds=1), 3)):
        monkeypatch.setattr(desk.ledger.recorder, "now", lambda _, moment=back: moment)
        desk.ledger.record(desk.command(ClockCorrected(reason="ran ahead"), "cus-1", "cus-2"))
        report = verify_ledger(desk.ledger)
        assert report.exit_code == code
    said = str(report.findings[0].what)
    assert "set back" in said
    assert re.search(r"\d\dT\d\d", said) is None  # people read it


def test_an_anchored_checkpoint_that_ends_in_no_seal_is_named(desk: Desk) -> None:
    """Completeness cannot be shown up to a checkpoint that does not end in a seal: verify names it."""
    adopt(desk, policy_text(1))
    anchor(desk, desk.ledger.sign_checkpoint(desk.log).decode(), 0)

    assert any("does not end in a seal" in str(what) for what in verify_ledger(desk.ledger).not_checked)


# --- the fold against the words of the format ------------------------------------------------------------------------

MEMBERS = [*(f"w{n}" for n in range(6)), "stamp"]
STEPS = st.lists(
    st.one_of(policies(), st.tuples(st.sampled_from(MEMBERS), st.integers(0, 9), st.integers(1, 12))), max_size=12
)


def moment_of(number: int) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number)


@given(STEPS)
def test_the_fold_says_what_the_format_says(steps: list[Policy | tuple[str, int, int]]) -> None:
    """For every entry the bounds are those that trying every time under every policy gives."""
    book = AnchorBook()
    rows: list[tuple[int, int, str, int, int]] = []  # (position, policy number, member, time, size)
    adopted: list[Policy] = []
    for position, step in enumerate(steps):
        if isinstance(step, Policy):
            adopted.append(step)
            book.adopt(position, step)
            continue
        member, time, size = step
        known = {w.name for p in adopted[-1:] for w in p.witnesses} | {
            a.name for p in adopted[-1:] for a in p.authorities
        }
        book.add(position, AnchorToken("cosignature", size, moment_of(time), member if member in known else None))
        if member in known:
            rows.append((position, len(adopted) - 1, member, time, size))

    for entry in range(13):
        floors = [
            t
            for anchored in range(min(entry, len(steps)))
            for t in range(10)
            for number, policy in enumerate(adopted)
            if satisfied(policy, {m for p, n, m, time, _ in rows if p <= anchored and n == number and time >= t})
            and t in {time for p, n, _, time, _ in rows if p <= anchored and n == number}
        ]
        ceilings = [
            t
            for t in range(10)
            for number, policy in enumerate(adopted)
            if satisfied(policy, {m for _, n, m, time, size in rows if n == number and size > entry and time <= t})
        ]
        assert book.not_before(entry) == (moment_of(max(floors)) if floors else None)
        assert book.not_after(entry) == (moment_of(min(ceilings)) if ceilings else None)
