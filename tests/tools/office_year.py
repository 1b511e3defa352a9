"""An office's year as a recorder types it: one workbook of an organ, by names and in its own words, no code in it.

`python -m tests.tools.office_year FILE` writes it whole: 40 people, 12 units, 60 talks, meetings with votes, tasks and
reports on them, education, checks, issues. All names are invented.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no types

FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈", ("建国", "秀兰", "志强", "丽华")
UNITS = (
    *("办公室", "人事科", "财务科", "康复科", "教育就业科", "维权科", "组联科", "宣文科"),
    *("辅助器具中心", "就业服务中心", "托养中心", "信息中心"),
)
GROUP = "云溪残联党组"
MATTERS = ("采购验收", "公务接待", "考勤纪律", "信访办理", "资金拨付", "评优评先", "招投标", "公车使用")
Rows = list[Sequence[Any]]


def people(count: int) -> list[str]:
    """So many names, each borne once."""
    return [family + given for given in GIVEN for family in FAMILY][:count]


def sheets(*, units: int = 12, persons: int = 40, talks: int = 60, year: int = 2025) -> dict[str, Rows]:
    """The sheets of the workbook, in the order of an office's own thoughts, not in that which a ledger needs."""
    names, places = people(persons), UNITS[:units]
    secretary, members = names[0], names[1:4]
    heads = dict(zip(places, names[4 : 4 + units], strict=True))
    over = {place: members[number % len(members)] for number, place in enumerate(places)}
    return {
        "廉政谈话": list(_talks(names, heads, over, talks, year)),
        "会议": list(_meetings(secretary, members, year)),
        "任务分解": list(_tasks(heads, year)),
        "部门": [("部门名称", "类别"), (GROUP, "党组"), *((place, _kind(place)) for place in places)],
        "干部名册": [
            (f"干部名册（截至{year}年1月）",),
            ("序号", "姓名", "部门", "身份证号", "备注"),
            *((n, name, places[n % units], f"3301011980010{n:02}01X", None) for n, name in enumerate(names, 1)),
        ],
        "任职": [
            ("姓名", "职务", "任职部门", "分管部门", "任职时间", "任命机关"),
            (secretary, "书记", GROUP, None, f"{year}-01-01", "市委组织部"),
            *(
                (
                    member,
                    "党组成员",
                    GROUP,
                    "、".join(p for p, who in over.items() if who == member),
                    f"{year}-01-01",
                    "市委",
                )
                for member in members
            ),
            *((head, "科长", place, None, f"{year}年1月1日", "党组") for place, head in heads.items()),
        ],
        "职务": [
            ("职务名称", "同时只有一人", "角色"),
            ("书记", "是", "书记"),
            ("党组成员", "否", "班子成员"),
            ("科长", "是", "主要负责人"),
        ],
        "教育活动": [
            ("时间", "班子", "标题", "参会人员"),
            *(
                (f"{year}-{month:02}-15", GROUP, f"第{n}次廉政教育", "、".join(names[:6]))
                for n, month in enumerate((3, 5, 9, 11), 1)
            ),
        ],
        "问题": [
            ("发现时间", "发现人", "单位", "问题", "责任人", "整改期限"),
            (f"{year}.6.3", members[0], places[0], "接待登记不全", heads[places[0]], f"{year}.7.31"),
        ],
        "说明": [("填表人自己的备注，不是记录",)],
    }


def _listed(over: dict[str, str], member: str) -> str:
    """The units that a member supervises, as people write a list."""
    return "、".join(place for place, who in over.items() if who == member)


def _kind(place: str) -> str:
    return "中心" if place.endswith("中心") else "科室"


def _talks(
    names: Sequence[str], heads: dict[str, str], over: dict[str, str], count: int, year: int
) -> Iterator[Sequence[Any]]:
    yield ("谈话时间", "谈话人", "谈话对象", "类型", "谈话内容", "谈话地点")
    pairs = [(names[0], member) for member in names[1:4]]
    pairs += [(over[place], head) for place, head in heads.items()]
    for number in range(count):
        who, whom = pairs[number % len(pairs)]
        on = date(year, 1, 11) + timedelta(days=(number * 331) // max(count, 1))
        on += timedelta(days=(7 - on.weekday()) % 7 if on.weekday() > 4 else 0)
        yield (
            on,
            who,
            whom,
            "日常谈话",
            f"第{number + 1}次谈话：围绕分管工作的廉政风险交换意见，要求按月报告。",
            "小会议室",
        )


def _meetings(secretary: str, members: Sequence[str], year: int) -> Iterator[Sequence[Any]]:
    yield ("开会时间", "会议类别", "班子", "主持人", "参会人员", "议题", "赞成", "反对", "弃权", "决定", "有会议记录")
    for month, kind, matter in (
        (1, "专题会议", "研究全年党风廉政建设工作"),
        (7, "专题会议", "分析上半年形势"),
        (10, "决策会议", "辅具采购方案"),
    ):
        against = members[-1] if month == 10 else None
        agree = "、".join(each for each in (secretary, *members) if each != against)
        yield (
            f"{year}年{month}月20日 上午9:00", kind, GROUP, secretary, "、".join((secretary, *members)), matter,
            agree, against, None, "原则同意", "是",
        )  # fmt: skip


def _tasks(heads: dict[str, str], year: int) -> Iterator[Sequence[Any]]:
    yield ("下达时间", "任务", "责任人", "责任单位", "协办单位", "完成时限")
    places = list(heads)
    for number, (place, head) in enumerate(heads.items()):
        yield (
            date(year, 2, 9),
            f"任务{number + 1}：{place}廉政风险排查",
            head,
            place,
            places[number - 1],
            date(year, 6, 30),
        )


def write(file: Path, made: dict[str, Rows]) -> None:
    """The workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in made.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(file)


if __name__ == "__main__":
    write(Path(sys.argv[1]), sheets())
