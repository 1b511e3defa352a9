"""Comparing a scenario's `expected` rows with the program's answers; each function returns the faults it finds.

The definitions are those of the scenario schema notes: every row, every key it states; an unknown key is a fault.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ledger.scenario.loaded import Scenario
from projections.facts.holdings import Level
from projections.facts.values import Citation, Instance, Period, Signal
from projections.questions.holders import Holder, holders, members
from projections.questions.parties import party_of
from projections.registers.issues import Issue
from projections.registers.tasks import Task
from projections.trace.model import BodyTrace, Ground, PersonTrace, Share, Trace
from projections.views.facts import ViewFacts

Row = Mapping[str, Any]
COMMENTS = {"why", "reason", "scope_note", "rule_note"}
NOBODY = {"vacant", "none (gap)"}
_LEVEL_WORDS: Mapping[str, Level] = {"head": "head", "supervising member": "supervisor", "secretary": "secretary"}
_QUESTION = re.compile(r"(?P<what>head|supervising member|secretary)(?: of (?P<unit>.+))? on (?P<day>\d{4}-\d\d-\d\d)")
_MEMBERSHIP = re.compile(r"full membership of the Party group on (?P<day>\d{4}-\d\d-\d\d)")


class Names:
    """From ids in the ledger back to the scenario's."""

    def __init__(self, facts: ViewFacts) -> None:
        self.by_id = {p.id: p.ref for p in facts.persons.values()} | {u.id: u.ref for u in facts.units.values()}
        self.by_ref = {ref: id_ for id_, ref in self.by_id.items()}

    def ref(self, id_: str | None) -> str | None:
        return self.by_id.get(id_, id_) if id_ is not None else None

    def id(self, ref: str) -> str:
        return self.by_ref.get(ref, ref)

    def pair(self, text: str) -> str:
        return "/".join(str(self.ref(part)) for part in text.split("/"))


_IDS = frozenset(
    [
        "id",
        "q",
        "answer",
        "acting",
        "person",
        "owner",
        "subject",
        "trigger",
        "unit",
        "case",
        "body",
        "act",
        "because",
        "by",
        "after",
        "known",
        "conflicts_with",
        "from",
        "to",
        "pair",
        "with",
        "events",
        "groups",
        "acts",
        "scope",
        "met_by",
        "missing",
        "rejected",
        "not_counted",
        "doubtful",
        "not_covered",
        "pairs_met",
        "fitting",
        "falls_to",
        "mitigating",
        "aggravating",
        "rejected_excuse",
        "basis",
        "decision",
        "extra",
        "also",
        "note",
    ]
)
"""Keys whose values are ids: a file may write an id of digits without quotes."""


def with_ids(value: Any, key: str = "") -> Any:
    """A row with its ids as the strings that they are."""
    if isinstance(value, Mapping):
        return {str(name) if key == "category" else name: with_ids(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [with_ids(each, key) for each in value]
    return str(value) if type(value) is int and key in _IDS else value


def unknown_keys(row: Row, known: Iterable[str]) -> list[str]:
    return [f"key {key!r} is not known to the comparison" for key in row.keys() - set(known) - COMMENTS]


def moment(value: Any) -> datetime:
    return datetime.fromisoformat(str(value)).astimezone(UTC)


def known_at(row: Any) -> datetime | None:
    """The moment as known at which a row is asked, where it states one."""
    return moment(row["as_known_at"]) if isinstance(row, Mapping) and "as_known_at" in row else None


def ids_in(value: Any, ids: Iterable[str]) -> list[str]:
    """The event ids that stand as whole words in a text or list of texts."""
    texts = value if isinstance(value, list) else [value]
    return [id_ for id_ in ids if any(re.search(rf"(?<!\w){re.escape(id_)}(?!\w)", str(text)) for text in texts)]


# --- holders ---------------------------------------------------------------------------------------------------------


def compare_holder(row: Row, facts_at: Callable[[datetime], ViewFacts], default_known: datetime | None) -> list[str]:
    faults = unknown_keys(row, ("q", "answer", "acting", "as_known_at", "flag"))
    known = known_at(row) or default_known
    if known is None:
        return [*faults, "as_known_at is missing: the file has several cases"]
    facts = facts_at(known)
    names = Names(facts)
    expected = row["answer"] if isinstance(row["answer"], list) else [row["answer"]]
    expected = [] if set(expected) <= NOBODY else expected
    if membership := _MEMBERSHIP.fullmatch(row["q"]):
        found = [names.ref(person) for person in members(facts, date.fromisoformat(membership["day"]))]
        return faults + differ("members", sorted(expected), sorted(map(str, found)))
    question = _QUESTION.fullmatch(row["q"])
    if question is None:
        return [*faults, f"the question {row['q']!r} is not understood"]
    unit = party_of(facts, names.id(question["unit"]), "unit") if question["unit"] else None
    answer = holders(facts, _LEVEL_WORDS[question["what"]], unit, date.fromisoformat(question["day"]))
    faults += differ("answer", sorted(expected), sorted(str(names.ref(h.person)) for h in answer.titular))
    if "acting" in row:
        faults += differ("acting", [row["acting"]], [names.ref(h.person) for h in answer.acting])
    if "flag" in row:
        faults += differ("flag", row["flag"], ", ".join(flag_text(holder) for holder in answer.titular))
    return faults


def flag_text(holder: Holder) -> str:
    return f"{holder.flag} by {holder.entry.ref}" + (", disputed" if holder.disputed else "")


def differ(what: str, expected: Any, found: Any) -> list[str]:
    return [] if expected == found else [f"{what}: expected {expected}, found {found}"]


# --- attribution -----------------------------------------------------------------------------------------------------


def compare_share(level: str, row: Row, trace: Trace, names: Names) -> list[str]:
    faults = unknown_keys(row, ("person", "acting", "gap", "acts", "amount", "days", "falls_to", "as_known_at"))
    found = [share for share in trace.shares if share.level == level and _is_row(row, share, names)]
    if len(found) != 1:
        rows = [(s.person, s.acting, s.period, s.acts, s.amount, s.falls_to) for s in trace.shares if s.level == level]
        return [*faults, f"{len(found)} rows at level {level} fit; there are {rows}"]
    share = found[0]
    faults += differ("acts", tuple(row.get("acts", share.acts)), share.acts)
    faults += differ("amount", Decimal(str(row.get("amount", share.amount))), share.amount)
    faults += differ("days", row.get("days", share.period.days), share.period.days)
    if "falls_to" in row:
        faults += differ("falls_to", row["falls_to"], names.ref(share.falls_to))
    return faults


def _is_row(row: Row, share: Share, names: Names) -> bool:
    same_acts = "acts" not in row or tuple(row["acts"]) == share.acts
    same_days = "days" not in row or row["days"] == share.period.days
    if row.get("gap"):
        return share.person is None and same_acts and same_days
    person = row.get("person") or row.get("acting")
    return names.ref(share.person) == person and share.acting == ("acting" in row) and (same_acts or same_days)


# --- trace -----------------------------------------------------------------------------------------------------------

_PERSON_KEYS = (
    *(
        "case",
        "as_known_at",
        "person",
        "category",
        "interval",
        "also_acting_secretary",
        "mitigating",
        "aggravating",
        "rejected_excuse",
    ),
    *("basis", "decision", "extra", "also", "note", "chufen_reason", "unmet", "suggestion", "status_now", "lifelong"),
)
_CITED_ANYWHERE = ("basis", "decision", "extra", "also", "note", "chufen_reason")


def compare_person(row: Row, trace: Trace, names: Names, event_ids: Iterable[str]) -> list[str]:
    faults = unknown_keys(row, _PERSON_KEYS)
    found = [person for person in trace.persons if names.ref(person.person) == row["person"]]
    if not found:
        return [*faults, f"{row['person']} is not named in the trace"]
    person = found[0]
    faults += _compare_categories(row, person.categories)
    if "interval" in row:
        faults += differ("interval", list(row["interval"]), days(person.interval))
    if "also_acting_secretary" in row:
        faults += differ(
            "also_acting_secretary", list(row["also_acting_secretary"]), days(person.also_acting_secretary)
        )
    faults += _compare_cited(row, "mitigating", event_ids, person.side("mitigating"))
    against = (*person.side("aggravating"), *person.side("rejected"))
    for key in ("aggravating", "rejected_excuse"):
        faults += _compare_cited(row, key, event_ids, against)
    for key in _CITED_ANYWHERE:
        faults += _compare_cited(row, key, event_ids, person.grounds)
    for key in ("suggestion", "status_now"):
        if key in row:
            faults += differ(key, row[key], getattr(person, key))
    if "lifelong" in row:
        faults += differ("lifelong", row["lifelong"], person.lifelong)
    for owed in row.get("unmet", ()):
        faults += _compare_unmet(owed, person, names)
    return faults


def days(period: Period | None) -> list[str]:
    return [period.first.isoformat(), period.last.isoformat()] if period is not None else []


def _compare_categories(row: Row, categories: Iterable[tuple[str, str]]) -> list[str]:
    found = dict(categories)
    return [fault for book, expected in row["category"].items() for fault in differ(book, expected, found.get(book))]


def _compare_cited(row: Row, key: str, event_ids: Iterable[str], grounds: Iterable[Ground]) -> list[str]:
    if key not in row:
        return []
    cited = {cite.ref for ground in grounds for cite in ground.cites}
    return [f"{key}: {id_} is not cited" for id_ in ids_in(row[key], event_ids) if id_ not in cited]


def _compare_unmet(owed: Row, person: PersonTrace, names: Names) -> list[str]:
    faults = unknown_keys(owed, ("id", "period", "trigger", "with", "owner", "subject", "pair", "status"))
    fits = [instance for instance in person.unmet if instance_fits(owed, instance, names)]
    if "with" in owed:
        fits = [
            instance
            for instance in fits
            if any(names.pair(pair).endswith(f"/{owed['with']}") for pair in instance.missing)
        ]
    if "pair" in owed:
        fits = [instance for instance in fits if owed["pair"] in map(names.pair, instance.missing)]
    if "status" in owed:
        fits = [instance for instance in fits if instance.status == owed["status"]]
    return faults if fits else [*faults, f"unmet: {dict(owed)} is not there"]


def instance_fits(row: Row, instance: Instance, names: Names) -> bool:
    """Whether an instance is one that a row of `obligations` or `unmet` speaks of."""
    if row["id"] != instance.obligation:
        return False
    if "period" in row and str(row["period"]) != instance.period:
        return False
    if "trigger" in row and not trigger_fits(str(row["trigger"]), instance, names):
        return False
    if "owner" in row and row["owner"] != names.ref(instance.owner):
        return False
    return not ("subject" in row and row["subject"] != names.ref(instance.subject))


def trigger_fits(expected: str, instance: Instance, names: Names) -> bool:
    return expected == instance.trigger


def compare_body(row: Row, trace: Trace, names: Names, event_ids: Iterable[str]) -> list[str]:
    faults = unknown_keys(row, ("case", "as_known_at", "body", "category", "basis", "also", "note", "extra"))
    found: list[BodyTrace] = [body for body in trace.bodies if names.ref(body.body) == row["body"]]
    if not found:
        return [*faults, f"{row['body']} is not named in the trace"]
    faults += _compare_categories(row, found[0].categories)
    for key in ("basis", "also", "note", "extra"):
        faults += _compare_cited(row, key, event_ids, found[0].grounds)
    return faults


def compare_variant(row: Row, trace: Trace, names: Names) -> list[str]:
    known = ("case", "as_known_at", "act", "level", "person", "because", "category", "amount", "days")
    faults = unknown_keys(row, known)
    found = [
        variant
        for variant in trace.variants
        if variant.act == row["act"]
        and variant.level == row["level"]
        and names.ref(variant.person) == row["person"]
        and variant.because.ref == row["because"]
    ]
    if not found:
        return [*faults, f"no such variant; there are {[(v.act, v.level, v.person) for v in trace.variants]}"]
    variant = found[0]
    if "category" in row:
        faults += _compare_categories(row, variant.categories)
    if "amount" in row:
        faults += differ("amount", Decimal(str(row["amount"])), variant.amount)
    if "days" in row:
        faults += differ("days", row["days"], variant.period.days)
    primary = [s for s in trace.shares if s.level == row["level"] and row["act"] in s.acts]
    if any(names.ref(share.person) == row["person"] for share in primary):
        faults.append("the variant is the primary answer")
    return faults


# --- signals ---------------------------------------------------------------------------------------------------------

_SIGNAL_KEYS = (
    *("code", "events", "groups", "undeclared", "declared", "severity", "after", "conflicts_with", "known", "person"),
    *("since", "unit", "from", "to", "scope", "duty", "provisional", "case"),
)


def compare_signal(row: Row, signals: Iterable[Signal], names: Names) -> list[str]:
    """The faults of one row; several warnings that one handover left out may stand in one row, as a list."""
    if isinstance(row.get("known"), list):
        signals, asked = list(signals), sorted(row["known"])
        events = set(row.get("events", ()))
        left = {plain_detail(s.get("known"), names) for s in signals if events <= {cite.ref for cite in s.events}}
        faults = differ("known", asked, sorted(each for each in left if each is not None))
        for each in asked if not faults else ():
            faults += compare_signal({**row, "known": each}, signals, names)
        return faults
    faults = unknown_keys(row, _SIGNAL_KEYS)
    details = {
        key: value for key, value in row.items() if key in _SIGNAL_KEYS and key not in ("code", "events", "groups")
    }
    fits = [
        signal
        for signal in signals
        if signal.code == row["code"] and all(_detail_fits(signal, key, value, names) for key, value in details.items())
    ]
    if not fits:
        return [*faults, f"{row['code']} does not fire with {details}"]
    named = {cite.ref for signal in fits for cite in signal.events}
    faults += [f"{row['code']} does not name {event}" for event in row.get("events", ()) if event not in named]
    groups = [{cite.ref for cite in signal.events} for signal in fits]
    faults += [f"{row['code']} has no group {group}" for group in row.get("groups", ()) if set(group) not in groups]
    return faults


def _detail_fits(signal: Signal, key: str, expected: Any, names: Names) -> bool:
    if key == "severity":
        return bool(signal.weight == expected)
    found = plain_detail(signal.get(key), names)
    if isinstance(expected, list):
        return bool(isinstance(found, list) and set(found) == set(expected))
    if isinstance(found, list):
        return bool(found == [expected])
    return bool(found == expected)


def plain_detail(value: Any, names: Names) -> Any:
    match value:
        case Citation():
            return value.ref
        case date():
            return value.isoformat()
        case str():
            return names.ref(value)
        case tuple() | list() | set() | frozenset():
            return [plain_detail(item, names) for item in value]
    return value


def compare_register(row: Row, found: Iterable[Task | Issue], names: Names) -> list[str]:
    """A row of the register of tasks or of issues, by its number."""
    faults = unknown_keys(row, ("id", "status", "owner"))
    own = [each for each in found if each.entry.ref == row["id"]]
    if len(own) != 1:
        return [*faults, f"{len(own)} entries are {row['id']}"]
    if "status" in row:
        faults += differ("status", row["status"], own[0].status)
    if "owner" in row:
        faults += differ("owner", row["owner"], names.ref(own[0].owner))
    return faults


def compare_silence(row: Row, signals: Iterable[Signal]) -> list[str]:
    faults = unknown_keys(row, ("code", "events"))
    named = {cite.ref for signal in signals if signal.code == row["code"] for cite in signal.events}
    return faults + [f"{row['code']} fires on {event}" for event in row["events"] if event in named]


def scope_of(scenario: Scenario, names: Names) -> Callable[[Instance], bool]:
    """Which obligations a scenario says to look at: those of its own rows; the rest was left unrecorded on purpose.

    A row limited to a pair says to look at that pair alone: what other pairs of the owner lack is not asked.
    """
    rows = with_ids(scenario.expected.get("obligations", []))

    def considered(instance: Instance) -> bool:
        return any(instance_fits(row, instance, names) and asked(row, instance) for row in rows)

    def asked(row: Row, instance: Instance) -> bool:
        pairs = [pair for pair in instance.pairs if names.pair(f"{pair.owner}/{pair.subject}") == row.get("pair")]
        return "pair" not in row or any(pair.status != "met" for pair in pairs)

    return considered
