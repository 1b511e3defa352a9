"""The table of obligations: the shipped data file, read strictly.

`projections/data/obligations.yaml` holds for each obligation its titles, its clause in the plan, owner, act,
counterpart, class and minimum evidence, and for those that can be decided the rules by which the engine decides them.
A rule is one of four forms:

- `every`: so many credited acts (`times`) in each period (year, half_year, quarter, regular = the setting, once,
  analysis = the analysis windows), owed `per` group, secretary, member, supervisor (a member who supervises units),
  supervised_unit (the same for each unit), unit, or person (group members and heads).
- `trigger`: an answer to each trigger on record, `within` timely (working days), before (the trigger's day), year_end,
  or without a limit; the triggers are those of `projections/obligations/triggers.py`.
- `pairs`: a talk between the holders of two posts each half-year.
- `tenure`: rotation of key posts.

`set: true` marks a cadence that the plan does not state: a number of ours, to be changed by a setting.
"""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib import resources
from typing import Any

import yaml

from ledger.errors import BadInput
from ledger.events.base import Payload
from ledger.events.registry import TYPES
from ledger.frozen import dataclass

OWNERS = ("group", "secretary", "member", "unit", "head", "person", "investigators")
CLASSES = ("countable", "triggered", "standing")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "every": ("year", "half_year", "quarter", "regular", "once", "analysis"),
    "per": (
        *("group", "secretary", "member", "supervisor", "supervised_unit", "unit", "person", "head"),
        "investigators",
    ),
    "by": ("doer", "doer_or_signer", "head_signs"),
    "body": ("group",),
    "dated": ("happened", "for"),
    "due": ("period_end", "check_window"),
    "covers": ("units",),
    "to": ("superiors", "leading_group", "group_or_secretary"),
    "within": ("timely", "before", "year_end"),
    "pairs": ("secretary_member", "supervisor_head"),
    "tenure": ("rotation",),
    "trigger": (
        *(
            "raised_with_group",
            "appointment",
            "appointment_issue",
            "instruction",
            "own_act",
            "own_case_act",
            "key_task",
        ),
        *(
            "issue_reported",
            "warning_received",
            "sign_known",
            "vacancy",
            "vacancy_of_supervision",
            "assignment",
            "document",
        ),
        *("sign_about_member", "request", "knowledge", "shared_task", "yearly_check", "case"),
    ),
}
FORMS = ("every", "trigger", "pairs", "tenure")


@cache
def acts() -> Mapping[str, type[Payload]]:
    """Kinds of act by the word with which rules name them; `kind:word` is a meeting of that kind."""
    return {cls.WORD: cls for cls in TYPES.values() if cls.WORD is not None}


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The text in the language, `en` or any Chinese."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Rule:
    """How the engine decides an obligation; see the module. What is empty does not limit."""

    every: str | None = None
    times: int = 1
    set: bool = False
    """The cadence is ours, not the plan's."""
    per: str = "group"
    by: str | None = None
    """How the owner takes part: did it himself, did or signed it, or the unit's head signed it."""
    acts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Kinds of record that all must be there, by name."""
    body: str | None = None
    dated: str = "happened"
    before_record: bool = False
    """The year before the record began is asked about too, for its window lies inside the record."""
    due: str = "period_end"
    late: bool = False
    """An act after the last day is late; else it is as good as one before."""
    covers: str | None = None
    items: bool = False
    """Each item of a plan has to be whole: goal, measures, who is responsible, due day."""
    to: str | None = None
    receipts: bool = False
    trigger: str | None = None
    within: str | None = None
    tracks: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    """Kinds of act that are this duty's own also where they do not claim it, if `acts` and `parts` are too wide or
    silent."""
    pairs: str | None = None
    tenure: str | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """One row of the table."""

    id: str
    title: Text
    clause: str
    owner: str
    kind: str
    """countable, triggered or standing."""
    act: tuple[str, ...]
    counterpart: tuple[str, ...]
    evidence: Text
    layer: str
    rules: tuple[Rule, ...]

    @property
    def standing(self) -> bool:
        """Whether it is a duty of quality, of which only evidence is listed."""
        return self.kind == "standing"


@dataclass(frozen=True, slots=True)
class DutyTable:
    """A version of the table: obligations by id in the plan's order, names of its parts and of its sources."""

    version: str
    layer: str
    obligations: Mapping[str, Obligation]
    parts: Mapping[str, Text]
    sources: Mapping[str, Text]

    def clause(self, obligation: Obligation, language: str) -> str:
        """The clause as people read it: part of the plan and item."""
        part, _, item = obligation.clause.partition("/")
        return f"{self.parts[part].of(language)} {item}"


@cache
def table() -> DutyTable:
    """The shipped table. Raises BadInput where the file is not what the schema says."""
    text = resources.files("projections").joinpath("data", "obligations.yaml").read_text(encoding="utf-8")
    return read_table(text)


def read_table(text: str) -> DutyTable:
    """The table of a file's text. Raises BadInput naming the obligation and the key."""
    try:
        raw = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - the safe loader
    except yaml.YAMLError as error:
        raise BadInput("the table of obligations is not valid YAML: {}", error) from error
    top = _keys("table", raw, ("version", "layer", "sources", "parts", "obligations"))
    parts = {name: _text(name, value) for name, value in top["parts"].items()}
    rows: dict[str, Obligation] = {}
    for row in top["obligations"]:
        obligation = _obligation(row, str(top["layer"]), parts)
        if obligation.id in rows:
            raise _fault(obligation.id, "id", "stands twice")
        rows[obligation.id] = obligation
    sources = {name: _text(name, value) for name, value in top["sources"].items()}
    return DutyTable(str(top["version"]), str(top["layer"]), rows, parts, sources)


_ROW = ("id", "clause", "owner", "class", "act", "with", "zh", "en", "evidence")


def _obligation(raw: Any, layer: str, parts: Mapping[str, Text]) -> Obligation:
    id_ = str(raw.get("id") if isinstance(raw, dict) else raw)
    row = _keys(id_, raw, _ROW, ("rules", "layer"))
    if row["class"] not in CLASSES or row["owner"] not in OWNERS or row["clause"].partition("/")[0] not in parts:
        raise _fault(id_, "class, owner, clause", "has a word that is not known")
    rules = tuple(_rule(id_, rule) for rule in row.get("rules", ()))
    if bool(rules) == (row["class"] == "standing"):
        raise _fault(id_, "rules", "stand exactly where the class is not standing")
    return Obligation(
        id=id_,
        title=_text(id_, {"zh": row["zh"], "en": row["en"]}),
        clause=row["clause"],
        owner=row["owner"],
        kind=row["class"],
        act=_words(id_, "act", row["act"]),
        counterpart=_words(id_, "with", row["with"]),
        evidence=_text(id_, row["evidence"]),
        layer=str(row.get("layer", layer)),
        rules=rules,
    )


def _rule(id_: str, raw: Any) -> Rule:
    row = dict(_keys(id_, raw, (), tuple(item.name for item in fields(Rule))))
    for name, choices in CHOICES.items():
        if name in row and row[name] not in choices:
            raise _fault(id_, name, f"is {row[name]!r}, which is not one of {', '.join(choices)}")
    if sum(form in row for form in FORMS) != 1:
        raise _fault(id_, "rules", f"need exactly one of {', '.join(FORMS)}")
    if "parts" in row:
        row["parts"] = tuple((name, _words(id_, name, words)) for name, words in row["parts"].items())
    for name in ("acts", "kinds", "tracks", "fits"):
        row[name] = _words(id_, name, row.get(name, []))
    named = (row["acts"], row["fits"], *(part for _, part in row.get("parts", ())))
    unknown = {word.partition(":")[0] for words in named for word in words}
    if unknown - set(acts()):
        raise _fault(id_, "acts", f"name {', '.join(sorted(unknown - set(acts())))}, which is no kind of act")
    if type(row.get("times", 1)) is not int or row.get("times", 1) < 1:
        raise _fault(id_, "times", "is not a number from 1")
    for name in ("set", "before_record", "late", "receipts"):
        if not isinstance(row.get(name, False), bool):
            raise _fault(id_, name, "is neither true nor false")
    return Rule(**row)


def _keys(where: str, raw: Any, needed: tuple[str, ...], more: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise _fault(where, "", "is not a map")
    for name in needed:
        if name not in raw:
            raise _fault(where, name, "is missing")
    for name in raw:
        if name not in needed and name not in more:
            raise _fault(where, str(name), "is not a key here")
    return raw


def _text(where: str, raw: Any) -> Text:
    row = _keys(where, raw, ("zh", "en"))
    if not all(isinstance(value, str) and value for value in row.values()):
        raise _fault(where, "zh, en", "are texts that are not empty")
    return Text(row["zh"], row["en"])


def _words(where: str, name: str, raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(word, str) for word in raw):
        raise _fault(where, name, "is not a list of words")
    return tuple(raw)


def _fault(where: str, key: str, what: str) -> BadInput:
    return BadInput("the table of obligations, {}: {} {}", where, key, what)
