"""What commands share: the ledger directory, opened ledgers, views brought up to date, and common options."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.showing.output import note
from cli.showing.progress import progress_line
from ledger.errors import BadInput, ZerenError
from ledger.home.directory import Home
from ledger.home.ledger_list import NAME
from ledger.home.organs_at_hand import Organ, Organs, organs_of
from ledger.recording.moments import read_moment
from projections.language.catalogue import _

if TYPE_CHECKING:
    from ledger.application import Ledger
    from ledger.store.pointer import ServerAddress
    from projections.views.view_store import Views

OWN = "."
"""As --organ: the directory itself."""
_CHECKPOINTS, _ORGAN = "zeren.checkpoints", "zeren.organ"


def home() -> Home:
    """The ledgers of the organ asked about: the only one of the directory, or that of --organ; for `.` the directory
    itself, where the access ledger of several lies.

    Raises NoLedger, or BadInput, which names the organs where there are several or none is called so.
    """
    context = click.get_current_context()
    wanted = context.meta.get(_ORGAN) or context.find_root().obj["organ"]
    if wanted == OWN or (wanted is None and not (directory() / NAME).exists()):
        found = desk_home()
    else:
        here = organs()
        found = (here.only() if wanted is None else here.find(wanted)).home
        found.check()
    return found


def directory() -> Path:
    """The directory named by --dir or ZEREN_DIR; of a server the folder for what is one's own.

    A ledger that is met there for the first time is told, and is that one from then on. Raises BadInput, or a fault of
    the server.
    """
    given = click.get_current_context().find_root().obj
    folder, url = Path(given["directory"]), given.get("server")
    if url is not None and not given.get("joined"):
        from ledger.home.joined import join, meet

        address = join(url, folder)
        met = meet(folder, address.kind, given.get("trusted"))
        given["joined"] = True
        if met is not None:
            said = _("first contact with {origin}; compare its fingerprint with the one you know: {fingerprint}")
            note(said.format(origin=met[0], fingerprint=met[1]))
    return folder


def server() -> "ServerAddress":
    """The server named by --dir, or by the folder there. Raises BadInput where none is named."""
    from ledger.store.pointer import is_pointer, parse_url, read_pointer

    given = click.get_current_context().find_root().obj
    if given.get("server") is not None:
        return parse_url(given["server"])
    place = Home(Path(given["directory"])).database("duty")
    if not is_pointer(place):
        raise BadInput("name the server: zeren --dir postgresql://ROLE@HOST/DATABASE db ...")
    return read_pointer(place)


def desk_home() -> Home:
    """The directory itself, where who may read and who read what is kept, also that of many organs.

    Raises NoLedger or BadInput.
    """
    found = Home(directory(), tuple(click.get_current_context().meta.get(_CHECKPOINTS, ())))
    if found.manifest.exists() or not (directory() / NAME).exists():  # a list may be written by hand
        found.check()
    return found


def organs() -> Organs:
    """Every organ of the directory. Raises NoLedger or BadInput."""
    return organs_of(directory(), tuple(click.get_current_context().meta.get(_CHECKPOINTS, ())))


def organ_asked(among: Organs) -> Organ | None:
    """The organ of --organ; None where none is named. Raises BadInput where none is called so."""
    context = click.get_current_context()
    wanted = context.meta.get(_ORGAN) or context.find_root().obj["organ"]
    return among.find(wanted) if wanted is not None else None


def refuse_organ() -> None:
    """For what is about every organ. Raises BadInput where --organ names one."""
    context = click.get_current_context()
    if context.meta.get(_ORGAN) or context.find_root().obj["organ"]:
        raise BadInput("--organ names one organ, --all means every one; give one of the two")


def organ_option() -> click.Option:
    """--organ, as commands that ask have it behind their name too."""
    return click.Option(
        ["--organ"],
        metavar="ORGAN",
        expose_value=False,
        callback=_remember_organ,
        help=_("The organ asked about, of several: fingerprint, origin or name, or how one of them begins."),
    )


def _remember_organ(context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[_ORGAN] = value


@contextmanager
def open_views(of: Home | None = None) -> "Iterator[Views]":
    """The views of the directory's ledgers, up to date, in memory where the directory takes no writes; all that is
    asked within the block is answered from one state.

    Raises Contradicted where a head known from elsewhere tells that a ledger was cut or replaced: nothing is answered
    from it."""
    here = of or home()
    from projections.views.catch_up import views_to_ask  # takes a lock that Windows has not
    from projections.views.view_store import Snapshot

    with here.all_open() as opened:
        marks = here.check_heads(opened)
        with progress_line(_("entries taken into the views")) as told:
            views = views_to_ask(here, opened, told)
    _say(marks)
    try:
        with views.reading() as cursor:
            snapshot = Snapshot(views, cursor)
            snapshot.marks = marks
            yield snapshot
        if views.kept and views.place is not None:
            _keep(views)
    finally:
        views.close()


def _keep(views: "Views") -> None:
    """Keeps what was judged for the next command; where that cannot be, it judges itself."""
    from projections.questions.judged import keep

    with suppress(ZerenError):
        keep(views)


def _say(marks: Mapping[str, tuple[str, ...]]) -> None:
    """What the ledgers have to say of themselves, once before an answer in words; one as JSON has it within."""
    context = click.get_current_context(silent=True)
    if context is None or context.params.get("as_json", False):
        return
    for origin, said in marks.items():
        if said:
            note(f"{origin}: {'; '.join(map(_, said))}")


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


def ledger_option(kinds: Sequence[str] = ("duty", "case")) -> Callable[..., Any]:
    """--ledger: one of these kinds, the duty ledger where none is named."""
    return click.option("--ledger", "kind", type=click.Choice(list(kinds)), default="duty", help=_("Which ledger."))


def moment_asked(text: str | None, zone: tzinfo) -> datetime | None:
    """The moment of an option that may be left out. Raises BadInput."""
    return read_moment(text, zone) if text is not None else None


@contextmanager
def ledgers_here(here: Home) -> "Iterator[dict[str, Ledger]]":
    """The ledgers that are here, each followed by those that it continues, by what they are called."""
    from ledger.before import open_before
    from projections.views.rows import former_kind

    with ExitStack() as stack:
        found = {}
        for kind in here.kinds():
            own = found[kind] = stack.enter_context(closing(here.ask(kind)))
            for number, each in enumerate(open_before(own, stack), 1):
                found[former_kind(kind, number)] = each
        yield found
