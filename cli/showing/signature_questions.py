"""A question for a signature in words: what is recorded, by whom, as what one signs, and what that means."""

from collections.abc import Iterator
from typing import Any

from ledger.consents.request import Request
from ledger.consents.shown import RESERVED, Record, ShownQuestion
from ledger.core.consent_to import ToDraft
from ledger.core.entry import format_time
from ledger.events.lists import pattern_of
from ledger.events.registry import spec_of
from ledger.recording.texts import hidden_in
from projections.language.capacity_words import CAPACITIES, MEANINGS
from projections.language.catalogue import _, language
from projections.language.kind_titles import type_title
from projections.language.titles import field_title
from projections.obligations.table import table


def visible(text: str) -> str:
    """The text with every character that hides or reorders on a screen written as its number."""
    if hidden_in(text) is None and "\t" not in text:
        return text
    return "".join(f"[U+{ord(letter):04X}]" if letter == "\t" or hidden_in(letter) else letter for letter in text)


def head(request: Request) -> Iterator[str]:
    """For whom and for which ledger a request is."""
    yield _("{number} questions to {person} from the ledger {ledger}").format(
        number=len(request.asks), person=_named(request.person, request), ledger=request.origin
    )
    yield _("Names are the sender's word; what counts is the id before each.")


def question(request: Request, shown: ShownQuestion, number: int) -> Iterator[str]:
    """The lines of one question. Every line of a text begins with a bar, so that no text looks like a line of ours."""
    ask, record = shown.ask, shown.record
    yield ""
    yield f"[{number}/{len(request.asks)}] {_title(record)}"
    if isinstance(ask.to, ToDraft):
        yield _("not yet recorded; it will be recorded by {person}").format(person=_named(record.author, request))
    else:
        yield _on_record(record, request)
    yield from _fields(record, request)
    if record.withheld:
        yield _("not shown of this record: {names}").format(names=", ".join(map(_field, record.withheld)))
    for file in shown.no_files:
        yield _("attachment {number} is not shown: only its digest is known").format(number=file)
    for cited in shown.cited:
        yield _("it refers to:") + f" {_title(cited)}"
        yield f"  {_on_record(cited, request)}"
        yield from (f"  {line}" for line in _fields(cited, request))
        if cited.withheld:
            yield "  " + _("not shown of this record: {names}").format(names=", ".join(map(_field, cited.withheld)))
    for position in shown.unseen:
        entry = _("an entry of another ledger") if position is None else f"#{position}"
        yield _("it refers to {entry}, which is not shown").format(entry=entry)
    others = [each for each in shown.asked if each.person != request.person]
    if others:
        people = ", ".join(f"{_named(each.person, request)} ({_(CAPACITIES[each.capacity])})" for each in others)
        yield _("asked too: {people}").format(people=people)
    if shown.last_seen is not None:
        yield _("the history shown to you ends at {moment}").format(moment=format_time(shown.last_seen))
    if ask.not_after is not None:
        yield _("to be answered and recorded until {moment}").format(moment=format_time(ask.not_after))
    if ask.capacity is not None:
        yield _("You are asked as: {capacity}").format(capacity=_(CAPACITIES[ask.capacity]))
        yield _(MEANINGS[ask.capacity])


def _title(record: Record) -> str:
    return f"{type_title(record.type)} ({record.type})"


def _on_record(record: Record, request: Request) -> str:
    signers = ", ".join(_named(person, request) for person in record.signers)
    when = format_time(record.recorded_at) if record.recorded_at else ""
    return _("recorded as #{position} at {moment}, signed by {signers}").format(
        position=record.position, moment=when, signers=signers
    )


def _fields(record: Record, request: Request) -> Iterator[str]:
    for name, value in record.fields:
        if name.startswith(RESERVED):
            continue
        first, *rest = visible(_value(record.type, name, value, request)).split("\n")
        yield f"  {_field(name)}: {first}"
        yield from (f"  | {line}" for line in rest)


def _field(name: str) -> str:
    numbers = [str(int(part) + 1) for part in name.split(".") if part.isdigit()]
    base = pattern_of(name).removesuffix(".*").replace(".*", "")
    return " ".join([field_title(base), *numbers])


def _value(type_: str, name: str, value: Any, request: Request) -> str:  # noqa: PLR0911 - a case per kind
    spec = spec_of(type_, name)
    if spec is not None and spec.about is not None and isinstance(value, str):
        return _named(value, request)
    if spec is not None and spec.reference is not None and isinstance(value, list):
        return f"#{value[1]}" if not value[0] else _("an entry of another ledger")
    if isinstance(value, str) and pattern_of(name) in ("claims", "claims.*"):
        return _claimed(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(type_, name, each, request) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_value(type_, name, each, request)}" for key, each in value.items())
    return "–" if value is None else str(value)


def _claimed(id_: str) -> str:
    known = table().obligations.get(id_)
    return id_ if known is None else f"{known.title.of(language())} ({id_})"


def _named(id_: str, request: Request) -> str:
    name = request.names.get(id_)
    return f"{id_} ({visible(name)})" if name else id_
