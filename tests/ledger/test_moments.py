"""Days, moments and periods are read alike by whoever records, imports, replays or asks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ledger.errors import BadInput
from ledger.recording.moments import period_in, read_day, read_moment, read_period, read_when, written

SHANGHAI = ZoneInfo("Asia/Shanghai")


def wide(text: str) -> str:
    """The text in full-width letters, digits, marks and spaces."""
    return "".join("\u3000" if char == " " else chr(ord(char) + 0xFEE0) if char.isascii() else char for char in text)


DAYS = (
    *("2024-07-09", "2024-7-9", "2024/7/9", "2024/07/09", "2024.7.9", "2024年7月9日", "2024年07月09日"),
    *(wide("2024年7月9日"), wide("2024-07-09"), "2024 年 7 月 9 日", " 2024-07-09 ", wide("2024/7/9")),
    *("二〇二四年七月九日", "二零二四年七月九日", "二○二四 年 七 月 九 日"),
)
MOMENTS = {
    "15:00": (
        *("2024-07-09 15:00", "2024-07-09T15:00", "2024-07-09T15:00:00", "2024/7/9 15:00", "2024年7月9日15时"),
        *(
            "2024年7月9日 15:00",
            "2024年7月9日下午3时",
            "2024年7月9日 下午3点",
            "2024.7.9 3:00 PM",
            "2024年7月9日下午15时",
        ),
        *(
            wide("2024年7月9日 下午3:00"),
            wide("2024-07-09 15:00"),
            "2024年7月9日15时0分",
            "2024-07-09T15:00:00.000",
            "2024年7月9日下午15时",
        ),
    ),
    "09:30": (
        *(
            "2024-07-09 9:30",
            "2024年7月9日上午9时30分",
            "2024年7月9日 上午 9:30",
            "2024/7/9 9:30am",
            "2024年7月9日9时30分",
        ),
        *("2024年7月9日9点半", "2024年7月9日早上9点30"),
    ),
    "12:30": ("2024-07-09 12:30", "2024年7月9日下午12时30分", "2024-07-09 12:30 PM"),
    "00:10": ("2024-07-09 0:10", "2024年7月9日凌晨0时10分"),
    "20:00": ("2024年7月9日晚上8点", "2024-07-09 8:00 pm"),
}
NEITHER = (
    *("", "yesterday", "昨天", "24-07-09", "2024-07", "2024年7月", "7月9日", "2024-02-30", "2024-13-01", "2024/7-9"),
    *("20240709", "45482", "2024年7月9", "2024/7/9日", "2024-07-09 25:00", "2024-07-09 15", "2024-07-0915:00"),
    *("2024-07-09 15:60", "2024年7月9日上午13时", "2024年7月9日上午12时", "2024-07-09 12:00 AM", "2024-07-09 15:00 PM"),
    *("2024-07-09 24:00", "2024-07-09 15:00+25:00", "2024-07-09 上午9:00 AM", "\u0662\u0660\u0662\u0664-07-09"),
)
PERIODS = {
    "2024": ("2024", "2024年", "2024年度", "2024年全年", wide("2024年"), " 2024 "),
    "2024H1": ("2024H1", "2024-H1", "2024 H1", "2024h1", "2024年上半年", "2024 年上半年", "2024上半年", wide("2024H1")),
    "2024H2": ("2024H2", "2024年下半年"),
    "2024Q3": (
        "2024Q3",
        "2024-Q3",
        "2024年第3季度",
        "2024年第三季度",
        "2024年三季度",
        "2024年3季度",
        wide("2024年第3季度"),
    ),
}


@pytest.mark.parametrize("text", DAYS)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    """Every ordinary writing of a day is that day, for a record and for a question."""
    assert date(2024, 7, 9) == read_day(text)
    assert read_when("day", text, SHANGHAI) == read_when("when", text, SHANGHAI) == "2024-07-09"
    assert read_moment(text, SHANGHAI) == datetime(2024, 7, 9, 15, 59, 59, 999000, tzinfo=UTC)


@pytest.mark.parametrize(("clock", "text"), [(clock, text) for clock, texts in MOMENTS.items() for text in texts])
def test_a_moment_is_read_however_it_is_written(clock: str, text: str) -> None:
    """Every ordinary writing of a moment is that moment in the ledger's zone, for a record and for a question."""
    moment = datetime.fromisoformat(f"2024-07-09T{clock}:00+08:00")
    assert read_moment(text, SHANGHAI) == moment
    assert read_when("moment", text, SHANGHAI) == read_when("when", text, SHANGHAI) == moment.isoformat()


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2024-07-09T15:00:00+05:30", "+05:30"),
        ("2024/7/9 15:00 -09:30", "-09:30"),
        ("2024年7月9日15时 +0545", "+05:45"),
        ("2024年7月9日下午3时Z", "+00:00"),
    ],
)
def test_an_offset_outranks_the_zone(text: str, offset: str) -> None:
    """What is written with an offset, also of half an hour, keeps it."""
    moment = datetime.fromisoformat(f"2024-07-09T15:00:00{offset}")
    assert read_moment(text, SHANGHAI) == moment
    assert read_when("moment", text, SHANGHAI) == moment.isoformat()


@pytest.mark.parametrize("text", NEITHER)
def test_what_is_neither_is_refused_naming_what_is_taken(text: str) -> None:
    """Nothing is guessed; the message shows how days and moments are written."""
    assert written(text) is None
    for said in (lambda: read_day(text), lambda: read_when("day", text, SHANGHAI)):
        with pytest.raises(BadInput, match="2024年7月9日"):
            said()
    for said in (lambda: read_moment(text, SHANGHAI), lambda: read_when("moment", text, SHANGHAI)):
        with pytest.raises(BadInput, match=r"2024年7月9日下午3时|full-width"):
            said()


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in PERIODS.items() for text in texts])
def test_a_period_is_read_in_both_languages(name: str, text: str) -> None:
    """A year, half-year or quarter is the same period however it is written."""
    assert read_period(text) == read_period(name)
    assert read_period(text).name == name


def test_a_period_has_its_days() -> None:
    """Halves and quarters end on the last days of their months."""
    days = {name: (read_period(name).first.isoformat(), read_period(name).last.isoformat()) for name in PERIODS}
    assert days == {
        "2024": ("2024-01-01", "2024-12-31"),
        "2024H1": ("2024-01-01", "2024-06-30"),
        "2024H2": ("2024-07-01", "2024-12-31"),
        "2024Q3": ("2024-07-01", "2024-09-30"),
    }
    assert read_period("2024Q4").last == date(2024, 12, 31)


@pytest.mark.parametrize("text", ["", "24", "2024H3", "2024Q5", "2024年第五季度", "2024年7月", "1899", "3000", "H1"])
def test_no_other_period_is_taken(text: str) -> None:
    """What is no period is refused, naming those that are."""
    assert period_in(text) is None
    with pytest.raises(BadInput, match="2024年上半年"):
        read_period(text)


@pytest.mark.parametrize("text", ["1899-12-31", "3000-01-01", "0001-01-01"])
def test_years_beyond_all_records_are_not_asked_about(text: str) -> None:
    """No arithmetic on days that somebody asks about can overflow."""
    with pytest.raises(BadInput):
        read_day(text)
    with pytest.raises(BadInput):
        read_moment(text, SHANGHAI)


@pytest.mark.parametrize(
    ("written_so", "day"),
    [
        ("二〇二四年十月十日", date(2024, 10, 10)),
        ("二〇一九年十二月三十一日", date(2019, 12, 31)),
        ("二〇二〇年二月二十九日", date(2020, 2, 29)),
        ("二〇二六年十一月二十日", date(2026, 11, 20)),
        ("一九九九年一月十五日", date(1999, 1, 15)),
    ],
)
def test_days_in_chinese_numerals_are_read(written_so: str, day: date) -> None:
    """As formal documents write them, alone and before a time of day."""
    assert read_day(written_so) == day
    assert read_moment(f"{written_so}下午3时", SHANGHAI) == read_moment(f"{day.isoformat()} 15:00", SHANGHAI)


@pytest.mark.parametrize(
    "text", ["二四年七月九日", "二〇二四年十三月一日", "二〇二四年二月三十日", "二〇二四年七月四十日"]
)
def test_no_day_is_guessed_from_chinese_numerals(text: str) -> None:
    """A year of two digits, and days that no calendar has."""
    with pytest.raises(BadInput):
        read_day(text)
