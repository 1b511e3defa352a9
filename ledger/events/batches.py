"""Files of records taken in as a batch (批量导入)."""

from typing import ClassVar

from ledger.events.base import Payload
from ledger.events.fields import erasable, structural
from ledger.frozen import dataclass
from ledger.messages import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRegistered(Payload):
    """A file of records of one kind is taken in: its digest (which is the `ref`) and its extent.

    The entries made of its rows follow, each naming this one and its row (`imported`).
    """

    TYPE: ClassVar[str] = "batch.registered/1"
    TITLE: ClassVar[str] = N_("batch registered")
    CALLED: ClassVar[tuple[str, ...]] = (N_("import of {name} on {day}"),)
    BY_HAND: ClassVar[bool] = False
    OPENS: ClassVar[bool] = True
    AUTHORS: ClassVar[tuple[str, ...]] = ("recorder", "custodian")
    kind: str = structural()
    """The type of its records."""
    sha256: str = structural()
    size: int = structural()
    rows: int = structural()
    last_row: int = structural()
    """The number of its last row, as the rows' entries count them: of the sheet's row, the line or the item."""
    legacy: bool | None = structural(default=None)
    name: str | None = erasable()
