"""Keys and roles as the entries tell them (FORMAT.md sections 8 and 9).

A `KeyBook` is the fold of genesis and all `key.*` entries. It answers, for the next position, which keys are in force
and whether these signers may write this type of entry. Roles and validity go by position; all changes act from the
next position. The same book is asked at append and at verify.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ledger.core.algorithms import ED25519
from ledger.core.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.core.entry import LOG, Header, SignerId, check_person_id
from ledger.core.keys import VerifyKey, parse_vkey
from ledger.core.merkle import EMPTY_ROOT
from ledger.core.note import parse_note
from ledger.core.policy import Policy, parse_policy
from ledger.errors import Invalid, KeyInvalid, Refused, UnknownKey
from ledger.events.base import Payload
from ledger.events.records import TextErased
from ledger.events.trust import (
    AnchorRecorded,
    ClockCorrected,
    KeyEnrolled,
    KeyRevoked,
    LedgerOpened,
    LogKeyConfirmed,
    LogKeyRotated,
    PolicyAdopted,
    RolesChanged,
)

ROLES = ("recorder", "signer", "custodian", "service", "inspector")
KeyName: TypeAlias = tuple[str, bytes]
"""C2SP key name and key id."""


@dataclass(frozen=True, slots=True)
class EnrolledKey:
    """A person's key and when it held: in force for positions > `enrolled_at` and < `revoked_at`."""

    person: str
    verify_key: VerifyKey
    enrolled_at: int
    re_enrolled: bool = False
    """Enrolled by a custodian without the person's former key: every entry it signs is marked so."""
    revoked_at: int | None = None
    compromised_from: int | None = None
    revoked_by: str | None = None
    enrolled_by: tuple[KeyName, ...] = ()
    """The custodians' keys that enrolled it; none at genesis."""

    def in_force_at(self, position: int) -> bool:
        """Whether it may sign the entry at this position; its own revocation is the last one that it may."""
        return self.enrolled_at < position and (self.revoked_at is None or position <= self.revoked_at)

    def disputed_at(self, position: int) -> bool:
        """Whether an entry at this position lies between the claimed compromise and the revocation."""
        return (
            self.revoked_at is not None
            and self.compromised_from is not None
            and self.compromised_from <= position < self.revoked_at
        )


@dataclass(frozen=True, slots=True)
class Dispute:
    """The entries that `key` signed at positions from `since` up to `until` (None: to the head) are disputed.

    `by` is the custodian who claimed the compromise: of this key, or of a custodian's key that enrolled it.
    """

    key: KeyName
    since: int
    until: int | None
    by: str

    def covers(self, position: int) -> bool:
        """Whether an entry at this position is concerned."""
        return self.since <= position and (self.until is None or position < self.until)


@dataclass(slots=True)
class KeyBook:
    """Keys, roles and log keys in force for the next entry of one ledger."""

    origin: str = ""
    kind: str = ""
    keys: dict[KeyName, EnrolledKey] = field(default_factory=dict)
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    log_keys: list[tuple[int, VerifyKey]] = field(default_factory=list)
    """(size from which checkpoints are valid under it, key), rising."""
    announced_log_key: VerifyKey | None = None
    last_anchored: int = 0
    policies: list[tuple[int, Policy]] = field(default_factory=list)
    """(position of adoption, witness policy), rising; the last one is in force."""
    witnesses: dict[bytes, VerifyKey] = field(default_factory=dict)
    """Every key that a policy ever named as witness, by its public key."""

    # --- questions ---

    def in_force(self, position: int) -> Mapping[KeyName, VerifyKey]:
        """The keys that may sign the entry at `position` (the next one)."""
        return {name: key.verify_key for name, key in self.keys.items() if key.in_force_at(position)}

    def custodians(self) -> set[str]:
        """Persons with the role custodian who have a key in force."""
        holders = {key.person for key in self.keys.values() if key.revoked_at is None}
        return {person for person, roles in self.roles.items() if "custodian" in roles and person in holders}

    @property
    def policy(self) -> Policy | None:
        """The witness policy in force; None before the first one."""
        return self.policies[-1][1] if self.policies else None

    def log_key(self, size: int) -> VerifyKey:
        """The log key that entries 0..size-1 confirmed."""
        return next(key for since, key in reversed(self.log_keys) if since <= size)

    def keys_for(self, header: Header, payload: Payload) -> Mapping[KeyName, VerifyKey]:
        """The keys under which this entry's lines must verify, with those that the entry itself enrols."""
        keys: dict[KeyName, VerifyKey] = {}
        for signer in header.signers:
            name = (f"{header.ledger}/{signer.person}", signer.key_id)
            held = self.keys.get(name)
            if held is not None and held.in_force_at(header.position):
                keys[name] = held.verify_key
        for _, key in _keys_enrolled_by(payload, header.ledger):
            keys.setdefault((key.name, key.key_id), key)
        return keys

    def disputes(self) -> list[Dispute]:
        """What is disputed as known at the head, in order of enrolment (FORMAT.md section 9).

        A claimed compromise disputes what the key signed from there to its revocation, and with it the keys that a
        disputed custodian's key enrolled, from their enrolment on.
        """
        found: dict[KeyName, list[Dispute]] = {}
        for name, key in sorted(self.keys.items(), key=lambda item: item[1].enrolled_at):
            own = found.setdefault(name, [])
            if key.revoked_at is not None and key.compromised_from is not None:
                own.append(Dispute(name, key.compromised_from, key.revoked_at, key.revoked_by or ""))
            inherited = {d.by for by in key.enrolled_by for d in found.get(by, ()) if d.covers(key.enrolled_at)}
            own += [Dispute(name, key.enrolled_at, key.revoked_at, who) for who in sorted(inherited)]
        return [dispute for disputes in found.values() for dispute in disputes]

    # --- rules ---

    def check_admits(self, header: Header, payload: Payload) -> None:
        """These signers may write this entry here. Raises Refused (a rule), KeyInvalid or Invalid (a fact)."""
        if isinstance(payload, LedgerOpened):
            _check_genesis(header, payload)
            return
        if self.kind not in payload.LEDGERS:
            raise Refused("{} does not belong in a {} ledger", payload.TYPE, self.kind)
        author, *others = header.signers
        self._check_role(author, payload, payload.AUTHORS, "author")
        self._check_further_lines(header.signers)
        match payload:
            case KeyEnrolled():
                self._check_enrolment(header.signers, payload)
                return
            case KeyRevoked():
                self._check_revocation(header, payload)
                return
        for signer in others:
            self._check_role(signer, payload, payload.COSIGNERS, "co-signer")
        match payload:
            case RolesChanged():
                self._check_roles_change(header.signers, payload)
            case PolicyAdopted():
                self._check_two_custodians(header.signers, payload.TYPE)
                self.check_policy(parse_policy(payload.policy, payload.tsas or ()))
            case ClockCorrected():
                self._check_two_custodians(header.signers, payload.TYPE)
            case TextErased():
                inspectors = {signer.person for signer in others if "inspector" in self.roles[signer.person]}
                if not inspectors - {author.person}:
                    raise Refused("an erasure is signed by a custodian and an inspector; the inspector is missing")

    def _check_role(self, signer: SignerId, payload: Payload, wanted: Sequence[str], place: str) -> None:
        roles = self.roles.get(signer.person, ())
        acting = set(roles)
        if self.kind == "duty" and payload.TYPE != TextErased.TYPE:
            acting.discard("inspector")  # who oversees the organ writes nothing in its ledger
        if not acting & set(wanted):
            raise Refused(
                "{} may not be {} of {}: it takes {}, and the role on record is {}",
                signer.person,
                place,
                payload.TYPE,
                " or ".join(wanted),
                ", ".join(roles) or "none",
            )

    def _check_further_lines(self, signers: Sequence[SignerId]) -> None:
        """A line by SM2 or ML-DSA stands beside an Ed25519 line of the same person, never alone and never first."""
        first: set[str] = set()
        for signer in signers:
            held = self.keys.get((f"{self.origin}/{signer.person}", signer.key_id))
            if held is None or held.verify_key.algorithm == ED25519:
                first.add(signer.person)
            elif signer.person not in first:
                raise Refused(
                    "the {} line of {} stands after an Ed25519 line of the same person, never alone",
                    held.verify_key.algorithm.name,
                    signer.person,
                )

    def _check_two_custodians(self, signers: Sequence[SignerId], what: str) -> None:
        custodians = self.custodians()
        signing = {signer.person for signer in signers} & custodians
        if len(signing) < min(2, len(custodians)):
            raise Refused("{} is signed by two custodians who are two persons; one is missing", what)

    def _check_by_another(self, signers: Sequence[SignerId], person: str, what: str) -> None:
        if self.custodians() - {person} and signers[0].person == person:
            raise Refused("{} of the custodian {} is authored by another custodian", what, person)

    def _check_enrolment(self, signers: Sequence[SignerId], payload: KeyEnrolled) -> None:
        key = _person_key(payload.vkey, self.origin, payload.person)
        self._check_unused(key)
        check_roles(payload.roles, self.kind)
        known = payload.person in self.roles
        if known and tuple(payload.roles) != tuple(self.roles[payload.person]):
            raise Refused(
                "a further key of {} repeats the roles on record; change roles by key.roles_changed", payload.person
            )
        if signers[-1] != SignerId(payload.person, key.key_id) or len(signers) < 2:
            raise Refused(
                "an enrolment is signed by a custodian and, last, by the new key: proof that its owner has it"
            )
        if key.algorithm != ED25519 and payload.person not in {signer.person for signer in signers[:-1]}:
            raise Refused("a further key of {} is enrolled with a signature by the one in force", payload.person)
        if "custodian" in payload.roles:
            self._check_by_another(signers, payload.person, "enrolment")
        if "inspector" in payload.roles and not known:
            self._check_two_custodians(signers[:-1], "enrolment of an inspector")
        for signer in signers[1:-1]:
            if signer.person != payload.person:
                self._check_role(signer, payload, ("custodian",), "co-signer")

    def _check_revocation(self, header: Header, payload: KeyRevoked) -> None:
        signers = header.signers
        found = [
            key
            for key in self.keys.values()
            if key.person == payload.person and key.verify_key.key_id.hex() == payload.key_id
        ]
        if not found or found[0].revoked_at is not None:
            raise Refused("{} has no key {} in force to revoke; see the list of keys", payload.person, payload.key_id)
        for signer in signers[1:]:
            if signer.person != payload.person:
                self._check_role(signer, payload, ("custodian",), "co-signer")
        since = payload.compromised_from
        if since is not None and (type(since) is not int or since < 0):
            raise Invalid("compromised_from is a position or null")
        if since is not None and since > header.position:
            raise Refused("the compromise is claimed from position {} on, which is still to come", since)
        if "custodian" in self.roles[payload.person]:
            self._check_by_another(signers, payload.person, "revocation")
        by_owner = any(signer.person == payload.person for signer in signers)
        custodians = {signer.person for signer in signers} & self.custodians()
        if since is not None and since < self.last_anchored and not by_owner and len(custodians) < 2:
            raise Refused(
                "a compromise claimed below the last anchored size {} needs the owner's signature or a "
                "second custodian",
                self.last_anchored,
            )

    def _check_roles_change(self, signers: Sequence[SignerId], payload: RolesChanged) -> None:
        if payload.person not in self.roles:
            raise Refused("{} has no key in this ledger; enrol one first", payload.person)
        check_roles(payload.roles, self.kind)
        if "custodian" in {*payload.roles, *self.roles[payload.person]}:
            self._check_by_another(signers, payload.person, "change of roles")
        if "inspector" in payload.roles:
            self._check_two_custodians(signers, "making an inspector")

    def check_policy(self, policy: Policy) -> None:
        """No witness signs with a key of this ledger, and none of any policy under another name; raises KeyInvalid."""
        for witness in policy.witnesses:
            key = witness.key
            if key.public_key in {own.public_key for own in self._own_keys()}:
                raise KeyInvalid(
                    "the key of the witness {} is a key of this ledger, which cannot be its own witness", key.name
                )
            known = self.witnesses.get(key.public_key, key)
            if known != key:
                raise KeyInvalid("the witnesses {} and {} have one key: it counts once only", known.name, key.name)

    def _own_keys(self) -> list[VerifyKey]:
        announced = [self.announced_log_key] if self.announced_log_key is not None else []
        return [*(key.verify_key for key in self.keys.values()), *(key for _, key in self.log_keys), *announced]

    def _check_unused(self, key: VerifyKey) -> None:
        for other in [
            *(k.verify_key for k in self.keys.values()),
            *(k for _, k in self.log_keys),
            *self.witnesses.values(),
        ]:
            if other.public_key == key.public_key or (other.name, other.key_id) == (key.name, key.key_id):
                raise KeyInvalid(
                    "the key {}+{} was already used in this ledger; make a new one", key.name, key.key_id.hex()
                )

    # --- fold ---

    def apply(self, header: Header, payload: Payload) -> None:
        """Takes over what an admitted entry changes, for the positions after it."""
        match payload:
            case LedgerOpened():
                self.origin, self.kind = payload.origin, payload.kind
                self.log_keys = [(0, parse_vkey(payload.log))]
                for person, key, roles in _genesis_keys(payload):
                    self._enrol(EnrolledKey(person, key, header.position))
                    self.roles[person] = roles
            case KeyEnrolled():
                key = _person_key(payload.vkey, self.origin, payload.person)
                known = payload.person in self.roles
                before = header.signers[:-1]
                by_former = any(signer.person == payload.person for signer in before)
                enrolled_by = tuple(
                    (f"{self.origin}/{s.person}", s.key_id) for s in before if s.person != payload.person
                )
                re_enrolled = known and not by_former
                self._enrol(EnrolledKey(payload.person, key, header.position, re_enrolled, enrolled_by=enrolled_by))
                self.roles[payload.person] = payload.roles
            case KeyRevoked():
                for name, held in list(self.keys.items()):
                    if held.person == payload.person and held.verify_key.key_id.hex() == payload.key_id:
                        since = payload.compromised_from
                        self.keys[name] = replace(
                            held,
                            revoked_at=header.position,
                            compromised_from=since if isinstance(since, int) else None,
                            revoked_by=header.signers[0].person,
                        )
            case RolesChanged():
                self.roles[payload.person] = payload.roles
            case PolicyAdopted():
                policy = parse_policy(payload.policy, payload.tsas or ())
                self.policies.append((header.position, policy))
                self.witnesses |= {witness.key.public_key: witness.key for witness in policy.witnesses}
            case AnchorRecorded():
                self.last_anchored = max(self.last_anchored, _size_of(payload.checkpoint))
            case LogKeyRotated():
                key = parse_vkey(payload.vkey)
                self._check_unused(key)
                self.announced_log_key = key
            case LogKeyConfirmed() if self.announced_log_key is not None:
                self.log_keys.append((header.position + 1, self.announced_log_key))
                self.announced_log_key = None

    def _enrol(self, key: EnrolledKey) -> None:
        self.keys[key.verify_key.name, key.verify_key.key_id] = key


def check_roles(roles: Sequence[str], kind: str) -> None:
    """Raises Refused unless these roles may be held together in this kind of ledger."""
    if not roles or not set(roles) <= set(ROLES) or len(set(roles)) != len(roles):
        raise Refused("roles are one or more of {}, each once; got {}", ", ".join(ROLES), ", ".join(roles) or "none")
    for alone in ("service", *(("inspector",) if kind == "duty" else ())):
        if alone in roles and len(roles) > 1:
            raise Refused("a person with the role {} holds no other role", alone)


def parse_log_key(vkey: str, origin: str) -> VerifyKey:
    """The log key of a vkey: Ed25519, under the ledger's own name. Raises KeyInvalid."""
    key = parse_vkey(vkey)
    if key.name != origin or key.algorithm != ED25519:
        raise KeyInvalid(
            "a log key is an Ed25519 key named {}, this is one for {} named {}", origin, key.algorithm.name, key.name
        )
    return key


def _size_of(note: str) -> int:
    try:
        return parse_checkpoint(parse_note(note.encode()).text).size
    except Invalid:
        return 0  # no checkpoint: refused by the check of anchors


def _person_key(vkey: str, origin: str, person: str) -> VerifyKey:
    check_person_id(person)
    key = parse_vkey(vkey)
    if key.name != f"{origin}/{person}":
        raise KeyInvalid("the key of {} is named {}; it should be {}/{}", person, key.name, origin, person)
    if not key.algorithm.signs_notes:
        raise KeyInvalid("{} is a key for {} and signs no entries", key.name, key.algorithm.name)
    return key


def _keys_enrolled_by(payload: Payload, origin: str) -> list[tuple[str, VerifyKey]]:
    match payload:
        case LedgerOpened():
            return [(person, key) for person, key, _ in _genesis_keys(payload)]
        case KeyEnrolled():
            return [(payload.person, _person_key(payload.vkey, origin, payload.person))]
    return []


def _genesis_keys(payload: LedgerOpened) -> list[tuple[str, VerifyKey, tuple[str, ...]]]:
    rows = []
    for row in payload.keys:
        match row:
            case [str(person), str(vkey), [*roles]] if all(isinstance(role, str) for role in roles):
                rows.append((person, _person_key(vkey, payload.origin, person), tuple(map(str, roles))))
            case _:
                raise Invalid("a genesis key is [person, vkey, roles]")
    return rows


def _check_genesis(header: Header, payload: LedgerOpened) -> None:
    """Position 0, signed by a custodian, then by every other key that it enrols (FORMAT.md section 8)."""
    if header.position != 0:
        raise Invalid("a ledger is opened once, at position 0")
    rows = _genesis_keys(payload)
    for person, key, roles in rows:
        check_roles(roles, payload.kind)
        if key.algorithm != ED25519:
            raise KeyInvalid("the first key of {} is an Ed25519 key, not one for {}", person, key.algorithm.name)
    log = parse_log_key(payload.log, payload.origin)
    try:
        possession = open_checkpoint(payload.log_possession.encode(), [log]).checkpoint
    except UnknownKey as error:
        raise Invalid("the log key's proof of possession is not signed by it") from error
    if possession != Checkpoint(payload.origin, 0, EMPTY_ROOT):
        raise Invalid("the log key's proof of possession is not its checkpoint of size 0")
    publics = [key.public_key for _, key, _ in rows] + [log.public_key]
    if len(set(publics)) != len(publics) or len({person for person, _, _ in rows}) != len(rows):
        raise KeyInvalid("genesis enrols each person and each public key once")
    expected = {SignerId(person, key.key_id) for person, key, _ in rows}
    custodians = {person for person, _, roles in rows if "custodian" in roles}
    if LOG in {person for person, _, _ in rows} or header.signers[0].person not in custodians:
        raise Refused("genesis is signed by a custodian first")
    if set(header.signers) != expected:
        raise Refused("genesis is signed by every key that it enrols: proof that each owner has it")
    if header.ledger != payload.origin:
        raise Invalid("the genesis entry names another ledger than its header")
