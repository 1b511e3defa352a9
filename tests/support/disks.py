"""Media as they go wrong: a small disk that fills up, one that takes no writes. Needs root; others skip."""

import os
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@cache
def _may_mount() -> bool:
    probe = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def on_disk(script: str, at: Path, *, size: int, language: str = "en") -> subprocess.CompletedProcess[str]:
    """Runs a shell script with an empty disk of `size` KiB mounted at `at`, of which nobody else sees anything.

    In it `zeren` is this checkout's command, `each` runs several of them in one process and prints how each ended,
    `$DISK` is the disk, and `leave N` fills it up but for N KiB.
    """
    if not _may_mount():
        pytest.skip("a small disk can be mounted by root only")
    at.mkdir(exist_ok=True)
    prelude = f"""
DISK={shlex.quote(str(at))}
mount -t tmpfs -o size={size}k tmpfs "$DISK"
zeren() {{ {shlex.quote(sys.executable)} -m cli.main "$@"; }}
each() {{ {shlex.quote(sys.executable)} -m tests.support.each "$@"; }}
leave() {{
    free=$(df -k --output=avail "$DISK" | tail -n 1)
    head -c $(((free - $1) * 1024)) /dev/zero > "$DISK/filling"
}}
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ZEREN_LANG": language}
    environment.pop("ZEREN_DIR", None)
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", prelude + script],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
