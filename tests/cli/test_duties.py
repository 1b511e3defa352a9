"""The commands for obligations, signals, dossiers and rule sets, as a user meets them."""

import json
import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.home.directory import Home
from projections.obligations.table import table
from projections.questions.desk import Desk
from projections.questions.dossier import DossierFilter, dossier
from projections.views.catch_up import views_of
from tests.support import replayed as support
from tests.support.command import zeren


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("duties") / "ledgers"
    shutil.copytree(support.replayed(support.YUNXI).directory, directory)
    return directory


def asked(ledgers: Path, *words: str) -> dict[str, Any]:
    done = zeren(ledgers, *words, "--json")
    assert done.code == 0, done.err
    answer: dict[str, Any] = json.loads(done.out)
    return answer


def test_obligations_are_limited_and_say_why(ledgers: Path) -> None:
    """Owner by name, period and id limit the list; each act that does not count says why; heads and times are named."""
    answer = asked(ledgers, "obligations", "--for", "贺立新", "--id", "A2b", "--period", "2024H1")

    (row,) = answer["items"]
    assert (row["status"], row["owner"], row["credited"], row["required"]) == ("unmet", "p-he", 0, 2)
    assert [(r["entry"]["ref"], r["verdict"], r["codes"][0]) for r in row["reasons"]] == [
        ("E094", "rejected", "AFTER_CASE_OPENED")
    ]
    assert answer["judged_on"] == "2025-12-31"
    assert answer["ledgers"]


def test_a_status_is_told_as_known_then(ledgers: Path) -> None:
    """Before the talks of June 2023 were recorded, and before the half-year was over, they were not due yet."""
    words = ("obligations", "--id", "A2b", "--for", "p-he", "--period", "2023H1")
    (then,) = asked(ledgers, *words, "--known-at", "2023-05-29")["items"]
    (later,) = asked(ledgers, *words, "--known-at", "2023-07-01")["items"]

    assert (then["status"], then["missing"]) == ("not_due", ["p-he/p-ding", "p-he/p-cheng"])
    assert (later["status"], later["missing"]) == ("met", [])


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("cases",), ("opened_at",)),
        (("cases", "K1"), ("recorded_at",)),
        (("entries", "--tail", "3"), ("recorded_at",)),
        (("search", "廉政", "--limit", "3"), ("recorded_at",)),
    ],
)
def test_people_read_local_time_and_programs_the_exact_moment(
    ledgers: Path, words: tuple[str, ...], names: tuple[str, ...]
) -> None:
    """A list tells moments in the organ's own zone with the offset, its JSON the same ones in UTC, exact."""
    answer = asked(ledgers, *words)
    rows = answer["items"] if "items" in answer else answer["entries"]
    moments = [datetime.fromisoformat(row[name]) for row in rows for name in names]
    said = zeren(ledgers, *words).out
    assert moments
    assert all(f"{moment + timedelta(hours=8):%Y-%m-%d %H:%M:%S}+08:00" in said for moment in moments)
    assert not re.search(r"\dZ|UTC", said)


def test_an_entry_in_full_is_read_in_local_time(ledgers: Path) -> None:
    """When it was recorded is said as on its page."""
    answer = asked(ledgers, "entries", "E060")
    moment = datetime.fromisoformat(answer["recorded_at"]) + timedelta(hours=8)
    assert f"recorded at: {moment:%Y-%m-%d %H:%M:%S}+08:00" in zeren(ledgers, "entries", "E060").out


def test_upcoming_and_overdue_are_lists_of_their_own(ledgers: Path) -> None:
    """What falls due soon is not due yet; what is overdue was due and stands undone or doubted."""
    upcoming = asked(ledgers, "obligations", "--upcoming", "40", "--on", "2024-03-01")["items"]
    overdue = asked(ledgers, "obligations", "--overdue", "--unit", "c-aid")["items"]

    assert upcoming
    assert {row["status"] for row in upcoming} == {"not_due"}
    assert all("2024-03-01" <= row["due"] <= "2024-04-10" for row in upcoming)
    assert {row["status"] for row in overdue} <= {"unmet", "partly_unmet", "doubtful", "partly_doubtful"}
    assert {row["obligation"] for row in overdue} >= {"PM2c", "PM5b", "PM4"}


def test_standing_duties_are_listed_with_evidence_and_have_no_status(ledgers: Path) -> None:
    """Every standing duty is there with what claims to serve it; none has a status or a number."""
    answer = asked(ledgers, "obligations")
    standing = {row["obligation"]: row for row in answer["standing"]}

    assert set(standing) == {id_ for id_, row in table().obligations.items() if row.standing}
    assert [entry["ref"] for entry in standing["G4b"]["evidence"]] == ["E038"]
    assert not {"status", "credited", "required"} & set(standing["G4b"])
    assert not {row["obligation"] for row in answer["items"]} & set(standing)
    assert "E038" in zeren(ledgers, "obligations", "--standing").out


def test_a_dossier_tells_of_the_own_pair_and_not_of_the_others(ledgers: Path) -> None:
    """That the secretary left out another member is no word in this one's dossier; in the secretary's all pairs are."""
    rows = [row for row in asked(ledgers, "dossier", "p-luo")["obligations"] if row["obligation"] == "A2a"]
    heads = ("p-shen", "p-qin")
    assert {(row["owner"], row["subject"], len(row["pairs"])) for row in rows} == {(each, "p-luo", 0) for each in heads}
    assert {row["status"] for row in rows if row["period"] == "2023H2"} == {"met"}
    (whole,) = [
        row
        for row in asked(ledgers, "dossier", "p-shen")["obligations"]
        if (row["obligation"], row["period"]) == ("A2a", "2023H2")
    ]
    assert (whole["status"], whole["missing"]) == ("partly_unmet", ["p-shen/p-he"])


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("obligations", "--period", "last year"), "2024H1"),
        (("obligations", "--for", "nobody"), "p-qin"),
        (("obligations", "--id", "Z9"), "zeren rules show"),
        (("obligations", "--on", "soon"), "soon"),
        (("signals", "--code", "NOISE"), "LATE_RECORD"),
        (("signals", "--unit", "康"), "d-rehab"),
        (("dossier", "somebody"), "p-qin"),
    ],
)
def test_what_does_not_exist_is_said_with_what_does(ledgers: Path, words: tuple[str, ...], hint: str) -> None:
    """A name that is not there is bad input (exit 2), and the message names what is."""
    done = zeren(ledgers, *words)

    assert (done.code, done.out) == (2, "")
    assert hint in done.err


def test_signals_show_inputs_and_benign_reasons(ledgers: Path) -> None:
    """Each signal says what it looked at and found, and what may lie behind it; limits by party and weight hold."""
    answer = asked(ledgers, "signals", "--for", "p-he", "--weight", "high")

    assert {row["weight"] for row in answer["items"]} == {"high"}
    assert all("p-he" in row["parties"] and row["inputs"] and row["benign"] for row in answer["items"])
    found = {row["code"]: row["detail"] for row in answer["items"]}
    assert [entry["ref"] for entry in found["TWO_PLACES_AT_ONCE"]["conflicts_with"]] == ["E071"]
    text = zeren(ledgers, "signals", "--code", "NO_QUORUM", language="zh_CN").out
    assert "法定人数" in text


def test_a_dossier_is_as_known_at_the_moment(ledgers: Path) -> None:
    """As known before his retirement was recorded, he is still in office, and the later talk is not there."""
    before = asked(ledgers, "dossier", "p-he", "--known-at", "2024-06-30")
    after = asked(ledgers, "dossier", "p-he")

    assert next(row["leaves"] for row in before["tenures"]) is None
    assert next(row["leaves"] for row in after["tenures"]) == "retirement"
    assert "E094" not in {row["entry"]["ref"] for row in before["talks"]}
    assert "E094" in {row["entry"]["ref"] for row in after["talks"]}
    assert ("main_leadership", "党内严重警告") in {(row["category"], row["form"]) for row in after["cases"]}


def test_a_dossier_over_the_organs_own_views_knows_nothing_of_cases(ledgers: Path, tmp_path: Path) -> None:
    """Where only the duty ledger is joined, no case, decision or signal of one stands in any answer."""
    own = tmp_path / "own"
    shutil.copytree(ledgers, own)
    for file in own.rglob("*case*"):
        if file.is_file():
            file.unlink()
    for file in own.glob("views*"):
        file.unlink()
    views = views_of(Home(own))
    try:
        found = Desk(views).ask(dossier, DossierFilter(party="p-he", judged_on=date(2025, 12, 31)))
    finally:
        views.close()

    assert (found.inspector, found.cases) == (False, ())
    codes = {row.code for row in found.signals}
    assert "TWO_PLACES_AT_ONCE" in codes
    assert not codes & {"AFTER_LEAD", "AFTER_CASE_OPENED", "POST_READ_RECORD", "MOVE_DURING_CASE"}


def test_a_rule_set_is_adopted_by_an_entry_and_the_strictest_wins(ledgers: Path, tmp_path: Path) -> None:
    """What a layer above adopts counts from its entry on; before it, and where it cannot be read, nothing changes."""
    rules = tmp_path / "rules.yaml"
    rules.write_text("timely_days: 3\nobligations: {PG1: {times: 2}}\n", encoding="utf-8")
    bad = tmp_path / "bad.yaml"
    bad.write_text("obligations: {Z9: {times: 2}}\n", encoding="utf-8")
    words = ("rules", "adopt", str(rules), "--layer", "centre", "--version", "2020")

    size = asked(ledgers, "entries")["size"]
    assert zeren(ledgers, *words, "--dry-run").code == 0
    refused = zeren(ledgers, "rules", "adopt", str(bad), "--layer", "centre", "--version", "1")
    assert (refused.code, "Z9" in refused.err) == (2, True)
    assert asked(ledgers, "entries")["size"] == size

    adopted = zeren(ledgers, *words, "--allow-clock-jump")
    assert adopted.code == 0, adopted.err
    assert asked(ledgers, "rules", "show")["settings"]["timely_days"] == 3
    assert asked(ledgers, "rules", "show", "--known-at", "2025-12-31")["settings"]["timely_days"] == 5
    row = asked(ledgers, "obligations", "--id", "PG1", "--period", "2023")["items"][0]
    assert (row["required"], row["status"]) == (1, "met")  # a set acts on no day before it was adopted


def test_the_rules_show_every_obligation_in_both_languages(ledgers: Path) -> None:
    """The list has every row of the table, in the reader's language."""
    for language in ("zh_CN", "en"):
        text = zeren(ledgers, "rules", "show", language=language).out
        assert all(row.title.of(language) in text for row in table().obligations.values())
