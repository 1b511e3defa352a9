"""zeren timestamp: RFC 3161 time stamps over checkpoints, by file or over HTTP."""

from pathlib import Path

import click

from cli.acting.signing import holder_of, keyring, open_to_write, passphrase_option
from cli.asking import home, json_option, ledger_option
from cli.commands.anchor import report
from cli.showing.command_groups import CommandGroup
from cli.showing.output import note
from ledger import timestamp
from ledger.anchors.taking import read_anchors, record_anchors
from ledger.application import Ledger
from ledger.checks.anchor_rules import imprint_text
from ledger.errors import BadInput, Unreached
from ledger.home.directory import KINDS, Home
from ledger.messages import N_
from ledger.outgoing import stored_checkpoint
from ledger.witness.client import TIMEOUT, post
from projections.language.catalogue import _

LEDGER = ledger_option(KINDS)
SIZE = click.option(
    "--size", type=click.IntRange(min=1), help=N_("Over the checkpoint of this size (default: the last).")
)
KEEP = click.option(
    "--keep", is_flag=True, help=N_("Keep tokens by whom the policy in force does not name; uncounted.")
)
CHAIN = click.option(
    "--chain",
    "chain_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=N_("The authority's certificate (PEM or DER), where the time stamp does not carry it."),
)
QUERY = "application/timestamp-query"


@click.group(
    "timestamp",
    cls=CommandGroup,
    help=N_("RFC 3161 time stamps over checkpoints; the policy pins the authority's certificate."),
)
def command() -> None:
    """The group."""


@command.command(
    "request", help=N_("Ask for a time stamp over a checkpoint: as a file, or from URL and record it at once.")
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help=N_("Write the request to this file (.tsq).")
)
@click.option("--url", help=N_("The authority's address (http or https)."))
@click.option(
    "--timeout", type=click.FloatRange(0.1, 600), default=TIMEOUT, show_default=True, help=N_("Seconds to wait.")
)
@CHAIN
@SIZE
@KEEP
@LEDGER
@passphrase_option
@json_option
def request(
    out: Path | None,
    url: str | None,
    timeout: float,
    chain_file: Path | None,
    size: int | None,
    keep: bool,
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    if (out is None) == (url is None):
        raise BadInput("name either a file with --out or an authority with --url")
    here = home()
    if out is not None:
        ledger = here.open(kind)
        try:
            out.write_bytes(timestamp.request(imprint_text(stored_checkpoint(ledger, size)[1])))
        finally:
            ledger.close()
        note(
            _("written to {file}; record the answer with: zeren timestamp add ANSWER --request {file}").format(file=out)
        )
        return
    with open_to_write(here, kind) as ledger:
        asked = timestamp.request(imprint_text(stored_checkpoint(ledger, size)[1]))
        answer = post(str(url), asked, content_type=QUERY, timeout=timeout)
        if answer.status != 200:
            raise Unreached("the authority declined ({})", answer.status)
        _record(here, ledger, answer.body, asked, chain_file, size, passphrase_file, keep=keep, as_json=as_json)


@command.command("add", help=N_("Record the time stamp in FILE: an authority's answer (.tsr) or a token (DER)."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--request",
    "asked",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=N_("The request it answers."),
)
@CHAIN
@SIZE
@KEEP
@LEDGER
@passphrase_option
@json_option
def add(
    file: Path,
    asked: Path | None,
    chain_file: Path | None,
    size: int | None,
    keep: bool,
    kind: str,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    here = home()
    query = asked.read_bytes() if asked is not None else None
    with open_to_write(here, kind) as ledger:
        _record(here, ledger, file.read_bytes(), query, chain_file, size, passphrase_file, keep=keep, as_json=as_json)


def _record(
    here: Home,
    ledger: Ledger,
    data: bytes,
    asked: bytes | None,
    chain_file: Path | None,
    size: int | None,
    passphrase_file: Path | None,
    *,
    keep: bool,
    as_json: bool,
) -> None:
    if data[:1] != b"\x30":
        raise BadInput("this is no time stamp: neither an answer nor a token in DER")
    if chain_file is not None:
        data, asked = timestamp.with_chain(timestamp.token_of(data, asked), chain_file.read_bytes()), None
    anchors = read_anchors(ledger, data, size=size, asked=asked)
    signer = keyring(here, ledger, passphrase_file).signer(holder_of(ledger, "service", "custodian"))
    report(ledger, record_anchors(ledger, anchors, signer, keep=keep), as_json=as_json)
