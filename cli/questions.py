"""How a command asks: options read into the filter of a question, its answer as JSON, or for people.

A command names its question and hands over what was typed; the filter's own types say what each option is.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args, get_type_hints

import click

from cli.asking import home, json_option, known_option, moment_asked, open_views
from cli.showing.output import print_json
from ledger.frozen import dataclass
from ledger.home.directory import Home
from ledger.recording.moments import read_day, read_day_or_moment
from projections.facts.values import number_said
from projections.language import local_moments
from projections.language.catalogue import _
from projections.language.wording import Wording
from projections.questions.desk import Desk
from projections.questions.heads import LedgerHead, heads, root_among
from projections.questions.over import Asks, Over
from projections.questions.plain import plain

if TYPE_CHECKING:
    from projections.language.trace import Explainer
    from projections.questions.entries import EntryRow
    from projections.questions.search import FoundRow

A = TypeVar("A")
W = TypeVar("W", bound=Asks)


@dataclass(frozen=True, slots=True)
class Asked(Generic[A]):
    """An answer, with the desk that gave it and the words to tell it in."""

    desk: Desk
    over: Over
    answer: A
    home: Home

    @property
    def explain(self) -> "Explainer":
        """Sentences in the reader's language."""
        return self.over.explain

    def local(self, moment: datetime | str | None) -> str:
        """A moment as people read it: in the ledger's own zone."""
        return local_moments.local(moment, self.over.facts.zone)

    def post(self, post: str) -> str:
        """What a post is called."""
        return Wording(self.over.facts, self.over.language).post(post)

    def placed(self, row: "EntryRow | FoundRow") -> str:
        """An entry as lists name it: number and place; one of a ledger that another continues by its origin too."""
        own = any(row.ledger == each.origin for each in self.over.facts.ledgers)
        return f"{number_said(row.ref)}#{row.position}" + ("" if own else f"@{row.ledger}")

    @property
    def heads(self) -> tuple[LedgerHead, ...]:
        """The ledgers that the answer was computed from."""
        return heads(self.desk, root_among([self.home])).items

    def print_json(self) -> None:
        """The answer and the ledger heads that it was computed from."""
        print_json({**plain(self.answer), "ledgers": self.heads})


@contextmanager
def ask(question: Callable[[Over, W], A], filter_: Callable[..., W], given: Mapping[str, Any]) -> Iterator[Asked[A]]:
    """Asks over the directory's views. Raises BadInput for what cannot be read or is not on record."""
    here = home()
    with open_views(here) as views:
        desk = Desk(views)
        wanted = filter_(**_read(filter_, given, desk.facts().zone))
        yield Asked(desk, desk.over(wanted), desk.ask(question, wanted), here)


def _read(filter_: Any, given: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """What was typed, days and moments read as the filter has them."""
    hints = get_type_hints(filter_)
    kinds = {item.name: get_args(hints[item.name]) or (hints[item.name],) for item in fields(filter_)}
    return {name: _value(kinds[name], value, zone) for name, value in given.items()}


def _value(kinds: tuple[Any, ...], value: Any, zone: tzinfo) -> Any:
    if isinstance(value, str) and datetime in kinds and date in kinds:
        return read_day_or_moment(value, zone)
    if isinstance(value, str) and datetime in kinds:
        return moment_asked(value, zone)
    return read_day(value) if isinstance(value, str) and date in kinds else value


def known_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--known-at, --entries, --checkpoint and --json: what every question takes."""
    entries = click.option(
        "--entries",
        "entries",
        type=click.IntRange(min=1),
        metavar="N",
        help=_("As known at a position: only the first N entries of the duty ledger."),
    )
    known = click.option(
        "--known-at",
        "known_at",
        metavar="MOMENT",
        help=_("The moment it was known (default: all that is recorded)."),
    )
    return known(entries(known_option(json_option(function))))


def judged_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same, and --on: the day of judging."""
    on = click.option(
        "--on",
        "--judged-on",
        "judged_on",
        metavar="DAY",
        help=_("Judge as on this day (default: the rule set's day, or today)."),
    )
    return on(known_options(function))
