"""What a rule may look at: the records it judges, and what lies near them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import TypeAlias

from ledger.events.acts import MeetingHeld, TalkHeld
from ledger.events.base import Fact, Payload
from ledger.events.record import Recorded
from ledger.events.records import RecordAccepted, RecordRefused
from ledger.frozen import dataclass
from projections.facts.protocol import Facts
from projections.facts.touching import named
from projections.facts.values import Citation, Period, Signal, Weight
from projections.signals.background import Background, background_of
from projections.signals.subject import occurred_on

FEW_DAYS = 28
"""Days that lie in two months at most."""
Rule: TypeAlias = Callable[["Inquiry"], Iterable[Signal]]
"""How a signal is found."""


@dataclass(frozen=True)
class Inquiry:
    """Judging some records, or the whole of them, as on a day."""

    facts: Facts
    judged_on: date
    few: tuple[Recorded, ...] | None = None
    """The records judged; None = the whole duty ledger."""

    @property
    def whole(self) -> bool:
        """Whether everything is judged, so that looking up may read it all."""
        return self.few is None

    @property
    def records(self) -> tuple[Recorded, ...]:
        """The records judged."""
        return self.background.corpus if self.few is None else self.few

    @cached_property
    def background(self) -> Background:
        """What is known of this cut."""
        return background_of(self.facts)

    def of(self, *types: type[Payload]) -> Iterator[Recorded]:
        """The records judged that are of these types; of the whole, where it was not read, by index if they are few."""
        if self.whole and self.background.read is None and _are_rare(types):
            return iter(self.facts.records(*types))
        wanted = _wanted(types)
        return (event for event in self.records if wanted[event.payload.__class__])

    def with_person(self, person: str, during: Period, *types: type[Payload]) -> Iterable[Recorded]:
        """Entries of these types in which the person takes part, said to have happened in these days."""
        if not self.whole and not self.background.has_read:
            return [event for event in self._near(person, during, types) if person in set(named(event.payload))]
        by_day = self.background.by_person_and_day
        days = (during.first + timedelta(days=number) for number in range(during.days))
        return [event for on in days for event in by_day.get((person, on), ()) if isinstance(event.payload, types)]

    def _near(self, person: str, during: Period, types: tuple[type[Payload], ...]) -> Sequence[Recorded]:
        """What names a person and happened in these days; of few days by the months in which they lie."""
        if during.days > FEW_DAYS:
            return self.facts.records(*types, person=person, occurred=during)
        found: dict[int, Recorded] = {}
        for first in dict.fromkeys(on.replace(day=1) for on in (during.first, during.last)):
            for event in self.background.in_month(person, first, types):
                if (on := occurred_on(self.facts, event)) is not None and on in during:
                    found[event.position] = event
        return [found[position] for position in sorted(found)]

    def recorded_about(self, records: Iterable[Recorded], window: timedelta) -> Iterator[Sequence[Recorded]]:
        """Entries of each author recorded no further than the window from one of his records, themselves included.

        In the order of recording; what lies about several records stands together, once.
        """
        by_author: defaultdict[str, list[datetime]] = defaultdict(list)
        for record in records:
            by_author[record.author].append(record.recorded_at)
        for author, moments in by_author.items():
            for first, last in _together(sorted(moments), window):
                yield [event for event in self.facts.recorded(first, last) if event.author == author]

    def signal(
        self,
        code: str,
        weight: Weight,
        events: Iterable[Recorded | Citation],
        blamed: Iterable[Recorded | Citation] = (),
        **detail: object,
    ) -> Signal:
        """A signal; details whose name is a Python keyword are written with a trailing underscore (`from_`)."""
        cited = tuple(self._cite(event) for event in events)
        held = tuple(self._cite(event) for event in blamed)
        return Signal(code, weight, cited, held, tuple((name.rstrip("_"), value) for name, value in detail.items()))

    def blaming(self, code: str, weight: Weight, record: Recorded, **detail: object) -> Signal:
        """A signal that names one record and blames it."""
        return self.signal(code, weight, (record,), (record,), **detail)

    def _cite(self, event: Recorded | Citation) -> Citation:
        return event if isinstance(event, Citation) else self.facts.cite(event)


class _Wanted(dict[type[Payload], bool]):
    """Whether records of a class are of some types, found once for each."""

    def __init__(self, types: tuple[type[Payload], ...]) -> None:
        super().__init__()
        self._types = types

    def __missing__(self, cls: type[Payload]) -> bool:
        found = self[cls] = issubclass(cls, self._types)
        return found


_wanted = cache(_Wanted)


@cache
def _are_rare(types: tuple[type[Payload], ...]) -> bool:
    """Whether each type is one kind of fact, none of the two that most are of, and none that consents are read as."""
    many = (TalkHeld, MeetingHeld, RecordAccepted, RecordRefused)
    return all(issubclass(cls, Fact) and "TYPE" in vars(cls) and cls not in many for cls in types)


def _together(moments: Sequence[datetime], window: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of time about these moments, in order, those that meet run together."""
    first, last = moments[0] - window, moments[0] + window
    for moment in moments[1:]:
        if moment - window > last:
            yield first, last
            first = moment - window
        last = moment + window
    yield first, last
