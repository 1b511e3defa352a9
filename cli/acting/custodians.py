"""Records that custodians sign: the options of such a command; recording, or parking where others sign elsewhere."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from cli.acting.drafting import DraftOptions, elsewhere_option, park
from cli.acting.receipts import print_receipt
from cli.acting.signing import keyring, passphrase_option
from cli.asking import json_option, ledger_option
from ledger.application import Command, Ledger
from ledger.events.base import Payload
from ledger.home.directory import Home
from ledger.messages import N_

CUSTODIANS = click.option(
    "--as",
    "custodians",
    multiple=True,
    help=N_("Which custodians sign (id or name; default: as many as the rules ask for)."),
)


def custodian_options(kinds: Sequence[str]) -> Callable[..., Any]:
    """Who signs here and who elsewhere, in which ledger, with which keys, and --json: as each such command takes."""

    def taking(function: Callable[..., Any]) -> Callable[..., Any]:
        which = ledger_option(kinds)
        found: Callable[..., Any] = CUSTODIANS(which(passphrase_option(json_option(elsewhere_option(function)))))
        return found

    return taking


def record_or_park(
    here: Home,
    ledger: Ledger,
    payload: Payload,
    signing: Sequence[str],
    elsewhere: DraftOptions,
    passphrase_file: Path | None,
    *,
    as_json: bool,
) -> None:
    """Records what these persons sign here, or keeps it as a draft where others are to consent; says what was done."""
    if elsewhere.consent_of:
        park(here, ledger, payload, signing, elsewhere, as_json=as_json)
        return
    keys = keyring(here, ledger, passphrase_file)
    receipt = ledger.record(Command(payload, tuple(keys.signer(person) for person in signing)))[0]
    print_receipt(receipt, as_json=as_json)
