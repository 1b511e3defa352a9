"""Deciding on registrations of units, persons and posts."""

from ledger.core.entry import check_person_id
from ledger.decisions.state import Standing
from ledger.errors import Malformed, Refused
from ledger.events.base import Payload
from ledger.events.register import UNIT_KINDS, PersonRegistered, PostRegistered, UnitRegistered


def decide_registration(payload: Payload, standing: Standing) -> None:
    """An id is registered once, well formed, and never for both a person and a unit."""
    match payload:
        case PersonRegistered(person=id_) | UnitRegistered(unit=id_):
            try:
                check_person_id(id_)
            except Malformed as error:
                raise Refused(str(error)) from error
            if id_ in standing.register.kinds:
                raise Refused("{} is registered already, as a {}; choose another id", id_, standing.register.kinds[id_])
            if isinstance(payload, UnitRegistered) and payload.kind not in UNIT_KINDS:
                raise Refused("{!r} is no kind of unit; choose one of {}", payload.kind, ", ".join(UNIT_KINDS))
        case PostRegistered(post=post) if post in standing.register.posts:
            raise Refused("the post {} is registered already", post)
