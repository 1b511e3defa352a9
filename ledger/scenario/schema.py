"""Which keys each scenario event takes, and the shape of each. Data, not code; unknown keys and types are refused.

Shapes: `person`, `unit`, `party` (either), `event` (id of an event), `date`, `time` (moment), `when` (date or moment),
`text`, `texts` (one or a list of them), `word`, `answer` (yes, part, no), `bool`, `int`, `decimal`, `hex`, `online`
(true, or the list of persons who took part online); `[x]` a list of x; a table is a record. `!` marks a required key.
"""

from collections.abc import Mapping
from typing import Any

Shape = str | tuple["Shape"] | Mapping[str, Any]
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
_TEXTS: Keys = {"title": "text", "subject": "text", "text": "text"}
_ABOUT: Keys = {"unit": "unit", "covers": many("unit"), **_TEXTS}
_TENURE: Keys = {
    "person!": "person",
    "post!": "word",
    "scope": many("unit"),
    "supervises": many("unit"),
    "functions": many("word"),
    "valid_from!": "date",
    "valid_to": "date",
    "basis": "text",
    "authority": "text",
}
_RECEIVED: Keys = {"received_signature": {"person!": "person", "at!": "time"}}
_ADDRESSED: Keys = {
    **_ABOUT,
    **_RECEIVED,
    "author": "party",
    "addressee": "party",
    "recipients": many("party"),
    "receipts": many("party"),
    "for_year": "int",
}
_CASE: Keys = {"case": "word"}
_KIND: Keys = {"kind": "word", "kind_text": "text"}

EVENTS: Mapping[str, Keys] = {
    "assignment": {**_TENURE, "replaces": "event"},
    "acting": {**_TENURE, "mode!": "word"},
    "assignment_end": {
        "ends!": "event",
        "person!": "person",
        "valid_to!": "date",
        "leaves": "word",
        "reason": "text",
    },
    "leave": {"person!": "person", "from!": "date", "to!": "date", "reason": "text"},
    "handover": {"from!": "person", "to!": "person", "scope!": many("unit"), "open_issues": many("text")},
    "talk": {
        **_ABOUT,
        "talker!": "person",
        "counterpart!": "person",
        "ends_at": "time",
        "place": "text",
        **_KIND,
        "problems": "texts",
        "demands": "texts",
        "undertakings": "texts",
        "follow_up_due": "date",
        "online": "online",
    },
    "meeting": {
        **_ABOUT,
        "body": "body",
        **_KIND,
        "items": many({"title": "text", "decided": "text", "refers": many("event")}),
        "online": "online",
        "ends_at": "time",
        "place": "text",
        "chair": "person",
        "proposer": "person",
        "attendees": many("person"),
        "absent": many("person"),
        "non_voting": many("person"),
        "recused": many("person"),
        "minutes": "bool",
        "outcome": "text",
        "decision": "text",
        "votes": {"agree": many("person"), "oppose": many("person"), "abstain": many("person")},
        "dissent": many({"person!": "person", "text": "text"}),
        "written_opinions_of_absent": many({"person!": "person", "opinion!": "word", "counted": "bool"}),
    },
    "education": {**_ABOUT, "body": "unit", "attendees": many("person"), "place": "text", "online": "online"},
    "inspection": {
        **_ABOUT,
        "lead!": "person",
        **_KIND,
        "for_year": "int",
        "result_used_in_assessment": "bool",
    },
    "analysis": {**_ABOUT, "lead!": "person", "for!": "word"},
    "plan": {
        **_ABOUT,
        **_KIND,
        "for_year": "int",
        "items": many({"goal": "texts", "measures": "texts", "responsible": "texts", "due": "date"}),
    },
    "risk_measure": _ABOUT,
    "request_report": _ADDRESSED,
    "warning_report": _ADDRESSED,
    "report_up": _ADDRESSED,
    "self_summary": _ADDRESSED,
    "integrity_report": _ADDRESSED,
    "issue_found": {
        **_ABOUT,
        **_RECEIVED,
        "finder!": "person",
        "reported_to": many("party"),
        "owner": "party",
        "due": "date",
    },
    "rectification": {**_ABOUT, "person": "person", "measure": "text"},
    "key_task": _ABOUT,
    "task_assigned": {**_ABOUT, "owner!": "party", "co_units": many("unit"), "due": "date", "source": "event"},
    "task_reported": {**_ABOUT, "of!": "event", "done": "bool"},
    "rectification_verified": {**_ABOUT, "of!": "event", "by!": "person", "result!": "word"},
    "assessment": {**_ABOUT, "of!": "party", "for_year!": "int", "grade!": "word"},
    "assessment_used": {**_ABOUT, "assessment!": "event", "use!": "word"},
    "opinion": {**_ABOUT, "of!": "event", "by": "party", "opinion!": "word"},
    "risk": {**_TEXTS, "unit!": "unit", "covers": many("unit")},
    "evidence_filed": {**_TEXTS, **_KIND, "person": "person", "unit": "unit"},
    "receipt": {"of!": "event", "by!": "party", "date": "date"},
    "refusal": {"of!": "event", "by!": "person", "reason": "text"},
    "consent": {"of!": "event", "by!": "person", "answer!": "word", "capacity": "word", "reason": "text"},
    "withdrawal": {"of!": "event", "ground!": "word", "duplicate_of": "event", "reason": "text"},
    "unit_renamed": {"unit!": "unit", "name!": "text", "valid_from!": "date"},
    "unit_ended": {"unit!": "unit", "valid_to!": "date", "into": many("unit")},
    "person_renamed": {"person!": "person", "name!": "text", "valid_from!": "date"},
    "rules": {"layer!": "word", "version!": "word", "valid_from": "date", "settings!": "settings"},
    "correction": {"corrects!": "event", "field!": "word", "new_value!": "any"},
    "complaint": {**_CASE, "about": many("party"), "subject": "text"},
    "case_opened": {"case!": "word"},
    "person_status": {**_CASE, "person!": "person", "status!": "word"},
    "inspector_access": {**_CASE, "query": "text", "subjects": many("party")},
    "second_investigation_opened": {"case!": "word"},
    "accountability_decision": {
        "case!": "word",
        "track!": "word",
        "decisions!": many(
            {
                "person": "person",
                "body": "unit",
                "category!": "word",
                "form": "word",
                "note": "text",
                "effect_until": "date",
                "four_forms": "int",
            }
        ),
    },
    "decision_announced": {**_CASE, "of!": "event", "at!": "when", "body": "word"},
    "decision_enforced": {**_CASE, "of!": "event", "at!": "when", "body": "word"},
    "finding": {
        "case!": "word",
        "track!": "word",
        "findings!": many(
            {
                "person": "person",
                "body": "unit",
                "rulebook!": "word",
                "category!": "word",
                "article": "word",
                "situation": "word",
                "knowledge": "word",
                "note": "text",
            }
        ),
    },
    "statement": {
        **_CASE,
        "person!": "person",
        "heard_at!": "when",
        "accepted!": "answer",
        "answer": "text",
        "text": "text",
    },
    "lead_disposed": {**_CASE, "lead!": "event", "way!": "word", "text": "text"},
    "appeal": {**_CASE, "person!": "person", "against!": "event", "reason": "text"},
    "appeal_decision": {
        **_CASE,
        "appeal!": "event",
        "result!": "word",
        "reason": "text",
        "category_before": "word",
        "category_after": "word",
        "restored": {"date!": "date", "scope": "texts"},
    },
    "rectification_review": {**_CASE, "result!": "word"},
}

OPENING = ("opened_by", "opened_at")
"""Either says when a case was opened: the event that opens it, or that event's moment."""
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
CONFIG: Keys = {
    "tolerance_days": dict.fromkeys((*EVENTS, "report", "default"), "int"),
    "timely_days": "int",
    "batch": {"min_records": "int", "window_hours": "int", "min_spread_days": "int"},
    "near_duplicate_threshold": "decimal",
    "boilerplate": many("text"),
    "post_read_days": "int",
    "handover_days": "int",
    "countersign_days": "int",
    "unanswered_warning_days": "int",
    "rotation_years": "int",
    "quorum": {"ordinary": "word", "cadre_or_discipline": "word"},
    "pass_rule": "word",
    "half_year": {"H1": many("word"), "H2": many("word")},
    "annual_check_window": many("word"),
    "mid_year_analysis_window": many("word"),
    "year_end_analysis_window": many("word"),
    "min_days_for_pair": "int",
}
"""Settings of the rule set; what is left out has the rule set's default."""
WINDOWS = (
    "half_year.H1",
    "half_year.H2",
    "annual_check_window",
    "mid_year_analysis_window",
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
