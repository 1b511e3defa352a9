"""The organs that a directory tells of: its own one, which is the ordinary case, or those of its list of ledgers.

An organ is a place with its duty ledger, and at the discipline side its case ledger; it is known by the fingerprint of
its duty ledger (of the case ledger where that lies alone). People may name it by fingerprint, origin, name or title, or
by a beginning of one of them that no other organ has.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from ledger.core.encoding import b64decode
from ledger.errors import NoSuchOrgan, SeveralOrgans
from ledger.frozen import dataclass
from ledger.home.directory import ASKED, Home, Listed
from ledger.home.ledger_list import NAME, ListedLedger, read_registry

KEY = 16
"""Hex digits of a fingerprint by which an organ is named in addresses."""
FEWEST = 2
"""Characters of a beginning that is understood."""
SHOWN = 8
"""Organs that a message names."""


@dataclass(frozen=True, slots=True)
class Organ:
    """One organ and where its ledgers lie."""

    fingerprint: str
    origin: str
    title: str
    home: Home

    @property
    def digest(self) -> str:
        """The fingerprint in hex, for names of files."""
        return hex_of(self.fingerprint)

    @property
    def key(self) -> str:
        """The beginning of the digest by which addresses name the organ."""
        return self.digest[:KEY]

    @property
    def name(self) -> str:
        """What the origin calls the organ: its path without the kind of ledger."""
        parts = self.origin.split("/")[1:]
        return "/".join(parts[:-1] if len(parts) > 1 and parts[-1].partition("-")[0] in ASKED else parts)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that it may be called."""
        return tuple(text for text in (self.fingerprint, self.digest, self.origin, self.name, self.title) if text)


@dataclass(frozen=True, slots=True)
class Organs:
    """The organs of a directory; `listed` where a list of ledgers names them."""

    directory: Path
    organs: tuple[Organ, ...]
    listed: bool

    def __iter__(self) -> Iterator[Organ]:
        return iter(self.organs)

    def find(self, text: str) -> Organ:
        """The organ that is called so, wholly or by a beginning. Raises NoSuchOrgan, which names the nearest."""
        wanted = text.strip()
        found = [each for each in self.organs if wanted in (each.key, *each.names)] or [
            each
            for each in self.organs
            if len(wanted) >= FEWEST and any(name.startswith(wanted) for name in each.names)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise NoSuchOrgan("{!r} may be any of {}; write more of it", text, said(found))
        if not self.organs:
            raise NoSuchOrgan("there is no organ {!r} here", text)
        raise NoSuchOrgan("there is no organ {!r} here; the nearest: {}", text, said(self._nearest(wanted)))

    def _nearest(self, wanted: str) -> list[Organ]:
        from difflib import get_close_matches  # only where none is found

        names = {name: each for each in self.organs for name in each.names}
        likely = get_close_matches(wanted, names, 3, 0.4)
        return list(dict.fromkeys(names[name] for name in likely)) or list(self.organs[:3])

    def only(self) -> Organ:
        """The only organ. Raises SeveralOrgans, which names them, or NoSuchOrgan where there is none."""
        if not self.organs:
            raise NoSuchOrgan("there is no organ here that you may ask about")
        if len(self.organs) != 1:
            raise SeveralOrgans("there are several organs here; name one of them: {}", said(self.organs))
        return self.organs[0]


def said(organs: Iterable[Organ]) -> str:
    """Organs as a message names them."""
    listed = [f"{each.name} ({each.key})" for each in organs]
    return ", ".join([*listed[:SHOWN], *(["..."] if len(listed) > SHOWN else [])])


@lru_cache(maxsize=8192)
def hex_of(fingerprint: str) -> str:
    """A fingerprint in hex."""
    return b64decode(fingerprint).hex()


def organs_of(directory: Path, given: tuple[Path, ...] = ()) -> Organs:
    """The organs of a directory, of the list without opening any. Raises NoLedger or BadInput."""
    rows = read_registry(directory)
    if rows is None:
        return Organs(directory, _own(Home(directory, given)), listed=False)
    return Organs(directory, tuple(_listed(directory, rows, given)), listed=True)


def _own(home: Home) -> tuple[Organ, ...]:
    home.check()
    kind = next((kind for kind in ASKED if kind in home.kinds()), None)
    if kind is None:
        return ()
    with closing(home.open(kind)) as ledger:
        return (Organ(ledger.fingerprint, ledger.origin, ledger.genesis.title, home),)


def _listed(directory: Path, rows: Iterable[ListedLedger], given: tuple[Path, ...]) -> Iterator[Organ]:
    places: dict[Path, list[ListedLedger]] = {}
    for row in rows:
        places.setdefault(directory / row.place, []).append(row)
    for place, ledgers in places.items():
        first = min(ledgers, key=lambda row: ASKED.index(row.kind))
        kept = Listed(
            directory / NAME,
            tuple((row.kind, row.origin, row.fingerprint) for row in ledgers),
            directory / "views" / f"{hex_of(first.fingerprint)}.db",
        )
        yield Organ(first.fingerprint, first.origin, first.title, Home(place, given, kept))
