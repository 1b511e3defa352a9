"""What a number such as E060 or #41 means in a ledger, and what reading a record needs of it.

A position needs no #: 41 is position 41 where no entry has the number 41, and E060#41 is that entry as it is printed.
Rows of a file are full of numbers of other things, so that there a position bears its #.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ledger.application import Ledger
from ledger.before import ledgers_before
from ledger.errors import BadInput, Refused
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.recording.likely import near
from ledger.recording.party_finder import MOST_SUGGESTIONS, Parties
from ledger.recording.typed_values import Context

_POSITION = re.compile(r"[0-9]{1,15}", re.ASCII)


def context_of(ledger: Ledger, labels: Mapping[str, str] | None = None, *, of_file: bool = False) -> Context:
    """What reading records of this ledger needs to know; `of_file`: in rows of a file."""
    unknown: set[str] = set()

    def entry(number: str) -> EntryReference:
        try:
            return reference_to(find_entry(ledger, number, suggest=len(unknown) < MOST_SUGGESTIONS, bare=not of_file))
        except BadInput:
            unknown.add(number)
            raise

    def cited(number: str) -> EntryReference:
        former = find_before(ledger, number)
        return entry(number) if former is None else EntryReference(former[0], former[1].position, former[1].leaf_hash)

    return Context(
        ZoneInfo(ledger.genesis.time_zone), Parties(ledger.register()), entry, cited, {} if labels is None else labels
    )


def reference_to(event: Recorded) -> EntryReference:
    """The reference to an entry within its ledger."""
    return EntryReference("", event.position, event.leaf_hash)


def find_before(ledger: Ledger, number: str) -> tuple[str, Recorded] | None:
    """The entry of a ledger that this one continues, with that ledger's fingerprint; None where none is meant.

    It is meant by its number and its ledger's origin, E060@ORIGIN or #12@ORIGIN as answers show it, or by a number
    alone that no entry here has. Raises BadInput where that ledger has no such entry."""
    if ledger.genesis.continues is None:
        return None
    name, mark, origin = number.rpartition("@")
    with ledgers_before(ledger) as before:
        for each in before:
            if mark and each.origin == origin:
                return each.fingerprint, find_entry(each, name)
            if not mark and "#" not in number and not ledger.store.of_ref(number) and each.store.of_ref(number):
                return each.fingerprint, find_entry(each, number)
    return None


def find_entry(ledger: Ledger, number: str, *, suggest: bool = True, bare: bool = True) -> Recorded:
    """The entry of this number (the one that opens the thing, where several bear it) or position, `bare` without #.

    Raises BadInput, with numbers like it, where there is none, and with the positions where several would do; Refused
    for an entry of a ledger that this one continues.
    """
    former = find_before(ledger, number)
    if former is not None:
        raise Refused(
            "{} stands in the lost ledger that this one continues: nothing is signed, corrected, withdrawn or ended in "
            "it any more; record here what is to be said of it, referring to it (--refers {})",
            number,
            number,
        )
    name, mark, position = number.rpartition("#")
    if mark and _POSITION.fullmatch(position):
        event = ledger.at(int(position))
        if name not in ("", event.payload.ref):
            raise BadInput("the entry at #{} does not have the number {}", position, name)
        return event
    events = [ledger.at(position) for position in ledger.store.of_ref(number)]
    opening = [event for event in events if event.payload.OPENS]
    if len(opening) == 1 or len(events) == 1:
        return (opening or events)[0]
    if events:
        named = _candidates(ledger, opening or events)
        raise BadInput("several entries have the number {}: {}; give the position", number, named)
    if bare and _POSITION.fullmatch(number):
        return ledger.at(int(number))  # no thing has this number: it is a position, the mark before it left out
    raise _unknown(ledger, number, suggest=suggest)


def check_number(ledger: Ledger, number: str) -> None:
    """Some entry of the ledger has this number. Raises BadInput, with numbers like it."""
    if not ledger.store.of_ref(number):
        raise _unknown(ledger, number, suggest=True)


def _unknown(ledger: Ledger, number: str, *, suggest: bool) -> BadInput:
    like = ", ".join(near(number, ledger.store.late_refs(2000), else_first=False)) if suggest else ""
    if like:
        return BadInput("no entry has that number; perhaps {}; see: zeren entries", like)
    return BadInput("no entry has that number; see: zeren entries")


def _candidates(ledger: Ledger, events: list[Recorded]) -> str:
    """Each with position, kind, day and recorder, so that the one meant can be told from the others."""
    zone = ZoneInfo(ledger.genesis.time_zone)
    return "; ".join(
        f"#{event.position} ({event.type.partition('/')[0]}, {_day(event, zone)}, {event.author})" for event in events
    )


def _day(event: Recorded, zone: ZoneInfo) -> str:
    when = getattr(event.payload, "occurred_at", None) or event.recorded_at
    return (when.astimezone(zone).date() if isinstance(when, datetime) else when).isoformat()
