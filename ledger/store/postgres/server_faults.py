"""What a fault of a server means, by its SQLSTATE, never by words; without one, the connection itself failed."""

import psycopg

from ledger.errors import (
    Busy,
    Damaged,
    DiskFull,
    NoLedger,
    NoPermission,
    ReadOnlyMedium,
    Refused,
    Unfitting,
    Unusable,
    ZerenError,
)
from ledger.messages import N_

LOST = N_("the connection to {} was lost ({}); nothing was recorded by this command since; repeat it")
_LACKING = ("3F000", "42P01", "42883")
_MEANT: tuple[tuple[type[ZerenError], str, tuple[str, ...]], ...] = (
    (NoLedger, N_("{} holds no ledgers, or not all that belongs to them ({}); make it: zeren db init"), _LACKING),
    (NoPermission, N_("{}: this login may not do that ({}); its owner grants it by: zeren db grant"), ("42501",)),
    (NoPermission, N_("{} lets nobody in by this login: {}"), ("28", "3D000")),
    (
        ReadOnlyMedium,
        N_("{} is a standby and takes no writes ({}); name its primary too: //HOST1,HOST2/"),
        ("25006",),
    ),
    (
        DiskFull,
        N_("the disk of the server {} is full: {}; make room there and repeat the command"),
        ("53100",),
    ),
    (Busy, N_("{} is busy: {}; wait a moment and repeat the command"), ("53", "55P03", "57014", "40", "57P03")),
    (Damaged, N_("{} is damaged: {}; zeren verify says what is left of it"), ("XX",)),
    (Refused, "{}: {}", ("ZR001",)),
    (Unfitting, N_("{}: {}; it does not follow from what stands there: zeren verify"), ("ZR002",)),
    (Refused, N_("{}: the time of the entry is {}; set this machine's clock right"), ("ZR003",)),
    (
        Refused,
        N_("{} holds {}; a case beside the duty ledger would betray the lead: use a server of its own"),
        ("ZR005",),
    ),
    (Refused, N_("{}: the ledger has moved to {}; nothing is appended here any more"), ("ZR006",)),
    (Unfitting, N_("{} holds rows that no entry put there ({}); check it with: zeren verify"), ("23505",)),
    (Unusable, LOST, ("08", "57P01", "57P02", "57P05", "25P02", "25P03")),
)
"""What a SQLSTATE means, by how it begins; the first that fits."""


def explain(error: psycopg.Error, place: str) -> ZerenError:
    """What this fault means for the ledgers at `place`."""
    code, said = error.sqlstate or "", first_line(error)
    for fault, message, codes in _MEANT:
        if code.startswith(codes):
            return fault(message, place, said)
    if not code and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return Unusable(LOST, place, said)
    return Damaged("{} does not answer as ledgers do: {} {}; check it with: zeren verify", place, code, said)


def unreached(error: psycopg.Error, place: str) -> ZerenError:
    """What it means that there was no connection at all."""
    if error.sqlstate and error.sqlstate[:2] != "08":
        return explain(error, place)
    return Unusable("there is no connection to {}: {}", place, first_line(error))


def first_line(error: BaseException) -> str:
    """What the driver says, as one line."""
    told = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    return " ".join(told.split())
