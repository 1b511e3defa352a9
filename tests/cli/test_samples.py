"""What one begins with, taken as it is: a workbook of an organ that is filled already, and a file of rules."""

import json
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types

from ledger.clock import now
from ledger.strict_yaml import read_yaml, without_lines
from projections.facts.layered_settings import read_rules
from projections.facts.rule_sets import DEFAULT_TOLERANCE, RuleSet
from projections.importing.sample_organ import sample_organ
from tests.support.command import zeren


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_sample_organ_is_imported_without_a_fault(tmp_path: Path, language: str) -> None:
    """In either language: every row becomes a record, and holders and tables are asked about by name; a task
    is still to come, and the workbook says that it is invented."""
    (tmp_path / "p").write_text("choose your own\n")
    by = ("--passphrase-file", str(tmp_path / "p"))
    people = ("--custodian", "c-1", "--recorder", "r-1")
    made = ("init", "--origin", "zeren.example/s/duty", "--title", "青川残联", *people, *by)
    assert zeren(tmp_path / "o", *made, language=language).code == 0
    book = str(tmp_path / "organ.xlsx")
    said = zeren(tmp_path / "o", "import", "template", "organ", "--sample", "--out", book, language=language)
    assert said.code == 0, said.err
    day = (now() - timedelta(days=1)).date().isoformat()
    done = zeren(tmp_path / "o", "import", book, "--legacy", "--as", "r-1", *by, language=language)
    assert done.code == 0, done.out + done.err
    assert "何静" in zeren(tmp_path / "o", "holders", "辅助器具中心", "--valid-at", day, language=language).out
    assert "排查采购验收风险点" in zeren(tmp_path / "o", "table", "tasks", language=language).out
    talks = json.loads(zeren(tmp_path / "o", "entries", "--kind", "talk", "--json").out)["items"]
    bodies = [json.loads(zeren(tmp_path / "o", "entries", f"#{each['position']}", "--json").out) for each in talks]
    assert [each["fields"]["claims"] for each in bodies] == [["A2b"], ["A2b"], ["A2a"], ["A2a"]]
    coming = json.loads(zeren(tmp_path / "o", "agenda", "--for", "唐雨薇", "--due-within", "60d", "--json").out)
    assert [row["what"] for row in coming["items"] if "抽查年末救助物资发放" in row["what"]] != []
    said = load_workbook(book).worksheets[0]["B2"].value
    assert said == (
        "以下内容均属虚构，仅供查看和试用" if language == "zh_CN" else "invented throughout: to look at and to try"
    )
    assert zeren(tmp_path / "o", "entries", "--tail", "1").out.count("\n") == 3
    assert zeren(tmp_path / "o", "import", "template", "talk", "--sample", "--out", book + "2").code == 2


def test_the_sample_is_of_the_last_year_that_is_over() -> None:
    """Nothing of it is to come on the day of writing but one task; on any day of the year."""
    for on in (date(2026, 1, 1), date(2026, 10, 19), date(2026, 10, 20), date(2028, 2, 29)):
        rows = [row for sheet in sample_organ(on).values() for row in sheet]
        days = [row[name] for row in rows for name in ("occurred_at", "valid_from") if name in row]
        assert max(days) <= on.isoformat()
        assert min(days)[:4] == max(days)[:4]
        assert [row["title"] for row in rows if row.get("due", "") > on.isoformat()] == ["抽查年末救助物资发放"]


def test_the_file_of_rules_says_what_holds_anyway(tmp_path: Path) -> None:
    """Every setting stands in it, as a value or as an example, in both languages; adopted it changes nothing."""
    file = tmp_path / "rules.yaml"
    assert zeren(None, "rules", "template", "--out", str(file)).code == 0
    text = file.read_text(encoding="utf-8")
    assert [
        each.name for each in fields(RuleSet) if f"\n{each.name}: " not in text and f"\n# {each.name}: " not in text
    ] == []
    assert "# 出席法定比例 / " in text or "# 处理一般事项" in text or "quorum for ordinary matters" in text
    read = without_lines(read_yaml(file))
    assert isinstance(read, dict)
    assert read_rules(read) == RuleSet(tolerance_days=DEFAULT_TOLERANCE)
    (tmp_path / "p").write_text("choose your own\n")
    by = ("--passphrase-file", str(tmp_path / "p"))
    made = ("--origin", "zeren.example/r/duty", "--title", "o", "--custodian", "c-1", "--recorder", "r-1")
    assert zeren(tmp_path / "o", "init", *made, *by).code == 0
    done = zeren(tmp_path / "o", "rules", "adopt", str(file), "--version", "2026-1", *by)
    assert done.code == 0, done.err
    assert zeren(None, "rules", "template", "--out", str(file)).code == 2
