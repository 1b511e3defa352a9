"""Inputs that coverage leads on: every parser under atheris, which keeps what reached code that nothing reached before.

Parsers, samples and judgement are those of `tests.attack.parsers`. The program is loaded once with its bytecode
instrumented, in a process of its own (`python -m tests.attack.guided`); each parser is then fed in a fork of that,
whose memory is bounded. What was worth keeping stays in the state of the run, where a run that was stopped goes on.

Without atheris (it has wheels for CPython on Linux) nothing can be led: all attempts are left out, and that is said.
"""

import base64
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.attack.tally import STATE, Tally

CORPORA = STATE / "corpus"
INSTRUMENTED = ("ledger", "projections", "cli", "api")
MOST = 1 << 30
"""Bytes that a parser's process may have beyond what it began with."""
LONGEST_INPUT = 1 << 20
FALLS = 5
"""How often a parser's process may die before the rest of its inputs is left out."""
_COVERED = re.compile(rb"cov: (\d+) ft: \d+ corp: (\d+)/")


def run(tally: Tally) -> Iterator[None]:
    """Every parser in turn, each with its share of the inputs."""
    if find_spec("atheris") is None:
        tally.notes = ["Left out for want of atheris: pip install --group attack."]
        while tally.done < tally.wanted:
            tally.left_out += 1
            yield
        return
    folder = CORPORA / tally.seed
    folder.mkdir(parents=True, exist_ok=True)
    left = {name: number - tally.row(name).tried for name, number in quotas(tally.wanted).items()}
    asked = {name: number for name, number in left.items() if number > 0}
    words = [sys.executable, "-m", "tests.attack.guided", str(folder), tally.seed, str(tally.done), json.dumps(asked)]
    with (
        (folder / "instrumented.log").open("wb") as log,
        subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=log, text=True, cwd=Path(__file__).parents[2]
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            name, what, *wrong = json.loads(line)
            if what == "covered":
                tally.notes = [note for note in tally.notes if not note.startswith(f"{name}: ")]
                tally.notes.append(f"{name}: {wrong[0]:,} edges reached, {wrong[1]:,} inputs kept.")
                continue
            tally.count(name, what, *((each, said) for each, said in wrong))
            yield
    while tally.done < tally.wanted:  # a parser whose process kept dying
        tally.left_out += 1
        yield


def quotas(wanted: int) -> Mapping[str, int]:
    """How many inputs each parser gets, by its share; at least one, and all of them together as many as wanted."""
    from tests.attack.parsers import PARSERS

    whole = sum(parser.share for parser in PARSERS.values())
    found, given = {}, 0
    before = 0
    for name, parser in PARSERS.items():
        before += parser.share
        found[name] = wanted * before // whole - given
        given += found[name]
    return found


# --- the process in which the program is instrumented ---


def main(words: list[str]) -> None:
    """Feeds each parser in a fork; tells each attempt in a line of standard output: parser, outcome, what is wrong."""
    import atheris

    folder, seed, done, asked = Path(words[0]), words[1], int(words[2]), json.loads(words[3])
    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        from tests.attack.parsers import PARSERS
    for name, number in asked.items():
        samples = [bytes(sample) for sample in PARSERS[name].samples()]
        made = falls = 0
        while made < number and falls < FALLS:
            began = f"{seed}/{done}/{falls}"
            told = _fed(name, number - made, began, folder, samples)
            made += told
            if made < number:
                falls += 1
                made += 1
                _tell([name, "hands", ["hands", f"after {told} inputs from {began}: the process died"]])


def _tell(said: list[Any]) -> None:
    os.write(1, f"{json.dumps(said, ensure_ascii=False)}\n".encode())


def _fed(name: str, number: int, began: str, folder: Path, samples: list[bytes]) -> int:
    """Forks, feeds so many inputs there, and gives how many were told."""
    read, write = os.pipe()
    log = folder / f"{name.replace(' ', '-')}.log"
    pid = os.fork()
    if not pid:
        os.close(read)
        errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(errors, 2)
        try:
            _feed(name, number, began, folder, samples, write)
        finally:
            os._exit(1)
    os.close(write)
    told = 0
    with os.fdopen(read, encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("\n"):
                break  # it died while it said this
            _tell([name, *json.loads(line)])
            told += 1
    os.waitpid(pid, 0)
    if found := _COVERED.findall(log.read_bytes()):
        _tell([name, "covered", *map(int, found[-1])])
    return told


def _feed(name: str, number: int, began: str, folder: Path, samples: list[bytes], write: int) -> None:
    """Never returns: libFuzzer runs in this process until so many inputs were tried."""
    import atheris

    from tests.attack.parsers import PARSERS, PIECES, tried

    corpus = folder / name.replace(" ", "-")
    corpus.mkdir(exist_ok=True)
    for place, sample in enumerate(samples):
        (corpus / f"sample-{place}").write_bytes(sample)
    words = folder / f"{name.replace(' ', '-')}.dict"
    short = [piece for piece in PIECES if len(piece) < 60]
    words.write_text("".join('"' + "".join(rf"\x{byte:02x}" for byte in piece) + '"\n' for piece in short))
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MOST, resource.RLIM_INFINITY))
    made = 0

    def one(data: bytes) -> None:
        nonlocal made
        what, wrong = tried(PARSERS[name], data, f"{began} {made} {base64.b64encode(data[:150]).decode()}", watch=False)
        os.write(write, f"{json.dumps([what, *wrong], ensure_ascii=False)}\n".encode())
        made += 1
        if made == number:
            os._exit(0)

    longest = min(LONGEST_INPUT, 2 * max(map(len, samples)) + 100)
    seed = int.from_bytes(began.encode(), "big") % (2**31 - 1) + 1
    atheris.Setup(
        [
            "guided", f"-seed={seed}", f"-max_len={longest}", f"-dict={words}", f"-artifact_prefix={folder}/",
            "-timeout=0", "-rss_limit_mb=0", "-reload=0", "-len_control=0", str(corpus),
        ],
        one,
    )  # fmt: skip
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
