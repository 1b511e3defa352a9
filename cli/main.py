"""The command `zeren`: global options and the lazily loaded commands.

Commands are loaded when they are used, so that `zeren --help` costs little more than click itself, and after the
language was chosen, so that help texts are in the reader's language.

Long because it names every command.
"""

import atexit
import gc
import importlib
import sys
from typing import Any

import click

from cli.configuration import FROM_FILE, is_url, use_config
from cli.showing.command_groups import CommandGroup, speak
from cli.showing.exits import any_code_page, run
from ledger.frozen import dataclass
from ledger.messages import N_
from projections.language.catalogue import _, check_language, pick_language, use_language


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command: its name, where it stands (`module` or `module:attribute`), and what it does in one line."""

    name: str
    place: str
    summary: str


GROUPS: tuple[tuple[str, tuple[CommandRow, ...]], ...] = (
    (
        N_("Recorder: puts on record"),
        (
            CommandRow("record", "cli.commands.record", N_("Record an act, a registration or a step of a case.")),
            CommandRow("assign", "cli.commands.shortcuts:assign", N_("Record that a person holds a post.")),
            CommandRow("end", "cli.commands.shortcuts:end", N_("Record that an assignment or acting ends.")),
            CommandRow("act", "cli.commands.shortcuts:act", N_("Record that a person acts in a post or covers it.")),
            CommandRow("handover", "cli.commands.shortcuts:handover", N_("Record a handover between holders.")),
            CommandRow("correct", "cli.commands.correct", N_("Correct a field of an entry; both stay visible.")),
            CommandRow("explain", "cli.commands.shortcuts:explain", N_("Explain a signal about an entry.")),
            CommandRow("withdraw", "cli.commands.shortcuts:withdraw", N_("Withdraw an entry recorded in error.")),
            CommandRow("import", "cli.commands.import_", N_("Import records from Excel, YAML or JSON lines.")),
            CommandRow("draft", "cli.commands.draft", N_("Records that wait for signatures from elsewhere.")),
        ),
    ),
    (
        N_("Leader, head or counterpart: signs what concerns him"),
        (
            CommandRow("sign", "cli.commands.sign", N_("Accept or countersign an entry with one's own key.")),
            CommandRow("refuse", "cli.commands.refuse", N_("Refuse an entry with one's own key.")),
            CommandRow("consent", "cli.commands.consent", N_("Ask for signatures from elsewhere, and give them.")),
        ),
    ),
    (
        N_("Inspector: keeps cases, traces, hands out evidence"),
        (
            CommandRow("case", "cli.commands.case", N_("Work on a case, from lead to appeal.")),
            CommandRow(
                "cases", "cli.commands.lists:cases", N_("The cases and why they are red; one case with its chronology.")
            ),
            CommandRow("trace", "cli.commands.trace", N_("Trace a case in reverse: one case, two investigations.")),
            CommandRow(
                "signals", "cli.commands.signals", N_("Questions about records: what fires, why, what was explained.")
            ),
            CommandRow(
                "dossier", "cli.commands.dossier", N_("Everything about a person or unit, as known at any time.")
            ),
            CommandRow("line", "cli.commands.line", N_("The line of a unit over some days, without a case.")),
            CommandRow("city", "cli.commands.city", N_("Questions across many organs: persons, cases, signals.")),
            CommandRow("bundle", "cli.commands.bundle", N_("Hand out evidence that anyone can check offline.")),
            CommandRow(
                "disclose", "cli.commands.disclose", N_("Hand out some fields of an entry; digests prove the rest.")
            ),
            CommandRow("issue", "cli.commands.issue", N_("Sign that one hands out a bundle or a report.")),
            CommandRow("attest", "cli.commands.attest", N_("Recompute a duty ledger and sign that one did.")),
        ),
    ),
    (
        N_("Administrator: keeps ledgers, keys, copies and pages"),
        (
            CommandRow("init", "cli.commands.init", N_("Start a real ledger: its keys and its genesis entry.")),
            CommandRow("replay", "cli.commands.replay", N_("Replay a scenario file into simulated ledgers.")),
            CommandRow("upgrade", "cli.commands.upgrade", N_("Go on under the latest list of event types.")),
            CommandRow("rules", "cli.commands.rules", N_("The obligations and settings in force; adopt a rule set.")),
            CommandRow("keys", "cli.commands.keys", N_("Make, enrol, revoke and list keys.")),
            CommandRow("clock", "cli.commands.clock", N_("Set the ledger's time right after a clock ran ahead.")),
            CommandRow("policy", "cli.commands.policy", N_("Whose word bounds the time of entries from outside.")),
            CommandRow("checkpoint", "cli.commands.checkpoint", N_("Seal what is new and sign the tree head.")),
            CommandRow("anchor", "cli.commands.anchor", N_("Record cosignatures of witnesses and time stamps.")),
            CommandRow("timestamp", "cli.commands.timestamp", N_("Time stamps (RFC 3161) over checkpoints.")),
            CommandRow("witness", "cli.commands.witness", N_("Witness other ledgers, by file or over HTTP.")),
            CommandRow("erase", "cli.commands.erase", N_("Erase texts of an entry; its proofs stay.")),
            CommandRow("ledgers", "cli.commands.ledgers", N_("List the ledgers of many organs, and add to them.")),
            CommandRow("db", "cli.commands.db", N_("Ledgers on a PostgreSQL server: make it ready, let logins in.")),
            CommandRow("migrate", "cli.commands.migrate", N_("Move a ledger to a server, or back.")),
            CommandRow("export", "cli.commands.export", N_("Tiles, entries and tables for other programs.")),
            CommandRow("views", "cli.commands.views", N_("Rebuild the views and compare them.")),
            CommandRow(
                "backup", "cli.commands.backup", N_("Copy everything but keys, also in use, and verify the copy.")
            ),
            CommandRow("restore", "cli.commands.restore", N_("Make a directory from a backup, verified first.")),
            CommandRow("doctor", "cli.commands.doctor", N_("What to look after: clock, heads, disk, backup, keys.")),
            CommandRow("token", "cli.commands.token", N_("Grant, list and revoke tokens that read.")),
            CommandRow("serve", "cli.commands.serve", N_("Serve the read-only pages and the API.")),
        ),
    ),
    (
        N_("Anyone: asks and checks"),
        (
            CommandRow("holders", "cli.commands.holders", N_("Who held a duty, when, as known when.")),
            CommandRow("units", "cli.commands.lists:units", N_("The units and who leads them; one unit over time.")),
            CommandRow(
                "organisation",
                "cli.commands.organisation",
                N_("The organ on a day: posts, supervision, and what changed since another day."),
            ),
            CommandRow("persons", "cli.commands.lists:persons", N_("The persons on record and their posts.")),
            CommandRow("tenures", "cli.commands.lists:tenures", N_("Who held which post over which units.")),
            CommandRow(
                "vacancies", "cli.commands.lists:vacancies", N_("Days without a holder of a duty, or with several.")
            ),
            CommandRow(
                "obligations",
                "cli.commands.obligations",
                N_("What is owed by whom, done or not, and why."),
            ),
            CommandRow(
                "agenda",
                "cli.commands.agenda",
                N_("What is to be done, by whom and by when, with the command for each; a sheet, a calendar."),
            ),
            CommandRow("heat", "cli.commands.heat", N_("How many obligations are met, by unit and half-year.")),
            CommandRow("table", "cli.commands.table", N_("A register of the office, or a table to be filed.")),
            CommandRow("search", "cli.commands.lists:search", N_("Search in the texts of entries.")),
            CommandRow("reads", "cli.commands.lists:reads", N_("Who read what.")),
            CommandRow("entries", "cli.commands.entries", N_("The newest entries; by kind, person, day; one in full.")),
            CommandRow("verify", "cli.commands.verify", N_("Check every stored byte of the ledgers.")),
            CommandRow("proof", "cli.commands.proof", N_("Prove that an entry is in, or that the ledger only grew.")),
            CommandRow("demo", "cli.commands.demo", N_("Replay the demonstration, show the answers, serve the pages.")),
            CommandRow(
                "completion", "cli.commands.completion", N_("Complete commands, ids and names in bash, zsh and fish.")
            ),
            CommandRow("help", "cli.commands.help_", N_("Show the help of a command.")),
        ),
    ),
)
"""Every command, by who uses it."""
COMMANDS = {row.name: row for _title, rows in GROUPS for row in rows}


_LISTS = ("units", "organisation", "persons", "tenures", "vacancies", "cases", "search", "reads", "entries", "rules")
_QUESTIONS = ("holders", "trace", "obligations", "agenda", "heat", "signals", "table", "line", "dossier")
_CHECKS = ("verify", "views", "doctor", "keys", "policy", "proof", "bundle", "disclose", "export")
ASKING = frozenset((*_LISTS, *_QUESTIONS, *_CHECKS))
"""Commands that take --organ behind their name too; before it every command does."""


class LazyGroup(CommandGroup):
    """A group whose commands are imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def find(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _colon, attribute = COMMANDS[name].place.partition(":")
        command = getattr(importlib.import_module(module), attribute or "command")
        if not isinstance(command, click.Command):
            return None
        if name in ASKING:
            _take_organ(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line per command under who uses it, without importing any."""
        longest = max(map(len, COMMANDS))
        for title, rows in GROUPS:
            with formatter.section(_(title)):
                formatter.write_dl([(row.name.ljust(longest), _(row.summary)) for row in rows])


def _take_organ(command: click.Command) -> None:
    """Gives a command, or those of a group, the option --organ."""
    from cli.asking import organ_option

    for each in command.commands.values() if isinstance(command, click.Group) else (command,):
        if not any(parameter.name == "organ" for parameter in each.params):
            each.params.append(organ_option())


def build() -> click.Group:
    """The command group in the language in use."""
    group = LazyGroup(
        "zeren",
        help=_("Accountability ledger: who held which duty when, and who answers for a case."),
        epilog=_("Start with: zeren demo. The language is chosen by --lang or ZEREN_LANG (zh_CN, en)."),
        params=[
            click.Option(
                ["--dir", "directory"],
                envvar="ZEREN_DIR",
                default=".",
                show_envvar=True,
                type=click.Path(file_okay=False),
                help=_("Directory that holds the ledgers, or postgresql://ROLE@HOST/DATABASE, a server that does."),
            ),
            click.Option(
                ["--local"],
                envvar="ZEREN_LOCAL",
                show_envvar=True,
                type=click.Path(file_okay=False),
                help=_("With a server: the folder for what is your own, keys, known heads, drafts and views."),
            ),
            click.Option(
                ["--trust-fingerprint"],
                metavar="FINGERPRINT",
                help=_("With a server: the ledger's fingerprint as you were told it; any other is refused."),
            ),
            click.Option(
                ["--organ"],
                envvar="ZEREN_ORGAN",
                show_envvar=True,
                metavar="ORGAN",
                help=_("The organ asked about, of several: fingerprint, origin or name, or how one of them begins."),
            ),
            click.Option(
                ["--lang"],
                envvar="ZEREN_LANG",
                show_envvar=True,
                is_eager=True,
                callback=_check_language,
                help=_("Language: zh_CN or en."),
            ),
        ],
        callback=_remember,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    group.params += [
        click.Option(["--version"], is_flag=True, help=_("Show the version."), expose_value=False, callback=_version),
        click.Option(
            ["--verbose"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_say_more,
            help=_("With --version: also the SHA-256 of the programs that travel."),
        ),
    ]
    speak(group)
    return group


def _say_more(context: click.Context, _option: click.Parameter, value: bool) -> None:
    context.meta["zeren.verbose"] = value


def _version(context: click.Context, _option: click.Parameter, value: bool) -> None:
    if not value:
        return
    metadata = importlib.import_module("importlib.metadata")  # loads a mail parser
    click.echo(f"zeren {metadata.version('zeren')}")
    if context.meta.get("zeren.verbose"):
        published = importlib.import_module("projections.reports.published")
        for name, digest in published.digests().items():
            click.echo(f"{digest}  {name}")
    context.exit()


def _check_language(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        check_language(value)
    return value


@click.pass_context
def _remember(
    ctx: click.Context,
    directory: str,
    local: str | None,
    trust_fingerprint: str | None,
    organ: str | None,
    lang: str | None,
) -> None:
    server = directory if is_url(directory) else None
    if server is not None:
        directory = local or str(importlib.import_module("ledger.home.joined").local_folder(server))
    given = {"directory": directory, "server": server, "trusted": trust_fingerprint, "organ": organ or None}
    ctx.obj = {**(ctx.obj or {}), **given, "lang": lang}


def main(arguments: list[str] | None = None) -> Any:
    """Entry point: chooses the language, runs the command, ends with a documented exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    gc.set_threshold(20_000)  # most that a command loads lives until it ends
    atexit.register(gc.freeze)  # and is not looked through once more for what could be collected
    any_code_page()
    use_language(pick_language(_wanted_language(words)))
    sys.exit(run(_configured, words))


def _configured(words: list[str]) -> click.Group:
    """The command group after the configuration file was read. Raises BadInput for one that cannot be."""
    used = use_config()
    use_language(pick_language(_wanted_language(words)))
    group = build()
    group.context_settings["obj"] = {FROM_FILE: used}
    return group


def _wanted_language(words: list[str]) -> str | None:
    for number, word in enumerate(words):
        if word == "--lang" and number + 1 < len(words):
            return words[number + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None


if __name__ == "__main__":
    main()
