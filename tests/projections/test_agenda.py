"""Obligations as a calendar file, and statuses where very many acts are judged at once."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections import signals
from projections.obligations import docket, obligations
from projections.reports.calendar import Event, calendar
from tests.support.replayed import scenario_facts

STAMP = datetime(2024, 3, 1, 1, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def unfolded(data: bytes) -> list[str]:
    """The content lines as a reader of RFC 5545 sees them."""
    return data.decode().replace("\r\n ", "").split("\r\n")


@given(TEXTS, TEXTS)
def test_no_text_can_break_out_of_its_line(summary: str, description: str) -> None:
    """Whatever the texts hold, the file has one event with its ten lines, none longer than 75 octets."""
    data = calendar("c", STAMP, [Event("k", date(2024, 3, 4), summary, description, "met")])

    lines = unfolded(data)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert [line.partition(":")[0].partition(";")[0] for line in lines[5:-2]] == [
        *("BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "CATEGORIES", "TRANSP", "END"),
    ]


def test_what_is_special_in_the_format_is_escaped() -> None:
    """Commas, semicolons, backslashes and line breaks are escaped; a last day of the year ends on the next."""
    data = calendar("c", STAMP, [Event("k", date(2024, 12, 31), "a,b;c\\d", "e\nf", "met")])

    lines = unfolded(data)
    assert "SUMMARY:a\\,b\\;c\\\\d" in lines
    assert "DESCRIPTION:e\\nf" in lines
    assert "DTEND;VALUE=DATE:20250101" in lines


def test_judging_very_many_acts_at_once_changes_no_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every instance is the same whether acts are judged by what lies near them or the whole is judged once."""
    near = obligations(scenario_facts(), judged_on=date(2025, 12, 31))
    for module in (signals, docket):
        monkeypatch.setattr(module, "MANY", 0)

    assert obligations(scenario_facts(), judged_on=date(2025, 12, 31)) == near
