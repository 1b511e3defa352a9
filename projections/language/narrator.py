"""A trace told in sentences for readers who never saw the program: days, amounts and entries in words.

An entry is called by what it is ("2024年2月20日党组会议") with its number small behind it; an act of the offence by its
place in the case. Codes of rules, signals and obligations stand behind their words.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from string import Formatter

from ledger.events.base import Payload
from ledger.events.record import Recorded
from projections.facts.protocol import Facts, happened
from projections.facts.values import Citation, Instance, Period, Tenure
from projections.language.trace import Explainer
from projections.language.trace_words import GROUNDS, LEAVES, LEVELS
from projections.language.wording import Wording
from projections.signals.signal_kinds import ROWS
from projections.trace.model import Ground

_FIRES = {row.code: row.fires for row in ROWS}
MOST = 12
"""Entries that a sentence on a page names; paper, which has no link to the rest, names all."""


class Narrator(Wording, Explainer):
    """Tells one trace in one language. `cites` are all entries that it may name, `acts` those of the offence.

    With `places` each number has its entry's position behind it, from which a page makes a link; a sentence then names
    few entries, unless it is to be `whole`.
    """

    def __init__(
        self,
        facts: Facts,
        language: str | None,
        acts: Sequence[str] = (),
        cites: Iterable[Citation] = (),
        *,
        places: bool = False,
        whole: bool = False,
    ) -> None:
        super().__init__(facts, language, acts)
        self._places, self._most = places, MOST if places and not whole else None
        self._near: dict[tuple[str | None, str | None], Mapping[str, Citation]] = {}
        self._shared = {ref for ref, times in Counter(cite.ref for cite in set(cites)).items() if times > 1}

    def tenure(self, tenure: Tenure) -> str:
        """A post with what it was over, and from when to when."""
        parts = [self.post(tenure.post)]
        if tenure.acting is not None:
            parts = [f"{parts[0]}{self.aside(self.word(tenure.acting))}"]
        if tenure.scope and tenure.role not in ("secretary", "member"):
            parts.append(self.text("at {units}").format(units=self.names(tenure.scope)))
        if tenure.supervises:
            parts.append(self.text("supervising {units}").format(units=self.names(tenure.supervises)))
        if tenure.functions:
            parts.append(self.text("in charge of {functions}").format(functions=self.words(tenure.functions)))
        if tenure.valid_to is None:
            span = self.text("since {day}").format(day=self.day(tenure.valid_from))
        else:
            span = self.period(Period(tenure.valid_from, tenure.valid_to))
            if tenure.leaves is not None:
                span += self.text("; left by {way}").format(way=self.text(LEAVES.get(tenure.leaves, LEAVES[""])))
        return self.text("{post} ({days}; {entry})").format(
            post=self.text(", ").join(parts), days=span, entry=self.number(tenure.entry)
        )

    # --- entries ---

    def number(self, cite: Citation) -> str:
        """The number of an entry, with its place where several have one number."""
        placed = self._places or cite.ref in self._shared or cite.place is not None
        return cite.label if placed else cite.number

    def called(self, cite: Citation) -> str:
        """What an entry is called in a sentence; an entry that is not at hand is an entry."""
        record = self.facts.cited(cite)
        return self.event(record) if record is not None else self.text("an entry that is not at hand")

    def event(self, record: Recorded) -> str:
        """What a record tells of, in a few words with its day."""
        payload = record.payload
        on = getattr(payload, payload.FIRST_DAY or payload.LAST_DAY or "", None) or happened(self.facts, record)
        for called in payload.CALLED:
            values = _filled(called, payload)
            if values is not None:
                names = {name: self.name(value) for name, value in values.items()}
                return self.text(called).format(day=self.day(on), **names)
        return self.text("{kind} of {day}").format(kind=self.kind(record.type), day=self.day(on))

    def entry(self, cite: Citation) -> str:
        """An entry in a sentence: what it is, its number small behind it."""
        return self.text("{what} ({number})").format(what=self.called(cite), number=self.number(cite))

    def entries(self, cites: Iterable[Citation]) -> str:
        """Entries in a sentence."""
        named, more = self._few(cites)
        return self.listed(map(self.entry, named)) + more

    def cites(self, cites: Iterable[Citation]) -> str:
        """Entries in brackets behind a sentence."""
        phrase, (named, more) = self.text("{what}, {number}"), self._few(cites)
        said = (phrase.format(what=self.called(cite), number=self.number(cite)) for cite in named)
        return self.text("; ").join(said) + more

    def _few(self, cites: Iterable[Citation]) -> tuple[list[Citation], str]:
        """Those that a sentence names, each once, and what it says of the rest."""
        every = list(dict.fromkeys(cites))
        if self._most is None or len(every) <= self._most:
            return every, ""
        return every[: self._most], self.text("; and {number} more").format(number=len(every) - self._most)

    # --- grounds and duties ---

    def ground(self, ground: Ground) -> str:
        """One ground as a sentence, its rule behind it."""
        values = self.values_of(ground)
        if "day" in values:
            values["day"] = self.day(date.fromisoformat(values["day"]))
        if "acts" in values:
            values["acts"] = self.acts(values["acts"].split(", "))
        if "functions" in values:
            values["functions"] = self.words(values["functions"].split(", "))
        if "signals" in values:
            values["signals"] = self.signals(values["signals"].split(", "))
        sentence = self.text(GROUNDS[ground.code]).format(
            period=self.period(ground.period), cites=self.cites(ground.cites), **values
        )
        return self.ruled(self.tidy(sentence), ground.rule)

    def ruled(self, sentence: str, rule: str) -> str:
        """A sentence with its rule behind it."""
        return self.text("{sentence} [{rule}]").format(sentence=sentence, rule=rule)

    def level(self, level: str) -> str:
        """A level of the line."""
        return self.text(LEVELS[level])

    def signals(self, codes: Iterable[str]) -> str:
        """What signals say."""
        return self.text("; ").join(self.text(_FIRES[code]) if code in _FIRES else code for code in codes)

    def duties(self, rows: Iterable[Instance]) -> list[str]:
        """Obligations by title: what stands alike is said together, with the occasions and units it was owed for."""
        titles: dict[str, dict[tuple[str, ...], dict[str, dict[str, None]]]] = {}
        for row in rows:
            how = (self.status(row.status), *self._more(row))
            units = titles.setdefault(self.title(row.obligation), {}).setdefault(how, {})
            about = units.setdefault(self.occasion(row), {})
            if row.unit is not None and row.unit != row.owner:
                about[self.name(row.unit)] = None
        return [
            f"{title}{self.text(': ')}"
            + self.text("; ").join(self._standing(how, whens) for how, whens in ways.items())
            for title, ways in titles.items()
        ]

    def _standing(self, how: tuple[str, ...], whens: Mapping[str, Iterable[str]]) -> str:
        same: dict[tuple[str, ...], list[str]] = {}
        for when, units in whens.items():
            same.setdefault(tuple(units), []).append(when)
        owed = [
            f"{self.listed(filter(None, days))}{self.aside(self.listed(units)) if units else ''}"
            for units, days in same.items()
        ]
        when = self.listed(filter(None, owed))
        status, *more = how
        said = self.text("{when}: {status}").format(when=when, status=status) if when else status
        return self.text("; ").join((said, *more))

    def _more(self, instance: Instance) -> Iterator[str]:
        """What is said of an obligation beside its status: who is left out, what was claimed later, what fits."""
        if instance.missing:
            yield self.text("left out: {missing}").format(missing=self.listed(map(self.part, instance.missing)))
        if instance.claimed_later:
            yield self.claimed_later(instance)
        if instance.fitting:
            yield self.fitting(instance)

    def part(self, part: str) -> str:
        """What is missing; a pair as one with the other."""
        one, slash, other = part.partition("/")
        if slash:
            return self.text("{one} with {other}").format(one=self.name(one), other=self.name(other))
        return super().part(part)

    def occasion(self, instance: Instance) -> str:
        """When it was owed: its period, or what triggered it."""
        trigger, period = instance.trigger, instance.period
        if trigger is not None and trigger.startswith("vacancy of "):
            _, _, level, since = trigger.split(" ")
            said = self.text("vacancy of {level} since {day}")
            return self.tidy(said.format(level=self.text(level), day=self.day(date.fromisoformat(since))))
        if trigger is not None:
            found = self.trigger(instance)
            return self.text("after {entry}").format(entry=self.entry(found) if found is not None else trigger)
        if period is None:
            return self.name(instance.subject) if instance.subject else ""
        return self.span(period)

    def trigger(self, instance: Instance) -> Citation | None:
        """The entry that triggered a duty, where it is about the duty's unit or owner."""
        for unit, person in ((instance.unit or instance.owner, None), (None, instance.owner)):
            found = self._numbered(unit, person).get(instance.trigger or "")
            if found is not None:
                return found
        return None

    def _numbered(self, unit: str | None, person: str | None) -> Mapping[str, Citation]:
        """The entries about a unit or person by their numbers, the first of each."""
        if (unit, person) not in self._near:
            records = self.facts.records(unit=unit, person=person)
            self._near[unit, person] = {event.ref: self.facts.cite(event) for event in reversed(records)}
        return self._near[unit, person]


class Brief(Narrator):
    """The same in few words: entries by their numbers alone, and no rule behind a sentence."""

    @classmethod
    def of(cls, narrator: Narrator) -> "Brief":
        """The same words and numbers as this narrator's."""
        made = cls(narrator.facts, narrator.language)
        made._acts, made._shared, made._places = narrator._acts, narrator._shared, narrator._places
        made._most = narrator._most
        return made

    def cites(self, cites: Iterable[Citation]) -> str:
        """Entries by their numbers."""
        named, more = self._few(cites)
        return self.listed(map(self.number, named)) + more

    def ruled(self, sentence: str, _rule: str) -> str:
        """The sentence alone."""
        return sentence


def _filled(message: str | None, payload: Payload) -> dict[str, str] | None:
    """The fields that a message names, but the day; None where it has none, or the payload lacks one."""
    if message is None:
        return None
    names = {name for _, name, _, _ in Formatter().parse(message) if name is not None} - {"day"}
    values = {name: getattr(payload, name, None) for name in names}
    return {name: str(value) for name, value in values.items()} if all(values.values()) else None
