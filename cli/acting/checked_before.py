"""Where whoever checks ledgers keeps what an interrupted check had found whole: with himself, not beside the ledger."""

import os
from contextlib import suppress
from pathlib import Path

from ledger.application import Ledger
from ledger.core.encoding import b64decode
from ledger.errors import ZerenError
from ledger.verify.joining import STEP
from ledger.verify.kept_ranges import KeptRanges


def checked_before(ledger: Ledger) -> KeptRanges | None:
    """What one's own check of this ledger had found whole when it was interrupted; None of one that is soon checked."""
    with suppress(ZerenError):
        if ledger.size() >= 2 * STEP:
            base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
            name = f"{b64decode(ledger.fingerprint).hex()}.ndjson"
            return KeptRanges(Path(base) / "zeren" / "checked" / name, ledger.fingerprint)
    return None
