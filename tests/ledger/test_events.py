"""Typed events: what goes in comes out, and nothing else is ever read."""

import dataclasses
import hashlib
import itertools
import json
import shutil
import subprocess
import sys
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.core.body import check_field_name, format_body, is_subject_name, make_body, parse_body
from ledger.core.encoding import b64encode, canonical_json, parse_json
from ledger.core.names import TYPE_NAME
from ledger.errors import Incomplete, Malformed
from ledger.events import access, acts, batches, case_work, office, records, register, tenure, trust
from ledger.events.base import Payload
from ledger.events.fields import (
    ERASED_TEXT,
    EntryReference,
    When,
    format_decimal,
    format_when,
    parse_decimal,
    parse_when,
    structural,
)
from ledger.events.flat import PLANNED, _plan_of, _Reader, field_specs, flatten, unflatten
from ledger.events.lists import KNOWN, RELEASED, list_bytes, list_named, pattern_of, read_list
from ledger.events.registry import (
    TYPES,
    format_lists,
    payload_class,
    spec_of,
    specs,
    type_lists,
    types_digest,
    write_list,
)

ROOT = Path(__file__).parents[2]
LISTS = {
    1: "df553a45af8b3a88c598ade10809f64bbcfc63b9e475b09a2c047809824549eb",
    2: "448c5d15bec3c8a3fdcb98fc76320895692ab99700f86fa586243eca8d3b68ac",
}
HALF_HOURS = st.integers(-28, 28).map(lambda half: timezone(timedelta(minutes=30 * half)))
SHORT = st.text("az09责任é-. ", max_size=6)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-9, 9) | SHORT,
    lambda inner: st.lists(st.none() | inner, max_size=2) | st.dictionaries(SHORT, st.none() | inner, max_size=2),
    max_leaves=4,
)
HASHES = st.binary(min_size=32, max_size=32)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: SHORT,
    bool: st.booleans(),
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    Decimal: st.decimals(-(10**9), 10**9, places=3),
    date: st.dates(),
    datetime: st.datetimes(timezones=HALF_HOURS),
    When: st.dates() | st.datetimes(timezones=HALF_HOURS),
    EntryReference: st.builds(
        EntryReference, st.just("") | HASHES.map(b64encode), st.integers(0, 2**53 - 1), leaf_hash=HASHES
    ),
}
EVERY_TYPE = pytest.mark.parametrize("name", sorted(TYPES))


def _is_json(hint: Any) -> bool:
    return any(typing.get_origin(part) is dict for part in typing.get_args(hint))


def _is_required(item: "dataclasses.Field[Any]", hint: Any) -> bool:
    if item.metadata.get("null"):
        return True
    return item.default is dataclasses.MISSING and (_is_json(hint) or type(None) not in typing.get_args(hint))


def _values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field by its type hint alone; the payload classes are the only model."""
    if hint in SCALARS:
        return SCALARS[hint]
    parts = typing.get_args(hint)
    if _is_json(hint):
        return JSON
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = tuple(part for part in parts if part is not type(None))
        return st.none() | _values(rest[0] if len(rest) == 1 else typing.Union[rest])  # noqa: UP007 - built here
    if typing.get_origin(hint) is tuple:
        return st.lists(_values(parts[0]), max_size=3).map(tuple)
    return payloads(hint).filter(lambda record: list(flatten(record)) != [])


def payloads(cls: Any) -> st.SearchStrategy[Any]:
    """Payloads or records of a class. Records without any value are left out: they read back as absent."""
    hints = typing.get_type_hints(cls)
    values = {}
    for item in dataclasses.fields(cls):
        given_values = _values(hints[item.name])
        is_optional = item.metadata.get("null") or not _is_required(item, hints[item.name])
        values[item.name] = st.none() | given_values if is_optional else given_values
    return st.builds(cls, **values)


@cache  # a strategy made anew for each example costs more than what it draws
def payloads_of(name: str) -> st.SearchStrategy[Any]:
    """Payloads of a type."""
    return payloads(TYPES[name])


def through_a_body(payload: Payload) -> Any:
    """The payload after it was salted, stored and read."""
    numbers = count()
    body = make_body(flatten(payload), lambda: hashlib.sha256(bytes(next(numbers))).digest()[:16])
    return unflatten(type(payload), parse_body(format_body(body)).values())


@EVERY_TYPE
@settings(max_examples=12)
@given(st.data())
def test_every_type_reads_back_as_it_was_written(name: str, data: st.DataObject) -> None:
    """Any payload of any registered type comes back equal from its fields and from a stored body; none writes a field
    that its type's frozen list does not have, or one that a body would refuse; a field that the type does not have is
    refused, and so is the absence of one that it must have. Read field by field it is the same."""
    payload = data.draw(payloads_of(name))
    values = dict(flatten(payload))

    assert unflatten(TYPES[name], values) == payload == _Reader(values, frozenset()).record(TYPES[name], "")
    assert through_a_body(payload) == payload
    for field_name, value in values.items():
        check_field_name(field_name)
        assert not is_subject_name(field_name)
        patterns = (pattern_of(field_name), pattern_of(field_name) + ".*")
        assert set(patterns) & set(specs(name)) or (
            value == [] and any(row.startswith(patterns[1]) for row in specs(name))
        )
    with pytest.raises(Malformed, match="unknown"):
        unflatten(TYPES[name], {**values, "zzz": "a"})
    with pytest.raises(Malformed, match="unknown"):
        unflatten(TYPES[name], values, frozenset({"zzz"}))
    hints = typing.get_type_hints(TYPES[name])
    for item in dataclasses.fields(TYPES[name]):
        if not _is_required(item, hints[item.name]):
            continue
        rest = {key: value for key, value in values.items() if key.partition(".")[0] != item.name.rstrip("_")}
        with pytest.raises(Malformed, match="missing"):
            unflatten(TYPES[name], rest)


@EVERY_TYPE
@settings(max_examples=10)
@given(st.data())
def test_other_fields_are_refused_or_mean_themselves(name: str, data: st.DataObject) -> None:
    """Fields with one added, removed, renamed or changed are refused, or are exactly what their own payload writes."""
    written: dict[str, Any] = dict(flatten(data.draw(payloads_of(name))))
    row = data.draw(st.sampled_from(sorted(specs(name)))).replace("*", "1")
    target = data.draw(st.sampled_from(sorted(written))) if written else row
    other_name = data.draw(
        st.sampled_from(["zzz", f"{target}.0", f"{target}.x", f"{target}.1", row, row.partition(".")[0]])
    )
    value = data.draw(
        st.none() | JSON | st.sampled_from([[], 1.5, "2024-01-01", "1.50", ["", 0, b64encode(bytes(32))]])
    )
    rest = {key: held for key, held in written.items() if key != target}
    for values in (
        {**written, other_name: value},
        rest,
        {**rest, other_name: written.get(target)},
        {**written, target: value},
    ):
        try:
            payload = unflatten(TYPES[name], values)
        except Malformed:
            continue

        assert dict(flatten(payload)) == values
        kinds = [type(found) for _, found in sorted(flatten(payload))]
        assert kinds == [type(values[key]) for key in sorted(values)]


@EVERY_TYPE
@settings(max_examples=7)
@given(st.data())
def test_erased_texts_read_as_such_and_nothing_else_may_be_missing(name: str, data: st.DataObject) -> None:
    """Erasable fields may be missing and read as ERASED_TEXT, an empty list as itself; structural ones may not."""
    values = dict(flatten(data.draw(payloads_of(name))))
    texts = sorted(field for field in values if (spec := spec_of(name, field)) and spec.field_class == "erasable")
    some = frozenset(data.draw(st.sets(st.sampled_from(texts)))) if texts else frozenset()
    for missing in (some, frozenset(texts) - some, frozenset(texts)):
        held = {field: value for field, value in values.items() if field not in missing}
        lists = {field for field in missing if values[field] == [] and field not in specs(name)}
        expected = {field: [] if field in lists else ERASED_TEXT for field in missing}

        assert dict(flatten(unflatten(TYPES[name], held, missing))) == {**held, **expected}
    for field in values.keys() - set(texts):
        with pytest.raises(Malformed):
            unflatten(TYPES[name], {key: value for key, value in values.items() if key != field}, frozenset({field}))


def test_what_is_kept_of_plans_stays_small() -> None:
    """However many fields an entry has: one of many fields is read one by one, and is the same."""
    kept = _plan_of.cache_info().currsize
    for many in (PLANNED, PLANNED + 50):
        covers = {f"covers.{number}": f"u-{number}" for number in range(many)}
        talk = unflatten(acts.TalkHeld, {"talker": "p-a", "counterpart": "p-b", **covers})
        assert talk.covers == tuple(covers.values())
    assert _plan_of.cache_info().currsize == kept


def test_lists_are_numbered_without_gaps() -> None:
    """A list that does not begin at 0, has a gap, a zero ahead, or stands beside `[]` is refused."""
    good: dict[str, Any] = {"talker": "p-a", "counterpart": "p-b", "covers.0": "u-a", "covers.1": "u-b"}
    assert unflatten(acts.TalkHeld, good).covers == ("u-a", "u-b")
    for lists in (
        {"covers.1": "u-a"},
        {"covers.0": "u-a", "covers.2": "u-b"},
        {"covers.00": "u-a"},
        {"covers": ["u-a"]},
        {"covers": [], "covers.0": "u-a"},
    ):
        values: dict[str, Any] = {"talker": "p-a", "counterpart": "p-b", **lists}
        with pytest.raises(Malformed):
            unflatten(acts.TalkHeld, values)


def test_the_mark_of_erasure_is_no_way_to_hide_a_structural_field() -> None:
    """A withheld talker is not a talk with an unknown talker: it is refused."""
    with pytest.raises(Malformed, match="talker"):
        unflatten(acts.TalkHeld, {"counterpart": "p-b"}, frozenset({"talker"}))


def test_references_are_found_wherever_they_stand() -> None:
    """`cited` gives every reference of a payload, in lists and in records, in field order."""
    first, second, third = (EntryReference("", number, bytes([number]) * 32) for number in range(3))
    payload = case_work.FactsFound(refers=(first,), enabling_decisions=(second, third))

    assert payload.cited() == (first, second, third)
    assert records.RecordAccepted(accepts=third).cited() == (third,)
    assert register.UnitRegistered(unit="u-a", kind="department").cited() == ()


# --- scalars ---


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_decimals_have_one_spelling(number: Decimal) -> None:
    """Each finite decimal is written in FORMAT.md's pattern, exactly, and read back."""
    text = format_decimal(number)

    assert Decimal(text) == number
    assert parse_decimal(text) == number
    assert format_decimal(Decimal(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-0",
        "+1",
        "01",
        "1.",
        ".5",
        "1.50",
        "1,5",
        "1e3",
        "1E+3",
        "1E+999999999999999999",
        "1E+99999999",
        "1_000",
        " 1",
        "1 ",
        "\uff11",
        "NaN",
        "Infinity",
        "-Infinity",
        "sNaN1",
        "0.0",
        "--1",
    ],
)
def test_other_spellings_of_decimals_are_refused(text: str) -> None:
    """No second spelling of a number passes, and none that would fill the memory is even tried."""
    with pytest.raises(Malformed):
        parse_decimal(text)


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("sNaN")])
def test_numbers_that_are_none_are_not_written(number: Decimal) -> None:
    """An amount is finite."""
    with pytest.raises(Malformed):
        format_decimal(number)


@given(SCALARS[When])
def test_days_and_moments_read_back(when: When) -> None:
    """A day stays a day and a moment keeps its offset."""
    read = parse_when(format_when(when))

    assert read == when
    assert type(read) is type(when)
    if isinstance(when, datetime) and isinstance(read, datetime):
        assert read.utcoffset() == when.utcoffset()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024",
        "2024-1-1",
        "20240101",
        "2024-W01-1",
        "2024-02-30",
        "24-01-01",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00Z",
        "2024-01-01 00:00:00+08:00",
        "2024-01-01T00:00+08:00",
        "2024-01-01T00:00:00+0800",
        "2024-01-01T00:00:00+08",
        "2024-01-01T00:00:00-00:00",
        "2024-01-01T00:00:00.5+08:00",
        "2024-01-01T24:00:00+08:00",
        "2024-01-01T00:00:00+08:00:30",
        "2024-01-01T00:00:00+08:00:00.5",
        "2024-01-01T00:00:00+08:00 ",
    ],
)
def test_other_spellings_of_days_and_moments_are_refused(text: str) -> None:
    """A day is YYYY-MM-DD, a moment RFC 3339 with hours and minutes of offset, each in one spelling."""
    with pytest.raises(Malformed):
        parse_when(text)


@pytest.mark.parametrize(
    "moment",
    [datetime(2024, 1, 1, 9), datetime(1900, 1, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))],  # noqa: DTZ001 - that is the attack
)
def test_moments_without_an_offset_in_minutes_are_not_written(moment: datetime) -> None:
    """A moment without offset, or with one in seconds (local mean time), cannot enter a body."""
    with pytest.raises(Malformed):
        format_when(moment)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        [],
        ["", 1],
        ["", 1, b64encode(bytes(32)), 1],
        ["", -1, b64encode(bytes(32))],
        ["", True, b64encode(bytes(32))],
        ["", "1", b64encode(bytes(32))],
        [1, 1, b64encode(bytes(32))],
        ["", 1, "00" * 32],
        ["", 1, b64encode(bytes(31))],
        ["", 1, None],
    ],
)
def test_malformed_references_are_refused(value: Any) -> None:
    """A reference is a fingerprint, a position and a leaf hash of 32 bytes."""
    with pytest.raises(Malformed):
        unflatten(records.RecordAccepted, {"accepts": value})


def test_days_and_moments_are_told_apart() -> None:
    """A moment does not stand for a day nor a day for a moment; a number does not stand for a truth value."""
    leave: dict[str, Any] = {"person": "p-a", "valid_from": "2024-01-01", "valid_to": "2024-01-02"}
    assert unflatten(tenure.LeaveTaken, leave).valid_to == date(2024, 1, 2)
    with pytest.raises(Malformed):
        unflatten(tenure.LeaveTaken, {**leave, "valid_to": "2024-01-02T00:00:00+08:00"})
    with pytest.raises(Malformed):
        unflatten(acts.TalkHeld, {"talker": "p-a", "counterpart": "p-b", "ends_at": "2024-01-02"})
    wrongs: tuple[Any, ...] = (1, 0, "true", None, [])
    for wrong in wrongs:
        with pytest.raises(Malformed):
            unflatten(tenure.LeaveTaken, {**leave, "legacy": wrong})


# --- the frozen lists ---


def test_the_shipped_lists_are_those_of_the_code() -> None:
    """The latest list is what the classes say; one under way is written anew by `python -m ledger.events.registry`."""
    shipped = parse_json(list_bytes(KNOWN[-1]))

    assert shipped == type_lists()
    assert list_bytes(KNOWN[-1]).decode() == format_lists()
    assert types_digest() == b64encode(hashlib.sha256(canonical_json(shipped)).digest())


@pytest.mark.parametrize("number", RELEASED)
def test_a_released_list_is_for_ever(number: int) -> None:
    """A released list is what it was, byte by byte: every ledger made or upgraded under it is bound to it."""
    assert hashlib.sha256(list_bytes(number)).hexdigest() == LISTS[number]
    computed = hashlib.sha256(canonical_json(parse_json(list_bytes(number)))).digest()
    assert read_list(number).digest == b64encode(computed)
    assert list_named(b64encode(computed)) == read_list(number)


def test_lists_only_grow() -> None:
    """A later list keeps each type's roles, its opening and its fields in their place; what it adds stands behind."""
    for earlier, later in itertools.pairwise(KNOWN):
        before, after = ({row["type"]: row for row in json.loads(list_bytes(n))} for n in (earlier, later))
        assert before.keys() <= after.keys()
        for name, row in before.items():
            assert after[name]["fields"][: len(row["fields"])] == row["fields"]
            assert all(row[key] == after[name][key] for key in ("opens", "author", "cosigners"))
            assert set(row["ledgers"]) <= set(after[name]["ledgers"])


def test_the_module_writes_over_no_released_list(tmp_path: Path) -> None:
    """Where the classes say what is released, running the registry writes nothing and says so."""
    shutil.copytree(ROOT / "ledger", tmp_path / "ledger", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-W", "error", "-m", "ledger.events.registry"]
    outcome = subprocess.run(command, capture_output=True, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, check=True)

    assert b"nothing to write" in outcome.stdout
    for number in RELEASED:
        assert (tmp_path / f"ledger/events/types/{number}.json").read_bytes() == list_bytes(number)
    assert len(list((tmp_path / "ledger/events/types").iterdir())) == len(KNOWN)


def test_what_is_new_goes_into_the_next_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind added after the release is written into the next file, with all fields of old in their place, and once."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class LanternLit(Payload):
        """A kind of this test's own."""

        TYPE: ClassVar[str] = "lantern.lit/1"
        where: str | None = structural(default=None)

    assert write_list(tmp_path) is None
    monkeypatch.setitem(TYPES, LanternLit.TYPE, LanternLit)
    specs.cache_clear()
    made = write_list(tmp_path)

    assert made == tmp_path / f"{RELEASED[-1] + 1}.json"
    before, after = (json.loads(data) for data in (list_bytes(RELEASED[-1]), made.read_bytes()))
    assert [row for row in after if row["type"] != "lantern.lit/1"] == before
    with pytest.raises(FileExistsError):
        write_list(tmp_path)
    specs.cache_clear()


def test_a_changed_list_has_another_digest() -> None:
    """Class, about kind, reference, order of fields, roles and opening each weigh in the digest."""
    changes: tuple[Callable[[Any], None], ...] = (
        lambda row: row["fields"][0].__setitem__(1, "erasable"),
        lambda row: row["fields"][0].__setitem__(2, "person"),
        lambda row: row["fields"][0].__setitem__(3, "cites"),
        lambda row: row["fields"].reverse(),
        lambda row: row["author"].append("service"),
        lambda row: row.update(opens=not row["opens"]),
    )
    for change in changes:
        lists = json.loads(list_bytes(KNOWN[-1]))
        change(lists[0])

        assert b64encode(hashlib.sha256(canonical_json(lists)).digest()) != types_digest()


def test_every_type_name_is_well_formed_and_stands_once() -> None:
    """Each class has a name of its own in the form of the header, and its fields names of their own."""
    modules = (trust, register, tenure, acts, office, records, case_work, access, batches)
    classes = {
        item
        for module in modules
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Payload) and "TYPE" in vars(item)
    }

    assert set(TYPES.values()) == classes
    assert len(TYPES) == len(classes)
    for name, cls in TYPES.items():
        assert TYPE_NAME.fullmatch(name)
        rows = [row.name for row in field_specs(cls)]
        assert len(set(rows)) == len(rows)


def test_what_verification_rests_on_cannot_be_erased() -> None:
    """Every field of ledger, key, anchor, policy and rule-set events, of erasures and of pins is structural."""
    for name in TYPES:
        rests = name.startswith(("ledger.", "key.", "anchor.", "policy.", "rules.", "text.erased", "format.", "clock."))
        for row in specs(name).values():
            assert row.field_class == "structural" or not (rests or row.name.startswith("pin."))
            assert row.field_class == "structural" or (row.about is None and row.reference is None)


def test_one_opening_type_per_stream_family() -> None:
    """The part before the dot names the streams of one opening type only, so that no two kinds of thing mix."""
    families = [name.partition(".")[0] for name, cls in TYPES.items() if cls.OPENS]

    assert sorted(set(families)) == sorted(families)


def test_an_unknown_type_is_incomplete() -> None:
    """A type of a later version cannot be read, which is something else than being false."""
    with pytest.raises(Incomplete):
        payload_class("meeting.held/2")


def test_nothing_of_a_case_may_stand_in_a_duty_ledger() -> None:
    """No type of case work belongs in a duty ledger, and no duty type but the shared ones in a case ledger."""
    for cls in TYPES.values():
        assert cls.LEDGERS == ("case",) or not issubclass(cls, case_work.CaseWork)
        assert set(cls.LEDGERS) <= {"duty", "case", "access", "list"}
