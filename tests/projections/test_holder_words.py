"""What stands beside a holder is words, in both languages, for every flag that an answer can bear."""

import pytest

from projections.language.holder_words import MARKS, holder_mark
from projections.language.speech import Speech
from projections.questions.holders import holders
from tests.projections.test_footing import MARCH, answers, appointed
from tests.support.facts_maker import Organ, at

DISPUTED = {"zh_CN": "有争议", "en": "disputed"}


def marks_of(organ: Organ, language: str) -> set[str]:
    """What stands beside everybody who held, or would hold, the post of the head in March."""
    facts = organ.facts(at("2024-12-31"))
    found = holders(facts, "head", "aid", MARCH)
    rows = (*found.titular, *found.acting, *found.cover, *found.refused)
    return {holder_mark(row.flag, Speech(facts, language), disputed=row.disputed) for row in rows}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_mark_is_a_sentence_in_both_languages(language: str) -> None:
    """No code and no word of the other language; brackets of the language around what is disputed."""
    speech = Speech(Organ().staffed().facts(at("2024-12-31")), language)
    for flag in MARKS:
        plain, disputed = (holder_mark(flag, speech, disputed=each) for each in (False, True))
        assert plain != flag
        assert "_" not in plain
        assert plain.isascii() == (language == "en")
        assert disputed.startswith(plain)
        assert DISPUTED[language] in disputed.removeprefix(plain)
        assert ("(" in disputed) == (language == "en")
    assert holder_mark(None, speech, disputed=False) == ""
    assert holder_mark(None, speech, disputed=True) == DISPUTED[language]


def test_a_holder_who_did_not_accept_objects_or_refused_is_marked_so() -> None:
    """As the footing of the assignment is, so the words beside its holder."""
    assert marks_of(appointed(), "en") == {"not accepted by its holder in time"}
    refused = appointed()
    answers(refused, "refuses", "2024-03-05")
    assert "refused by its holder" + " (disputed)" in marks_of(refused, "en")
    objecting = appointed(authority="notice 3")
    answers(objecting, "refuses", "2024-03-05")
    assert marks_of(objecting, "zh_CN") == {"本人有异议"}
