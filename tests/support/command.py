"""The command `zeren` as tests run it: within this process, or started as people start it."""

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from cli.main import build
from cli.showing.exits import run
from projections.language.catalogue import language as current_language
from projections.language.catalogue import use_language

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The exit code, and what was said on standard output and standard error."""

    code: int
    out: str
    err: str


def zeren(home: Path | str | None, *words: str, language: str = "en") -> Outcome:
    """The command within this process. What it says is said once more, so that it stands in a failing test's report."""
    before, out, err = current_language(), StringIO(), StringIO()
    use_language(language)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(build(), [*(("--dir", str(home)) if home else ()), *words])
    finally:
        use_language(before)
        sys.stdout.write(out.getvalue())
        sys.stderr.write(err.getvalue())
    return Outcome(code, out.getvalue(), err.getvalue())


def started(home: Path | str | None, *words: str, language: str = "en", **variables: str) -> Outcome:
    """The command as a process of its own, with the environment of the test but for what is ours, and `variables`.

    With language "" nothing says which one.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZEREN_")}
    environment |= {"ZEREN_LANG": language} if language else {}
    environment |= {"ZEREN_CONFIG": "", "COLUMNS": "200", "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-m", "cli.main", *(("--dir", str(home)) if home else ()), *words]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)
