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
from projections.language.kind_titles import type_title
from projections.questions.over import Over

MOST = 2000
"""Drafts of which the heads are kept: an import may leave a thousand of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDraft:
    """A record that waits for answers before it is recorded."""

    name: str
    title: str
    """What its kind is called."""
    author: str
    asked: tuple[str, ...]
    lacking: tuple[str, ...]
    """Those of them whose answer has not come."""
    made_at: datetime
    not_after: datetime
    over: bool
    """Whether its time has run out, so that no answer to it can be recorded any more."""


@dataclass(frozen=True, slots=True)
class _Head:
    """What is kept of the file of a draft, as long as the file is the same."""

    ledger: str
    draft: WaitingDraft
    type: str


@dataclass(frozen=True, slots=True)
class WaitingDrafts:
    """The drafts of one folder for one ledger, the oldest first; `unread` are the names of those that cannot be read.

    `looked`: whether the folder's drafts could be looked at; where not, nothing is said of whether there are any.
    """

    items: tuple[WaitingDraft, ...]
    unread: tuple[str, ...] = ()
    looked: bool = True


def waiting_drafts(over: Over, directory: Path, fingerprint: str, moment: datetime) -> WaitingDrafts:
    """The drafts in a directory that are meant for the ledger with this fingerprint."""
    items, unread, store = [], [], Drafts(directory)
    try:
        if directory.is_dir() and not os.access(directory, os.R_OK | os.X_OK):
            return WaitingDrafts((), looked=False)
        found = [(path, path.stat()) for path in map(store.file, store.names())]
    except FileNotFoundError:  # one was recorded meanwhile
        return waiting_drafts(over, directory, fingerprint, moment)
    except OSError:
        return WaitingDrafts((), looked=False)
    for path, stat in found:
        try:
            head = _head(path, stat.st_mtime_ns, stat.st_size)
        except ZerenError:
            unread += [path.stem] if path.exists() else []
            continue
        if head.ledger == fingerprint:
            title = type_title(head.type, over.language)
            items.append(replace(head.draft, title=title, over=moment > head.draft.not_after))
    items.sort(key=lambda draft: (draft.made_at, draft.name))
    return WaitingDrafts(tuple(items), tuple(unread))


@lru_cache(MOST)
def _head(path: Path, _changed_ns: int, _size: int) -> _Head:
    """The head of a draft. Raises BadInput or Malformed for one that is damaged, or gone meanwhile."""
    draft = Drafts(path.parent).load(path.stem)
    waiting = WaitingDraft(
        name=draft.name,
        title=draft.type,
        author=draft.author,
        asked=tuple(each.person for each in draft.asked),
        lacking=tuple(each.person for each in draft.open),
        made_at=draft.made_at,
        not_after=draft.not_after,
        over=False,
    )
    return _Head(b64encode(draft.fingerprint), waiting, draft.type)
