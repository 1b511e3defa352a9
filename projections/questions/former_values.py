"""By what a record was corrected, for answers that show it where the record stands: the former value and the entry."""

from ledger.events.record import Recorded
from ledger.events.records import RecordCorrected
from projections.facts.values import Citation
from projections.language.changed import changes_of
from projections.language.entry_words import STANDINGS
from projections.language.narrator import Narrator
from projections.language.told import FieldTold, Teller
from projections.questions.over import Over
from projections.views.facts import ViewFacts

MOST = 40
"""Characters of a former value that are shown; the entry has all of it."""


def corrected_by(facts: ViewFacts, record: Recorded) -> tuple[Citation, ...]:
    """The corrections of a record that count."""
    return tuple(
        facts.cite(event)
        for event in facts.followers(record)
        if isinstance(event.payload, RecordCorrected)
        and not event.payload.corrects.fingerprint
        and event.payload.corrects.position == record.position
        and facts.standing(event) == "counts"
    )


def former_values(over: Over, record: Recorded) -> tuple[str, ...]:
    """What each correction that counts changed, a sentence each: the field, what it said before, by which entry.

    Who may not read texts is told the field and the entry.
    """
    if not corrected_by(over.facts, record):
        return ()
    teller = Teller(narrator := Narrator(over.facts, over.language))
    text = over.explain.text
    said = []
    for change in changes_of(over.facts, teller, record):
        entry = over.explain.cites([change.entry])
        if change.standing != "counts":
            continue
        if over.texts:
            told = text("{field} corrected, before: {was} ({entry})")
            said.append(told.format(field=change.title, was=_short(change.was, narrator), entry=entry))
        else:
            said.append(text("{field} corrected ({entry})").format(field=change.title, entry=entry))
    return tuple(said)


def told_of_another(over: Over, event: Recorded, of: Recorded | None) -> str | None:
    """What a correction, refusal or explanation says of the record that it is about; None where it may not be read."""
    teller = Teller(narrator := Narrator(over.facts, over.language))
    text = over.explain.text
    if isinstance(event.payload, RecordCorrected):
        changes = changes_of(over.facts, teller, of) if of is not None else ()
        change = next((each for each in changes if each.entry == over.facts.cite(event)), None)
        if of is None or change is None:
            return None
        entry = over.explain.cites([over.facts.cite(of)])
        if not over.texts:
            return text("{field} of {entry}").format(field=change.title, entry=entry)
        said = text("{field} of {entry}: {was} → {now}").format(
            field=change.title, entry=entry, was=_short(change.was, narrator), now=_short(change.now, narrator)
        )
        waits = change.standing != "counts"
        return f"{said}{over.explain.aside(text(STANDINGS[change.standing]))}" if waits else said
    told = [each for name in ("reason", "text") if (each := teller.field(event, name)) is not None]
    entry = f"{over.explain.cites([over.facts.cite(of)])}{text(': ')}" if of is not None else ""
    return entry + " ".join(each.plain(narrator) for each in told) if told and over.texts else None


def _short(told: FieldTold | None, narrator: Narrator) -> str:
    words = told.plain(narrator) if told is not None else ""
    if not words:
        return narrator.text("(nothing)")
    return words if len(words) <= MOST else f"{words[:MOST]}…"
