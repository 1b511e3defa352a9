"""What every entry must satisfy, rule by rule: one function for each, asked by verify and of bundles alike.

Each raises Invalid or ChainBroken for a fact that does not hold, Incomplete for what a later version made, and changes
nothing. Whoever asks says what it knows: `None` stands for an entry that is not at hand, and then the rule is silent.
`verify.py` and the page of a bundle write the same rules again, on purpose.
"""

from collections.abc import Callable, Iterable

from ledger.checks.keybook import KeyBook
from ledger.core.body import Body, parse_body, stored_digest
from ledger.core.entry import Entry, Header
from ledger.errors import Invalid
from ledger.events.base import Payload
from ledger.events.fields import EntryReference
from ledger.events.lists import TypeList, check_listed, list_named
from ledger.events.trust import FormatAdopted, LedgerOpened

RESERVED = ("ledger/", "key/", "list/")
"""Streams that no opening type opens (FORMAT.md section 3)."""


def body_of(entry: Entry, stored: bytes) -> Body:
    """The body of an entry: what its digest was signed over (section 4)."""
    body = parse_body(stored)
    if stored_digest(stored) != entry.header.body:
        raise Invalid("the body is not the one that entry {} was signed over", entry.header.position)
    return body


def genesis_of(payload: Payload | None) -> LedgerOpened:
    """What the first entry says of the ledger (section 8)."""
    if not isinstance(payload, LedgerOpened):
        raise Invalid("the ledger does not begin with ledger.opened")
    return payload


def check_stream(header: Header, payload: Payload) -> None:
    """A type that opens a thing stands first in its stream, any other later (section 3)."""
    if not header.stream.startswith(RESERVED) and (header.version == 1) != payload.OPENS:
        raise Invalid("{} stands at version {} of {}", header.type, header.version, header.stream)


def types_at(book: KeyBook, payload: Payload | None) -> TypeList | None:
    """The list of types in force where an entry stands; None for one that a later version made (section 12)."""
    return list_named(payload.types) if isinstance(payload, LedgerOpened) else book.types


def check_types(types: TypeList | None, type_name: str, payload: Payload | None, names: Iterable[str]) -> None:
    """Type and fields are in the list in force; a list of a later version is said once, where it is adopted."""
    if types is not None:
        check_listed(types, type_name, names)
    if isinstance(payload, LedgerOpened | FormatAdopted) and list_named(payload.types) is None:
        check_listed(None, payload.TYPE, ())


def check_earlier(named: int, position: int) -> None:
    """Nothing refers forward (section 4)."""
    if named >= position:
        raise Invalid("the entry refers forward, to position {}", named)


def check_reference(
    cited: EntryReference, position: int, fingerprint: str, leaf_of: Callable[[EntryReference], bytes | None]
) -> None:
    """A reference names an earlier entry by its leaf hash (section 4); one of another ledger is checked with both."""
    if cited.fingerprint not in ("", fingerprint):
        return
    check_earlier(cited.position, position)
    if leaf_of(cited) not in (None, cited.leaf_hash):
        raise Invalid("the entry refers to position {} with a leaf hash that is not that entry's", cited.position)


def re_enrolled_lines(book: KeyBook, entry: Entry) -> int:
    """How many lines of an entry are by keys that a custodian enrolled again for their owner (section 9)."""
    keys = (book.keys.get((line.name, line.key_id)) for line in entry.note.signatures)
    return sum(key is not None and key.re_enrolled for key in keys)
