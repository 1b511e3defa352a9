"""Options and order of the test run, and skips that CI does not allow."""

import argparse
import gc
import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from ledger.keys import pbes2
from tests.support.covering import Covering
from tests.support.in_memory import folder_in_memory
from tests.support.replayed import changed_by_tests, is_shared
from tests.tools.system import NEEDS_SYSTEM, require_system

pbes2.ROUNDS = 1_000  # key files are opened thousands of times; the number itself is tested in test_pbes2

os.environ["ZEREN_CONFIG"] = ""  # nobody's own configuration file counts in a test

if (memory := folder_in_memory()) is not None:  # processes of `-n` and those that tests start are told by TMPDIR
    os.environ["TMPDIR"] = tempfile.tempdir = str(memory)

settings.register_profile("zeren", deadline=None)  # machines differ: no test fails for being slow
settings.register_profile("quick", deadline=None, max_examples=10)  # of make quick; make test takes them all
settings.load_profile("zeren")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--scenario FILE`, repeatable: the acceptance tests of these files instead of the project's own."""
    parser.addoption(
        "--scenario", action="append", default=[], type=_file, metavar="FILE", help="scenario file to test; repeatable"
    )


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files marked *long* are begun first, in whatever order, so that at the end no core waits for the last of them."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Coverage, where it is asked for, is measured in the tests of three rooms: tests/support/covering.py says why."""
    cov = config.pluginmanager.getplugin("_cov")
    if cov is not None:
        config.pluginmanager.register(Covering(cov))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: the garbage collector need not look through it again and again, neither while
    it grows nor afterwards, which takes an eighth of a run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Says once more, below what failed, how to run the same order again."""
    seed = config.getoption("randomly_seed", default=None)
    if seed is not None:
        terminalreporter.write_line(f"The order of this run: SEED={seed} (pytest --randomly-seed={seed})")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On CI a test that skips for want of something of the system fails: there everything is installed."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith(NEEDS_SYSTEM):
            report.outcome, report.longrepr = "failed", f"CI may not skip this: {reason}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_kept_in_what_is_shared() -> Generator[None, None, None]:
    """What a test judges over files that all tests read is not kept in them (`replayed.is_shared`)."""
    from cli import asking

    keep = asking._keep
    asking._keep = lambda views: None if is_shared(views.place) else keep(views)
    yield
    asking._keep = keep


@pytest.fixture(scope="module", autouse=True)
def shared_stays() -> Generator[None, None, None]:
    """A file of tests that changes what is replayed once for all fails itself, whatever comes after it in whatever
    order."""
    yield
    assert changed_by_tests() == []


@pytest.fixture(scope="session")
def chromium() -> Generator[Any, None, None]:
    """The system's Chromium, without a network; skips where there is none."""
    program = require_system("chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        options = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
        options += ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=str(program), args=options)
        yield browser
        browser.close()
