"""The marks under which an entry is found: its files and number, its whole text, and what it names."""

from ledger.events.record import Recorded
from projections.views.index_marks import file_mark, files_of, naming_marks, number_marks
from projections.views.likeness import normalise, text_of, whole


def marks_of(event: Recorded) -> set[int]:
    """All marks of an entry."""
    plain = normalise(text_of(event) or "")
    return marks_beside(event) | ({whole(plain)} if plain else set())


def marks_beside(event: Recorded) -> set[int]:
    """All but that of its whole text."""
    found = {file_mark(digest) for digest in files_of(event.payload)}
    if event.payload.OPENS and event.payload.ref:
        found |= number_marks(event.payload.ref)
    return found | naming_marks(event.payload)
