"""Bearer tokens: 256 random bits, shown once; on record are only their SHA-256, scopes, moment and duration.

A random token of this length needs no slow hash: it cannot be guessed. A token is granted and revoked by entries of
the access ledger, so that who could read when is itself proved. Creation and duration are kept, not an end, so that a
server may allow less than was granted.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta

from ledger.clock import Randomness, system_randomness
from ledger.core.encoding import b64encode
from ledger.errors import BadInput
from ledger.events.access import TokenGranted, TokenRevoked
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.frozen import dataclass
from ledger.messages import N_

SCOPES = ("organ", "duties", "persons", "cases", "evidence", "export", "verify", "supervisor", "own")
"""organ: the organ's own duty ledger, never a case. supervisor: who read what. own: what one person's dossier says."""
ALONE = "organ"
"""A scope that excludes those that reach beyond the duty ledger."""
BEYOND = ("cases", "supervisor")
OWN = "own"
"""A scope that stands alone: of one person in one organ, whom the token names."""
OF, WHOSE = "organ:", "person:"
"""How a scope begins that names, by its fingerprint, an organ that the token sees (without any it sees every one), and
the person, by id, whose token it is."""
MAX_DAYS, DEFAULT_DAYS = 366, 90
_TEXT = re.compile(r"zrn_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Token:
    """A token on record. `granted` is the entry that granted it."""

    id: str
    digest: str
    scopes: tuple[str, ...]
    created_at: datetime
    days: int
    holder: str | None
    granted: EntryReference
    revoked_at: datetime | None = None
    organs: tuple[str, ...] = ()
    """Fingerprints of the organs that it sees; empty = all."""
    person: str | None = None
    """Whose own dossier it reads; None for every other scope."""

    @property
    def ends_at(self) -> datetime:
        """When it ends unless it is revoked before."""
        return self.created_at + timedelta(days=self.days)

    def state(self, now: datetime) -> str:
        """`in force`, `revoked` or `expired`."""
        if self.revoked_at is not None and self.revoked_at <= now:
            return N_("revoked")
        return N_("in force") if now < self.ends_at else N_("expired")


@dataclass(slots=True)
class TokenBook:
    """The tokens that the entries of an access ledger granted, by digest; `size` entries are in it."""

    size: int = 0
    by_digest: dict[str, Token] = field(default_factory=dict)

    def apply(self, events: Iterable[Recorded]) -> None:
        """Takes over what these entries granted and revoked."""
        for event in events:
            match event.payload:
                case TokenGranted() as granted:
                    self.by_digest[granted.digest] = Token(
                        granted.token,
                        granted.digest,
                        tuple(scope for scope in granted.scopes if not scope.startswith((OF, WHOSE))),
                        event.recorded_at,
                        granted.days,
                        granted.holder if "holder" not in event.missing else None,
                        EntryReference("", event.position, event.leaf_hash),
                        organs=organs_named(granted.scopes),
                        person=next((s[len(WHOSE) :] for s in granted.scopes if s.startswith(WHOSE)), None),
                    )
                case TokenRevoked(token=id_):
                    for digest, token in self.by_digest.items():
                        if token.id == id_ and token.revoked_at is None:
                            self.by_digest[digest] = replace(token, revoked_at=event.recorded_at)
                            break

    def tokens(self) -> tuple[Token, ...]:
        """Every token ever granted, in order."""
        return tuple(sorted(self.by_digest.values(), key=lambda token: token.granted.position))

    def find(self, text: str, now: datetime) -> Token | None:
        """The token of this text, if it is in force. Looked up by digest, so that time tells nothing of the text."""
        token = self.by_digest.get(digest_of(text)) if _TEXT.fullmatch(text) else None
        return token if token is not None and token.state(now) == "in force" else None

    def named(self, id_: str) -> Token:
        """The token with this id. Raises BadInput."""
        for token in self.by_digest.values():
            if token.id == id_:
                return token
        raise BadInput("there is no token {!r}; see: zeren token list", id_)


def organs_named(scopes: Iterable[str]) -> tuple[str, ...]:
    """The fingerprints of the organs that scopes on record name; none: every organ."""
    return tuple(scope[len(OF) :] for scope in scopes if scope.startswith(OF))


def digest_of(text: str) -> str:
    """base64 SHA-256 of a token's text."""
    return b64encode(hashlib.sha256(text.encode()).digest())


def check_scopes(scopes: Sequence[str]) -> tuple[str, ...]:
    """The scopes in their order. Raises BadInput: none, unknown, or one beside others that it must not see."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise BadInput("scopes are one or more of {}, not {!r}", ", ".join(SCOPES), ", ".join(unknown))
    if ALONE in scopes and any(scope in scopes for scope in BEYOND):
        raise BadInput("a token of the organ never reaches cases or the access log; leave out {}", ", ".join(BEYOND))
    if OWN in scopes and len(set(scopes)) > 1:
        raise BadInput(
            "a token of one person reads that person's own dossier and nothing else; leave out the other scopes"
        )
    return tuple(scope for scope in SCOPES if scope in scopes)


def grant(
    scopes: Sequence[str],
    days: int,
    holder: str | None,
    organs: Sequence[str] = (),
    person: str | None = None,
    randomness: Randomness = system_randomness,
) -> tuple[str, TokenGranted]:
    """(the token's text, to be shown once and kept nowhere; the event that grants it). Raises BadInput.

    `organs` are the fingerprints of those that it sees, where it is not every one; `person` is the id of whom a token
    of the scope `own` is, in the one organ that it then names.
    """
    if not 1 <= days <= MAX_DAYS:
        raise BadInput("a token lasts 1 to {} days, not {}", MAX_DAYS, days)
    named = dict.fromkeys(organs)
    if (OWN in scopes) != (person is not None) or (person is not None and len(named) != 1):
        raise BadInput("a token of the scope own names one person of one organ; no other token names a person")
    text = "zrn_" + urlsafe_b64encode(randomness(32)).decode().rstrip("=")
    granted = TokenGranted(
        token=f"t-{randomness(5).hex()}",
        digest=digest_of(text),
        scopes=(
            *check_scopes(scopes),
            *(f"{OF}{fingerprint}" for fingerprint in named),
            *((f"{WHOSE}{person}",) if person is not None else ()),
        ),
        days=days,
        holder=holder,
    )
    return text, granted
