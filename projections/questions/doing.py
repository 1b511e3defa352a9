"""Which command records what an obligation asks for: the kinds that count for it, with what is known filled in."""

from collections.abc import Iterator, Mapping

from ledger.recording.forms import Column, Form, form_of
from projections.facts.values import Instance
from projections.obligations.act_kinds import fitting_words
from projections.obligations.table import Obligation, Rule, acts, table

DAY = "DAY"
"""What stands for a day that the person who records fills in."""
_ASSIGNED = ("vacancy", "vacancy_of_supervision")


def commands(row: Instance) -> tuple[str, ...]:
    """The commands that record what would count for an obligation, the likeliest first; words in capitals are filled in
    by whoever records."""
    obligation = table().obligations[row.obligation]
    rule = _rule(obligation, row)
    if rule.tenure is not None or rule.trigger in _ASSIGNED:
        unit = {"scope": row.unit} if row.unit is not None else {}
        return (_command("assign", form_of(acts()["assignment"]), {**unit, "valid_from": DAY}),)
    words = tuple(dict.fromkeys(_words(obligation, rule, row)))
    return tuple(_recorded(word, rule, row) for word in words) or (
        f"zeren record KIND --occurred-at {DAY} --claims {row.obligation}",
    )


def record(kind: str, given: Mapping[str, str]) -> str:
    """The command that records an act of this kind, named as rules name it, with these fields."""
    form = form_of(acts()[kind])
    return _command(f"record {form.name}", form, given)


def _rule(obligation: Obligation, row: Instance) -> Rule:
    """The rule of which a row is an instance: the one with a trigger exactly where the row has one."""
    fitting = [rule for rule in obligation.rules if (rule.trigger is not None) == (row.trigger is not None)]
    if row.trigger is not None and row.trigger.startswith("vacancy of "):
        fitting = [rule for rule in fitting if rule.trigger in _ASSIGNED] or fitting
    return (fitting or obligation.rules)[0]


def _words(obligation: Obligation, rule: Rule, row: Instance) -> Iterator[str]:
    if rule.pairs is not None:
        yield "talk"
    elif rule.parts:  # the kinds that are still missing, one of each
        yield from (words[0] for name, words in rule.parts if name in row.missing or not row.missing)
    else:
        yield from fitting_words(rule) or (word for word in obligation.act if word in acts())


def _recorded(word: str, rule: Rule, row: Instance) -> str:
    name, _, kind = word.partition(":")
    form = form_of(acts()[name])
    known = dict(_known(form, rule, row))
    if kind or rule.kinds:
        known["kind"] = kind or rule.kinds[0]
    return _command(f"record {form.name}", form, {k: v for k, v in known.items() if form.has(k)})


def _known(form: Form, rule: Rule, row: Instance) -> Iterator[tuple[str, str]]:
    """What the row says of an act that would count for it."""
    doer, body = form.payload.DOER, row.owner if row.post is None else None
    if doer is not None and (body is None or doer == "author"):
        yield doer, row.owner
    if rule.pairs is not None and row.subject is not None:
        yield "counterpart", row.subject
    if body is not None and rule.body == "group":
        yield "body", body
    elif row.unit is not None or (body is not None and doer is None):
        yield "unit", row.unit or row.owner
    if rule.to is not None and row.missing:
        yield "recipients", row.missing[0]
    if row.trigger is not None and not row.trigger.startswith("vacancy of "):
        yield "refers", row.trigger
    if rule.dated == "for" and row.period is not None:
        year, _, part = row.period.partition(" ")
        yield "for_year", year
        yield "for_period", {"mid-year": f"{year}H1", "second half": f"{year}H2"}.get(part, year)
    yield "occurred_at", DAY
    yield "claims", row.obligation


def _command(words: str, form: Form, given: Mapping[str, str]) -> str:
    """A command with the fields that are given, and those that must be there."""
    parts = [f"zeren {words}"]
    for column in form.in_order:
        value = given.get(column.base) or (_blank(column) if column.required and column.group is None else None)
        if value is not None:
            option = f"--{column.base.rstrip('_').replace('_', '-').replace('.', '-')}"
            parts.append(option if column.kind == "yesno" else f"{option} {value}")
    return " ".join(parts)


def _blank(column: Column) -> str:
    return column.base.rpartition(".")[2].upper().replace("_", "-")
