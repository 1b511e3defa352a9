"""Signals about what a text says: a copy of another, nothing of its own, something that was not there yet."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from ledger.events.acts import Act
from ledger.events.base import Fact
from ledger.events.fields import EntryReference
from ledger.events.record import Recorded
from ledger.events.records import TextErased
from ledger.events.registry import kinds
from projections.facts.protocol import rules_of
from projections.facts.values import Citation, Signal
from projections.signals.copies import Copies, one_rule_for_all
from projections.signals.inquiry import Inquiry
from projections.signals.subject import occurred_on, there_from
from projections.views.index_marks import NUMBER
from projections.views.likeness import normalise, text_of
from projections.views.likeness_groups import INDEXED_FROM


def near_duplicate_text(q: Inquiry) -> Iterator[Signal]:
    """NEAR_DUPLICATE_TEXT: the text of an act is the text of an earlier one, or nearly.

    Inputs: the `text` of every act, normalised (NFKC, letters and digits), without the boilerplate that the rule set
    lists. Alike are texts with difflib's ratio at or above `near_duplicate_threshold`, both by the rule set of the day
    on which the later was recorded; a signal names a whole group, as it hangs together. The earliest recorded one is
    not blamed, the later ones are. Where a text was erased, the signal
    stands by the erasure. Benign: one topic dealt with in a campaign; a short statement that nothing was found.
    """
    groups = {
        group.entries[0].position: group
        for record in q.of(Act)
        if text_of(record) is not None and (group := _alike_to(q, record)) is not None
    }
    for group in groups.values():
        yield Signal("NEAR_DUPLICATE_TEXT", "medium", group.entries, group.later)
    yield from _standing(q, "NEAR_DUPLICATE_TEXT")


def copies_since(q: Inquiry, before: Sequence[Signal], new: Sequence[Recorded]) -> Sequence[Signal] | None:
    """The same from what was found before these entries came; None where no index tells what is alike.

    A text that was found like one earlier text is the latest of that one's group; one like texts of several groups
    makes one of them.
    """
    if q.facts.reworded or not one_rule_for_all(q.facts, INDEXED_FROM):
        return None
    found = list(before)
    for record in new:
        links, own = q.facts.likened(record) if isinstance(record.payload, Act) else (), q.facts.cite(record)
        joined = [signal for signal in found if not _standing_alone(signal) and _names(signal, {*links, own.position})]
        if not links or (joined and own in joined[0].events):
            continue
        if len(links) == 1 and joined:
            group = Copies((*joined[0].events, own), (*joined[0].blamed, own))
        else:
            (entries,) = q.facts.alike(record)
            group = Copies(entries, entries[1:])
            joined = [signal for signal in found if not _standing_alone(signal) and _names(signal, _at(entries))]
        gone = set(map(id, joined))
        found = [signal for signal in found if id(signal) not in gone]
        found.append(Signal("NEAR_DUPLICATE_TEXT", "medium", group.entries, group.later))
    return found


def _standing_alone(signal: Signal) -> bool:
    return bool(signal.get("erased"))


def _names(signal: Signal, positions: AbstractSet[int]) -> bool:
    return any(cite.position in positions for cite in signal.events)


def _at(cites: Iterable[Citation]) -> set[int]:
    return {cite.position for cite in cites}


def _alike_to(q: Inquiry, record: Recorded) -> Copies | None:
    return q.background.alike.get(record.position) if q.whole else q.background.alike_to(record)


def _standing(q: Inquiry, code: str) -> Iterator[Signal]:
    """Signals of this code that stand by the erasure of the text on which they rested."""
    for event in q.background.erasures:
        rows = event.payload.signals if isinstance(event.payload, TextErased) else None
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, list) and row and row[0] == code:
                cited = sorted(q.facts.refs(event, *_references(row[1:])))
                if q.whole or {c.position for c in cited} & {record.position for record in q.records}:
                    yield q.signal(code, "medium", cited, cited[1:], erased=True)


def _references(rows: list[Any]) -> Iterator[EntryReference]:
    for row in rows:
        match row:
            case [str(fingerprint), int(position), str()]:
                yield EntryReference(fingerprint, position, b"")
            case int(position):
                yield EntryReference("", position, b"")


def template_only(q: Inquiry) -> Iterator[Signal]:
    """TEMPLATE_ONLY: nothing is left of an act's text once the rule set's boilerplate is removed.

    Inputs: the text, `boilerplate` of the day of recording (none by default; no template is learnt from the records).
    Benign: a form prescribed from above; a talk that dealt with no problem and says so.
    """
    for record in q.of(Act):
        text, boilerplate = text_of(record), rules_of(q.facts, record).boilerplate
        if text is not None and boilerplate and normalise(text) and not normalise(text, boilerplate):
            yield q.blaming("TEMPLATE_ONLY", "low", record)


def anachronism(q: Inquiry) -> Iterator[Signal]:
    """ANACHRONISM: a record refers to, or its words name by number, an entry that was not there on its own day.

    Inputs: occurred_at of both, `refers`, and numbers that stand as a whole word in the text or the open issues; of
    what was put on record ahead of its day (a key task, a plan) the day of recording. Days are compared, so that what
    happens on one day is no contradiction. What is not an entry of the ledger (a rule, a title, a person's or unit's
    beginning) cannot be dated here and is not looked at. Benign: a draft was quoted.
    """
    for record in q.of(*kinds(lambda cls: cls.CHRONOLOGICAL)):
        payload = record.payload
        on = occurred_on(q.facts, record)
        if not isinstance(payload, Fact) or on is None:
            continue
        cited = [q.facts.entry(reference, within=record) for reference in payload.refers or ()]
        later: defaultdict[Citation, None] = defaultdict(None)
        for entry in [*(entry for entry in cited if entry is not None), *_numbered(q, record)]:
            when = there_from(q.facts, entry)
            if when is not None and when > on:
                later[q.facts.cite(entry)] = None
        if later:
            yield q.blaming("ANACHRONISM", "high", record, known=tuple(later))


def _numbered(q: Inquiry, record: Recorded) -> Iterator[Recorded]:
    words = [text_of(record) or "", *(getattr(record.payload, "open_issues", None) or ())]
    numbers = {number for text in words for number in NUMBER.findall(text)}
    for number in sorted(numbers):
        yield from q.background.with_ref(number)


def names_entry(record: Recorded, entry: Recorded) -> bool:
    """Whether a record names an entry: in `refers`, or by its number as a whole word in its words.

    Chinese knows no spaces: beside a number with a Latin letter (`A17`) only Latin letters and digits make the word
    longer, beside any other number every letter and digit does.
    """
    payload = record.payload
    if isinstance(payload, Fact):
        for reference in payload.refers or ():
            if reference.position == entry.position and not reference.fingerprint:
                return True
    number = entry.payload.ref
    texts = [getattr(payload, name, None) for name in ("text", "matter", "title")]
    words = [text for text in texts if isinstance(text, str)] + list(getattr(payload, "open_issues", None) or ())
    if not number:
        return False
    beside = r"[0-9A-Za-z_\-]" if re.search("[A-Za-z]", number) else r"[\w\-]"
    whole = re.compile(rf"(?<!{beside}){re.escape(number)}(?!{beside})")
    return any(whole.search(text) for text in words)
