"""Many organs: the list of their ledgers is read strictly, and an organ is found by what people call it."""

from pathlib import Path

import pytest

from ledger.core.encoding import b64encode
from ledger.errors import BadInput, Contradicted, NoLedger, NoSuchOrgan, SeveralOrgans
from ledger.home.known_heads import UNKNOWN
from ledger.home.ledger_list import NAME, ListedLedger, add_rows, parse_registry, read_registry
from ledger.home.organs_at_hand import organs_of
from tests.support import replayed as support
from tests.support.city import city, organ

FIRST = ListedLedger("a.example/aid/duty", "aid", b64encode(bytes(32)))
SECOND = ListedLedger("a.example/works/duty", "works", b64encode(bytes([1]) * 32), title='the "works"\x7f 工程')


def written(**changed: object) -> str:
    values: dict[str, object] = {"origin": FIRST.origin, "place": "aid", "fingerprint": FIRST.fingerprint, **changed}
    lines = [f"{name} = {value if isinstance(value, int) else repr(value)}" for name, value in values.items() if value]
    return "\n".join(["[[ledger]]", *lines, ""])


def test_what_is_added_is_read_back_and_what_stands_stays(tmp_path: Path) -> None:
    """Rows survive the way through the file, quotation marks and Chinese included; a comment is not lost."""
    assert read_registry(tmp_path) is None
    add_rows(tmp_path, [FIRST])
    path = tmp_path / NAME
    path.write_text("# ours\n" + path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")

    assert add_rows(tmp_path, [SECOND]) == (FIRST, SECOND) == read_registry(tmp_path)
    assert path.read_text(encoding="utf-8").startswith("# ours\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lists no ledger"),
        ("[[ledger", "no list of ledgers in TOML"),
        ("ledger = 1", "each ledger is a table"),
        ("layout = 1\n" + written(), "there is no 'layout' in a list"),
        (written(origin=None), "ledger 1: the key origin is missing"),
        (written(origin="Aid"), "ledger 1: 'Aid' is not an origin"),
        (written(place="postgresql://a/b"), "ledger 1: 'postgresql://a/b' is no place"),
        (written(place=" "), "ledger 1: ' ' is no place"),
        (written(fingerprint="AAAA"), "ledger 1: 'AAAA' is no fingerprint"),
        (written(fingerprint="é"), "ledger 1: 'é' is no fingerprint"),
        (written(kind="access"), "ledger 1: kind is one of duty, case, not 'access'"),
        (written(title=7), "ledger 1: title is a text in quotation marks, not 7"),
        (written(town="x"), "ledger 1: there is no key 'town'; there are: origin, place, fingerprint, kind, title"),
        (written() + written(origin="b.example/x/duty", place="x"), "ledgers 1 and 2 have the same fingerprint"),
        (written() + written(fingerprint=SECOND.fingerprint, place="x"), "ledgers 1 and 2 have the same origin"),
        (
            written() + written(fingerprint=SECOND.fingerprint, origin="b.example/x/duty", place="./x/../aid"),
            "ledgers 1 and 2 have the same place",
        ),
    ],
)
def test_a_list_with_a_fault_is_refused_in_one_line(text: str, said: str) -> None:
    """Each fault is named with file, ledger and key; nothing is passed over."""
    with pytest.raises(BadInput) as fault:
        parse_registry(text.encode(), Path("ledgers.toml"))

    assert said in str(fault.value)
    assert str(fault.value).startswith("ledgers.toml")
    assert "\n" not in str(fault.value)


def test_every_fault_of_a_list_is_named() -> None:
    """Two faults are two lines; bytes that are no text are one."""
    with pytest.raises(BadInput) as fault:
        parse_registry((written(kind="x") + written(origin="Aid")).encode(), Path("l"))
    assert [line.partition(":")[0] for line in str(fault.value).splitlines()] == ["l, ledger 1", "l, ledger 2"]
    with pytest.raises(BadInput, match="no list of ledgers in TOML"):
        parse_registry(b"\xff", Path("l"))


def test_an_organ_is_found_by_whatever_names_it() -> None:
    """Fingerprint, its hex, origin, name, title, and a beginning that no other organ has; else the nearest is named."""
    directory = city()
    known = organs_of(directory)
    first = known.organs[0]
    for text in (
        first.fingerprint,
        first.digest,
        first.key,
        first.origin,
        "yunxi",
        "yun",
        first.title,
        first.title[:3],
    ):
        assert known.find(text) == first
    with pytest.raises(NoSuchOrgan, match=r"'zeren\.simulated' may be any of yunxi .*, solo"):
        known.find("zeren.simulated")
    with pytest.raises(NoSuchOrgan, match=r"there is no organ 'yunix' here; the nearest: yunxi"):
        known.find("yunix")
    with pytest.raises(NoSuchOrgan):
        known.find("")
    with pytest.raises(SeveralOrgans, match=r"name one of them: yunxi .*, solo"):
        known.only()


def test_a_directory_of_its_own_has_one_organ(tmp_path: Path) -> None:
    """Without a list the directory's own ledgers are the only organ; where nothing is, that is said."""
    home = support.replayed(support.YUNXI)
    only = organs_of(home.directory).only()

    assert (only.name, only.home) == ("yunxi", home)
    with pytest.raises(NoLedger):
        organs_of(tmp_path)


def test_a_ledger_that_is_not_the_listed_one_answers_nothing() -> None:
    """Another ledger in the place, one that is gone, a false origin: each is named; the list alone is no head."""
    directory = city()
    yunxi, solo = organ(directory, "yunxi").home, organ(directory, "solo").home
    duty, case = solo.check_heads().values()
    assert (duty, case) == ((), (UNKNOWN,))
    for left in (*solo.directory.glob("*.signed"), *solo.directory.glob("held/*")):
        left.unlink()
    solo.database("case").rename(directory / "case.db")
    with pytest.raises(Contradicted, match=r"case\.db is gone, but .*ledgers\.toml tells that it was here"):
        solo.check_heads()
    (directory / NAME).write_text((directory / NAME).read_text(encoding="utf-8").replace("kind", "# kind").replace(
        "/case-", "/duty-case-"), encoding="utf-8")  # fmt: skip
    with pytest.raises(BadInput, match="have the same place"):
        organs_of(directory)

    (directory / NAME).unlink()
    ledger = solo.open("duty")
    add_rows(directory, [ListedLedger(ledger.origin, "solo", ledger.fingerprint)])
    ledger.close()
    alone = organs_of(directory).only().home
    assert list(alone.check_heads().values()) == [(UNKNOWN,)]
    yunxi.database("duty").replace(alone.database("duty"))
    with pytest.raises(Contradicted, match=r"another ledger than the list of ledgers .*ledgers\.toml"):
        alone.ask("duty")
    (directory / NAME).unlink()
    ledger = alone.open("duty", whole=False)
    add_rows(directory, [ListedLedger("a.example/x/duty", "solo", ledger.fingerprint)])
    ledger.close()
    with pytest.raises(BadInput, match=r"calls the ledger zeren\.simulated/yunxi/.* a\.example/x/duty"):
        organs_of(directory).only().home.ask("duty")
