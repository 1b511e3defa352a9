"""`N_` marks a text that people see and that is translated later, where it is shown, by `projections.language`.

Babel extracts the marked texts (`tool.babel` in pyproject.toml), so that none is missing from the catalogue.
"""

from typing import TypeVar

from ledger.singulars import agreed

Message = TypeVar("Message", bound=str)


def N_(message: Message) -> Message:  # noqa: N802 - gettext names it so
    """The text itself: a mark for the catalogue, nothing else."""
    return message


class Told(str):
    """A text with values in it that can be told in another language later: in English, with its message and values."""

    __slots__ = ("message", "values")

    message: str
    values: tuple[object, ...]

    def __new__(cls, message: str, *values: object) -> "Told":
        """The text of the message with the values put in."""
        told = super().__new__(cls, agreed(message, *values))
        told.message, told.values = message, values
        return told
