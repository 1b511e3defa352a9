"""The loader of scenario files: what it takes comes out exact; every fault is one message that says where and what."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ledger import strict_yaml
from ledger.errors import BadInput
from ledger.events.base import Fact
from ledger.scenario.event_forms import forms
from ledger.scenario.load import load_scenario
from ledger.scenario.loaded import Scenario
from ledger.scenario.scenario_keys import COMMON, CONFIG, ENVELOPE, WINDOWS, ZONES
from tests.support.replayed import SCENARIOS, YUNXI

SMALL = """\
schema_version: 1
meta:
  title: 小馆
  timezone: "+08:00"
  period: {from: 2024-01-01, to: 2024-12-31}
  organ: 某馆
  unit_of_money: 万元
config:
  tolerance_days: {talk: 7, default: 30}
  near_duplicate_threshold: 0.90
  annual_check_window: [01-01, 03-31]
units:
  - {id: grp, name: 党组, kind: party_group}
  - {id: dep, name: 一科, kind: department}
persons:
  - {id: ann, name: 甲}
  - {id: 001, name: 乙}
events:
  - {id: T1, type: assignment, ledger: duty, occurred_at: 2024-01-02, recorded_at: 2024-01-02T09:00:00, recorder: ann, person: 001, post: head, scope: [dep], valid_from: 2024-01-02}
  - {id: M1, type: meeting, ledger: duty, occurred_at: 2024-02-01T10:00:00, recorded_at: 2024-02-01T11:00:00+08:00, recorder: ann, body: grp, chair: ann, minutes: true, votes: {agree: [ann], oppose: []}, signatures: [ann, 001]}
  - {id: 2023, type: correction, ledger: duty, occurred_at: 2024-02-02, recorded_at: 2024-02-02T09:00:00+08:00, recorder: ann, corrects: M1, field: dissent, new_value: {person: 001, text: 漏记}}
  - {id: W1, type: warning_report, ledger: duty, occurred_at: 2024-03-01, recorded_at: 2024-03-01T09:00:00+08:00, recorder: ann, author: ann, addressee: 001, received_signature: {person: 001, at: 2024-03-02T08:00:00+08:00}, refers: [M1]}
  - {id: O1, type: case_opened, ledger: case, occurred_at: 2024-06-01, recorded_at: 2024-06-01T09:00:00+08:00, recorder: ann, case: K}
  - {id: J1, type: person_status, ledger: case, occurred_at: 2024-07-01, recorded_at: 2024-07-01T09:00:00+08:00, recorder: ann, person: 001, status: 留置}
case:
  id: K
  unit: dep
  period: {from: 2024-01-05, to: 2024-05-31}
  opened_at: 2024-06-01T09:00:00+08:00
  first_lead_at: 2024-05-01T09:00:00+08:00
  offenders:
    - {person: 001, from: 2024-01-05, to: 2024-05-31}
  acts:
    - {id: a, date: 2024-01-05, amount: 6.80}
    - {id: b, date: 2024-05-31, amount: 12}
  enabling_decisions: [M1]
  rulebooks:
    - {id: r1, name: 条例}
expected: {total: 18.80}
"""  # noqa: E501 - one event a line, as scenario files have it

LAST = SMALL.count("\n")


def load(directory: Path, content: str) -> Scenario:
    file = directory / "small.yaml"
    file.write_text(content, encoding="utf-8")
    return load_scenario(file)


def changed(old: str, new: str, content: str = SMALL) -> str:
    assert content.count(old) >= 1, f"{old!r} is not in the scenario"
    return content.replace(old, new, 1)


def line_of(content: str, part: str) -> int:
    return content[: content.index(part)].count("\n") + 1


# --- what is taken ---------------------------------------------------------------------------------------------------


def test_the_shipped_scenario_loads_whole() -> None:
    """Of the shipped scenario all 106 events, 19 persons, 11 units, ten acts and every group of answers are taken."""
    scenario = load_scenario(YUNXI)

    assert (106, 19, 11) == (len(scenario.events), len(scenario.persons), len(scenario.units))
    assert scenario.case is not None
    assert Decimal("86.4") == sum(act["amount"] for act in scenario.case.acts)
    assert ("2024-10-14T02:00:00+00:00", ("E060",)) == (
        scenario.case.opened_at.astimezone(UTC).isoformat(),
        scenario.case.enabling_decisions,
    )
    assert {"holders", "attribution", "trace", "obligations", "signals", "must_not_fire"} <= scenario.expected.keys()


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
def test_no_key_of_an_event_is_lost(file: Path) -> None:
    """Every key that the file writes at an event is found at the loaded event."""
    raw = {str(row["id"]): row for row in strict_yaml.read_yaml(file)["events"]}
    envelope = {name.rstrip("!") for name in ENVELOPE}

    for event in load_scenario(file).events:
        assert raw[event.id].keys() - envelope - {strict_yaml.LINE} == event.values.keys()


def test_values_come_out_typed(tmp_path: Path) -> None:
    """Days, moments, amounts, lists, records and truth values have their own types; words stay words."""
    scenario = load(tmp_path, SMALL)
    assigned, met, corrected, warned, _, detained = scenario.events
    assert scenario.case is not None

    assert date(2024, 1, 2) == assigned.occurred_at
    assert (date(2024, 1, 2), ("dep",)) == (assigned.values["valid_from"], assigned.values["scope"])
    assert isinstance(met.occurred_at, datetime)
    assert (True, {"agree": ("ann",), "oppose": ()}) == (met.values["minutes"], met.values["votes"])
    assert ("ann", "001") == met.signatures
    assert {"person": "001", "text": "漏记"} == corrected.values["new_value"]
    assert datetime(2024, 3, 2, tzinfo=UTC) == warned.values["received_signature"]["at"]
    assert "留置" == detained.values["status"]
    assert ("dep", date(2024, 5, 31), ("M1",)) == (
        scenario.case.unit,
        scenario.case.period_to,
        scenario.case.enabling_decisions,
    )
    assert {"total": "18.80"} == scenario.expected


def test_an_event_knows_its_line(tmp_path: Path) -> None:
    """The line number of each event is where its id stands in the file."""
    for event in load(tmp_path, SMALL).events:
        assert line_of(SMALL, f"- {{id: {event.id},") == event.line


@pytest.mark.parametrize("amount", ["6.8", "6.80", "0.1", "12", "0", "9007199254740993", "0.10000000000000000001"])
def test_amounts_are_exact(tmp_path: Path, amount: str) -> None:
    """An amount keeps every digit that was written, also those that binary fractions would lose."""
    scenario = load(tmp_path, changed("6.80", amount))
    assert scenario.case is not None

    assert amount == str(scenario.case.acts[0]["amount"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-01-02T09:00:00", "2024-01-02T01:00:00+00:00"),
        ("2024-01-02T09:00:00+08:00", "2024-01-02T01:00:00+00:00"),
        ("2024-01-02T01:00:00Z", "2024-01-02T01:00:00+00:00"),
        ("2024-01-02 09:00:00", "2024-01-02T01:00:00+00:00"),
        ("2024-01-02T09:00:00-05:00", "2024-01-02T14:00:00+00:00"),
    ],
)
def test_a_time_means_its_offset_or_the_zone_of_the_scenario(tmp_path: Path, written: str, meant: str) -> None:
    """An offset that is written counts; without one the time is that of the scenario's zone."""
    event = load(tmp_path, changed("recorded_at: 2024-01-02T09:00:00", f"recorded_at: {written}")).events[0]

    assert meant == event.recorded_at.astimezone(UTC).isoformat()


@pytest.mark.parametrize(
    ("written", "name", "hours"),
    [
        ('"+08:00"', "Asia/Shanghai", 8),
        ("+08:00", "Asia/Shanghai", 8),
        ("Asia/Urumqi", "Asia/Urumqi", 6),
        ("Z", "UTC", 0),
        ("+09:00", "Etc/GMT-9", 9),
        ("-03:00", "Etc/GMT+3", -3),
    ],
)
def test_a_zone_is_named_or_an_offset(tmp_path: Path, written: str, name: str, hours: int) -> None:
    """A zone is a name of the zone database or an offset, which gets the name of a zone that has it."""
    scenario = load(tmp_path, changed('timezone: "+08:00"', f"timezone: {written}"))

    assert name == scenario.meta.zone_name
    assert timedelta(hours=hours) == scenario.events[0].recorded_at.utcoffset()


@pytest.mark.parametrize("offset", sorted(ZONES))
def test_an_offset_stands_for_a_zone_that_has_it(tmp_path: Path, offset: str) -> None:
    """Each offset of the table stands for a zone whose clocks show that offset."""
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = (0, 0) if offset == "Z" else map(int, offset[1:].split(":"))
    scenario = load(tmp_path, changed('"+08:00"', f'"{offset}"'))

    for month in (1, 7):
        offset_then = datetime(2024, month, 2, tzinfo=scenario.meta.zone).utcoffset()
        assert timedelta(hours=sign * hours, minutes=sign * minutes) == offset_then


@pytest.mark.parametrize(
    "id_", ["001", "2023", "1e3", "12:30", "0x1F", "yes", "on", "2024-01-02", "人 甲", "a/b", "log"]
)
def test_ids_are_arbitrary_strings(tmp_path: Path, id_: str) -> None:
    """An id that YAML 1.1 would read as a number, date or truth value stays the string that was written."""
    scenario = load(tmp_path, SMALL.replace("001", id_).replace("M1", id_ + "-m"))

    assert (id_, id_, id_) == (
        scenario.persons[1].id,
        scenario.events[0].values["person"],
        scenario.events[1].signatures[1],
    )
    assert ("2023", (id_ + "-m",)) == (scenario.events[2].id, scenario.events[3].values["refers"])


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "12:30", "010", "1_000", "1.10", "1e5", ".inf", "2024-13-99"]
)
def test_texts_stay_as_written(tmp_path: Path, word: str) -> None:
    """A text is never taken for a truth value, a sexagesimal, an octal or a float."""
    scenario = load(tmp_path, changed("title: 小馆", f"title: {word}"))

    assert word == scenario.meta.title


def test_settings_stay_as_written(tmp_path: Path) -> None:
    """Settings are plain: whole numbers as numbers, fractions and days of the year as text."""
    scenario = load(tmp_path, SMALL)

    assert scenario.config == {
        "tolerance_days": {"talk": 7, "default": 30},
        "near_duplicate_threshold": "0.90",
        "annual_check_window": ["01-01", "03-31"],
    }


def test_a_scenario_needs_no_case_and_no_answers(tmp_path: Path) -> None:
    """The blocks config, case and expected may be left out where no event opens a case."""
    content = SMALL[: SMALL.index("  - {id: O1")]
    content = content[: content.index("config:")] + content[content.index("units:") :]
    scenario = load(tmp_path, content)

    assert (None, {}, {}) == (scenario.case, scenario.config, scenario.expected)


def test_events_of_one_moment_may_follow_each_other(tmp_path: Path) -> None:
    """Two events of the same recorded_at are in order, also where offsets differ."""
    content = changed("recorded_at: 2024-02-02T09:00:00+08:00", "recorded_at: 2024-02-01T03:00:00Z")

    assert load(tmp_path, content).events[1].recorded_at == load(tmp_path, content).events[2].recorded_at


def test_a_fact_of_the_next_day_and_an_assignment_to_come_are_taken(tmp_path: Path) -> None:
    """The margin is one day of the scenario's zone; assignments are made for days to come."""
    content = changed("occurred_at: 2024-03-01, recorded_at", "occurred_at: 2024-03-02, recorded_at")
    content = changed("occurred_at: 2024-01-02, recorded_at", "occurred_at: 2029-01-02, recorded_at", content)
    assert {"T1", "W1"} <= {event.id for event in load(tmp_path, content).events}


def test_an_enabling_decision_may_be_recorded_after_the_case_was_opened(tmp_path: Path) -> None:
    """An enabling decision is any event of the file."""
    scenario = load(tmp_path, changed("enabling_decisions: [M1]", "enabling_decisions: [J1]"))

    assert scenario.case is not None
    assert scenario.case.enabling_decisions == ("J1",)


def test_a_meeting_may_be_of_the_supervised_units(tmp_path: Path) -> None:
    """`supervised_units` stands in place of a body, and nowhere else in place of a unit."""
    scenario = load(tmp_path, changed("body: grp", "body: supervised_units"))

    assert scenario.events[1].values["body"] == "supervised_units"
    with pytest.raises(BadInput, match=r"event T1: scope\[0\]: 'supervised_units'"):
        load(tmp_path, changed("scope: [dep]", "scope: [supervised_units]"))


@pytest.mark.parametrize(
    ("field", "new", "typed"),
    [
        ("dissent", "[{person: 001, text: x}]", ({"person": "001", "text": "x"},)),
        ("dissent.0.text", "漏记", "漏记"),
        ("votes", "{agree: [001]}", {"agree": ("001",)}),
        ("votes.oppose", "[ann]", ("ann",)),
        ("minutes", "false", False),
        ("occurred_at", "2024-02-03", date(2024, 2, 3)),
        ("refers", "[T1]", ("T1",)),
    ],
)
def test_a_correction_has_the_shape_of_the_field_that_it_corrects(
    tmp_path: Path, field: str, new: str, typed: object
) -> None:
    """The new value is typed as its field is; a single record may stand for a list of one."""
    content = changed("field: dissent, new_value: {person: 001, text: 漏记}", f"field: {field}, new_value: {new}")

    assert typed == load(tmp_path, content).events[2].values["new_value"]


@pytest.mark.parametrize("kind", sorted(forms()))
def test_the_ledger_has_a_field_for_every_key(kind: str) -> None:
    """Whatever key the loader lets through at an event, the payload of its type has a field for it."""
    form = forms()[kind]
    elsewhere = {"received_signature", "new_value", *(name.rstrip("!") for name in ENVELOPE)}
    names = {"subject": "matter", "photo_sha256": "attachments", **form.renamed}
    common = COMMON if issubclass(form.payload, Fact) else {}  # what is no fact has only its own words
    if kind in ("receipt", "refusal", "consent"):
        elsewhere |= {"by", "answer", "capacity", "reason"}  # who answers is the author; the answer is the type
    keys = {name.rstrip("!") for name in {**common, **form.keys}} - elsewhere

    assert {names.get(key, key) for key in keys} <= {field.name for field in dataclasses.fields(form.payload)}


def test_every_window_is_a_known_setting() -> None:
    """The settings that are checked as days of the year are settings that the loader takes."""
    for name in WINDOWS:
        group, _, item = name.partition(".")
        assert item in CONFIG[group] if item else group in CONFIG


# --- what is refused -------------------------------------------------------------------------------------------------

FAULTS = {
    # the file
    "unknown top key": ("expected:", "expectation:", 1, "expectation: is not a key"),
    "other version": ("schema_version: 1", "schema_version: 2", 1, "schema_version: 2 is not 1"),
    "version as truth value": ("schema_version: 1", "schema_version: true", 1, "schema_version: True is not 1"),
    "no version": ("schema_version: 1\n", "", 1, "schema_version: None is not 1"),
    "no events": (SMALL[SMALL.index("events:") : SMALL.index("case:\n")], "events: []\n", 1, "events: is missing"),
    "events as text": (
        SMALL[SMALL.index("events:") : SMALL.index("case:\n")],
        "events: x\n",
        1,
        "events: 'x' is not a",
    ),
    "units as number": (SMALL[SMALL.index("units:") : SMALL.index("persons:")], "units: 5\n", 1, "units: 5 is not a l"),
    "config as list": (SMALL[SMALL.index("config:") : SMALL.index("units:")], "config: [1]\n", 1, "config: [1] is not"),
    "expected as list": ("expected: {total: 18.80}", "expected: []", 1, "expected: [] is not a map"),
    # meta and config
    "unknown meta key": ("  organ:", "  organs: x\n  organ:", None, "meta.organs: is not a key here"),
    "meta key missing": ("  organ: 某馆\n", "", None, "meta.organ: is missing"),
    "period reversed": ("to: 2024-12-31", "to: 2023-12-31", 3, "meta.period.to: 2023-12-31 is before from 2024-01-01"),
    "zone unknown": ('"+08:00"', "Mars/Olympus", 3, "meta.timezone: 'Mars/Olympus' is not a known zone"),
    "zone as path": ('"+08:00"', "../../etc/passwd", 3, "meta.timezone: '../../etc/passwd' is not a known zone"),
    "unknown setting": ("tolerance_days", "tolerence_days", 9, "config.tolerence_days: is not a key here"),
    "unknown tolerance": ("{talk: 7", "{talks: 7", 9, "config.tolerance_days.talks: is not a key here"),
    "tolerance as word": ("{talk: 7", "{talk: week", 9, "config.tolerance_days.talk: 'week' is not a whole number"),
    "window of one day": ("[01-01, 03-31]", "[01-01]", 9, "config.annual_check_window: ['01-01'] is not a first"),
    "window of no day": ("[01-01, 03-31]", "[01-01, 02-30]", 9, "config.annual_check_window: ['01-01', '02-30']"),
    # units and persons
    "unit twice": ("{id: dep,", "{id: grp,", 14, "units[1].id: 'grp' stands twice"),
    "person twice": ("{id: 001,", "{id: ann,", 17, "persons[1].id: 'ann' stands twice"),
    "person and unit": ("{id: 001,", "{id: grp,", 17, "persons: 'grp' is the id of a unit too"),
    "unit without kind": (", kind: department", "", 14, "units[1].kind: is missing"),
    "unit without id": ("{id: dep, name", "{name", 14, "units[1].id: is missing"),
    "person as word": ("{id: 001, name: 乙}", "乙", None, "persons[1]: '乙' is not a map"),
    "id of no character": ("{id: 001,", '{id: "",', 17, "persons[1].id: '' has 0 characters"),
    "id too long": ("{id: T1,", f"{{id: {'x' * 65},", 19, "has 65 characters"),
    # events
    "event as word": ("events:\n", "events:\n  - word\n", None, "events[0]: 'word' is not an event"),
    "unknown type": ("type: meeting", "type: picnic", 20, "event M1: type: 'picnic' is not a known type"),
    "no type": (" type: meeting,", "", 20, "event M1: type: None is not a known type"),
    "type as list": ("type: meeting", "type: [meeting]", 20, "event M1: type: ['meeting'] is not a known type"),
    "no id": ("{id: M1,", "{", 20, "event ?: id: is missing"),
    "id as map": ("{id: M1,", "{id: {a: b},", 20, "event ?: id: {'a': 'b'} should be one value"),
    "event id twice": ("{id: J1,", "{id: O1,", 24, "event O1: id: 'O1' stands twice"),
    "unknown key": ("minutes: true", "minute: true", 20, "event M1: minute: is not a key here"),
    "key of another type": ("minutes: true", "talker: ann", 20, "event M1: talker: is not a key here"),
    "unknown nested key": ("agree: [ann]", "agrees: [ann]", 20, "event M1: votes.agrees: is not a key here"),
    "required key missing": (", post: head", "", 19, "event T1: post: is missing"),
    "required key without value": ("post: head", "post: ", 19, "event T1: post: is missing"),
    "nested key missing": (", at: 2024-03-02T08:00:00+08:00", "", 22, "event W1: received_signature.at: is missing"),
    "unknown ledger": ("ledger: duty", "ledger: access", 19, "event T1: ledger: 'access' is neither duty nor case"),
    "unknown recorder": ("recorder: ann", "recorder: bob", 19, "event T1: recorder: 'bob'"),
    "unknown person": ("chair: ann", "chair: bob", 20, "event M1: chair: 'bob'"),
    "unit as person": ("chair: ann", "chair: dep", 20, "event M1: chair: 'dep'"),
    "unknown signer": ("signatures: [ann, 001]", "signatures: [ann, bob]", 20, "event M1: signatures[1]: 'bob'"),
    "unknown nested person": ("agree: [ann]", "agree: [bob]", 20, "event M1: votes.agree[0]: 'bob'"),
    "unknown unit": ("scope: [dep]", "scope: [lab]", 19, "event T1: scope[0]: 'lab'"),
    "unknown body": ("body: grp", "body: lab", 20, "event M1: body: 'lab'"),
    "unknown party": ("addressee: 001", "addressee: bob", 22, "event W1: addressee: 'bob'"),
    "unknown event": ("refers: [M1]", "refers: [M9]", 22, "event W1: refers[0]: 'M9'"),
    "later event": ("refers: [M1]", "refers: [O1]", 22, "event W1: refers[0]: 'O1'"),
    "itself": ("corrects: M1", "corrects: 2023", 21, "event 2023: corrects: '2023'"),
    "one for a list": ("scope: [dep]", "scope: dep", 19, "event T1: scope: 'dep' is not a list"),
    "list for one": ("chair: ann", "chair: [ann]", 20, "event M1: chair: ['ann'] should be one value"),
    "word for a record": ("votes: {agree: [ann], oppose: []}", "votes: all", 20, "event M1: votes: 'all' is not a map"),
    "yes for true": ("minutes: true", "minutes: yes", 20, "event M1: minutes: 'yes' is neither true nor false"),
    "number for true": ("minutes: true", "minutes: 1", 20, "event M1: minutes: 1 is neither true nor false"),
    "word for a number": ("author: ann", "for_year: last", 22, "event W1: for_year: 'last' is not a whole number"),
    "no such day": (
        "valid_from: 2024-01-02",
        "valid_from: 2024-02-30",
        19,
        "event T1: valid_from: '2024-02-30' is not a",
    ),
    "time for a day": (
        "valid_from: 2024-01-02",
        "valid_from: 2024-01-02T09:00:00",
        19,
        "event T1: valid_from: '2024-01",
    ),
    "day for a time": (
        "recorded_at: 2024-01-02T09:00:00",
        "recorded_at: 2024-01-02",
        19,
        "event T1: recorded_at: '2024-",
    ),
    "no such time": (
        "recorded_at: 2024-01-02T09:",
        "recorded_at: 2024-01-02T25:",
        19,
        "event T1: recorded_at: '2024-01-",
    ),
    "short digest": ("minutes: true", "photo_sha256: abc", 20, "event M1: photo_sha256: 'abc' is not a SHA-256"),
    "recorded_at goes back": (
        "recorded_at: 2024-02-02T09:00:00+08:00",
        "recorded_at: 2024-02-01T10:59:59+08:00",
        21,
        "event 2023: recorded_at: 2024-02-01T10:59:59+08:00 goes back from 2024-02-01T11:00:00+08:00",
    ),
    "validity reversed": (
        "valid_from: 2024-01-02}",
        "valid_from: 2024-01-02, valid_to: 2024-01-01}",
        19,
        "event T1: valid_to: 2024-01-01 is before valid_from 2024-01-02",
    ),
    "leave reversed": (
        "events:\n",
        (
            "events:\n  - {id: L1, type: leave, ledger: duty, occurred_at: 2024-01-01,"
            " recorded_at: 2024-01-01T09:00:00, recorder: ann, person: ann, from: 2024-01-05, to: 2024-01-04}\n"
        ),
        19,
        "event L1: to: 2024-01-04 is before from 2024-01-05",
    ),
    "correction of no field": ("field: dissent", "field: desent", 21, "event 2023: field: 'desent' is no field of M1"),
    "correction of the id": ("field: dissent", "field: id", 21, "event 2023: field: 'id' is no field of M1"),
    "correction below a field": ("field: dissent", "field: chair.x", 21, "event 2023: field: 'chair.x' is no field"),
    "correction of other shape": ("field: dissent", "field: chair", 21, "event 2023: new_value: {'person': '001'"),
    "correction by a stranger": ("{person: 001, text", "{person: bob, text", 21, "event 2023: new_value.person: 'bob'"),
    "fact still to come": (
        "occurred_at: 2024-03-01, recorded_at",
        "occurred_at: 2024-03-03, recorded_at",
        22,
        "event W1: occurred_at: 2024-03-03 lies more than one day after recorded_at 2024-03-01T09:00:00+08:00",
    ),
    # case
    "case as list": (SMALL[SMALL.index("case:\n") : SMALL.index("expected:")], "case: [1]\n", None, "case: [1] is not"),
    "no case": (SMALL[SMALL.index("case:\n") : SMALL.index("expected:")], "", 23, "event O1: case: 'K' has no block"),
    "other case": ("recorder: ann, case: K", "recorder: ann, case: L", 23, "event O1: case: 'L' has no block `case`"),
    "case never opened": (
        SMALL[SMALL.index("  - {id: O1") : SMALL.index("  opened_at:")],
        SMALL[SMALL.index("  - {id: J1") : SMALL.index("  opened_at:")] + "  opened_by: J1\n",
        None,
        "case.id: no case_opened event opens 'K'",
    ),
    "unknown case key": ("  unit: dep", "  units: dep\n  unit: dep", 26, "case.units: is not a key here"),
    "case key missing": ("  opened_at: 2024-06-01T09:00:00+08:00\n", "", None, "case.opened_at: is missing"),
    "case unit unknown": ("  unit: dep", "  unit: lab", 26, "case.unit: 'lab'"),
    "case period reversed": (
        "{from: 2024-01-05, to: 2024-05-31}\n  op",
        "{from: 2024-01-05, to: 2024-01-04}\n  op",
        26,
        "case.period.to",
    ),
    "opened at another time": ("opened_at: 2024-06-01T09", "opened_at: 2024-06-01T10", 26, "case_opened event O1"),
    "lead after the opening": ("first_lead_at: 2024-05", "first_lead_at: 2024-08", 26, "case.opened_at: 2024-06-01"),
    "offender unknown": ("- {person: 001, from", "- {person: bob, from", 32, "case.offenders[0].person: 'bob'"),
    "offence reversed": (
        "- {person: 001, from: 2024-01-05",
        "- {person: 001, from: 2024-06-05",
        32,
        "offenders[0].to: 2",
    ),
    "act twice": ("{id: b,", "{id: a,", 35, "case.acts[1].id: 'a' stands twice"),
    "act before the period": ("date: 2024-01-05", "date: 2024-01-04", 34, "case.acts[0].date: 2024-01-04 lies outside"),
    "act after the period": ("date: 2024-05-31", "date: 2024-06-01", 35, "case.acts[1].date: 2024-06-01 lies outside"),
    "amount as word": ("6.80", "much", 34, "case.acts[0].amount: 'much' is not a number"),
    "amount not finite": ("6.80", ".nan", 34, "case.acts[0].amount: '.nan' is not a number"),
    "amount sexagesimal": ("6.80", "12:30", 34, "case.acts[0].amount: '12:30' is not a number"),
    "amount hexadecimal": ("6.80", "0x10", 34, "case.acts[0].amount: '0x10' is not a number"),
    "amount true": ("6.80", "true", 34, "case.acts[0].amount: True is not a number"),
    "decision unknown": ("decisions: [M1]", "decisions: [M9]", None, "case.enabling_decisions[0]: 'M9'"),
    "rulebook twice": ("name: 条例}", "name: 条例}\n    - {id: r1}", 39, "case.rulebooks[1].id: 'r1' stands twice"),
}


SEVERAL = (
    SMALL.replace("case:\n  id: K", "cases:\n- id: K")
    .replace("amount: 6.80}", "amount: 6.80, text: 首笔}")
    .replace(
        "expected:",
        """\
- id: L
  unit: grp
  period: {from: 2024-02-01, to: 2024-03-31}
  opened_by: O2
  offenders: [{person: ann, from: 2024-02-01, to: 2024-03-31}]
  acts: [{id: a, date: 2024-02-01, amount: 1}]
  rulebooks: [{id: r1}]
expected:""",
    )
    .replace(
        "  - {id: J1,",
        "  - {id: O2, type: case_opened, ledger: case, occurred_at: 2024-06-02,"
        " recorded_at: 2024-06-02T10:00:00+08:00, recorder: ann, case: L}\n  - {id: J1,",
    )
)


def test_several_cases_stand_under_cases(tmp_path: Path) -> None:
    """Each has its own opening, by the event that opens it or by its moment; acts may have words; none is *the* one."""
    scenario = load(tmp_path, SEVERAL)

    assert scenario.case is None
    assert [case.id for case in scenario.cases] == ["K", "L"]
    assert scenario.cases[1].opened_at == datetime(2024, 6, 2, 2, tzinfo=UTC)
    assert scenario.cases[0].acts[0]["text"] == "首笔"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("opened_by: O2", "opened_by: O1", "cases[1].opened_by: 'O1' is not its case_opened event O2"),
        ("opened_by: O2", "opened_by: O9", "cases[1].opened_by: 'O9' is not an earlier event"),
        ("  opened_by: O2\n", "", "cases[1].opened_at: is missing"),
        ("- id: L", "- id: K", "cases[1].id: 'K' stands twice"),
        ("  unit: grp", "  unit: dpt", "cases[1].unit: 'dpt'"),
        ("date: 2024-02-01", "date: 2024-01-31", "cases[1].acts[0].date: 2024-01-31 lies outside"),
        ("expected:", "case: {id: K}\nexpected:", "cases: stands beside `case`"),
        (SEVERAL[SEVERAL.index("cases:") : SEVERAL.index("expected:")], "cases: 3\n", "cases: 3 is not a list"),
    ],
)
def test_a_fault_in_one_of_several_cases_names_it(tmp_path: Path, old: str, new: str, said: str) -> None:
    """The key says which block it is in; a block's opening must be its own, and no file has both forms."""
    with pytest.raises(BadInput) as refused:
        load(tmp_path, changed(old, new, SEVERAL))
    assert said in str(refused.value)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_place(tmp_path: Path, fault: str) -> None:
    """A single fault gives a message whose first line names the file, the line, the event, the key and the value."""
    old, new, line, said = FAULTS[fault]

    with pytest.raises(BadInput) as refused:
        load(tmp_path, changed(old, new))
    first = str(refused.value).splitlines()[0]
    assert first.startswith("small.yaml:" if line is None else f"small.yaml:{line}: ")
    assert said in first


YAML_FAULTS = {
    "broken": ("meta:", "meta: {", "small.yaml, line ", "not valid YAML"),
    "tab": ("  title:", "\ttitle:", "small.yaml, line 3", "not valid YAML"),
    "key twice": ("  organ:", "  title: x\n  organ:", "line 6", "'title' stands twice"),
    "key twice by quotes": ("minutes: true", "minutes: true, 'minutes': true", "line 20", "'minutes' stands twice"),
    "key twice in expected": ("total: 18.80", "total: 1, total: 2", f"line {LAST}", "'total' stands twice"),
    "alias": ("expected: {total: 18.80}", "expected: {a: &x [1], b: *x}", f"line {LAST}", "aliases"),
    "merge of an alias": ("expected: {total: 18.80}", "expected: {a: &x {c: 1}, <<: *x}", f"line {LAST}", "aliases"),
    "alias inside itself": ("expected: {total: 18.80}", "expected: &x {a: *x}", f"line {LAST}", "aliases"),
    "list as key": ("expected: {total: 18.80}", "expected: {[a]: 1}", f"line {LAST}", "is not a word"),
    "tag of an object": ("title: 小馆", "title: !!python/object/apply:os.getcwd []", "small.yaml, line 3", "tag"),
    "own tag": ("title: 小馆", "title: !secret x", "small.yaml, line 3", "tag"),
    "two documents": ("expected: {total: 18.80}", "---\na: b", f"small.yaml, line {LAST}", "another document"),
    "too deep": ("expected: {total: 18.80}", "expected: " + "[" * 5000 + "]" * 5000, "small.yaml", "nested too deeply"),
    "control character": ("小馆", "\x01", "small.yaml", "not valid YAML"),
}


@pytest.mark.parametrize("fault", YAML_FAULTS)
def test_yaml_that_is_broken_or_clever_is_refused(tmp_path: Path, fault: str) -> None:
    """Broken YAML, doubled keys, aliases, foreign tags, several documents and endless nesting are refused by line."""
    old, new, where, said = YAML_FAULTS[fault]

    with pytest.raises(BadInput) as refused:
        load(tmp_path, changed(old, new))
    message = str(refused.value)
    assert message.startswith("small.yaml")
    assert where in message
    assert said in message


@pytest.mark.parametrize("content", ["", "# nothing\n", "- a\n- b\n", "word\n", "5\n"])
def test_a_document_that_is_no_map_is_refused(tmp_path: Path, content: str) -> None:
    """An empty file, a list or a single value is no scenario."""
    with pytest.raises(BadInput, match=r"small\.yaml: a scenario is a map with the keys schema_version, meta"):
        load(tmp_path, content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there, and a directory in its place, are refused with their path."""
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(BadInput, match="cannot be read") as refused:
            load_scenario(path)
        assert str(path) in str(refused.value)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    """Text in another encoding is refused with the byte where it ceases to be UTF-8."""
    file = tmp_path / "small.yaml"
    file.write_bytes(SMALL.encode("gbk"))

    with pytest.raises(BadInput, match="not UTF-8 text"):
        load_scenario(file)


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file one byte above the limit is refused before it is read; one at the limit is taken."""
    size = len(SMALL.encode())
    monkeypatch.setattr(strict_yaml, "MAX_BYTES", size)
    load(tmp_path, SMALL)
    monkeypatch.setattr(strict_yaml, "MAX_BYTES", size - 1)

    with pytest.raises(BadInput, match=f"larger than {size - 1} bytes"):
        load(tmp_path, SMALL)


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Faults of several parts come in one message, one a line, the first of the file first."""
    content = changed("  organ: 某馆\n", "")
    content = changed("tolerance_days", "tolerence_days", content)
    content = changed(", kind: department", "", content)
    content = changed("chair: ann", "chair: bob", content)
    content = changed("refers: [M1]", "refers: [M9]", content)
    content = changed("  unit: dep", "  unit: lab", content)

    with pytest.raises(BadInput) as refused:
        load(tmp_path, content)
    keys = ["meta.organ", "config.tolerence_days", "units[1].kind", "chair", "refers[0]", "case.unit"]
    lines = str(refused.value).splitlines()
    assert len(keys) == len(lines)
    for key, line in zip(keys, lines, strict=True):
        assert f": {key}: " in line


def test_at_most_twenty_faults_are_told(tmp_path: Path) -> None:
    """Of more than twenty faults the first twenty are told, and how many are left."""
    row = "  - {id: T1, type: picnic}\n"
    content = changed("  - {id: T1", row.replace("T1", "X0") + "  - {id: T1")
    for number in range(1, 25):
        content = changed("  - {id: T1", row.replace("T1", f"X{number}") + "  - {id: T1", content)

    with pytest.raises(BadInput) as refused:
        load(tmp_path, content)
    lines = str(refused.value).splitlines()
    assert 21 == len(lines)
    assert "event X0:" in lines[0]
    assert "event X19:" in lines[19]
    assert "5 faults more" in lines[20]


def test_a_long_value_is_shortened(tmp_path: Path) -> None:
    """A message shows the beginning of a long value only."""
    with pytest.raises(BadInput) as refused:
        load(tmp_path, changed("minutes: true", f"minutes: {'好' * 5000}"))

    assert "'好好好" in str(refused.value)
    assert 250 > len(str(refused.value))
