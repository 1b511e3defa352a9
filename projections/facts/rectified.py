"""Whether what was put right was looked at again, and held."""

from collections.abc import Iterator
from datetime import date

from ledger.events.office import RectificationVerified
from ledger.events.record import Recorded
from projections.facts.protocol import Facts, happened


def checks(facts: Facts, rectification: Recorded, until: date) -> Iterator[Recorded]:
    """The verifications of a rectification made by a day."""
    for event in facts.followers(rectification):
        check = event.payload
        own = isinstance(check, RectificationVerified) and check.of.position == rectification.position
        if own and happened(facts, event) <= until:
            yield event


def has_passed(check: Recorded) -> bool:
    """Whether a verification found that it holds."""
    return isinstance(check.payload, RectificationVerified) and check.payload.result == "passed"


def stands(facts: Facts, rectification: Recorded, until: date) -> bool | None:
    """Whether it was found to hold when it was looked at last; None where nobody but who rectified said that it does.

    Who passed it once and finds later that it does not hold opens it again.
    """
    said = [check for check in checks(facts, rectification, until) if not _by_same_hand(rectification, check)]
    return has_passed(max(said, key=lambda check: (happened(facts, check), check.position))) if said else None


def has_failed(facts: Facts, rectification: Recorded, until: date) -> bool:
    """Whether a rectification was found not to hold, and not since to hold."""
    return stands(facts, rectification, until) is False


def _by_same_hand(rectification: Recorded, check: Recorded) -> bool:
    """Whether who rectified says himself that it is well: no verification."""
    by = check.payload.by if isinstance(check.payload, RectificationVerified) else None
    person = getattr(rectification.payload, "person", None)
    own = by == person if person is not None else by in rectification.signed
    return own and has_passed(check)
