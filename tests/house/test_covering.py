"""Coverage is measured in tests of the ledger, the projections and the commands, and rests in all others."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.support import covering
from tests.support.covering import Covering
from tests.tools.unmeasured import seconds, unmeasured


class Tracer:
    """Keeps whether it is at work, as pytest-cov's does, and how often that was changed."""

    def __init__(self) -> None:
        self.started, self.changes = True, 0

    def pause(self) -> None:
        assert self.started
        self.started, self.changes = False, self.changes + 1

    def resume(self) -> None:
        assert not self.started
        self.started, self.changes = True, self.changes + 1


def a_test(nodeid: str, *marks: str, case: int | None = None) -> Any:
    item = SimpleNamespace(nodeid=nodeid, get_closest_marker=lambda name: name if name in marks else None)
    if case is not None:
        item.callspec = SimpleNamespace(indices={"each": case})
    return item


def test_the_measure_is_taken_in_the_rooms_of_the_gate_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """While tests are collected it rests, and in tests of pages and documents, in long ones, in those that reach
    nothing alone, and in every case of a test but its first."""
    monkeypatch.setattr(covering, "import_all", lambda *_: None)
    monkeypatch.setattr(covering, "left_out", lambda: {"tests/ledger/test_d.py::test_b"})
    tracer = Tracer()
    plugin = Covering(SimpleNamespace(cov_controller=tracer))
    assert tracer.started  # what modules do as they are imported
    plugin.pytest_sessionstart()
    found = [tracer.started]
    for item in (
        a_test("tests/api/test_a.py::test_b"),
        a_test("tests/ledger/store/test_a.py::test_b"),
        a_test("tests/projections/test_a.py::test_b"),
        a_test("tests/cli/test_a.py::test_b"),
        a_test("tests/ledger/test_a.py::test_b[0]", case=0),
        a_test("tests/ledger/test_a.py::test_b[1]", case=1),
        a_test("tests/projections/test_c.py::test_d", "long"),
        a_test("tests/ledger/test_d.py::test_b[0]", case=0),
        a_test("tests/test_scenario.py::test_a"),
    ):
        running = plugin.pytest_runtest_protocol(item)
        next(running)
        found.append(tracer.started)
        with pytest.raises(StopIteration):
            running.send(None)
    assert found == [False, False, True, True, True, True, False, False, False, False]
    assert tracer.changes == 3


def test_without_a_measure_nothing_is_asked_of_it() -> None:
    """A run that does not measure imports nothing more, and stops nothing."""
    plugin = Covering(SimpleNamespace(cov_controller=None))
    plugin.pytest_sessionstart()
    running = plugin.pytest_runtest_protocol(a_test("tests/ledger/test_a.py::test_b"))
    next(running)


def test_what_is_left_out_of_the_measure_reaches_nothing_alone() -> None:
    """Of two tests that reach the same the longer is left out, never both; none that is short, none that alone makes
    a step from one line to another."""
    one, two, three = (1, 1, 2), (1, 2, 3), (2, 1, 2)
    steps = {"alone": {one, two}, "with it": {one}, "long": {three}, "longer": {three}, "short": {one}}
    took = {"alone": 4.0, "with it": 1.0, "long": 2.0, "longer": 3.0, "short": 0.1}

    assert unmeasured(steps, took, 0.3) == ["longer", "with it"]
    log = ["0.30s call     tests/a.py::test_b[a b] ", "1.20s setup    tests/a.py::test_b", "(3 durations < 0.005s)"]
    assert seconds(log) == {"tests/a.py::test_b": 1.5}
