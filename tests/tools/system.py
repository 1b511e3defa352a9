"""What tests need from the system beside Python: one list, its installation, and the skip where something is missing.

`python -m tests.tools.system` installs what is missing where we are root on Debian or Ubuntu, and otherwise names it.
Never an error: the tests that need it skip with a remedy, and on CI (`CI=true`) `tests/conftest.py` fails them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NEEDS_SYSTEM = "needs system:"
"""How the reason of such a skip begins."""


@dataclass(frozen=True, slots=True)
class Need:
    """A Debian package that tests need, why, and what shows that it, or an equal, is there."""

    name: str
    package: str
    reason: str
    any_of: tuple[str, ...]
    """Programs on PATH, or patterns of absolute paths."""
    elsewhere: str = ""
    """How to get it where the package does not bring it."""

    def every(self) -> list[Path]:
        """All of `any_of` that are here."""
        return list(self._found())

    def find(self) -> Path | None:
        """The first of `any_of` that is here."""
        return next(self._found(), None)

    def _found(self) -> Iterator[Path]:
        for place in self.any_of:
            if place.startswith("/"):
                yield from sorted(Path("/").glob(place[1:]))
            elif program := shutil.which(place):
                yield Path(program)

    def __str__(self) -> str:
        ways = [f"sudo apt install {self.package}", *filter(None, [self.elsewhere])]
        return f"{self.name}, {self.reason}; {' or '.join(ways)}; looked for: {' '.join(self.any_of)}"


NEEDS = (
    Need("openssl", "openssl", "a second implementation to check signatures with", ("openssl",)),
    Need(
        "softhsm",
        "softhsm2",
        "a PKCS#11 token in software, to sign with",
        ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/*/softhsm/libsofthsm2.so", "/usr/lib64/*/libsofthsm2.so"),
    ),
    Need(
        "chromium",
        "chromium",
        "which renders the pages",
        ("chromium", "google-chrome", "/snap/bin/chromium"),  # Ubuntu's chromium-browser may be an empty shell
        "on Ubuntu sudo snap install chromium",
    ),
    Need(
        "pango",
        "libpangoft2-1.0-0",
        "which sets the text of PDF reports",
        ("/usr/lib/**/libpangoft2-1.0.so*", "/lib/**/libpangoft2-1.0.so*", "/usr/local/lib/**/libpangoft2-1.0.so*"),
    ),
    Need(
        "cjk-font",
        "fonts-noto-cjk",
        "for Chinese in rendered pages and reports",
        ("/usr/share/fonts/**/*CJK*.*", "/usr/share/fonts/**/wqy-*.*", "/usr/local/share/fonts/**/*CJK*.*"),
    ),
    Need(
        "postgresql",
        "postgresql",
        "a server for ledgers of many offices, begun by the tests themselves",
        ("/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb", "initdb"),
    ),
)


def need_of(name: str) -> Need:
    """The need of this name. Raises KeyError."""
    return {need.name: need for need in NEEDS}[name]


def require_system(name: str) -> Path:
    """Where the need of this name was found; skips the test where it is missing. Raises KeyError for unknown names."""
    import pytest  # the installation runs before pytest is there

    need = need_of(name)
    found = need.find()
    if found is None:
        pytest.skip(f"{NEEDS_SYSTEM} {need}")
    return found


def install() -> None:
    """Installs what is missing, where we may; then names what is still missing."""
    missing = [need for need in NEEDS if need.find() is None]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write(f"Installing {', '.join(need.package for need in missing)} ...\n")
        sys.stdout.flush()
        _apt("update")
        for need in missing:  # one by one: an unknown package would keep the others out
            _apt("install", "--yes", "--no-install-recommends", need.package)
    for need in missing:
        if need.find() is None:
            sys.stdout.write(f"Missing, tests that need it will skip: {need}\n")


def _apt(*arguments: str) -> None:
    done = subprocess.run(
        ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", *arguments],
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stdout.write(f"apt-get {' '.join(arguments)} failed: {done.stderr.strip()}\n")


if __name__ == "__main__":
    install()
