"""README's table of mechanisms names only what the program has."""

import re
from pathlib import Path

import pytest

from cli.main import COMMANDS
from ledger.recording.forms import forms
from projections.obligations.table import table
from projections.signals import CATALOGUE

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
_SECTION = re.search(r"## Mechanisms of the plan\n(?P<text>.*?)\n## ", README, re.DOTALL)
ROWS = [line for line in (_SECTION["text"] if _SECTION else "").splitlines() if line.startswith("| ")][1:]
MECHANISMS = (
    *("责任分解", "责任落实", "考核机制", "责任追究", "轮岗", "述责述廉", "民主生活会", "廉政谈话"),
    *("防范性措施", "检查考核", "专题会议", "分析研判", "专题报告", "自查总结", "请示汇报"),
    *("协同责任", "签批", "教育", "风险防控", "问题整改", "责任倒查", "一案双查"),
)


def test_every_mechanism_has_its_row() -> None:
    """Each mechanism that the plan names stands in the table once."""
    names = [row.split("|")[1] for row in ROWS]
    assert all(sum(word in name for name in names) == 1 for word in MECHANISMS)
    assert len(ROWS) == len(MECHANISMS)


@pytest.mark.parametrize("row", ROWS, ids=[row.split("|")[1].split()[0] for row in ROWS])
def test_what_a_row_names_exists(row: str) -> None:
    """Every command, kind of record, obligation and signal of a row is one that the program has and decides."""
    _, _, commands, obligations, signals, _, _ = (cell.strip() for cell in row.split("|"))
    named = [code.split() for code in re.findall(r"`(zeren [^`]*)`", commands)]

    assert named
    assert {words[1] for words in named} <= set(COMMANDS)
    assert {words[2] for words in named if words[1] == "record"} <= set(forms())
    ids = re.findall(r"\b[A-Z]{1,2}\d[a-e]?\b", obligations)
    assert ids or obligations == "all countable and triggered"
    assert set(ids) <= set(table().obligations)
    codes = re.findall(r"[A-Z_]{4,}", signals)
    assert all(CATALOGUE[code].rule is not None for code in codes)
