"""Which trigger is told how."""

from collections.abc import Callable, Iterator, Mapping

from projections.obligations import occasions, shared_tasks, signs
from projections.obligations.docket import Docket
from projections.obligations.table import Rule
from projections.obligations.trigger import Trigger

KINDS: Mapping[str, Callable[[Docket, str, Rule], Iterator[Trigger]]] = {
    "knowledge": signs.knowledge,
    "warning_received": signs.warning_received,
    "sign_known": signs.sign_known,
    "issue_reported": signs.issue_reported,
    "raised_with_group": signs.raised_with_group,
    "sign_about_member": signs.sign_about_member,
    "request": signs.request,
    "instruction": signs.instruction,
    "own_act": signs.own_act,
    "appointment": occasions.appointment,
    "appointment_issue": occasions.appointment_issue,
    "key_task": occasions.key_task,
    "shared_task": shared_tasks.shared_task,
    "assignment": occasions.assignment,
    "document": occasions.document,
    "yearly_check": occasions.yearly_check,
}


def triggers(docket: Docket, obligation: str, rule: Rule) -> Iterator[Trigger]:
    """The triggers of a rule on record by the day of judging."""
    for trigger in KINDS[rule.trigger or ""](docket, obligation, rule):
        if trigger.on <= docket.judged_on or rule.within == "before":
            yield trigger
