"""Rows of a file whose signers are elsewhere: a column names them, and such a row waits as a draft.

The column is no field of a record. A person stands in it by id or name, with =CAPACITY where the record does not say as
what he signs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ledger.core.carried import AskedPerson
from ledger.core.names import PERSON_ID
from ledger.errors import ZerenError
from ledger.events.base import Payload
from ledger.recording.forms import Column
from ledger.recording.raw_record import Fault, shown
from ledger.recording.typed_values import Context, is_blank, split

CONSENT_OF = "consent_of"
COLUMN = Column(
    name=CONSENT_OF,
    kind="text",
    required=False,
    field_class="structural",
    about="person",
    reference=None,
    in_one=True,
)
"""What a template shows of it."""
Park = Callable[[Payload, tuple[str, ...]], tuple[AskedPerson, ...]]
"""Who is asked as what for a record, by `person` or `person=capacity`; raises what parking it would raise."""


def take_consents(values: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """(the fields of the record, what stands in the column)."""
    rest = dict(values)
    return rest, rest.pop(CONSENT_OF, None)


def consents_of(raw: Any, context: Context, keys: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[Fault, ...]]:
    """(each who is asked, as `Park` takes it; what is wrong). Who has a key of the ledger need not be registered."""
    found, faults = [], []
    for item in [] if is_blank(raw) else split(COLUMN, raw):
        name, equals, capacity = str(item).partition("=")
        try:
            known = bool(PERSON_ID.fullmatch(name.strip())) and name.strip() in keys
            person = name.strip() if known else context.parties.find(name.strip(), "person")
            said = capacity.strip()
            found.append(f"{person}={context.labels.get(said, said)}" if equals else person)
        except ZerenError as problem:
            faults.append(Fault(CONSENT_OF, shown(item), problem))
    return tuple(found), tuple(faults)
