"""What an erasure takes out of an entry: the texts that it names, and of an attachment that it names its texts too."""

import re
from collections.abc import Container, Iterable

from ledger.events.base import Attachment
from ledger.events.flat import shapes

_ATTACHMENT = re.compile(r"attachments\.(0|[1-9][0-9]*)")


def attachment_number(name: str) -> int | None:
    """The number of the attachment that `attachments.<i>` names as a whole; None for the name of a field."""
    found = _ATTACHMENT.fullmatch(name)
    return None if found is None else int(found[1])


def erased_fields(names: Iterable[str], fields: Container[str]) -> list[str]:
    """The fields of an entry, of those that it has, whose texts go by an erasure that names `names`."""
    found = []
    for name in names:
        if attachment_number(name) is None:
            found.append(name)
        else:
            found += [each for each in map(f"{name}.{{}}".format, _TEXTS) if each in fields]
    return found


_TEXTS = tuple(name for name, shape in shapes(Attachment) if shape.meta["class"] == "erasable")
"""Name and media type."""
