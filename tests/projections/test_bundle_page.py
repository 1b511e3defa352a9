"""The page of a bundle, read by who has nothing else: names and words, and ids where the bundle withholds names."""

import html
import re
import zipfile
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from projections.reports.exhibit_words import zone_of
from tests.support import web
from tests.support.command import zeren

FOLDED = re.compile(r"<(details|script|style)\b.*?</\1>", re.DOTALL)
IDS = re.compile(r"\b[puc]-[a-z]+\b")


def said(path: Path, *words: str, folded: bool = False) -> str:
    """What the page of a bundle of these says, but for what is folded."""
    made = zeren(web.home().directory, "bundle", *words, "--out", str(path))
    assert made.code == 0, made.err
    with zipfile.ZipFile(path) as bundle:
        page = bundle.read("index.html").decode()
    text = page if folded else FOLDED.sub(" ", page)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def test_the_page_of_one_entry_names_whom_it_names(tmp_path: Path) -> None:
    """Minutes are read as minutes: names for ids, votes as votes, also that nobody abstained."""
    page = said(tmp_path / "E060.zip", "E060")

    assert IDS.findall(page) == []
    assert "attendees 沈知行; 贺立新; 罗佩珊; 韩砚秋" in page
    assert "votes: in favour 沈知行; 贺立新; 罗佩珊" in page
    assert "votes: abstaining 无 none" in page
    assert "付云舟 赞成 in favour 否 no" in page
    assert "signed by 白芷, 沈知行" in page
    assert re.findall(r"recorded at (\S+ \S+);", page) == ["2024-02-21 09:00:00+08:00"], "as the pages tell it"
    assert "UTC" not in page


def test_the_page_of_a_case_is_in_words(tmp_path: Path) -> None:
    """Whom the case names is named, categories and duties are words, amounts have their unit, entries are links."""
    page = said(tmp_path / "K1.zip", "K1")
    case = page[: page.index("duty ledger : zeren.")]

    assert set(IDS.findall(case)) == {"p-zhang"}, "who opened it is registered in the case ledger outside the case"
    assert case.count("p-zhang") == case.count("监督人员 inspector p-zhang") == 8
    assert "Whose name is registered in the case ledger alone stands by role and id" in case
    assert "6.8 万元" in case
    assert "罗佩珊 重要领导责任 important leadership responsibility 通报" in case
    assert "Two investigations in one case (A4c)" in case
    assert "enabling decisions E060#144 会议 meeting 2024-02-20" in case
    assert re.findall(r"[A-Za-z]+_[A-Za-z_]+|\d{4}-\d\d-\d\dT\S*", page) == []


def test_the_table_of_contents_names_whom_each_entry_is_about(tmp_path: Path) -> None:
    """Codes and days alone find nothing: behind each entry stand the first three of its persons and units."""
    page = said(tmp_path / "K1.zip", "K1", folded=True)
    listed = page[page.index("目录 Contents") : page.index("案件账本 case ledger : zeren.")]

    assert "立案 opening of a case 2024-10-14 : 辅助器具资源中心" in listed
    assert "会议 meeting 2023-02-17 : 市残联党组; 沈知行; 贺立新 ；另有 3 名 and 3 more of them" in listed
    assert "人员登记 person registered : 高建树" in listed


def test_a_time_zone_that_nobody_knows_is_told_as_utc() -> None:
    """What a ledger's first entry says cannot make the page fail."""
    assert zone_of("Asia/Shanghai") == ZoneInfo("Asia/Shanghai")
    assert [zone_of(name) for name in ("", "Nowhere/At all", "../etc", "Asia")] == [UTC] * 4


@pytest.mark.parametrize("what", ["E060", "K1"])
def test_names_are_withheld_with_the_texts(tmp_path: Path, what: str) -> None:
    """Where no texts are wanted no name is in the file, and ids stand in their place."""
    page = said(tmp_path / "bare.zip", what, "--without-texts", folded=True)

    assert "沈知行" not in page
    assert "p-shen" in page
