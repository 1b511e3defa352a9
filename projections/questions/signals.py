"""Question: which signals stand, with their inputs, benign reasons and what persons have explained about them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any

from ledger.errors import BadInput
from ledger.events.records import RecordExplained
from ledger.frozen import dataclass
from ledger.recording.likely import near
from projections.facts.protocol import Facts
from projections.facts.touching import names_touched
from projections.facts.values import WEIGHTS, Citation, Signal
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of
from projections.signals import CATALOGUE, judging_day, signals
from projections.signals.inquiry import Inquiry
from projections.signals.judged_before import Parties, concerning
from projections.signals.since import carried
from projections.views.cut_records import TOGETHER
from projections.views.facts import ViewFacts
from projections.views.view_store import KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalFilter(Judged):
    """Limits of the question; None does not limit. Person and unit are named by id, number or name."""

    code: str | None = None
    weight: str | None = None
    unit: str | None = None
    """The unit that it concerns."""
    person: str | None = None
    """The person whom it concerns."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A signed explanation of a signal: it stays beside the signal and takes nothing away from it."""

    entry: Citation
    by: str
    recorded_at: datetime
    text: str | None
    """None where the text was withheld or erased, or is not for who asks."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A question about a record: `events` are all that it names, `blamed` those that it holds against."""

    code: str
    weight: str
    fires: str
    """What fires it, in the reader's language; so are `inputs` and `benign`."""
    inputs: str
    benign: str
    events: tuple[Citation, ...]
    blamed: tuple[Citation, ...]
    detail: Mapping[str, Any]
    """Its exact inputs by name."""
    parties: tuple[str, ...]
    """Persons and units that it concerns, in order of id."""
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class Signals:
    """The answer: questions, never verdicts."""

    judged_on: date
    known_at: datetime | None
    items: tuple[SignalRow, ...]


Found = tuple[Signal, Parties, tuple[Explanation, ...]]
"""A signal, whom it concerns, and what was explained about it."""


def raised(over: Over, wanted: SignalFilter) -> Signals:
    """The signals within limits. Raises BadInput for a limit that names what does not exist."""
    facts, judged = over.facts, over.judging_day(wanted)
    _check(wanted)
    party = {party_of(facts, text, "unit") for text in (wanted.unit,) if text is not None}
    party |= {party_of(facts, text, "person") for text in (wanted.person,) if text is not None}
    return Signals(
        judged,
        facts.known_at,
        tuple(rows(over, judged, wanted.code, weight=wanted.weight, parties=frozenset(party))),
    )


def found(over: Over, judged: date, code: str | None = None) -> tuple[Found, ...]:
    """Every signal of a code, or of all, kept where the reader's side keeps what takes long: to be counted."""
    kept: tuple[Found, ...] = over.keep(("signals", judged, code), lambda: tuple(_found(over.facts, judged, code)))
    return kept


def rows(
    over: Over,
    judged: date,
    code: str | None = None,
    *,
    weight: str | None = None,
    parties: frozenset[str] = frozenset(),
) -> Iterator[SignalRow]:
    """Every signal of a code, or of all, of this weight and that concerns all these parties, as answers show it."""
    explain = over.explain
    words: dict[str, tuple[str, str, str]] = {}
    for signal, concerns, explanations in found(over, judged, code):
        if weight not in (None, signal.weight) or not parties.issubset(concerns):
            continue
        if signal.code not in words:
            entry = CATALOGUE[signal.code]
            words[signal.code] = (
                explain.text(entry.fires),
                explain.text(entry.inputs or ""),
                explain.text(entry.benign),
            )
        yield SignalRow(
            signal.code,
            signal.weight,
            *words[signal.code],
            signal.events,
            signal.blamed,
            dict(signal.detail),
            concerns,
            explanations if over.texts else tuple(replace(each, text=None) for each in explanations),
        )


def _found(facts: ViewFacts, judged: date, code: str | None) -> Iterator[Found]:
    explained: defaultdict[str, list[tuple[set[Citation], Explanation]]] = defaultdict(list)
    for name, entries, row in _explanations(facts):
        explained[name].append((entries, row))
    raised = signals(facts, judged, codes=None if code is None else {code})
    touched = _Touched(facts, judging_day(facts, judged))
    touched.look_at(raised)
    for signal in raised:
        of_code = explained.get(signal.code)
        own = tuple(row for entries, row in of_code if not entries.isdisjoint(signal.events)) if of_code else ()
        yield signal, touched.by(signal), own


def _check(wanted: SignalFilter) -> None:
    decided = [name for name, entry in CATALOGUE.items() if entry.rule is not None]
    if wanted.code is not None and wanted.code not in decided:
        like = ", ".join(near(wanted.code, decided))
        raise BadInput("there is no signal {!r}; perhaps {}; signals are {}", wanted.code, like, ", ".join(decided))
    if wanted.weight is not None and wanted.weight not in WEIGHTS:
        raise BadInput("{!r} is no weight; weights are {}", wanted.weight, ", ".join(WEIGHTS))


class _Touched:
    """Whom signals concern; each entry is looked at once, however many signals name it, and as long as none changes."""

    def __init__(self, facts: ViewFacts, judged_on: date) -> None:
        self._facts = facts
        self._known = facts.persons.keys() | facts.units.keys()
        q = Inquiry(facts, judged_on, ())
        names: dict[str, dict[int, frozenset[str]]] = carried(q, "touched", dict) if facts.cut <= KEPT else {}
        self._names = names
        """By ledger and position of entries."""
        self._before, self._found = concerning(q)

    def look_at(self, signals: Sequence[Signal]) -> None:
        """Looks at those that are new, and reads together the entries that have to be looked at for them."""
        new = iter([each for each in signals if id(each) not in self._before and id(each) not in self._found])
        while some := list(islice(new, TOGETHER)):
            cites = (cite for signal in some for cite in self._further(signal)[0])
            self._facts.gather_cited(c for c in cites if c.position not in self._names.get(c.ledger, {}))
            for signal in some:
                self.by(signal)

    def by(self, signal: Signal) -> Parties:
        """Ids of the registered, in order."""
        key = id(signal)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._before.get(key) or (signal, self._look(signal))
        return found[1]

    def _further(self, signal: Signal) -> tuple[tuple[Citation, ...], Parties]:
        """The entries of a signal behind those of the one that it grew from, and whom that concerned."""
        earlier, concerned = self._first.get((signal.code, signal.detail, signal.events[:1]), (None, ()))
        size = len(earlier.events) if earlier is not None else 0
        if earlier is None or signal.events[:size] != earlier.events:
            return signal.events, ()
        return signal.events[size:], concerned

    @cached_property
    def _first(self) -> dict[tuple[object, ...], tuple[Signal, Parties]]:
        """The signals of several entries that were found before, by their first entry."""
        several = (each for each in self._before.values() if len(each[0].events) > 1)
        return {(signal.code, signal.detail, signal.events[:1]): (signal, parties) for signal, parties in several}

    def _look(self, signal: Signal) -> Parties:
        further, concerned = self._further(signal)
        found = {item for _, value in signal.detail for item in _words(value)}.union(concerned)
        for cite in further:
            names = self._names.setdefault(cite.ledger, {})
            if cite.position not in names:
                entry = self._facts.cited(cite)
                names[cite.position] = names_touched(self._facts, entry) if entry is not None else frozenset()
            found |= names[cite.position]
        return tuple(sorted(found & self._known))


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from _words(item)


def _explanations(facts: Facts) -> Iterator[tuple[str, set[Citation], Explanation]]:
    """(code, entries explained, explanation) of every explanation in the joined ledgers."""
    for ledger in ("duty", "case"):
        for record in facts.records(RecordExplained, ledger=ledger):
            given = record.payload
            if isinstance(given, RecordExplained):
                text = None if "explanation" in record.missing else given.explanation
                row = Explanation(facts.cite(record), record.author, record.recorded_at, text)
                yield given.signal, set(facts.refs(record, given.explains)), row
