"""Signals about the rules themselves."""

from collections.abc import Iterator

from ledger.events.trust import RulesAdopted, RulesAdoptedV1
from projections.facts.layered_settings import rules_on
from projections.facts.rule_sets import loosened
from projections.facts.values import Signal
from projections.signals.inquiry import Inquiry


def rules_loosened(q: Inquiry) -> Iterator[Signal]:
    """RULES_LOOSENED: a rule set makes a setting less strict than the sets adopted before it left it.

    Inputs: the sets adopted, and in which direction each setting is strict; what has no direction (a window, a word) is
    not asked. `settings` are those loosened. Benign: a superior body loosened it, the document is attached.
    """
    adopted = tuple(q.facts.adopted_rules)
    for number, record in enumerate(q.facts.records(RulesAdopted, RulesAdoptedV1)):
        if number == 0:
            continue
        since = adopted[number].since
        what = loosened(rules_on(adopted[:number], since), rules_on(adopted[: number + 1], since))
        if what:
            yield q.signal("RULES_LOOSENED", "medium", (record,), settings=what)
