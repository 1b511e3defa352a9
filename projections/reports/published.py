"""The programs of ours that people get from others, by what they are called: whoever has one compares its SHA-256.

The documents state the same digests (README, and FORMAT.md for the signing page; a test says so): a check is worth what
the way is worth on which its program came.
"""

import hashlib
from importlib import resources

from projections.reports import exhibit, signing_page


def digests() -> dict[str, str]:
    """SHA-256 in hex by name: the small verifier, the script of a bundle's page, the signing page."""
    return {
        "verify.py": _digest(resources.files("ledger.bundle").joinpath("standalone.py").read_bytes()),
        "index.html (script)": _digest(exhibit.script().encode()),
        "sign.html": signing_page.page_digest(),
    }


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
