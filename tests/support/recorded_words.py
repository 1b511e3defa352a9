"""What the records of a directory themselves say, which no rule about the words of the program is about."""

import re
from collections.abc import Iterator, Mapping
from contextlib import closing

from ledger.events.flat import flatten
from ledger.home.directory import Home
from projections.questions.desk import Desk
from projections.views.catch_up import views_of


def recorded_words(home: Home) -> list[str]:
    """Names, titles and origins, and every text of every record, the longest first."""
    with closing(views_of(home)) as views:
        facts = Desk(views).facts()
        found = {person.name for person in facts.persons.values()} | {unit.name for unit in facts.units.values()}
        found |= {text for row in facts.ledgers for text in (row.origin, row.title)}
    for kind in ("duty", "case"):
        with closing(home.open(kind)) as ledger:
            for event in ledger.history():
                found |= {text for _, value in flatten(event.payload) for text in strings(value)}
    return sorted((text for text in found if re.search(r"[\u4e00-\u9fff]|[a-z] [a-z]", text)), key=len, reverse=True)


def strings(value: object) -> Iterator[str]:
    """The texts of a field's value; a correction's is a whole part of another record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)
