"""Exit codes, and how faults end a command.

0 done · 1 the program or the machine failed · 2 usage or bad input · 3 something is invalid · 4 something could not
be checked · 5 refused by a rule · 6 no ledger here · 7 busy · 130 interrupted. Never 0 where anything was skipped.
"""

import io
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict

import click

from cli.showing.command_groups import COMPLETING
from cli.showing.gone import forget_output, reader_has_gone
from ledger.errors import ZerenError
from ledger.frozen import dataclass
from ledger.messages import N_
from projections.language.catalogue import _, explain_error

UNEXPECTED = 1
INTERRUPTED = 130
REMEDIES: Mapping[int, str] = {
    1: N_("zeren doctor says what is wrong with the machine; anything else is a fault of the program: report it"),
    2: N_("correct the command or the file; zeren help COMMAND shows what a command takes"),
    3: N_("do not rely on it; zeren verify says what is invalid and where"),
    4: N_("provide what is missing and repeat the command; zeren doctor says what is missing here"),
    5: N_("a rule forbids it; nothing was changed"),
    6: N_("name the directory with --dir or ZEREN_DIR, or start a ledger with zeren init"),
    7: N_("another process holds the ledger: repeat the command in a moment"),
    INTERRUPTED: N_("repeat the command"),
}
"""What to do after a command ended with this code, for whoever reads faults by program."""


@dataclass(frozen=True, slots=True)
class CommandFault:
    """Why a command ended: what `--json` prints of it. `code` is the kind of fault, in English and stable."""

    code: str
    message: str
    remedy: str
    exit: int


def run(command: click.Command | Callable[[list[str]], click.Command], words: list[str]) -> int:
    """Runs the command, or that which is made of the words; every fault becomes one message on standard error and an
    exit code.

    With --json the message is one JSON object (Fault). A fault of the program itself is raised without it.
    """
    try:
        result = _invoked(command if isinstance(command, click.Command) else command(words), words)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (Exception, KeyboardInterrupt) as error:
        if isinstance(error, BrokenPipeError) and reader_has_gone():
            forget_output()
            return 0
        code, message = _told(error)
        if message is None and not _as_json(words):
            raise
        message = message or f"{type(error).__name__}: {error}"
        if _as_json(words):
            fault = CommandFault(_word(error), message, _(REMEDIES.get(code, REMEDIES[UNEXPECTED])), code)
            click.echo(json.dumps(asdict(fault)), err=True)
        elif isinstance(error, click.ClickException):
            error.show()
        else:
            click.echo(message if code == INTERRUPTED else _("Error") + f": {message}", err=True)
        return code
    return result if isinstance(result, int) else 0


def _told(error: BaseException) -> tuple[int, str | None]:
    """The exit code of a fault and its message; None for a fault of the program itself."""
    if isinstance(error, click.Abort | KeyboardInterrupt | EOFError):
        return INTERRUPTED, _("Interrupted.")
    if isinstance(error, click.ClickException):
        return error.exit_code, error.format_message()
    if isinstance(error, ZerenError):
        return error.exit_code, explain_error(error)
    return UNEXPECTED, _explained(error)


def _as_json(words: list[str]) -> bool:
    """Whether JSON was asked for, told from the words alone: a fault may come before they are understood."""
    options = words[: words.index("--")] if "--" in words else words
    return "--json" in options


def _word(error: BaseException) -> str:
    """The kind of fault: bad_input, no_ledger, rolled_back, usage_error, ..."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()


def _explained(error: BaseException) -> str | None:
    """A fault of the machine or of the store in words; None for one of the program itself."""
    from ledger.store.faults import explain  # with SQLite and the library of the store behind it

    known = explain(error)
    if known is not None:
        return explain_error(known)
    return f"{error.strerror or error} {error.filename or ''}".rstrip() if isinstance(error, OSError) else None


def _invoked(command: click.Command, words: list[str]) -> object:
    """What the command returns. click's own frame ends with 1 where the reader has gone; it serves completion only."""
    if COMPLETING in os.environ:
        return command.main(args=words, prog_name="zeren", standalone_mode=False)
    with command.make_context("zeren", list(words)) as ctx:
        return command.invoke(ctx)


def any_code_page() -> None:
    """Letters that the reader's code page lacks are written as escapes: an answer never ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
