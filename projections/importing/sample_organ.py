"""A small organ, invented, as rows of the organ's workbook: what a filled one looks like, and one to try with.

Fields by their names, fixed words as codes, so that each language writes its own; persons, units and posts by name. Its
year is the last one that is over on the day on which it is written, and one task is still to be done then.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

_GROUP, _OFFICE, _REHAB, _AIDS = "青川残联党组", "办公室", "康复科", "辅助器具中心"
_MEMBERS = "沈明远、陆秋实、何静"
_YEAR, _LAST = "2025", (10, 20)
"""The year in which its rows are written here, and the day of that year on which the last of them falls."""
_STILL = timedelta(days=45)
_ROWS: Mapping[str, Sequence[Mapping[str, str]]] = {
    "unit": [
        {"name": _GROUP, "kind": "party_group"},
        {"name": _OFFICE, "kind": "department"},
        {"name": _REHAB, "kind": "department"},
        {"name": _AIDS, "kind": "centre"},
    ],
    "person": [{"name": name} for name in ("沈明远", "陆秋实", "何静", "邹文彬", "唐雨薇", "傅长青", "施小满")],
    "post": [
        {"title": "党组书记", "exclusive": "yes", "role": "secretary"},
        {"title": "党组成员", "exclusive": "no", "role": "member"},
        {"title": "主任", "exclusive": "yes", "role": "head"},
    ],
    "assignment": [
        {"person": "沈明远", "post": "党组书记", "scope": _GROUP, "valid_from": "2025-01-01", "authority": "市委任命"},
        {
            "person": "陆秋实",
            "post": "党组成员",
            "scope": _GROUP,
            "valid_from": "2025-01-01",
            "supervises": f"{_OFFICE}、{_REHAB}",
            "authority": "党组分工文件",
        },
        {
            "person": "何静",
            "post": "党组成员",
            "scope": _GROUP,
            "valid_from": "2025-01-01",
            "supervises": _AIDS,
            "authority": "党组分工文件",
        },
        {"person": "邹文彬", "post": "主任", "scope": _OFFICE, "valid_from": "2025-01-01", "authority": "党组任命"},
        {"person": "唐雨薇", "post": "主任", "scope": _REHAB, "valid_from": "2025-01-01", "authority": "党组任命"},
        {"person": "傅长青", "post": "主任", "scope": _AIDS, "valid_from": "2025-01-01", "authority": "党组任命"},
    ],
    "talk": [
        {
            "occurred_at": "2025-03-12",
            "talker": "沈明远",
            "counterpart": "陆秋实",
            "kind": "routine",
            "text": "就分管科室采购验收的廉政风险交换意见，约定六月前查完台账。",
            "place": "小会议室",
            "claims": "A2a",
        },
        {
            "occurred_at": "2025-03-13",
            "talker": "沈明远",
            "counterpart": "何静",
            "kind": "routine",
            "text": "谈辅助器具发放中的公示与回访，要求按季度抽查。",
            "place": "小会议室",
            "claims": "A2a",
        },
        {
            "occurred_at": "2025-04-22",
            "talker": "何静",
            "counterpart": "傅长青",
            "kind": "reminder",
            "text": "发放登记有漏签，提醒月底前补齐。",
            "place": "辅助器具中心",
            "follow_up_due": "2025-05-30",
            "claims": "A2b",
        },
        {
            "occurred_at": "2025-05-15",
            "talker": "陆秋实",
            "counterpart": "唐雨薇",
            "kind": "routine",
            "text": "谈康复救助资金的审批与回访记录。",
            "place": "康复科",
            "claims": "A2b",
        },
    ],
    "meeting": [
        {
            "occurred_at": "2025-01-20",
            "kind": "special",
            "body": _GROUP,
            "chair": "沈明远",
            "attendees": _MEMBERS,
            "matter": "研究部署全年党风廉政建设工作",
            "votes.agree": _MEMBERS,
            "minutes": "yes",
            "decision": "通过年度任务分解，各科室二月底前报落实计划。",
            "claims": "PG1; PS1",
        },
        {
            "occurred_at": "2025-10-16",
            "kind": "decision",
            "body": _GROUP,
            "chair": "沈明远",
            "attendees": _MEMBERS,
            "matter": "辅助器具采购方案",
            "votes.agree": "沈明远、陆秋实",
            "votes.oppose": "何静",
            "minutes": "yes",
            "decision": "原则同意，重新测算单价后实施。",
        },
    ],
    "education": [
        {
            "occurred_at": "2025-05-08",
            "body": _GROUP,
            "title": "警示教育：采购领域典型案例",
            "place": "会议室",
            "attendees": f"{_MEMBERS}、邹文彬、唐雨薇、傅长青",
            "claims": "PG3a",
        }
    ],
    "inspection": [
        {
            "occurred_at": "2025-06-25",
            "lead": "陆秋实",
            "covers": f"{_OFFICE}、{_REHAB}",
            "kind": "annual",
            "for_year": "2025",
            "text": "查阅台账，现场核对公示，发现接待登记不全。",
            "claims": "M3b",
        }
    ],
    "task": [
        {
            "occurred_at": "2025-02-10",
            "title": "排查采购验收风险点",
            "owner": "傅长青",
            "unit": _AIDS,
            "co_units": _OFFICE,
            "due": "2025-06-30",
        },
        {
            "occurred_at": "2025-10-20",
            "title": "抽查年末救助物资发放",
            "owner": "唐雨薇",
            "unit": _REHAB,
            "co_units": _AIDS,
            "due": "",
        },
    ],
    "issue": [
        {
            "occurred_at": "2025-06-25",
            "finder": "陆秋实",
            "unit": _OFFICE,
            "title": "接待登记不全",
            "owner": "邹文彬",
            "due": "2025-07-31",
        }
    ],
}
"""The rows of each sheet. All names are invented. What has no `due` is due some weeks after the day of writing."""


def sample_organ(on: date) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """The rows as of a day: nothing of them is still to come but what is to be done."""
    year = on.year if (on.month, on.day) >= _LAST else on.year - 1
    still = (on + _STILL).isoformat()

    def of_year(name: str, value: str) -> str:
        if name == "due" and not value:
            return still
        return value.replace(_YEAR, str(year), 1) if value.startswith(_YEAR) else value

    return {
        kind: [{name: of_year(name, value) for name, value in row.items()} for row in rows]
        for kind, rows in _ROWS.items()
    }
