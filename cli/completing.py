"""What the shell offers behind a word: ids and names of persons, units and posts, numbers of entries, cases.

Nothing that goes wrong here is told: who presses a key for help gets help or nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from click.shell_completion import CompletionItem

from ledger.errors import ZerenError

if TYPE_CHECKING:
    from ledger.application import Ledger

Offered = Literal["person", "unit", "party", "post", "subject", "entry", "case"]
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
}
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
    """Words and what they mean: an id with its name, a name with its id."""
    from ledger.home.directory import Home

    ledger = Home(directory).open("case" if what == "case" else "duty")
    try:
        return list(_words(what, ledger))
    finally:
        ledger.close()


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
