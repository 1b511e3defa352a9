"""Days, moments and periods as people write them: the one reader, for who records, imports, replays and asks alike.

    a day      2024-07-09  2024/7/9  2024.7.9  2024年7月9日  二〇二四年七月九日
    a moment   a day with 15:00  9:30:05  15时  9时30分  上午9时30分  下午3点半  3:30 PM, then an offset or none
    a period   2024  2024年  2024H1  2024-H1  2024年上半年  2024Q3  2024年第3季度  2024年三季度

Digits and marks may be full-width, and spaces may stand between the parts. A number is never taken for a day: a
spreadsheet's serial number and a year look alike. Nothing is guessed: a year of two digits, a day without its year and
noon or midnight said with 上午 or AM are refused.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from ledger.errors import BadInput
from ledger.events.fields import format_when, parse_when
from ledger.frozen import dataclass
from ledger.recording.texts import read_line

_DAY = (
    r"(?P<year>\d{4})"
    r"(?:(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)|年(?P<month_zh>\d\d?)月(?P<day_zh>\d\d?)日)"
)
_HOUR = (
    r"(?P<half>上午|下午|凌晨|早上|晚上)?(?P<hour>\d\d?)"
    r"(?::(?P<minute>\d\d)(?::(?P<second>\d\d(?:\.\d{1,6})?))?"
    r"|[时点](?:(?P<half_past>半)|(?P<minute_zh>\d\d?)分?(?:(?P<second_zh>\d\d?)秒)?)?)"
    r"(?: ?(?P<noon>[AaPp][Mm]))?(?: ?(?P<offset>[Zz]|[+-]\d\d:?\d\d))?"
)
_WRITTEN = re.compile(rf"{_DAY}(?:(?:[Tt ]|(?<=日)|(?=[上下凌早晚])){_HOUR})?", re.ASCII)
_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:年度?|年全年)?"
    r"(?:[- ]?H(?P<half>[12])|(?P<half_zh>[上下])半年|[- ]?Q(?P<quarter>[1-4])|第?(?P<quarter_zh>[1-4一二三四])季度?)?",
    re.ASCII | re.IGNORECASE,
)
_AROUND = re.compile(r"\s*([年月日时点分秒:/])\s*")
_DIGITS = "〇一二三四五六七八九"
_IN_LETTERS = re.compile(
    rf"(?P<year>[{_DIGITS}零○]{{4}})年(?P<month>十[一二]?|[一二三四五六七八九])月"
    r"(?P<day>二十[一二三四五六七八九]?|三十一?|十[一二三四五六七八九]?|[一二三四五六七八九])日"
)
"""A day as documents of the Party and of courts wrote it."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_EARLY = ("上午", "凌晨", "早上")
_FIRST_SERIAL = date(1899, 12, 30)
_SERIALS = (18_264, 109_938)
"""A spreadsheet's serial numbers of the days from 1950 to 2200."""
FIRST_YEAR, LAST_YEAR = 1949, 2199
"""Years of what is recorded."""
_ASKED = range(1900, 3000)
"""Years that may be asked about, so that no later arithmetic on days can overflow."""
_END_OF_DAY = time(23, 59, 59, 999000)
_DAYS = "2024-07-09, 2024/7/9, 2024.7.9, 2024年7月9日"
_MOMENTS = "2024-07-09 15:00, 2024-07-09T15:00:00+08:00, 2024年7月9日15时, 2024年7月9日下午3时"
_PERIODS = "2024, 2024年, 2024H1, 2024年上半年, 2024Q3, 2024年第3季度"


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A year, half-year or quarter by the name that the program gives it: `2024`, `2024H1`, `2024Q3`."""

    name: str
    first: date
    last: date


# --- who asks ---------------------------------------------------------------------------------------------------------


def read_day(text: str) -> date:
    """A day. Raises BadInput that names what is taken."""
    when = _asked(text)
    if when is None or isinstance(when, datetime):
        raise BadInput("{!r} is not a day; days are written as {}", text, _DAYS)
    return when


def read_moment(text: str, zone: tzinfo) -> datetime:
    """A moment in UTC: without offset it is local, a bare day means its end. Raises BadInput."""
    when = _asked(text)
    if when is None:
        raise BadInput(
            "{!r} is not a moment; moments are written as {}, or as a day, which means its end", text, _MOMENTS
        )
    if not isinstance(when, datetime):
        when = datetime.combine(when, _END_OF_DAY)
    return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)


def read_day_or_moment(text: str, zone: tzinfo) -> date | datetime:
    """A day, or a moment in UTC where a time of day stands with it. Raises BadInput."""
    when = _asked(text)
    return when if when is not None and not isinstance(when, datetime) else read_moment(text, zone)


def read_period(text: str) -> NamedPeriod:
    """A year, half-year or quarter. Raises BadInput that names what is taken."""
    found = period_in(text)
    if found is None:
        raise BadInput("{!r} is no period; periods are written as {}", text, _PERIODS)
    return found


def period_in(text: str) -> NamedPeriod | None:
    """The year, half-year or quarter that a text writes; None where it writes none."""
    found = _PERIOD.fullmatch(_plain(text))
    if found is None or int(found["year"]) not in _ASKED:
        return None
    year, name = int(found["year"]), found["year"]
    months = (1, 12)
    if half := found["half"] or {"上": "1", "下": "2"}.get(found["half_zh"] or ""):
        name, months = f"{name}H{half}", (6 * int(half) - 5, 6 * int(half))
    elif quarter := found["quarter"] or found["quarter_zh"]:
        number = int(quarter) if quarter.isascii() else "一二三四".index(quarter) + 1
        name, months = f"{name}Q{number}", (3 * number - 2, 3 * number)
    after = date(year + months[1] // 12, months[1] % 12 + 1, 1)
    return NamedPeriod(name, date(year, months[0], 1), after - timedelta(days=1))


def _asked(text: str) -> date | datetime | None:
    when = written(text)
    return when if when is not None and when.year in _ASKED else None


# --- who records ------------------------------------------------------------------------------------------------------


def read_when(kind: str, raw: Any, zone: tzinfo) -> str:
    """A day or moment (`day`, `moment`, or `when` for either) as a record holds it. Raises BadInput."""
    when = _typed_when(kind, raw) if isinstance(raw, date) else _written_when(kind, raw)
    if isinstance(when, datetime):
        when = when if when.tzinfo is not None else when.replace(tzinfo=zone)
        when = when.replace(microsecond=when.microsecond // 1000 * 1000)
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise BadInput("the year {} cannot be right; years {} to {} are taken", when.year, FIRST_YEAR, LAST_YEAR)
    text = format_when(when)
    parse_when(text)
    return text


def _typed_when(kind: str, raw: date | datetime) -> date | datetime:
    """A day or moment that a spreadsheet holds as such: a day comes as its midnight."""
    if not isinstance(raw, datetime):
        if kind == "moment":
            raise BadInput("the time of day is missing; write it as 2024-07-09 15:00")
        return raw
    midnight = raw.timetz() == time(0)
    if kind == "day" and not midnight:
        raise BadInput("a day without time of day is expected; write {:%Y-%m-%d}", raw)
    return raw.date() if kind == "day" or (kind == "when" and midnight) else raw


def _written_when(kind: str, raw: Any) -> date | datetime:
    example = "2024-07-09 15:00" if kind == "moment" else "2024-07-09"
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        if _SERIALS[0] <= raw <= _SERIALS[1]:
            shown = _FIRST_SERIAL + timedelta(days=int(raw))
            raise BadInput(
                "{} is a number; a spreadsheet shows it as {} if the cell is formatted as a date", raw, shown
            )
        raise BadInput("{} is a number, not a day; format the cell as a date, or write {} as text", raw, example)
    if not isinstance(raw, str):
        raise BadInput("it is not a day; write it as {}", example)
    when = written(read_line(raw.translate(_WIDE)))
    if when is None:
        if kind == "day":
            raise BadInput("it is not a day that exists; days are written as {}", _DAYS)
        if kind == "moment":
            raise BadInput("it is not a time that exists; moments are written as {}", _MOMENTS)
        raise BadInput("it is neither a day nor a time that exists; they are written as {}, {}", _DAYS, _MOMENTS)
    if kind == "moment" and not isinstance(when, datetime):
        raise BadInput("the time of day is missing; write it as {} 15:00", when)
    if kind == "day" and isinstance(when, datetime):
        raise BadInput("a day without time of day is expected; write {}", when.date())
    return when


# --- what both write --------------------------------------------------------------------------------------------------


def written(text: str) -> date | datetime | None:
    """The day, or the moment where a time of day stands with it, in its offset if it has one; None for neither."""
    found = _WRITTEN.fullmatch(_plain(text))
    if found is None:
        return None
    try:
        day = date(int(found["year"]), int(found["month"] or found["month_zh"]), int(found["day"] or found["day_zh"]))
        return day if found["hour"] is None else _moment(day, found)
    except ValueError:
        return None


def _moment(day: date, found: re.Match[str]) -> datetime:
    """Raises ValueError for a time that no clock shows."""
    minute = "30" if found["half_past"] else found["minute"] or found["minute_zh"] or "0"
    second, _, fraction = (found["second"] or found["second_zh"] or "0").partition(".")
    clock = time(_hour(found), int(minute), int(second), int(fraction.ljust(6, "0")))
    offset = (found["offset"] or "").upper()
    if not offset:
        return datetime.combine(day, clock)
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo  # raises ValueError for one that is none
    return datetime.combine(day, clock, tzinfo=zone)


def _hour(found: re.Match[str]) -> int:
    hour, half, noon = int(found["hour"]), found["half"], (found["noon"] or "").upper()
    if half and noon:
        raise ValueError(half)
    if half in _EARLY or noon == "AM":
        if hour > 11:
            raise ValueError(half or noon)  # 12 AM is midnight to one and noon to another
        return hour
    if half or noon == "PM":
        if half and hour > 12:
            return hour  # 下午15时
        if not 1 <= hour <= 12 or (half == "晚上" and hour == 12):
            raise ValueError(half or noon)
        return hour % 12 + 12
    return hour


def _plain(text: str) -> str:
    """The text with plain digits and marks, and without the spaces that stand around 年, 月, 日 and the like."""
    plain = " ".join(text.translate(_WIDE).split())
    for half in (*_EARLY, "下午", "晚上"):
        plain = plain.replace(f"{half} ", half)
    return _IN_LETTERS.sub(_in_digits, _AROUND.sub(r"\1", plain))


def _in_digits(day: re.Match[str]) -> str:
    """A day in Chinese numerals with plain digits."""
    year = "".join(str(_DIGITS.find(each) if each in _DIGITS else 0) for each in day["year"])
    return f"{year}年{_counted(day['month'])}月{_counted(day['day'])}日"


def _counted(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    return 10 * (_DIGITS.find(tens) if tens else 1 if ten else 0) + (_DIGITS.find(ones) if ones else 0)
