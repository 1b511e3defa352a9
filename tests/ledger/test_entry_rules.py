"""The rules of an entry: each refuses what breaks it, is silent on what is not at hand, and is written once."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import ledger
from ledger.application import Ledger
from ledger.checks import entry_rules as rules
from ledger.core.body import parse_body
from ledger.core.following import check_follows
from ledger.errors import ChainBroken, Incomplete, Invalid, ZerenError
from ledger.events.fields import EntryReference
from ledger.events.lists import latest_list, read_list
from tests.support.builders import duty_ledger

ROOMS = ("verify", "bundle")
ON_PURPOSE = "standalone.py"
"""It becomes `verify.py` of a bundle and stands alone."""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with entries of many types, closed at the end."""
    desk = duty_ledger(tmp_path)
    yield desk.ledger
    desk.ledger.close()


def messages(path: Path) -> set[str]:
    """The texts of the faults that a module raises."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    first = (node.args[0] for node in calls if node.args and getattr(node.func, "id", "") in ("Invalid", "ChainBroken"))
    return {str(each.value) for each in first if isinstance(each, ast.Constant)}


def test_no_rule_is_written_twice() -> None:
    """What a rule says stands in `ledger/checks` and core alone; verify and bundles ask it there."""
    root = Path(str(ledger.__file__)).parent
    own = messages(root / "checks/entry_rules.py") | messages(root / "core/following.py")
    assert len(own) > 6
    for room in ROOMS:
        for path in sorted((root / room).glob("*.py")):
            assert path.name == ON_PURPOSE or not own & messages(path), path


def test_a_body_is_the_one_that_was_signed_over(opened: Ledger) -> None:
    """The body of another entry does not fit; one with a text left out still does."""
    (first, _), (second, stored) = opened.entry_at(7), opened.entry_at(8)
    assert rules.body_of(second, stored) == parse_body(stored)
    with pytest.raises(Invalid, match="entry 7"):
        rules.body_of(first, stored)


def test_an_entry_follows_the_one_before_it_as_far_as_that_is_known(opened: Ledger) -> None:
    """Another predecessor and a time that goes back are found; a predecessor that is not at hand is not asked about."""
    before, after = opened.entry_at(7)[0], opened.entry_at(8)[0]
    known: dict[str, Any] = {"ledger": after.header.ledger, "position": 8, "not_before": before.header.recorded_at}
    check_follows(after, previous=before.leaf_hash, **known)
    check_follows(after, previous=None, **known)
    with pytest.raises(ChainBroken):
        check_follows(after, previous=after.leaf_hash, **known)
    with pytest.raises(ChainBroken, match="goes back"):
        check_follows(
            after, previous=None, **{**known, "not_before": after.header.recorded_at + timedelta(milliseconds=1)}
        )


def test_only_genesis_opens_a_ledger(opened: Ledger) -> None:
    """The first entry is ledger.opened; any other payload, or none that can be read, is not."""
    assert rules.genesis_of(opened.at(0).payload) == opened.genesis
    for payload in (opened.at(8).payload, None):
        with pytest.raises(Invalid, match=r"ledger\.opened"):
            rules.genesis_of(payload)


def test_what_opens_a_thing_stands_first_in_its_stream(opened: Ledger) -> None:
    """Every entry on record keeps the rule; under another's payload it breaks it, but in the ledger's own streams."""
    events = [opened.at(position) for position in range(opened.size())]
    for event in events:
        rules.check_stream(opened.entry_at(event.position)[0].header, event.payload)
    opening = next(event for event in events if event.payload.OPENS and event.position)
    trust = next(event for event in events if not event.payload.OPENS)
    rules.check_stream(opened.entry_at(trust.position)[0].header, opening.payload)
    with pytest.raises(Invalid, match="version 1"):
        rules.check_stream(opened.entry_at(opening.position)[0].header, trust.payload)


def test_types_and_fields_are_those_of_the_list_in_force(opened: Ledger) -> None:
    """A field and a type that the list lacks are named; nothing is asked of a list that a later version made."""
    event = opened.at(8)
    rules.check_types(latest_list(), event.type, event.payload, ())
    with pytest.raises(Invalid, match="no field"):
        rules.check_types(latest_list(), event.type, event.payload, ("surprise",))
    with pytest.raises(Incomplete, match="not in list 1"):
        rules.check_types(read_list(1), "task.assigned/1", None, ())
    rules.check_types(None, "from.later/1", None, ("surprise",))


@pytest.mark.parametrize(
    ("cited", "fault"),
    [
        (EntryReference("", 3, b"3" * 32), None),
        (EntryReference("own", 3, b"3" * 32), None),
        (EntryReference("other", 99, b"x" * 32), None),
        (EntryReference("", 4, b"x" * 32), None),
        (EntryReference("", 3, b"x" * 32), "leaf hash"),
        (EntryReference("", 8, b"8" * 32), "forward"),
        (EntryReference("own", 9, b"9" * 32), "forward"),
    ],
)
def test_a_reference_names_an_earlier_entry_by_its_leaf_hash(cited: EntryReference, fault: str | None) -> None:
    """Forward references and other leaf hashes are refused; another ledger's entry, or one not at hand, is not."""
    leaves = {3: b"3" * 32}
    try:
        rules.check_reference(cited, 8, "own", lambda one: leaves.get(one.position))
        said = None
    except ZerenError as error:
        said = str(error)
    assert (said is None) == (fault is None)
    assert fault is None or fault in str(said)
