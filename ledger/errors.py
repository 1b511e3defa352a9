"""Every fault that zeren reports, by what it means for the caller.

The family fixes the exit code of the command line (1 unexpected, 2 usage, 3 invalid, 4 incomplete, 5 refused,
6 no ledger here, 7 busy), so a caller may catch a family and never needs to compare texts. A message says
what was found and, where the reader can act, what to do next. Faults of the programmer stay `ValueError`,
`TypeError`.
"""

from collections.abc import Sequence
from typing import ClassVar

from ledger.singulars import agreed


class ZerenError(Exception):
    """Base of all faults that zeren reports on purpose; `str()` of it is shown to the user."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: object = "", *values: object) -> None:
        super().__init__(message, *values)
        self.message = str(message)
        """The English text, with `{}` where the values go: the message id for a translation."""
        self.values = values

    def __str__(self) -> str:
        return agreed(self.message, *self.values) if self.values else self.message


class BadInput(ZerenError):
    """The command or an input file is wrong; nothing was changed."""

    exit_code = 2


class OtherVersion(BadInput):
    """A file was made by another version of the program, which reads it."""


class NoSuchOrgan(BadInput):
    """No organ here, or more than one, is called so."""


class SeveralOrgans(BadInput):
    """There are several organs, and none was named."""


class Invalid(ZerenError):
    """Data is malformed or false: what was checked must not be believed."""

    exit_code = 3


class Malformed(Invalid):
    """Bytes are not in the one form that their format allows."""


class SignatureInvalid(Invalid):
    """A signature by a known key does not verify, or a required one is missing."""


class ProofInvalid(Invalid):
    """A Merkle or map proof does not lead to the root that it is meant to prove."""


class ChainBroken(Invalid):
    """An entry does not follow from the one before it."""


class CheckpointInvalid(Invalid):
    """A checkpoint contradicts itself, its log or its key."""


class BodyInvalid(Invalid):
    """A body or one of its fields does not fit the digest that the chain commits to."""


class KeyInvalid(Invalid):
    """A key is weak, wrongly encoded, wrongly named or ambiguous."""


class Contradicted(Invalid):
    """A ledger is not the one that a head known from elsewhere tells of, or it is gone."""


class RolledBack(Contradicted):
    """A ledger shows fewer entries than it once signed for."""


class Forked(Contradicted):
    """Two histories stand under one origin: one size has two roots."""


class Damaged(Invalid):
    """Pages of a database do not hold together: bit rot, or a copy made at the wrong moment."""


class Unfitting(Invalid):
    """A row that is written clashes with one that is there and that no entry accounts for."""


class Incomplete(ZerenError):
    """Nothing false was found, but something could not be checked."""

    exit_code = 4


class UnknownKey(Incomplete):
    """None of the keys at hand made the signature."""


class UnknownFormat(Incomplete):
    """A format version, type or algorithm that this release does not know."""


class NotChecked(Incomplete):
    """A signature by an algorithm that this installation cannot check."""


class NotInstalled(NotChecked):
    """An optional part is needed that is not installed; the message has the command that installs it."""


class Unreached(Incomplete):
    """A witness or an authority gave no usable answer: what it was asked about stays pending."""


class Refused(ZerenError):
    """A rule of the ledger forbids the command; nothing was changed."""

    exit_code = 5


class Conflict(Refused):
    """Someone else changed the same thing first; read it again and repeat the command."""


class Overtaken(Conflict):
    """Others appended while an entry was made: it is made again, or the command is repeated."""


class Declined(Refused):
    """A witness does not cosign; `status` as C2SP tlog-witness has it, `size` what it cosigned last (409 only)."""

    def __init__(self, message: str, *values: object, status: int, size: int | None = None) -> None:
        super().__init__(message, *values)
        self.status, self.size = status, size


class Unusable(ZerenError):
    """The machine refuses, not the ledger: its disk, medium, permissions or handles; nothing was changed."""


class DiskFull(Unusable):
    """There is no room left on the disk, or none left for this user."""


class NotWritable(Unusable):
    """Writing was refused by the connection, the file or its medium."""


class ReadOnlyMedium(NotWritable):
    """The medium takes no writes."""


class NoPermission(NotWritable):
    """The system does not let this user have the file."""


class NoLedger(ZerenError):
    """There is no ledger at the given place."""

    exit_code = 6


class Busy(ZerenError):
    """Another process holds the ledger; try again later."""

    exit_code = 7


def lines_of(faults: Sequence[ZerenError]) -> str:
    """The message of a fault that is made of several: each on a line of its own."""
    return "\n".join(["{}"] * len(faults))
