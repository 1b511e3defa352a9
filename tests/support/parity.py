"""Every question by both faces: the command line's --json and /api/v1, with the values that a reader may type.

`python -m tests.support.parity` prints the table: questions, filters, values, rows compared.
"""

import io
import json
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient

from api import v1
from api.asking.filters import CALLED
from api.routes import PREFIX
from cli.main import build
from cli.showing.exits import run
from ledger.access.log import create_access_ledger
from ledger.home.directory import Home
from projections.language import catalogue
from projections.questions.agenda import AgendaFilter
from projections.questions.cases import CaseFilter, CasesFilter
from projections.questions.city_answers import (
    CityCaseFilter,
    CityCountersignedFilter,
    CityFilter,
    CityPersonFilter,
    CitySignalFilter,
)
from projections.questions.dossier import DossierFilter
from projections.questions.entries import EntryFilter
from projections.questions.holders import HolderFilter
from projections.questions.line import LineFilter
from projections.questions.obligations import ObligationFilter
from projections.questions.office_tables import KINDS, OfficeFilter
from projections.questions.organisation import OrganisationFilter
from projections.questions.organs import OrganFilter
from projections.questions.over import Known
from projections.questions.persons import PersonsFilter
from projections.questions.reads import ReadFilter
from projections.questions.registers import RegisterFilter
from projections.questions.search import SearchFilter
from projections.questions.signals import SignalFilter
from projections.questions.signatures import SignatureFilter
from projections.questions.tenures import TenureFilter
from projections.questions.units import UnitFilter, UnitsFilter
from projections.questions.vacancies import VacancyFilter
from tests.support import replayed as support
from tests.support import web
from tests.support.city import city
from tests.support.command import zeren

OFFICE = support.SCENARIOS / "office-records.yaml"
CITY = Path("city")
"""Stands for two organs beside their list, which are asked together."""
FRAME = ("as_of", "next")
"""What only one face says: the times of the address, where a page goes on."""
CALLED_AT_COMMANDS = {"first": "--from", "last": "--to"}
COMMON = (
    "known_at",
    "entries",
    "judged_on",
    "checkpoints",
    "as_json",
    "lang",
    "cursor",
    "limit",
    "format",
    "organ",
    "no_input",
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a filter as it is typed at both faces; `near` is what a message must name where it is wrong."""

    text: str
    near: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as both faces ask it. `filters`: member of the filter class -> values, the wrong ones among them."""

    words: tuple[str, ...]
    path: str
    wanted: type | None
    filters: Mapping[str, tuple[Value, ...]]
    options: Mapping[str, str] = field(default_factory=dict)
    """How the command line names a filter where it is not --name."""
    scenario: Path = support.YUNXI
    base: Mapping[str, str] = field(default_factory=dict)
    """What must be said at any rate, as long as nothing else is said of it."""
    flags: tuple[str, ...] = ()
    path_value: str | None = None
    """The filter that stands in the path, and behind the command."""
    behind: str | None = None
    """The filter that stands behind the command, and in the address behind the `?`."""
    not_asked: tuple[str, ...] = ()
    """Options of the command that limit nothing: how it is shown."""
    own: tuple[str, ...] = ()
    """Members, of the answer or of its rows, that only one face can say, or that the moment of asking decides."""
    codes: tuple[int, ...] = (0,)
    """Exit codes of the command that come with an answer."""


def values(*right: str, wrong: Mapping[str, str] | None = None) -> tuple[Value, ...]:
    """Values that are understood, and wrong ones with what is near."""
    return (*map(Value, right), *(Value(text, near) for text, near in (wrong or {}).items()))


def first_of(filters: Mapping[str, tuple[Value, ...]]) -> Mapping[str, tuple[Value, ...]]:
    """One right value of each filter, and one wrong one: of a question that shares its filter with another."""
    return {
        name: tuple({each.near is None: each for each in reversed(found)}.values()) for name, found in filters.items()
    }


PARTY = values("p-luo", "罗佩珊", "d-rehab", "康复科", wrong={"罗佩": "罗佩珊", "p-lu": "p-luo", "nobody": "p-"})
PERSON = values("p-luo", "罗佩珊", "p-he", wrong={"罗佩": "罗佩珊", "p-lu": "p-luo", "c-aid": "person"})
UNIT = values("c-aid", "辅助器具资源中心", "d-rehab", wrong={"辅助器具中心": "辅助器具资源中心", "p-luo": "unit"})
TIMES: Mapping[str, tuple[Value, ...]] = {
    "known_at": values("2024-10-14T10:00:00+08:00", "2024-03-01", wrong={"2024-13-01": "2024-13-01"}),
    "entries": values("150", wrong={"0": "0"}),
}
JUDGED: Mapping[str, tuple[Value, ...]] = {**TIMES, "judged_on": values("2024-06-30", wrong={"soon": "soon"})}
DAY = values("2024-07-09", "2024年7月9日", wrong={"soon": "soon"})
HALVES = values("2024H1", "2024H2", wrong={"2024H3": "2024H1", "2024": "2024H1"})
OBLIGATIONS: Mapping[str, tuple[Value, ...]] = {
    "obligation": values("A2a", "PM5b", wrong={"A2": "A2a", "Z9": "rules show"}),
    "owner": PARTY,
    "unit": UNIT,
    "of_unit": UNIT,
    "period": values("2024", "2024年上半年", "2024Q1", "2024 mid-year", wrong={"last year": "2024H1", "24": "2024H1"}),
    "half": HALVES,
    "status": values("unmet", "met", wrong={"unmett": "unmet"}),
    "overdue": values("true"),
    "upcoming": values("400", wrong={"x": "x", "99999": "3660"}),
    **JUDGED,
}
OFFICE_TABLES: Mapping[str, tuple[Value, ...]] = {
    "unit": values("c-aid", wrong={"辅助器具中心": "辅助器具资源中心"}),
    "person": values("p-luo", wrong={"罗佩": "罗佩珊"}),
    "period": values("2024H1", wrong={"last year": "2024H1"}),
    **first_of(JUDGED),
}
"""Every table takes the same filter: its values are compared at one of them, the others as a whole."""
QUESTIONS: dict[str, Question] = {
    "obligations": Question(
        ("obligations",),
        "/obligations",
        ObligationFilter,
        OBLIGATIONS,
        {"obligation": "--id"},
        flags=("overdue",),
        not_asked=("with_standing",),
    ),
    "heat": Question(
        ("heat",), "/heat", ObligationFilter, first_of(OBLIGATIONS), {"obligation": "--id"}, flags=("overdue",)
    ),
    "signals": Question(
        ("signals",),
        "/signals",
        SignalFilter,
        {
            "code": values("LATE_RECORD", wrong={"LATE_RECORDS": "LATE_RECORD", "CHAIN_BREAK": "DUTY_GAP"}),
            "weight": values("high", wrong={"heavy": "high"}),
            "unit": UNIT,
            "person": PERSON,
            **JUDGED,
        },
        {"person": "--for"},
    ),
    "agenda": Question(
        ("agenda",),
        "/agenda",
        AgendaFilter,
        {
            "owner": PARTY,
            "period": values("2024", "2024Q4", "2024年第四季度", wrong={"last year": "2024H1"}),
            "until": values("2024-06-30", wrong={"soon": "soon"}),
            "due_within": values("30d", "30", wrong={"soon": "5d", "9999d": "3660"}),
            **JUDGED,
        },
        {"owner": "--for"},
        not_asked=("ics", "out"),
    ),
    "signatures": Question(
        ("consent", "list"),
        "/signatures",
        SignatureFilter,
        {"person": PERSON, "ledger": values("duty", "case", wrong={"cases": "case"}), **JUDGED},
        {"person": "--for"},
    ),
    "holders": Question(
        ("holders",),
        "/holders/{}",
        HolderFilter,
        {
            "subject": values(
                *("c-aid", "辅助器具资源中心", "secretary", "书记"),
                wrong={"辅助器具中心": "辅助器具资源中心", "c-ai": "c-aid"},
            ),
            "valid_at": DAY,
            **TIMES,
        },
        base={"subject": "c-aid"},
        path_value="subject",
    ),
    "units": Question(("units",), "/units", UnitsFilter, {"valid_at": DAY, **TIMES}, not_asked=("unit",)),
    "organisation": Question(
        ("organisation",),
        "/organisation",
        OrganisationFilter,
        {"valid_at": DAY, "against": values("2024-01-31", "2024年6月30日", wrong={"soon": "soon"}), **TIMES},
    ),
    "unit": Question(
        ("units",),
        "/units/{}",
        UnitFilter,
        {"unit": UNIT, "valid_at": DAY, **TIMES},
        base={"unit": "c-aid"},
        path_value="unit",
    ),
    "persons": Question(("persons",), "/persons", PersonsFilter, {"valid_at": DAY, **TIMES}),
    "dossier": Question(
        ("dossier",),
        "/dossiers/{}",
        DossierFilter,
        {"party": PARTY, **JUDGED},
        base={"party": "p-luo"},
        path_value="party",
    ),
    "person": Question(("dossier",), "/persons/{}", None, {"person": PERSON[:-1]}, path_value="person"),
    "tenures": Question(
        ("tenures",),
        "/tenures",
        TenureFilter,
        {
            "person": PERSON,
            "post": values("secretary", "书记", "deputy_head", wrong={"secretery": "secretary"}),
            "unit": UNIT,
            "valid_at": DAY,
            **TIMES,
        },
        {"person": "--for"},
    ),
    "vacancies": Question(
        ("vacancies",),
        "/gaps-and-overlaps",
        VacancyFilter,
        {"unit": UNIT, "first": DAY, "last": DAY, **TIMES},
        CALLED_AT_COMMANDS,
    ),
    **{
        f"table-{name}": Question(
            ("table", name),
            f"/tables/{name}",
            RegisterFilter,
            {
                "status": values(status, wrong={"don": status}),
                "unit": values(*unit, wrong={"no such unit": ""}),
                "person": values(*person, wrong={"nobody": ""}),
                "period": values(
                    "2024", *(("2024年上半年",) if name == "tasks" else ()), wrong={"last year": "2024H1"}
                ),
                **(JUDGED if name == "tasks" else {}),
                **({} if name == "tasks" else first_of(JUDGED)),
            },
            {"person": "--for"},
            scenario=support.YUNXI if name in ("leads", "warnings", "handovers") else OFFICE,
            not_asked=("name", "out"),
        )
        for name, status, unit, person in (
            ("tasks", "done", ("W1", "维权科", "权益维护科"), ("h3", "丙三", "丙叁")),
            ("issues", "closed", ("W1", "康复科"), ("h1", "丙一")),
            ("risks", "bare", ("W1",), ("h1",)),
            ("leads", "disposed", ("c-aid",), ("p-mo",)),
            ("talks", "overdue", ("W1",), ("h1", "丙一")),
            ("meetings", "no_vote", ("grp",), ("sec",)),
            ("warnings", "answered_late", ("c-aid",), ("p-he",)),
            ("handovers", "signed", ("c-aid",), ("p-gao",)),
            ("assessments", "used", ("W1",), ("sec",)),
        )
    },
    **{
        f"office-{name}": Question(
            ("table", name),
            f"/office/{name}",
            OfficeFilter,
            OFFICE_TABLES if name == "check-sheet" else dict.fromkeys(OFFICE_TABLES, ()),
            {"person": "--for"},
            base={
                "period": "2024",
                **({kind.of: {"person": "p-luo", "unit": "c-aid"}[kind.of]} if kind.of != "organ" else {}),
            },
            scenario=OFFICE if name in ("task-breakdown", "rectification") else support.YUNXI,
            not_asked=("name", "out", "status"),
        )
        for name, kind in KINDS.items()
    },
    "line": Question(
        ("line",),
        "/lines/{}",
        LineFilter,
        {
            "unit": values(
                "c-aid", "辅助器具资源中心", "d-rehab", wrong={"辅助器具中心": "辅助器具资源中心", "p-luo": "c-aid"}
            ),
            "first": values("2024-02-01", wrong={"2025-01-01": "2025-01-01"}),
            "last": values("2024-10-01", wrong={"2023-01-01": "2023-01-01"}),
            "function": values("finance", wrong={"financ": "finance"}),
            **JUDGED,
        },
        CALLED_AT_COMMANDS,
        base={"unit": "c-aid", "first": "2024-01-01", "last": "2024-09-30"},
        path_value="unit",
    ),
    "cases": Question(("cases",), "/cases", CasesFilter, {}, not_asked=("case",)),
    "case": Question(
        ("cases",),
        "/cases/{}",
        CaseFilter,
        {"case": values("K1", wrong={"K9": "K1"})},
        base={"case": "K1"},
        path_value="case",
    ),
    "trace": Question(
        ("trace",),
        "/traces/{}",
        None,
        {
            "case": values("K1", wrong={"K9": "K1"}),
            "known_at": TIMES["known_at"],
            "rulebook": values("wenze-2019", "chufen-2023", wrong={"wenze": "wenze-2019"}),
        },
        base={"case": "K1"},
        path_value="case",
    ),
    "search": Question(
        ("search",),
        "/search",
        SearchFilter,
        {
            "words": values("政谈", "廉政", "E060", "A2b", "批评教育", wrong={",": "words"}),
            "type": values("talk", "谈话", "meeting.held/1", wrong={"tlak": "talk"}),
            "person": PARTY,
            "period": values("2024", "2024年上半年", wrong={"last year": "2024H1"}),
            **TIMES,
        },
        {"type": "--kind", "person": "--for"},
        base={"words": "廉政"},
        behind="words",
    ),
    "entries": Question(
        ("entries",),
        "/ledgers/{}/entries",
        EntryFilter,
        {
            "ledger": values("duty", "case"),
            "type": values("talk", "talk.held/1", "谈话", wrong={"tlak": "talk", "talk.hold/1": "talk.held/1"}),
            "person": values("p-luo", "罗佩珊", "c-aid", "辅助器具资源中心", wrong={"罗佩": "罗佩珊", "p-lu": "p-luo"}),
            "ref": values("E060", wrong={"E999": "zeren entries"}),
            "day": values("2024-02-20", "2024年2月20日", wrong={"2024-13-01": "2024"}),
            "first": values("2024-05-01", "2024年5月1日下午3时", wrong={"soon": "soon"}),
            "last": values("2024-05-01", "2024-05-01 15:00", wrong={"soon": "soon"}),
            "start": values("0", "100", wrong={"-1": "-1"}),
            **TIMES,
        },
        {"ledger": "--ledger", "type": "--kind", "person": "--for", **CALLED_AT_COMMANDS},
        base={"ledger": "duty"},
        path_value="ledger",
        not_asked=("entry", "raw"),
    ),
    "entry": Question(
        ("entries",),
        "/ledgers/duty/entries/{}",
        None,
        {"position": values("E060", "60", "E060#144", wrong={"E999": "zeren entries", "9999": "9999"})},
        base={"position": "E060"},
        path_value="position",
    ),
    "keys": Question(("keys", "list"), "/ledgers/duty/keys", None, {}, own=("ledgers",)),
    "rules": Question(("rules", "show"), "/rules", Known, TIMES),
    "heads": Question(("ledgers", "heads"), "/ledgers", None, {}),
    "organs": Question(
        ("ledgers", "list"),
        "/organs",
        OrganFilter,
        {"like": values("yunxi", "no such organ")},
        not_asked=("out",),
        own=("address", "ledgers"),  # where else to ask; where the ledgers lie, and which of them cannot be asked
    ),
    "health": Question(
        ("doctor",),
        "/health",
        None,
        {},
        own=(
            "ledgers",
            "lines",
            "views",
            "seconds_since",
            "backed_up_at",
        ),  # only the machine, or only the server, is asked
        codes=(0, 4),
    ),
    "inclusion": Question(
        ("proof", "inclusion"),
        "/ledgers/duty/entries/{}/inclusion",
        None,
        {
            "position": values("E060", "60", "E060#144", wrong={"E999": "zeren entries", "9999": "9999"}),
            "size": values("200", wrong={"99999": "nearest has"}),
        },
        base={"position": "E060"},
        path_value="position",
        own=("ledgers",),
    ),
    "head": Question(
        ("proof", "head"),
        "/ledgers/duty/head",
        None,
        {"size": values("200", wrong={"99999": "nearest has"})},
        own=("ledgers",),
    ),
    "growth": Question(
        ("proof", "consistency"),
        "/ledgers/duty/growth",
        None,
        {"old": values("7", "200", wrong={"99999": "99999"})},
        base={"old": "100"},
        behind="old",
        own=("ledgers",),
    ),
    "reads": Question(
        ("reads",),
        "/access-log",
        ReadFilter,
        {
            "token": values("open", wrong={"opne": "open"}),
            "about": values("p-luo", "罗佩珊", "c-aid", wrong={"罗佩": "罗佩珊", "p-lu": "p-luo"}),
            "start": values("0", "3", wrong={"-1": "-1"}),
        },
        {"about": "--for"},
    ),
}
IN = values("yunxi", wrong={"yunxy": "yunxi"})
QUESTIONS |= {
    "city": Question(
        ("city", "overview"), "/city", CityFilter, {"organ": IN}, {"organ": "--in"}, scenario=CITY, not_asked=("out",)
    ),
    "city-persons": Question(
        ("city", "person"),
        "/city/persons",
        CityPersonFilter,
        {"person": values("罗佩珊", "罗", "p-luo", wrong={"罗佩珊一": "罗佩珊"}), "organ": IN},
        {"organ": "--in"},
        scenario=CITY,
        not_asked=("out",),
        base={"person": "罗佩珊"},
        behind="person",
    ),
    "city-cases": Question(
        ("city", "cases"),
        "/city/cases",
        CityCaseFilter,
        {
            "first": values("2024-01-01", wrong={"soon": "soon"}),
            "last": values("2030-01-01", "2001-01-01"),
            "organ": IN,
        },
        {**CALLED_AT_COMMANDS, "organ": "--in"},
        scenario=CITY,
        not_asked=("out",),
    ),
    "city-signals": Question(
        ("city", "signals"),
        "/city/signals",
        CitySignalFilter,
        {
            "code": values("LATE_RECORD", wrong={"LATE": "LATE_RECORD"}),
            "weight": values("high", "low", wrong={"hihg": "high"}),
            "organ": IN,
        },
        {"organ": "--in"},
        scenario=CITY,
        not_asked=("out",),
    ),
}
QUESTIONS["city-countersigned"] = Question(
    ("city", "countersigned"),
    "/city/countersigned",
    CityCountersignedFilter,
    {"person": values("罗佩珊", "p-luo", wrong={"罗佩珊一": "罗佩珊"}), "mutual": values("true"), "organ": IN},
    {"person": "--for", "organ": "--in"},
    scenario=CITY,
    not_asked=("out",),
    flags=("mutual",),
)
FORMER: Mapping[str, tuple[Value, ...]] = {
    "owner": values("h3", "丙叁", "丙三"),
    "unit": values("W1", "权益维护科", "维权科"),
    "person": values("h3", "丙叁", "丙三"),
    "party": values("h3", "丙三", "维权科"),
    "subject": values("W1", "权益维护科", "维权科"),
}
"""Names of today and of before, in the scenario that renames."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing asked."""

    question: str
    filter: str
    value: Value | None
    scenario: Path

    @property
    def name(self) -> str:
        """How a test calls it."""
        return f"{self.question}-{self.filter}-{self.value.text if self.value else ''}"


def cases() -> Iterator[Case]:
    """Every question without a filter, and with each value of each filter."""
    for name, question in QUESTIONS.items():
        if question.path_value is None or question.base:
            yield Case(name, "", None, question.scenario)
        for filter_, found in question.filters.items():
            yield from (Case(name, filter_, value, question.scenario) for value in found)
        for filter_, found in FORMER.items():
            if (
                filter_ in question.filters
                and question.scenario == support.YUNXI
                and name not in ("heat", "table-leads")
                and not name.startswith("office-")
            ):
                yield from (Case(name, filter_, value, OFFICE) for value in found)


@dataclass(slots=True)
class Faces:
    """Both faces over one directory."""

    home: Home
    client: FlaskClient

    def _given(self, case: Case) -> dict[str, str]:
        return {**QUESTIONS[case.question].base, **({case.filter: case.value.text} if case.value else {})}

    def command(self, case: Case) -> tuple[int, dict[str, Any] | str]:
        """Exit code, and the answer or the message."""
        question = QUESTIONS[case.question]
        given = self._given(case)
        words = [*question.words, "--json"]
        for name, text in given.items():
            if name in (question.path_value, question.behind) and name not in question.options:
                words[len(question.words) : len(question.words)] = [text]
            elif name in question.flags:
                words += [_option(question, name)]
            else:
                words += [_option(question, name), text]
        out, err, before = io.StringIO(), io.StringIO(), catalogue.language()
        catalogue.use_language("en")
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = run(build(), ["--dir", str(self.home.directory), *words])
        finally:
            catalogue.use_language(before)
        return code, (
            json.loads(out.getvalue()) if code in question.codes else str(json.loads(err.getvalue())["message"])
        )

    def web(self, case: Case) -> tuple[int, dict[str, Any] | str]:
        """Status, and the answer or the problem's detail."""
        question = QUESTIONS[case.question]
        given = self._given(case)
        path = question.path
        if question.path_value is not None:
            path = path.replace("{}", quote(given.pop(question.path_value)))
        taken = _taken(question)
        asked = {name if name in taken else CALLED.get(name, name): text for name, text in given.items()}
        answer = self.client.get(f"/api/v1{path}", query_string={**asked, "lang": "en"})
        found: dict[str, Any] = json.loads(answer.data)
        return answer.status_code, found if answer.status_code == 200 else str(found["detail"])


def _taken(question: Question) -> frozenset[str]:
    """The parameters of the address, by their names there."""
    paths = {re.sub(r"{\w+}", "{}", route.path): route for route in v1.ROUTES}
    route = paths.get(f"{PREFIX}{question.path}")
    return frozenset(parameter.name for parameter in route.parameters) if route is not None else frozenset()


def _option(question: Question, name: str) -> str:
    return question.options.get(name, {"judged_on": "--on"}.get(name, f"--{name.replace('_', '-')}"))


@cache
def faces(scenario: Path) -> Faces:
    """Both faces over a copy of a replayed scenario, of which somebody has read already."""
    if scenario == CITY:
        home = Home(city())
        assert zeren(home.directory, "city", "refresh", "--jobs", "1").code == 0
        return Faces(home, web.application(home, open=True).test_client())
    home = web.copied(support.replayed(scenario))
    create_access_ledger(home, web.PASSPHRASE)
    client = web.application(home, open=True).test_client()
    for about in ("persons/p-luo", "units/c-aid", "persons"):
        client.get(f"/api/v1/{about}")
    return Faces(home, client)


def shared(case: Case, found: dict[str, Any] | str) -> dict[str, Any]:
    """The answer without what each face says of its own."""
    assert isinstance(found, dict), found
    own = QUESTIONS[case.question].own
    return {name: _without(own, value) for name, value in found.items() if name not in (*FRAME, *own)}


def _without(own: Collection[str], value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [
        {name: each for name, each in row.items() if name not in own} if isinstance(row, dict) else row for row in value
    ]


def rows_of(answer: Mapping[str, Any]) -> int:
    """How many rows an answer has, in all its lists; one that is no list is one."""
    lists = [value for value in answer.values() if isinstance(value, list)]
    return sum(map(len, lists)) if lists else 1


def main() -> None:
    """Prints the table."""
    rows: dict[tuple[str, str], list[int]] = {}
    for case in cases():
        both = faces(case.scenario)
        (code, said), (status, answered) = both.command(case), both.web(case)
        cell = rows.setdefault((case.question, case.filter or "(no filter)"), [0, 0, 0, 0])
        right = code in QUESTIONS[case.question].codes
        if right or status == 200:
            same = right and status == 200 and shared(case, said) == shared(case, answered)
            cell[0] += 1
            cell[2] += rows_of(shared(case, said)) if same else 0
            cell[3] += not same
        else:
            cell[1] += 1
    sys.stdout.write("question | filter | values answered | values refused by both | rows compared | differences\n")
    for (question, filter_), cell in rows.items():
        sys.stdout.write(f"{question} | {filter_} | " + " | ".join(map(str, cell)) + "\n")
    total = [sum(cell[n] for cell in rows.values()) for n in range(4)]
    sys.stdout.write("all | | " + " | ".join(map(str, total)) + "\n")


if __name__ == "__main__":
    main()
