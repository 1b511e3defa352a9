"""Talks as offices write them: nine in ten equal but for names, days and a phrase. The same talks each time.

Made from nothing but a number, so that two measurements are of the same ledger. A small organ talks for some years;
one talk in twenty claims an obligation, one in ten says something of its own.
"""

import hashlib
import random
from collections.abc import Callable, Iterator
from datetime import timedelta

from ledger.events.acts import TalkHeld
from ledger.events.case_parts import Rulebook
from ledger.events.record import Recorded
from projections.views.view_store import Views
from tests.support.facts_maker import Organ, at

BATCH = 1000
FORMS = (
    (
        "{day}，{talker}同志与{other}同志进行廉政谈话。围绕落实党风廉政建设责任制，一要提高政治站位，认真学习廉政法规；"
        "二要管好分管人员，严格执行财务制度；三要{point}。{other}同志表示认真落实，及时整改，自觉接受监督。"
    ),
    (
        "按照年度工作安排，{talker}同志于{day}约谈{other}同志，了解其履行一岗双责情况，提醒其严守中央八项规定精神，"
        "{point}，做到警钟长鸣。{other}同志汇报了思想和工作情况，表示将对照要求逐项抓好落实。"
    ),
    (
        "{day}，{talker}同志就节假日期间廉洁自律与{other}同志谈话，要求严禁公车私用、严禁收受礼品礼金，{point}，"
        "发现问题及时报告。{other}同志表态坚决遵守各项纪律规定，管好自己和身边人员。"
    ),
)
POINTS = (
    "加强采购管理",
    "规范合同审批流程",
    "管好票据和库存",
    "落实双人双锁",
    "抓好问题整改",
    "完善内控制度",
    "加强项目资金监管",
    "严格请示报告",
)
NAMES = ("王建国", "李明", "张秀英", "刘洋", "陈静", "赵志强", "周敏")
PAIRS = (("sec", "mem"), ("sec", "mem2"), ("mem", "head"), ("mem2", "head2"), ("sec", "head"), ("mem", "head2"))
Text = Callable[[int, random.Random], str]
"""The text of a talk by its number."""
CLAIMS = ("A2b", "A2c", "B1")


def formulaic(number: int, rng: random.Random) -> str:
    """One text; one in ten is like no other."""
    if number % 10 == 9:
        return "".join(chr(0x4E00 + byte * 37 % 6000) for byte in hashlib.shake_256(b"%d" % number).digest(90))
    talker, other = rng.sample(NAMES, 2)
    day = f"{rng.randint(2023, 2025)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    return rng.choice(FORMS).format(day=day, talker=talker, other=other, point=rng.choice(POINTS))


def talks(organ: Organ, count: int, text: Text = formulaic) -> Iterator[Recorded]:
    """So many talks, nine hours apart each, recorded on their day."""
    rng = random.Random(14)  # noqa: S311 - test data
    last = organ.entries["duty"][-1]
    first = at("2023-02-01 09:00")
    for number in range(count):
        moment, position = first + timedelta(hours=9 * number), last.position + 1 + number
        talker, counterpart = rng.choice(PAIRS)
        claims = (rng.choice(CLAIMS),) if number % 20 == 0 else None
        talk = TalkHeld(
            ref=f"F{number}", talker=talker, counterpart=counterpart, occurred_at=moment,
            text=text(number, rng), claims=claims,
        )  # fmt: skip
        digest = hashlib.sha256(f"formulaic/{position}".encode()).digest()
        yield Recorded(
            last.ledger, f"formulaic/{number}", 1, talk, position, moment + timedelta(hours=2),
            (talker, counterpart), digest,
        )  # fmt: skip


def formulaic_views(count: int, views: Views | None = None, text: Text = formulaic) -> Views:
    """Views of a small organ with so many formulaic talks and one case, on the conduct of its first years."""
    organ = Organ().staffed()
    books = (Rulebook(id="wz", name="问责条例（2019修订）"), Rulebook(id="cf", name="处分条例（2023修订）"))
    organ.open_case("2025-06-03", "2025-05-05", rulebooks=books)
    views = Views() if views is None else views
    views.apply(organ.entries["duty"])
    found = list(talks(organ, count, text))
    for start in range(0, count, BATCH):
        views.apply(found[start : start + BATCH])
    views.apply(organ.entries["case"])
    return views
