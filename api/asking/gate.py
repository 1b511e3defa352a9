"""The gate: tokens from the access ledger, page sessions, and the record of every read.

A session is a signed value that names the token and when the session began; it opens nothing once the token has ended
or was revoked, for the token is looked up at each request. The log-in form is bound to its browser by a second cookie.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Request
from werkzeug.wrappers import Response

from api.asking.reader import EVERYBODY, NOBODY, NotLoggedIn, Reader
from ledger.access.log import AccessLog, session_key
from ledger.access.tokens import Token
from ledger.clock import now, system_randomness
from ledger.errors import BadInput, Conflict
from ledger.events.access import ReadMade
from ledger.home.directory import Home

SESSION = timedelta(hours=12)
SESSION_COOKIE, FORM_COOKIE = "zeren_session", "zeren_form"
_ATTEMPTS = 5


@dataclass(slots=True)
class Gate:
    """Who comes in. `log` None: there is no access ledger, so there are no tokens and reads are not recorded."""

    log: AccessLog | None
    secret: bytes
    open: bool
    secure: bool = False
    """Whether cookies are sent over https only."""
    prefix: str = "/"

    # --- who asks ---

    def reader_of(self, request: Request) -> Reader:
        """The reader of a request: by bearer token, else by session, else everybody or nobody.

        Raises NotLoggedIn for a bearer token that is not in force.
        """
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            scheme, _, text = authorization.partition(" ")
            token = self._find(text.strip()) if scheme.lower() == "bearer" else None
            if token is None:
                raise NotLoggedIn("the token is unknown, revoked or has ended")
            return _reader(token)
        session = request.cookies.get(SESSION_COOKIE)
        token = self._session_token(session) if session else None
        if token is not None:
            return _reader(token)
        return EVERYBODY if self.open else NOBODY

    def _find(self, text: str) -> Token | None:
        return self.log.tokens().find(text, now()) if self.log is not None else None

    def _session_token(self, session: str) -> Token | None:
        parts = session.split(".")
        if len(parts) != 3:
            return None
        signed = self._sign("session", f"{parts[0]}.{parts[1]}")
        if not hmac.compare_digest(parts[2].encode(), signed.encode()):  # as bytes: a text must be ASCII there
            return None
        began = datetime.fromtimestamp(int(parts[1]), UTC)  # its digits are ours: they were signed
        if self.log is None or not began <= now() < began + SESSION:
            return None
        try:
            token = self.log.tokens().named(parts[0])
        except BadInput:
            return None
        return token if token.state(now()) == "in force" else None

    # --- log-in and log-out ---

    def new_form(self) -> tuple[str, str]:
        """(cookie, value of the form's hidden field), which belong together."""
        cookie = system_randomness(16).hex()
        return cookie, self._sign("form", cookie)

    def form_fits(self, request: Request) -> bool:
        """Whether the form was ours, in this browser, and sent from our own page."""
        cookie = request.cookies.get(FORM_COOKIE, "")
        sent = request.form.get("form", "")
        own = request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
        return own and bool(cookie) and hmac.compare_digest(sent.encode(), self._sign("form", cookie).encode())

    def log_in(self, text: str, response: Response) -> bool:
        """Puts a session into the response where the token is in force; tells whether it did."""
        token = self._find(text.strip())
        if token is None:
            return False
        value = f"{token.id}.{int(now().timestamp())}"
        self.set_cookie(response, SESSION_COOKIE, f"{value}.{self._sign('session', value)}", SESSION)
        return True

    def log_out(self, response: Response) -> None:
        """Takes the session away."""
        response.delete_cookie(SESSION_COOKIE, path=self.prefix, secure=self.secure, httponly=True, samesite="Strict")

    def set_cookie(self, response: Response, name: str, value: str, age: timedelta) -> None:
        """A cookie that no script and no other site gets at."""
        response.set_cookie(
            name, value, max_age=age, path=self.prefix, secure=self.secure, httponly=True, samesite="Strict"
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


def open_gate(home: Home, *, everybody: bool, secure: bool, prefix: str = "/") -> Gate:
    """The gate of a directory. Raises BadInput where its keys cannot be read, Contradicted where an access ledger was
    here and is gone: reads would go unrecorded."""
    home.check_here("access")
    if "access" in home.kinds():
        return Gate(AccessLog.open(home), session_key(home), everybody, secure, prefix)
    return Gate(None, system_randomness(32), everybody, secure, prefix)


def _reader(token: Token) -> Reader:
    return Reader(token.id, token.holder, frozenset(token.scopes))
