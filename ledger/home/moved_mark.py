"""What an old place says of a ledger that moved away: where it went. It answers still, and takes no entries."""

from contextlib import closing
from pathlib import Path

from ledger.errors import Refused
from ledger.store.opening import open_server
from ledger.store.pointer import is_pointer, place_of
from ledger.writing import replace_private

ENDING = ".moved"


def mark_moved(directory: Path, kind: str, whither: str) -> None:
    """Keeps in the folder, and on the server where it lies on one, where the ledger went."""
    _tell(directory, kind, whither)
    replace_private(directory / f"{kind}{ENDING}", (whither + "\n").encode())


def check_may_leave(directory: Path, kind: str) -> None:
    """Raises NoPermission where this login could not close the old place, before anything is copied."""
    place = place_of(directory, kind)
    if is_pointer(place):
        with closing(open_server(place, read_only=True)) as store:
            store.check_owner()


def here_again(directory: Path, kind: str) -> None:
    """Takes back what was said, where the ledger returns."""
    _tell(directory, kind, "")
    (directory / f"{kind}{ENDING}").unlink(missing_ok=True)


def _tell(directory: Path, kind: str, whither: str) -> None:
    place = place_of(directory, kind)
    if is_pointer(place):
        with closing(open_server(place, read_only=False)) as store:
            store.moved(whither)


def check_not_moved(directory: Path, kind: str) -> None:
    """Raises Refused for a ledger that moved away."""
    path = directory / f"{kind}{ENDING}"
    if path.is_file():
        raise Refused(
            "the ledger has moved to {}; record it there: this place only answers",
            path.read_text(encoding="utf-8", errors="replace").strip(),
        )
