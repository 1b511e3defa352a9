"""The counting of failovers: what is lost, forked or doubled is counted, and a round with any of it is told."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.bench import failover, patroni
from tests.support.failover import WRITERS, Acknowledged, Round
from tests.support.patroni import Node, configuration

WELL = Round("15.18", synchronous=True, acknowledged=100, gap=1.25, reads=500, waited=0.2)
TOLD = {"bereft": 5, "refused": Counter(RolledBack=4, Forked=1), "refused_later": Counter(Forked=5)}
CONTROL = Round("15.18", synchronous=False, acknowledged=90, lost=12, forks=12, **TOLD)  # type: ignore[arg-type]


def test_what_is_not_on_record_is_lost_and_two_receipts_for_one_place_are_a_fork() -> None:
    """Of five receipts, the entry of one is gone, that of another has somebody else's in its place."""
    stands = {3: b"a", 4: b"other"}
    given = [(3, b"a"), (4, b"b"), (5, b"c"), (4, b"other"), (3, b"a")]
    made = replace(WELL)
    made.judge([Acknowledged(0.0, position, leaf) for position, leaf in given], stands.get)
    assert (made.acknowledged, made.lost, made.forks) == (5, 2, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(WELL, lost=1),
        replace(WELL, forks=1),
        replace(WELL, doubled=1),
        replace(WELL, unread=1),
        replace(WELL, gap=None),
        replace(WELL, acknowledged=WRITERS),
        replace(WELL, refused=Counter(RolledBack=1)),
        replace(WELL, findings=["a finding"]),
        replace(CONTROL, lost=0),
        replace(CONTROL, forks=0),
        replace(CONTROL, refused=Counter(RolledBack=4)),
        replace(CONTROL, refused_later=Counter(Forked=4)),
        replace(CONTROL, bereft=6),
        replace(CONTROL, bereft=0, refused=Counter(), refused_later=Counter()),
    ],
)
def test_a_round_that_did_not_go_as_it_has_to_is_told(
    wrong: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its own row and in the sum; rounds that went well are said to."""
    monkeypatch.setattr(failover, "FAILOVER", tmp_path / "FAILOVER.md")
    assert WELL.held()
    assert CONTROL.held()
    assert not wrong.held()
    assert "**no**" not in failover.write([WELL, CONTROL], 3)
    text = failover.write([WELL, CONTROL, wrong], 3)
    assert text.count("**no**") == 2
    assert "**no**: 1 of 2" in text


def test_the_table_has_rounds_sums_and_what_writers_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Acknowledged, lost, forks, gap and reads, summed over the rounds of a version and a kind of standby."""
    monkeypatch.setattr(failover, "FAILOVER", tmp_path / "FAILOVER.md")
    text = failover.write([WELL, replace(WELL, gap=2.0), CONTROL], 3)
    assert "| 15.18 | synchronous | 2 | 200 | 0 | 0 | 0 | 1.25–2.00 s | 1,000 | 0 | 0.20 s | yes |" in text
    assert (
        "| 3 | 15.18 | control | 90 | 12 | 12 | 0 | – | 0 | 0 | 0.00 s | 5 | 4 RolledBack, 1 Forked | 5 Forked | yes |"
        in text
    )
    assert text == (tmp_path / "FAILOVER.md").read_text(encoding="utf-8")


def test_the_nodes_are_kept_as_the_runbook_says() -> None:
    """What decides over what is acknowledged and who may take over is that of the runbook's file, word for word."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (block,) = [part for part in readme.split("```yaml\n")[1:] if "synchronous_mode_strict" in part]
    said = yaml.safe_load(block.split("```")[0])
    ours = configuration(Node(1, Path("/nowhere")), Path("/programs"))
    for name, value in said["bootstrap"]["dcs"].items():
        if name != "postgresql":
            assert ours["bootstrap"]["dcs"][name] == value
    assert ours["bootstrap"]["dcs"]["postgresql"]["parameters"]["synchronous_commit"] == "on"
    assert ours["bootstrap"]["initdb"][-1] == said["bootstrap"]["initdb"][-1] == "data-checksums"
    assert said.keys() - {"watchdog"} == ours.keys()


def test_takeovers_by_patroni_are_told_round_by_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With how the primary went, and what was wrong with one that did not go as it has to."""
    monkeypatch.setattr(patroni, "PATRONI", tmp_path / "PATRONI.md")
    text = patroni.write([("killed", WELL), ("asked to hand over", replace(WELL, unread=1, faults=["a fault"]))], 3)
    assert "| 1 | 15.18 | killed | 100 | 0 | 0 | 0 | 1.25 s | 500 | 0 | 0.20 s | yes |" in text
    assert "| 500 | 1 | 0.20 s | **no** a fault |" in text
    assert text == (tmp_path / "PATRONI.md").read_text(encoding="utf-8")
