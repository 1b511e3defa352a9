"""The command `zeren`: global options and the lazily loaded commands.

Commands are loaded when they are used, so that `zeren --help` costs little more than click itself, and after the
language was chosen, so that help texts are in the reader's language.
"""

import importlib
import sys
from typing import Any

import click

from cli.showing.exits import any_code_page, run
from projections.language.catalogue import _, pick_language, use_language

COMMANDS = {
    "init": "cli.commands.init",
    "replay": "cli.commands.replay",
    "holders": "cli.commands.holders",
    "trace": "cli.commands.trace",
    "obligations": "cli.commands.obligations",
    "signals": "cli.commands.signals",
    "table": "cli.commands.table",
    "line": "cli.commands.line",
    "dossier": "cli.commands.dossier",
    "rules": "cli.commands.rules",
    "upgrade": "cli.commands.upgrade",
    "case": "cli.commands.case",
    "verify": "cli.commands.verify",
    "entries": "cli.commands.entries",
    "views": "cli.commands.views",
    "backup": "cli.commands.backup",
    "restore": "cli.commands.restore",
    "doctor": "cli.commands.doctor",
    "record": "cli.commands.record",
    "assign": "cli.commands.shortcuts:assign",
    "end": "cli.commands.shortcuts:end",
    "act": "cli.commands.shortcuts:act",
    "handover": "cli.commands.shortcuts:handover",
    "correct": "cli.commands.correct",
    "explain": "cli.commands.shortcuts:explain",
    "withdraw": "cli.commands.shortcuts:withdraw",
    "import": "cli.commands.import_",
    "sign": "cli.commands.sign",
    "refuse": "cli.commands.refuse",
    "consent": "cli.commands.consent",
    "erase": "cli.commands.erase",
    "keys": "cli.commands.keys",
    "checkpoint": "cli.commands.checkpoint",
    "policy": "cli.commands.policy",
    "anchor": "cli.commands.anchor",
    "timestamp": "cli.commands.timestamp",
    "witness": "cli.commands.witness",
    "proof": "cli.commands.proof",
    "export-tiles": "cli.commands.export_tiles",
    "attest": "cli.commands.attest",
    "bundle": "cli.commands.bundle",
    "disclose": "cli.commands.disclose",
    "token": "cli.commands.token",
    "serve": "cli.commands.serve",
    "demo": "cli.commands.demo",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _colon, name = COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name or "command")
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line per command, without importing any."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(text)) for name, text in SUMMARIES.items()])


SUMMARIES = {
    "init": "Start a real ledger: its keys and its genesis entry.",
    "replay": "Replay a scenario file into simulated ledgers.",
    "holders": "Who held a duty, when, as known when.",
    "trace": "Trace a case in reverse: one case, two investigations.",
    "obligations": "What is owed by whom, done or not, and why; calendar export.",
    "signals": "Questions about records: what fires, why, what was explained.",
    "table": "A register: tasks, issues, risks or leads.",
    "line": "The line of a unit over some days, without a case.",
    "dossier": "Everything about a person or unit, as known at any time.",
    "upgrade": "Go on under the latest list of event types.",
    "rules": "The obligations and settings in force; adopt a rule set.",
    "case": "Work on a case, from lead to appeal.",
    "verify": "Check every stored byte of the ledgers.",
    "entries": "List the entries of a ledger.",
    "views": "Rebuild the views and compare them.",
    "backup": "Copy everything but keys, also in use, and verify the copy.",
    "restore": "Make a directory from a backup, verified first.",
    "doctor": "What to look after: clock, heads, disk, backup, keys.",
    "record": "Record an act, a registration or a step of a case.",
    "assign": "Record that a person holds a post.",
    "end": "Record that an assignment or acting ends.",
    "act": "Record that a person acts in a post or covers it.",
    "handover": "Record a handover between holders.",
    "correct": "Correct a field of an entry; both stay visible.",
    "explain": "Explain a signal about an entry.",
    "withdraw": "Withdraw an entry recorded in error.",
    "import": "Import records from Excel, YAML or JSON lines.",
    "sign": "Accept or countersign an entry with one's own key.",
    "refuse": "Refuse an entry with one's own key.",
    "consent": "Ask for signatures from elsewhere, and give them.",
    "erase": "Erase texts of an entry; its proofs stay.",
    "keys": "Make, enrol, revoke and list keys.",
    "checkpoint": "Seal what is new and sign the tree head.",
    "policy": "Whose word bounds the time of entries from outside.",
    "anchor": "Record cosignatures of witnesses and time stamps.",
    "timestamp": "Time stamps (RFC 3161) over checkpoints.",
    "witness": "Witness other ledgers, by file or over HTTP.",
    "proof": "Prove that an entry is in, or that the ledger only grew.",
    "export-tiles": "Write the ledger as static tiles for C2SP clients.",
    "attest": "Recompute a duty ledger and sign that one did.",
    "bundle": "Hand out evidence that anyone can check offline.",
    "disclose": "Hand out some fields of an entry; digests prove the rest.",
    "token": "Grant, list and revoke tokens that read.",
    "serve": "Serve the read-only pages and the API.",
    "demo": "Replay the demonstration, show the answers, serve the pages.",
}


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
                help=_("Directory that holds the ledgers."),
            ),
            click.Option(["--lang"], envvar="ZEREN_LANG", show_envvar=True, help=_("Language: zh_CN or en.")),
        ],
        callback=_remember,
    )
    return click.version_option(package_name="zeren", message="zeren %(version)s", help=_("Show the version."))(group)


@click.pass_context
def _remember(ctx: click.Context, directory: str, lang: str | None) -> None:
    ctx.obj = {"directory": directory, "lang": lang}


def main(arguments: list[str] | None = None) -> Any:
    """Entry point: chooses the language, runs the command, ends with a documented exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    any_code_page()
    use_language(pick_language(_wanted_language(words)))
    sys.exit(run(build(), words))


def _wanted_language(words: list[str]) -> str | None:
    for number, word in enumerate(words):
        if word == "--lang" and number + 1 < len(words):
            return words[number + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None


if __name__ == "__main__":
    main()
