"""What tests need from the system: found, skipped with a remedy, and never skipped on CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.system import NEEDS, NEEDS_SYSTEM, Need, require_system

ROOT = Path(__file__).parents[2]
TESTS = f"""
import pytest
def test_passes(): pass
def test_called(): pytest.skip("{NEEDS_SYSTEM} a program; how to get it")
@pytest.mark.skipif(True, reason="{NEEDS_SYSTEM} another; how to get it")
def test_marked(): pass
def test_other(): pytest.skip("for a reason of its own, not one that {NEEDS_SYSTEM} names")
"""


def _run(directory: Path, *arguments: str, ci: str) -> tuple[int, str]:
    (directory / "test_skips.py").write_text(TESTS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-qrs", *arguments],
        cwd=directory,
        env=os.environ
        | {"CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_on_ci_a_skip_for_want_of_a_system_package_fails(tmp_path: Path) -> None:
    """With CI=true exactly the skips that begin with `needs system:` fail, and say why."""
    code, said = _run(tmp_path, ci="true")

    assert code == pytest.ExitCode.TESTS_FAILED
    assert said.splitlines()[-1].startswith("1 failed, 1 passed, 1 skipped, 1 error in")
    assert "CI may not skip this: needs system: a program; how to get it" in said
    assert "CI may not skip this: needs system: another; how to get it" in said


def test_elsewhere_such_a_skip_is_reported_with_its_remedy(tmp_path: Path) -> None:
    """Without CI=true the same run passes and names every skipped test with the reason."""
    code, said = _run(tmp_path, "--no-fold-skipped", ci="")

    assert code == pytest.ExitCode.OK
    assert said.splitlines()[-1].startswith("1 passed, 3 skipped in")
    assert "test_skips.py::test_called - Skipped: needs system: a program; how to get it" in said


def test_a_scenario_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """`--scenario` refuses a path that is not a file, naming it."""
    code, said = _run(tmp_path, "--scenario", "absent.yaml", ci="")

    assert code == pytest.ExitCode.USAGE_ERROR
    assert "there is no file absent.yaml" in said


def test_what_is_needed_is_found_by_program_or_by_pattern(tmp_path: Path) -> None:
    """A program on PATH and a file that matches an absolute pattern are found, in order; nothing else is."""
    font = tmp_path / "deep" / "XCJK.ttc"
    font.parent.mkdir()
    font.touch()

    assert Need("x", "x", "", ("no-such-program", "sh", f"{tmp_path}/**/*CJK*")).find() == Path(_which("sh"))
    assert Need("x", "x", "", ("no-such-program", f"{tmp_path}/**/*CJK*")).find() == font
    assert Need("x", "x", "", ("no-such-program", f"{tmp_path}/**/*wqy*")).find() is None


def _which(program: str) -> str:
    return subprocess.run(
        ["/bin/sh", "-c", f"command -v {program}"], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.name)
def test_a_missing_need_skips_with_package_and_reason(need: Need, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is found the test skips, and the reason names the need, what for, and the package."""
    monkeypatch.setattr(Need, "find", lambda _: None)

    with pytest.raises(pytest.skip.Exception) as skipped:
        require_system(need.name)

    assert str(skipped.value).startswith(f"{NEEDS_SYSTEM} {need.name}, {need.reason}; ")
    assert f"apt install {need.package}" in str(skipped.value)
