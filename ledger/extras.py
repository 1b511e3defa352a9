"""What the optional parts of the installation are, and the command that installs them where this program runs."""

import sys
from collections.abc import Mapping
from pathlib import PurePath

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "timestamps": ("rfc3161_client",),
    "token": ("pkcs11",),
    "sm2": ("tongsuopy",),
    "report": ("docx", "weasyprint", "pypdfium2"),
    "postgres": ("psycopg",),
    "tables": ("duckdb",),
}
"""Optional parts (pyproject.toml), and the packages that they bring."""


def install_command(*extras: str) -> str:
    """The command that installs extras into the environment that runs this program, whichever is on the path."""
    wanted = f"'zeren[{','.join(extras)}]'"
    if "pipx" in PurePath(sys.prefix).parts:
        return f"pipx install --force {wanted}"
    from shlex import quote  # only where something is missing

    return f"{quote(sys.executable)} -m pip install {wanted}"
