"""zeren checkpoint: seal what is new, sign the tree head, and have the policy's witnesses cosign it."""

from collections.abc import Sequence
from pathlib import Path

import click

from cli.acting.signing import holder_of, keyring, open_to_write, passphrase_option
from cli.asking import home, json_option, ledger_option
from cli.showing.output import note, print_json, print_lines
from cli.showing.qr_codes import write_code
from ledger.anchors.book import AnchorBook, anchor_book, digest_of
from ledger.anchors.taking import next_checkpoint, record_anchors
from ledger.application import Ledger
from ledger.errors import BadInput
from ledger.home.directory import KINDS
from ledger.messages import N_
from ledger.witness.client import TIMEOUT, WitnessReply, ask_all, make_request
from projections.language.catalogue import _, explain_error
from projections.questions.plain import plain
from projections.questions.signed_head import head_of

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    "checkpoint",
    help=N_(
        "Seal what is new, sign the tree head with the log key, have the policy's witnesses cosign it, and print the "
        "checkpoint. With nothing new the last checkpoint is cosigned afresh."
    ),
)
@ledger_option(KINDS)
@click.option("--no-ask", is_flag=True, help=N_("Ask no witness over HTTP."))
@click.option(
    "--timeout", type=click.FloatRange(0.1, 600), default=TIMEOUT, show_default=True, help=N_("Seconds to wait.")
)
@click.option("--out", type=FILE, help=N_("Write a request for a witness that is asked by file."))
@click.option(
    "--witness", "member", help=N_("The witness that the request is for (default: those without an address).")
)
@click.option("--old", type=click.IntRange(min=0), help=N_("How many entries that witness has cosigned."))
@click.option("--qr", type=FILE, help=N_("Write the request as a QR code too (SVG, PNG)."))
@passphrase_option
@json_option
def command(
    kind: str,
    no_ask: bool,
    timeout: float,
    out: Path | None,
    member: str | None,
    old: int | None,
    qr: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    here = home()
    with open_to_write(here, kind) as ledger:
        keys = keyring(here, ledger, passphrase_file)
        service = holder_of(ledger, "service", "custodian")
        signed = next_checkpoint(ledger, lambda: keys.signer(service), keys.log)
        for notice in ledger.store.notices:
            note(explain_error(notice))
        book = anchor_book(ledger)
        asked = [] if no_ask else ask_all(ledger, signed, book, timeout=timeout)
        fresh = [item.anchor for item in asked if item.anchor is not None and not book.has(digest_of(item.anchor))]
        if fresh:  # asked twice within one second a witness gives the same line
            record_anchors(ledger, fresh, keys.signer(service))
        if out is not None or qr is not None:
            _write_request(ledger, signed, book, member, old, out, qr)
        head, size = head_of(ledger, signed), ledger.size()
    if as_json:
        said = [{"name": item.name, "cosigned": item.anchor is not None, "error": _error(item)} for item in asked]
        print_json({**plain(head), "witnesses": said})
        return
    print_lines(signed.decode().rstrip("\n"))
    _tell(book, asked, all_told=out is not None or qr is not None, no_ask=no_ask)
    note(_("{n} of {size} entries confirmed").format(n=head.confirmed, size=size))


def _error(item: WitnessReply) -> str | None:
    return None if item.error is None else explain_error(item.error)


def _tell(book: AnchorBook, asked: Sequence[WitnessReply], *, all_told: bool, no_ask: bool) -> None:
    """Who cosigned and who did not: a silent witness is said."""
    if book.policy is None:
        note(_("no policy is in force: entries stay pending; adopt one with: zeren policy adopt FILE"))
        return
    for item in asked:
        if item.error is None:
            note(_("{name}: cosigned").format(name=item.name))
        else:
            note(_("{name}: pending: {error}").format(name=item.name, error=explain_error(item.error)))
    waiting = [w.name for w in book.policy.witnesses if no_ask or w.url is None]
    if waiting and not all_told:
        note(_("not asked: {names}; ask by file with: zeren checkpoint --out FILE").format(names=", ".join(waiting)))


def _write_request(
    ledger: Ledger,
    signed: bytes,
    book: AnchorBook,
    member: str | None,
    old: int | None,
    out: Path | None,
    qr: Path | None,
) -> None:
    data = make_request(ledger, signed, old if old is not None else _known_size(book, member))
    if out is not None:
        out.write_bytes(data)
        note(_("request written to {file}; its answer is recorded with: zeren anchor add FILE").format(file=out))
    if qr is not None:
        write_code(qr, data)


def _known_size(book: AnchorBook, member: str | None) -> int:
    """How far the witness is known to be. Raises BadInput where it is not clear which one is meant."""
    witnesses = book.policy.witnesses if book.policy is not None else ()
    if member is not None:
        if member not in {w.name for w in witnesses}:
            raise BadInput("the policy in force names no witness {!a}", member)
        return book.largest.get(member, 0)
    sizes = {book.largest.get(w.name, 0) for w in witnesses if w.url is None} or {
        book.largest.get(w.name, 0) for w in witnesses
    }
    if len(sizes) > 1:
        raise BadInput("the witnesses stand at different sizes; say with --witness which one the request is for")
    return sizes.pop() if sizes else 0
