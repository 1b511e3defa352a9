"""Of what kind an act is, of which body, and to whom it went: what the rules of the table ask of it."""

from collections.abc import Iterable

from ledger.events.base import Payload
from ledger.events.record import Recorded
from ledger.events.words import is_other, kind_of
from projections.obligations.claims import Claim
from projections.obligations.docket import Docket
from projections.obligations.table import Rule, acts

SUPERIORS = ("superior", "superior_discipline")


def wrong_act(docket: Docket, rule: Rule, act: Claim) -> str | None:
    """Why an act is not of the kind or body that a rule asks for."""
    words = (*rule.acts, *(word for _, part in rule.parts for word in part))
    if words and not any(is_act(act.record, word) for word in words):
        return "wrong_kind"
    if rule.kinds and kind_of(act.payload) not in rule.kinds:
        return "wrong_kind"
    if rule.body == "group" and getattr(act.payload, "body", None) != docket.facts.party_group:
        return "wrong_body"
    return None


def is_act(record: Recorded, word: str) -> bool:
    """Whether a record is of the kind that a rule names: `meeting`, `meeting:study`."""
    name, _, kind = word.partition(":")
    return isinstance(record.payload, acts()[name]) and (not kind or kind_of(record.payload) == kind)


def addressed(record: Recorded) -> frozenset[str]:
    """To whom a record is addressed."""
    payload = record.payload
    many = (*(getattr(payload, "recipients", None) or ()), *(getattr(payload, "reported_to", None) or ()))
    one = getattr(payload, "addressee", None)
    return frozenset(many) | ({one} if isinstance(one, str) else frozenset())


SUPERIOR = "superior"
"""What is missing where no superior is registered."""


def superiors(docket: Docket) -> tuple[str, ...]:
    """The superior bodies on record, in order of registration."""
    return tuple(unit.id for unit in docket.facts.units.values() if unit.kind in SUPERIORS)


def fitting_words(rule: Rule) -> tuple[str, ...]:
    """The kinds of act that are of a duty's own kind without claiming it; none where the rule names none."""
    return rule.fits or rule.acts or tuple(word for _, part in rule.parts for word in part)


def kinds_of(words: Iterable[str]) -> tuple[type[Payload], ...]:
    """The types of record that words name."""
    return tuple(dict.fromkeys(acts()[word.partition(":")[0]] for word in words))


def is_own_kind(act: Claim, words: Iterable[str]) -> bool:
    """Whether an act is of one of these kinds; `other` is none, and a problem told to nobody answers nothing."""
    payload = act.payload
    told = bool(payload.reported_to) if hasattr(payload, "reported_to") else True
    return told and not is_other(payload) and any(is_act(act.record, word) for word in words)
