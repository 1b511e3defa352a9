"""Days, amounts, acts, posts and names written out for readers who never saw the program."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from ledger.events.register import PostRegistered
from projections.facts.protocol import Facts
from projections.facts.values import Period
from projections.language.record_words import HELD, MONTHS, POSTS
from projections.language.speech import Speech

YUAN: Mapping[str, int] = {"元": 1, "万元": 10**4, "亿元": 10**8}
"""Units of money that an English text turns into yuan; any other stands as it is."""
_BLANKS = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff0-9])|(?<=[0-9]) (?=[\u4e00-\u9fff])")
_ACTS = re.compile(r"行为(第[^项]{1,20}项)")


class Wording(Speech):
    """Words of single things in one language; `acts` are those of the offence, called by their places in the case."""

    def __init__(self, facts: Facts, language: str | None, acts: Sequence[str] = ()) -> None:
        super().__init__(facts, language)
        self._acts: Mapping[str, int] = {act: number for number, act in enumerate(acts, 1)}

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
        if not unit:
            return super().amount(amount, unit)
        if self.speech == "en":
            times = YUAN.get(unit)
            return f"CNY {_plain(amount * times)}" if times is not None else f"{amount:f} {unit}"
        return f"{amount:f}{unit}"

    def unit_of_amounts(self) -> str:
        """In what the amounts of the ledger are counted, as the heading of a column of numbers says it."""
        unit = self.facts.rules.unit_of_money
        if not unit:
            return self.text("unit not stated")
        times = YUAN.get(unit) if self.speech == "en" else None
        return unit if times is None else f"CNY {times:,}" if times > 1 else "CNY"

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

    def words(self, words: Iterable[str]) -> str:
        """Fixed words, one after another."""
        return self.listed(map(self.word, words))


def _plain(amount: Decimal) -> str:
    """A number with its thousands told apart, without zeros that say nothing."""
    said = f"{amount:,f}"
    return said.rstrip("0").rstrip(".") if "." in said else said
