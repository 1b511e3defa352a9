"""Which keys a scenario takes beside those of its types of event (`event_forms`), and their shapes. Data, not code.

Shapes: `person`, `unit`, `party` (either), `event` (id of an event), `date`, `time` (moment), `when` (date or moment),
`text`, `texts` (one or a list of them), `word`, `bool`, `int`, `decimal`, `hex`, `online` (true, or the list of persons
who took part online), `tolerances` (days by the word of a type); `[x]` a list of x; a table is a record; `OneOf` is a
closed list. `!` marks a required key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these words and no other; what else is said for one of them is taken for it."""

    words: tuple[str, ...]
    said_for: Mapping[str, str] = field(default_factory=dict)


Shape = str | tuple["Shape"] | Mapping[str, Any] | OneOf
Keys = Mapping[str, Any]


def many(shape: Any) -> tuple[Any]:
    """A list of this shape."""
    return (shape,)


ENVELOPE: Keys = {
    "id!": "word",
    "type!": "word",
    "ledger!": "word",
    "occurred_at!": "when",
    "recorded_at!": "time",
    "recorder!": "person",
    "legacy": "bool",
    "signatures": many("person"),
}
"""Keys of every event that a loaded event holds as attributes of its own."""
COMMON: Keys = {
    **ENVELOPE,
    "claims": many("word"),
    "declared_late": "bool",
    "late_reason": "text",
    "refers": many("event"),
    "restricted": "bool",
    "photo_sha256": "hex",
}
RECEIVED: Keys = {"received_signature": {"person!": "person", "at!": "time"}}
"""Of what is received: its receipt is an entry of its own."""

OPENING = ("opened_by", "opened_at")
"""Either says when a case was opened: the event that opens it, or the moment, with such an event or without one."""
CASE_BLOCK: Keys = {
    "id!": "word",
    "subject": "text",
    "unit!": "unit",
    "period!": {"from!": "date", "to!": "date"},
    "opened_by": "event",
    "opened_at": "time",
    "first_lead_at": "time",
    "offenders!": many({"person!": "person", "from!": "date", "to!": "date", "conduct": "text"}),
    "acts!": many({"id!": "word", "date!": "date", "amount!": "decimal", "text": "text"}),
    "functions": many("word"),
    "enabling_decisions": many("event"),
    "rulebooks!": many({"id!": "word", "name": "text", "note": "text"}),
}
CASE_FACTS = ("subject", "unit!", "period!", "first_lead_at", "offenders!", "acts!", "functions", "rulebooks!")
"""What of a block a correction of the entry that opens the case may name; of the period one of its days."""
CONFIG: Keys = {
    "tolerance_days": "tolerances",
    "timely_days": "int",
    "batch": {"min_records": "int", "window_hours": "int", "min_spread_days": "int"},
    "near_duplicate_threshold": "decimal",
    "boilerplate": many("text"),
    "post_read_days": "int",
    "handover_days": "int",
    "countersign_days": "int",
    "near_days": "int",
    "unanswered_warning_days": "int",
    "rotation_years": "int",
    "quorum": {"ordinary": "word", "cadre_or_discipline": "word"},
    "pass_rule": "word",
    "half_year": {"H1": many("word"), "H2": many("word")},
    "annual_check_window": many("word"),
    "mid_year_analysis_window": many("word"),
    "year_end_analysis_window": many("word"),
    "min_days_for_pair": "int",
    "analyses_per_year": "int",
    "second_half_analysis_window": many("word"),
    "one_act_several_obligations": "bool",
    "regular_period": "word",
    "pair_follows": "word",
    "secretary_reports": "bool",
    "collective_talks_count": "bool",
    "late_key_tasks_count": "bool",
    "functions_supervise": "bool",
    "leading_group": "unit",
    "head_signs_unit_acts": "bool",
    "sources": "any",
    "obligations": "any",
}
"""Settings of the rule set; what is left out has the rule set's default."""
WINDOWS = (
    "half_year.H1",
    "half_year.H2",
    "annual_check_window",
    "mid_year_analysis_window",
    "second_half_analysis_window",
    "year_end_analysis_window",
)
"""Settings that are a first and a last day of the year, each MM-DD."""
META: Keys = {
    "title!": "text",
    "timezone!": "word",
    "period!": {"from!": "date", "to!": "date"},
    "organ!": "text",
    "unit_of_money": "text",
}
PARTY: Keys = {"id!": "word", "name": "text"}
UNIT: Keys = {**PARTY, "kind!": "word", "valid_from": "date"}
TOP = ("schema_version", "meta", "config", "units", "persons", "events", "case", "cases", "expected")
ZONES: Mapping[str, str] = {
    "Z": "UTC",
    **{f"+{hours:02}:00": f"Etc/GMT-{hours}" for hours in range(1, 15)},
    **{f"-{hours:02}:00": f"Etc/GMT+{hours}" for hours in range(1, 13)},
    "+00:00": "UTC",
    "+08:00": "Asia/Shanghai",
    "+04:30": "Asia/Kabul",
    "+05:30": "Asia/Kolkata",
    "+05:45": "Asia/Kathmandu",
    "+06:30": "Asia/Yangon",
    "+09:30": "Australia/Darwin",
    "-09:30": "Pacific/Marquesas",
}
"""Zones by the offset that stands for them; the IANA names of fixed offsets count the other way round. Those of half an
hour are the zones that have had them all year round for decades; a zone that changes its clocks is named."""
