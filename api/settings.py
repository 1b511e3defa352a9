"""Settings of the server, from the environment: what `zeren serve` passes on, and what a WSGI server is started with.

| variable | meaning | default |
|---|---|---|
| ZEREN_DIR | directory that holds the ledgers | the current one |
| ZEREN_PORT | port of `python -m api`; 0 takes a free one | 8421 |
| ZEREN_HOSTS | further host names to answer for, separated by commas | none |
| ZEREN_LANG | language of the server's own messages | zh_CN |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.security import LOOPBACK
from ledger.errors import BadInput


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process serves."""

    directory: Path
    port: int
    hosts: tuple[str, ...]


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in these variables. Raises BadInput for a port that is none."""
    port = environ.get("ZEREN_PORT", "8421")
    if not (port.isascii() and port.isdecimal() and int(port) <= 65535):
        raise BadInput("a port is a whole number from 0 to 65535, not {!r}", port)
    further = [name.strip() for name in environ.get("ZEREN_HOSTS", "").split(",")]
    return Settings(Path(environ.get("ZEREN_DIR", ".")), int(port), (*LOOPBACK, *filter(None, further)))
