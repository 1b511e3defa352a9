"""What pages call things by, and the links behind it: entries, parties, moments, this page with another filter."""

import re
from datetime import datetime
from typing import Any, cast

from flask import g, request, url_for
from markupsafe import Markup, escape

from api.asking.current import explainer, facts, reader
from api.asking.language import language
from projections.facts.values import Citation
from projections.language import local_moments
from projections.language.catalogue import translate
from projections.language.changed import Change, changes_of
from projections.language.codes import LEDGERS
from projections.language.entry_words import STANDINGS, STATES
from projections.language.kind_titles import type_title
from projections.language.narrator import Narrator
from projections.language.signal_words import detail_title, detail_word
from projections.language.titles import known_title
from projections.language.told import Teller
from projections.obligations.table import table
from projections.questions.entries import EntryRow
from projections.questions.search import FoundRow
from projections.views.facts import ViewFacts
from projections.views.rows import base_kind
from projections.views.view_reads import Wanted, entry_lines, ledgers_with


def local(moment: datetime | str | None) -> str:
    """A moment in the ledger's own zone, with its offset."""
    return local_moments.local(moment, facts().zone)


def this_page(**changed: Any) -> str:
    """The address of this page with other parameters; None takes one away, and a cursor never outlives a change."""
    kept = {
        **request.args.to_dict(flat=False),
        **(request.view_args or {}),
        **({} if "cursor" in changed else {"cursor": None}),
        **changed,
    }
    return url_for(str(request.endpoint), **{name: text for name, text in kept.items() if text is not None})


def cite(entry: Citation | None) -> Markup:
    """A citation as a link to its entry, where the reader may open it."""
    if entry is None:
        return Markup("")
    text = entry.label
    address = entry_address(*entry.stands)
    if address is None or not reader().may("organ", "evidence"):
        shown = Markup('<span class="cite">{}</span>').format(text)
    else:
        shown = Markup('<a class="cite" href="{}">{}</a>').format(address, text)
    state = _cut().state(entry)
    if state is None or state == "late":
        return shown
    if state == "withdrawn":
        shown = Markup('<s class="withdrawn">{}</s>').format(shown)
    return Markup('{} <span class="tag {}">{}</span>').format(shown, state, translate(STATES[state], language()))


def entry_address(origin: str, position: int) -> str | None:
    """The address of the page of an entry; None for one of a ledger that is not at hand."""
    kind = next((kind for row in facts().ledgers if (kind := row.called(origin)) is not None), None)
    return url_for("pages.entry_page", kind=kind, position=position) if kind is not None else None


def cite_row(row: EntryRow | FoundRow) -> Citation:
    """The citation of an entry in a list, which names it by the ledger that holds it."""
    for ledger in facts().ledgers:
        fingerprint = ledger.fingerprint_of(row.ledger)
        at = ledger.place_of(fingerprint, row.position) if fingerprint is not None else None
        if at is not None:
            return ledger.cite(at, row.ref)
    return Citation(row.ledger, row.position, row.ref or f"#{row.position}")


def _cut() -> ViewFacts:
    """The facts as known at the moment that the page is about."""
    return facts(g.get("known_at"))


def changed(entry: Citation) -> Markup:
    """What corrections changed of an entry, as *was → is* with who and when; empty where nothing was."""
    cut = _cut()
    found = g.setdefault("changed", {})
    if cut.state(entry) in (None, "withdrawn"):
        return Markup("")
    if entry not in found:
        record = cut.cited(entry)
        narrator = Narrator(cut, language())
        made = changes_of(cut, Teller(narrator), record) if record is not None and _may_read() else ()
        found[entry] = Markup("").join(_change(each, narrator) for each in made)
    return cast("Markup", found[entry])


def _may_read() -> bool:
    return reader().may("organ", "evidence")


def _change(each: Change, narrator: Narrator) -> Markup:
    nothing = narrator.text("(nothing)")
    was, now = (said.plain(narrator) if said is not None else nothing for said in (each.was, each.now))
    who = narrator.listed(map(narrator.name, each.signers))
    line = Markup(
        '<div class="change"><span class="name">{}{} {}</span> <del>{}</del> → <ins>{}</ins> <small>{}</small></div>'
    )
    said = f"{narrator.text(STANDINGS[each.standing])}{narrator.text(': ')}"
    return line.format(said, each.title, "", was, now, f"{who}, {local(each.recorded_at)[:16]}")


_CITED = re.compile(r"(?<![A-Za-z0-9_.#-])([A-Za-z0-9_.-]+)#(\d{1,15})(?![A-Za-z0-9_])(?:@([a-z0-9./_-]*[a-z0-9_]))?")


def linked(text: str) -> Markup:
    """A sentence with the entries that it cites as links; a number that names no entry here stays a word."""
    parts, end = [], 0
    for match in _CITED.finditer(text):
        parts += [escape(text[end : match.start()]), _cited(match[1], int(match[2]), match[3], match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def whole_days(text: str) -> Markup:
    """A sentence of which no day is broken at the end of a line."""
    parts, end = [], 0
    for match in _DAY.finditer(text):
        parts += [escape(text[end : match.start()]), Markup('<span class="date">{}</span>').format(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _cited(ref: str, position: int, origin: str | None, text: str) -> Markup:
    found = g.setdefault("cited", {})
    key = (ref, position, origin)
    if key not in found and origin is not None:
        record = facts().entry_in(origin, position)
        found[key] = cite(facts().cite(record)) if record is not None and record.ref == ref else escape(text)
    if key not in found:
        ids = {row.id: row.origin for row in facts().ledgers}
        origins = [ids[each] for each in ledgers_with(facts().views, position, ref) if each in ids]
        found[key] = cite(Citation(origins[0], position, ref)) if len(origins) == 1 else escape(text)
    return cast("Markup", found[key])


def kind_of(type_name: str) -> str:
    """What a type of entry is called."""
    return type_title(type_name, language())


def field_called(name: str) -> str:
    """What people call a field; empty for one that only the program fills in."""
    return known_title(name, language()) or ""


def ledger_title(kind: str) -> str:
    """What a ledger of a kind is called."""
    title = translate(LEDGERS[base_kind(kind)], language())
    return title if kind == base_kind(kind) else translate("{ledger} before it", language()).format(ledger=title)


def trigger_of(trigger: str) -> Markup:
    """What triggered a duty: its kind and its entries, or the words as they stand where they name no entry."""
    found = g.setdefault("triggers", {})
    if trigger not in found:
        duty = facts().duty
        lines = entry_lines(facts().views, duty, Wanted(ref=trigger), duty.first, facts().limit(duty), 3)
        links = [cite(duty.cite(line.position, trigger)) for line in lines]
        said = Markup("{} {}").format(kind_of(lines[-1].type), Markup(", ").join(links)) if lines else escape(trigger)
        found[trigger] = said
    return cast("Markup", found[trigger])


def detail_called(name: str) -> str:
    """What a detail of a signal is called."""
    return detail_title(explainer(), name)


def detail_said(name: str, value: object) -> Markup:
    """What a detail of a signal says: a person or unit as a link, all else in words."""
    if isinstance(value, str) and (value in facts().persons or value in facts().units):
        return party(value)
    said = detail_word(explainer(), name, value)
    return Markup("<code>{}</code>").format(said) if name == "file" else escape(said)


def obligation_title(id_: str) -> str:
    """What an obligation of the plan is called."""
    found = table().obligations.get(id_)
    return found.title.of(language()) if found is not None else ""


def party(id_: str | None) -> Markup:
    """A person or unit by name, as a link to its page where the reader may open it."""
    if id_ is None:
        return Markup("")
    cut = facts()
    if id_ in cut.persons:
        name = cut.persons[id_].name
        if reader().may("organ", "persons"):
            return Markup('<a class="named" href="{}">{}</a>').format(url_for("pages.person_page", person=id_), name)
        return Markup('<span class="named">{}</span>').format(name)
    if id_ in cut.units:
        if reader().may("organ", "duties"):
            return Markup('<a href="{}">{}</a>').format(url_for("pages.holders_page", subject=id_), cut.units[id_].name)
        return Markup("<span>{}</span>").format(cut.units[id_].name)
    return Markup("<span>{}</span>").format(explainer().name(id_))
