"""Several commands of `zeren` one after another in one process: `python -m tests.support.each WORDS...`.

Each argument is one command, its words as a shell would split them. What a command says on standard output is passed
over; its exit code is printed. For tests whose claim is not that each command is a process of its own.
"""

import io
import shlex
import sys
from contextlib import redirect_stdout

from cli.main import build
from cli.showing.exits import run


def main() -> None:
    """Runs them all."""
    for words in sys.argv[1:]:
        with redirect_stdout(io.StringIO()):
            code = run(build(), shlex.split(words))
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
