"""The measuring itself: two sides in turn, quantiles, growth, and a table that tells what is not met."""

from pathlib import Path

import pytest

from tests.bench import table
from tests.bench.province import Figures, on_paper
from tests.bench.table import Row, at_least, at_most, write
from tests.bench.timing import Times, growth, in_turn, python, run


def test_two_sides_are_done_in_turn() -> None:
    """A piece of ours after each of theirs, each noted once."""
    done: list[str] = []
    ours, theirs = in_turn(
        [lambda n=n: done.append(f"o{n}") for n in range(3)],  # type: ignore[misc]
        [lambda n=n: done.append(f"t{n}") for n in range(3)],  # type: ignore[misc]
    )

    assert done == ["t0", "o0", "t1", "o1", "t2", "o2"]
    assert len(ours.walls) == len(theirs.walls) == 3


def test_a_quantile_is_of_the_pieces() -> None:
    """The half and all but one in a hundred of them."""
    times = Times(walls=[float(number) for number in range(1, 101)])

    assert (times.quantile(0.5), times.quantile(0.99)) == (50.0, 99.0)


@pytest.mark.parametrize(("large", "exponent"), [(1.0, 0.0), (10.0, 1.0), (100.0, 2.0)])
def test_growth_is_an_exponent(large: float, exponent: float) -> None:
    """Flat is 0, proportional 1, quadratic 2."""
    assert growth(1.0, large, 10) == pytest.approx(exponent)


def test_a_process_is_measured_by_itself_and_its_failure_is_told() -> None:
    """Its memory is not that of who measures it."""
    ballast = bytes(200_000_000)

    _, _, peak = run(python("pass"))

    assert len(ballast) / 2**20 > peak > 1
    with pytest.raises(RuntimeError, match="told"):
        run(python("raise SystemExit('told')"))


def test_the_table_tells_what_is_met_and_what_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Aims stand beside figures; what was left out is named."""
    monkeypatch.setattr(table, "RESULTS", tmp_path / "RESULTS.md")
    rows = [at_least("G", "fast", 0.7, 0.6), at_most("G", "large", 90, 80, unit=" MB"), Row("H", "size", "2 KiB")]

    text = write(rows, (1000,), 3, ["a peer"])

    assert text == (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "| fast | 0.70 | ≥ 0.6 | yes |" in text
    assert "| large | 90.00 MB | ≤ 80 MB | **no** |" in text
    assert "| size | 2 KiB | – | – |" in text
    assert "left out: a peer" in text


def test_a_province_is_what_was_measured_times_its_entries() -> None:
    """65 million entries of 1,000 bytes are 65 GB; at 1 ms each 16 cores verify them in about an hour."""
    said = "\n".join(on_paper(Figures(1_000.0, 0.001, 0.0005)))
    for line in (
        "| in files | 5 GB | 65 GB |",
        "| all verified, 16 cores | 5.2 min | 67.7 min |",
        "of a night | 1 | 3 |",
    ):
        assert line in said, said
