"""zeren witness: watch the growth of other ledgers and cosign it, by file or over HTTP."""

import sys
from pathlib import Path

import click

from cli.acting.signing import passphrase_option
from cli.asking import json_option
from cli.showing.command_groups import CommandGroup, may_ask
from cli.showing.output import note, print_json, print_lines, table
from cli.showing.qr_codes import write_code
from ledger.clock import SystemClock
from ledger.core.encoding import b64encode
from ledger.core.signers import format_vkey, parse_vkey
from ledger.errors import BadInput
from ledger.keys.key_files import new_key, read_passphrase
from ledger.messages import N_
from ledger.witness.cosign import Cosigner
from ledger.witness.service import MAX_BODY, Service
from ledger.witness.witness_store import WitnessStore
from projections.language.catalogue import _

DIRECTORY = click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
QR = click.option(
    "--qr", type=click.Path(path_type=Path, dir_okay=False), help=N_("Write it as a QR code too (SVG, PNG).")
)


@click.group(
    "witness",
    cls=CommandGroup,
    help=N_("Witness other ledgers: remember their last head, cosign only what continues it."),
)
def command() -> None:
    """The group."""


@command.command("init", help=N_("Make a witness in DIRECTORY: an encrypted key, and an empty memory."))
@DIRECTORY
@click.option("--name", required=True, help=N_("The key's name: a domain and path of yours, such as organ.example/w1."))
@passphrase_option
@json_option
def init(directory: Path, name: str, passphrase_file: Path | None, as_json: bool) -> None:
    key = WitnessStore(directory).create(name, new_key(), _secret(passphrase_file, confirm=True))
    vkey = format_vkey(key)
    if as_json:
        print_json({"directory": str(directory), "vkey": vkey, "policy_line": f"witness {name} {vkey}"})
    else:
        note(_("witness made; give this line to the ledgers that you witness, for their policies:"))
        print_lines(f"witness {name} {vkey}")


@command.command("trust", help=N_("Watch the log that signs with VKEY, which `zeren policy log` prints at the ledger."))
@DIRECTORY
@click.argument("vkey")
@click.option("--origin", help=N_("The log's origin, where it is not the key's name."))
@json_option
def trust(directory: Path, vkey: str, origin: str | None, as_json: bool) -> None:
    store = WitnessStore(directory)
    store.check()
    key = parse_vkey(vkey.removeprefix("log ").strip())
    store.trust(key, origin)
    if as_json:
        print_json({"origin": origin or key.name, "vkey": format_vkey(key)})
    else:
        print_lines(_("watching {origin}").format(origin=origin or key.name))


@command.command("show", help=N_("Show the witness's key, the logs that it watches, and what it cosigned last."))
@DIRECTORY
@json_option
def show(directory: Path, as_json: bool) -> None:
    store = WitnessStore(directory)
    store.check()
    key, rows = store.verify_key(), []
    for origin, keys in store.logs().items():
        last = store.memory.last(origin)
        rows.append(
            {
                "origin": origin,
                "vkeys": [format_vkey(each) for each in keys],
                "size": last.checkpoint.size if last is not None else None,
                "root": b64encode(last.checkpoint.root) if last is not None else None,
                "signed_at": last.signed_at if last is not None else None,
            }
        )
    if as_json:
        print_json({"vkey": format_vkey(key), "logs": rows})
        return
    print_lines(f"witness {key.name} {format_vkey(key)}", "")
    heads = (_("log"), _("entries"), _("root"))
    print_lines(table(heads, [(str(r["origin"]), str(r["size"] or 0), str(r["root"] or "-")) for r in rows]))


@command.command("sign", help=N_("Check the request in FILE and print the cosignature line."))
@DIRECTORY
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=N_("Write the line to this file."))
@QR
@passphrase_option
@json_option
def sign(
    directory: Path, file: Path, out: Path | None, qr: Path | None, passphrase_file: Path | None, as_json: bool
) -> None:
    store = WitnessStore(directory)
    store.check()
    data = file.read_bytes()
    if len(data) > MAX_BODY:
        raise BadInput("{} is no request: it has {} bytes", file, len(data))
    witness = Cosigner(store, store.signer(_secret(passphrase_file)), SystemClock())
    line = witness.add_checkpoint(data)
    if qr is not None:
        write_code(qr, line)
    if out is not None:
        out.write_bytes(line)
    if as_json:
        print_json({"cosignature": line.decode().rstrip("\n"), "file": str(out) if out is not None else None})
    elif out is not None:
        note(_("written to {file}; the ledger records it with: zeren anchor add FILE").format(file=out))
    else:
        print_lines(line.decode().rstrip("\n"))


@command.command("serve", help=N_("Answer add-checkpoint over HTTP (C2SP tlog-witness) until interrupted."))
@DIRECTORY
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on."))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8422, show_default=True, help=N_("Port; 0 takes a free one.")
)
@click.option("--prefix", default="", help=N_("Path under which it answers, such as /witness."))
@passphrase_option
@json_option
def serve(directory: Path, host: str, port: int, prefix: str, passphrase_file: Path | None, as_json: bool) -> None:
    from waitress.server import create_server

    if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
        raise BadInput("a prefix begins with / and does not end with it: {!a}", prefix)
    store = WitnessStore(directory)
    store.check()
    witness = Cosigner(store, store.signer(_secret(passphrase_file)), SystemClock())
    server = create_server(
        Service(witness, prefix), host=host, port=port, threads=4, max_request_body_size=MAX_BODY + 1, ident=None
    )
    address = f"http://{host}:{getattr(server, 'effective_port', port)}{prefix}/"
    if as_json:
        print_json({"address": address})
    else:
        print_lines(_("listening on {address}").format(address=address))
    sys.stdout.flush()
    server.run()


def _secret(given: Path | None, *, confirm: bool = False) -> bytes:
    """The passphrase of the witness's key: from the file named, or a prompt."""
    if given is not None:
        return read_passphrase(given)
    if not may_ask():
        raise BadInput("no passphrase: name its file with --passphrase-file, or run this on a terminal")
    return str(click.prompt(_("Passphrase"), hide_input=True, confirmation_prompt=confirm, err=True)).encode()
