"""What to look after of the installation itself: fonts and optional parts; a line of what was looked at."""

import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec

from ledger.errors import Incomplete, ZerenError
from ledger.extras import EXTRAS, install_command
from ledger.frozen import dataclass

NAMED = 5
"""Files that are named one by one."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing that was looked at. `said` is what was found and, where it is not `well`, what to do."""

    subject: str
    well: bool
    said: ZerenError


def well(subject: str, text: ZerenError) -> Examined:
    return Examined(subject, well=True, said=text)


def ill(subject: str, text: ZerenError) -> Examined:
    return Examined(subject, well=False, said=text)


def fonts() -> Iterator[Examined]:
    """Reports in PDF need a font with Chinese; fontconfig knows which there are."""
    program = shutil.which("fc-list")
    if program is None:
        yield ill("fonts", Incomplete("fontconfig is not here (fc-list); PDF reports need it: apt install fontconfig"))
        return
    said = subprocess.run(  # noqa: S603 - a program of the system, without a shell
        [program, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False, timeout=60
    ).stdout
    families = sorted({line.split(",")[0] for line in said.splitlines() if line})
    if families:
        yield well("fonts", Incomplete("Chinese fonts: {}", ", ".join(families[:NAMED])))
    else:
        yield ill("fonts", Incomplete("no font with Chinese; PDF reports need one: apt install fonts-noto-cjk"))


def extras() -> Iterator[Examined]:
    missing = [name for name, packages in EXTRAS.items() if not all(find_spec(each) for each in packages)]
    if missing:
        yield ill(
            "extras",
            Incomplete("not installed: {}; if you need them: {}", ", ".join(missing), install_command(*missing)),
        )
    else:
        yield well("extras", Incomplete("all optional parts are installed"))
