"""Whether anybody still reads what a command prints (`zeren trace K1 | head`): who has seen enough is no fault."""

import os
import select
import sys

import click


def reader_has_gone() -> bool:
    """Whether nobody reads standard output any more, unlike another broken pipe or socket."""
    if not hasattr(select, "poll"):
        return True  # Windows cannot tell
    watched = select.poll()
    watched.register(sys.stdout.fileno(), 0)
    return any(event & select.POLLERR for _handle, event in watched.poll(0))


def forget_output() -> None:
    """Sends the rest of what is printed nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """One line on standard output. Where the reader has gone the command goes on and ends with its own exit code: an
    invalid ledger is one whether its report was read to the end or not."""
    try:
        click.echo(text)
    except BrokenPipeError:
        if not reader_has_gone():
            raise
        forget_output()
