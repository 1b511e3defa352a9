"""Wrong tokens are slowed down: so many per minute from one address, and so many in all; beyond that 429.

A token has 256 random bits and is not guessed; what this spares is the machine, and the log that a flood would fill.
A right token is never slowed down, so that nobody can lock the inspectors out by sending wrong ones.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from ledger.clock import now
from ledger.errors import ZerenError

WINDOW = 60
"""Seconds in which wrong tokens are counted together."""
PER_ADDRESS, IN_ALL = 10, 200
MAX_ADDRESSES = 10_000


class TooMany(ZerenError):
    """Too many wrong tokens within a minute; its value says after how many seconds one may try again."""


@dataclass(slots=True)
class _Count:
    since: float
    number: int = 0


class Slow:
    """Counts wrong tokens of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_address: OrderedDict[str, _Count] = OrderedDict()
        self._all = _Count(0.0)

    def wrong(self, address: str) -> None:
        """Notes a wrong token from an address. Raises TooMany where it is one too many."""
        moment = now().timestamp()
        with self._lock:
            mine = self._by_address.pop(address, _Count(moment))
            self._by_address[address] = mine
            while len(self._by_address) > MAX_ADDRESSES:
                self._by_address.popitem(last=False)
            for count, most in ((mine, PER_ADDRESS), (self._all, IN_ALL)):
                if not count.since <= moment < count.since + WINDOW:
                    count.since, count.number = moment, 0
                count.number += 1
                if count.number > most:
                    wait = max(1, int(count.since + WINDOW - moment))
                    raise TooMany("too many wrong tokens; try again in {} seconds", wait)
