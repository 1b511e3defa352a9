"""Signals about what a text says, and the search for near duplicates."""

import difflib
import random
import unicodedata
from array import array
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.core.encoding import b64encode
from ledger.events.acts import KeyTaskRegistered
from ledger.events.records import TextErased
from ledger.events.tenure import HandoverMade
from projections.facts.values import Signal
from projections.obligations import obligations
from projections.signals import signals
from projections.signals.similarity import near_duplicates
from projections.views.alike import Later, reaches
from projections.views.full_text import made_plain, words_of
from projections.views.likeness import BINS, bands, letters, normalise, shingles, sketch
from tests.support.facts_maker import JUDGED_ON, Organ

TEXT = (
    "听取儿童康复定点机构遴选情况，两家机构托人打招呼已婉拒并留存短信；"
    "提醒评审专家名单会前不得外泄，遴选结果先送党组再公示。"
)
OTHER = "谈宣传活动外包比价，说明选用两家询价的原因；提醒达到限额须走集中采购，合同目录年底前补齐，仍缺两份。"
THRESHOLD = Decimal("0.90")


def fired(organ: Organ, code: str) -> list[Signal]:
    """The organ's signals of one code."""
    return [signal for signal in signals(organ.facts()) if signal.code == code]


def talks(organ: Organ, *texts: str) -> None:
    for number, text in enumerate(texts):
        organ.talk("mem", "head", f"2024-03-{number + 4:02} 09:00", text=text, ref=f"T{number}")


def test_letters_in_common_are_what_the_measure_takes_for_its_bound() -> None:
    """What `quick_ratio` of difflib counts, in any order of the characters and however often one stands."""
    rng = random.Random(8)  # noqa: S311 - test data
    for _ in range(60):
        one, other = ("".join(rng.choices("甲乙丙丁戊1a", k=rng.randrange(1, 40))) for _ in range(2))
        quick = difflib.SequenceMatcher(None, one, other, autojunk=False).quick_ratio()
        assert 2 * len(letters(one) & letters(other)) / (len(one) + len(other)) == quick


def test_what_reaches_the_threshold_is_what_difflib_says() -> None:
    """The ratio itself is never worked out, but above and below it the answer is that of difflib, for any two texts."""
    rng = random.Random(10)  # noqa: S311 - test data
    reached = 0
    for number in range(500):
        letters_of = ("ab", "甲乙丙丁", "谈话提醒廉洁自律管好分管人员落实一岗双责")[number % 3]
        one = "".join(rng.choices(letters_of, k=rng.randrange(60)))
        other = "".join(rng.choices(letters_of, k=30))
        if one and number % 4:
            other = edited(rng, one, rng.randrange(min(9, len(one))))
        other = other[7:] + other[:7] if number % 7 == 0 else other
        ratio = difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
        for threshold in (0.5, 0.8, 0.9, 0.97, 1.0, ratio, min(ratio + 1e-9, 1.0), ratio - 1e-9):
            assert reaches(one, other, threshold) == (ratio >= threshold), (one, other)
            reached += ratio >= threshold
    assert 1000 < reached < 3500


def test_a_sketch_keeps_the_least_hash_of_each_bin() -> None:
    """Reckoned for all shingles at once it is what each by itself gives, by the words of its definition."""
    rng = random.Random(11)  # noqa: S311 - test data
    for size in (1, 2, 7, 40, 400):
        of = frozenset(rng.randrange(1 << 32) for _ in range(size))
        values = array("I", sketch(of))
        for function, mix in enumerate((0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F)):
            mixed = [(each ^ each >> 15) * mix % (1 << 32) for each in of]
            hashed = [each ^ each >> 13 for each in mixed]
            binned = [[each for each in hashed if each % BINS == number] for number in range(BINS)]
            least = [min(each, default=None) for each in binned]
            full = [
                next(each for each in [*least[number:], *reversed(least)] if each is not None) for number in range(BINS)
            ]
            assert list(values[function * BINS : (function + 1) * BINS]) == full
        pairs = array("q", sketch(of, 2))
        assert bands(of) == sorted({pair ^ number * 0x3C6EF372FE94F9 for number, pair in enumerate(pairs)})


def test_usual_punctuation_may_stay_wide() -> None:
    """A text that is left as it is has the letters, digits and words of its NFKC; others are put into NFKC."""
    kept = "听取汇报，提醒2家机构（A1）：“已婉拒”；《办法》、附件！？。\n第二行 x_y"
    assert made_plain(kept) == kept != unicodedata.normalize("NFKC", kept)
    for text in (kept, "\uff21\uff22\uff11\uff12，ﬁ①", "e\u0301，か\u3099", "ﾊﾞ", "\u3000全角", "𠀀，"):
        nfkc = unicodedata.normalize("NFKC", text)
        assert normalise(text) == "".join(filter(str.isalnum, nfkc))
        assert words_of(text) == words_of(nfkc)
        assert text == kept or made_plain(text) == nfkc


def test_a_text_shares_the_shingles_asked_of_a_whole_group_with_whatever_is_like_it() -> None:
    """The bound by which a group is passed over holds for every pair that is alike, of any length."""
    rng = random.Random(9)  # noqa: S311 - test data
    alike = 0
    for _ in range(400):
        text = "".join(rng.choices("谈话提醒廉洁自律管好分管人员落实一岗双责", k=rng.randrange(3, 90)))
        cut = text[: len(text) - rng.randrange(len(text) // 5 + 1)] if rng.random() < 0.5 else edited(rng, text, 2)
        for earlier, later in ((text, cut), (cut, text)):
            compared = Later(later, float(THRESHOLD))
            if compared.is_like(earlier):
                alike += 1
                repeated = max(len(earlier) - 2 - len(shingles(earlier)), 0)
                assert len(shingles(earlier) & compared.shingles) >= compared.least_shared(repeated)
    assert alike > 100


def test_the_earliest_of_a_group_is_named_and_not_blamed() -> None:
    """NEAR_DUPLICATE_TEXT names the whole group and blames all but the first recorded."""
    organ = Organ().staffed()
    talks(organ, TEXT, OTHER, TEXT.replace("两家", "三家"), TEXT + "完。")
    (signal,) = fired(organ, "NEAR_DUPLICATE_TEXT")
    assert [cite.ref for cite in signal.events] == ["T0", "T2", "T3"]
    assert [cite.ref for cite in signal.blamed] == ["T2", "T3"]
    assert signal.weight == "medium"


def test_punctuation_and_width_do_not_hide_a_copy() -> None:
    """Texts are compared after NFKC with letters and digits alone."""
    organ = Organ().staffed()
    talks(organ, TEXT, " ".join(TEXT.replace("，", "；")))
    assert len(fired(organ, "NEAR_DUPLICATE_TEXT")) == 1
    assert normalise("\uff21\uff11，二 b") == "A1二b"  # full-width A and 1


def test_listed_boilerplate_is_removed_before_comparing() -> None:
    """With the shared passage listed only what remains is compared; nothing left is TEMPLATE_ONLY and no duplicate."""
    opening = (
        "围绕落实党风廉政建设责任制进行谈话。一要提高政治站位，认真学习廉政法规；二要管好分管人员，严格执行制度。" * 2
    )
    texts = (opening + "问了三笔发票。", opening + "仓库钥匙双人双锁。", opening)
    plain, listed = Organ().staffed(), Organ(boilerplate=[opening]).staffed()
    for organ in (plain, listed):
        talks(organ, *texts)
    assert len(fired(plain, "NEAR_DUPLICATE_TEXT")) == 1
    assert not fired(plain, "TEMPLATE_ONLY")
    assert not fired(listed, "NEAR_DUPLICATE_TEXT")
    assert [signal.events[0].ref for signal in fired(listed, "TEMPLATE_ONLY")] == ["T2"]


def test_a_signal_stands_by_the_erasure_of_its_text() -> None:
    """Where an erasure lists the signal, it stands with the same entries, although the text is gone."""
    organ = Organ().staffed()
    first = organ.talk("mem", "head", "2024-03-04", ref="T0")
    second = organ.talk("mem", "head", "2024-03-05", ref="T1")
    rows: Any = [["NEAR_DUPLICATE_TEXT", ["", first.position, b64encode(first.leaf_hash)], ["", second.position, "x"]]]
    erased = TextErased(entry=organ.reference(second), names=("text",), ground="request", signals=rows)
    organ.duty(erased, "2024-04-01")
    (signal,) = fired(organ, "NEAR_DUPLICATE_TEXT")
    assert ([c.ref for c in signal.events], [c.ref for c in signal.blamed]) == (["T0", "T1"], ["T1"])


@pytest.mark.parametrize(
    ("words", "fires"),
    [
        ("见E085和发票", True),
        ("见E0857", False),
        ("X-E085-1", False),
        ("整改85条", False),
    ],
)
def test_words_that_name_what_was_not_there_yet(words: str, fires: bool) -> None:
    """ANACHRONISM: a number as a whole word in the text names a later event; part of a longer word does not."""
    organ = Organ().staffed()
    organ.talk("mem2", "head2", "2024-09-20", ref="E085")
    organ.talk("mem2", "head2", "2024-09-21", ref="85")
    organ.talk("mem", "head", "2024-06-18", text=words, recorded="2024-10-01", ref="T")
    assert len(fired(organ, "ANACHRONISM")) == fires


def test_a_reference_to_a_later_event_is_an_anachronism() -> None:
    """`refers` to an entry dated later fires; to one of the same day or earlier it does not."""
    organ = Organ().staffed()
    later = organ.talk("mem", "head", "2024-06-18", ref="T1")
    for number, on in enumerate((date(2024, 6, 17), date(2024, 6, 18), date(2024, 6, 19))):
        refers = (organ.reference(later),)
        handover = HandoverMade(
            ref=f"H{number}", outgoing="head", incoming="head2", scope=("aid",), refers=refers, occurred_at=on
        )
        organ.duty(handover, "2024-06-20", "head", "head2")
    assert [signal.events[0].ref for signal in fired(organ, "ANACHRONISM")] == ["H0"]


def test_what_was_put_on_record_ahead_of_its_day_can_be_spoken_of_from_then_on() -> None:
    """A talk before a registered key task refers to it; one of a day before the task was registered could not have."""
    organ = Organ().staffed()
    task = organ.duty(KeyTaskRegistered(ref="KT", unit="aid", occurred_at=date(2024, 8, 28)), "2024-08-08", "head")
    refers = (organ.reference(task),)
    organ.talk("mem", "head", "2024-08-08 08:00", recorded="2024-08-09", ref="T2", text="KT")
    organ.talk("mem", "head", "2024-08-07 09:00", recorded="2024-08-10", ref="T3", refers=refers)
    organ.talk("mem", "head", "2024-08-20 09:00", ref="T1", refers=refers, claims=("PM4",))
    assert [signal.events[0].ref for signal in fired(organ, "ANACHRONISM")] == ["T3"]
    (row,) = obligations(organ.facts(), judged_on=JUDGED_ON, ids={"PM4"})
    assert (row.status, [cite.ref for cite in row.met_by]) == ("met", ["T1"])


# --- the search ---


def invented(rng: random.Random, size: int) -> str:
    return "".join(chr(0x4E00 + rng.randrange(2500)) for _ in range(size))


def edited(rng: random.Random, text: str, edits: int) -> str:
    places = rng.sample(range(len(text)), edits)
    return "".join(invented(rng, 1) if number in places else char for number, char in enumerate(text))


def brute_force(texts: list[str]) -> list[tuple[int, ...]]:
    groups = [{number} for number in range(len(texts))]
    for later in range(len(texts)):
        for earlier in range(later):
            ratio = difflib.SequenceMatcher(None, texts[earlier], texts[later], autojunk=False).ratio()
            if ratio >= 0.9:
                union = next(g for g in groups if earlier in g) | next(g for g in groups if later in g)
                groups = [g for g in groups if not g & union] + [union]
    return sorted(tuple(sorted(group)) for group in groups if len(group) > 1)


@pytest.mark.parametrize("seed", range(4))
def test_the_search_finds_what_comparing_every_pair_finds(seed: int) -> None:
    """Groups equal those of comparing all pairs by ratio, around the threshold and for short texts too."""
    rng = random.Random(seed)  # noqa: S311 - test data
    texts = [invented(rng, rng.choice([5, 12, 40, 120])) for _ in range(25)]
    texts += [edited(rng, text, max(1, len(text) * rng.choice([3, 8, 10, 12]) // 100)) for text in texts]
    texts += [texts[3], texts[4] + texts[5][:3], ""]
    rng.shuffle(texts)
    assert sorted(near_duplicates(texts, THRESHOLD)) == brute_force(texts)


def test_a_chain_of_copies_is_one_group() -> None:
    """A group hangs together: the first and the last need not be alike."""
    rng = random.Random(7)  # noqa: S311 - test data
    chain = [invented(rng, 100)]
    for start in range(0, 60, 8):
        chain.append(chain[-1][:start] + invented(rng, 8) + chain[-1][start + 8 :])
    assert difflib.SequenceMatcher(None, chain[0], chain[-1], autojunk=False).ratio() < 0.5
    assert near_duplicates(chain, THRESHOLD) == [tuple(range(len(chain)))]


def test_the_search_is_deterministic_and_compares_few_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Among many texts from one stock of phrases only a small share of all pairs is compared, always the same."""
    from projections.signals import similarity

    rng = random.Random(11)  # noqa: S311 - test data
    stock = [invented(rng, rng.randint(4, 12)) for _ in range(300)]
    texts = ["".join(rng.choice(stock) for _ in range(8)) for _ in range(1500)]
    texts += [edited(rng, text, 2) for text in texts[:50]]
    asked: list[tuple[int, int]] = []
    alike = similarity._Search.alike

    def counted(self: similarity._Search, earlier: int, later: int) -> bool:
        asked.append((earlier, later))
        return alike(self, earlier, later)

    monkeypatch.setattr(similarity._Search, "alike", counted)
    found = near_duplicates(texts, THRESHOLD)
    assert sorted(found) == [(number, 1500 + number) for number in range(50)]
    assert len(asked) < len(texts) ** 2 / 20
    assert near_duplicates(texts, THRESHOLD) == found
