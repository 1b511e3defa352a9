"""Where coverage is measured: in tests of the rooms that its gate is about, and nowhere else.

The tracer makes everything two to three times as slow, what it does not measure too: pytest, Flask, the tests
themselves. So it rests while tests are collected, and in tests of pages, documents and the whole house: what they reach
of the ledger and the projections does not count, which asks more of the tests of the rooms themselves, not less. It
rests in files marked *long* too, of a test that is asked of many cases in all but the first, which reaches what they
have in common, and in tests of some length all of whose steps other tests make too, which `tests.tools.unmeasured`
found and tests/assets/unmeasured.txt names: the measure is the same without them. What a module does as it is imported
is measured once, in the process that divides the tests; without `-n` in the only one.
"""

import importlib
import pkgutil
from collections.abc import Generator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ledger
import projections

ROOMS = ("tests/ledger/", "tests/projections/", "tests/cli/")
"""Importing tables and asking a city have their tests beside their commands."""
LEFT_OUT = Path(__file__).parents[1] / "assets" / "unmeasured.txt"


def import_all(*packages: ModuleType) -> None:
    """Imports all that the packages have, but for what runs as it is imported."""
    for package in packages:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)


@cache
def left_out() -> frozenset[str]:
    """Tests that reach nothing alone."""
    return frozenset(LEFT_OUT.read_text(encoding="utf-8").split())


def is_measured(item: pytest.Item) -> bool:
    """Whether a test is one of those that the measure is taken of."""
    if not item.nodeid.startswith(ROOMS) or item.get_closest_marker("long") is not None:
        return False
    if item.nodeid.partition("[")[0] in left_out():
        return False
    case = getattr(item, "callspec", None)
    return case is None or not any(case.indices.values())


class Covering:
    """A plugin that lets the tracer of pytest-cov rest but where it is wanted."""

    def __init__(self, cov: Any) -> None:
        self._cov = cov
        self._at_work = True  # from the first on; in a process of `-n` from the start of its session
        if cov.cov_controller is not None:
            import_all(ledger, projections)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Rests from here on: in the process that divides the tests, and while they are collected."""
        self._measure(False)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Measures a test with what it prepares, or does not."""
        self._measure(is_measured(item))
        return (yield)

    def _measure(self, wanted: bool) -> None:
        controller = self._cov.cov_controller
        if controller is not None and self._at_work != wanted:
            self._at_work = wanted
            (controller.resume if wanted else controller.pause)()
