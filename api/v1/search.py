"""Search in texts, and who read what."""

from api.answering.listing import Listing
from api.asking.current import facts, organ_named, reader, stores
from api.asking.filters import ask, filter_of, over
from api.routes import ENTRIES, EVIDENCE, KNOWN_AT, LIST, START, SUPERVISOR, Parameter, Route, Values
from ledger.messages import N_
from projections.questions.reads import AccessReads, ReadFilter, ReadRow, reads_from, settled
from projections.questions.search import Found, FoundRow, SearchFilter, found_from, search


def search_texts(asked: Values) -> Listing[FoundRow]:
    """Entries whose texts contain the words: a Chinese substring anywhere, other words whole."""
    wanted = filter_of(SearchFilter, asked)
    empty = ask(lambda over, each: search(over, each, 0), SearchFilter, asked)
    at = over(wanted)
    return Listing(lambda start, count: found_from(at, wanted, start, count), f"search {wanted}", answer=empty)


def access_log(asked: Values) -> Listing[ReadRow]:
    """Every answer that was given about a person, a case or a text, the newest first."""
    cut, told = facts(), _organs_told()
    wanted = settled(cut, filter_of(ReadFilter, asked), told)
    return Listing(
        lambda key, count: reads_from(cut, wanted, key, count, told),
        f"access {wanted} {sorted(told) if told is not None else ''}",
        answer=AccessReads(()),
    )


def _organs_told() -> frozenset[str] | None:
    """Whose reads are told of several organs: that of the address, else all that the reader sees; None = every one."""
    if not stores().organs().listed:
        return None
    named = organ_named()
    return frozenset({named.fingerprint}) if named is not None else reader().organs


ROUTES = (
    Route(
        "/search",
        search_texts,
        N_("Search in the texts of entries"),
        frozenset({"organ", *EVIDENCE}),
        Found,
        (
            Parameter("words", "text", "What to search for.", required=True),
            Parameter("type", "text", "Only entries of this kind, by name, title or type."),
            Parameter("person", "party", "Only entries about this person or unit; recorded as a reading of it."),
            Parameter("period", "text", "Only of this year, half-year or quarter: 2024, 2024H1, 2024Q3."),
            KNOWN_AT,
            ENTRIES,
            *LIST,
        ),
        lists=True,
    ),
    Route(
        "/access-log",
        access_log,
        N_("Who read what"),
        SUPERVISOR,
        AccessReads,
        (
            Parameter("token", "text", "Only by this token, by its id."),
            Parameter("about", "party", "Only of this person or unit."),
            START,
            *LIST,
        ),
        lists=True,
        about="reads",
    ),
)
