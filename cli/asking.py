"""What commands share: the ledger directory, opened ledgers, views brought up to date, and common options."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import click

from ledger.home.directory import Home
from projections.language.catalogue import _
from projections.questions.times import parse_moment
from projections.views.catch_up import views_of
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


def moment_asked(text: str | None, zone: tzinfo) -> datetime | None:
    """The moment of an option that may be left out. Raises BadInput."""
    return parse_moment(text, zone) if text is not None else None
