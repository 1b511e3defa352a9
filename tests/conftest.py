"""Options of the test run, and skips that CI does not allow."""

import argparse
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.tools.system import NEEDS_SYSTEM


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On CI a test that skips for want of something of the system fails: there everything is installed."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith(NEEDS_SYSTEM):
            report.outcome, report.longrepr = "failed", f"CI may not skip this: {reason}"
    return report
