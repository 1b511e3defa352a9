"""Deciding on registrations of units, persons and posts."""

from ledger.core.names import check_person_id
from ledger.decisions.state import Standing
from ledger.errors import Malformed, Refused
from ledger.events.base import Payload
from ledger.events.register import UNIT_KINDS, PersonRegistered, PostRegistered, UnitRegistered
from ledger.events.roles import ROLES, role_of_id


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
        case PostRegistered(role=str(role)) if role not in ROLES:
            raise Refused("{!r} is no role of a post; choose one of {}", role, ", ".join(ROLES))
        case PostRegistered(post=post, title=str(title), role=None):
            meant = role_of_id(title)
            if role_of_id(post) != meant != "none":
                raise Refused(
                    "the title {} says what the id {} does not: rules ask the role, and nobody would owe anything by"
                    " this post; register it as {} with this title, or state its role",
                    title,
                    post,
                    meant,
                )
