"""Groups of commands: one that is not there is told with the nearest that is; every command takes --no-input."""

import os
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import click

from ledger.messages import N_
from ledger.recording.likely import near
from projections.language.catalogue import _, check_language, language

COMPLETING = "_ZEREN_COMPLETE"
"""The variable by which a shell asks for completions."""
_NO_INPUT = "zeren.no_input"


METAVARS: Mapping[str, str] = {
    "TEXT": N_("TEXT"),
    "INTEGER": N_("INTEGER"),
    "WHOLE": N_("INTEGER"),
    "FLOAT": N_("NUMBER"),
    "DECIMAL": N_("NUMBER"),
    "DAY": N_("DAY"),
    "DAYS": N_("DAYS"),
    "MOMENT": N_("MOMENT"),
    "WHEN": N_("DAY-OR-MOMENT"),
    "ENTRY": N_("ENTRY"),
    "ID": N_("ID-OR-NAME"),
    "KIND": N_("KIND"),
    "LEDGER": N_("LEDGER"),
    "NAME": N_("NAME"),
    "ORGAN": N_("ORGAN"),
    "PERIOD": N_("PERIOD"),
    "PERSON[=CAPACITY]": N_("PERSON[=CAPACITY]"),
    "STATUS": N_("STATUS"),
    "CODE": N_("CODE"),
    "DIR": N_("DIR"),
    "DIRECTORY": N_("DIRECTORY"),
    "F": N_("F"),
    "FINGERPRINT": N_("FINGERPRINT"),
    "FILE": N_("FILE"),
    "H": N_("H"),
    "HEADING": N_("HEADING"),
    "HEADING=FIELD": N_("HEADING=FIELD"),
    "ID[=FILE]": N_("ID[=FILE]"),
    "NAME=VALUE": N_("NAME=VALUE"),
    "NOTE VKEY": N_("NOTE VKEY"),
    "ORIGIN": N_("ORIGIN"),
    "P": N_("P"),
    "PERSON": N_("PERSON"),
    "POST": N_("POST"),
    "REF": N_("REF"),
}
"""What stands behind an option for its value, in the reader's language."""


ARGUMENTS: Mapping[str, str] = {
    "AGAINST": N_("DECISION"),
    "ANSWER": N_("ANSWER"),
    "APPEAL": N_("APPEAL"),
    "BACKUP": N_("BACKUP"),
    "CASE": N_("CASE"),
    "COMMAND": N_("COMMAND"),
    "CORRECTS": N_("ENTRY"),
    "DECISION": N_("DECISION"),
    "DIR": N_("DIR"),
    "DIRECTORY": N_("DIR"),
    "ENDS": N_("ENTRY"),
    "ENTRY": N_("ENTRY"),
    "EXPLAINS": N_("ENTRY"),
    "FILE": N_("FILE"),
    "FILES": N_("FILE"),
    "FOLDER": N_("DIR"),
    "FROM": N_("FROM"),
    "ID": N_("ID-OR-NAME"),
    "KEY": N_("KEY_FILE"),
    "KEY_FILE": N_("KEY_FILE"),
    "KEY_ID": N_("KEY_ID"),
    "KIND": N_("KIND"),
    "LOGIN": N_("LOGIN"),
    "NAME": N_("NAME"),
    "NEW": N_("NEW"),
    "OF": N_("ENTRY"),
    "OLD": N_("OLD"),
    "PARTY": N_("PERSON-OR-UNIT"),
    "PERSON": N_("PERSON"),
    "PLACE": N_("PLACE"),
    "TARGET": N_("TARGET"),
    "TO": N_("TARGET"),
    "UNIT": N_("UNIT"),
    "UNIT_OR_POST": N_("UNIT-OR-POST"),
    "VKEY": N_("VKEY"),
    "WHAT": N_("WHAT"),
    "WORDS": N_("WORDS"),
}
"""What stands in a usage for what is given without an option, and in the help of the command that takes it."""

OF_COMMANDS = ("help", "short_help", "epilog", "options_metavar", "subcommand_metavar")
OF_OPTIONS = ("help",)
"""What commands and their options say of themselves: marked where it is written, translated where it is shown."""

ALWAYS = ("DIR", "FILE", "KEY_FILE", "KIND", "PERSON", "VKEY")
"""Those that the help of any command may speak of."""
VALUES = click.Path | click.types.StringParamType | click.types.IntParamType | click.types.FloatParamType


class CommandGroup(click.Group):
    """A group that names the nearest command. A group that makes its commands when they are asked for has `find`."""

    def __init__(self, *words: Any, **options: Any) -> None:
        options.setdefault("options_metavar", N_("[OPTIONS]"))
        options.setdefault("subcommand_metavar", N_("COMMAND [ARGS]..."))
        super().__init__(*words, **options)

    def find(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name; None where there is none."""
        return super().get_command(ctx, name)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with the options that all commands take."""
        found = self.find(ctx, cmd_name)
        if found is None:
            return None
        speak(found)
        if not isinstance(found, click.Group):
            _take_no_input(found)
            if COMPLETING in os.environ:
                from cli.completing import offer

                offer(found)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's. Raises UsageError that names the likest commands, or those that there are."""
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            there = self.list_commands(ctx)
            likely = [*_kinds(ctx, name), *near(name, there, else_first=False)]
            said = _("there is no command {name}; perhaps {likely}") if likely else _("there is no command {name}")
            raise click.UsageError(said.format(name=name, likely=", ".join(likely)), ctx)
        return super().resolve_command(ctx, args)


def _kinds(ctx: click.Context, name: str) -> list[str]:
    """`record talk` for who types the kind of record alone, `table talks` for who types the name of a table."""
    from ledger.recording.forms import forms
    from projections.language.office_words import TABLES
    from projections.language.register_words import REGISTERS

    if ctx.parent is not None:
        return []
    recorded = [f"record {name}"] if name in forms() else []
    return recorded + ([f"table {name}"] if name in REGISTERS or name in TABLES else [])


def speak(command: click.Command) -> None:
    """Puts what a command says of itself into the reader's language: its modules are loaded once, in any language."""
    for thing, names in ((command, OF_COMMANDS), *((each, OF_OPTIONS) for each in command.params)):
        for name in names:
            if plain := _plain(thing, name):
                setattr(thing, name, _(plain))
    _speak_arguments(command)
    for option in command.params:
        if not isinstance(option, click.Option) or option.is_flag or option.count:
            continue
        plain = _plain(option, "metavar")
        if plain is None and isinstance(option.type, VALUES):
            plain = option.type.name.partition(" ")[0].upper()
        if plain is not None and plain in METAVARS:
            option.metavar = _(METAVARS[plain])


def _speak_arguments(command: click.Command) -> None:
    """English words stay as each command has them; another language has a word for each, in usage and help alike."""
    if language() == "en":
        for each in command.params:
            if isinstance(each, click.Argument):
                each.metavar = _plain(each, "metavar")
        return
    said: dict[str, str] = {word: _(ARGUMENTS[word]) for word in ALWAYS}
    for each in command.params:
        if isinstance(each, click.Argument) and (_plain(each, "metavar") or not isinstance(each.type, click.Choice)):
            given = _plain(each, "metavar")
            plain = given or str(each.name).upper()
            known = [word for word in re.findall(r"[A-Z][A-Z_]+", plain) if word in ARGUMENTS]
            said |= {word: _(ARGUMENTS[word]) for word in known}
            if known:
                bare = given or (plain if each.required else f"[{plain}]") + ("..." if each.nargs != 1 else "")
                each.metavar = _replaced(bare, said)
    command.help = _replaced(command.help or "", said)
    for option in command.params:
        if isinstance(option, click.Option):
            option.help = _replaced(option.help or "", said)


def in_words(text: str, arguments: Iterable[str]) -> str:
    """What a help text says, with words of its language for the names of a command's arguments."""
    names = {name.upper() for name in arguments} & ARGUMENTS.keys()
    return text if language() == "en" else _replaced(text, {name: _(ARGUMENTS[name]) for name in names})


def _plain(thing: object, name: str) -> str | None:
    """What it was before it was put into any language: a process may speak several, one after the other."""
    said: str | None = vars(thing).setdefault(f"plain_{name}", getattr(thing, name, None))
    return said


def _replaced(text: str, words: Mapping[str, str]) -> str:
    told = re.sub(
        r"(?<![A-Za-z_.-])[A-Z][A-Z_]+(?![A-Za-z_=-]|\.[A-Za-z])", lambda found: words.get(found[0], found[0]), text
    )
    for word in words.values():  # 条目 ENTRY
        told = re.sub(rf"{word} ?{word}(?! ?{word})", word, told)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff（])", "", told) if told != text else text


def may_ask() -> bool:
    """Whether a person is there to be asked: standard input is a terminal, and --no-input was not said."""
    return sys.stdin.isatty() and not no_input()


def no_input() -> bool:
    """Whether --no-input was said: what would be asked is an error."""
    return bool(click.get_current_context().meta.get(_NO_INPUT, False))


def _take_no_input(command: click.Command) -> None:
    if not any("--lang" in parameter.opts for parameter in command.params):  # taken behind a command too
        command.params.append(
            click.Option(["--lang"], hidden=True, expose_value=False, is_eager=True, callback=_check_language)
        )
    if not any("--no-input" in parameter.opts for parameter in command.params):
        command.params.append(
            click.Option(
                ["--no-input"],
                is_flag=True,
                expose_value=False,
                callback=_remember,
                help=_("Never ask; what is missing is an error."),
            )
        )


def _check_language(_context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is not None:  # it was chosen from the words of the whole command
        check_language(value)


def _remember(context: click.Context, _option: click.Parameter, value: bool) -> None:
    context.meta[_NO_INPUT] = value
