"""What commands share: the ledger directory, opened ledgers, views brought up to date, and common options."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Any

import click

from ledger.errors import BadInput
from ledger.home import Home
from projections.i18n import _
from projections.views.catch_up import views_of
from projections.views.facts import ViewFacts
from projections.views.store import Views


def home() -> Home:
    """The ledger directory named by --dir or ZEREN_DIR. Raises NoLedger or BadInput."""
    found = Home(Path(click.get_current_context().find_root().obj["directory"]))
    found.check()
    return found


@contextmanager
def open_views(of: Home | None = None) -> Iterator[Views]:
    """The views of the directory's ledgers, up to date."""
    views = views_of(of or home())
    try:
        yield views
    finally:
        views.close()


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--json: the answer as one JSON document."""
    return click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))(function)


def parse_day(text: str) -> date:
    """A day YYYY-MM-DD. Raises BadInput."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput(_("{text!r} is not a day; write it as 2024-07-09").format(text=text))


def parse_moment(text: str | None, zone: tzinfo) -> datetime | None:
    """A moment: a day means its end, a time without offset is local. Raises BadInput."""
    if text is None:
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59, 999000), tzinfo=zone)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            _("{text!r} is not a moment; write 2024-10-14 or 2024-10-14T10:00:00+08:00").format(text=text)
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def facts_at(views: Views, known_at: str | None = None) -> ViewFacts:
    """The facts as known at a moment given as text."""
    whole = ViewFacts(views)
    moment = parse_moment(known_at, whole.zone)
    return whole if moment is None else ViewFacts(views, moment)
