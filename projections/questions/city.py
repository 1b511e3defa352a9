"""Questions across organs, answered from the city index: who held posts where, which cases, which signals, what stands
out. Everything else is asked of one organ.

The index is as of the day on which each organ was looked at; `behind` are organs that have grown since, or that the
index does not know yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.home.organs_at_hand import Organs
from ledger.recording.likely import near
from ledger.store.opening import stands
from projections.facts.values import WEIGHTS
from projections.questions.city_answers import (
    CityCase,
    CityCaseFilter,
    CityCases,
    CityCountersigned,
    CityCountersignedFilter,
    CityCountersignedPairs,
    CityFilter,
    CityOrgan,
    CityOverview,
    CityPerson,
    CityPersonFilter,
    CityPersons,
    CityPost,
    CitySignal,
    CitySignalFilter,
    CitySignals,
    CountersignedThere,
    OrganNamed,
)
from projections.views.city_index import CityIndex, Identified
from projections.views.city_rows import CountersignedHeld, IndexedOrgan, PostHeld, SignalHeld

Person = frozenset[Identified]
"""One person by every id that links on record join."""


@dataclass(frozen=True, slots=True)
class City:
    """The index beside the organs that whoever asks may see."""

    index: CityIndex
    organs: Organs

    def asked(self, wanted: CityFilter) -> frozenset[str]:
        """The fingerprints of the organs that are asked about. Raises NoSuchOrgan."""
        if wanted.organ is None:
            return frozenset(each.fingerprint for each in self.organs)
        return frozenset({self.organs.find(wanted.organ).fingerprint})

    def known(self, wanted: CityFilter) -> dict[str, IndexedOrgan]:
        """Those of them that the index has, by fingerprint. Raises NoSuchOrgan."""
        asked = self.asked(wanted)
        return {each.organ: each for each in self.index.organs() if each.organ in asked}

    def behind(self, wanted: CityFilter) -> set[str]:
        """Those of them that have grown since they were looked at, or are not in the index. Raises NoSuchOrgan."""
        stands, asked = self.index.stands(), self.asked(wanted)
        return {
            each.fingerprint
            for each in self.organs
            if each.fingerprint in asked
            and (each.fingerprint not in stands or stands[each.fingerprint][0] != stamp_of(each.home))
        }


def stamp_of(home: Home) -> str:
    """What tells whether the ledgers of an organ have grown. Raises as reaching their server does."""
    return " ".join(f"{kind} {stands(home.database(kind))}" for kind in home.kinds())


def _oldest(known: Mapping[str, IndexedOrgan]) -> date | None:
    return min((each.day for each in known.values()), default=None)


def _named(known: Mapping[str, IndexedOrgan], organ: str) -> OrganNamed:
    return OrganNamed(organ, known[organ].name, known[organ].title)


def city_overview(city: City, wanted: CityFilter) -> CityOverview:
    """What stands out in each organ, and in all."""
    known, behind = city.known(wanted), city.behind(wanted)
    rows = tuple(
        CityOrgan(
            _named(known, each.organ),
            each.day,
            each.entries,
            each.cases,
            each.points,
            each.signals,
            each.vacant,
            each.organ in behind,
            each.fault,
        )
        for each in known.values()
    )
    return CityOverview(
        _oldest(known),
        len(behind),
        sum(row.entries for row in rows),
        sum(row.cases for row in rows),
        sum(row.points for row in rows),
        {weight: sum(row.signals.get(weight, 0) for row in rows) for weight in WEIGHTS},
        sum(row.vacant for row in rows),
        sum(row.fault is not None for row in rows),
        rows,
    )


def city_persons(city: City, wanted: CityPersonFilter) -> CityPersons:
    """Whoever is called so in any organ, with the posts held in each. Raises BadInput, which names the nearest, where
    nobody is."""
    known, everywhere = city.known(wanted), city.known(CityFilter())
    joined = city.index.joined(everywhere)
    found: dict[Identified, frozenset[Identified]] = {}
    for post in city.index.posts_named(wanted.person):
        own = (post.organ, post.person)
        if post.organ in known and own not in found:
            same = frozenset(each for each in joined.get(own, (own,)) if each[0] in everywhere)
            found |= dict.fromkeys(same, same)
    posts = city.index.posts_of(found)
    people = [_person(everywhere, same, posts) for same in dict.fromkeys(found.values())]
    if not people:
        known_names = ", ".join(near(wanted.person, city.index.names(known))) or "-"
        raise BadInput("nobody is called {!r} in these organs; perhaps {}", wanted.person, known_names)
    people.sort(key=lambda each: each.names)
    return CityPersons(_oldest(known), len(city.behind(wanted)), tuple(people))


def _person(
    known: Mapping[str, IndexedOrgan], same: Iterable[Identified], posts_of: Mapping[Identified, Sequence[PostHeld]]
) -> CityPerson:
    posts = [post for each in sorted(same) for post in posts_of[each]]
    posts.sort(key=lambda post: (post.first, post.organ, post.post))
    held = tuple(
        CityPost(_named(known, each.organ), each.post, each.acting, each.first, each.last, each.person)
        for each in posts
    )
    ids = tuple((known[organ].name, person) for organ, person in sorted(same))
    names = tuple(dict.fromkeys(post.name for post in posts))
    return CityPerson(names, ids, held, len({post.organ for post in posts}) > 1)


def city_cases(city: City, wanted: CityCaseFilter) -> CityCases:
    """The cases of every organ, opened within the days asked about."""
    known = city.known(wanted)
    first = wanted.first.isoformat() if wanted.first is not None else ""
    last = wanted.last.isoformat() if wanted.last is not None else "9999"
    rows = tuple(
        CityCase(_named(known, each.organ), each.case, each.unit, each.opened, each.red, each.points)
        for each in city.index.cases()
        if each.organ in known and first <= each.opened[:10] <= last
    )
    return CityCases(_oldest(known), len(city.behind(wanted)), rows)


def _check_code(code: str) -> None:
    from projections.signals.signal_kinds import CATALOGUE  # with all that judges behind it

    if code not in CATALOGUE:
        raise BadInput("there is no signal {!r}; there are: {}", code, ", ".join(sorted(CATALOGUE)))


def city_signals(city: City, wanted: CitySignalFilter) -> CitySignals:
    """The signals of every organ. Raises BadInput for a code or a weight that there is not."""
    _check_signals(wanted)
    known = city.known(wanted)
    held = (each for each in city.index.signals(wanted.code, wanted.weight) if each.organ in known)
    return CitySignals(_oldest(known), len(city.behind(wanted)), tuple(_city_signal(known, each) for each in held))


MOST_LISTED = 10_000
"""Signals of a city that one answer of the desk lists: there may be thousands of each organ."""


def first_city_signals(city: City, wanted: CitySignalFilter, most: int = MOST_LISTED) -> CitySignals:
    """The first so many of them, and how many more there are. Raises as `city_signals`."""
    _check_signals(wanted)
    known = city.known(wanted)
    held = city.index.first_signals(sorted(known), wanted.code, wanted.weight, most)
    rows = tuple(_city_signal(known, each) for each in held)
    more = city.index.count_signals(known, wanted.code, wanted.weight) - len(rows)
    return CitySignals(_oldest(known), len(city.behind(wanted)), rows, more)


def _check_signals(wanted: CitySignalFilter) -> None:
    if wanted.code is not None:
        _check_code(wanted.code)
    if wanted.weight is not None and wanted.weight not in WEIGHTS:
        raise BadInput("there is no weight {!r}; there are: {}", wanted.weight, ", ".join(WEIGHTS))


def _city_signal(known: Mapping[str, IndexedOrgan], each: SignalHeld) -> CitySignal:
    return CitySignal(
        _named(known, each.organ), each.code, each.weight, each.entry, each.parties, each.ledger, each.position
    )


def city_countersigned(city: City, wanted: CityCountersignedFilter) -> CityCountersignedPairs:
    """Who countersigned whose acts, organ by organ put together. Raises BadInput, which names the nearest, where nobody
    is called as asked."""
    known, pairs = city.known(wanted), _pairs(city, wanted)
    names = {name for found in pairs.values() for each in found for name in (each.signer_name, each.other_name)}
    called = wanted.person
    if called is not None and not any(_is_called(called, found) for found in pairs.values()):
        raise BadInput(
            "nobody is called {!r} in these organs; perhaps {}", called, ", ".join(near(called, names)) or "-"
        )
    rows = [
        CityCountersigned(
            tuple(dict.fromkeys(each.signer_name for each in found)),
            tuple(dict.fromkeys(each.other_name for each in found)),
            sum(each.times for each in found),
            sum(each.times for each in pairs.get((other, signer), ())),
            min(each.first for each in found),
            max(each.last for each in found),
            tuple(CountersignedThere(_named(known, each.organ), each.signer, each.other, each.times) for each in found),
        )
        for (signer, other), found in pairs.items()
        if (called is None or _is_called(called, found)) and (not wanted.mutual or (other, signer) in pairs)
    ]
    rows.sort(key=lambda row: (-len(row.there), -row.times, row.signer, row.other))
    return CityCountersignedPairs(_oldest(known), len(city.behind(wanted)), tuple(rows))


def _pairs(city: City, wanted: CityFilter) -> dict[tuple[Person, Person], list[CountersignedHeld]]:
    known, joined = city.known(wanted), city.index.joined(city.known(CityFilter()))
    found: dict[tuple[Person, Person], list[CountersignedHeld]] = {}
    for each in city.index.countersigned():
        if each.organ in known:
            one, other = ((each.organ, id_) for id_ in (each.signer, each.other))
            key = joined.get(one, frozenset({one})), joined.get(other, frozenset({other}))
            found.setdefault(key, []).append(each)
    return found


def _is_called(text: str, pair: Iterable[CountersignedHeld]) -> bool:
    return any(
        text in (each.signer, each.other) or text in each.signer_name or text in each.other_name for each in pair
    )
