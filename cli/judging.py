"""Options of the questions that are judged as on a day: --known-at, --entries, --on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import click

from cli.asking import known_option, moment_asked
from ledger.recording.moments import read_day
from projections.language.catalogue import _
from projections.language.trace import Explainer
from projections.questions.desk import Desk
from projections.questions.over import Judged, Over
from projections.views.store import Views


@dataclass(frozen=True, slots=True)
class Judging:
    """The desk with the moment known and the day of judging."""

    desk: Desk
    known_at: datetime | None
    on: date
    over: Over

    @property
    def explain(self) -> Explainer:
        """Sentences in the reader's language."""
        return self.over.explain


def judging_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--known-at, --entries, --on and --checkpoint."""
    entries = click.option(
        "--entries",
        "entries",
        type=click.IntRange(min=1),
        metavar="N",
        help=_("As known at a position: only the first N entries of the duty ledger."),
    )
    on = click.option(
        "--on", "on", metavar="DAY", help=_("Judge as on this day (default: the rule set's day, or today).")
    )
    known = click.option(
        "--known-at",
        "known_at",
        metavar="MOMENT",
        help=_("The moment it was known (default: all that is recorded)."),
    )
    return known(entries(on(known_option(function))))


def judging(views: Views, known_at: str | None, entries: int | None, on: str | None) -> Judging:
    """What these options say. Raises BadInput."""
    desk = Desk(views, entries=entries)
    zone = desk.facts().zone
    moment = moment_asked(known_at, zone)
    day = desk.judging_day(moment, read_day(on) if on is not None else None)
    return Judging(desk, moment, day, desk.over(Judged(known_at=moment)))
