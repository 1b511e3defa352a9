"""No machine words in a report: whoever reads it never saw the program, and reads one language."""

import re
from functools import cache

import pytest

from ledger.events.case_work import CaseOpened
from projections.language.trace import Explainer
from projections.questions.desk import Desk
from projections.questions.heads import heads
from projections.reports.document import AnnexEntry, Report
from projections.reports.report_text import report_lines
from projections.reports.trace_report import Form, trace_report
from projections.trace.model import Trace
from tests.support import replayed as support

pytestmark = pytest.mark.long
LANGUAGES = ("zh_CN", "en")
FILES = sorted(path.name for path in support.SCENARIOS.glob("*.yaml"))
QUOTED = re.compile(r"“[^“”]*(?:“[^”]*”[^“”]*)*”")
"""Words as a record has them."""
NUMBERS = re.compile(r"(?<![A-Za-z])(?:[A-Z]{1,3}\d+[a-z]?(?:#\d+)?|#\d+)(?![A-Za-z0-9])")
"""Entries, rules, obligations: each stands behind its words."""
COMMANDS = re.compile(r"\bzeren(?: [a-z]+(?:[ ]+\S+)*)?")
"""The product's name, and its commands with what they are given."""
MACHINE = re.compile(r"^\s*(?:账本|指纹|根哈希|Ledger|Fingerprint|Root hash)\s.*$", re.MULTILINE)
"""Origins, fingerprints and roots, which are compared letter by letter."""
WORDS = re.compile("AB 角")
"""Chinese words that are written with letters."""
LAW = re.compile(r"《[^》]*》(?:第[^：:；; ]*条)?")


@cache
def desk(file: str) -> Desk:
    return Desk(support.views_of_scenario(support.SCENARIOS / file))


@cache
def traces(file: str) -> tuple[Trace, ...]:
    """The trace of each case of a scenario."""
    opened = [opening.payload for opening in desk(file).facts().cases()]
    return tuple(desk(file).trace(case.case or "") for case in opened if isinstance(case, CaseOpened))


@cache
def report_of(file: str, number: int, language: str, form: Form) -> Report:
    """The report of one of a scenario's cases."""
    asked = desk(file)
    ledgers = heads(asked, lambda _row, _size: "cm9vdA==").items
    explain = Explainer(asked.facts(), language)
    return trace_report(traces(file)[number], explain, asked.facts(), ledgers, charts=False, form=form)


@cache
def texts(file: str, language: str, form: Form = "full") -> tuple[str, ...]:
    """What each report says beside the numbers of its entries."""
    said = []
    for number, found in enumerate(traces(file)):
        text = "\n".join(report_lines(report_of(file, number, language, form)))
        places = report_of(file, number, language, "full").places
        for name in (found.case, *(act.act for act in found.acts), *(place for place, _ in places)):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "", text)
        said.append(text)
    return tuple(said)


def plain(text: str, names: list[str]) -> str:
    """The report's own words: without what it quotes, names, titles of law, numbers, commands and hashes."""
    for pattern in (MACHINE, QUOTED, LAW, NUMBERS, COMMANDS, WORDS):
        text = pattern.sub(" ", text)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def names_of(file: str) -> list[str]:
    facts = desk(file).facts()
    names = [person.name for person in facts.persons.values()] + [unit.name for unit in facts.units.values()]
    return [name for name in names if name]


@pytest.mark.parametrize("form", ["full", "brief"])
@pytest.mark.parametrize("file", FILES)
def test_a_report_is_of_one_language(file: str, form: Form) -> None:
    """Outside names, quoted words and titles of law no Latin word stands in Chinese, no Chinese in English."""
    names = names_of(file)
    for text in texts(file, "zh_CN", form):
        assert re.findall(r"[A-Za-z]{2,}", plain(text, names)) == []
    for text in texts(file, "en", form):
        assert re.findall(r"[\u4e00-\u9fff]+", plain(text, names)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_a_report_has_no_machine_words(file: str, language: str) -> None:
    """No time with a T, no day in figures and hyphens, no word with underscores, no code without its words."""
    for text in texts(file, language):
        said = plain(text, [])
        assert re.findall(r"\d{4}-\d\d-\d\d(?:T\d\d)?", said) == []
        assert re.findall(r"[A-Za-z]+_[A-Za-z_]+", said) == []


def test_an_entry_stands_in_the_annex_as_it_was_recorded_with_its_correction_behind() -> None:
    """A corrected entry keeps its own value in the annex; the correction says behind it what it should read."""
    asked = desk("levels.yaml")
    facts = asked.facts()
    report = trace_report(asked.trace("K2025"), Explainer(facts, "zh_CN"), facts, [], charts=False)
    blocks = [block for section in report.sections for block in section.blocks]
    lines = next(block.lines for block in blocks if isinstance(block, AnnexEntry) and block.number == "b1")

    assert "起始日：2024年2月1日" in lines
    assert any(line.startswith("其后：") and line.endswith("字段：起始日；新值：2024年2月8日") for line in lines)
