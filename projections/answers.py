"""Answers as maps, ready for `plain`: one shape for command line and API. The asker adds the ledger heads."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime

from ledger.anchors import EntryState
from ledger.core.encoding import b64encode
from ledger.core.entry import format_time
from ledger.events.fields import flatten
from ledger.events.record import Recorded
from projections.desk import as_utc
from projections.explain import Explainer
from projections.holders import Answer, Holder
from projections.trace.model import Trace


def holders_answer(
    subject: str, valid_at: date, known_at: datetime | None, answers: Sequence[Answer], explain: Explainer
) -> dict[str, object]:
    """Who held the duties of a subject: a row per holder, and the duties that nobody held."""
    return {
        "subject": subject,
        "valid_at": valid_at,
        "known_at": as_utc(known_at),
        "holders": [row for answer in answers for row in _holder_rows(answer, explain)],
        "gaps": [answer.duty for answer in answers if answer.gap],
    }


def capacities(answer: Answer) -> tuple[tuple[str, tuple[Holder, ...]], ...]:
    """The holders of an answer by the capacity in which they hold."""
    return (("titular", answer.titular), ("acting", answer.acting), ("cover", answer.cover))


def _holder_rows(answer: Answer, explain: Explainer) -> list[dict[str, object]]:
    return [
        {
            "duty": answer.duty,
            "unit": answer.unit,
            "person": holder.person,
            "name": explain.name(holder.person),
            "capacity": capacity,
            "valid_from": holder.valid_from,
            "valid_to": holder.valid_to,
            "entry": holder.entry,
            "flag": holder.flag,
            "disputed": holder.disputed,
        }
        for capacity, holders in capacities(answer)
        for holder in holders
    ]


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


def entry_answer(event: Recorded, state: EntryState | None = None) -> dict[str, object]:
    """An entry with all its fields; `missing` names the texts that are withheld or erased. With `state`, how it
    stands."""
    return {
        **({} if state is None else state_answer(state)),
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
