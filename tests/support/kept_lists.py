"""Ledgers that were made when a list of types was released, kept in `tests/assets` with what they answered then."""

import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ledger.home.directory import Home
from ledger.verify import verify_ledger

ASSETS = Path(__file__).parents[1] / "assets"


@dataclass(frozen=True, slots=True)
class KeptList:
    """What is kept of a list: duty and case ledgers, checkpoints held of them, a bundle, and the trace of a case."""

    number: int
    fingerprints: dict[str, str]
    case: str
    """What the trace and the bundle are of."""
    recorder: str
    recorded: tuple[str, ...]
    """What the list has a record of, with the ref NEW."""
    carried: str
    """Where a new bundle carries the list."""
    asked: tuple[tuple[str, ...], ...]
    """Further questions that can be asked of it."""
    program_known: bool
    """Whether the verify.py in its bundle is one that a release had; the second list's was made between two."""

    def unpack(self, directory: Path) -> Path:
        """Puts it into the directory, keys readable by their owner alone; gives the directory."""
        zipfile.ZipFile(ASSETS / f"list-{self.number}.zip").extractall(directory)
        for key in (directory / "ledgers/keys").rglob("*"):
            key.chmod(0o700 if key.is_dir() else 0o600)  # an archive keeps no permissions
        return directory

    @property
    def by(self) -> tuple[str, ...]:
        """The words by which its recorder records."""
        return "--as", self.recorder, "--no-input"


FIRST = KeptList(
    1,
    {
        "duty": "bAjKPRSbmDPfrFNX8DJSUW/Ful7BnAa+5C0Zf+/9KSI=",
        "case": "zmxVhR1KicasCVeOyT+ygTjG5HQwtAKtuzXRnZ20UsU=",
    },
    "T1",
    "rec",
    ("talk", "--talker", "m1", "--counterpart", "h", "--occurred-at", "2024-05-20T09:00:00+08:00", "--ref", "NEW"),
    "types.json",
    (),
    True,
)
SECOND = KeptList(
    2,
    {
        "duty": "l/XP5PnzlF38Z1ACXAu8vbPvtYwkQE7mLW7tS2DGrOU=",
        "case": "EMHbGX56sDKk740X1qaVZrSpthtkCUjIZPPa2pQIHkM=",
    },
    "K5",
    "r",
    ("risk", "--unit", "D1", "--ref", "NEW", "--title", "候船秩序"),
    "types/2.json",
    (("obligations",), ("signals",), ("table", "tasks"), ("table", "issues"), ("entries", "T5")),
    False,
)
KEPT = (FIRST, SECOND)


def findings(directory: Path, kind: str) -> list[str]:
    """What verification finds wrong with one of the ledgers there."""
    with closing(Home(directory / "ledgers").open(kind)) as ledger:
        return [str(finding.what) for finding in verify_ledger(ledger).findings]
