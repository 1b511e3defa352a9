"""One option means one thing on the whole command line."""

import re
from collections.abc import Iterator

import click
import pytest

from cli.main import build
from tests.support.command import started


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from leaves(found, (*path, name))
        else:
            yield " ".join((*path, name)), found


@pytest.fixture(scope="module")
def commands() -> dict[str, set[str]]:
    """The options of every command, by its name."""
    return {name: {word for each in found.params for word in each.opts} for name, found in leaves(build())}


def test_every_command_takes_json_and_no_input(commands: dict[str, set[str]]) -> None:
    """A script needs to know no exception."""
    assert [] == [name for name, options in commands.items() if not {"--json", "--no-input"} <= options]


def test_help_speaks_the_readers_language() -> None:
    """In Chinese neither usage nor what stands behind an option is left in English, but for codes of closed lists."""
    for words in (("obligations",), ("record", "meeting"), ("entries",), ("keys", "new"), ("record",), ()):
        said = started(None, *words, "--help", language="zh_CN").out
        assert "[选项]" in said.splitlines()[0]
        assert [] == re.findall(
            r"^  --[\w-]+(?:, --[\w-]+)* (?:TEXT|INTEGER|DAY|MOMENT|WHEN|ENTRY|PERSON|ID)\b", said, re.M
        ), words


def test_as_is_who_signs(commands: dict[str, set[str]]) -> None:
    """Who signs is said by --as everywhere; only `init`, which makes their keys, names people by their roles."""
    roles = {"--custodian", "--inspector"}
    assert ["init"] == [name for name, options in commands.items() if options & roles]
    signing = {"record talk", "assign", "correct", "sign", "refuse", "erase", "upgrade", "rules adopt", "policy adopt"}
    signing |= {"keys enrol", "keys revoke", "keys roles", "keys rotate-log", "consent add", "case open"}
    assert set() == {name for name in signing if "--as" not in commands[name]}


def test_for_is_whom_a_question_is_about(commands: dict[str, set[str]]) -> None:
    """Questions that may be about one person take --for; nobody signs by a command that takes it."""
    asking = {name for name, options in commands.items() if "--for" in options}
    assert {"consent ask", "consent list", "entries", "obligations", "signals", "table"} <= asking
    assert not any("--as" in commands[name] for name in asking)
