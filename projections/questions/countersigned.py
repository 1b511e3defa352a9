"""Who countersigned whose acts in one organ: what the city index puts beside what other organs say."""

from collections.abc import Iterator
from datetime import date

from ledger.checks.answers import answers, standing_since
from ledger.checks.concerned import called_to_sign
from ledger.events.base import Fact
from ledger.events.flat import shapes
from ledger.events.registry import kinds
from ledger.frozen import dataclass
from projections.facts.protocol import day
from projections.views.facts import ViewFacts

OWN = ("holder", "chair")
"""As whom a record names the person whose act it is: who gave the talk, led the check, found the problem, chaired."""


@dataclass(frozen=True, slots=True)
class Countersigned:
    """How often, and between which days, a person's signature stands under acts of another."""

    signer: str
    other: str
    times: int
    first: date
    last: date


def countersigned(facts: ViewFacts) -> Iterator[Countersigned]:
    """Each pair of an organ's duty ledger. A signature counts once it stands and as the record calls for it: the
    counterpart's, an attendee's, that of whoever the author asked; a recorder's own is none."""
    days: dict[tuple[str, str], list[date]] = {}
    kind_of = dict.fromkeys(facts.persons, "person").get
    signed = kinds(lambda cls: issubclass(cls, Fact) and any(shape.meta["signs"] for _, shape in shapes(cls)))
    events = [each for each in facts.records(*signed, ledger="duty") if not facts.is_withdrawn(each)]
    facts.gather(events)
    for event in events:
        called = called_to_sign(event, kind_of)
        owners = [each.person for each in called if each.capacity in OWN]
        if not owners or len(called) == len(owners) == 1:
            continue
        since = standing_since(answers(event, facts.followers(event)))
        for each in called:
            if each.capacity not in OWN and each.person in since:
                for owner in owners:
                    on = day(facts, since[each.person].counts_from)
                    days.setdefault((each.person, owner), []).append(on)
    for (signer, other), found in sorted(days.items()):
        yield Countersigned(signer, other, len(found), min(found), max(found))
