"""A ledger and the lost one that it continues answer as one: each question, at each moment, with what is lost said."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from ledger.bundle import standalone
from ledger.bundle.bundle_report import BundleReport
from ledger.bundle.case_bundle import case_parts, select_case, stream_of_case
from ledger.bundle.checking import CONTINUED_ABSENT, PINNED_ABSENT, check_bundle
from ledger.core.encoding import b64encode
from ledger.errors import Invalid
from ledger.home.directory import Home
from projections.questions.desk import Desk
from projections.reports.handout import write_bundle
from projections.reports.pdf_files import files_in
from projections.trace.case_facts import case_facts
from projections.views.agreement import formers
from projections.views.catch_up import views_of
from projections.views.view_store import Views
from projections.whole_proof import ViewsDiffer, prove
from tests.support import replayed as support
from tests.support.command import zeren
from tests.support.successors import CITED, NEXT, OPENED_ANEW, registered_anew, succeeded


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The scenario's duty ledger as a lost one, its case ledger beside the successor."""
    return succeeded(support.replayed(support.YUNXI), tmp_path_factory.mktemp("lost") / "ledgers")


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    return Home(Path(shutil.copytree(made.directory, tmp_path / "ledgers")))


QUESTIONS = (
    "holders secretary",
    "holders c-aid --valid-at 2024-07-09",
    "tenures",
    "vacancies",
    "obligations",
    "obligations --known-at 2024-07-01",
    "signals",
    "signals --known-at 2024-03-01T12:00:00+08:00",
    "dossier p-he",
    "dossier p-luo --known-at 2024-06-01",
    "persons",
    "units",
    "line c-aid --from 2023-01-01 --to 2024-12-31",
    "table warnings",
    "table talks",
    "cases",
    "trace K1",
    "trace K1 --known-at 2025-02-01",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_successor_answers_what_the_lost_ledger_did(made: Home, question: str) -> None:
    """Word for word, as known at each moment, every citation by the ledger that holds the entry and its place there.

    A sentence of the successor's names that ledger behind the entry.
    """
    told, again = (
        zeren(each.directory, *question.split(), "--json").out for each in (support.replayed(support.YUNXI), made)
    )
    before, after = json.loads(told), json.loads(re.sub(r"(?<=\d)@zeren[\w./-]+", "", again))
    heads = [before.pop("ledgers"), after.pop("ledgers")]
    assert before == after
    former = {head["origin"]: head["fingerprint"] for head in heads[0] if head["kind"] == "duty"}
    assert former == {head["origin"]: head["fingerprint"] for head in heads[1] if head["kind"] == "duty-before"}


def test_what_is_found_by_words_names_the_ledger_that_holds_it(made: Home) -> None:
    """Search finds texts, numbers and places of both; an entry of the lost ledger is shown by its citation."""
    old = support.replayed(support.YUNXI)
    before, after = (json.loads(zeren(each.directory, "search", "廉政", "--json").out) for each in (old, made))
    found = [row for row in after["items"] if row["ledger"] != NEXT]
    assert [row | {"kind": ""} for row in before["items"][: len(found)]] == [row | {"kind": ""} for row in found]
    assert {row["kind"] for row in found} == {"duty-before", "case"}
    found = json.loads(zeren(made.directory, "search", "E060", "--json").out)["things"]
    origin = before["ledgers"][0]["origin"]
    assert [each["entry"]["ledger"] for each in found if each["kind"] == "entry"] == [origin]
    for named in ("E060", f"E060@{origin}"):
        shown = json.loads(zeren(made.directory, "entries", named, "--json").out)
        assert (shown["ledger"], shown["ref"]) == (origin, "E060")
    assert f"@{origin}" in zeren(made.directory, "holders", "secretary").out


def test_what_a_case_pinned_ends_where_it_did(made: Home) -> None:
    """The pin of a case is of the lost ledger: what the successor recorded lies beyond it, whatever its position."""
    old = support.replayed(support.YUNXI)
    sizes = []
    for each in (old, made):
        with closing(views_of(each)) as views:
            sizes.append(case_facts(Desk(views).facts(), "K1").pin_size)
    assert sizes[0] is not None
    assert sizes[1] == sizes[0] - 222 <= 0


def test_every_answer_says_what_is_lost(made: Home) -> None:
    """In words, in either language, and in JSON beside the head of each ledger."""
    for language, said in (("en", "entries #222 to #226 are lost"), ("zh_CN", "#222 至 #226")):
        assert said in zeren(made.directory, "holders", "secretary", language=language).err
    heads = json.loads(zeren(made.directory, "holders", "secretary", "--json").out)["ledgers"]
    assert [(head["kind"], head["entries"]) for head in heads[:2]] == [("duty", 1), ("duty-before", 222)]
    assert any("#222 to #226 are lost" in mark for mark in heads[0]["marks"])


def test_without_the_lost_ledger_every_answer_says_so(home: Home) -> None:
    """What stood in it is in no answer, and that is said; where it comes to hand it is read again."""
    assert _holder(home) == "p-qin"
    shutil.rmtree(home.directory / "held")
    shutil.move(home.directory / "continued", home.directory / "elsewhere")
    (home.directory / "case.db").unlink()  # its pins name the lost ledger
    said = zeren(home.directory, "search", "廉政", "--json")
    assert (said.code, [row for row in json.loads(said.out)["items"] if row["ledger"] != NEXT]) == (0, [])
    (head,) = json.loads(said.out)["ledgers"]
    assert any("is not here" in mark for mark in head["marks"])
    shutil.move(home.directory / "elsewhere", home.directory / "continued")
    assert _holder(home) == "p-qin"


def _holder(home: Home) -> str:
    answer: Any = json.loads(zeren(home.directory, "holders", "secretary", "--json").out)
    return str(answer["holders"][0]["person"])


def test_what_is_not_the_lost_ledger_is_answered_from_by_nobody(home: Home) -> None:
    """One entry less, and no question is answered: the first entry names what was kept by size and root."""
    kept = home.directory / "continued" / "duty.db"
    with closing(sqlite3.connect(kept)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("DELETE FROM stored_events WHERE rowid = (SELECT max(rowid) FROM stored_events)")
        for _, made_by in triggers:
            connection.execute(made_by)
        connection.commit()
    said = zeren(home.directory, "holders", "secretary")
    assert (said.code, "names as before it" in said.err) == (3, True)


CHANGES = (
    "UPDATE tenures SET person = 'p-luo' WHERE position = (SELECT min(position) FROM tenures)",
    "DELETE FROM mentions WHERE position = (SELECT max(position) FROM mentions WHERE position < 0)",
    "UPDATE continued SET origin = 'zeren.test/other'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_views_of_both_are_proved_from_the_entries_of_both(home: Home, change: str) -> None:
    """Whole they prove equal; one changed cell of what was taken from the lost ledger is found."""
    views_of(home).close()
    assert list(prove(home))[-1].percent == 100
    with closing(sqlite3.connect(home.views)) as connection:
        connection.execute(change)
        connection.commit()
    with pytest.raises(ViewsDiffer):
        list(prove(home))


def test_a_process_that_died_between_both_is_caught_up_with(home: Home) -> None:
    """The genesis and a part of the lost ledger in the views: the next process goes on from there."""
    views = views_of(home)
    whole = {row["position"] for row in views.select("SELECT position FROM records WHERE ledger = 1")}
    views.close()
    for path in home.directory.glob("views*"):
        path.unlink()
    views = Views(home.views)
    with closing(home.open("duty")) as ledger, home.before(ledger) as before:
        views.apply(ledger.page(0))
        views.apply_former(NEXT, formers(before)[0], before[0].page(0, 100))
    views.close()
    again = views_of(home)
    rows = again.select("SELECT r.position FROM records r JOIN ledgers l ON l.id = r.ledger AND l.origin = ?", (NEXT,))
    again.close()
    assert {row["position"] for row in rows} == whole


def test_a_list_of_entries_says_what_else_is_read_with_it(made: Home) -> None:
    """The successor's entries, and where the lost ledger's are: listed by their own positions, by number and raw."""
    said = zeren(made.directory, "entries", language="en")
    origin = support.replayed(support.YUNXI).open("duty").origin
    assert f"222 entries of {origin} are not in this list: --ledger duty-before" in said.err
    listed = json.loads(zeren(made.directory, "entries", "--ledger", "duty-before", "--limit", "2", "--json").out)
    assert [(row["ledger"], row["position"]) for row in listed["items"]] == [(origin, 221), (origin, 220)]
    found = json.loads(zeren(made.directory, "entries", "--ledger", "duty-before", "--ref", "E060", "--json").out)
    raw = zeren(made.directory, "entries", f"E060@{origin}", "--raw").out
    assert f'"ledger":"{origin}","position":{found["items"][0]["position"]},' in raw
    wrong = zeren(made.directory, "entries", "--ledger", "duty-before-2", language="en")
    assert (wrong.code, "there are: duty, duty-before" in wrong.err) == (2, True)


def test_a_case_ledger_is_continued_as_a_duty_ledger_is(tmp_path: Path) -> None:
    """Its cases are answered word for word, and handed out whole from what was kept; nothing is opened in it again."""
    old = support.replayed(support.YUNXI)
    home = succeeded(old, tmp_path / "ledgers", "case")
    before, after = (json.loads(zeren(each.directory, "trace", "K1", "--json").out) for each in (old, home))
    heads = [before.pop("ledgers"), after.pop("ledgers")]
    assert before == after
    assert any("#36 to #40 are lost" in mark for head in heads[1] for mark in head["marks"])
    made, said = bundles(home, tmp_path / "k.zip", "K1")
    with closing(old.open("case")) as case, closing(old.open("duty")) as duty:
        assert (origins(made["k.zip"]), "k-apart" in said) == ([case.origin, duty.origin], False)
        checked = check_bundle((tmp_path / "k.zip").read_bytes(), [case.fingerprint])
    assert (checked.verdict, [part.trusted_by for part in checked.parts]) == ("valid", ["given", "pinned"])


def test_work_on_a_case_goes_on_where_it_is_opened_anew(tmp_path: Path) -> None:
    """It is one case: opened when it was opened first, with the facts as stated last and all steps of both ledgers;
    what was recorded anew is handed out beside, and the report says that no one file proves it."""
    home = succeeded(support.replayed(support.YUNXI), tmp_path / "ledgers", "case")
    refused = zeren(home.directory, "case", "second", "--case", "K1", language="en")
    assert (refused.code, "open it anew here" in refused.err) == (2, True)
    registered_anew(home, *OPENED_ANEW, kind="case")
    (row,) = json.loads(zeren(home.directory, "cases", "--json").out)["items"]
    assert (row["case"], row["entry"]["ref"], row["acts"], row["amount"]) == ("K1", "E090", 1, "12.5")
    shown = json.loads(zeren(home.directory, "cases", "K1", "--json").out)
    assert {"E090", "E097", "K1", "M9"} <= {entry["ref"] for entry in shown["entries"]}
    with closing(home.open("case")) as ledger, home.before(ledger) as before:
        holding = {each.origin: each for each in (ledger, *before)}
        for entry in shown["entries"]:
            held = holding[entry["ledger"]].at(entry["position"])
            assert (b64encode(held.leaf_hash), held.payload.ref) == (entry["leaf_hash"], entry["ref"])
        (lost,) = {each.origin for each in before}
    listed = zeren(home.directory, "cases", "K1", language="en").out
    assert f"E090#10@{lost} " in listed
    assert "#-" not in listed + zeren(home.directory, "search", "E090", language="en").out
    trace = json.loads(zeren(home.directory, "trace", "K1", "--json").out)
    assert (trace["total"], [act["act"] for act in trace["acts"]], trace["pinned"]) == ("12.5", ["b1"], True)
    assert f"the trace rests on {NEXT} too" in zeren(home.directory, "trace", "K1", language="en").out
    made, said = bundles(home, tmp_path / "k.zip", "K1")
    assert [origins(made[name])[0] == NEXT for name in ("k.zip", "k-apart.zip")] == [False, True]
    assert "k-apart.zip" in said


def bundles(home: Home, out: Path, *words: str) -> tuple[dict[str, BundleReport], str]:
    """What a command hands out: the check of each file by name, and what it says beside."""
    said = zeren(home.directory, "bundle", *words, "--out", str(out), language="en")
    assert said.code == 0, said.err
    files = sorted(out.parent.glob("*.zip"))
    return {file.name: check_bundle(file.read_bytes()) for file in files}, said.err


def origins(report: BundleReport) -> list[str]:
    assert not report.findings
    return [part.claims.origin for part in report.parts]


def test_a_case_that_pins_the_lost_ledger_is_handed_out_with_it(home: Home, tmp_path: Path) -> None:
    """One bundle that its pin confirms, as the lost ledger's own; its report carries it and is proved by it."""
    old = support.replayed(support.YUNXI)
    with closing(old.open("duty")) as lost, closing(old.open("case")) as case:
        made, said = bundles(home, tmp_path / "k.zip", "K1")
        assert list(made) == ["k.zip"]
        assert origins(made["k.zip"]) == [case.origin, lost.origin]
        trusted = check_bundle((tmp_path / "k.zip").read_bytes(), [case.fingerprint])
        assert (trusted.verdict, [part.trusted_by for part in trusted.parts]) == ("valid", ["given", "pinned"])
    assert "in a bundle of its own" not in said
    assert zeren(home.directory, "trace", "K1", "--report", str(tmp_path / "k.pdf")).code == 0
    proved = json.loads(zeren(home.directory, "verify", str(tmp_path / "k.pdf"), "--json").out)
    assert (proved["findings"], proved["model"]["entries"] > 40) == ([], True)


def test_what_a_case_does_not_pin_is_handed_out_in_a_bundle_of_its_own(home: Home, tmp_path: Path) -> None:
    """What the successor says of the case's persons: a second file, named by the command; each check says what is not
    in its own."""
    registered_anew(home)
    made, said = bundles(home, tmp_path / "k.zip", "K1")
    with closing(home.open("duty")) as ledger, closing(support.replayed(support.YUNXI).open("duty")) as lost:
        assert [origins(made[name])[-1] for name in ("k.zip", "k-apart.zip")] == [lost.origin, ledger.origin]
        fingerprint = lost.fingerprint
    assert "k-apart.zip" in said
    assert "fingerprint from elsewhere" in said
    assert made["k-apart.zip"].marks[CONTINUED_ABSENT] == 1
    small = standalone.Bundle(BytesIO((tmp_path / "k-apart.zip").read_bytes()), set(), {}).marks
    assert [mark for mark in small if fingerprint in mark and "not here" in mark]


def test_a_report_says_what_no_one_file_proves(home: Home, tmp_path: Path) -> None:
    """A trace that cites the successor, which its case does not pin: the report says so, and how to get both, as text,
    and the PDF carries nothing instead of a part; what cites the lost ledger alone says nothing of the kind."""
    said = zeren(home.directory, "trace", "K1", language="en")
    assert ("The PDF of this report carries that evidence" in said.out, "FILE-apart.zip" in said.out) == (True, False)
    registered_anew(home, *CITED)
    told = f"carries no evidence: the trace rests on {NEXT} too, which the case does not pin"
    for words in ((), ("--report", str(tmp_path / "k.pdf"))):
        said = zeren(home.directory, "trace", "K1", *words, language="en")
        shown = said.err if words else said.out
        assert (said.code, told in shown) == (0, True), said.err
        assert "zeren bundle K1 --out FILE.zip, beside which FILE-apart.zip is written" in shown
    assert "carries that evidence" not in zeren(home.directory, "trace", "K1", language="en").out
    with pytest.raises(Invalid, match="this one: -"):
        files_in((tmp_path / "k.pdf").read_bytes())


def test_a_bundle_of_entries_and_persons_holds_both_ledgers(home: Home, tmp_path: Path) -> None:
    """Each in a part of its own, proved complete by its own seal; an entry of the lost ledger by its number."""
    registered_anew(home)
    made, _ = bundles(home, tmp_path / "p.zip", "E060", "--person", "p-he")
    report = made["p.zip"]
    with closing(support.replayed(support.YUNXI).open("duty")) as lost:
        assert origins(report) == [NEXT, lost.origin]
        assert lost.store.of_ref("E060")[0] in report.parts[1].claims.entries
    assert [
        (claim.id, count > 0) for part in report.parts for claim, count in part.proved if claim.kind == "person"
    ] == [
        ("p-he", True),
        ("p-he", True),
    ]
    assert report.marks[CONTINUED_ABSENT] == 0


def test_a_case_without_the_ledger_that_it_pins_says_so(home: Home, tmp_path: Path) -> None:
    """Where the lost ledger is not at hand: in words, by each verifier."""
    shutil.rmtree(home.directory / "continued")
    shutil.rmtree(home.directory / "held")
    (home.directory / "duty.db").unlink()
    with closing(home.open("case")) as case:
        chosen = select_case(case, stream_of_case(case, "K1"))
        write_bundle(case_parts(chosen, []).parts, file := BytesIO())
        report = check_bundle(file.getvalue(), [case.fingerprint])
        assert (report.verdict, report.marks[PINNED_ABSENT]) == ("valid", 1)
        small = standalone.Bundle(BytesIO(file.getvalue()), {case.fingerprint}, {}).marks
    assert sum("pinned or continued, and not here" in mark for mark in small) == 1
