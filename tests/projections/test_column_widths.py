"""Columns of a printed table: as wide as their shares, and never so narrow that a day is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.reports.column_widths import column_widths
from projections.reports.document import Table

DAY_CM = 2.4


def test_a_day_and_the_number_of_an_entry_have_their_room() -> None:
    """What the shares leave too narrow is widened, at the cost of the columns that can do with less."""
    heads = ("序号", "事项", "期限", "完成日期", "佐证条目", "备注")
    rows = (("1", "重要工作亲自部署、过问、协调", "2024-09-27", "2024-11-15", "E052#129, E069#161", "缺"),)
    found = column_widths(Table("", heads, rows, (6, 34, 6, 6, 6, 40)), 15.6)
    assert sum(found) == pytest.approx(15.6)
    assert min(found[2:4]) >= DAY_CM
    assert found[4] >= 2
    assert found[5] / found[1] == pytest.approx(40 / 34)


def test_where_there_is_no_room_for_all_the_shares_count() -> None:
    """Twenty days do not fit beside one another: none is favoured. What is very long may break anywhere."""
    days = Table("", ("期限",) * 20, (("2024-09-27",) * 20,))
    assert column_widths(days, 15.6) == [pytest.approx(0.78)] * 20
    digest = Table("", ("a", "b"), (("f" * 64, "文"),))
    assert column_widths(digest, 10) == [5, 5]


@given(st.lists(st.tuples(st.integers(1, 50), st.text("0-9 文", max_size=14)), min_size=1, max_size=12))
def test_columns_fill_the_page_exactly(columns: list[tuple[int, str]]) -> None:
    """Whatever the texts, the widths are those of the page in all, and none is nothing."""
    table = Table("", ("",) * len(columns), (tuple(text for _, text in columns),), tuple(share for share, _ in columns))
    found = column_widths(table, 15.6)
    assert sum(found) == pytest.approx(15.6)
    assert min(found) > 0
