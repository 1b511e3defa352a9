"""A file of rules to begin with: every setting with what it means in both languages, its words, and what holds without.

`zeren rules adopt` takes it as it stands: then nothing changes but that the organ has said so itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.messages import N_
from projections.facts.rule_sets import DEFAULT_TOLERANCE, RuleSet, YearWindow
from projections.language.catalogue import LANGUAGES, translate
from projections.language.entry_words import SETTING_WORDS, SETTINGS

_HEAD = (
    N_("Rules of the organ, a line for each setting. Delete what the organ does not decide: the default counts then."),
    N_("Where superior organs have adopted a setting too, the stricter one counts. Check: zeren rules show"),
    N_("Adopt: zeren rules adopt FILE --version 2026-1"),
)
_LEFT_OUT: Mapping[str, str] = {
    "boilerplate": 'boilerplate: ["按照上级要求", "提高认识"]',
    "leading_group": "leading_group: u-1",
    "sources": 'sources: {"分工文件": "党组2026年第3号文"}',
    "obligations": "obligations: {PG3a: {times: 4, every: year, since: 2026-01-01}}",
    "unit_of_money": "unit_of_money: 万元",
    "judged_on": "judged_on: 2026-12-31",
}
"""Settings that have no value until somebody gives one: an example, which is no setting yet."""


def rules_file() -> str:
    """The text of the file."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    for said in _HEAD:
        yield from (f"# {translate(said, language)}" for language in LANGUAGES)
    plain = RuleSet()
    for item in fields(RuleSet):
        yield ""
        yield f"# {_both(SETTINGS[item.name])}"
        yield from _choices(item)
        example = _LEFT_OUT.get(item.name)
        if example is not None:
            yield f"# {example}"
            continue
        held = DEFAULT_TOLERANCE if item.name == "tolerance_days" else getattr(plain, item.name)
        yield f"{item.name}: {_value(held)}"


def _choices(item: "Field[Any]") -> Iterator[str]:
    for word in item.metadata["choices"]:
        yield f"#   {word}: {_both(SETTING_WORDS[word])}"


def _both(message: str) -> str:
    return " / ".join(dict.fromkeys(translate(message, language) for language in LANGUAGES))


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case YearWindow():
            return "[" + ", ".join(f'"{month:02}-{day:02}"' for month, day in (value.first, value.last)) + "]"
        case Mapping():
            return "{" + ", ".join(f"{name}: {_value(each)}" for name, each in value.items()) + "}"
        case Decimal() | int() | date():
            return str(value)
    return str(value)
