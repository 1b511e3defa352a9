"""The gate: tokens from the access ledger, page sessions, and the record of every read.

A session is a signed value that names the token, when the session began, and the session itself; it opens nothing once
the token has ended or was revoked, for the token is looked up at each request, nor once it was ended by a log-out. The
log-in form is bound to its browser by a second cookie and works once. Cookies that go over https are named so that a
browser takes them from this host, over https, alone (`__Host-`; RFC 6265bis section 4.1.3).
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Request
from werkzeug.wrappers import Response

from api.asking.reader import EVERYBODY, NOBODY, NotLoggedIn, Reader
from api.asking.slow import Slow
from api.asking.spent import Spent, tidied
from ledger.access.log import AccessLog, session_key
from ledger.access.tokens import Token
from ledger.clock import now, system_randomness
from ledger.errors import BadInput, Conflict
from ledger.events.access import ReadMade
from ledger.home.directory import Home

SESSION = timedelta(hours=12)
SESSION_COOKIE, FORM_COOKIE = "zeren_session", "zeren_form"
ENDED = "ended-sessions"
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Session:
    token: str
    began: datetime
    name: str


@dataclass(slots=True)
class Gate:
    """Who comes in. `log` None: there is no access ledger, so there are no tokens and reads are not recorded."""

    log: AccessLog | None
    secret: bytes
    open: bool
    secure: bool = False
    """Whether cookies are sent over https only."""
    prefix: str = "/"
    spent: Spent = field(default_factory=lambda: Spent(None))
    slow: Slow = field(default_factory=Slow)

    def cookie(self, name: str) -> str:
        """What a cookie is called: over https so that no other host, nor plain http, can set it."""
        if not self.secure:
            return name
        return f"__Host-{name}" if self.prefix == "/" else f"__Secure-{name}"

    # --- who asks ---

    def reader_of(self, request: Request) -> Reader:
        """The reader of a request: by bearer token, else by session, else everybody or nobody.

        Raises NotLoggedIn for a bearer token that is not in force, TooMany for one wrong token too many.
        """
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            scheme, _, text = authorization.partition(" ")
            token = self._find(text.strip()) if scheme.lower() == "bearer" else None
            if token is None:
                self.slow.wrong(request.remote_addr or "")
                raise NotLoggedIn("the token is unknown, revoked or has ended")
            return _reader(token)
        session = request.cookies.get(self.cookie(SESSION_COOKIE))
        token = self._session_token(session) if session else None
        if token is not None:
            return _reader(token)
        return EVERYBODY if self.open else NOBODY

    def _find(self, text: str) -> Token | None:
        return self.log.tokens().find(text, now()) if self.log is not None else None

    def _session_token(self, session: str) -> Token | None:
        parts = self._session(session)
        if parts is None or self.log is None or self.spent.has(parts.name):
            return None
        if not parts.began <= now() < parts.began + SESSION:
            return None
        try:
            token = self.log.tokens().named(parts.token)
        except BadInput:
            return None
        return token if token.state(now()) == "in force" else None

    def _session(self, session: str) -> _Session | None:
        """What a session says, where it is ours."""
        value, _, signature = session.rpartition(".")
        parts = value.split(".")
        signed = self._sign("session", value)
        if len(parts) != 3 or not hmac.compare_digest(
            signature.encode(), signed.encode()
        ):  # a text must be ASCII there
            return None
        return _Session(parts[0], datetime.fromtimestamp(int(parts[1]), UTC), parts[2])  # they are ours: signed

    # --- log-in and log-out ---

    def new_form(self) -> tuple[str, str]:
        """(cookie, value of the form's hidden field), which belong together."""
        cookie = system_randomness(16).hex()
        return cookie, self._sign("form", cookie)

    def form_fits(self, request: Request) -> bool:
        """Whether the form was ours, in this browser, sent from our own page, and for the first time."""
        cookie = request.cookies.get(self.cookie(FORM_COOKIE), "")
        sent = request.form.get("form", "")
        fits = bool(cookie) and hmac.compare_digest(sent.encode(), self._sign("form", cookie).encode())
        return is_own(request) and fits and self.spent.spend(f"form-{cookie}", _later(SESSION))

    def log_in(self, text: str, request: Request, response: Response) -> Reader | None:
        """Puts a session into the response where the token is in force; whose it is, None without. Raises TooMany."""
        token = self._find(text.strip())
        if token is None:
            self.slow.wrong(request.remote_addr or "")
            return None
        value = f"{token.id}.{int(now().timestamp())}.{system_randomness(16).hex()}"
        self.set_cookie(response, SESSION_COOKIE, f"{value}.{self._sign('session', value)}", SESSION)
        return _reader(token)

    def log_out(self, request: Request, response: Response) -> None:
        """Ends the session for every browser that holds it, and takes it away from this one. Raises Incomplete."""
        session = self._session(request.cookies.get(self.cookie(SESSION_COOKIE), ""))
        if session is not None:
            self.spent.spend(session.name, _later(SESSION))
        response.delete_cookie(
            self.cookie(SESSION_COOKIE), path=self.prefix, secure=self.secure, httponly=True, samesite="Strict"
        )

    def set_cookie(self, response: Response, name: str, value: str, age: timedelta) -> None:
        """A cookie that no script and no other site gets at."""
        response.set_cookie(
            self.cookie(name),
            value,
            max_age=age,
            path=self.prefix,
            secure=self.secure,
            httponly=True,
            samesite="Strict",
        )

    def _sign(self, purpose: str, value: str) -> str:
        return hmac.new(self.secret, f"zeren/{purpose}/v1\n{value}".encode(), hashlib.sha256).hexdigest()

    # --- the record ---

    def record(self, read: ReadMade) -> None:
        """Records a read before it is answered. Raises Busy where it cannot: what is not recorded is not given.

        A ledger that is locked was waited for already; to wait again would only keep the other readers waiting.
        """
        if self.log is None:
            return
        for attempt in range(_ATTEMPTS):
            try:
                self.log.append(read)
            except Conflict:  # another process of this server wrote at the same moment
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    def close(self) -> None:
        """Closes the access ledger."""
        if self.log is not None:
            self.log.close()


def is_own(request: Request) -> bool:
    """Whether a form came from our own page, as the browser says by either of two headers."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def _later(after: timedelta) -> int:
    return int((now() + after).timestamp()) + 1


def open_gate(home: Home, *, everybody: bool, secure: bool, prefix: str = "/") -> Gate:
    """The gate of a directory. Raises BadInput where its keys cannot be read, Contradicted where an access ledger was
    here and is gone: reads would go unrecorded."""
    home.check_here("access")
    if "access" in home.kinds():
        spent = tidied(home.keys("access") / ENDED)
        return Gate(AccessLog.open(home), session_key(home), everybody, secure, prefix, spent)
    return Gate(None, system_randomness(32), everybody, secure, prefix)


def _reader(token: Token) -> Reader:
    return Reader(token.id, token.holder, frozenset(token.scopes), frozenset(token.organs) or None, token.person)
