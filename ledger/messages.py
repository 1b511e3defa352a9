"""`N_` marks a text that people see and that is translated later, where it is shown, by `projections.language`.

Babel extracts the marked texts (`tool.babel` in pyproject.toml), so that none is missing from the catalogue.
"""

from typing import TypeVar

Message = TypeVar("Message", bound=str)


def N_(message: Message) -> Message:  # noqa: N802 - gettext names it so
    """The text itself: a mark for the catalogue, nothing else."""
    return message
