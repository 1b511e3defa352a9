"""Question: which signals stand, with their inputs, benign reasons and what persons have explained about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ledger.errors import BadInput
from ledger.events.records import RecordExplained
from projections.facts.protocol import Facts
from projections.facts.touching import names_touched
from projections.facts.values import Citation, Signal
from projections.signals import CATALOGUE, signals
from projections.signals.catalogue import Row

WEIGHTS = ("high", "medium", "low", "info")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A signed explanation of a signal: it stays beside the signal and takes nothing away from it."""

    entry: Citation
    by: str
    recorded_at: datetime
    text: str | None
    """None where the text was withheld or erased."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal as a reader sees it; `parties` are the persons and units that it concerns."""

    signal: Signal
    entry: Row
    parties: tuple[str, ...]
    explanations: tuple[Explanation, ...]


def signal_rows(
    facts: Facts,
    judged_on: date,
    *,
    code: str | None = None,
    party: Sequence[str] = (),
    weight: str | None = None,
) -> tuple[SignalRow, ...]:
    """The signals of this code and weight that concern all of these persons and units. Raises BadInput."""
    if code is not None and (code not in CATALOGUE or CATALOGUE[code].rule is None):
        decided = ", ".join(name for name, entry in CATALOGUE.items() if entry.rule is not None)
        raise BadInput("there is no signal {!r}; signals are {}", code, decided)
    if weight is not None and weight not in WEIGHTS:
        raise BadInput("{!r} is no weight; weights are {}", weight, ", ".join(WEIGHTS))
    explained = list(_explanations(facts))
    rows = []
    for signal in signals(facts, judged_on, codes=None if code is None else {code}):
        if weight is not None and signal.weight != weight:
            continue
        parties = concerned(facts, signal)
        if set(party) <= set(parties):
            own = tuple(row for name, entries, row in explained if name == signal.code and entries & set(signal.events))
            rows.append(SignalRow(signal, CATALOGUE[signal.code], parties, own))
    return tuple(rows)


def concerned(facts: Facts, signal: Signal) -> tuple[str, ...]:
    """Ids of the persons and units that a signal names, or that the entries named by it touch, in order of id."""
    found = {item for _, value in signal.detail for item in _words(value)}
    for cite in signal.events:
        entry = facts.cited(cite)
        if entry is not None:
            found |= names_touched(facts, entry)
    return tuple(sorted(found & (facts.persons.keys() | facts.units.keys())))


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
