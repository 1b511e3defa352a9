"""Values of the read side as text: what was judged is kept so, and read back as the same values or not at all.

JSON. Text, numbers, truth and None stand as they are, a tuple is a list; anything else is an object of one member that
names its kind: {"day": "2024-05-02"}, {"at": "2024-05-02T01:00:00+00:00"}, {"number": "1200.5"}, {"set": [...]},
{"cites": [0, 4]}, or a class of `_CLASSES` with its fields in their order. Citations stand once, in a table behind the
value; `cites` and `cite` are rows of it. Equal values have equal text, whatever they were computed in.

What is kept is of no use but to who knows as much, or little more: `KnownThen` says of how many entries it was judged,
and on what else it rests.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ledger.frozen import dataclass
from projections.facts.values import Circle, Citation, Instance, OpenLead, Period, Reason, Signal

_AS_IT_IS = frozenset({str, int, bool, type(None)})
_NAMES: dict[type, tuple[str, ...]] = {
    each: tuple(one.name for one in fields(each)) for each in (Circle, Instance, OpenLead, Period, Reason, Signal)
}
_CLASSES = {each.__name__: each for each in _NAMES}


@dataclass(frozen=True, slots=True)
class KnownThen:
    """What was known when something was judged."""

    cut: int
    """Entries of the duty ledger."""
    last: bytes
    """Leaf hash of the last entry known: an entry is judged by those before it and no others."""
    rests_on: str
    """Digest of what it rests on beside the duty ledger's entries."""


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """What was judged of a question of a kind, as text."""

    kind: str
    question: str
    known: KnownThen
    by: str
    """Digest of the program that judged: another one judges otherwise."""
    body: str

    def seal(self) -> str:
        """Digest of all of it: where it is not that which was written beside it, somebody changed the row."""
        known = (self.known.cut, self.known.last.hex(), self.known.rests_on)
        return hashlib.sha256(_json([self.kind, self.question, *known, self.by, self.body]).encode()).hexdigest()


def written(value: object) -> str:
    """A value as text. Raises TypeError for one that has no form here."""
    writing = _Writing()
    form = writing.form(value)
    return _json([form, writing.origins, writing.rows])


def read(text: str) -> Any:
    """The value of a text that `written` made. Raises ValueError for any other."""
    try:
        form, origins, rows = json.loads(text)
        cites = [Citation(origins[at], position, ref, _place(origins, rest)) for at, position, ref, *rest in rows]
        return _Reading(cites).value(form)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ValueError("this is not the form of a value") from error


def _place(origins: Sequence[str], rest: Sequence[int]) -> tuple[str, int] | None:
    if not rest:
        return None
    at, position = rest
    return origins[at], position


def _json(form: object) -> str:
    return json.dumps(form, ensure_ascii=False, separators=(",", ":"))


class _Writing:
    """One text on its way: the citations and the names of ledgers that it needed so far."""

    def __init__(self) -> None:
        self.origins: list[str] = []
        self.rows: list[list[object]] = []
        self._cited: dict[tuple[Citation, tuple[str, int] | None], int] = {}
        self._ways: dict[type, Callable[[Any], object]] = {
            tuple: self._several,
            list: self._several,
            frozenset: lambda of: {"set": sorted(map(self.form, of), key=_json)},
            Citation: lambda cite: {"cite": self._cite(cite)},
            datetime: lambda moment: {"at": moment.isoformat()},
            date: lambda day: {"day": day.isoformat()},
            Decimal: lambda number: {"number": str(number)},
        }

    def form(self, value: Any) -> object:
        cls = type(value)
        return value if cls in _AS_IT_IS else self._ways.get(cls, self._made)(value)

    def _several(self, of: Sequence[Any]) -> object:
        if of and all(each.__class__ is Citation for each in of):
            return {"cites": list(map(self._cite, of))}
        return list(map(self.form, of))

    def _made(self, value: Any) -> object:
        cls = type(value)
        if _CLASSES.get(cls.__name__) is not cls:
            raise TypeError(f"a {cls.__name__} has no form as text")
        return {cls.__name__: [self.form(getattr(value, each)) for each in _NAMES[cls]]}

    def _cite(self, cite: Citation) -> int:
        at = self._cited.get(key := (cite, cite.place))
        if at is None:
            at = self._cited[key] = len(self.rows)
            row: list[object] = [self._origin(cite.ledger), cite.position, cite.ref]
            self.rows.append(row if cite.place is None else [*row, self._origin(cite.place[0]), cite.place[1]])
        return at

    def _origin(self, name: str) -> int:
        if name not in self.origins:
            self.origins.append(name)
        return self.origins.index(name)


class _Reading:
    """One text that is read, with its table of citations."""

    def __init__(self, cites: Sequence[Citation]) -> None:
        self._cites = cites
        self._kinds: dict[str, Callable[[Any], object]] = {
            "cite": self._cite,
            "cites": lambda of: tuple(map(self._cite, of)),
            "set": lambda of: frozenset(map(self.value, of)),
            "at": datetime.fromisoformat,
            "day": date.fromisoformat,
            "number": Decimal,
        }

    def value(self, form: Any) -> Any:
        if form.__class__ in _AS_IT_IS:
            return form
        if isinstance(form, list):
            return tuple(map(self.value, form))
        ((kind, of),) = form.items()
        known = self._kinds.get(kind)
        return known(of) if known is not None else self._made(_CLASSES[kind], of)

    def _cite(self, at: int) -> Citation:
        if at < 0:
            raise ValueError("rows of the table are counted from 0")
        return self._cites[at]

    def _made(self, cls: type, of: list[Any]) -> object:
        return cls(**dict(zip(_NAMES[cls], map(self.value, of), strict=True)))
