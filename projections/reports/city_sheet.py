"""Answers across organs, and the list of their ledgers, as files: csv and ndjson for programs, a workbook for people.

Names come with these answers, so that no organ is asked for them; a row of a file is flat, and names its organ.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ledger.frozen import dataclass
from ledger.messages import N_
from projections.language.catalogue import translate
from projections.language.codes import LEDGERS
from projections.language.column_words import FILTERS
from projections.language.record_words import POSTS, WEIGHTS
from projections.language.trace_words import RED
from projections.questions.city_answers import (
    AboutCity,
    CityCases,
    CityCountersignedPairs,
    CityOverview,
    CityPersons,
    CitySignals,
)
from projections.reports.exports import Export, export
from projections.reports.row_words import Plain
from projections.reports.workbooks import AskedFor
from projections.signals.signal_kinds import FIRES


@dataclass(frozen=True, slots=True)
class OrganLine:
    """An organ in the overview."""

    organ: str
    title: str
    day: date
    entries: int
    cases: int
    points: int
    high: int
    medium: int
    vacant: int
    behind: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post that a person held in an organ."""

    person: tuple[str, ...]
    organ: str
    post: str
    acting: bool
    first: date
    last: date | None
    id: str
    moved: bool


@dataclass(frozen=True, slots=True)
class CityCaseLine:
    """A case of an organ."""

    organ: str
    case: str
    unit: str
    opened: date
    points: int
    red: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignalLine:
    """A signal in an organ."""

    organ: str
    weight: str
    code: str
    entry: str
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairLine:
    """How often one countersigned the acts of another."""

    signer: tuple[str, ...]
    other: tuple[str, ...]
    times: int
    back: int
    first: date
    last: date
    organs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A ledger of an organ, and whether it can be asked."""

    organ: str
    name: str
    title: str
    origin: str
    kind: str
    fingerprint: str
    entries: int | None
    place: str
    fault: str | None


_HEADINGS: Mapping[str, str] = {
    "acting": N_("capacity"),
    "back": N_("in return"),
    "behind": N_("has grown since"),
    "case": N_("case"),
    "cases": N_("cases"),
    "code": N_("what fires it"),
    "day": N_("as on"),
    "entries": N_("entries"),
    "entry": N_("entry"),
    "fault": N_("state"),
    "fingerprint": N_("fingerprint"),
    "first": N_("from"),
    "high": N_("signals of high weight"),
    "id": N_("number there"),
    "kind": N_("kind"),
    "last": N_("to"),
    "medium": N_("signals of medium weight"),
    "moved": N_("in several organs"),
    "name": N_("name"),
    "opened": N_("opened"),
    "organ": N_("organ"),
    "organs": N_("organs"),
    "origin": N_("ledger"),
    "other": N_("acts of"),
    "parties": N_("concerns"),
    "person": N_("person"),
    "place": N_("place"),
    "points": N_("points of procedure"),
    "post": N_("post"),
    "red": N_("why red"),
    "signer": N_("countersigned by"),
    "times": N_("times"),
    "title": N_("title"),
    "unit": N_("unit concerned"),
    "vacant": N_("vacant duties"),
    "weight": N_("weight"),
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "post": POSTS,
    "weight": WEIGHTS,
    "code": FIRES,
    "red": RED,
    "kind": LEDGERS,
}
"""Columns that hold a code, and what it is called."""


class AcrossWords:
    """Says the rows of these lines in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def text(self, message: str) -> str:
        """A message in the language."""
        return translate(message, self._language)

    def labelled(self, label: str, said: str) -> str:
        """What is said under a label."""
        return f"{label}{self.text(': ')}{said}"

    def heading(self, member: str) -> str:
        """What a column is called."""
        return self.text(_HEADINGS[member])

    def shown(self, columns: Sequence[str]) -> list[str]:
        """The columns that people are shown."""
        return list(columns)

    def cell(self, member: str, value: Any) -> Plain:
        """A value as one cell."""
        if isinstance(value, bool):
            if member == "acting":
                return self.text("acting") if value else self.text("titular")
            return self.text("yes") if value else self.text("no")
        if value is None and member == "fault":
            return self.text("can be asked")
        if isinstance(value, tuple):
            return self.text("; ").join(str(self.cell(member, each)) for each in value)
        if isinstance(value, str) and member in _WORDS:
            return self.text(_WORDS[member].get(value, value))
        return value  # type: ignore[no-any-return]  # a name, a number, a day

    def limit(self, name: str, value: Any) -> tuple[str, str]:
        """(title, value) of a limit of a question."""
        said = self.cell({"code": "code", "weight": "weight"}.get(name, ""), value)
        return self.text(FILTERS[name]), str(said)


def city_file(
    kind: str,
    answer: AboutCity,
    question: str,
    limits: Mapping[str, Any],
    language: str,
    more: Sequence[tuple[str, str]] = (),
) -> Export:
    """An answer across organs as a file of this kind; `limits` are those of the question, by parameter, and `more`
    others, (heading, value) in words.

    Raises BadInput where a workbook cannot hold all rows.
    """
    words = AcrossWords(language)
    times = [(words.text("Facts of"), answer.day.isoformat())] if answer.day is not None else []
    if answer.behind:
        times.append((words.text("Organs that have grown since"), str(answer.behind)))
    set_ = [words.limit(name, value) for name, value in limits.items() if value not in (None, "", False)]
    lines_of, row = _LINES[type(answer)]
    return export(kind, row, lines_of(answer), AskedFor(lambda _: words, question, (*set_, *more), tuple(times)))


def ledgers_file(kind: str, lines: Sequence[LedgerLine], question: str, like: str | None, language: str) -> Export:
    """The list of ledgers as a file of this kind."""
    words = AcrossWords(language)
    limits = (words.limit("like", like),) if like else ()
    return export(kind, LedgerLine, lines, AskedFor(lambda _: words, question, limits))


def _organs(found: CityOverview) -> list[OrganLine]:
    return [
        OrganLine(
            row.organ.name,
            row.organ.title,
            row.day,
            row.entries,
            row.cases,
            row.points,
            row.signals.get("high", 0),
            row.signals.get("medium", 0),
            row.vacant,
            row.behind,
            row.fault,
        )
        for row in found.items
    ]


def _posts(found: CityPersons) -> list[PostLine]:
    return [
        PostLine(each.names, post.organ.name, post.post, post.acting, post.first, post.last, post.person, each.moved)
        for each in found.items
        for post in each.posts
    ]


def _cases(found: CityCases) -> list[CityCaseLine]:
    return [
        CityCaseLine(row.organ.name, row.case, row.unit, date.fromisoformat(row.opened[:10]), row.points, row.red)
        for row in found.items
    ]


def _signals(found: CitySignals) -> list[SignalLine]:
    return [SignalLine(row.organ.name, row.weight, row.code, row.entry, row.parties) for row in found.items]


def _pairs(found: CityCountersignedPairs) -> list[PairLine]:
    return [
        PairLine(
            row.signer, row.other, row.times, row.back, row.first, row.last, tuple(e.organ.name for e in row.there)
        )
        for row in found.items
    ]


_LINES: Mapping[type, tuple[Callable[[Any], list[Any]], type]] = {
    CityOverview: (_organs, OrganLine),
    CityPersons: (_posts, PostLine),
    CityCases: (_cases, CityCaseLine),
    CitySignals: (_signals, SignalLine),
    CityCountersignedPairs: (_pairs, PairLine),
}
