"""Attachments in a bundle: their bytes, where somebody asked for them, each held against what its entry says.

The log holds digest and size of a file alone (FORMAT.md section 11); a bundle may carry the bytes beside the entry. One
that an erasure on record names is never handed out, and in a bundle that shows its erasure it is invalid.
"""

from collections.abc import Callable, Mapping

from ledger.application import Ledger
from ledger.attached import AttachedFiles, erased_attachments, named
from ledger.bundle.items import PartFiles
from ledger.bundle.layout import attached_of
from ledger.errors import BadInput, Invalid, ZerenError
from ledger.events.erased import attachment_number
from ledger.events.records import TextErased


def attached_to(ledger: Ledger, files: AttachedFiles) -> Callable[[int], Mapping[int, bytes]]:
    """What gives the bytes of an entry's attachments by number. Raises BadInput where they are not here."""

    def attached(position: int) -> Mapping[int, bytes]:
        names = named(ledger.body_at(position).values())
        if not names:
            return {}
        gone, held = erased_attachments(ledger.store, position), files.held(position)
        found = {}
        for each in names:
            if each.number in gone or each.size is None:
                continue
            if each.sha256 not in held:
                raise BadInput(
                    "attachment {} of entry {} is not here, so it cannot be handed out", each.number, position
                )
            found[each.number] = held[each.sha256][0].read_bytes()
        return found

    return attached


def check_attached(part: PartFiles) -> None:
    """Every file is the attachment that its entry names by digest and size, and none that was erased."""
    erased = {
        (payload.entry.position, attachment_number(name))
        for _, payload, _ in part.trusted
        if isinstance(payload, TextErased)
        for name in payload.names
    }
    for name in part.names("attached"):
        try:
            place = attached_of(name)
            item = part.items.get(place[0]) if place is not None else None
            if place is None or item is None or item.body is None:
                raise Invalid("the entry that belongs to this file is missing")
            values, field = item.body.values(), f"attachments.{place[1]}"
            said = (values.get(f"{field}.sha256"), values.get(f"{field}.size"))
            whole = f"{part.claims.path}/{name}"
            if said != (part.files.digest(whole).hex(), part.files.size(whole)):
                raise Invalid("the file is not attachment {} of entry {}", place[1], place[0])
            if place in erased:
                raise Invalid("attachment {} of entry {} is shown after it was erased", place[1], place[0])
            part.found.attached += 1
        except ZerenError as error:
            part.add(error, name)
