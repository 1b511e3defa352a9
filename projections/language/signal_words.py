"""What a signal found, in words: how each detail is called, and how its value is said.

Persons, units and entries among the values are named by whoever shows them, who may make links of them.
"""

from collections.abc import Callable, Mapping
from datetime import date

from ledger.messages import N_
from ledger.recording.forms import forms
from projections.language.entry_words import SETTINGS
from projections.language.speech import Speech
from projections.language.titles import known_title
from projections.language.trace_words import LEVELS
from projections.language.wording import Wording
from projections.obligations.table import table

DETAILS: Mapping[str, str] = {
    "after": N_("after"),
    "announced": N_("announced"),
    "case": N_("case"),
    "claims": N_("claims"),
    "conflicts_with": N_("conflicts with"),
    "corrects": N_("corrects"),
    "day": N_("day"),
    "days": N_("number of days"),
    "declared": N_("declared"),
    "duty": N_("duty"),
    "equally_long": N_("equally long"),
    "erased": N_("erased"),
    "field": N_("field"),
    "file": N_("file"),
    "first": N_("first"),
    "from": N_("from"),
    "functions": N_("functions"),
    "known": N_("known"),
    "last": N_("last"),
    "lead": N_("lead"),
    "members": N_("members"),
    "missing": N_("missing"),
    "person": N_("person"),
    "present": N_("present"),
    "provisional": N_("provisional"),
    "reason": N_("reason"),
    "refused": N_("refused"),
    "scope": N_("scope"),
    "settings": N_("settings"),
    "since": N_("since"),
    "spread": N_("spread"),
    "to": N_("to"),
    "tolerance": N_("tolerance"),
    "undeclared": N_("undeclared"),
    "unit": N_("unit"),
    "year": N_("year"),
}
"""What the details of signals are called."""
REASONS: Mapping[str, str] = {
    "detained": N_("detained since {day}"),
    "retired": N_("retired on {day}"),
    "died": N_("died on {day}"),
    "key revoked": N_("key revoked"),
    "absent_counted": N_("the vote of somebody absent was counted"),
    "voted_twice": N_("somebody voted twice"),
    "voted_without_vote": N_("somebody voted who had no vote"),
    "did_not_vote": N_("somebody who had a vote did not vote"),
}
"""Why somebody could not sign, or the votes are not those of who could vote; a day may stand behind the word."""


def detail_title(say: Speech, name: str) -> str:
    """What a detail is called."""
    return say.text(DETAILS.get(name, name))


def detail_word(say: Speech, name: str, value: object) -> str:
    """A detail's value that is neither entry nor list: yes and no, fixed words, names; else as it stands."""
    if isinstance(value, bool):
        return say.text("yes") if value else say.text("no")
    if not isinstance(value, str):
        return str(value)
    return _SAID.get(name, Speech.name)(say, value)


def _duty(say: Speech, duty: str) -> str:
    level = "supervisor" if duty == "supervise" else duty
    return say.text(LEVELS[level]) if level in LEVELS else Wording(say.facts, say.language).post(duty)


def _field(say: Speech, name: str) -> str:
    return known_title(name, say.speech) or name


def _function(say: Speech, word: str) -> str:
    return Wording(say.facts, say.language).word(word)


def _reason(say: Speech, reason: str) -> str:
    word, _, on = reason.rpartition(" ")
    try:
        return say.text(REASONS[word]).format(day=Wording(say.facts, say.language).day(date.fromisoformat(on)))
    except (KeyError, ValueError):  # no day stands behind it
        return say.text(REASONS[reason]) if reason in REASONS else reason


def _obligation(say: Speech, id_: str) -> str:
    found = table().obligations.get(id_)
    return f"{found.title.of(say.speech)}{say.aside(id_)}" if found is not None else id_


def _settings(say: Speech, name: str) -> str:
    return say.text(": ").join(_setting(say, part) for part in name.split("."))


def _setting(say: Speech, part: str) -> str:
    if part in SETTINGS:
        return say.text(SETTINGS[part])
    return say.text(forms()[part].payload.TITLE) if part in forms() else _obligation(say, part)


_SAID: Mapping[str, Callable[[Speech, str], str]] = {
    "duty": _duty,
    "field": _field,
    "reason": _reason,
    "claims": _obligation,
    "functions": _function,
    "settings": _settings,
}
"""How the words of a detail are said; those of others are names."""
