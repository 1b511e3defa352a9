"""A trace told in sentences for readers who never saw the program: days, amounts and entries in words.

An entry is called by what it is ("2024年2月20日党组会议") with its number small behind it; an act of the offence by its
place in the case. Codes of rules, signals and obligations stand behind their words.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from string import Formatter

from ledger.events.base import Payload
from ledger.events.record import Recorded
from ledger.events.register import PostRegistered
from ledger.messages import N_
from projections.facts.protocol import Facts, happened
from projections.facts.values import Citation, Instance, Period, Tenure
from projections.language.record_words import DATED, EVENTS, HELD, LESS, MONTHS, POSTS
from projections.language.trace import Explainer
from projections.language.trace_words import GROUNDS, LEAVES, LEVELS
from projections.signals.catalogue import ROWS
from projections.trace.model import Ground

YUAN: Mapping[str, int] = {"元": 1, "万元": 10**4, "亿元": 10**8}
"""Units of money that an English text turns into yuan; any other stands as it is."""
_FIRES = {row.code: row.fires for row in ROWS}
_OCCASIONS = {"mid-year": N_("mid-year"), "year-end": N_("year-end"), "H1": N_("first half"), "H2": N_("second half")}


_BLANKS = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff0-9])|(?<=[0-9]) (?=[\u4e00-\u9fff])")
_ACTS = re.compile(r"行为(第[^项]{1,20}项)")


class Narrator(Explainer):
    """Tells one trace in one language. `cites` are all entries that it may name, `acts` those of the offence.

    With `places` each number has its entry's position behind it, from which a page makes a link.
    """

    def __init__(
        self,
        facts: Facts,
        language: str | None,
        acts: Sequence[str] = (),
        cites: Iterable[Citation] = (),
        *,
        places: bool = False,
    ) -> None:
        super().__init__(facts, language)
        self._places = places
        self._near: dict[tuple[str | None, str | None], Mapping[str, Citation]] = {}
        self._acts = {act: number for number, act in enumerate(acts, 1)}
        self._shared = {ref for ref, times in Counter(cite.ref for cite in set(cites)).items() if times > 1}

    # --- days, amounts, acts ---

    def day(self, on: date) -> str:
        """A day written out."""
        return self.text("{day} {month} {year}").format(day=on.day, month=self.text(MONTHS[on.month]), year=on.year)

    def moment(self, at: datetime) -> str:
        """A day and the time of it, to the minute, in the organ's zone."""
        local = at.astimezone(self.facts.zone)
        return self.text("{day}, {time}").format(day=self.day(local.date()), time=f"{local:%H:%M}")

    def when(self, at: date | datetime) -> str:
        """A day, or a moment."""
        return self.moment(at) if isinstance(at, datetime) else self.day(at)

    def period(self, period: Period | None) -> str:
        """Days from and to, both included."""
        if period is None:
            return ""
        return self.text("{first} to {last}").format(first=self.day(period.first), last=self.day(period.last))

    def amount(self, amount: Decimal, unit: str) -> str:
        """An exact amount; in English in yuan where the unit is a multiple of it."""
        if self.speech == "en":
            times = YUAN.get(unit)
            return f"CNY {_plain(amount * times)}" if times is not None else f"{amount:f} {unit}".rstrip()
        return f"{amount:f}{unit}"

    def acts(self, ids: Iterable[str]) -> str:
        """Acts of the offence by their places in the case: 1 to 4, 6."""
        numbers = sorted({self._acts[id_] for id_ in ids if id_ in self._acts})
        runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
        said = [
            str(run[0]) if len(run) == 1 else self.text("{first} to {last}").format(first=run[0], last=run[-1])
            for run in runs
        ]
        return self.text("no. {numbers}").format(numbers=self.listed(said)) if said else self.text("none")

    def act_label(self, act: str) -> str:
        """An act of the offence by its place in the case."""
        return str(self._acts.get(act, act))

    def act_list(self, acts: Iterable[str]) -> str:
        """Acts of the offence by their places in the case."""
        return self.acts(acts)

    def tidy(self, sentence: str) -> str:
        """A sentence whose parts were filled in: no empty brackets, and in Chinese no blanks beside what was."""
        said = sentence.replace(" ()", "").replace("()", "").replace("（）", "").rstrip()
        if self.speech != "zh_CN":
            return said
        return _ACTS.sub(r"\1行为", _BLANKS.sub("", said))

    # --- posts and words ---

    @cached_property
    def _registered(self) -> Mapping[str, str]:
        posts = (event.payload for event in self.facts.records(PostRegistered))
        return {p.post: p.title for p in posts if isinstance(p, PostRegistered) and p.title and p.title != p.post}

    def post(self, post: str) -> str:
        """What a post is called."""
        return self._registered.get(post) or (self.text(POSTS[post]) if post in POSTS else self.quoted(post))

    def word(self, word: str) -> str:
        """A fixed word of a record; what is no fixed word stands in quotation marks."""
        return self.text(HELD[word]) if word in HELD else self.quoted(word)

    def quoted(self, text: str) -> str:
        """Words as a record has them."""
        return self.text("“{words}”").format(words=text)

    def names(self, ids: Iterable[str]) -> str:
        """Persons and units."""
        return self.listed(map(self.name, ids)) or self.text("nobody")

    def listed(self, items: Iterable[str]) -> str:
        """Items of one kind, one after another."""
        said = ""
        for item in items:
            said = self.text("{first}, {rest}").format(first=said, rest=item) if said else item
        return said

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
            parts.append(self.text("in charge of {functions}").format(functions=self._words(tenure.functions)))
        if tenure.valid_to is None:
            span = self.text("since {day}").format(day=self.day(tenure.valid_from))
        else:
            span = self.period(Period(tenure.valid_from, tenure.valid_to))
            if tenure.leaves is not None:
                span += self.text("; left by {way}").format(way=self.text(LEAVES.get(tenure.leaves, LEAVES[""])))
        return self.text("{post} ({days}; {entry})").format(
            post=self.text(", ").join(parts), days=span, entry=self.number(tenure.entry)
        )

    def _words(self, words: Iterable[str]) -> str:
        return self.listed(map(self.word, words))

    # --- entries ---

    def number(self, cite: Citation) -> str:
        """The number of an entry, with its place where several have one number."""
        if not cite.ref:
            return f"#{cite.position}"
        placed = self._places or cite.ref in self._shared
        return f"{cite.ref}#{cite.position}" if placed and cite.ref[0] != "#" else cite.ref

    def called(self, cite: Citation) -> str:
        """What an entry is called in a sentence; an entry that is not at hand is an entry."""
        record = self.facts.cited(cite)
        return self.event(record) if record is not None else self.text("an entry that is not at hand")

    def event(self, record: Recorded) -> str:
        """What a record tells of, in a few words with its day."""
        kind, payload = record.type.partition("/")[0], record.payload
        on = getattr(payload, DATED.get(kind, ""), None) or happened(self.facts, record)
        for table in (EVENTS, LESS):
            values = _filled(table.get(kind), payload)
            if values is not None:
                names = {name: self.name(value) for name, value in values.items()}
                return self.text(table[kind]).format(day=self.day(on), **names)
        return self.text("{kind} of {day}").format(kind=self.kind(record.type), day=self.day(on))

    def entry(self, cite: Citation) -> str:
        """An entry in a sentence: what it is, its number small behind it."""
        return self.text("{what} ({number})").format(what=self.called(cite), number=self.number(cite))

    def entries(self, cites: Iterable[Citation]) -> str:
        """Entries in a sentence."""
        return self.listed(map(self.entry, dict.fromkeys(cites)))

    def cites(self, cites: Iterable[Citation]) -> str:
        """Entries in brackets behind a sentence."""
        phrase = self.text("{what}, {number}")
        return self.text("; ").join(
            phrase.format(what=self.called(cite), number=self.number(cite)) for cite in dict.fromkeys(cites)
        )

    # --- grounds and duties ---

    def ground(self, ground: Ground) -> str:
        """One ground as a sentence, its rule behind it."""
        values = dict(ground.values)
        if "person" in values:
            values["person"] = self.name(values["person"])
        if "level" in values:
            values["level"] = self.text(LEVELS[values["level"]])
        if "day" in values:
            values["day"] = self.day(date.fromisoformat(values["day"]))
        if "acts" in values:
            values["acts"] = self.acts(values["acts"].split(", "))
        if "functions" in values:
            values["functions"] = self._words(values["functions"].split(", "))
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

    def instance(self, instance: Instance) -> str:
        """An obligation by its title, when and for whom it was owed, and how it stands."""
        about = instance.unit if instance.unit != instance.owner else None
        when = self.text(", ").join(
            part for part in (self.occasion(instance), self.name(about) if about is not None else "") if part
        )
        said = self.text("{title} ({id}), {when}: {status}").format(
            title=self.title(instance.obligation),
            id=instance.obligation,
            when=when,
            status=self.status(instance.status),
        )
        if instance.missing:
            said += self.text("; left out: {missing}").format(missing=self.listed(map(self.part, instance.missing)))
        return f"{said}{self.text('; ')}{self.fitting(instance)}" if instance.fitting else said

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

    def span(self, period: str) -> str:
        """A year, a half or quarter of it, or an occasion in it: `2024H1`, `2024Q3`, `2024 mid-year`, `2024-year`."""
        year, rest = period[:4], period[4:].lstrip(" -")
        if not year.isdigit():
            return self.text(self.occasions.get(period, period))
        if rest in ("", "year"):
            return self.text("the year {year}").format(year=year)
        if rest[:1] == "Q":
            return self.text("quarter {quarter} of {year}").format(quarter=rest[1:], year=year)
        return self.text("{part} of {year}").format(part=self.text(_OCCASIONS.get(rest, rest)), year=year)

    @property
    def occasions(self) -> Mapping[str, str]:
        """Occasions without a year."""
        from projections.language.duties import OCCASIONS

        return OCCASIONS

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
        made._acts, made._shared = narrator._acts, narrator._shared
        return made

    def cites(self, cites: Iterable[Citation]) -> str:
        """Entries by their numbers."""
        return self.listed(map(self.number, dict.fromkeys(cites)))

    def ruled(self, sentence: str, _rule: str) -> str:
        """The sentence alone."""
        return sentence


def _plain(amount: Decimal) -> str:
    """A number with its thousands told apart, without zeros that say nothing."""
    said = f"{amount:,f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _filled(message: str | None, payload: Payload) -> dict[str, str] | None:
    """The fields that a message names, but the day; None where it has none, or the payload lacks one."""
    if message is None:
        return None
    names = {name for _, name, _, _ in Formatter().parse(message) if name is not None} - {"day"}
    values = {name: getattr(payload, name, None) for name in names}
    return {name: str(value) for name, value in values.items()} if all(values.values()) else None
