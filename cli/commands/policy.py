"""zeren policy: adopt and show who bounds the time of entries from outside."""

from pathlib import Path

import click

from cli.acting.called import persons_called
from cli.acting.custodians import custodian_options, record_or_park
from cli.acting.drafting import DraftOptions, custodians_signing
from cli.acting.signing import open_to_write
from cli.asking import home, json_option, ledger_option
from cli.showing.command_groups import CommandGroup
from cli.showing.output import print_json, print_lines, table
from cli.showing.policy_texts import policy_answer, policy_text, read_policy_file
from ledger.anchors.book import anchor_book
from ledger.application import Ledger
from ledger.checks.policies import check_policy
from ledger.core.policy import Policy, parse_policy
from ledger.core.signers import format_vkey
from ledger.errors import Refused
from ledger.events.trust import PolicyAdopted
from ledger.home.directory import KINDS
from ledger.messages import N_
from ledger.timestamp import certificate_digest
from projections.language.catalogue import _

LEDGER = ledger_option(KINDS)
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group(
    "policy", cls=CommandGroup, help=N_("The witness policy: whose word bounds the time of entries from outside.")
)
def command() -> None:
    """The group."""


@command.command(
    "adopt",
    help=N_(
        "Adopt the policy in FILE (C2SP tlog-policy: log, witness, group and quorum lines; and tsa lines), signed by "
        "two custodians where there are two. It counts for the anchors recorded after it."
    ),
)
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help=N_("Check everything and write nothing."))
@custodian_options(KINDS)
def adopt(
    file: Path,
    custodians: tuple[str, ...],
    dry_run: bool,
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
    elsewhere: DraftOptions,
) -> None:
    here = home()
    text, tsas = read_policy_file(file)
    policy = parse_policy(text, tsas)
    with open_to_write(here, kind) as ledger:
        _check_log(policy, ledger)
        if dry_run:
            check_policy(ledger.keys(), policy)
            print_lines(_("nothing was written; the policy asks for {policy}").format(policy=policy_text(policy)))
            return
        persons = persons_called(here, ledger, custodians) or custodians_signing(here, ledger, elsewhere)
        payload = PolicyAdopted(policy=text, tsas=tsas or None)
        record_or_park(here, ledger, payload, persons, elsewhere, passphrase_file, as_json=as_json)


def _check_log(policy: Policy, ledger: Ledger) -> None:
    """A policy that names logs names this one: else it was written for another ledger."""
    key = ledger.keys().log_key(ledger.size())
    if policy.logs and key not in {log.key for log in policy.logs}:
        raise Refused("the policy names logs, but not this one: {}+{}", key.name, key.key_id.hex())


@command.command("show", help=N_("Show the policy in force and how far each member has vouched."))
@LEDGER
@json_option
def show(kind: str, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        book = anchor_book(ledger)
        size = ledger.size()
    finally:
        ledger.close()
    policy = book.policy
    if policy is None:
        raise Refused("no policy is in force; adopt one with: zeren policy adopt FILE")
    if as_json:
        print_json(policy_answer(policy) | {"position": book.policies[-1][0], "vouched": book.largest})
        return
    print_lines(_("the policy asks for {policy}").format(policy=policy_text(policy)), "")
    heads = (_("member"), _("key or certificate"), _("vouched for"), _("where"))
    rows = [
        (w.name, f"{w.key.name}+{w.key.key_id.hex()}", _vouched(book.largest.get(w.name)), w.url or "")
        for w in policy.witnesses
    ]
    rows += [(a.name, a.certificate.hex()[:16], _vouched(book.largest.get(a.name)), "") for a in policy.authorities]
    print_lines(table(heads, rows), "")
    print_lines(_("{n} of {size} entries confirmed").format(n=book.confirmed(), size=size))


def _vouched(size: int | None) -> str:
    return _("nothing yet") if size is None else _("{n} entries").format(n=size)


@command.command("tsa", help=N_("Print the tsa line of a time-stamp authority by NAME, from its certificate in FILE."))
@click.argument("name")
@click.argument("file", type=FILE)
@json_option
def tsa(name: str, file: Path, as_json: bool) -> None:
    line = f"tsa {name} {certificate_digest(file.read_bytes()).hex()}"
    parse_policy("quorum none\n", [line])
    _print_line(line, as_json=as_json)


@command.command("log", help=N_("Print the log line of this ledger: for its witnesses, and for policies."))
@LEDGER
@json_option
def log(kind: str, as_json: bool) -> None:
    ledger = home().ask(kind)
    try:
        line = f"log {format_vkey(ledger.keys().log_key(ledger.size()))}"
    finally:
        ledger.close()
    _print_line(line, as_json=as_json)


def _print_line(line: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"policy_line": line})
    else:
        print_lines(line)
