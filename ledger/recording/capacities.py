"""As what a person signs a record elsewhere: as the record names the person, or by the person's role."""

from typing import cast

from ledger.application import Ledger
from ledger.checks.concerned import concerned
from ledger.core.consent import Capacity
from ledger.errors import BadInput
from ledger.events.base import Payload
from ledger.events.records import RecordWithdrawn, TextErased
from ledger.events.trust import KeyEnrolled, KeyRevoked, TrustPayload


def capacity_of(ledger: Ledger, payload: Payload, person: str) -> Capacity:
    """As what this person is asked for a consent to this record. Raises BadInput where nothing says it."""
    roles = ledger.keys().roles.get(person, ())
    if isinstance(payload, KeyEnrolled | KeyRevoked) and payload.person == person:
        return "holder"
    if isinstance(payload, TextErased) and "inspector" in roles:
        return "inspector"
    if isinstance(payload, TrustPayload | TextErased | RecordWithdrawn) and "custodian" in roles:
        return "custodian"
    if isinstance(payload, RecordWithdrawn) and person in ledger.agreed(payload.of.position):
        return "holder"
    named = {each.person: each.capacity for each in concerned(payload, ledger.register().kinds.get)}
    if person not in named:
        raise BadInput(
            "the record does not name {}; it names {}; say as what the person signs with --consent-of {}=CAPACITY",
            person,
            ", ".join(named) or "nobody",
            person,
        )
    return cast(Capacity, named[person])
