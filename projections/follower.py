"""Keeps the views of one directory up to date while its ledgers grow; `projections.follow` does so for many."""

import sys
from collections.abc import Hashable
from contextlib import closing, suppress
from pathlib import Path
from threading import Event

from ledger.clock import now
from ledger.errors import Busy, Unusable, ZerenError
from ledger.home.directory import Home
from ledger.store.faults import explain_system
from ledger.store.opening import stands, watch
from ledger.store.pointer import is_pointer
from ledger.store.store_protocol import Watching
from projections.language.catalogue import explain_error
from projections.views.catch_up import views_of

State = list[Hashable]


class _Ended(Exception):
    """The process was told to end while views were made; what is in them by then stays."""


class Follower:
    """Brings the views of one directory up to date, again and again, until `ended` is set."""

    def __init__(self, home: Home, ended: Event | None = None) -> None:
        self.home = home
        self.refused = ""
        """Why the last look failed, in words; empty where it did not."""
        self._ended = ended or Event()
        self._servers: dict[Path, Watching] = {}
        """Of ledgers on servers, which no file tells of: a connection each, asked at every look."""
        self._seen: State = []
        self._judged: Hashable = None
        """The state and the day for which was judged ahead."""

    def look(self, *, patient: bool, once: bool) -> int:
        """One look; returns the exit code of what is wrong, 0 for nothing.

        What the machine refuses for a while (a full disk) is said once and tried again. Any other fault is raised,
        unless others must not wait for this one (`patient`).
        """
        try:
            state = self._state()
            if state != self._seen or not self.home.views.exists():
                self.home.check()
                views_of(self.home, told=self._go_on).close()
                self._seen, self.refused = state, ""
        except (Busy, _Ended):
            return 0  # whoever writes the views now writes the same; look again
        except (ZerenError, OSError) as error:
            known = error if isinstance(error, ZerenError) else explain_system(error)
            if not patient and (once or not isinstance(known, Unusable)):
                raise
            said = explain_error(known) if known is not None else str(error)
            said = f"{self.home.directory}: {said}" if patient else said
            if said != self.refused:
                sys.stderr.write(f"{said}\n")
            self.refused = said
            return known.exit_code if known is not None else ZerenError.exit_code
        return 0

    def _go_on(self, *_: int) -> None:
        if self._ended.is_set():
            raise _Ended

    def forget(self) -> None:
        """Has the next look open the views whatever the files say: somebody found none."""
        self._seen = []

    def _state(self) -> State:
        """Tells whether any ledger may have grown since the last look: by its files alone, or by asking its server."""
        found: State = []
        for place in map(self.home.database, self.home.kinds()):
            if not is_pointer(place):
                found.append(stands(place))
                continue
            server = self._servers.pop(place, None) or watch(place)
            try:
                found.append(server.token())
            except BaseException:
                server.close()  # the next look connects anew
                raise
            self._servers[place] = server
        return found

    def judge_ahead(self) -> None:
        """Judges what stands, once for a state and a day; where that cannot be, whoever asks is told why."""
        of = (tuple(self._seen), now().date())
        if self._judged == of:
            return
        self._judged = of
        from projections.questions.judged import ahead  # with all that judges

        with suppress(ZerenError), closing(views_of(self.home)) as views:
            ahead(views)

    def close(self) -> None:
        """Ends the connections to servers."""
        while self._servers:
            self._servers.popitem()[1].close()
