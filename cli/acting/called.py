"""Who is meant where a command asks for the id of a person who signs, is asked to, or has keys: a name serves as well.

The ledgers of cases and of the list register few persons; for a name that they do not know the duty ledger beside them
is asked, whose ids they keep.
"""

from collections.abc import Iterable
from contextlib import closing

from ledger.application import Ledger
from ledger.home.directory import Home
from ledger.recording.party_finder import Parties


def person_called(here: Home, ledger: Ledger, text: str) -> str:
    """The id of the person whom this id or name means. Raises BadInput for a name that nobody or several have."""
    own = Parties(ledger.register())
    if ledger.kind == "duty" or own.matching(text, "person") or not here.database("duty").is_file():
        return own.person(text)
    with closing(here.ask("duty")) as duty:
        beside = Parties(duty.register())
    known = own if own.like(text, "person", else_first=False) and not beside.matching(text, "person") else beside
    found = known.person(text)
    return own.person(text) if found != text and found in own.register.kinds else found


def persons_called(here: Home, ledger: Ledger, texts: Iterable[str]) -> tuple[str, ...]:
    """The same of each, in the same order."""
    return tuple(person_called(here, ledger, text) for text in texts)
