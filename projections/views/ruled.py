"""The rule sets on record, and which of them is in force on a day."""

from datetime import date
from functools import cached_property

from ledger.events.trust import RulesAdopted, RulesAdoptedV1
from ledger.frozen import dataclass
from projections.facts.layered_settings import Adopted, rules_on
from projections.facts.rule_sets import RuleSet
from projections.views.cut_records import Records


@dataclass(frozen=True)
class Ruled(Records):
    """The rules; see projections.facts.protocol.Facts for what each method promises."""

    @cached_property
    def rules(self) -> RuleSet:
        """The rule set of all adoptions by the cut, also of those that count from a later day."""
        return self.rules_on(date.max)

    @cached_property
    def adopted_rules(self) -> tuple[Adopted, ...]:
        """The rule sets adopted by the cut, in order; each counts from its own day, from adoption at the earliest."""
        found = []
        for event in self.records(RulesAdopted, RulesAdoptedV1):
            adopted, since = event.payload, event.recorded_at.astimezone(self.zone).date()
            if isinstance(adopted, RulesAdopted):
                found.append(Adopted(max(adopted.valid_from or since, since), adopted))
            elif isinstance(adopted, RulesAdoptedV1):
                found.append(Adopted(since, adopted))
        return tuple(found)

    def rules_on(self, on: date) -> RuleSet:
        """The rule set in force on a day."""
        found = self._rules_by_day.get(on)
        if found is None:
            days = [each.since for each in self.adopted_rules if each.since <= on]
            key = max(days, default=date.min)
            if key not in self._rules_since:
                self._rules_since[key] = rules_on(self.adopted_rules, key)
            found = self._rules_by_day[on] = self._rules_since[key]
        return found

    @cached_property
    def _rules_by_day(self) -> dict[date, RuleSet]:
        return {}

    @cached_property
    def _rules_since(self) -> dict[date, RuleSet]:
        """The rule sets by the first day on which each counts."""
        return {}
