"""What can be asked at which address: one list, from which rules, checks, description and documentation follow.

A `Route` says what it answers, which scopes reach it, which parameters it takes, in which forms it answers, and
whether an answer is recorded in the access ledger. Flask's rules, the OpenAPI document, the reference page and the
authorisation matrix are all read off it, so that they cannot disagree; a route that names no scopes is not accepted.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ledger.access.tokens import OWN as OWN_SCOPE
from ledger.access.tokens import SCOPES

Kind = Literal[
    "text",
    "person",
    "unit",
    "party",
    "entry",
    "day",
    "moment",
    "when",
    "cursor",
    "limit",
    "whole",
    "count",
    "choice",
    "flag",
    "format",
    "sort",
    "part",
    "among",
]
SHOWING: frozenset[Kind] = frozenset({"cursor", "limit", "format", "sort", "part", "among"})
"""Kinds of parameter that say how an answer is shown or taken along: they limit nothing of what was asked, and nobody
types them into a form."""
Values = Mapping[str, Any]
"""Parameters as they were read, by name; None where one was left out."""
Medium = Literal["json", "html", "text", "binary"]
About = Literal["organ", "server", "reads", "city"]
Recording = Literal["question", "entry", "nothing"]
"""What is recorded of a reading: the question with its filter, the entry read beside it, or nothing, which is said of
answers that tell nothing of what the ledgers hold but their heads."""

PUBLIC: frozenset[str] = frozenset()
DUTIES = frozenset({"organ", "duties"})
PERSONS = frozenset({"organ", "persons"})
CASES = frozenset({"cases"})
EVIDENCE = frozenset({"evidence"})
VERIFY = frozenset({"organ", "verify"})
MEANINGS = "ZEREN_MEANINGS"
"""Under which the application keeps what each question asks, in words, by its name on record."""
PAGES = "ZEREN_PAGES"
"""Under which the application keeps the pages by their names, for a form that is shown again."""
SUPERVISOR = frozenset({"supervisor"})
EXPORT = frozenset({"export"})
OWN = frozenset({OWN_SCOPE})
ANY = frozenset(SCOPES) - OWN
"""Whoever sees more than what is his own."""

_CONVERTERS: Mapping[Kind, str] = {"whole": "int", "entry": "string"}
"""How Flask reads what stands in a path; else it may have strokes."""
PREFIX = "/api/v1"
ORGAN = "organ"
"""The name of an organ's place in paths; no parameter is called so."""
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the path (`{name}`) or behind the `?`; `choices` where only these words are understood.

    A person, unit or party is named by id, number or name, and read as its id, under which the reading is recorded;
    an entry of the ledger `kind` by number or position, and read as its position; `when` is a day or a moment.
    """

    name: str
    kind: Kind
    meaning: str
    choices: tuple[str, ...] = ()
    required: bool = False
    many: bool = False
    """Whether it may stand several times, for any one of several values."""


@cache
def _places(path: str) -> frozenset[str]:
    """The names in a path: looked for once, they are asked at every request."""
    return frozenset(_PLACE.findall(path))


@dataclass(frozen=True, slots=True)
class Route:
    """One question. `scopes`: any one of them reaches it; empty means everybody, which has to be said: PUBLIC."""

    path: str
    ask: Callable[[Values], Any]
    meaning: str
    scopes: frozenset[str]
    answer: Any = None
    """Type of the answer, or of a row where it is a list."""
    parameters: tuple[Parameter, ...] = ()
    lists: bool = False
    """A list: paged by cursor, and exported whole in every form."""
    records: Recording = "question"
    medium: Medium = "json"
    media_type: str = "application/json"
    computed: bool = True
    """Whether the answer is computed from the ledgers and names their heads."""
    kept: bool = False
    """Whether the answer follows from question, scopes and stores alone, so that it may be given again."""
    immutable: bool = False
    """Whether the answer at this address can never change."""
    about: About = "organ"
    """Whether it asks an organ, and so stands below `/organs/{organ}` too; the server; who read what there; or every
    organ that the reader sees together."""
    also: frozenset[str] = frozenset()
    """Scopes each of which is needed beside any one of `scopes`."""
    group: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        unknown = (self.scopes | self.also) - set(SCOPES)
        if unknown:
            raise ValueError(f"{self.path}: no such scope: {', '.join(sorted(unknown))}")
        missing = set(_PLACE.findall(self.path)) - {parameter.name for parameter in self.parameters}
        if missing:
            raise ValueError(f"{self.path}: what is {', '.join(sorted(missing))}?")

    @property
    def name(self) -> str:
        """The name of the endpoint, unique within its group."""
        return self.ask.__name__

    @property
    def needs(self) -> str | None:
        """The kind of ledger without which there is nothing to ask: what an organ has follows from its folder."""
        return "case" if self.scopes == CASES and self.about != "city" else None

    @property
    def in_path(self) -> tuple[Parameter, ...]:
        """The parameters that stand in the path."""
        places = _places(self.path)
        return tuple(parameter for parameter in self.parameters if parameter.name in places)

    @property
    def in_query(self) -> tuple[Parameter, ...]:
        """The parameters behind the `?`."""
        places = _places(self.path)
        return tuple(parameter for parameter in self.parameters if parameter.name not in places)

    @property
    def organ_path(self) -> str | None:
        """The path where the organ is named; None where none is asked."""
        if self.about in ("server", "city"):
            return None
        start = PREFIX if self.path.startswith(f"{PREFIX}/") else ""
        return f"{start}/organs/{{organ}}{self.path[len(start) :]}"

    @property
    def rules(self) -> tuple[str, ...]:
        """The paths as Flask writes them."""
        in_organ = self.organ_path
        return (self._rule(self.path), *((self._rule(in_organ),) if in_organ is not None else ()))

    def _rule(self, path: str) -> str:
        kinds = {parameter.name: parameter.kind for parameter in self.parameters}

        def place(found: re.Match[str]) -> str:
            if found[1] == "organ":
                return "<organ>"
            return f"<{_CONVERTERS.get(kinds[found[1]], 'path')}:{found[1]}>"

        return _PLACE.sub(place, path)

    @property
    def recorded(self) -> bool:
        """Whether each reading is recorded before it is answered; what everybody may read is not."""
        return self.scopes != PUBLIC and self.records != "nothing"

    def reaches(self, scopes: frozenset[str]) -> bool:
        """Whether a reader with these scopes may ask."""
        return self.scopes == PUBLIC or (bool(self.scopes & scopes) and self.also <= scopes)

    @property
    def needed(self) -> str:
        """The scopes that reach it, as they are said: any one of these, with each of those."""
        return " + ".join((" / ".join(sorted(self.scopes)), *sorted(self.also)))


ORGAN_PLACE = Parameter(
    ORGAN, "text", "The organ: how `organ` names it at /api/v1/organs, its fingerprint in hex or its name."
)
VALID_AT = Parameter("valid_at", "day", "The day asked about (YYYY-MM-DD); today where none is given.")
KNOWN_AT = Parameter(
    "known_at", "moment", "As known at this moment (RFC 3339, or a day: its end); all that is recorded otherwise."
)
ENTRIES = Parameter("entries", "count", "As known at a position: only the first N entries of the duty ledger.")
JUDGED_ON = Parameter("judged_on", "day", "As judged on this day; the rule set's day, or today, where none is given.")
JUDGED = (JUDGED_ON, KNOWN_AT, ENTRIES)
CURSOR = Parameter("cursor", "cursor", "Where to go on: the `next` of the page before.")
START = Parameter("start", "whole", "From this position on, in rising order; the newest first where none is given.")
LIMIT = Parameter("limit", "limit", "Rows on a page, 1 to 500.")
FORMAT = Parameter(
    "format",
    "format",
    "csv, xlsx or ndjson: all rows as a file, by the same filter, never cut.",
    ("csv", "xlsx", "ndjson"),
)
LIST = (CURSOR, LIMIT, FORMAT)
