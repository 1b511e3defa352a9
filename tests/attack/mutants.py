"""Mutation testing of `ledger/core` and `ledger/checks`: each mutant against the tests that reach it.

One process gathers the tests of `tests/ledger` once and measures which of them reaches which line. For every mutant it
forks: in the child the functions of the one file get the mutant's code, and the tests run that reach its line, the
quickest of each file first, until one of them fails. What is done when a file is read (tables, defaults) is not undone
by that: such mutants, and those that outlive their tests, are tried once more by an interpreter of its own, in which
the file is a mutant from the first import on.

A mutant is *found* where a test fails or does not end. One that outlives the tests is *harmless* where SURVIVORS.md
says why, by its name, and has passed in silence where it does not.
"""

import gc
import hashlib
import importlib.machinery
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from types import CodeType, FunctionType
from typing import IO, Any

import pytest

from tests.attack.mutated import ROOMS, ROOT, Mutant, in_order, mutants
from tests.attack.tally import STATE, Row, Tally, within
from tests.bench.timing import cpu_seconds

SURVIVORS = Path(__file__).with_name("SURVIVORS.md")
TESTS = "tests/ledger"
MOST, EXPLAINED_MOST, ALONE_MOST = 15.0, 2.0, 5.0
"""Seconds of CPU that the tests of one mutant take together, as they were measured, whatever else ran beside; those of
one that is explained; and those that an interpreter of its own runs of a function's mutant, which is about what the
function did while files were read. What takes longer is left out."""
OUT_OF_TIME = 4.0
"""How many times longer they may take before the mutant counts as one that does not end."""
LEAST = 20.0
"""Seconds that every mutant is given."""
LONGEST = 6
"""Seconds that a single test may take; a longer one is left out of all."""
LEFT_OUT = ("--ignore=tests/ledger/test_scenario_load.py",)
"""Files of tests that reach nothing of the two rooms but by the way."""
OPTIONS = (
    "-q",
    "-s",
    "-x",
    "-p",
    "no:cacheprovider",
    "-m",
    "not long",
    "--hypothesis-profile",
    "quick",
    *LEFT_OUT,
    TESTS,
)
EXPLAINED = re.compile(r"^- `(.+)`", re.MULTILINE)


def explained() -> frozenset[str]:
    """The names of the mutants of which SURVIVORS.md says why no test has to find them."""
    return frozenset(EXPLAINED.findall(SURVIVORS.read_text(encoding="utf-8")))


# --- what was found, kept between runs ---


class Found:
    """By name of a mutant, what came of it; a run that goes on does not try it again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.said: dict[str, str] = {}
        with suppress(OSError, ValueError):
            self.said = json.loads(path.read_text(encoding="utf-8"))

    def keep(self, name: str, what: str) -> None:
        """Keeps what came of one more."""
        self.said[name] = what
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.said, ensure_ascii=False, indent=0), encoding="utf-8")
        part.replace(self.path)


def count(tally: Tally, tried: Sequence[Mutant], said: dict[str, str]) -> None:
    """The tally's rows, anew from what is kept: what was explained or found since counts as it does now."""
    known = explained()
    tally.rows, tally.wrong = {}, []
    for each in tried:
        row, lived = tally.rows.setdefault(f"{each.room}: {each.kind}", Row()), said[each.name] == LIVED
        row.tried += 1
        if lived and each.name not in known:
            row.silent += 1
            tally.wrong += [f"{each.name}: no test fails"][: 200 - len(tally.wrong)]
        elif lived:
            row.harmless += 1
        else:
            row.found += 1


LIVED, FAILED, ENDLESS = "lived", "a test fails", "does not end"


def run(tally: Tally) -> Iterator[None]:
    """The mutants of a seed in its order, as many as wanted."""
    chosen = in_order(tally.seed)
    tally.wanted = min(tally.wanted, len(chosen))
    found = Found(STATE / "mutants-found.json")
    if not tally.done:
        found.said = {}
    with Bench() as bench:
        for number in range(tally.done, tally.wanted):
            each = chosen[number]
            if each.name not in found.said:
                found.keep(each.name, bench.tried(each))
            count(tally, chosen[: number + 1], found.said)
            yield
    count(tally, chosen[: tally.wanted], {each.name: LIVED for each in chosen[: tally.wanted]} | found.said)


# --- the process that has gathered the tests ---


class Bench:
    """The process that tries mutants, begun where the first one is tried, and again where it fell."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.answers: IO[str] | None = None

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait()
        if self.answers is not None:
            self.answers.close()

    def tried(self, mutant: Mutant) -> str:
        """What comes of a mutant: `LIVED`, `FAILED` or `ENDLESS`."""
        answer = self._ask({"name": mutant.name})
        if answer["said"] == LIVED and answer["tests"]:
            return tried_alone(mutant, answer["tests"], answer["seconds"])
        return str(answer["said"])

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        if self.process is None:
            read, write = os.pipe()
            arguments = [sys.executable, "-m", "tests.attack.mutants", "--bench", str(write)]
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT, pass_fds=(write,)
            )
            os.close(write)
            self.answers = os.fdopen(read, encoding="utf-8")
        assert self.process.stdin is not None
        assert self.answers is not None
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.answers.readline()
        if not answer:
            raise RuntimeError("the process that tries mutants has ended")
        return dict(json.loads(answer))


class Gathered:
    """The plugin that, where tests would run, waits for mutants instead."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self.questions, self.answers = questions, answers

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Until there are no more questions."""
        items = {item.nodeid: item for item in session.items if "chromium" not in getattr(item, "fixturenames", ())}
        reached, killers = Reached.measured(items), Counter[tuple[str, str]]()
        by_name, known = {each.name: each for each in mutants()}, explained()
        for line in self.questions:
            mutant = by_name[json.loads(line)["name"]]
            tests, seconds = reached.of(mutant, killers, EXPLAINED_MOST if mutant.name in known else MOST)
            said = LIVED
            if mutant.function and tests:
                said, by = tried_forked(mutant, [items[name] for name in tests], seconds)
                killers[mutant.file, by.partition("::")[0]] += 1
            if mutant.function:
                tests, seconds = reached.of(mutant, killers, min(ALONE_MOST, seconds))
            self.answers.write(json.dumps({"said": said, "tests": tests, "seconds": seconds}) + "\n")
            self.answers.flush()
        return True


def run_items(items: Sequence[Any], each: Callable[[Any, bool], bool], most: int = LONGEST * 10) -> bool:
    """Runs the tests in this order until `each`, told a test and whether it passed, has enough; whether all passed."""
    from _pytest.runner import SetupState, runtestprotocol

    passed = True
    for item, following in zip(items, [*items[1:], None], strict=True):
        try:
            with within(most):
                good = not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))
        except Exception:  # noqa: BLE001 - whatever happens in a test is that it does not pass
            good = False
        if not good:
            item.session._setupstate = SetupState()  # what it set up cannot be taken down; the next begins afresh
        passed = passed and good
        if each(item, good):
            break
    return passed


class Reached:
    """Which test reaches which line of the files, and how much CPU it takes."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.seconds: dict[str, float] = said["seconds"]
        self.lines: dict[str, dict[int, list[str]]] = {
            file: {int(line): tests for line, tests in lines.items()} for file, lines in said["lines"].items()
        }

    @classmethod
    def measured(cls, items: dict[str, Any]) -> "Reached":
        """As it was measured of these sources, or measured now, in a child that leaves nothing behind."""
        sources = hashlib.sha256()
        for path in sorted([*(ROOT / "ledger").rglob("*.py"), *(ROOT / TESTS).rglob("*.py")]):
            sources.update(path.read_bytes())
        kept = STATE / f"mutants-reached-{sources.hexdigest()[:16]}.json"
        if not kept.is_file():
            STATE.mkdir(parents=True, exist_ok=True)
            for old in STATE.glob("mutants-reached-*.json"):
                old.unlink()
            with a_place() as place:
                wait_for(fork(lambda: _measure(list(items.values()), kept), place), 3600)
        return cls(json.loads(kept.read_text(encoding="utf-8")))

    def of(self, mutant: Mutant, killers: Counter[tuple[str, str]], most: float = MOST) -> tuple[list[str], float]:
        """The tests of a mutant and the seconds that they take together: the quickest of every file first, of files
        that found mutants of the same file before as many more as they found."""
        lines = self.lines.get(mutant.file, {})
        first, last = mutant.lines
        tests = {test for line in range(first, last + 1) for test in lines.get(line, ())}
        # What is cached is reached by the first test that asks alone: so a file's own tests are tried in any case.
        own = f"{TESTS}/test_{Path(mutant.file).stem}.py"
        tests |= {test for said in lines.values() for test in said if not mutant.function or test.startswith(own)}
        by_file: dict[str, list[str]] = {}
        for test in sorted(tests, key=self._seconds):
            by_file.setdefault(test.partition("::")[0], []).append(test)
        files = sorted(by_file, key=lambda file: (Path(mutant.file).stem not in file, self._seconds(by_file[file][0])))
        ranked = sorted(
            ((at - 3 * killers[mutant.file, file], number, test)
             for number, file in enumerate(files) for at, test in enumerate(by_file[file]))
        )  # fmt: skip
        chosen, total = list[str](), 0.0
        for _, _, test in ranked:
            if total + self._seconds(test) <= most:
                chosen.append(test)
                total += self._seconds(test)
        return chosen, total

    def _seconds(self, test: str) -> float:
        return self.seconds[test]


def _measure(items: Sequence[Any], kept: Path) -> None:
    from coverage import Coverage

    cover = Coverage(data_file=None, config_file=False, include=[str(ROOT / "ledger" / room / "*") for room in ROOMS])
    seconds, bad, began = dict[str, float](), set[str](), [cpu_seconds()]
    cover.start()
    cover.switch_context(items[0].nodeid)
    following = dict(pairwise(item.nodeid for item in items))

    def after(item: Any, good: bool) -> bool:
        now = cpu_seconds()
        seconds[item.nodeid], began[0] = now - began[0], now
        if not good:
            bad.add(item.nodeid)
        cover.switch_context(following.get(item.nodeid, ""))
        return False

    run_items(items, after, LONGEST)
    cover.stop()
    data = cover.get_data()
    lines = {
        f"{Path(file).parent.name}/{Path(file).name}": {
            str(line): sorted({*tests} & seconds.keys() - bad) for line, tests in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    kept.write_text(json.dumps({"seconds": seconds, "bad": sorted(bad), "lines": lines}), encoding="utf-8")


# --- one mutant ---


class a_place:  # noqa: N801 - used as a function is
    """A folder in which the tests of one mutant leave what they leave; removed with all of it."""

    def __enter__(self) -> str:
        self.name = tempfile.mkdtemp(prefix="zeren-mutant-")
        return self.name

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.name, ignore_errors=True)


def fork(work: Callable[[], object], place: str) -> int:
    """A child in a session and a folder of its own; its exit code is 0 where the work ends without an exception."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        os.environ["TMPDIR"] = tempfile.tempdir = place
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        work()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever a mutant does; told where somebody looks
        traceback.print_exc()
    finally:
        os._exit(code)


def wait_for(pid: int, seconds: float) -> int | None:
    """The exit code of a child; None where it does not end in time, and is killed with all that it started."""
    until, pause = monotonic() + seconds, 0.002
    while monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)  # what it left running
            return os.waitstatus_to_exitcode(status)
        sleep(pause)
        pause = min(pause * 1.3, 0.1)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def tried_forked(mutant: Mutant, items: Sequence[Any], seconds: float) -> tuple[str, str]:
    """What comes of a mutant of a function, in a fork of a process that has everything loaded, and by which test."""
    with a_place() as place:
        found = Path(place, "found-by")

        def told(item: Any, good: bool) -> bool:
            if not good:
                found.write_text(item.nodeid, encoding="utf-8")
            return not good

        def work() -> None:
            put_in(mutant)
            if not run_items(items, told):
                raise SystemExit(1)

        code = wait_for(fork(work, place), LEAST + OUT_OF_TIME * seconds)
        by = found.read_text(encoding="utf-8") if found.exists() else ""
    return ENDLESS if code is None else FAILED if code else LIVED, by


def put_in(mutant: Mutant) -> None:
    """Gives every function of the file, wherever it is held, the code that it has in the mutant."""
    path = str(mutant.path)
    codes = dict(_codes(compile(mutant.tree(), path, "exec")))
    gc.unfreeze()  # what is frozen is not among the objects
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename == path:
            code = codes.get((each.__code__.co_qualname, each.__code__.co_firstlineno))
            if code is not None and code.co_freevars == each.__code__.co_freevars:
                each.__code__ = code


def _codes(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield (const.co_qualname, const.co_firstlineno), const
            yield from _codes(const)


def tried_alone(mutant: Mutant, tests: Sequence[str], seconds: float) -> str:
    """The same by an interpreter of its own, in which the file was never anything else."""
    with a_place() as place:
        environment = {**os.environ, "TMPDIR": place, "PYTHONDONTWRITEBYTECODE": "1"}
        arguments = [sys.executable, "-m", "tests.attack.mutants", "--alone", mutant.name]
        with subprocess.Popen(
            arguments, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                process.communicate(json.dumps(list(tests)).encode(), timeout=LEAST + 10 + OUT_OF_TIME * seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return ENDLESS
    return FAILED if process.returncode else LIVED


class Spoilt(importlib.machinery.SourceFileLoader):
    """Loads one file as a mutant."""

    mutant: Mutant

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - of the loader
        """Of the mutant, never of what is kept compiled."""
        code = compile(self.mutant.tree(), str(self.mutant.path), "exec")
        assert isinstance(code, CodeType)
        return code


class Finder:
    """Finds the one module that is a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = "ledger." + mutant.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.mutant = mutant

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Its spec; of every other one nothing."""
        if name != self.name:
            return None
        loader = Spoilt(name, str(self.mutant.path))
        loader.mutant = self.mutant
        places = [str(self.mutant.path.parent)] if self.mutant.path.stem == "__init__" else None
        return importlib.util.spec_from_file_location(
            name, self.mutant.path, loader=loader, submodule_search_locations=places
        )


class Chosen:
    """The plugin that runs these tests in this order, and no other."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = {name: number for number, name in enumerate(names)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leaves out the rest."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self.names), key=lambda item: self.names[item.nodeid]
        )


def main(arguments: Sequence[str]) -> int:
    """`--bench FD`: tries what it is asked. `--alone NAME`: one mutant, its tests on stdin. `--again`: once more those
    that outlived their tests, because tests came. `--list`: all, with what came of each."""
    match list(arguments):
        case ["--bench", descriptor]:
            with os.fdopen(int(descriptor), "w", encoding="utf-8") as answers, os.fdopen(os.dup(0)) as questions:
                return int(pytest.main([*OPTIONS], plugins=[Gathered(questions, answers)]))
        case ["--alone", name]:
            by_name = {each.name: each for each in mutants()}
            tests: list[str] = json.loads(sys.stdin.read())
            assert not [each for each in sys.modules if each.startswith("ledger")]
            sys.meta_path.insert(0, Finder(by_name[name]))
            files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
            return int(pytest.main([*OPTIONS[:-1], *files], plugins=[Chosen(tests)]))
        case ["--again"]:
            again()
        case _:
            said = Found(STATE / "mutants-found.json").said
            for each in mutants():
                sys.stdout.write(f"{said.get(each.name, '-')}\t{each.name}\t{each.lines[0]}\n")
    return 0


def again() -> None:
    """Tries those once more that outlived their tests and are not explained."""
    found, known = Found(STATE / "mutants-found.json"), explained()
    with Bench() as bench:
        for each in mutants():
            if found.said.get(each.name) == LIVED and each.name not in known:
                found.keep(each.name, bench.tried(each))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
