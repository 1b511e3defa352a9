"""Where a ledger on a server is: an URL that holds no secret, and the file that remembers it in a folder.

    postgresql://[role@][host[:port][,host[:port]]]/database[?organ=ORIGIN&kind=duty&sslmode=...&host=/a/socket]

A folder holds what is a person's own (keys, known heads, drafts, views); in place of the database `duty.db` it has
`duty.at`, which says where the ledger is and what its first entry is: whoever joins once is held to that ever after.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from ledger.errors import BadInput
from ledger.frozen import dataclass

SCHEMES = ("postgresql", "postgres")
ENDING = ".at"
KINDS = ("duty", "case", "access", "list")
_SECRET = {"password", "passfile", "sslpassword"}
_PARAMETERS = {
    *("host", "port", "dbname", "user", "service", "connect_timeout", "target_session_attrs"),
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "application_name"),
}
"""What of libpq's parameters an URL may hold."""
_NEAR = {"localhost", "127.0.0.1", "::1"}
_CHECKED = "verify-full"
_PORT = "5432"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A database on a server, and which of its ledgers: `origin`, where the role sees more than one of a kind."""

    parameters: Mapping[str, str]
    """As libpq names them."""
    kind: str = "duty"
    origin: str = ""
    fingerprint: str = field(default="", compare=False)
    """base64 leaf hash of the first entry, once it is known."""

    def __str__(self) -> str:
        return format_url(self)

    @property
    def servers(self) -> tuple[tuple[str, str], ...]:
        """(host, port) of each server that is tried, in their order; ports as libpq spreads them over the hosts."""
        hosts, ports = (self.parameters.get(name, "").split(",") for name in ("host", "port"))
        spread = ports if len(ports) == len(hosts) else ports[:1] * len(hosts)
        return tuple((host, port or _PORT) for host, port in zip(hosts, spread, strict=True))

    def is_at(self, other: "ServerAddress") -> bool:
        """Whether both name one database: of the same name, on servers of which one is the same, as when a standby
        was added or a server replaced; which ledger it holds is told by its fingerprint alone."""
        names = ("dbname", "service")
        same = all(self.parameters.get(name, "") == other.parameters.get(name, "") for name in names)
        return same and bool({*self.servers} & {*other.servers})

    @property
    def place(self) -> str:
        """The server and its database, as people are told of them."""
        host = self.parameters.get("host") or self.parameters.get("service") or "localhost"
        return f"{host}/{self.parameters.get('dbname', '')}"


def is_url(text: object) -> bool:
    """Whether this names a server, not a folder."""
    return str(text).partition(":")[0] in SCHEMES and "//" in str(text)


def parse_url(text: str) -> ServerAddress:
    """The address of an URL. Raises BadInput for a password in it, or a connection that could be listened to."""
    try:
        parts = urlsplit(text)
        asked = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise BadInput("{} is no address of a server: {}", _hidden(text), error) from None
    given = dict(asked)
    user, _at, hosts = parts.netloc.rpartition("@")
    if ":" in user or given.keys() & _SECRET:
        raise BadInput(
            "a password in an address is seen by everybody who sees it; take it out and put it into ~/.pgpass, or "
            "name a service (~/.pg_service.conf) by ?service=NAME"
        )
    kind, origin = given.pop("kind", "duty"), given.pop("organ", "")
    if kind not in KINDS:
        raise BadInput("a ledger is of kind {}, not {!r}", ", ".join(KINDS), kind)
    if unknown := given.keys() - _PARAMETERS:
        raise BadInput("{} cannot stand in the address of a server; known are: {}", *_two(unknown, _PARAMETERS))
    if user:
        given["user"] = unquote(user)
    if database := unquote(parts.path.removeprefix("/")):
        given["dbname"] = database
    if hosts:
        given["host"], given["port"] = _hosts(hosts, text)
        if not given["port"].strip(","):
            del given["port"]
    if "dbname" not in given and "service" not in given:
        raise BadInput("{} names no database; write postgresql://ROLE@HOST/DATABASE", text)
    return ServerAddress(_secured(given), kind, origin)


def _two(unknown: set[str], known: set[str]) -> tuple[str, str]:
    return ", ".join(sorted(unknown)), ", ".join(sorted({*known, "organ", "kind"}))


def _hosts(hosts: str, text: str) -> tuple[str, str]:
    names, ports = [], []
    for each in hosts.split(","):
        name, colon, port = each.rpartition(":") if not each.endswith("]") else (each, "", "")
        name = name if colon else each
        if colon and not port.isdecimal():
            raise BadInput("{} is no address of a server: {}", _hidden(text), each)
        names.append(unquote(name).strip("[]"))
        ports.append(port if colon else "")
    return ",".join(names), ",".join(ports)


def _secured(given: dict[str, str]) -> dict[str, str]:
    """With certificates checked wherever the connection leaves this machine."""
    hosts = [host for host in given.get("host", "").split(",") if host]
    near = all(host.startswith(("/", "@")) or host in _NEAR for host in hosts)
    if near and "service" not in given:
        return given
    mode = given.setdefault("sslmode", _CHECKED)
    if mode != _CHECKED:
        raise BadInput(
            "sslmode={} does not check whom it talks to; only verify-full does: give the certificate of the server's "
            "authority by sslrootcert=FILE",
            mode,
        )
    return given


def check_certificate(address: ServerAddress) -> None:
    """Where the server's certificate is checked, that of its authority is at hand. Raises BadInput.

    The driver would advise to check none.
    """
    given = address.parameters
    if given.get("sslmode") != _CHECKED or "service" in given:
        return
    named = given.get("sslrootcert") or os.environ.get("PGSSLROOTCERT") or str(Path.home() / ".postgresql/root.crt")
    if named != "system" and not Path(named).is_file():
        raise BadInput(
            "{} is not there, and so {} cannot be told from another server: name the certificate of its authority by "
            "sslrootcert=FILE",
            named,
            address.place,
        )


def _hidden(text: str) -> str:
    """The address as it may be shown."""
    before, at, after = text.rpartition("@")
    return f"{before.partition('//')[0]}//...@{after}" if at else text


def format_url(address: ServerAddress) -> str:
    """The URL of an address, as `parse_url` reads it."""
    given = dict(address.parameters)
    user, database = given.pop("user", ""), given.pop("dbname", "")
    query = {"organ": address.origin} if address.origin else {}
    if address.kind != "duty":
        query["kind"] = address.kind
    asked = urlencode({**query, **given}, safe="/,:")
    login = f"{quote(user)}@" if user else ""
    return f"postgresql://{login}/{quote(database)}{'?' if asked else ''}{asked}"


# --- the file that remembers it ---


def is_pointer(place: Path) -> bool:
    """Whether a database's place is the file that says on which server it is."""
    return place.suffix == ENDING


def place_of(directory: Path, kind: str) -> Path:
    """Where the ledger of this kind is, of a folder: the file that says on which server, or its own database."""
    pointer = directory / f"{kind}{ENDING}"
    return pointer if pointer.is_file() else directory / f"{kind}.db"


def read_pointer(place: Path) -> ServerAddress:
    """What the file says. Raises BadInput."""
    try:
        said = json.loads(place.read_text(encoding="utf-8"))
        found = parse_url(said["url"])
        fingerprint = str(said.get("fingerprint", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BadInput("{} cannot be read as the address of a ledger on a server", place) from None
    return ServerAddress(found.parameters, place.stem, found.origin, fingerprint)


def format_pointer(address: ServerAddress) -> bytes:
    """The content of the file, as `read_pointer` reads it."""
    said = {"url": format_url(address), "fingerprint": address.fingerprint}
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()
