"""A question is answered once: whatever is asked, by whatever filter, command line and API give the same answer."""

import re
from dataclasses import fields

import click
import pytest

from api import v1
from api.asking.filters import CALLED
from api.routes import OWN, PREFIX
from cli.main import build
from tests.support.command import zeren
from tests.support.parity import COMMON, QUESTIONS, Case, cases, faces, rows_of, shared
from tests.support.replayed import YUNXI

pytestmark = pytest.mark.long
ALL = tuple(cases())
RIGHT = [case for case in ALL if case.value is None or case.value.near is None]
WRONG = [case for case in ALL if case.value is not None and case.value.near is not None]


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_both_faces_give_the_same_answer(case: Case) -> None:
    """The same members, rows, order and defaults, by id, number, name of today and name of before."""
    both = faces(case.scenario)
    (code, said), (status, answered) = both.command(case), both.web(case)

    assert status == 200, answered
    assert code in QUESTIONS[case.question].codes, said
    assert shared(case, said) == shared(case, answered)
    if case.value is None:
        assert rows_of(shared(case, said)) > 0


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.name)
def test_what_is_not_known_is_an_error_that_names_the_nearest(case: Case) -> None:
    """Neither face ever answers an unknown value with an empty list."""
    both = faces(case.scenario)
    (code, said), (status, answered) = both.command(case), both.web(case)

    assert case.value is not None
    assert code == 2
    assert status in (400, 404)
    for message in (said, answered):
        assert isinstance(message, str)
        assert str(case.value.near) in message


@pytest.mark.parametrize("name", [name for name, question in QUESTIONS.items() if question.wanted is not None])
def test_every_filter_is_taken_by_both_faces_and_compared(name: str) -> None:
    """What the filter class has, the address, the command and the comparison have, and nothing else."""
    question = QUESTIONS[name]
    assert question.wanted is not None
    members = {item.name for item in fields(question.wanted)}
    route = next(route for route in v1.ROUTES if re.sub(r"{\w+}", "{}", route.path) == f"{PREFIX}{question.path}")
    command: click.Command = build()
    context = click.Context(command)
    for word in question.words:
        if isinstance(command, click.Group):  # else the word is an argument
            found = command.get_command(context, word)
            assert found is not None
            command = found
    options = {str(parameter.name) for parameter in command.params if parameter.name not in ("help", "organ")}
    called = {address: member for member, address in CALLED.items()}
    parameters = {called.get(parameter.name, parameter.name) for parameter in route.parameters}

    assert members == set(question.filters) | set(question.base)
    assert members - set(COMMON) == parameters - set(COMMON)
    assert members - set(COMMON) == options - set(COMMON) - (set(question.not_asked) - members)
    assert members & {"known_at", "entries", "judged_on"} == options & {"known_at", "entries", "judged_on"}
    assert members & {"known_at", "entries", "judged_on"} == parameters & {"known_at", "entries", "judged_on"}


def test_every_question_of_the_api_is_compared() -> None:
    """Whoever adds one adds it here. A person's own addresses ask the same questions, about whom the token names."""
    asked = [f"{PREFIX}{question.path}".replace("{}", "one") for question in QUESTIONS.values()]
    left = {
        route.path
        for route in v1.ROUTES
        if route.medium == "json"
        and route.scopes != OWN
        and not any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", route.path), path) for path in asked)
    }
    assert left == set()


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (("proof", "inclusion", "E060"), "/ledgers/duty/entries/E060/proof"),
        (("proof", "head"), "/ledgers/duty/checkpoint"),
        (("entries", "E060", "--raw"), "/ledgers/duty/entries/E060/note"),
    ],
)
def test_what_others_check_is_the_same_to_the_letter(words: tuple[str, ...], path: str) -> None:
    """The proof of an entry, the last checkpoint and the signed note are handed out alike."""
    both = faces(YUNXI)
    shown, answered = zeren(both.home.directory, *words), both.client.get(f"{PREFIX}{path}")
    assert (shown.code, answered.status_code) == (0, 200), shown.err
    assert shown.out.startswith(answered.get_data(as_text=True))
