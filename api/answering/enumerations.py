"""Closed lists of words that members of answers take, by class and member; a list that grows is no fault of a client.

Each is the list that the question itself answers from, so that the description cannot drift from it.
"""

from collections.abc import Mapping, Sequence

from ledger.events.register import UNIT_KINDS
from ledger.events.registry import TYPES
from ledger.home.directory import KINDS as LEDGERS
from projections.facts.values import WEIGHTS
from projections.language.agenda_words import KINDS as TO_DO
from projections.language.codes import BREAKS, CAPACITIES, HOLDINGS
from projections.language.holder_words import MARKS
from projections.questions.agenda import STATES as NEARNESS
from projections.questions.obligations import STATUSES
from projections.reports.organisation_words import DUTIES
from projections.signals.signal_kinds import ROWS as SIGNALS

_TYPES = tuple(sorted(TYPES))
MEMBERS: Mapping[tuple[str, str], Sequence[str]] = {
    ("AgendaLine", "kind"): tuple(TO_DO),
    ("AgendaLine", "state"): NEARNESS,
    ("BreakRow", "kind"): BREAKS,
    ("CaseLine", "type"): _TYPES,
    ("DossierLine", "type"): _TYPES,
    ("EntryAnswer", "state"): ("confirmed", "pending", "resting"),
    ("EntryAnswer", "type"): _TYPES,
    ("FoundRow", "type"): _TYPES,
    ("HolderRow", "capacity"): HOLDINGS,
    ("HolderRow", "flag"): tuple(MARKS),
    ("Instance", "status"): STATUSES,
    ("LedgerHead", "kind"): LEDGERS,
    ("ObligationRow", "status"): STATUSES,
    ("OrganisationChange", "duty"): tuple(DUTIES),
    ("OwedSignature", "capacity"): CAPACITIES,
    ("OwedSignature", "type"): _TYPES,
    ("SignalRow", "code"): tuple(row.code for row in SIGNALS),
    ("SignalRow", "weight"): WEIGHTS,
    ("Unit", "kind"): UNIT_KINDS,
    ("UnitRow", "kind"): UNIT_KINDS,
}
