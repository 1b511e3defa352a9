"""Keys and roles as the entries tell them (FORMAT.md sections 8 and 9).

A `KeyBook` is the fold of genesis and all `key.*` entries. It answers, for the next position, which keys are in force
and whether these signers may write this type of entry. Roles and validity go by position; all changes act from the
next position. The same book is asked at append and at verify.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TypeAlias

from ledger.checks.enrolled import genesis_keys, keys_enrolled_by, person_key
from ledger.checks.log_keys import open_confirming, parse_log_key
from ledger.core.carried import NOTHING, Carried
from ledger.core.checkpoint import Checkpoint, parse_checkpoint
from ledger.core.entry import Header
from ledger.core.note import parse_note
from ledger.core.policy import Policy, parse_policy
from ledger.core.signers import VerifyKey, parse_vkey
from ledger.errors import Invalid, Refused
from ledger.events.base import Payload
from ledger.events.lists import CARRIES_FROM, TypeList, list_named
from ledger.events.trust import (
    AnchorRecorded,
    FormatAdopted,
    KeyEnrolled,
    KeyRevoked,
    LedgerOpened,
    LogKeyConfirmed,
    LogKeyRotated,
    PolicyAdopted,
    RolesChanged,
)
from ledger.frozen import dataclass

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
    """The custodians' keys that enrolled it, the author's first; none at genesis."""

    def in_force_at(self, position: int) -> bool:
        """Whether it may sign the entry at this position; its own revocation is the last one that it may."""
        return self.enrolled_at < position and (self.revoked_at is None or position <= self.revoked_at)


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
    announced_at: int = 0
    former_announcements: list[VerifyKey] = field(default_factory=list)
    """Log keys announced and never confirmed: used up all the same."""
    confirming: dict[int, VerifyKey] = field(default_factory=dict)
    """Sizes of the checkpoints that confirmed a log key, with that key."""
    last_anchored: int = 0
    policies: list[tuple[int, Policy]] = field(default_factory=list)
    """(position of adoption, witness policy), rising; the last one is in force."""
    witnesses: dict[bytes, VerifyKey] = field(default_factory=dict)
    """Every key that a policy ever named as witness, by its public key."""
    types: TypeList | None = None
    """The list of event types in force; None for one of a later version, and before genesis."""

    # --- questions ---

    def in_force(self, position: int) -> Mapping[KeyName, VerifyKey]:
        """The keys that may sign the entry at `position` (the next one)."""
        return {name: key.verify_key for name, key in self.keys.items() if key.in_force_at(position)}

    def custodians(self) -> set[str]:
        """Persons with the role custodian who have a key in force."""
        holders = {key.person for key in self.keys.values() if key.revoked_at is None}
        return {person for person, roles in self.roles.items() if "custodian" in roles and person in holders}

    def counts_as(self, person: str, key_id: bytes) -> str:
        """Whom a signature by this key counts for where two persons are asked for.

        From list 2 on a re-enrolled key counts as its enroller, who could have made it alone (FORMAT.md section 9).
        """
        held = self.keys.get((f"{self.origin}/{person}", key_id))
        if held is None or not held.re_enrolled or not held.enrolled_by or not self.carries:
            return person
        name, by = held.enrolled_by[0]
        return self.counts_as(name.removeprefix(f"{self.origin}/"), by)

    @property
    def carries(self) -> bool:
        """Whether the list in force is one under which entries carry consents."""
        return self.types is None or self.types.number >= CARRIES_FROM

    @property
    def policy(self) -> Policy | None:
        """The witness policy in force; None before the first one."""
        return self.policies[-1][1] if self.policies else None

    def log_key(self, size: int) -> VerifyKey:
        """The log key that entries 0..size-1 confirmed. Raises Invalid where nothing told of one."""
        for since, key in reversed(self.log_keys):
            if since <= size:
                return key
        raise Invalid("no log key is known for the checkpoint of size {}", size)

    def every_log_key(self) -> list[VerifyKey]:
        """Every log key that was ever announced, confirmed or not."""
        announced = [self.announced_log_key] if self.announced_log_key is not None else []
        return [*(key for _, key in self.log_keys), *self.former_announcements, *announced]

    def confirmed_by(self, size: int) -> VerifyKey | None:
        """The log key that the checkpoint of this size confirms, or will once its entry is written."""
        if self.announced_log_key is not None and size > self.announced_at:
            return self.announced_log_key
        return self.confirming.get(size)

    def confirming_checkpoint(self, payload: LogKeyConfirmed, position: int) -> Checkpoint:
        """The checkpoint of a confirmation at `position`, its root aside. Raises Refused or Invalid."""
        if self.announced_log_key is None:
            raise Refused("no log key is announced that could be confirmed")
        sizes = range(self.announced_at + 1, position + 1)
        return open_confirming(payload.checkpoint, self.log_keys[-1][1], self.announced_log_key, sizes)

    def keys_for(self, header: Header, payload: Payload) -> Mapping[KeyName, VerifyKey]:
        """The keys under which this entry's lines must verify, with those that the entry itself enrols."""
        keys: dict[KeyName, VerifyKey] = {}
        for signer in header.signers:
            name = (f"{header.ledger}/{signer.person}", signer.key_id)
            held = self.keys.get(name)
            if held is not None and held.in_force_at(header.position):
                keys[name] = held.verify_key
        for _, key in keys_enrolled_by(payload, header.ledger):
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

    # --- fold ---

    def apply(self, header: Header, payload: Payload, carried: Carried = NOTHING) -> None:
        """Takes over what an admitted entry changes, for the positions after it; `carried` are its consents."""
        match payload:
            case LedgerOpened():
                self.origin, self.kind = payload.origin, payload.kind
                self.types = list_named(payload.types)
                self.log_keys = [(0, parse_vkey(payload.log))]
                for person, key, roles in genesis_keys(payload):
                    self._enrol(EnrolledKey(person, key, header.position))
                    self.roles[person] = roles
            case KeyEnrolled():
                self._apply_enrolment(header, payload, carried)
            case KeyRevoked():
                self._revoke(header, payload)
            case FormatAdopted():
                self.types = list_named(payload.types)
            case RolesChanged():
                self.roles[payload.person] = payload.roles
            case PolicyAdopted():
                policy = parse_policy(payload.policy, payload.tsas or ())
                self.policies.append((header.position, policy))
                self.witnesses |= {witness.key.public_key: witness.key for witness in policy.witnesses}
            case AnchorRecorded():
                self.last_anchored = max(self.last_anchored, _size_of(payload.checkpoint))
            case LogKeyRotated():
                if self.announced_log_key is not None:
                    self.former_announcements.append(self.announced_log_key)
                self.announced_log_key, self.announced_at = parse_log_key(payload.vkey, self.origin), header.position
            case LogKeyConfirmed() if self.announced_log_key is not None:
                checkpoint = self.confirming_checkpoint(payload, header.position)
                self.confirming[checkpoint.size] = self.announced_log_key
                self.log_keys.append((header.position + 1, self.announced_log_key))
                self.announced_log_key = None

    def _apply_enrolment(self, header: Header, payload: KeyEnrolled, carried: Carried) -> None:
        key = person_key(payload.vkey, self.origin, payload.person)
        before = [(signer.person, signer.key_id) for signer in header.signers]
        if carried.possession is None:
            before.pop()  # the new key's own line
        before += [(note.consent.person, note.note.signatures[0].key_id) for note in carried.consents]
        re_enrolled = payload.person in self.roles and payload.person not in {person for person, _ in before}
        enrolled_by = tuple((f"{self.origin}/{who}", key_id) for who, key_id in before if who != payload.person)
        self._enrol(EnrolledKey(payload.person, key, header.position, re_enrolled, enrolled_by=enrolled_by))
        self.roles[payload.person] = payload.roles

    def _revoke(self, header: Header, payload: KeyRevoked) -> None:
        for name, held in list(self.keys.items()):
            if held.person == payload.person and held.verify_key.key_id.hex() == payload.key_id:
                since = payload.compromised_from
                self.keys[name] = replace(
                    held,
                    revoked_at=header.position,
                    compromised_from=since if isinstance(since, int) else None,
                    revoked_by=header.signers[0].person,
                )

    def _enrol(self, key: EnrolledKey) -> None:
        self.keys[key.verify_key.name, key.verify_key.key_id] = key


def _size_of(note: str) -> int:
    try:
        return parse_checkpoint(parse_note(note.encode()).text).size
    except Invalid:
        return 0  # no checkpoint: refused by the check of anchors
