"""Proving the views that are served again and again, a short step at a time, for as long as the server runs.

A thread takes one step, then rests `REST` times as long, so that readers keep the machine; the organs that are open
take turns. At the first difference nothing is answered from these views any more: until they were made anew.
"""

from collections.abc import Iterator
from threading import Event, Lock, Thread
from time import monotonic

from api.asking.sources import Sources
from api.asking.stores import Stores
from ledger.errors import ZerenError
from ledger.store.faults import FAULTS
from projections.whole_proof import ProofProgress, ViewsDiffer, prove

PROVER = "zeren-prover"
REST = 30
"""How many times as long as a step took the thread rests after it: about three hundredths of one core."""
PAUSE = 0.05
"""Seconds that it rests at least; and a hundred times that between two proofs of views that are small."""


class Prover:
    """The thread of one process. It starts with the first request, so that a server that forks has it in each child."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._ended = Event()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._steps: dict[int, Iterator[ProofProgress]] = {}

    def start(self) -> None:
        """Starts it, once."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = Thread(target=self._run, name="proving the views", daemon=True)
                    self._thread.start()

    def stop(self) -> None:
        """Ends it."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def wait(self, seconds: float) -> bool:
        """Waits so long, or until it is ended."""
        return self._ended.wait(seconds)

    def _run(self) -> None:
        while not self._ended.wait(PAUSE):
            opened = self._stores.open()
            for gone in self._steps.keys() - {id(each) for each in opened}:
                del self._steps[gone]
            for each in opened:
                began = monotonic()
                ended = self.step(each)
                rest = max(PAUSE, REST * (monotonic() - began), 100 * PAUSE if ended else 0)
                if self._ended.wait(rest):
                    return

    def step(self, sources: Sources) -> bool:
        """One step for an organ; True where its proof came to an end. What was wrong is kept with the sources."""
        proof = sources.proof
        if proof.difference is not None:
            return True
        if proof.begun:
            steps = self._steps.setdefault(id(sources), prove(sources.home))
        else:
            steps = self._steps[id(sources)] = prove(sources.home)
            proof.begun = True
        try:
            proof.progress = next(steps)
        except StopIteration:
            proof.rounds += 1
        except ViewsDiffer as error:
            proof.difference = error
        except (ZerenError, *FAULTS):  # the machine, or a ledger that readers are told of; begin anew
            pass
        else:
            return False
        proof.begun = False
        return True
