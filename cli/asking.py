"""What commands share: the ledger directory, opened ledgers, views brought up to date, and common options."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger.home.directory import Home
from projections.language.catalogue import _
from projections.questions.times import parse_moment

if TYPE_CHECKING:
    from projections.views.store import Views

_CHECKPOINTS = "zeren.checkpoints"


def home() -> Home:
    """The ledger directory named by --dir or ZEREN_DIR. Raises NoLedger or BadInput."""
    context = click.get_current_context()
    found = Home(Path(context.find_root().obj["directory"]), tuple(context.meta.get(_CHECKPOINTS, ())))
    found.check()
    return found


@contextmanager
def open_views(of: Home | None = None) -> "Iterator[Views]":
    """The views of the directory's ledgers, up to date, in memory where the directory takes no writes.

    Raises Contradicted where a head known from elsewhere tells that a ledger was cut or replaced: nothing is answered
    from it."""
    here = of or home()
    marks = here.check_heads()
    from projections.views.catch_up import views_to_ask  # takes a lock that Windows has not

    views = views_to_ask(here)
    views.marks = marks
    try:
        yield views
    finally:
        views.close()


def known_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--checkpoint: files with heads that the reader knows from elsewhere; `home` takes them over."""
    return click.option(
        "--checkpoint",
        "checkpoints",
        multiple=True,
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        metavar="FILE",
        expose_value=False,
        callback=_remember_checkpoints,
        help=_("A checkpoint that you know from elsewhere (a file): the ledger must contain it. Repeatable."),
    )(function)


def _remember_checkpoints(context: click.Context, _option: click.Parameter, value: tuple[Path, ...]) -> None:
    context.meta[_CHECKPOINTS] = value


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--json: the answer as one JSON document."""
    return click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))(function)


def moment_asked(text: str | None, zone: tzinfo) -> datetime | None:
    """The moment of an option that may be left out. Raises BadInput."""
    return parse_moment(text, zone) if text is not None else None
