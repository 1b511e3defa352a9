"""The recorder: the library's application writes to a ledger's store and reads from it through here.

One for every store. Under the store's lock what is proposed, decided and drafted is so on the state that it is written
to; here each draft becomes a signed entry for the slot at the head, and the store puts them in, all or none.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NoReturn

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent

from ledger.checks.keybook import KeyBook
from ledger.core.body import parse_body
from ledger.core.entry import parse_entry
from ledger.errors import Overtaken
from ledger.store.appending import Appending, Batch, Means, is_fresh
from ledger.store.mapper import DraftEvent, pack, recorded
from ledger.store.named_reads import ALL
from ledger.store.store_protocol import Store

BOOKED = ("ledger.opened/1", "format.adopted/1", "policy.adopted/1", "anchor.recorded/1")
"""What the book of keys reads beside `key.*`."""
MAX_BATCH = 1000
"""Entries per transaction at most, so that other writers get their turn."""


class LedgerRecorder(ApplicationRecorder):
    """The application recorder of one ledger."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.keybook = KeyBook()
        self.keybook_size = 0
        self.now: Callable[[datetime | None], datetime] = _no_clock
        self.new_salt: Callable[[], bytes] = _no_salt

    # --- append ---

    def insert_events(
        self, stored_events: Sequence[StoredEvent], *, appending: Appending | None = None, **_: Any
    ) -> Sequence[int]:
        """Appends drafts as signed entries, all or none. Raises Refused, Conflict, or a fault of the store."""
        if appending is None:
            raise TypeError("entries are appended with their signers")
        if len(stored_events) > MAX_BATCH:
            raise ValueError(f"at most {MAX_BATCH} entries per transaction")
        drafts = [draft for draft in stored_events if isinstance(draft, DraftEvent)]
        if len(drafts) != len(stored_events):
            raise TypeError("only drafts become entries")
        try:
            with self.store.writing():
                self._append(drafts, appending)
        except BaseException:
            self.keybook, self.keybook_size = KeyBook(), 0  # it may have taken over what was rolled back
            raise
        return [entry.header.position + 1 for entry in appending.entries]

    def _append(self, drafts: Sequence[DraftEvent], appending: Appending) -> None:
        slot = self.store.slot(
            dict.fromkeys(str(draft.originator_id) for draft in drafts if not is_fresh(draft)),
            dict.fromkeys(subject for draft in drafts for subject in draft.subjects),
        )
        self._catch_up_keys(slot.size)
        batch = Batch(slot, self.keybook, self.store, Means(self.now, self.new_salt), appending)
        made = [
            batch.make(draft, payload, signers)
            for draft, payload, signers in zip(drafts, appending.payloads, appending.signers, strict=True)
        ]
        size = self.store.put(slot.size, made)
        if size is None:
            raise Overtaken("someone else wrote meanwhile; repeat the command")
        appending.entries.extend(each.entry for each in made)
        self.keybook_size = size

    # --- keys ---

    def _catch_up_keys(self, size: int) -> None:
        """Folds the key entries that others wrote since the book was last brought up to date, up to this size."""
        if size == self.keybook_size:
            return
        for _, note, body in self.store.of_types(BOOKED, self.keybook_size, keys=True):
            entry = parse_entry(note)
            event = recorded(entry, parse_body(body))
            self.keybook.apply(entry.header, event.payload, event.carried)
        if self.keybook_size == 0:
            self.store.check_keys()
        self.keybook_size = size

    def current_keys(self) -> KeyBook:
        """The key book at the head."""
        with self.store.holding():
            self._catch_up_keys(self.store.size())
        return self.keybook

    def keys_below(self, size: int) -> KeyBook:
        """The key book as the entries below this size tell it."""
        book = KeyBook()
        for _, note, body in self.store.of_types(BOOKED, 0, size, keys=True):
            entry = parse_entry(note)
            event = recorded(entry, parse_body(body))
            book.apply(entry.header, event.payload, event.carried)
        return book

    # --- reading, as the library does ---

    def select_events(
        self,
        originator_id: Any,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one stream, state packed from entry and body."""
        above, upto, most = gt or 0, ALL if lte is None else lte, ALL if limit is None else limit
        rows = self.store.stream_events(originator_id, above=above, upto=upto, backwards=desc, limit=most)
        return [
            StoredEvent(row["stream"], row["version"], row["type"], pack(row["entry"], row["body"])) for row in rows
        ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in order of position; notification id = position + 1."""
        first = max(0, (start or 0) + (0 if inclusive_of_start else 1) - 1)
        return [
            Notification(
                id=row["position"] + 1,
                originator_id=row["stream"],
                originator_version=row["version"],
                topic=row["type"],
                state=pack(row["entry"], row["body"]),
            )
            for row in self.store.events(first, stop, limit, topics)
        ]

    def max_notification_id(self) -> int | None:
        """Number of entries; None where there is none."""
        return self.store.size() or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> NoReturn:
        """Nobody follows a ledger by the library's means."""
        raise NotImplementedError


def _no_clock(_: datetime | None) -> datetime:
    raise RuntimeError("no clock was set: the ledger is open for reading only")


def _no_salt() -> bytes:
    raise RuntimeError("no source of randomness was set: the ledger is open for reading only")
