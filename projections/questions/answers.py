"""Answers as maps, ready for `plain`: one shape for command line and API. The asker adds the ledger heads."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.events.flat import flatten
from ledger.events.record import Recorded
from projections.questions.desk import as_utc

if TYPE_CHECKING:
    from ledger.anchors.book import EntryState
    from ledger.keys.marks import KeyMarks
    from projections.facts.rules import RuleSet
    from projections.language.trace import Explainer
    from projections.obligations.table import DutyTable, Obligation
    from projections.trace.model import Trace


def trace_answer(found: Trace) -> dict[str, object]:
    """The trace of a case, its moments in UTC."""
    data = {item.name: getattr(found, item.name) for item in fields(found)}
    return {**data, "known_at": as_utc(found.known_at), "opened_at": as_utc(found.opened_at)}


def state_answer(state: EntryState) -> dict[str, object]:
    """How an entry stands towards the world outside: confirmed between two moments, or not yet."""
    return {
        "state": state.state,
        "not_before": as_utc(state.bounds.not_before),
        "not_after": as_utc(state.bounds.not_after),
        "time_contradicted": state.contradicted,
    }


def entry_answer(event: Recorded, state: EntryState | None = None, marks: KeyMarks | None = None) -> dict[str, object]:
    """An entry with all its fields; `missing` names the texts that are withheld or erased. With `state`, how it
    stands; with `marks`, what is known of the keys that signed it."""
    return {
        **({} if state is None else state_answer(state)),
        **({} if marks is None else {"disputed_by": marks.disputed_by, "re_enrolled": marks.re_enrolled}),
        "ledger": event.ledger,
        "position": event.position,
        "ref": event.payload.ref,
        "type": event.type,
        "recorded_at": format_time(event.recorded_at),
        "signers": event.signers,
        "stream": event.originator_id,
        "version": event.originator_version,
        "leaf_hash": b64encode(event.leaf_hash),
        "fields": dict(flatten(event.payload)),
        "missing": sorted(event.missing),
    }


def rules_answer(rules: RuleSet, explain: Explainer) -> dict[str, object]:
    """The table of obligations and the settings in force."""
    from projections.obligations.table import table

    shipped = table()
    return {
        "version": shipped.version,
        "layer": shipped.layer,
        "settings": rules,
        "sources": {name: text.of(explain.speech) for name, text in shipped.sources.items()},
        "obligations": [_table_row(shipped, row, explain) for row in shipped.obligations.values()],
    }


def _table_row(shipped: DutyTable, row: Obligation, explain: Explainer) -> dict[str, object]:
    return {
        "id": row.id,
        "title": row.title.of(explain.speech),
        "clause": shipped.clause(row, explain.speech),
        "owner": row.owner,
        "class": row.kind,
        "act": row.act,
        "counterpart": row.counterpart,
        "evidence": row.evidence.of(explain.speech),
        "layer": row.layer,
        "rules": [{name: value for name, value in _fields(rule).items() if value} for rule in row.rules],
    }


def _fields(value: object) -> dict[str, object]:
    return {item.name: getattr(value, item.name) for item in fields(value)}  # type: ignore[arg-type]  # a dataclass
