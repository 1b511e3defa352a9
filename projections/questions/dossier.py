"""Question: everything about one person or unit, as known at a moment (档案).

Tenures, obligations, acts, talks, handovers, signals; decisions and case data only where a case ledger is joined, that
is, on the inspector's side. As in every answer the moment cuts the duty ledger, never the case's own facts; what an
inspector knows of a case is marked as such and never stands in an answer over an organ's own views.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from ledger.events.base import Fact
from ledger.events.case_work import CaseOpened, CaseWork, DecisionMade
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.registry import kinds
from ledger.frozen import dataclass
from projections.facts.protocol import Facts, day
from projections.facts.touching import named
from projections.facts.values import Citation, Instance
from projections.questions.former_values import corrected_by, told_of_another
from projections.questions.obligations import ObligationRow, instances, obligation_row, units_of
from projections.questions.over import Judged, Over
from projections.questions.parties import party_of
from projections.questions.signals import SignalRow, rows
from projections.questions.tenures import TenureRow
from projections.questions.tenures import rows as tenures_of
from projections.views.facts import ViewFacts


@dataclass(frozen=True, slots=True)
class DossierLine:
    """One entry as the dossier lists it: what, when it was so, when it was recorded, and by whom it was signed."""

    entry: Citation
    type: str
    occurred_on: date | None
    recorded_at: datetime
    signers: tuple[str, ...]
    parties: tuple[str, ...]
    """Persons and units that take part, in the order of the record."""
    said: str | None = None
    """Of a correction, refusal or explanation what it says; None of anything else, and where it may not be read."""
    corrected_by: tuple[Citation, ...] = ()
    """The corrections of it that count."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case or decision that concerns the party; `category` and `form` of a decision on this very party."""

    entry: Citation
    type: str
    case: str | None
    recorded_at: datetime
    category: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFilter(Judged):
    """Whom it is about, by id, number or name."""

    party: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """The answer; every list in the order of the record. `inspector` = a case ledger is joined."""

    party: str
    kind: str
    """`person` or `unit`."""
    name: str
    judged_on: date
    known_at: datetime | None
    tenures: tuple[TenureRow, ...]
    """A person's posts; for a unit who headed, supervised or belonged to it."""
    obligations: tuple[ObligationRow, ...]
    talks: tuple[DossierLine, ...]
    acts: tuple[DossierLine, ...]
    handovers: tuple[DossierLine, ...]
    leaves: tuple[DossierLine, ...]
    remarks: tuple[DossierLine, ...]
    """Corrections, refusals and explanations that concern the party."""
    signals: tuple[SignalRow, ...]
    inspector: bool
    cases: tuple[CaseLine, ...]


def dossier(over: Over, wanted: DossierFilter) -> Dossier:
    """Everything about a registered person or unit. Raises BadInput where nobody is called so."""
    facts, judged, party = over.facts, over.judging_day(wanted), party_of(over.facts, wanted.party)
    is_person = party in facts.persons
    own = facts.records(person=party) if is_person else facts.records(unit=party)
    lines = _lines(facts, own)
    positions = {event.position for event in own}
    remarks = facts.records(*kinds(lambda cls: cls.REMARK))
    raised = tuple(rows(over, judged, parties=frozenset({party})))  # first: then all acts are judged
    return Dossier(
        party=party,
        kind="person" if is_person else "unit",
        name=over.speech.name(party),
        judged_on=judged,
        known_at=facts.known_at,
        tenures=tenures_of(facts, person=party) if is_person else tenures_of(facts, unit=party),
        obligations=tuple(
            obligation_row(over, part)
            for row in instances(over, judged)
            if concerns(row, party)
            for part in _own_part(row, party)
        ),
        talks=lines["talk"],
        acts=lines["act"],
        handovers=lines["handover"],
        leaves=lines["leave"],
        remarks=tuple(_remark(over, event) for event in remarks if _target(event) in positions),
        signals=raised,
        inspector=facts.has_cases,
        cases=tuple(_cases(facts, party)),
    )


_KINDS = ("talk", "act", "handover", "leave")
_TOGETHER = 5_000
"""Entries that are looked at together: what corrected them is read at once, and no more of it than is kept."""


def _lines(facts: ViewFacts, own: Sequence[Recorded]) -> dict[str, tuple[DossierLine, ...]]:
    """The lines of each kind, in the order of the record."""
    found: dict[str, list[DossierLine]] = {kind: [] for kind in _KINDS}
    for start in range(0, len(own), _TOGETHER):
        some = own[start : start + _TOGETHER]
        facts.gather(some)  # each line tells what corrected it
        for event in some:
            if event.payload.LISTED in found:
                found[event.payload.LISTED].append(_line(facts, event))
    return {kind: tuple(lines) for kind, lines in found.items()}


def _target(event: Recorded) -> int | None:
    """The position of the entry that a correction, explanation or refusal is about."""
    of = getattr(event.payload, event.payload.JOINS) if event.payload.JOINS is not None else None
    return of.position if isinstance(of, EntryReference) else None


def _own_part(row: Instance, party: str) -> tuple[Instance, ...]:
    """The row; of one that sums pairs and that another owes, the party's own pairs: how others' stand is not its."""
    if not row.pairs or row.owner == party:
        return (row,)
    return tuple(pair for pair in row.pairs if concerns(pair, party)) or (row,)


def concerns(row: Instance, party: str) -> bool:
    """Whether an obligation is the party's own, about it, or due to it."""
    parts = {
        part for pair in (row, *row.pairs) for name in (*pair.pairs_met, *pair.missing) for part in name.split("/")
    }
    return party in (row.owner, row.subject) or party in set(units_of(row)) or party in parts


def _remark(over: Over, event: Recorded) -> DossierLine:
    facts, of = over.facts, _target(event)
    about = facts.entry_in(event.ledger, of) if of is not None else None
    return replace(_line(facts, event), said=told_of_another(over, event, about))


def _line(facts: ViewFacts, event: Recorded) -> DossierLine:
    payload = event.payload
    occurred = payload.occurred_at if isinstance(payload, Fact) else None
    return DossierLine(
        entry=facts.cite(event),
        type=event.type,
        occurred_on=day(facts, occurred) if occurred is not None else None,
        recorded_at=event.recorded_at,
        signers=event.signed,
        parties=tuple(dict.fromkeys(named(payload))),
        corrected_by=corrected_by(facts, event),
    )


def _cases(facts: Facts, party: str) -> list[CaseLine]:
    """Case work that names the party; what the discipline side alone holds."""
    found = []
    is_person = party in facts.persons
    named_in = facts.records(ledger="case", person=party) if is_person else facts.records(ledger="case", unit=party)
    for event in named_in:
        payload = event.payload
        if not isinstance(payload, CaseWork):
            continue
        case = payload.case
        line = CaseLine(facts.cite(event), event.type, case, event.recorded_at)
        items = payload.decisions if isinstance(payload, DecisionMade) else ()
        own = [item for item in items if party in (item.person, item.body)]
        if own:
            found += [CaseLine(line.entry, line.type, case, line.recorded_at, i.category, i.form) for i in own]
        elif isinstance(payload, CaseOpened) or not items:
            found.append(line)
    return found
