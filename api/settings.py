"""Settings of the server, from the environment: what `zeren serve` passes on, and what a WSGI server is started with.

| variable | meaning | default |
|---|---|---|
| ZEREN_DIR | directory that holds the ledgers | the current one |
| ZEREN_PORT | port of `python -m api`; 0 takes a free one | 8421 |
| ZEREN_HOSTS | further host names to answer for, separated by commas | none |
| ZEREN_OPEN | 1: answer everybody on this machine without a token; only `python -m api` takes it | 0 |
| ZEREN_PREFIX | path below which a proxy serves the pages, such as /zeren | none |
| ZEREN_PROXIES | how many proxies in front set X-Forwarded-For, -Proto, -Host | 0: such headers are not believed |
| ZEREN_HTTPS | 1: readers come by https, cookies are sent over it only | 0 |
| ZEREN_TILE_ENTRIES | 1: serve bundles of entries below /tile/entries | 0 |
| ZEREN_JSON | 1: say the address as JSON on standard output; only `python -m api` takes it | 0 |
| ZEREN_LANG | language of the server's own messages | zh_CN |
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.asking.security import LOOPBACK
from ledger.errors import BadInput

_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process serves."""

    directory: Path
    port: int = 8421
    hosts: tuple[str, ...] = LOOPBACK
    open: bool = False
    prefix: str = ""
    proxies: int = 0
    https: bool = False
    tile_entries: bool = False
    as_json: bool = False
    proves: bool = False
    """Whether the views are proved again all the time: every server does, an application for a moment need not."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in these variables. Raises BadInput for one that cannot be read."""
    further = [name.strip() for name in environ.get("ZEREN_HOSTS", "").split(",")]
    prefix = environ.get("ZEREN_PREFIX", "").rstrip("/")
    if not _PREFIX.fullmatch(prefix):
        raise BadInput("{} is a path such as /zeren, not {!r}", "ZEREN_PREFIX", prefix)
    return Settings(
        Path(environ.get("ZEREN_DIR", ".")),
        _whole(environ, "ZEREN_PORT", 8421, 65535),
        (*LOOPBACK, *filter(None, further)),
        bool(_whole(environ, "ZEREN_OPEN", 0, 1)),
        prefix,
        _whole(environ, "ZEREN_PROXIES", 0, 9),
        bool(_whole(environ, "ZEREN_HTTPS", 0, 1)),
        bool(_whole(environ, "ZEREN_TILE_ENTRIES", 0, 1)),
        bool(_whole(environ, "ZEREN_JSON", 0, 1)),
        proves=True,
    )


def _whole(environ: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = environ.get(name, "") or str(default)
    if not (text.isascii() and text.isdecimal() and int(text) <= most):
        raise BadInput("{} is a whole number from 0 to {}, not {!r}", name, most, text)
    return int(text)
