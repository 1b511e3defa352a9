"""Search in texts, and who read what."""

from api.answering.listing import Listing
from api.asking.current import facts, organ_named, reader, stores
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
    cut, token, concerns, told = facts(), asked["token"], asked["about"], _organs_told()
    return Listing(
        lambda start, count: reads(cut, start, count, token=token, concerns=concerns, organs=told),
        f"access {token} {concerns} {sorted(told) if told is not None else ''}",
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
