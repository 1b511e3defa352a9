"""The configuration file: what one would otherwise say on every command line or in the environment.

An option counts before its environment variable, that before the file, that before the default. The file is the one
named by ZEREN_CONFIG (empty: none), else zeren/config.toml under XDG_CONFIG_HOME, ~/.config or, on Windows, APPDATA.
It is TOML with the names of SETTINGS; a path in it is relative to the file.
"""

import os
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Literal

from ledger.errors import BadInput
from ledger.frozen import dataclass
from ledger.recording.likely import near

Source = Literal["option", "environment", "file", "default"]
FILE_VARIABLE = "ZEREN_CONFIG"
FROM_FILE = "from_file"
"""Where the context keeps the names of the settings that count from the file."""
SETTINGS: Mapping[str, str] = {
    "dir": "ZEREN_DIR",
    "local": "ZEREN_LOCAL",
    "organ": "ZEREN_ORGAN",
    "lang": "ZEREN_LANG",
    "as": "ZEREN_AS",
    "passphrase-file": "ZEREN_PASSPHRASE_FILE",
    "pin-file": "ZEREN_PIN_FILE",
    "module": "ZEREN_PKCS11_MODULE",
}
"""Each setting and the environment variable that says the same."""
_PATHS = ("dir", "local", "passphrase-file", "pin-file", "module")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as it counts: its value, None where nobody said one, and where it comes from."""

    name: str
    value: str | None
    source: Source


def config_file(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Where the file stands, whether there is one or not; None where ZEREN_CONFIG is empty."""
    named = environ.get(FILE_VARIABLE)
    if named is not None:
        return Path(named) if named else None
    base = environ.get("XDG_CONFIG_HOME") or (environ.get("APPDATA") if os.name == "nt" else None)
    return (Path(base) if base else Path.home() / ".config") / "zeren" / "config.toml"


def read_config(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The settings of the file. Raises BadInput for a file that is named and not there, or that cannot be read."""
    path = config_file(environ)
    if path is None or (not path.is_file() and not environ.get(FILE_VARIABLE)):
        return {}
    import tomllib  # where there is a file

    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadInput("{} cannot be read: {}", path, error.strerror) from None
    except ValueError as error:
        raise BadInput("{} is no TOML: {}", path, error) from None
    for name, value in given.items():
        if name not in SETTINGS:
            raise BadInput("{}: there is no setting {}; perhaps {}", path, name, ", ".join(near(name, SETTINGS)))
        if not isinstance(value, str):
            raise BadInput("{}: the setting {} is a text, in quotes", path, name)
    return {name: _absolute(path, value) if name in _PATHS else value for name, value in given.items()}


def is_url(text: str) -> bool:
    """Whether what names the ledgers is a server, not a directory."""
    return text.startswith(("postgresql://", "postgres://"))


def _absolute(file: Path, value: str) -> str:
    if is_url(value):
        return value
    return str(file.parent.absolute() / Path(value).expanduser())


def use_config(environ: MutableMapping[str, str] = os.environ) -> frozenset[str]:
    """Puts the file's settings where the environment is silent; returns the names of those that count from it."""
    given = read_config(environ)
    used = frozenset(name for name in given if not environ.get(SETTINGS[name]))
    for name in used:
        environ[SETTINGS[name]] = given[name]
    return used


def effective(
    options: Mapping[str, str | None], used: frozenset[str], environ: Mapping[str, str] = os.environ
) -> Iterator[Setting]:
    """Every setting as it counts. `options` are those of the command line, `used` what `use_config` gave."""
    for name, variable in SETTINGS.items():
        if options.get(name) is not None:
            yield Setting(name, options[name], "option")
        elif environ.get(variable):
            yield Setting(name, environ[variable], "file" if name in used else "environment")
        else:
            yield Setting(name, "." if name == "dir" else "zh_CN" if name == "lang" else None, "default")
