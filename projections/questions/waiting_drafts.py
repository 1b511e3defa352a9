"""Question: which records wait beside a ledger as drafts, for whose answers, and until when.

A draft is no part of a ledger: it lies in the folder of whoever recorded it, and only who reads that folder knows of
it. Told is what kind of record it is, by whom, and whose answers lack, never what it says: nobody has signed that yet.
"""

import os
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from ledger.consents.draft_files import Drafts
from ledger.core.encoding import b64encode
from ledger.errors import ZerenError
from ledger.frozen import dataclass

MOST = 2000
"""Drafts of which is kept what is told: an import may leave a thousand of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDraft:
    """A record that waits for answers before it is recorded."""

    name: str
    type: str
    author: str
    asked: tuple[str, ...]
    lacking: tuple[str, ...]
    """Those of them whose answer has not come."""
    made_at: datetime
    not_after: datetime
    over: bool = False
    """Whether its time has run out, so that no answer to it can be recorded any more."""


@dataclass(frozen=True, slots=True)
class WaitingDrafts:
    """The drafts of one folder for one ledger, the oldest first; `unread` are the names of those that cannot be read.

    `looked`: whether the folder's drafts could be looked at; where not, nothing is said of whether there are any.
    """

    items: tuple[WaitingDraft, ...]
    unread: tuple[str, ...] = ()
    looked: bool = True


def waiting_drafts(directory: Path, fingerprint: str, moment: datetime) -> WaitingDrafts:
    """The drafts in a directory that are meant for the ledger with this fingerprint, as they stand at a moment."""
    items, unread, store = [], [], Drafts(directory)
    try:
        if directory.is_dir() and not os.access(directory, os.R_OK | os.X_OK):
            return WaitingDrafts((), looked=False)
        files = [store.file(name) for name in store.names()]
    except OSError:
        return WaitingDrafts((), looked=False)
    for path in files:
        try:
            stat = path.stat()
            ledger, draft = _read(path, stat.st_mtime_ns, stat.st_size)
        except (ZerenError, OSError):
            unread += [path.stem] if os.path.lexists(path) else []  # or it was recorded meanwhile
            continue
        if ledger == fingerprint:
            items.append(replace(draft, over=moment > draft.not_after))
    items.sort(key=lambda draft: (draft.made_at, draft.name))
    return WaitingDrafts(tuple(items), tuple(unread))


@lru_cache(MOST)
def _read(path: Path, _changed_ns: int, _size: int) -> tuple[str, WaitingDraft]:
    """(fingerprint of its ledger, what is told) of a draft, kept as long as its file is the same. Raises BadInput for
    one that is damaged, or gone meanwhile."""
    draft = Drafts(path.parent).load(path.stem)
    told = WaitingDraft(
        name=draft.name,
        type=draft.type,
        author=draft.author,
        asked=tuple(each.person for each in draft.asked),
        lacking=tuple(each.person for each in draft.open),
        made_at=draft.made_at,
        not_after=draft.not_after,
    )
    return b64encode(draft.fingerprint), told
