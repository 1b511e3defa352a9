"""The duty ledger as a static log that any C2SP client reads: /checkpoint and /tile/… (tlog-tiles).

Public, as those who keep a ledger honest need no permission. A case ledger is never shown so. Bundles of entries tell
who recorded what kind of thing when, so they are shown only where the server was told to.
"""

from flask import current_app

from api.asking.current import sources
from api.asking.reader import Unknown
from api.asking.sources import Published
from api.routes import PUBLIC, Parameter, Route, Values
from ledger.core.tiles import WIDTH, EntryBundle, encode_bundle, encode_tile, parse_path
from ledger.errors import Malformed
from ledger.messages import N_

ENTRIES_SWITCH = "ZEREN_TILE_ENTRIES"


def log_checkpoint(_: Values) -> bytes:
    """The last checkpoint of the duty ledger."""
    return _published().note


def log_tile(asked: Values) -> bytes:
    """A tile under the last checkpoint, or a bundle of entries."""
    log = _published()
    try:
        wanted = parse_path(f"tile/{asked['tile']}")
    except Malformed:
        raise Unknown("there is no tile {!r}", asked["tile"]) from None
    bundle = isinstance(wanted, EntryBundle)
    level = 0 if isinstance(wanted, EntryBundle) else wanted.level
    span = WIDTH**level if level < 8 else log.size + 1
    first = wanted.index * WIDTH * span
    if first + wanted.width * span > log.size or (bundle and not current_app.config.get(ENTRIES_SWITCH)):
        raise Unknown("there is no tile {!r}", asked["tile"])
    if bundle:
        return encode_bundle(log.ledger.entries(first, wanted.width))
    get = log.ledger.hashes(log.size)
    return encode_tile([get(first + i * span, first + (i + 1) * span) for i in range(wanted.width)])


def _published() -> Published:
    found = sources().published()
    if found is None:
        raise Unknown("this ledger has no checkpoint yet; sign one with: zeren checkpoint")
    return found


ROUTES = (
    Route(
        "/checkpoint",
        log_checkpoint,
        N_("The duty ledger's checkpoint (C2SP)"),
        PUBLIC,
        bytes,
        medium="text",
        media_type="text/plain",
        computed=False,
    ),
    Route(
        "/tile/{tile}",
        log_tile,
        N_("Tiles of the duty ledger (C2SP tlog-tiles)"),
        PUBLIC,
        bytes,
        (Parameter("tile", "text", "Level and number, such as 0/000 or 0/000.p/7."),),
        medium="binary",
        media_type="application/octet-stream",
        computed=False,
        immutable=True,
    ),
)
