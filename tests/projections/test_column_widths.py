"""Columns of a printed table: as wide as their shares, and never so narrow that a day is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.reports.column_widths import column_widths
from projections.reports.document import Table

POINTS = 9.0
EM_CM = POINTS * 2.54 / 72
MARGINS_CM = 0.2
DAY_CM = 4.67 * EM_CM + MARGINS_CM
"""Of ten characters in Times: eight digits of half an em, two hyphens of a third."""
TWO_CM = 2 * EM_CM + MARGINS_CM


def test_a_day_and_the_number_of_an_entry_have_their_room() -> None:
    """What the shares leave too narrow is widened, at the cost of the columns that can do with less."""
    heads = ("序号", "事项", "期限", "完成日期", "佐证条目", "备注")
    rows = (("1", "重要工作亲自部署、过问、协调" * 3, "2024-09-27", "2024-11-15", "E052#129, E069#161", "缺" * 40),)
    found = column_widths(Table("", heads, rows, (6, 34, 6, 6, 6, 40)), 15.6, POINTS)
    assert sum(found) == pytest.approx(15.6)
    assert min(found[2:4]) >= DAY_CM
    assert found[4] >= 4.3 * EM_CM + MARGINS_CM
    assert found[5] / found[1] == pytest.approx(40 / 34)


@pytest.mark.parametrize("points", [9.0, 10.5])
def test_ten_columns_on_an_upright_page_break_no_day_and_have_room_for_two_characters(points: float) -> None:
    """The yearly special report, in the type it is set in: days and numbers of entries whole, no column a character."""
    heads = ("序号", "责任人", "事项", "对应条款", "对象或参加人", "期限", "完成日期", "状态", "备注", "佐证条目")
    rows = (
        (
            "1",
            "秦若澜",
            "签批重要文件（E114）",
            "PS5b 党组书记",
            "",
            "2025-02-19",
            "2025-02-12",
            "已履行",
            "",
            "E114#218",
        ),
        (
            "26",
            "市残联党组",
            "每年专题报告",
            "PG5b 党组班子",
            "云溪市委",
            "2026-03-31",
            "",
            "未到期",
            "缺：云溪市委",
            "",
        ),
    )
    found = column_widths(Table("", heads, rows, (6, 12, 34, 22, 18, 12, 12, 14, 24, 14)), 15.6, points)
    em = points * 2.54 / 72
    assert sum(found) == pytest.approx(15.6)
    assert min(found) >= 2 * em + MARGINS_CM
    assert min(found[5:7]) >= 4.67 * em + MARGINS_CM
    assert found[9] >= 4.2 * em + MARGINS_CM
    assert found[2] > 1.5 * min(found), "what is left is the texts'"


def test_smaller_type_leaves_more_to_the_texts() -> None:
    """The room of a day follows from the size of its type, and the rest falls to the other column."""
    table = Table("", ("期限", "事项"), (("2024-09-27", "重要工作" * 20),), (1, 20))
    small, large = column_widths(table, 10, 9), column_widths(table, 10, 16)
    assert small[0] < large[0]
    assert small[1] > large[1]


def test_where_words_have_no_room_days_are_still_whole() -> None:
    """English words of many letters may break before a day does."""
    words = ("responsible", "obligations", "supervising", "collective", "discipline")
    table = Table("", words * 2, (("2025-02-19", "", "E114#218", *("words",) * 7),))
    found = column_widths(table, 15.6, 10.5)
    em = 10.5 * 2.54 / 72
    assert found[0] >= 4.67 * em + MARGINS_CM
    assert found[2] >= 4.2 * em + MARGINS_CM
    assert min(found) >= 2 * em + MARGINS_CM


def test_where_there_is_no_room_for_all_none_is_favoured() -> None:
    """Days that do not fit beside one another: two characters each; more columns still: shares. A hash may break."""
    twelve = Table("", ("期限",) * 12, (("2024-09-27",) * 12,), (1,) * 11 + (20,))
    found = column_widths(twelve, 15.6, POINTS)
    assert sum(found) == pytest.approx(15.6)
    assert min(found) >= TWO_CM
    twenty = Table("", ("期限",) * 20, (("2024-09-27",) * 20,))
    assert column_widths(twenty, 15.6, POINTS) == [pytest.approx(0.78)] * 20
    digest = Table("", ("a", "b"), (("f" * 64, "0" * 64),))
    assert column_widths(digest, 10, POINTS) == [pytest.approx(5)] * 2


def test_a_column_takes_no_more_than_its_texts_need_while_another_lacks_room() -> None:
    """A wide share over short texts is given to long ones; where all have what they need, shares count again."""
    table = Table("", ("事项", "备注"), (("会议", "研究部署" * 20),), (34, 24))
    found = column_widths(table, 15.6, POINTS)
    assert found[0] < 1.5
    short = Table("", ("事项", "备注"), (("会议", "研究"),), (30, 10))
    assert column_widths(short, 12, POINTS) == [pytest.approx(9), pytest.approx(3)]


@pytest.mark.parametrize(
    ("whole", "ems"),
    [("2023年12月19日", 7.8), ("86.4万元", 3.7), ("第8至10项", 4.5), ("CNY 864,000", 5.5), ("No. 8 to 10", 5)],
)
def test_a_day_an_amount_and_numbers_of_acts_stand_on_one_line(whole: str, ems: float) -> None:
    """As the report writes them in either language; `ems` is what Times needs."""
    table = Table("", ("日期", "行为内容"), ((whole, "拆分采购、虚假验收" * 9),), (1, 40))
    assert column_widths(table, 15.6, POINTS)[0] >= ems * EM_CM + MARGINS_CM


def test_a_heading_in_bold_and_a_long_word_of_a_narrow_table_are_whole() -> None:
    """Seven columns in English: "responsibility" and "amount" are not broken, while other texts may go on below."""
    heads = ("Person", "Regulation on Accountability", "Sanctions", "Acts", "Amount", "Advice")
    row = (
        "贺立新",
        "Main leadership responsibility",
        "Not applicable",
        "No. 1 to 8",
        "CNY 691,000",
        "No ground to lighten",
    )
    found = column_widths(Table("", heads, (row,), (16, 25, 25, 22, 18, 50)), 15.6, POINTS)
    assert found[1] >= 14 * 0.5 * EM_CM + MARGINS_CM
    assert found[4] >= 11 * 0.5 * EM_CM + MARGINS_CM
    assert sum(found) == pytest.approx(15.6)


@given(st.lists(st.tuples(st.integers(1, 50), st.text("0-9 文", max_size=14)), min_size=1, max_size=12))
def test_columns_fill_the_page_exactly(columns: list[tuple[int, str]]) -> None:
    """Whatever the texts, the widths are those of the page in all, and none is nothing."""
    table = Table("", ("",) * len(columns), (tuple(text for _, text in columns),), tuple(share for share, _ in columns))
    found = column_widths(table, 15.6, POINTS)
    assert sum(found) == pytest.approx(15.6)
    assert min(found) > 0
