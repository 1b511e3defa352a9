"""The persons, units and posts that a reader may name: registered at a question's moment, by any name ever had."""

from collections.abc import Iterator
from functools import cached_property

from ledger.errors import BadInput
from ledger.events.fields import ERASED_TEXT, About
from ledger.events.record import Recorded
from ledger.events.register import PersonRegistered, PersonRenamed, PostRegistered, UnitRegistered, UnitRenamed
from ledger.events.roles import BY_ID
from ledger.frozen import dataclass
from ledger.recording.party_finder import Parties
from projections.facts.protocol import Facts
from projections.facts.values import Person, Unit

MOST_NAMED = 20
"""Of those who are there, named where nobody is called so or like it."""


def party_of(facts: Facts, text: str, about: About = "party") -> str:
    """The id of the person or unit with this id, number or name. Raises BadInput naming what comes near."""
    for kind, those in (("person", facts.persons), ("unit", facts.units)):
        if text in those and about in (kind, "party"):
            return text
        if text in those:
            raise BadInput("{!r} is a registered {}; a {} is needed here", text, BadInput(kind), BadInput(about))
    known = parties(facts)
    found = meant(facts, text, about)
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput("{!r} is the name of several: {}; give the id", text, ", ".join(found))
    perhaps = known.like(text, about, else_first=False)
    if perhaps:
        raise BadInput("{!r} is neither a person nor a unit here; perhaps {}", text, ", ".join(perhaps))
    named = [f"{known.name(id_)} ({id_})" for id_ in sorted(known.register.kinds)[:MOST_NAMED]]
    raise BadInput("{!r} is neither a person nor a unit here; there are {}", text, ", ".join(named))


def meant(facts: Facts, text: str, about: About) -> tuple[str, ...]:
    """The ids of those registered at the cut whom an id, number or name means, in order.

    A name that came after the cut serves too, where nobody was called so by then: a reader of today knows that one.
    """
    found = parties(facts).matching(text, about)
    if found or facts.latest is facts:
        return found
    known = parties(facts).register.kinds
    return tuple(id_ for id_ in parties(facts.latest).matching(text, about) if id_ in known)


def parties(facts: Facts) -> Parties:
    """The finder over what is registered at the cut of these facts."""
    return Parties(_Registered(facts), facts.held("indexes of parties", dict))


@dataclass(frozen=True)
class _Registered:
    """What facts know of who is registered, as the finder asks it."""

    facts: Facts

    @cached_property
    def kinds(self) -> dict[str, str]:
        return self.facts.held("kinds of parties", self._kinds_known)

    def _kinds_known(self) -> dict[str, str]:
        return {**dict.fromkeys(self.facts.persons, "person"), **dict.fromkeys(self.facts.units, "unit")}

    @cached_property
    def words(self) -> dict[str, tuple[str, ...]]:
        return self.facts.held("words of parties", self._words_known)

    def _words_known(self) -> dict[str, tuple[str, ...]]:
        known: list[Person | Unit] = [*self.facts.persons.values(), *self.facts.units.values()]
        found = {each.id: [each.name, each.ref] for each in known}
        for event in self._naming():
            match event.payload:
                case (
                    PersonRegistered(person=id_, name=str(name))
                    | PersonRenamed(person=id_, name=str(name))
                    | UnitRegistered(unit=id_, name=str(name))
                    | UnitRenamed(unit=id_, name=str(name))
                ) if id_ in found:
                    found[id_].append(name)
        return {id_: _words(id_, *words) for id_, words in found.items()}

    def _naming(self) -> Iterator[Recorded]:
        """What ever named somebody, as corrected and as recorded: a name that was corrected is a former one too."""
        for ledger in ("duty", "case"):
            types = (PersonRegistered, UnitRegistered, PersonRenamed, UnitRenamed)
            for event in self.facts.records(*types, ledger=ledger):
                yield event
                yield self.facts.uncorrected(event)

    @cached_property
    def _registered_posts(self) -> dict[str, tuple[str, ...]]:
        return self.facts.held("words of posts", self._posts_known)

    def _posts_known(self) -> dict[str, tuple[str, ...]]:
        found = {}
        for event in self.facts.records(PostRegistered):
            if isinstance(event.payload, PostRegistered):
                post = event.payload
                found[post.post] = _words(post.post, post.title, post.ref)
        return found

    @cached_property
    def posts(self) -> frozenset[str]:
        return frozenset({**BY_ID, **self._registered_posts})

    @property
    def post_words(self) -> dict[str, tuple[str, ...]]:
        return self._registered_posts


def _words(id_: str, *words: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word and word not in (id_, ERASED_TEXT)))
