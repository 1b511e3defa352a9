"""Persons, units and posts by id, number or name, for who records and who asks: a name serves if it is unambiguous."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, Protocol

from ledger.core.names import PERSON_ID
from ledger.errors import BadInput
from ledger.events.fields import About
from ledger.recording.likely import MOST, near

Wanted = About | Literal["post"]
Indexes = dict[tuple[Wanted, int], dict[str, list[str]]]
"""Ids by word, of what is looked for and of how many words there are."""
MOST_SUGGESTIONS = 300
"""Different words for which likely ones are looked for: a file may hold a hundred thousand unknown ones."""

_WORDS: Mapping[Wanted, BadInput] = {
    "person": BadInput("person"),
    "unit": BadInput("unit"),
    "party": BadInput("person or unit"),
    "post": BadInput("post"),
}
"""What is looked for, as a message names it: as a value of a fault it is translated with it."""
_OF_KIND: Mapping[str, BadInput] = {"person": _WORDS["person"], "unit": _WORDS["unit"]}


class Registered(Protocol):
    """What is registered: the register of a ledger, or what a question knows at its moment."""

    @property
    def kinds(self) -> Mapping[str, str]:
        """`person` or `unit` by id."""

    @property
    def words(self) -> Mapping[str, Sequence[str]]:
        """Names and numbers of persons and units, by id, what they are called now first."""

    @property
    def posts(self) -> Collection[str]:
        """Ids of posts."""

    @property
    def post_words(self) -> Mapping[str, Sequence[str]]:
        """Titles and numbers of posts, by id."""


class Parties:
    """What is registered, as a person who types it needs it."""

    def __init__(self, register: Registered, indexes: Indexes | None = None) -> None:
        self.register = register
        self._ids: Indexes = {} if indexes is None else indexes
        self._unknown: dict[tuple[str, Wanted], BadInput] = {}

    def find(self, text: str, about: About) -> str:
        """The id of the person or unit that this id, name or number means. Raises BadInput."""
        return self._one(text, about)

    def post(self, text: str) -> str:
        """The post that this id or title means. Raises BadInput."""
        return self._one(text, "post")

    def matching(self, text: str, what: Wanted) -> tuple[str, ...]:
        """The ids that this id, name or number means, in order: none where nobody is called so, several by one name."""
        if self._is(text, what):
            return (text,)
        index = self._index(what)
        return tuple(sorted(index.get(text) or index.get(_squeezed(text), [])))

    def name(self, id_: str) -> str:
        """What people call a person or unit: its name, or its id where it has none."""
        return next(iter(self._words_of(id_, "party")), id_)

    def like(self, text: str, what: Wanted, *, else_first: bool = True) -> list[str]:
        """The likeliest for what somebody typed, by name and id: those called like it; else the first, or none."""
        known = self._known(what)
        words = {**{id_: id_ for id_ in known}, **{word: ids[0] for word, ids in self._index(what).items()}}
        likely: dict[str, str] = {}
        for word in near(text, words, else_first=False):
            id_ = words[word]
            likely.setdefault(id_, word if word != id_ else next(iter(self._words_of(id_, what)), id_))
        if not likely and else_first:
            likely = {id_: next(iter(self._words_of(id_, what)), id_) for id_ in sorted(known)[:MOST]}
        return [f"{word} ({id_})" if word != id_ else word for id_, word in likely.items()]

    def person(self, text: str) -> str:
        """The id of a person whom an id or a name means, for who signs: an id that nobody registered stands as it is.

        Raises BadInput for a name that nobody or several have.
        """
        return text if PERSON_ID.fullmatch(text) else self._one(text, "person")

    def choices(self, what: Wanted) -> list[str]:
        """What may be chosen from: the name where it is the only one, else the id; in order."""
        ids = sorted(self._known(what))
        first = {id_: next(iter(self._words_of(id_, what)), id_) for id_ in ids}
        names = Counter(first.values())
        return [first[id_] if names[first[id_]] == 1 else id_ for id_ in ids]

    def _is(self, id_: str, what: Wanted) -> bool:
        if what == "post":
            return id_ in self.register.posts
        kind = self.register.kinds.get(id_)
        return kind is not None and what in (kind, "party")

    def _known(self, what: Wanted) -> list[str]:
        return [id_ for id_ in (self.register.posts if what == "post" else self.register.kinds) if self._is(id_, what)]

    def _words_of(self, id_: str, what: Wanted) -> Sequence[str]:
        return (self.register.post_words if what == "post" else self.register.words).get(id_, ())

    def _one(self, text: str, what: Wanted) -> str:
        found = self.matching(text, what)
        if len(found) > 1:
            raise BadInput("several are called so ({}); give the id", ", ".join(found))
        if not found:
            raise self._not_known(text, what)
        return found[0]

    def _index(self, what: Wanted) -> dict[str, list[str]]:
        """Ids by word. Registrations are never taken back, so that their number tells whether it is of today."""
        size = sum(map(len, (self.register.post_words if what == "post" else self.register.words).values()))
        index = self._ids.get((what, size))
        if index is None:
            index = {}
            for id_ in self._known(what):
                for word in dict.fromkeys(self._words_of(id_, what)):
                    index.setdefault(word, []).append(id_)
            self._ids[what, size] = index  # whole: others may look into it
        return index

    def _not_known(self, text: str, what: Wanted) -> BadInput:
        if (text, what) in self._unknown:
            return self._unknown[text, what]
        ids = self._known(what)
        kind, other = _WORDS[what], self.register.kinds.get(text)
        if other is not None and what != "post":
            return BadInput("it is a registered {}; a {} is needed here", _OF_KIND[other], kind)
        if not ids:
            problem = BadInput("no {} is registered yet; register it first", kind)
        elif len(self._unknown) >= MOST_SUGGESTIONS:
            return BadInput("no {} of that id or name is registered; register it first or correct it", kind)
        else:
            perhaps = ", ".join(self.like(text, what))
            problem = BadInput(
                "no {} of that id or name is registered; perhaps {}; else register it first", kind, perhaps
            )
        self._unknown[text, what] = problem
        return problem


def _squeezed(text: str) -> str:
    """A name without the spaces that forms put between the letters of Chinese names."""
    return "".join(text.split()) if any("\u4e00" <= letter <= "\u9fff" for letter in text) else text
