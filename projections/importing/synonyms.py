"""Headings of forms that offices have of their own, beside the fields' titles; as `headings.plain_heading` gives them.

They follow the columns of rosters, registers of talks and assignments as they are filed; each means its field for one
kind of record only, so that 部门 is a unit's name in a list of units and the scope in a list of assignments.
"""

from collections.abc import Mapping

_FROM, _TO = "valid_from", "valid_to"
_SPAN = {"开始日期": _FROM, "开始时间": _FROM, "起始日期": _FROM, "结束日期": _TO, "结束时间": _TO, "截止日期": _TO}
SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "person": dict.fromkeys(("姓名", "名字", "人员姓名", "fullname"), "name"),
    "unit": {
        **dict.fromkeys(("单位名称", "部门", "部门名称", "机构名称", "科室", "处室"), "name"),
        **dict.fromkeys(("类别", "类型", "单位类别", "单位类型", "性质", "单位性质"), "kind"),
    },
    "post": dict.fromkeys(("职务名称", "岗位", "岗位名称"), "title"),
    "assignment": {
        **dict.fromkeys(("姓名", "任职人员"), "person"),
        **dict.fromkeys(("岗位", "现任职务", "担任职务"), "post"),
        **dict.fromkeys(("部门", "单位", "所在部门", "所在单位", "任职单位", "任职部门", "主管部门"), "scope"),
        **dict.fromkeys(("分管部门", "分管科室", "分管处室", "联系部门"), "supervises"),
        **dict.fromkeys(("任职时间", "任职日期", "任现职时间"), _FROM),
        **dict.fromkeys(("免职时间", "免职日期"), _TO),
        **dict.fromkeys(("任职文号", "任命机关"), "authority"),
        **_SPAN,
    },
    "leave": {"姓名": "person", "事由": "reason", "请假事由": "reason", **_SPAN},
    "talk": {
        **dict.fromkeys(("主谈人", "谈话人姓名"), "talker"),
        **dict.fromkeys(("被谈话人", "被谈话人姓名", "谈话对象姓名"), "counterpart"),
    },
    "meeting": {
        "主持人": "chair",
        **dict.fromkeys(("出席人员", "参会人员", "出席"), "attendees"),
        **dict.fromkeys(("列席人员", "列席"), "non_voting"),
        **dict.fromkeys(("缺席人员", "请假人员"), "absent"),
    },
}
COMMON: Mapping[str, str] = {
    **dict.fromkeys(("时间", "日期", "发生日期", "date", "time"), "occurred_at"),
    "地点": "place",
    **dict.fromkeys(("内容", "主要内容", "情况"), "text"),
    **dict.fromkeys(("标题", "主题", "题目"), "title"),
    "文号": "ref",
}
"""The same for what many kinds have; the kind's own word may stand before it: 谈话时间."""
KIND_WORDS: Mapping[str, str] = {
    "talk": "谈话", "meeting": "会议", "education": "教育", "inspection": "检查", "plan": "计划", "leave": "请假",
}  # fmt: skip
TELLING_APART: Mapping[str, tuple[str, ...]] = {
    "person": (
        *("部门", "单位", "科室", "处室", "所在部门", "所在单位", "工作单位", "职务", "现任职务", "岗位", "职级"),
        *("department", "post"),
    ),
    "unit": ("上级单位", "上级部门", "隶属", "主管部门"),
}
"""Columns that tell persons or units of one name apart, and are no fields of their registration."""
