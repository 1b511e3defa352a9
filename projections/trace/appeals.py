"""What became of a decision on appeal: the category that a person bears afterwards, shown beside the engine's."""

from ledger.events.case_work import AppealDecided, AppealMade
from projections.facts.protocol import Facts


def category_after(facts: Facts, case: str, person: str) -> str | None:
    """The category after the last appeal decided for this person in this case; None where none says one."""
    found: str | None = None
    for event in facts.followers(facts.case(case)):
        decided = event.payload
        if not isinstance(decided, AppealDecided) or decided.category_after is None:
            continue
        appeal = facts.entry(decided.appeal, within=event)
        if appeal is not None and isinstance(appeal.payload, AppealMade) and appeal.payload.person == person:
            found = decided.category_after
    return found
