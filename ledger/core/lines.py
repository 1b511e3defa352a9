"""Signature lines checked by themselves: what another process needs for it, and nothing that takes long to load."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from ledger.core.signers import VerifyKey, parse_vkey
from ledger.errors import NotChecked, ZerenError

Job: TypeAlias = tuple[int, bytes, tuple[tuple[str, bytes], ...]]
"""Position, signed text, and (vkey, signature) of each line."""
Outcome: TypeAlias = tuple[int, int, ZerenError | None]
"""Position, number of lines, and the fault."""


def check_jobs(jobs: Sequence[Job]) -> list[Outcome]:
    """Checks every line of every job; a line that cannot be checked counts only where all others verify."""
    return [(position, len(lines), _check(message, lines)) for position, message, lines in jobs]


def _check(message: bytes, lines: Sequence[tuple[str, bytes]]) -> ZerenError | None:
    unchecked: ZerenError | None = None
    for vkey, signature in lines:
        try:
            _key(vkey).check(message, signature)
        except NotChecked as error:
            unchecked = error
        except ZerenError as error:
            return error
    return unchecked


@lru_cache(maxsize=65_536)
def _key(vkey: str) -> VerifyKey:
    return parse_vkey(vkey)
