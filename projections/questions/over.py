"""What a question is answered over: the facts of one cut, the reader's words, and what the reader may see of texts."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from ledger.clock import today
from ledger.frozen import dataclass
from projections.facts.protocol import day

if TYPE_CHECKING:
    from projections.language.speech import Speech
    from projections.language.trace import Explainer
    from projections.views.facts import ViewFacts

Keep = Callable[[Hashable, Callable[[], Any]], Any]
"""Gives what was computed under a key before, as long as it stays true, else computes it."""


PAGE = 100
"""Rows of a list that is read from the ledger a page at a time, where nobody says how many."""
_LAST_KEY = 2**50


def falling(position: int) -> int:
    """The key of a position in a list that begins with the newest entry, and the position of such a key.

    Keys rise as positions fall, and stay as they are when the ledger grows."""
    return _LAST_KEY - position


def at_once(_: Hashable, compute: Callable[[], Any]) -> Any:
    """Keeps nothing."""
    return compute()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """As known when: every filter of a question says it, so that every face asks for it alike."""

    known_at: datetime | None = None
    """The moment; None = all that is recorded."""
    entries: int | None = None
    """Only the first so many entries of the duty ledger; None = all known at the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Known):
    """The filter of a question that is judged as on a day."""

    judged_on: date | None = None
    """None = the rule set's day, or today, not after the known moment."""


class Latest:
    """The base of a filter of what is always taken in its latest form: the inspectors' own, and who read what."""

    __slots__ = ()

    @property
    def known_at(self) -> None:
        """No moment cuts it."""
        return None

    @property
    def entries(self) -> None:
        """No position cuts it."""
        return None


class Asks(Protocol):
    """What every filter has."""

    @property
    def known_at(self) -> datetime | None:
        """The moment known."""

    @property
    def entries(self) -> int | None:
        """How many entries are known."""


@dataclass(frozen=True, slots=True)
class Over:
    """Facts as known at the moment asked for, with the language of the answer."""

    facts: ViewFacts
    language: str | None = None
    texts: bool = True
    """Whether who asks may read the texts of entries; where not, an answer has none of them."""
    keep: Keep = at_once

    @property
    def speech(self) -> Speech:
        """Names in the reader's language."""
        from projections.language.speech import Speech

        return Speech(self.facts, self.language)

    @property
    def explain(self) -> Explainer:
        """Sentences in the reader's language."""
        from projections.language.trace import Explainer

        return Explainer(self.facts, self.language)

    def day(self, asked: date | None) -> date:
        """The day asked about, today where none is."""
        return asked or today(self.facts.zone)

    def judging_day(self, wanted: Judged) -> date:
        """The day as on which to judge: as asked, else the rule set's or today, not after the known moment."""
        if wanted.judged_on is not None:
            return wanted.judged_on
        stated = self.facts.rules.judged_on or today(self.facts.zone)
        return min(stated, day(self.facts, self.facts.as_of)) if self.facts.as_of is not None else stated
