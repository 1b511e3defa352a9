"""What stands beside a holder, in words: how an assignment came about, where that is not as it should be."""

from collections.abc import Mapping

from ledger.messages import N_
from projections.language.speech import Speech

MARKS: Mapping[str, str] = {
    "unaccepted": N_("not accepted by its holder in time"),
    "objects": N_("its holder objects to it"),
    "refused": N_("refused by its holder"),
    "RETRO_ASSIGNMENT": N_("recorded long after its first day"),
    "TIME_CONTRADICTED": N_("its own time is contradicted by an anchor"),
}
"""By the flag of a row of holders."""


def holder_mark(flag: str | None, speech: Speech, *, disputed: bool) -> str:
    """The mark of a holder in words; empty where there is nothing to say."""
    said = speech.text(MARKS[flag]) if flag is not None else ""
    if not disputed:
        return said
    return f"{said}{speech.aside(speech.text('disputed'))}" if said else speech.text("disputed")
