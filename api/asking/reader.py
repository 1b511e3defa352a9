"""Who asks: the token behind a request, its scopes, and what they let it see.

A token comes as `Authorization: Bearer`, or by the session of a page log-in. Without one a server answers nobody, but
for what is public; only where it was started open, which it does for this machine alone, it answers everybody.
"""

from dataclasses import dataclass

from ledger.access.tokens import ALONE, BEYOND, OWN, SCOPES
from ledger.errors import ZerenError

OPEN_SCOPES = frozenset(scope for scope in SCOPES if scope not in (ALONE, OWN))


class NotLoggedIn(ZerenError):
    """No token, or one that is not in force."""


class NotAllowed(ZerenError):
    """A token in force whose scopes do not reach this."""


class Unknown(ZerenError):
    """The address names something that is not on record here."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A token in force; `token` is its id on record, "" for nobody and `open` where no token is asked for."""

    token: str
    holder: str | None
    scopes: frozenset[str]
    organs: frozenset[str] | None = None
    """Fingerprints of the organs that exist for this reader; None = all."""
    person: str | None = None
    """Whose own dossier this reader may read, and nothing else; None for every other reader."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of ledger that exist for this reader. To any other it is as if they were not there."""
        beyond = {"case", "access"} if BEYOND[0] in self.scopes else set()
        return frozenset({"duty", *beyond, *(("access",) if "supervisor" in self.scopes else ())})

    def sees(self, fingerprint: str) -> bool:
        """Whether this organ is there for the reader."""
        return self.organs is None or fingerprint in self.organs

    def may(self, *scopes: str) -> bool:
        """Whether one of these scopes is there."""
        return any(scope in self.scopes for scope in scopes)


NOBODY = Reader("", None, frozenset())
EVERYBODY = Reader("open", None, OPEN_SCOPES)
