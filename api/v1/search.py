"""Search in texts, and who read what."""

from api.answering.listing import Listing
from api.asking.current import facts, organ_named
from api.routes import EVIDENCE, KNOWN_AT, LIST, SUPERVISOR, Parameter, Route, Values
from ledger.errors import BadInput
from ledger.messages import N_
from projections.questions.browse import reads, search
from projections.questions.rows import FoundRow, ReadRow
from projections.views.search import phrase


def search_texts(asked: Values) -> Listing[FoundRow]:
    """Entries whose texts contain the words: a Chinese substring anywhere, other words whole."""
    words = asked["words"]
    if phrase(words) is None:
        raise BadInput("say what to search for: words=...")
    cut = facts(asked["known_at"])
    return Listing(lambda start, count: search(cut, words, start, count), f"search {words} {asked['known_at']}")


def access_log(asked: Values) -> Listing[ReadRow]:
    """Every answer that was given about a person, a case or a text, in order."""
    cut, token, concerns, named = facts(), asked["token"], asked["about"], organ_named()
    organ = named.fingerprint if named is not None and named.home.listed is not None else None
    return Listing(
        lambda start, count: reads(cut, start, count, token=token, concerns=concerns, organ=organ),
        f"access {token} {concerns} {organ}",
    )


ROUTES = (
    Route(
        "/search",
        search_texts,
        N_("Search in the texts of entries"),
        frozenset({"organ", *EVIDENCE}),
        FoundRow,
        (Parameter("words", "text", "What to search for.", required=True), KNOWN_AT, *LIST),
        lists=True,
        records="search",
    ),
    Route(
        "/access-log",
        access_log,
        N_("Who read what"),
        SUPERVISOR,
        ReadRow,
        (
            Parameter("token", "text", "Only by this token, by its id."),
            Parameter("about", "text", "Only of this person or unit."),
            *LIST,
        ),
        lists=True,
        about="reads",
    ),
)
