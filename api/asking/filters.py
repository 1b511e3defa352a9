"""How a route asks: its parameters as the filter of a question, answered over this request's state."""

from collections.abc import Callable, Hashable
from dataclasses import fields
from typing import Any, TypeVar

from api.asking.current import computed, facts, reader
from api.asking.language import language
from api.routes import Values
from projections.questions.over import Asks, Over

A = TypeVar("A")
W = TypeVar("W", bound=Asks)
TEXTS = ("organ", "evidence")
"""Scopes that may read the texts of entries."""


CALLED = {"first": "from", "last": "to", "ledger": "kind", "organ": "in"}
"""Members of filters that an address may call otherwise: Python keeps `from` for itself."""


def filter_of(filter_: Callable[..., W], asked: Values) -> W:
    """The filter that the parameters make: they bear the names of its members."""
    names = [item.name for item in fields(filter_)]  # type: ignore[arg-type]  # every filter is a dataclass
    called = {name: asked.get(name, asked.get(CALLED.get(name, name))) for name in names}
    return filter_(**{name: value for name, value in called.items() if value is not None})


def over(wanted: Asks) -> Over:
    """What a question with this filter is answered over; what takes long is kept until a ledger grows."""

    def keep(key: Hashable, compute: Callable[[], Any]) -> Any:
        return computed((key, wanted.known_at, wanted.entries), compute)

    return Over(facts(wanted.known_at, wanted.entries), language(), reader().may(*TEXTS), keep)


def ask(question: Callable[[Over, W], A], filter_: Callable[..., W], asked: Values) -> A:
    """The answer to a question. Raises BadInput for a filter that names what is not there."""
    wanted = filter_of(filter_, asked)
    return question(over(wanted), wanted)
