"""zeren attest KEY --name NAME --out FILE: recompute a duty ledger and sign that one did (FORMAT.md section 5).

For somebody other than the organ: a superior, a second department. The key is the verifier's own, under a name of
theirs, enrolled in no ledger; readers of a bundle decide whether they believe it.
"""

from pathlib import Path

import click

from cli.acting.signing import passphrase_option, read_secret
from cli.asking import home, json_option
from cli.commands.verify import check
from cli.showing.output import note, print_json, print_lines
from cli.showing.verification import print_report
from ledger.core.encoding import b64encode
from ledger.core.signers import Ed25519Signer, check_name, format_vkey
from ledger.core.verified import sign_verified
from ledger.errors import BadInput, Refused
from ledger.home.directory import Home
from ledger.keys.key_files import load_key, new_key, save_key
from ledger.messages import N_
from ledger.writing import write_new
from projections.language.catalogue import _


@click.command(
    "attest",
    help=N_(
        "Recompute the duty ledger with its seals and sign that you did, by your own KEY file, made if there is none."
    ),
)
@click.argument("key", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", required=True, help=N_("The key's name: a domain and path of yours, such as organ.example/v1."))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help=N_("The file to write."))
@passphrase_option
@json_option
def command(key: Path, name: str, out: Path, passphrase_file: Path | None, as_json: bool) -> int:
    here = home()
    check_name(name)
    if out.exists():
        raise BadInput("{} is there already; name another file, or remove it first", out)
    ledger = here.ask("duty")
    try:
        report = check(here, "duty", ledger, every_seal=True)
        if report.exit_code:
            print_report("duty", report)
            return report.exit_code
        last = ledger.last_checkpoint()
        if last is None or last.checkpoint.size != report.size:
            raise Refused(
                "the last checkpoint does not cover all {} entries; sign one with: zeren checkpoint", report.size
            )
        signer = _signer(here, key, name, passphrase_file)
        write_new(out, sign_verified(last.checkpoint, signer))
    finally:
        ledger.close()
    vkey = format_vkey(signer.verify_key)
    if as_json:
        checked = {"size": last.checkpoint.size, "root": b64encode(last.checkpoint.root)}
        print_json({"vkey": vkey, "origin": last.checkpoint.origin, **checked, "file": str(out)})
    else:
        print_lines(vkey)
        note(_("written to {file}; it goes into a bundle with: --verified FILE VKEY").format(file=out))
    return 0


def _signer(here: Home, key: Path, name: str, passphrase_file: Path | None) -> Ed25519Signer:
    """The verifier's key, made where there is none. Raises Refused for a key of a ledger that is here."""
    secret = read_secret(here, passphrase_file)
    if not key.exists():
        save_key(key, new_key(), secret)
    signer = Ed25519Signer(name, load_key(key, secret))
    for kind in here.kinds():
        ledger = here.ask(kind)
        try:
            book = ledger.keys()
            known = [held.verify_key for held in book.keys.values()] + [log for _since, log in book.log_keys]
        finally:
            ledger.close()
        if any(held.public_key == signer.verify_key.public_key for held in known):
            raise Refused("the key is one of the {} ledger's; whoever vouches for it does so by another", kind)
    return signer
