"""Persons, units and posts by id or by name: a name serves where it is unambiguous."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ledger.decisions.state import Register
from ledger.errors import BadInput
from ledger.events.fields import About
from ledger.recording.near import near


@dataclass(frozen=True, slots=True)
class Parties:
    """What is registered in one ledger, as a person who types it needs it."""

    register: Register

    def find(self, text: str, about: About) -> str:
        """The id of the person or unit that this id, name or number means. Raises BadInput."""
        if self._fits(text, about):
            return text
        known = [id_ for id_ in self.register.kinds if self._fits(id_, about)]
        return self._by_word(text, known, "person or unit" if about == "party" else about)

    def post(self, text: str) -> str:
        """The post that this id or title means. Raises BadInput."""
        if text in self.register.posts:
            return text
        return self._by_word(text, self.register.posts, "post")

    def name(self, id_: str) -> str:
        """What people call it: its name, or its id where it has none."""
        return next(iter(self.register.words.get(id_, ())), id_)

    def choices(self, what: About | Literal["post"]) -> list[str]:
        """What may be chosen from: the name where it is the only one, else the id; in order."""
        ids = sorted(self.register.posts if what == "post" else (i for i in self.register.kinds if self._fits(i, what)))
        names = Counter(self.name(id_) for id_ in ids)
        return [self.name(id_) if names[self.name(id_)] == 1 else id_ for id_ in ids]

    def _fits(self, id_: str, about: About) -> bool:
        kind = self.register.kinds.get(id_)
        return kind is not None and about in (kind, "party")

    def _by_word(self, text: str, known: Iterable[str], what: str) -> str:
        ids = list(known)
        found = [id_ for id_ in ids if text in self.register.words.get(id_, ())]
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput("several are called so ({}); give the id", ", ".join(sorted(found)))
        if not ids:
            raise BadInput("no {} is registered yet; register it first", what)
        words = {word: id_ for id_ in ids for word in (id_, *self.register.words.get(id_, ()))}
        like = [f"{word} ({words[word]})" if words[word] != word else word for word in near(text, words)]
        raise BadInput(
            "no {} of that id or name is registered; perhaps {}; else register it first", what, ", ".join(like)
        )
