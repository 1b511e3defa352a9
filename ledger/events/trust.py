"""Events of the ledger itself: genesis, keys, rules, seals, anchors, policy (FORMAT.md sections 5 to 9, 12)."""

from datetime import date
from typing import ClassVar

from ledger.events.base import Payload
from ledger.events.fields import Json, structural
from ledger.frozen import dataclass
from ledger.messages import N_

ALL_LEDGERS = ("duty", "case", "access", "list")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustPayload(Payload):
    """An event on which verification itself rests: all its fields are structural."""

    LEDGERS: ClassVar[tuple[str, ...]] = ALL_LEDGERS
    AUTHORS: ClassVar[tuple[str, ...]] = ("custodian",)
    COSIGNERS: ClassVar[tuple[str, ...]] = ("custodian",)
    BY_HAND: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOpened(TrustPayload):
    """Genesis (section 8). `keys`: [person, vkey, roles] each."""

    TYPE: ClassVar[str] = "ledger.opened/1"
    TITLE: ClassVar[str] = N_("ledger opened")
    OPENS: ClassVar[bool] = True
    COSIGNERS: ClassVar[tuple[str, ...]] = ("custodian", "recorder", "signer", "inspector", "service")
    origin: str = structural()
    title: str = structural()
    kind: str = structural()
    time_zone: str = structural()
    clock: str = structural()
    log: str = structural()
    log_possession: str = structural()
    types: str = structural()
    keys: tuple[Json, ...] = structural()
    continues: Json = structural(whole=True, default=None)
    """[fingerprint, size, root] of what was restored of a lost ledger that this one follows."""
    lost: Json = structural(whole=True, default=None)
    """[size, root] of the newest head known of the lost ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEnrolled(TrustPayload):
    """A person's key is in force from the next position (section 9)."""

    TYPE: ClassVar[str] = "key.enrolled/1"
    TITLE: ClassVar[str] = N_("key enrolled")
    COSIGNERS: ClassVar[tuple[str, ...]] = ("custodian", "recorder", "signer", "inspector", "service")
    person: str = structural()
    vkey: str = structural()
    roles: tuple[str, ...] = structural(whole=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(TrustPayload):
    """A key ends; `compromised_from` (a position or null) splits good from disputed entries."""

    TYPE: ClassVar[str] = "key.revoked/1"
    TITLE: ClassVar[str] = N_("key revoked")
    COSIGNERS: ClassVar[tuple[str, ...]] = ("custodian", "recorder", "signer", "inspector", "service")
    person: str = structural()
    key_id: str = structural()
    compromised_from: int | None = structural(null=True, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesChanged(TrustPayload):
    """A person's roles from the next position."""

    TYPE: ClassVar[str] = "key.roles_changed/1"
    TITLE: ClassVar[str] = N_("key roles changed")
    person: str = structural()
    roles: tuple[str, ...] = structural(whole=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeyRotated(TrustPayload):
    """A next log key is announced; nothing changes until it is confirmed (section 6)."""

    TYPE: ClassVar[str] = "key.log_rotated/1"
    TITLE: ClassVar[str] = N_("log key rotated")
    vkey: str = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKeyConfirmed(TrustPayload):
    """A checkpoint with the old and the new log key's lines confirms the rotation."""

    TYPE: ClassVar[str] = "key.log_confirmed/1"
    TITLE: ClassVar[str] = N_("log key confirmed")
    checkpoint: str = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesAdoptedV1(TrustPayload):
    """A rule set of list 1; `settings` is the whole set. List 2 closes it."""

    CLOSED: ClassVar[bool] = True
    TYPE: ClassVar[str] = "rules.adopted/1"
    TITLE: ClassVar[str] = N_("rules adopted")
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty",)
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "custodian")
    COSIGNERS: ClassVar[tuple[str, ...]] = ("recorder", "signer", "custodian")
    layer: str = structural()
    version: str = structural()
    settings: Json = structural(whole=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesAdopted(TrustPayload):
    """A rule set is adopted (章则采纳) from a day on; it changes only the settings that it states (list 2)."""

    TYPE: ClassVar[str] = "rules.adopted/2"
    TITLE: ClassVar[str] = N_("rules adopted")
    WORD: ClassVar[str | None] = "rules"
    LEDGERS: ClassVar[tuple[str, ...]] = ("duty",)
    layer: str = structural()
    version: str = structural()
    valid_from: date | None = structural(default=None)
    settings: Json = structural(whole=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAdopted(TrustPayload):
    """A witness and time-stamp policy (section 7): tlog-policy text, and `tsa` lines."""

    TYPE: ClassVar[str] = "policy.adopted/1"
    TITLE: ClassVar[str] = N_("policy adopted")
    policy: str = structural()
    tsas: tuple[str, ...] | None = structural(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorRecorded(TrustPayload):
    """Outside evidence for a checkpoint: a cosignature line or a time-stamp token (section 7)."""

    TYPE: ClassVar[str] = "anchor.recorded/1"
    TITLE: ClassVar[str] = N_("anchor recorded")
    AUTHORS: ClassVar[tuple[str, ...]] = ("service", "custodian")
    checkpoint: str = structural()
    kind: str = structural()
    token: str = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(TrustPayload):
    """Commits to the map of heads over all entries before it (section 5)."""

    TYPE: ClassVar[str] = "ledger.sealed/1"
    TITLE: ClassVar[str] = N_("ledger sealed")
    AUTHORS: ClassVar[tuple[str, ...]] = ("service", "custodian")
    size: int = structural()
    heads: str = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockCorrected(TrustPayload):
    """The only entry whose recorded_at may go back (section 1)."""

    TYPE: ClassVar[str] = "clock.corrected/1"
    TITLE: ClassVar[str] = N_("clock corrected")
    reason: str = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatAdopted(TrustPayload):
    """From `position` on, entries of this format version are required (section 12)."""

    TYPE: ClassVar[str] = "format.adopted/1"
    TITLE: ClassVar[str] = N_("format adopted")
    format: str = structural()
    position: int = structural()
    types: str = structural()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPublished(TrustPayload):
    """The heads of all duty ledgers on a day (section 16)."""

    TYPE: ClassVar[str] = "list.published/1"
    TITLE: ClassVar[str] = N_("list published")
    LEDGERS: ClassVar[tuple[str, ...]] = ("list",)
    AUTHORS: ClassVar[tuple[str, ...]] = ("custodian", "recorder", "service")
    day: date = structural()
    list_: str = structural()
