"""The persistence factory that the library's application is built from: it opens the store of a ledger."""

from typing import Any, NoReturn

from eventsourcing.persistence import InfrastructureFactory, TrackingRecorder

from ledger.store.opening import open_store
from ledger.store.recorder import LedgerRecorder

PLACE, NEW = "LEDGER_PLACE", "LEDGER_NEW"
"""What of its settings says where the store is, and whether it is to be made."""


class LedgerFactory(InfrastructureFactory[TrackingRecorder]):
    """Gives the application our recorder; a ledger keeps no snapshots, and nobody follows it by the library's means."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.store = open_store(str(self.env.get(PLACE)))

    def application_recorder(self) -> LedgerRecorder:
        """The recorder over the store, which is made where that was asked for."""
        if self.env.get(NEW) == "yes":
            self.store.create()
        return LedgerRecorder(self.store)

    def aggregate_recorder(self, purpose: str = "events") -> NoReturn:
        """There are no snapshots."""
        raise NotImplementedError(purpose)

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> NoReturn:
        """What was read of a ledger is remembered elsewhere."""
        raise NotImplementedError(tracking_recorder_class)

    def process_recorder(self) -> NoReturn:
        """A ledger follows no other."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes the store."""
        self.store.close()
