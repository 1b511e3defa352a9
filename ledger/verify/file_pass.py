"""The bytes of attachments, read again: each file against the digest that its entry names (FORMAT.md section 11)."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from ledger.attached import AttachedFiles, NamedFile, named
from ledger.core.body import Body
from ledger.errors import Incomplete, Invalid
from ledger.events.erased import attachment_number, erased_fields
from ledger.events.records import TextErased
from ledger.frozen import dataclass
from ledger.messages import N_
from ledger.verify.ledger_report import LedgerReport

ELSEWHERE = N_("attachment known by its digest alone")
WAITS = N_("attachment waits for its entry")
ERASED = N_("attachment erased")


@dataclass(slots=True)
class FilesPass:
    """What is carried from entry to entry of the files beside the log; without `files` none of them is read."""

    files: AttachedFiles | None
    seen: set[int] = field(default_factory=set)
    """Entries whose folders were read."""
    unread: int = 0
    """Attachments whose bytes nobody looked at."""
    _waiting: set[str] | None = None

    def missing(self, report: LedgerReport, values: Mapping[str, Any], position: int) -> set[str]:
        """The attachments of an entry (`attachments.<i>`) whose bytes are not here; what does not belong to it is a
        finding."""
        names = named(values)
        if not names:
            return set()
        kept = [each for each in names if each.size is not None]
        if len(kept) < len(names):
            report.marks[ELSEWHERE] += len(names) - len(kept)
        if self.files is None:
            self.unread += len(kept)
            return set()
        self.seen.add(position)
        held = self.files.held(position)
        for digest, found in held.items():
            if digest not in {each.sha256 for each in kept}:
                report.add(Invalid("the bytes in {} are not those of any attachment of the entry", found[0]), position)
        return {_name(each) for each in kept if each.sha256 not in held and not self._waits(report, each)}

    def _waits(self, report: LedgerReport, attachment: NamedFile) -> bool:
        """Whether the bytes wait still: a process has just recorded their entry, or died when it had."""
        if self._waiting is None:
            self._waiting = self.files.held_waiting() if self.files is not None else set()
        found = attachment.sha256 in self._waiting
        if found:
            report.marks[WAITS] += 1
        return found

    def gone(self, erased: TextErased, body: Body, missing: set[str]) -> tuple[list[str], list[str]]:
        """(names of what is to be `missing` by an erasure, and its attachments whose bytes are held still)."""
        names = named(body.values()) if self.files is not None else ()
        stays = {each.sha256 for each in names if _name(each) not in erased.names}  # equal bytes of another one stay
        going = {_name(each) for each in names if _name(each) in erased.names and each.size is not None}
        held = {_name(each) for each in names if _name(each) in going - missing}
        shared = {_name(each) for each in names if each.sha256 in stays}
        return [*erased_fields(erased.names, body.digests), *sorted(going - held)], sorted(held - shared)

    def finish(self, report: LedgerReport, start: int, size: int) -> None:
        """What lies in the folder and belongs to no entry; what was not read is said."""
        if self.unread:
            report.not_checked.append(Incomplete("the bytes of {} attachments", self.unread))
        if self.files is None:
            return
        below = [each for each in self.files.positions() if each < start]
        if below:
            report.not_checked.append(Incomplete("the attachments of {} entries taken as checked", len(below)))
        for stray in self.files.strays(size):
            report.add(Incomplete("{} belongs to no entry; find out who put it there, or remove it", stray))
        for position in self.files.positions():
            if start <= position < size and position not in self.seen:
                report.add(Invalid("{} holds files, and the entry names none", self.files.of(position)), position)


def is_attachment(name: str) -> bool:
    """Whether this names the bytes of an attachment, not a text."""
    return attachment_number(name) is not None


def _name(attachment: NamedFile) -> str:
    return f"attachments.{attachment.number}"
