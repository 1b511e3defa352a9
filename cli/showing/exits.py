"""Exit codes, and how faults end a command.

0 done · 1 unexpected · 2 usage or bad input · 3 something is invalid · 4 something could not be checked ·
5 refused by a rule · 6 no ledger here · 7 busy · 130 interrupted. Never 0 where anything was skipped.
"""

import io
import os
import select
import sys

import click

from ledger.errors import ZerenError
from projections.language.catalogue import _, explain_error

UNEXPECTED = 1
INTERRUPTED = 130


def run(command: click.Command, words: list[str]) -> int:
    """Runs the command; every fault becomes one message on standard error and an exit code."""
    code = 0
    try:
        result = _invoked(command, words)
        code = result if isinstance(result, int) else 0
    except click.exceptions.Exit as ended:
        code = ended.exit_code
    except (click.Abort, KeyboardInterrupt, EOFError):
        click.echo(_("Interrupted."), err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except ZerenError as error:
        click.echo(f"{_('Error')}: {explain_error(error)}", err=True)
        code = error.exit_code
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _reader_has_gone():
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return code
        said = _explained(error)
        if said is None:
            raise
        click.echo(f"{_('Error')}: {said}", err=True)
        code = UNEXPECTED
    return code


def _explained(error: Exception) -> str | None:
    """A fault of the machine or of the store in words; None for one of the program itself."""
    from ledger.store.faults import explain  # with SQLite and the library of the store behind it

    known = explain(error)
    if known is not None:
        return explain_error(known)
    return f"{error.strerror or error} {error.filename or ''}".rstrip() if isinstance(error, OSError) else None


def _invoked(command: click.Command, words: list[str]) -> object:
    """What the command returns. click's own frame ends with 1 where the reader has gone; it serves completion only."""
    if "_ZEREN_COMPLETE" in os.environ:
        return command.main(args=words, prog_name="zeren", standalone_mode=False)
    with command.make_context("zeren", list(words)) as ctx:
        return command.invoke(ctx)


def _reader_has_gone() -> bool:
    """Whether nobody reads standard output any more (head, less): no fault, unlike another broken pipe or socket."""
    if not hasattr(select, "poll"):
        return True  # Windows cannot tell
    watched = select.poll()
    watched.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _handle, event in watched.poll(0))


def any_code_page() -> None:
    """Letters that the reader's code page lacks are written as escapes: an answer never ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
