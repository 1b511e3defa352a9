"""Lists of ledgers: what was published of a ledger once binds it and every later list."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledger.core.encoding import b64encode
from ledger.core.head_list import ListedHead, format_heads, parse_heads
from ledger.errors import BadInput, ChainBroken, Forked, Invalid, Malformed, RolledBack, ZerenError
from ledger.events.trust import ListPublished
from ledger.home.directory import Home
from ledger.home.known_heads import UNKNOWN, UNREADABLE
from ledger.home.ledger_list import ListedLedger, add_rows
from ledger.home.organs_at_hand import Organ, organs_of
from ledger.home.publishing import gather_heads
from ledger.store import appending
from ledger.verify import verify_ledger
from tests.support.anchoring import adopt, anchor, checkpoint, policy_text
from tests.support.builders import START, Desk, assignment, duty_ledger, found, open_desk, tampering
from tests.support.command import zeren

DAY = START.date()


def head(name: str, size: int, root: int = 1, fingerprint: int = 0) -> ListedHead:
    origin = f"zeren.test/{name}/duty"
    return ListedHead(origin, b64encode(bytes([fingerprint]) * 32), size, bytes([root]) * 32)


def listed(*heads: ListedHead) -> str:
    return format_heads({each.origin: each for each in heads})


BEFORE = listed(head("a", 5), head("b", 7))
BROKEN: dict[str, tuple[int, str, type[ZerenError]]] = {
    "the same day again": (0, BEFORE, Invalid),
    "an earlier day": (-1, BEFORE, Invalid),
    "a ledger vanished": (1, listed(head("a", 5)), Invalid),
    "another fingerprint": (1, listed(head("a", 5, fingerprint=1), head("b", 7)), Invalid),
    "a smaller size": (1, listed(head("a", 4), head("b", 7)), RolledBack),
    "one size, another root": (1, listed(head("a", 5, root=2), head("b", 7)), Forked),
    "not sorted": (1, "".join(reversed(BEFORE.splitlines(keepends=True))), Malformed),
    "a ledger twice": (1, listed(head("a", 5)) + listed(head("a", 6)) + listed(head("b", 7)), Malformed),
    "no line end": (1, BEFORE.removesuffix("\n"), Malformed),
    "no line": (1, "", Malformed),
    "a word too many": (1, BEFORE.replace("\n", " x\n", 1), Malformed),
    "an empty ledger": (1, BEFORE.replace(" 5 ", " 0 "), Malformed),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = found("list", tmp_path / "list.db")
    made.record(publication(0, BEFORE), "svc")
    yield made
    made.close()


def publication(days: int, text: str) -> ListPublished:
    return ListPublished(day=date.fromordinal(DAY.toordinal() + days), list_=text)


def test_a_list_may_grow(desk: Desk) -> None:
    """Larger sizes and further ledgers continue a list; what is read is what was written."""
    later = listed(head("a", 6, root=3), head("b", 7), head("c", 1))
    desk.record(publication(1, later), "svc")
    assert verify_ledger(desk.ledger).findings == []
    assert format_heads(parse_heads(later)) == later


@pytest.mark.parametrize("name", BROKEN)
def test_a_list_that_does_not_continue_the_one_before_is_refused(desk: Desk, name: str) -> None:
    """Each rule of section 17 refuses in the append, and nothing is written."""
    days, text, fault = BROKEN[name]
    with pytest.raises(fault):
        desk.record(publication(days, text), "svc")
    assert desk.ledger.size() == 2


@pytest.mark.parametrize("name", BROKEN)
def test_verification_finds_a_list_that_breaks_a_rule(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Where a writer that does not ask has signed it all the same, it is a finding at that entry."""
    monkeypatch.setattr(appending, "check_published", lambda *_: None)
    days, text, _ = BROKEN[name]
    desk.record(publication(days, text), "svc")
    assert [each.position for each in verify_ledger(desk.ledger).findings] == [2]


# --- heads known from lists ------------------------------------------------------------------------------------------


@pytest.fixture
def organ(tmp_path: Path) -> Callable[[], Organ]:
    """A registry of one organ, of whose ledger nothing is known elsewhere."""
    place = tmp_path / "organ"
    place.mkdir()
    desk = duty_ledger(place)
    Home(place).mark()
    row = ListedLedger(desk.origin, "organ", desk.ledger.fingerprint)
    desk.close()
    add_rows(tmp_path, [row])
    Home(tmp_path).mark()
    return lambda: organs_of(tmp_path).only()


def grow(directory: Path) -> None:
    desk = open_desk("duty", directory / "organ" / "duty.db")
    desk.record(assignment("A1"), "rec", "p-a")
    desk.close()


def test_a_copy_of_the_list_tells_an_organ_outside_the_registry(tmp_path: Path, organ: Callable[[], Organ]) -> None:
    """Kept in `known/` its confirmed line is a head held elsewhere for the organ asked alone, the same as inside; cut
    below it nothing is answered; a database there that is no list is named."""
    grow(tmp_path)
    desk = found("list", tmp_path / "list.db")
    adopt(desk, policy_text(1))
    desk.record(ListPublished(day=DAY, list_=format_heads(gather_heads([organ().home], {})[0])), "svc")
    anchor(desk, checkpoint(desk), 0)
    desk.close()
    home = Home(tmp_path / "organ")
    with closing(home.ask("duty")) as ledger:
        before = home.elsewhere.stands()
        assert home.heads("duty", ledger).marks == (UNKNOWN,)
    (home.directory / "known").mkdir()
    shutil.copy(tmp_path / "list.db", home.directory / "known/city.db")
    assert home.elsewhere.stands() != before
    with closing(home.ask("duty")) as ledger:
        assert home.heads("duty", ledger).marks == ()
    assert zeren(home.directory, "verify").code == 0
    cut = duty_ledger(tmp_path)
    cut.close()
    whole = shutil.move(home.database("duty"), tmp_path / "whole.db")
    shutil.move(cut.path, home.database("duty"))
    with pytest.raises(RolledBack, match="the list of ledgers of"):
        home.ask("duty")
    assert zeren(home.directory, "verify").code == 3
    shutil.copy(whole, home.database("duty"))
    shutil.copy(whole, home.directory / "known/other.db")
    assert "no published list" in zeren(home.directory, "verify").out


def test_a_line_that_witnesses_confirmed_is_a_head_held_elsewhere(tmp_path: Path, organ: Callable[[], Organ]) -> None:
    """Until the list is confirmed its line contradicts a ledger that was cut, and does not count as held elsewhere;
    from then on the ledger has a head elsewhere; cut below it, no question is answered and verification names the
    list."""
    grow(tmp_path)
    with closing(organ().home.ask("duty")) as ledger:
        assert organ().home.heads("duty", ledger).marks == (UNKNOWN,)
    heads, gone = gather_heads([organ().home], {})
    assert gone == []
    desk = found("list", tmp_path / "list.db")
    adopt(desk, policy_text(1))
    desk.record(ListPublished(day=DAY, list_=format_heads(heads)), "svc")
    with closing(organ().home.ask("duty")) as ledger:
        assert organ().home.heads("duty", ledger).marks == (UNKNOWN,)
    anchor(desk, checkpoint(desk), 0)
    desk.close()
    with closing(organ().home.ask("duty")) as ledger:
        assert organ().home.heads("duty", ledger).marks == ()

    shutil.copy(tmp_path / "organ" / "duty.db", tmp_path / "whole.db")
    cut = duty_ledger(tmp_path)  # the ledger as it was before it grew
    cut.close()
    shutil.move(cut.path, tmp_path / "organ" / "duty.db")
    with pytest.raises(RolledBack, match="the list of ledgers of 2024-01-02 \\(entry 2"):
        organ().home.ask("duty")
    said = zeren(tmp_path, "verify", "--all")
    assert (said.code, "the list of ledgers of 2024-01-02" in said.out) == (3, True)
    with pytest.raises(RolledBack):
        gather_heads([organ().home], heads)


def test_a_list_that_was_cut_or_is_gone_tells_no_organ_anything(tmp_path: Path, organ: Callable[[], Organ]) -> None:
    """The registry's list is compared with the head signed beside it: cut behind its last publication, or taken away,
    each answer of an organ says that a head cannot be read, and verification which file tells of it.
    """

    def marks() -> tuple[str, ...]:
        with closing(organ().home.ask("duty")) as ledger:
            return organ().home.heads("duty", ledger).marks

    grow(tmp_path)
    desk = found("list", tmp_path / "list.db")
    desk.record(ListPublished(day=DAY, list_=format_heads(gather_heads([organ().home], {})[0])), "svc")
    desk.close()
    shutil.copy(tmp_path / "list.db", tmp_path / "older.db")
    desk = open_desk("list", tmp_path / "list.db")
    desk.record(publication(1, format_heads(gather_heads([organ().home], {})[0])), "svc")
    (tmp_path / "list.signed").write_text(checkpoint(desk))
    desk.close()
    assert UNREADABLE not in marks()

    shutil.copy(tmp_path / "older.db", tmp_path / "list.db")
    assert UNREADABLE in marks()
    said = zeren(tmp_path, "verify", "--all")
    assert (said.code, "list.db has 2 entries" in said.out, "list.signed" in said.out) == (3, True, True)
    (tmp_path / "list.db").unlink()
    assert UNREADABLE in marks()
    said = zeren(tmp_path, "verify", "--all")
    assert (said.code, "list.db is gone" in said.out) == (3, True)


def test_a_fork_is_never_published(tmp_path: Path, organ: Callable[[], Organ]) -> None:
    """A ledger whose history is not that of its last line stops the publication; so does one that is another ledger."""
    heads, _ = gather_heads([organ().home], {})
    ((origin, was),) = heads.items()
    grow(tmp_path)
    with pytest.raises(ZerenError):
        gather_heads([organ().home], {origin: replace(was, root=bytes(32))})
    assert gather_heads([organ().home], heads)[0][origin].size == was.size + 1


def test_what_lies_beside_the_bytes_is_never_published(tmp_path: Path, organ: Callable[[], Organ]) -> None:
    """A stored hash that is not that of its entry stops the publication: it would bind every later list."""
    with tampering(tmp_path / "organ" / "duty.db") as connection:
        connection.execute("UPDATE stored_events SET leaf_hash = zeroblob(32) WHERE rowid = 3")
    with pytest.raises(ChainBroken, match="entry 2"):
        gather_heads([organ().home], {})


def test_a_ledger_that_cannot_be_read_is_repeated_only_by_name(tmp_path: Path, organ: Callable[[], Organ]) -> None:
    """No ledger leaves the list: whoever publishes says which line he repeats."""
    missing = head("gone", 3)
    with pytest.raises(BadInput, match="--repeat zeren"):
        gather_heads([organ().home], {missing.origin: missing})
    heads, gone = gather_heads([organ().home], {missing.origin: missing}, [missing.origin])
    assert (gone, heads[missing.origin], len(heads)) == ([missing.origin], missing, 2)
    with pytest.raises(BadInput, match="no line in the list before"):
        gather_heads([organ().home], {}, ["zeren.test/never/duty"])


def test_lists_are_published_at_the_command_line(tmp_path: Path, organ: Callable[[], Organ]) -> None:
    """Founded beside the registry, published once a day, sealed, and verified with all ledgers."""
    (tmp_path / "secret").write_text("a long secret\n", encoding="utf-8")
    secret = ("--passphrase-file", str(tmp_path / "secret"))
    early = zeren(tmp_path, "ledgers", "publish", *secret)
    assert (early.code, "zeren init --kind list" in early.err) == (6, True)
    founders = ("--custodian", "c-1", "--custodian", "c-2", "--service", "s-1")
    names = ("--origin", "zeren.test/city/list", "--title", "City")
    made = zeren(tmp_path, "--organ", ".", "init", "--kind", "list", *names, *founders, *secret)
    assert made.code == 0, made.err
    first = zeren(tmp_path, "ledgers", "publish", "--json", *secret)
    assert first.code == 0, first.err
    assert {key: json.loads(first.out)[key] for key in ("ledgers", "new", "repeated")} == {
        "ledgers": 1, "new": 1, "repeated": [],
    }  # fmt: skip
    again = zeren(tmp_path, "ledgers", "publish", *secret)
    assert (again.code, "stands already" in again.err) == (3, True)
    sealed = zeren(tmp_path, "--organ", ".", "checkpoint", "--ledger", "list", *secret)
    assert sealed.code == 0, sealed.err
    assert zeren(tmp_path, "verify", "--all").out.splitlines()[-1] == "2 ledgers: 2 valid"
    with tampering(tmp_path / "list.db") as connection:
        connection.execute("UPDATE stored_events SET entry = CAST(entry || x'0a' AS BLOB) WHERE rowid = 2")
    assert zeren(tmp_path, "verify", "--all").code == 3
