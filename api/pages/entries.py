"""The list of entries, and the page of one: what it says, and whether it holds."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from flask import Response, current_app, url_for

from api.answering.listing import Listing, listed
from api.asking.current import explainer, facts, ledger_of, reader, reading
from api.asking.filters import filter_of
from api.asking.language import language
from api.asking.reader import NotAllowed, Unknown
from api.pages.columns import MOST_NAMED, By, counted_before
from api.pages.frame import LOOKED_THROUGH, Shown, page
from api.pages.links import cite_row, kind_of, local
from api.pages.order import in_order, sort_by
from api.routes import MEANINGS, Parameter, Route, Values
from api.v1.ledgers import KIND, POSITION, entry, ledger_entries
from api.v1.ledgers import ROUTES as API
from ledger.anchors.book import states
from ledger.application import Ledger
from ledger.bundle.packing import Part
from ledger.bundle.select import select
from ledger.core.entry import check_signatures
from ledger.core.merkle import check_inclusion
from ledger.errors import BadInput, ZerenError
from ledger.events.record import Recorded
from ledger.events.registry import TYPES
from ledger.keys.marks import key_marks
from ledger.messages import N_
from ledger.outgoing import prove_entry
from projections.facts.values import Citation
from projections.language.catalogue import explain_error, translate
from projections.language.changed import changes_of, withdrawal_of
from projections.language.entry_words import STANDINGS
from projections.language.narrator import Narrator
from projections.language.speech import Speech
from projections.language.titles import fixed_word
from projections.language.told import Teller
from projections.questions.entries import EntryFilter, LedgerEntries, parties_within, rows_within, settled, types_within
from projections.reports.handout import write_bundle


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked now, by recomputing: `holds` None means that there is nothing to check yet."""

    title: str
    holds: bool | None
    detail: str
    raw: str = ""
    """What was compared, for who compares it himself."""


@dataclass(frozen=True, slots=True)
class FollowingEntry:
    """A later entry of the same stream."""

    entry: Citation
    type: str
    signers: tuple[str, ...]
    recorded_at: datetime


def entry_list(asked: Values) -> Shown:
    """Entries of a ledger."""
    listing: Listing[Any] = ledger_entries(asked)
    ledger, head = ledger_of(asked["kind"])
    cut = facts(asked["known_at"], asked["entries"])
    wanted = settled(cut, ledger, filter_of(EntryFilter, asked))
    counted = types_within(cut, ledger, replace(wanted, type=None))
    kind = By("type", N_("kind"), lambda row: (row.type,), kind_of)
    party = By("person", N_("person or unit"), lambda _: (), explainer().name)
    ids = [*cut.persons, *cut.units]
    named = parties_within(cut, ledger, wanted, ids) if len(ids) <= MOST_NAMED else None
    sorts = head.entries <= LOOKED_THROUGH
    if sorts and asked["sort"] is not None and asked["format"] is None:
        rows = rows_within(cut, ledger, wanted)
        listing = listed(in_order(rows, asked["sort"], _called), f"{listing.of} {asked['sort']}")
    return page(
        "entries.html",
        listing,
        groups=(counted_before(kind, counted, {**asked, "type": wanted.type}),),
        party_facets=counted_before(party, named, {**asked, "person": wanted.person}) if named is not None else None,
        kind=asked["kind"],
        kinds=[head.kind for head in reading().heads],
        size=head.entries,
        sorts=sorts,
        cite_of=cite_row,
    )


def _called(word: str) -> str:
    """What a type or a person is called, by which a list is sorted."""
    return kind_of(word) if word in TYPES else explainer().name(word)


def entry_page(asked: Values) -> Shown | Response:
    """One entry with its fields, the checks of it made now, and its signed note as stored; or its bundle."""
    answer = entry(asked)
    ledger, head = ledger_of(asked["kind"])
    position = asked["position"]
    if asked["download"] is not None:
        return _bundle(ledger, position)
    stored, body = ledger.entry_at(position)
    cut = facts()
    event = cut.entry_in(ledger.origin, position) or ledger.at(position)
    narrator = Narrator(cut, language(), places=True)
    teller = Teller(narrator, current_app.config[MEANINGS])
    said = teller.entry(event)
    return page(
        "entry.html",
        sentence=narrator.tidy(narrator.event(event)),
        said=said,
        only_stored=len(said) < 2,
        changes=changes_of(cut, teller, event),
        withdrawal=withdrawal_of(cut, event),
        standings=STANDINGS,
        fixed_word=fixed_word,
        kind=asked["kind"],
        entry=answer,
        note=stored.data.decode(),
        checks=_checks(ledger, position),
        marks=_marks(ledger, ledger.at(position)),
        held=len(body),
        recorded=local(stored.header.recorded_at),
        followers=[
            FollowingEntry(cut.cite(row), row.type, row.signed, row.recorded_at)
            for row in cut.followers(event, withdrawn=True)
        ],
        size=head.entries,
        head=head,
        previous=url_for("pages.entry_page", kind=asked["kind"], position=position - 1) if position else None,
        next=url_for("pages.entry_page", kind=asked["kind"], position=position + 1)
        if position + 1 < head.entries
        else None,
        may_bundle=reader().may("export") and ledger.kind == "duty",
        may_verify=reader().may("organ", "verify"),
    )


def _checks(ledger: Ledger, position: int) -> list[Check]:
    """Recomputes what this server can: signatures, chain, body digest, inclusion under the last checkpoint."""
    stored, _ = ledger.entry_at(position)
    header = stored.header
    found = []
    keys = {name: key.verify_key for name, key in ledger.keys().keys.items()}
    try:
        check_signatures(stored, keys)
        names = ", ".join(Speech(facts(), language()).name(s.person) for s in header.signers)
        raw = ", ".join(f"{s.person}+{s.key_id.hex()}" for s in header.signers)
        found.append(Check(N_("Signatures"), holds=True, detail=names, raw=raw))
    except ZerenError as error:
        found.append(Check(N_("Signatures"), holds=False, detail=_say(error)))
    if position:
        before = ledger.entry_at(position - 1)[0].leaf_hash
        rests = _said(N_("it names the digest of entry #{position} before it"), position=position - 1)
        found.append(Check(N_("Chain"), before == header.previous, rests, before.hex()))
    else:
        found.append(Check(N_("Chain"), header.previous == bytes(32), _said(N_("it is the first entry"))))
    digest = ledger.body_at(position).digest()
    fits = _said(N_("the fields and texts that are held fit the digest that was signed"))
    found.append(Check(N_("Body"), digest == header.body, fits, digest.hex()))
    try:
        proof = prove_entry(ledger, position)
        signed = ledger.last_checkpoint()
        if signed is None:
            raise Unknown("this ledger has no checkpoint yet; sign one with: zeren checkpoint")
        head = signed.checkpoint
        check_inclusion(stored.leaf_hash, position, head.size, proof.hashes, head.root)
        leads = _said(
            N_("{n} hashes lead from it to the root over {size} entries"), n=len(proof.hashes), size=head.size
        )
        found.append(Check(N_("Inclusion"), holds=True, detail=leads, raw=head.root.hex()))
    except (BadInput, Unknown) as error:
        found.append(Check(N_("Inclusion"), holds=None, detail=_say(error)))
    except ZerenError as error:
        found.append(Check(N_("Inclusion"), holds=False, detail=_say(error)))
    found.append(_anchored(ledger, ledger.at(position)))
    return found


def _anchored(ledger: Ledger, event: Recorded) -> Check:
    """Between which moments the entry came to be, by tokens from outside (FORMAT.md section 7)."""
    state = states(ledger, [event])[0]
    said = translate("not before {first}, not after {last}", language()).format(
        first=local(state.bounds.not_before) or "–", last=local(state.bounds.not_after) or "–"
    )
    if state.contradicted:
        wrong = translate("time contradicted", language())
        return Check(N_("Anchors"), holds=False, detail=f"{wrong}: {said}")
    if state.state == "confirmed":
        return Check(N_("Anchors"), holds=True, detail=said)
    if state.bounds.not_after is None:
        unbounded = translate("Pending: no outside evidence says by when it was recorded.", language())
        said = f"{unbounded} {said}" if state.bounds.not_before is not None else unbounded
    if state.state == "resting":
        said = translate("at the end of the ledger: confirmed with the next checkpoint", language())
    return Check(N_("Anchors"), holds=None, detail=said)


def _marks(ledger: Ledger, event: Recorded) -> list[str]:
    """What is known of the keys that signed the entry."""
    marks = key_marks(ledger, [event])[0]
    who = [facts().persons[id_].name if id_ in facts().persons else id_ for id_ in marks.disputed_by]
    said = [translate("disputed by {who}", language()).format(who=name) for name in who]
    return said + [translate("re-enrolled by custodian", language())] * bool(marks.re_enrolled)


def _bundle(ledger: Ledger, position: int) -> Response:
    """The evidence bundle of an entry, as `zeren bundle` makes it. Raises NotAllowed, BadInput or Invalid."""
    if not reader().may("export"):
        raise NotAllowed("this needs a token with the scope {}", "export")
    if ledger.kind != "duty":
        raise BadInput("entries of a case are handed out with their case: zeren bundle CASE")
    file = BytesIO()
    write_bundle([Part("duty", select(ledger, [position], [], names=True))], file)
    data = file.getvalue()
    response = Response(data, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="entry-{position}.zip"'
    response.headers["X-Content-SHA256"] = sha256(data).hexdigest()
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _say(error: ZerenError) -> str:
    return explain_error(error, language())


def _said(message: str, **values: object) -> str:
    return translate(message, language()).format(**values)


DOWNLOAD = Parameter("download", "choice", "bundle: the entry as an evidence bundle.", ("bundle",))
ROUTES = (
    Route(
        "/ledgers/{kind}/entries",
        entry_list,
        N_("Entries of a ledger, with the texts that the reader may read"),
        API[1].scopes,
        LedgerEntries,
        (*API[1].parameters, sort_by("position", "type", "occurred_on", "recorded_at", "signers")),
        title="Entries",
    ),
    Route(
        "/ledgers/{kind}/entries/{position}",
        entry_page,
        N_("One entry with the texts that it holds"),
        API[2].scopes,
        None,
        (KIND, POSITION, DOWNLOAD),
        records="entry",
    ),
)
