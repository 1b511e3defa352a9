"""Ledgers: heads, entries, proofs, checkpoints, keys. What is needed to check everything else."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.answering.listing import Listing
from api.asking.current import facts, ledger_of, reader, reading
from api.asking.filters import ask, filter_of, over
from api.asking.reader import NotAllowed, Unknown
from api.routes import (
    ANY,
    ENTRIES,
    KNOWN_AT,
    LIST,
    START,
    VERIFY,
    Parameter,
    Route,
    Values,
)
from ledger.errors import BadInput
from ledger.messages import N_
from projections.questions.entries import (
    NEWEST,
    EntryAnswer,
    EntryFilter,
    LedgerEntries,
    entries,
    entries_from,
    entry_answers,
    settled,
)
from projections.questions.growth import Growth
from projections.questions.growth import growth as grown
from projections.questions.heads import Heads
from projections.questions.inclusion import Inclusion, inclusion
from projections.questions.keys import LedgerKeys
from projections.questions.keys import keys as keys_of
from projections.questions.over import Known
from projections.questions.signed_head import SignedHead, signed_head

KIND = Parameter("kind", "text", "Kind of the ledger: duty or case.")
POSITION = Parameter("position", "entry", "Number of the entry, such as E060, or its position, from 0.")
SIZE = Parameter("size", "whole", "Under the checkpoint of this size; the last one where none is given.")


def ledgers(_: Values) -> Heads:
    """The ledgers, each with the root that its entries hash to."""
    return Heads(reading().heads)


def ledger_entries(asked: Values) -> Listing[EntryAnswer]:
    """Entries of a ledger, the newest first. Raises NotAllowed for one by person without the scope for persons."""
    ledger, head = ledger_of(asked["kind"])
    if asked.get("person") is not None and not reader().may("organ", "persons"):
        raise NotAllowed("this needs a token with the scope {}", "persons")
    whole = ask(lambda over, wanted: entries(over, wanted, ledger, 0), EntryFilter, asked)
    asks = filter_of(EntryFilter, asked)
    to_ask, wanted = over(asks), settled(facts(asks.known_at, asks.entries), ledger, asks)
    return Listing(
        lambda key, count: entries_from(to_ask, wanted, ledger, key, count),
        f"entries {head.fingerprint} {wanted}",
        answer=whole,
        most=NEWEST,
    )


def entry(asked: Values) -> EntryAnswer:
    """One entry with all its fields."""
    ledger, _head = ledger_of(asked["kind"])
    return entry_answers(over(Known()), ledger, [ledger.at(asked["position"])])[0]


def entry_note(asked: Values) -> bytes:
    """The signed note of an entry, byte for byte as stored: header and signature lines, no texts."""
    ledger, _head = ledger_of(asked["kind"])
    return ledger.entries(asked["position"], 1)[0]


def entry_inclusion(asked: Values) -> Inclusion:
    """The proof that the entry is under a checkpoint. Raises Unknown where none covers it."""
    with _nothing_there():
        return inclusion(ledger_of(asked["kind"])[0], asked["position"], asked["size"])


def entry_proof(asked: Values) -> bytes:
    """The same as a file that any C2SP client reads."""
    return entry_inclusion(asked).as_file()


def head(asked: Values) -> SignedHead:
    """A checkpoint of the ledger, and how much its witnesses confirmed. Raises Unknown."""
    with _nothing_there():
        return signed_head(ledger_of(asked["kind"])[0], asked["size"])


def checkpoint(asked: Values) -> bytes:
    """The last checkpoint of a ledger, verbatim."""
    return head({**asked, "size": None}).note.encode()


@contextmanager
def _nothing_there() -> Iterator[None]:
    """What a ledger has no proof of is not there: 404."""
    try:
        yield
    except BadInput as error:
        raise Unknown(error.message, *error.values) from None


def growth(asked: Values) -> Growth:
    """The proof that a ledger only grew, from the checkpoint that one holds to the last one."""
    ledger, _ = ledger_of(asked["kind"])
    with _nothing_there():
        return grown(ledger, asked["old"], asked["new"])


def keys(asked: Values) -> LedgerKeys:
    """Every key that was ever enrolled in a ledger, and until when it held."""
    return keys_of(ledger_of(asked["kind"])[0])


ENTRY_FILTER = (
    Parameter("type", "text", "Only entries of this kind, such as talk, or of this type, such as talk.held/1."),
    Parameter("person", "party", "Only entries about this person or unit; recorded as a reading of it."),
    Parameter("day", "day", "Only what happened on this day."),
    Parameter("ref", "text", "Only entries with this human number."),
    Parameter("from", "when", "Recorded at this moment, or on this day, or later."),
    Parameter("to", "when", "Recorded at this moment, or on this day, or earlier."),
    START,
)
ROUTES = (
    Route(
        "/ledgers", ledgers, N_("Ledgers and the heads that answers are computed from"), ANY, Heads, records="nothing"
    ),
    Route(
        "/ledgers/{kind}/entries",
        ledger_entries,
        N_("Entries of a ledger, with the texts that the reader may read"),
        VERIFY,
        LedgerEntries,
        (KIND, *ENTRY_FILTER, KNOWN_AT, ENTRIES, *LIST),
        lists=True,
    ),
    Route(
        "/ledgers/{kind}/entries/{position}",
        entry,
        N_("One entry with the texts that it holds"),
        frozenset({"organ", "evidence"}),
        EntryAnswer,
        (KIND, POSITION),
        records="entry",
    ),
    Route(
        "/ledgers/{kind}/entries/{position}/note",
        entry_note,
        N_("The signed note of an entry, as stored"),
        VERIFY,
        bytes,
        (KIND, POSITION),
        medium="text",
        media_type="text/plain",
        records="entry",
        computed=False,
        immutable=True,
    ),
    Route(
        "/ledgers/{kind}/entries/{position}/inclusion",
        entry_inclusion,
        N_("Proof that an entry is under a checkpoint"),
        VERIFY,
        Inclusion,
        (KIND, POSITION, SIZE),
        records="entry",
    ),
    Route(
        "/ledgers/{kind}/entries/{position}/proof",
        entry_proof,
        N_("Proof that an entry is under a checkpoint (C2SP tlog-proof)"),
        VERIFY,
        bytes,
        (KIND, POSITION, SIZE),
        medium="text",
        media_type="text/plain",
        computed=False,
    ),
    Route(
        "/ledgers/{kind}/head",
        head,
        N_("The last checkpoint, and how much of the ledger its witnesses confirmed"),
        VERIFY,
        SignedHead,
        (KIND, Parameter("size", "whole", "The checkpoint of this size; the last one where none is given.")),
        records="nothing",
    ),
    Route(
        "/ledgers/{kind}/checkpoint",
        checkpoint,
        N_("The last checkpoint"),
        VERIFY,
        bytes,
        (KIND,),
        records="nothing",
        medium="text",
        media_type="text/plain",
        computed=False,
    ),
    Route(
        "/ledgers/{kind}/growth",
        growth,
        N_("Proof that a ledger only grew"),
        VERIFY,
        Growth,
        (
            KIND,
            Parameter("old", "whole", "Size of the checkpoint that one holds.", required=True),
            Parameter("new", "whole", "Size of a later checkpoint; the last one where none is given."),
        ),
        records="nothing",
    ),
    Route("/ledgers/{kind}/keys", keys, N_("Keys of a ledger"), VERIFY, LedgerKeys, (KIND,)),
)
