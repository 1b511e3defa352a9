"""The forms in which people are held to account, closed lists by rulebook (2.3, forms and clocks).

问责条例 (2019) art. 8 for bodies and leaders, with the first of the four forms; 处分条例 (2023) art. 8 and 9 with
the sanctions of 政务处分法 art. 7. Forms may be combined. A form in no list of the case's rulebooks is marked, never
refused: the decision is one of people.
"""

import re
from collections.abc import Iterable, Mapping

from projections.trace.regimes import Regime

_FIRST_FORM = ("谈话提醒", "提醒谈话", "批评教育", "责令检查", "责令书面检查", "书面检查", "谈话函询")
_NONE = ("不予问责", "免予问责", "不予处分", "免予处分")
FORMS: Mapping[Regime, tuple[str, ...]] = {
    "accountability": (
        *("检查", "通报", "通报批评", "改组", "诫勉", "诫勉谈话", "书面诫勉", "组织调整", "组织处理", "停职检查"),
        *("调整职务", "责令辞职", "引咎辞职", "免职", "降职", "纪律处分", *_FIRST_FORM, *_NONE),
    ),
    "discipline": (
        *("警告", "严重警告", "撤销党内职务", "留党察看", "开除党籍", "改组", "解散"),
        *("记过", "记大过", "降级", "撤职", "开除", "开除公职", "移送", "移送司法机关", "移送检察机关"),
        *("诫勉", *_FIRST_FORM, *_NONE),
    ),
}
"""By regime, each form as notices name it."""
_BETWEEN = re.compile(r"[、，,；;和及并与]+")
_AROUND = re.compile(r"^(?:给予|予以|党内|政务|责令其)|(?:处分|处理)$")


def not_listed(form: str, regimes: Iterable[Regime]) -> tuple[str, ...]:
    """The parts of a form that none of these rulebooks knows; all parts are known where there are no rulebooks."""
    known = {each for regime in regimes for each in FORMS[regime]}
    parts = [part.strip() for part in _BETWEEN.split(form) if part.strip()]
    return tuple(part for part in parts if known and part not in known and _AROUND.sub("", part) not in known)
