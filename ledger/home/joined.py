"""A folder whose ledgers lie on a server: what is one's own (keys, known heads, drafts, views) stays in it.

Whoever names the server the first time joins it: the folder then holds, in place of a database, the file that says
where the ledger is, and which one it was. From then on the folder alone names it.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ledger.core.encoding import b64encode
from ledger.core.merkle import leaf_hash
from ledger.errors import BadInput, Contradicted
from ledger.home.directory import Home
from ledger.home.last_receipt import ENDING as LAST
from ledger.remembered import COSIGNED, SIGNED
from ledger.store.opening import open_server
from ledger.store.pointer import ENDING, ServerAddress, format_pointer, parse_url, read_pointer
from ledger.writing import replace_private

KEY = 16


def local_folder(url: str, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of a server's ledgers where none is named: one for each database of the server that is named first,
    so that a standby behind it changes nothing."""
    address = parse_url(url)
    first = {name: address.parameters.get(name, "").partition(",")[0] for name in ("host", "port")}
    said = [*first.values(), *(address.parameters.get(name, "") for name in ("dbname", "service")), address.origin]
    base = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "zeren" / hashlib.sha256(" ".join(said).encode()).hexdigest()[:KEY]


def pointer_of(folder: Path, kind: str) -> Path:
    """The file that says where the folder's ledger of this kind is."""
    return folder / f"{kind}{ENDING}"


def join(url: str, folder: Path) -> ServerAddress:
    """Makes the folder one of the server's, or finds that it is; nothing is asked of the server.

    A server whose ledger was never met binds nobody: its address may have been mistyped. Raises BadInput where the
    folder is another server's, or holds a ledger of that kind itself.
    """
    address = parse_url(url)
    place = pointer_of(folder, address.kind)
    home = Home(folder)
    if place.is_file() and (known := read_pointer(place)).fingerprint:
        if not address.is_at(known) or (address.origin and known.origin and address.origin != known.origin):
            raise BadInput("{} belongs to {}; name another folder with --local", folder, known)
        found = replace(address, origin=address.origin or known.origin, fingerprint=known.fingerprint)
        if found != known or dict(found.parameters) != dict(known.parameters):
            replace_private(place, format_pointer(found))
        return found
    if not place.is_file() and home.database(address.kind).exists():
        raise BadInput("{} holds a {} ledger itself; name another folder with --local", folder, address.kind)
    if not home.manifest.is_file():
        home.create()
    replace_private(place, format_pointer(address))
    return address


def bind(folder: Path, kind: str, origin: str) -> None:
    """Names the ledger that is to be founded on the server, where the address does not. Raises BadInput."""
    place = pointer_of(folder, kind)
    if not place.is_file():
        return
    address = read_pointer(place)
    if address.origin not in {"", origin}:
        raise BadInput(
            "{} is the place of {}, not of {}; name another folder with --local", folder, address.origin, origin
        )
    if not address.origin:
        replace_private(place, format_pointer(replace(address, origin=origin)))


def meet(folder: Path, kind: str, expected: str | None = None) -> tuple[str, str] | None:
    """(origin, fingerprint) of a ledger that is met for the first time, which the folder keeps from now on; None where
    it was known before, or is not there yet.

    Raises a fault of the server, or Contradicted where it has no first entry, or another one than is `expected`.
    """
    place = pointer_of(folder, kind)
    if not place.is_file():
        return None
    address = read_pointer(place)
    if address.fingerprint:
        _check_expected(address.fingerprint, expected, address)
        return None
    store = open_server(place, read_only=True)
    try:
        origin = store.origin()
        if origin is None:
            return None
        first = store.entry(0)
        if first is None:
            raise Contradicted("the first entry is missing: the ledger was cut at its beginning")
        met = replace(address, origin=origin, fingerprint=b64encode(leaf_hash(first[0])))
        _check_expected(met.fingerprint, expected, address)
        replace_private(place, format_pointer(met))
        return met.origin, met.fingerprint
    finally:
        store.close()


def _check_expected(found: str, expected: str | None, address: ServerAddress) -> None:
    if expected not in (None, found):
        raise Contradicted(
            "{} holds a ledger with the fingerprint {}, not {}: it is another one than you were told of",
            address.place,
            found,
            expected,
        )


def copy_memory(folder: Path, kind: str, address: ServerAddress, target: Path) -> None:
    """Makes in `target` a folder that asks the server at `address` for the ledger that `folder` knows, and remembers
    of it what that one does: fingerprint, last receipt, heads signed, held and brought. Raises BadInput, NoLedger."""
    Home(folder).check()
    place = pointer_of(folder, kind)
    if not place.is_file() or not (known := read_pointer(place)).fingerprint:
        raise BadInput("{} knows no {} ledger on a server", folder, kind)
    Home(target).create()
    made = replace(address, origin=known.origin, fingerprint=known.fingerprint)
    replace_private(pointer_of(target, kind), format_pointer(made))
    for ending in (LAST, f".{SIGNED}", f".{COSIGNED}"):
        if (file := folder / f"{kind}{ending}").is_file():
            replace_private(target / file.name, file.read_bytes())
    for name in ("held", "known"):
        if (folder / name).is_dir():
            shutil.copytree(folder / name, target / name)
