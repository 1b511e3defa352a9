"""What the shell offers behind a word: ids and names of persons, units and posts, numbers of entries, cases; kinds of
record, obligations, signals and organs by their ids or names.

Nothing that goes wrong here is told: who presses a key for help gets help or nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from click.shell_completion import CompletionItem

from ledger.errors import ZerenError
from projections.language.catalogue import _, language

if TYPE_CHECKING:
    from ledger.application import Ledger

Offered = Literal[
    "person", "unit", "party", "post", "subject", "entry", "case", "kind", "obligation", "signal", "organ"
]
RECENT = 1000
"""Of how many of the newest entries numbers are offered."""
OPTIONS: Mapping[str, Offered] = {
    "--as": "person",
    "--signer": "person",
    "--for": "party",
    "--person": "person",
    "--post": "post",
    "--unit": "unit",
    "--of-unit": "unit",
    "--case": "case",
    "--claims": "obligation",
    "--obligation": "obligation",
    "--code": "signal",
    "--organ": "organ",
}
KINDS: Mapping[str, str] = {"file": "--kind", "entries": "--kind", "search": "--kind", "template": "kind"}
"""Commands of which a word is a kind of record: elsewhere --kind is that of an act."""
ARGUMENTS: Mapping[str, Offered] = {
    "party": "party",
    "person": "person",
    "unit": "unit",
    "subject": "subject",
    "entry": "entry",
    "entries": "entry",
    "corrects": "entry",
    "explains": "entry",
    "ends": "entry",
    "of": "entry",
    "case": "case",
    "what": "case",
}
"""What an option or argument of this name stands for, on every command."""


def offer(command: click.Command) -> None:
    """Gives the command's parameters what they offer."""
    for parameter in command.params:
        what = ARGUMENTS.get(parameter.name or "") if isinstance(parameter, click.Argument) else None
        if isinstance(parameter, click.Option):
            what = next((OPTIONS[word] for word in parameter.opts if word in OPTIONS), None)
        if KINDS.get(command.name or "") in parameter.opts:
            what = "kind"
        if what is not None and isinstance(parameter.type, click.types.StringParamType):
            parameter._custom_shell_complete = offering(what)


def offering(what: Offered) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """What click asks for the words that begin so."""

    def words(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            return [
                CompletionItem(word, help=title)
                for word, title in _known(what, Path(context.find_root().params.get("directory") or "."))
                if word.startswith(incomplete)
            ]
        except (ZerenError, OSError):
            return []

    return words


def _known(what: Offered, directory: Path) -> Iterable[tuple[str, str]]:
    """Words and what they mean: an id with its name, a name with its id. The case ledger knows inspectors."""
    if what in CLOSED:
        return CLOSED[what]()
    from ledger.home.directory import Home
    from ledger.home.organs_at_hand import organs_of

    if what == "organ":
        return [(organ.title or organ.name, organ.origin) for organ in organs_of(directory)]
    here, found = Home(directory), dict[str, str]()
    for kind in ("case",) if what == "case" else ("duty", "case"):
        if kind == "case" and not here.database(kind).is_file():
            continue
        ledger = here.open(kind)
        try:
            for word, title in _words(what, ledger):
                found.setdefault(word, title)
        finally:
            ledger.close()
    return found.items()


def _kinds() -> Iterable[tuple[str, str]]:
    from ledger.recording.forms import forms
    from projections.language.kind_titles import kind_title

    return [(name, kind_title(form)) for name, form in forms().items()]


def _obligations() -> Iterable[tuple[str, str]]:
    from projections.obligations.table import table

    return [(id_, each.title.of(language())) for id_, each in table().obligations.items()]


def _signals() -> Iterable[tuple[str, str]]:
    from projections.signals.signal_kinds import ROWS

    return [(row.code, _(row.fires)) for row in ROWS]


CLOSED: Mapping[str, Callable[[], Iterable[tuple[str, str]]]] = {
    "kind": _kinds,
    "obligation": _obligations,
    "signal": _signals,
}
"""What is the same whatever ledger is here."""


def _words(what: Offered, ledger: "Ledger") -> Iterable[tuple[str, str]]:
    if what == "entry":
        events = ledger.page(max(0, ledger.size() - RECENT), limit=RECENT)
        yield from ((event.payload.ref, event.type) for event in reversed(events) if event.payload.ref)
        return
    register = ledger.register()
    if what == "case":
        yield from ((case, "") for case in register.cases)
        return
    ids = [
        id_ for id_, kind in register.kinds.items() if what in (kind, "party") or (what, kind) == ("subject", "unit")
    ]
    called = {id_: register.words.get(id_, ()) for id_ in ids}
    if what in ("post", "subject"):
        called |= {post: register.post_words.get(post, ()) for post in register.posts}
    for id_, names in sorted(called.items()):
        yield id_, next(iter(names), "")
        yield from ((name, id_) for name in dict.fromkeys(names) if name != id_)
