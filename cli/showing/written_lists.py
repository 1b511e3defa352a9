"""Lists that a command writes to a file."""

from collections.abc import Callable
from pathlib import Path

from cli.showing.output import note
from ledger.errors import BadInput
from ledger.writing import replace_whole
from projections.language.catalogue import _
from projections.reports.exports import MEDIA, Export


def write_file(out: Path, make: Callable[[str], Export]) -> None:
    """Writes what is made of the kind that the file's name ends in; whole, or not at all. Raises BadInput."""
    ending = out.suffix.lower().removeprefix(".")
    if ending not in MEDIA:
        raise BadInput("{} should end in {}", out, ", ".join(f".{each}" for each in MEDIA))
    made = make(ending)
    replace_whole(out, made.data)
    note(_("{file}: {n} rows").format(file=out, n=made.rows))
