"""Question: who read what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ledger.access.log import question_read
from ledger.core.entry import format_time
from ledger.errors import BadInput
from ledger.events.access import ReadMade, TokenGranted
from ledger.recording.likely import near
from projections.facts.values import Citation
from projections.questions.over import PAGE, Latest, Over
from projections.questions.parties import party_of
from projections.views.facts import ViewFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFilter(Latest):
    """Limits of the question; None does not limit."""

    token: str | None = None
    """By this token, by its id."""
    about: str | None = None
    """Of this person or unit, by id, number or name."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Who read what: one answer that was given."""

    position: int
    recorded_at: str
    token: str
    holder: str | None
    question: str
    concerns: tuple[str, ...]
    case: str | None
    entry: Citation | None
    valid_at: date | None
    known_at: str | None
    asked: str | None
    organ: str | None
    """Fingerprint of the organ that was asked about; None where a server has one only."""


@dataclass(frozen=True, slots=True)
class AccessReads:
    """The answer, in the order in which it was read."""

    items: tuple[ReadRow, ...]


def reads(over: Over, wanted: ReadFilter, count: int | None = PAGE) -> AccessReads:
    """The first readings within limits. Raises BadInput for a token or party that is not there."""
    return AccessReads(tuple(row for _, row in reads_from(over.facts, settled(over.facts, wanted), 0, count)))


def settled(facts: ViewFacts, wanted: ReadFilter, organs: Collection[str] | None = None) -> ReadFilter:
    """The filter with ids for what it names. Raises BadInput for a token or party that is not there.

    Who is told of some of several organs only is not told which tokens there are.
    """
    granted = facts.records(TokenGranted, ledger="access") if wanted.token is not None else ()
    known = {event.payload.token for event in granted if isinstance(event.payload, TokenGranted)}
    if wanted.token is not None and wanted.token not in known | {"open"}:
        like = ", ".join(near(wanted.token, known | {"open"})) if organs is None else ""
        raise BadInput("there is no token {!r} here; perhaps {}", wanted.token, like or "-")
    return ReadFilter(token=wanted.token, about=party_of(facts, wanted.about) if wanted.about is not None else None)


def reads_from(
    facts: ViewFacts, wanted: ReadFilter, start: int, count: int | None, organs: Collection[str] | None = None
) -> list[tuple[int, ReadRow]]:
    """At most `count` of them from a position of the access ledger on, by a filter that is settled.

    `organs` are the fingerprints of those that are told of, of several; None = all."""
    holders: dict[str, str | None] = {}
    found: list[tuple[int, ReadRow]] = []
    for event in facts.records(TokenGranted, ReadMade, ledger="access"):
        payload = event.payload
        if isinstance(payload, TokenGranted):
            holders[payload.token] = payload.holder if "holder" not in event.missing else None
        elif isinstance(payload, ReadMade) and event.position >= start:
            if wanted.token not in (None, payload.token) or (
                wanted.about is not None and wanted.about not in (payload.concerns or ())
            ):
                continue
            question, of = question_read(payload.question)
            if organs is not None and of not in organs:
                continue
            cited = facts.refs(event, payload.entry) if payload.entry is not None else ()
            row = ReadRow(
                event.position,
                format_time(event.recorded_at),
                payload.token,
                holders.get(payload.token),
                question,
                payload.concerns or (),
                payload.case,
                cited[0] if cited else None,
                payload.valid_at,
                payload.known_at.isoformat() if payload.known_at is not None else None,
                payload.asked if "asked" not in event.missing else None,
                of,
            )
            found.append((event.position, row))
            if count is not None and len(found) >= count:
                break
    return found
