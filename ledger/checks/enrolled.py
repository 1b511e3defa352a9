"""The keys and roles that an entry gives: read from genesis and enrolments, each under the name the ledger gives it.

FORMAT.md sections 8 and 9. `admits` asks who may give them; `keybook` holds what stands.
"""

from collections.abc import Sequence

from ledger.core.names import check_person_id
from ledger.core.signers import VerifyKey, parse_vkey
from ledger.errors import Invalid, KeyInvalid, Refused
from ledger.events.base import Payload
from ledger.events.trust import KeyEnrolled, LedgerOpened

ROLES = ("recorder", "signer", "custodian", "service", "inspector")


def check_roles(roles: Sequence[str], kind: str) -> None:
    """Raises Refused unless these roles may be held together in this kind of ledger."""
    if not roles or not set(roles) <= set(ROLES) or len(set(roles)) != len(roles):
        raise Refused("roles are one or more of {}, each once; got {}", ", ".join(ROLES), ", ".join(roles) or "none")
    for alone in ("service", *(("inspector",) if kind == "duty" else ())):
        if alone in roles and len(roles) > 1:
            raise Refused("a person with the role {} holds no other role", alone)


def person_key(vkey: str, origin: str, person: str) -> VerifyKey:
    """The key of a person's vkey, under the name that the ledger gives it. Raises KeyInvalid or Malformed."""
    check_person_id(person)
    key = parse_vkey(vkey)
    if key.name != f"{origin}/{person}":
        raise KeyInvalid("the key of {} is named {}; it should be {}/{}", person, key.name, origin, person)
    if not key.algorithm.signs_notes:
        raise KeyInvalid("{} is a key for {} and signs no entries", key.name, key.algorithm.name)
    return key


def keys_enrolled_by(payload: Payload, origin: str) -> list[tuple[str, VerifyKey]]:
    """(person, key) of the keys that an entry enrols, and that sign it."""
    match payload:
        case LedgerOpened():
            return [(person, key) for person, key, _ in genesis_keys(payload)]
        case KeyEnrolled():
            return [(payload.person, person_key(payload.vkey, origin, payload.person))]
    return []


def genesis_keys(payload: LedgerOpened) -> list[tuple[str, VerifyKey, tuple[str, ...]]]:
    """(person, key, roles) of the keys that genesis enrols. Raises Invalid."""
    rows = []
    for row in payload.keys:
        match row:
            case [str(person), str(vkey), [*roles]] if all(isinstance(role, str) for role in roles):
                rows.append((person, person_key(vkey, payload.origin, person), tuple(map(str, roles))))
            case _:
                raise Invalid("a genesis key is [person, vkey, roles]")
    return rows
