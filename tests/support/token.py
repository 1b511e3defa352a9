"""A PKCS#11 token in software (SoftHSM2), one per test run, with its own configuration and nothing of the system's."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.tools.system import require_system

LABEL, PIN = "zeren test", "13579"


@cache
def token_module() -> str:
    """The module of a token labelled LABEL, unlocked by PIN; skips the test where SoftHSM2 is not installed."""
    module = require_system("softhsm")
    directory = Path(tempfile.mkdtemp(prefix="zeren-token-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    (directory / "tokens").mkdir()
    configuration = directory / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {directory}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(configuration)  # read once, when the module is loaded
    command = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "2468"]
    subprocess.run(command, check=True, capture_output=True)
    return str(module)
