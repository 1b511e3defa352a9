"""The organ on a day, in words: who holds a post, and what is otherwise than on another day."""

from collections.abc import Iterable, Mapping

from ledger.messages import N_
from projections.language.speech import Speech
from projections.questions.organisation import OrganisationChange, PostHolder

DUTIES: Mapping[str, str] = {
    "secretary": N_("secretary"),
    "membership": N_("member"),
    "supervisor": N_("supervising member"),
    "head": N_("head"),
}
CHANGES: Mapping[str, str] = {
    "came": N_("{name} is {duty} of {unit}"),
    "left": N_("{name} is no longer {duty} of {unit}"),
    "unit_began": N_("{unit} is there"),
    "unit_ended": N_("{unit} is no longer there"),
    "renamed": N_("{unit} was called {name}"),
}


def seat_names(seats: Iterable[PostHolder], say: Speech) -> str:
    """Those who hold a post, acting marked."""
    return say.text(", ").join(seat.name + (say.text(" (acting)") if seat.acting else "") for seat in seats)


def duty_words(duty: str, say: Speech) -> str:
    """What a duty is called."""
    return say.text(DUTIES[duty])


def change_words(row: OrganisationChange, say: Speech) -> str:
    """A change as a sentence."""
    duty = duty_words(row.duty, say) if row.duty is not None else ""
    unit = row.unit_name or say.text("Party group")
    return say.text(CHANGES[row.change]).format(name=row.name or "", duty=duty, unit=unit)
