"""Persons, units and posts by id or by name: a name serves where it is unambiguous."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from ledger.decisions.state import Register
from ledger.errors import BadInput
from ledger.events.fields import About
from ledger.recording.likely import near

Wanted = About | Literal["post"]
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


class Parties:
    """What is registered in one ledger, as a person who types it needs it."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._ids: dict[tuple[Wanted, int], dict[str, list[str]]] = {}
        self._unknown: dict[tuple[str, Wanted], BadInput] = {}

    def find(self, text: str, about: About) -> str:
        """The id of the person or unit that this id, name or number means. Raises BadInput."""
        return text if self._is(text, about) else self._by_word(text, about)

    def post(self, text: str) -> str:
        """The post that this id or title means. Raises BadInput."""
        return text if text in self.register.posts else self._by_word(text, "post")

    def name(self, id_: str) -> str:
        """What people call a person or unit: its name, or its id where it has none."""
        return next(iter(self._words_of(id_, "party")), id_)

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

    def _by_word(self, text: str, what: Wanted) -> str:
        size = len(self.register.words) + len(self.register.post_words)  # registrations are never taken back
        index = self._ids.get((what, size))
        if index is None:
            index = self._ids[what, size] = {}
            for id_ in self._known(what):
                for word in self._words_of(id_, what):
                    index.setdefault(word, []).append(id_)
        found = index.get(text) or index.get(_squeezed(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput("several are called so ({}); give the id", ", ".join(sorted(found)))
        raise self._not_known(text, what, index)

    def _not_known(self, text: str, what: Wanted, index: dict[str, list[str]]) -> BadInput:
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
            words = {**{id_: id_ for id_ in ids}, **{word: found[0] for word, found in index.items()}}
            like = [f"{word} ({words[word]})" if words[word] != word else word for word in near(text, words)]
            perhaps = ", ".join(like)
            problem = BadInput(
                "no {} of that id or name is registered; perhaps {}; else register it first", kind, perhaps
            )
        self._unknown[text, what] = problem
        return problem


def _squeezed(text: str) -> str:
    """A name without the spaces that forms put between the letters of Chinese names."""
    return "".join(text.split()) if any("\u4e00" <= letter <= "\u9fff" for letter in text) else text
