"""The matrix of talks in words: what a cell says, and what its signs mean."""

from ledger.messages import N_
from projections.language.speech import Speech
from projections.questions.talk_matrix import MARKS, TalkOwed

STATES = {
    "held": N_("talk held"),
    "missing": N_("no talk in time"),
    "doubtful": N_("doubtful"),
    "open": N_("not due yet"),
}


def matrix_title(say: Speech) -> str:
    """What the matrix is called."""
    return say.text("Talks owed and held")


def legend(say: Speech) -> str:
    """What the signs mean, in a line."""
    return "   ".join(f"{MARKS[state]} {say.text(words)}" for state, words in STATES.items())


def cell_words(talk: TalkOwed, say: Speech) -> str:
    """One talk in a cell: its sign, who with whom, and on which days it was held."""
    who = talk.owner_name if talk.other_name in (None, talk.about_name) else f"{talk.owner_name}–{talk.other_name}"
    days = say.text(", ").join(day.isoformat() for day in talk.held)
    return " ".join(filter(None, (MARKS[talk.state], who, days)))


def missing_words(talk: TalkOwed, say: Speech) -> str:
    """A talk that is missing, in a sentence, with the records that do not count for it and those that could."""
    text = say.text
    said = [
        text("{half}: {title} ({obligation}): no talk of {who} with {whom} counts").format(
            half=say.span(talk.half),
            title=talk.title,
            obligation=talk.obligation,
            who=talk.owner_name,
            whom=talk.other_name or talk.about_name,
        )
    ]
    if talk.set_aside:
        said.append(text("recorded and set aside: {entries}").format(entries=say.cites(talk.set_aside)))
    if talk.unclaimed:
        said.append(text("recorded, but not as this duty: {entries}").format(entries=say.cites(talk.unclaimed)))
    return text("; ").join(said)
