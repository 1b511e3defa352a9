"""The list of entries, and the page of one: what it says, and whether it holds."""

from dataclasses import dataclass

from flask import url_for

from api.language import language
from api.listing import Listing
from api.pages.frame import Shown, local, page
from api.problems import Unknown
from api.reader import reader
from api.request_state import facts, reading
from api.routes import Route, Values
from api.v1.ledgers import KIND, POSITION, entry, ledger_entries, ledger_of, row_of
from api.v1.ledgers import ROUTES as API
from ledger.application import Ledger
from ledger.core.entry import check_signatures
from ledger.core.merkle import check_inclusion
from ledger.errors import BadInput, ZerenError
from ledger.events.registry import TYPES
from ledger.publish import prove_entry
from projections.i18n import explain_error
from projections.rows import EntryRow


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked now, by recomputing: `holds` None means that there is nothing to check yet."""

    title: str
    holds: bool | None
    detail: str


def entry_list(asked: Values) -> Shown:
    """Entries of a ledger."""
    listing: Listing[EntryRow] = ledger_entries(asked)
    _, head = ledger_of(asked["kind"])
    return page(
        "entries.html",
        listing,
        kind=asked["kind"],
        kinds=[head.kind for head in reading().heads],
        size=head.entries,
        types=sorted(TYPES),
    )


def entry_page(asked: Values) -> Shown:
    """One entry with its fields, the checks of it made now, and its signed note as stored."""
    answer = entry(asked)
    ledger, head = ledger_of(asked["kind"])
    position = asked["position"]
    stored, body = ledger.entry_at(position)
    cut = facts()
    event = cut.at(row_of(asked["kind"]), position)
    return page(
        "entry.html",
        kind=asked["kind"],
        entry=answer,
        note=stored.data.decode(),
        checks=[*_checks(ledger, position, head.entries)],
        held=len(body),
        recorded=local(stored.header.recorded_at),
        followers=[cut.cite(row) for row in cut.followers(event)] if event is not None else [],
        refers=cut.refs(event, *event.payload.cited()) if event is not None else (),
        size=head.entries,
        head=head,
        previous=url_for("pages.entry_page", kind=asked["kind"], position=position - 1) if position else None,
        next=url_for("pages.entry_page", kind=asked["kind"], position=position + 1)
        if position + 1 < head.entries
        else None,
        may_verify=reader().may("organ", "verify"),
    )


def _checks(ledger: Ledger, position: int, size: int) -> list[Check]:
    """Recomputes what this server can: signatures, chain, body digest, inclusion under the last checkpoint."""
    stored, _ = ledger.entry_at(position)
    header = stored.header
    found = []
    keys = {name: key.verify_key for name, key in ledger.keys().keys.items()}
    try:
        check_signatures(stored, keys)
        found.append(
            Check("Signatures", holds=True, detail=", ".join(f"{s.person}+{s.key_id.hex()}" for s in header.signers))
        )
    except ZerenError as error:
        found.append(Check("Signatures", holds=False, detail=_say(error)))
    if position:
        before = ledger.entry_at(position - 1)[0].leaf_hash
        found.append(Check("Chain", holds=before == header.previous, detail=f"#{position - 1} {before.hex()}"))
    else:
        found.append(Check("Chain", holds=header.previous == bytes(32), detail="#0"))
    digest = ledger.body_at(position).digest()
    found.append(Check("Body", holds=digest == header.body, detail=digest.hex()))
    try:
        proof = prove_entry(ledger, position)
        signed = ledger.last_checkpoint()
        if signed is None:
            raise Unknown("this ledger has no checkpoint yet; sign one with: zeren checkpoint")
        head = signed.checkpoint
        check_inclusion(stored.leaf_hash, position, head.size, proof.hashes, head.root)
        found.append(Check("Inclusion", holds=True, detail=f"{len(proof.hashes)} / {head.size}"))
    except (BadInput, Unknown) as error:
        found.append(Check("Inclusion", holds=None, detail=_say(error)))
    except ZerenError as error:
        found.append(Check("Inclusion", holds=False, detail=_say(error)))
    found.append(_anchored(ledger, position, size))
    return found


def _anchored(ledger: Ledger, position: int, size: int) -> Check:
    rows = ledger.recorder.rows(
        "SELECT rowid - 1 AS position FROM stored_events WHERE originator_id = 'ledger/anchors' AND rowid - 1 > ?"
        " AND rowid <= ? ORDER BY rowid LIMIT 1",
        (position, size),
    )
    if not rows:
        return Check("Anchors", holds=None, detail="pending")
    return Check("Anchors", holds=True, detail=f"#{rows[0]['position']}")


def _say(error: ZerenError) -> str:
    return explain_error(error, language())


ROUTES = (
    Route(
        "/ledgers/{kind}/entries",
        entry_list,
        "Entries of a ledger, without their texts",
        API[1].scopes,
        EntryRow,
        API[1].parameters,
        title="Entries",
        records="search",
    ),
    Route(
        "/ledgers/{kind}/entries/{position}",
        entry_page,
        "One entry with the texts that it holds",
        API[2].scopes,
        None,
        (KIND, POSITION),
        records="entry",
    ),
)
