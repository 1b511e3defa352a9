"""Policies: read strictly, written back, and their quorum's times are those of a brute force over every subset."""

from collections.abc import Callable
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.algorithms import COSIGNATURE_V1
from ledger.core.policy import LIMIT, Authority, Group, LogLine, Policy, Witness, parse_policy, split_authorities
from ledger.core.signers import VerifyKey, format_vkey
from ledger.errors import KeyInvalid, Malformed
from tests.support.builders import signer_named
from tests.support.readers import format_authorities, format_policy


def witness_key(name: str) -> VerifyKey:
    return VerifyKey(name, COSIGNATURE_V1, signer_named(f"{name}/secret").verify_key.public_key)


KEYS = [witness_key(f"w.example/{number}") for number in range(6)]
LOG = signer_named("log.example").verify_key
VKEYS = [format_vkey(key) for key in KEYS]
TSA = "tsa stamp " + "ab" * 32

# --- reading ---------------------------------------------------------------------------------------------------------


def test_the_example_of_the_specification_is_read() -> None:
    """Two levels of groups, comments, blank lines, tabs and URLs are read as C2SP describes them."""
    text = (
        f"# superior organs\nlog {format_vkey(LOG)} https://log.example/\n\n"
        f"witness X1 {VKEYS[0]}\n \twitness\tX2   {VKEYS[1]} https://w.example/2 \nwitness X3 {VKEYS[2]}\n"
        f"group X-witnesses 2 X1 X2 X3\nwitness Y1 {VKEYS[3]}\ngroup Y any Y1\n"
        "  # both\ngroup X-and-Y all X-witnesses Y\nquorum X-and-Y\n"
    )
    policy = parse_policy(text)

    assert policy.logs == (LogLine(LOG, "https://log.example/"),)
    assert [(w.name, w.url) for w in policy.witnesses] == [
        ("X1", None),
        ("X2", "https://w.example/2"),
        ("X3", None),
        ("Y1", None),
    ]
    assert policy.groups == (
        Group("X-witnesses", 2, ("X1", "X2", "X3")),
        Group("Y", 1, ("Y1",)),
        Group("X-and-Y", 2, ("X-witnesses", "Y")),
    )
    assert policy.quorum == "X-and-Y"
    assert policy.witness_of(KEYS[1].name, KEYS[1].key_id) == policy.witnesses[1]
    assert policy.witness_of(KEYS[1].name, KEYS[2].key_id) is None


def test_names_may_be_chinese() -> None:
    """Octets beyond ASCII are opaque: a Chinese name is a name."""
    assert parse_policy(f"witness 上级 {VKEYS[0]}\nquorum 上级\n").quorum == "上级"


def test_an_authority_is_a_member_like_any_other() -> None:
    """A tsa line defines a name that groups and quorum of the text may use."""
    policy = parse_policy(f"witness w {VKEYS[0]}\ngroup both all w stamp\nquorum both\n", [TSA])

    assert policy.authorities == (Authority("stamp", bytes.fromhex("ab" * 32)),)
    assert policy.earliest({"w": 5}) is None
    assert policy.earliest({"w": 5, "stamp": 7}) == 7


def test_a_file_with_both_is_parted() -> None:
    """People write one file; its tsa lines are parted from the policy text, which keeps its other bytes."""
    text, tsas = split_authorities(f"# ours\n  tsa\tstamp {'ab' * 32}\nquorum stamp\n")

    assert (text, tsas) == ("# ours\nquorum stamp\n", (TSA,))
    assert parse_policy(text, tsas).quorum == "stamp"


def test_as_many_as_c2sp_asks_for() -> None:
    """32 logs, 32 witnesses, 32 groups and 32 authorities are read; one more of any is refused."""
    logs = [f"log {format_vkey(signer_named(f'log.example/{n}').verify_key)}" for n in range(LIMIT + 1)]
    witnesses = [f"witness w{n} {format_vkey(witness_key(f'many.example/{n}'))}" for n in range(LIMIT + 1)]
    groups = [f"group g{n} any {f'g{n - 1}' if n else 'w0'}" for n in range(LIMIT + 1)]
    tsas = [f"tsa t{n} {n:064x}" for n in range(LIMIT + 1)]
    rows = [logs, witnesses, groups, tsas]

    def read(more: int | None) -> Policy:
        chosen = [row[: LIMIT + (number == more)] for number, row in enumerate(rows)]
        return parse_policy("\n".join([*chain(*chosen[:3]), "quorum g31"]) + "\n", chosen[3])

    assert read(None).latest({"w0": 3}) == 3
    for kind in range(4):
        with pytest.raises(Malformed, match="at most 32"):
            read(kind)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "does not"),
        ("\n", "has none"),
        ("# quorum none\n", "has none"),
        ("quorum none", "does not"),
        ("quorum none\nquorum none\n", "second"),
        ("quorum none \r\n", "control"),
        ("quorum none\x7f\n", "control"),
        ("quorum none\x00\n", "control"),
        ("quorum w\n", "not defined"),
        (f"quorum w\nwitness w {VKEYS[0]}\n", "not defined"),
        (f"witness none {VKEYS[0]}\nquorum none\n", "taken"),
        (f"witness w {VKEYS[0]}\nwitness w {VKEYS[1]}\nquorum w\n", "taken"),
        (f"witness w {VKEYS[0]}\nwitness v {VKEYS[0]}\nquorum w\n", "one key under two names"),
        (f"log {format_vkey(LOG)}\nlog {format_vkey(LOG)}\nquorum none\n", "one key under two names"),
        (f"witness w {format_vkey(LOG)}\nquorum w\n", "of type cosignature/v1"),
        (f"log {VKEYS[0]}\nquorum none\n", "of type Ed25519"),
        (f"witness w {VKEYS[0]} a b\nquorum w\n", "no log, witness"),
        (f"witness {VKEYS[0]}\nquorum none\n", "no log, witness"),
        (f"witness w {VKEYS[0]}\ngroup g 1\nquorum g\n", "no log, witness"),
        (f"witness w {VKEYS[0]}\ngroup g 2 w\nquorum g\n", "cannot ask for 2"),
        (f"witness w {VKEYS[0]}\ngroup g 0 w\nquorum g\n", "all, any or a number"),
        (f"witness w {VKEYS[0]}\ngroup g 01 w\nquorum g\n", "all, any or a number"),
        (f"witness w {VKEYS[0]}\ngroup g +1 w\nquorum g\n", "all, any or a number"),
        (f"witness w {VKEYS[0]}\ngroup g 1 w w\nquorum g\n", "twice"),
        (f"witness w {VKEYS[0]}\ngroup g any w\ngroup h any w\nquorum h\n", "twice"),
        (f"witness w {VKEYS[0]}\ngroup g any none\nquorum g\n", "not defined"),
        (f"witness w {VKEYS[0]}\ngroup g any g\nquorum g\n", "not defined"),
        (f"witness w {VKEYS[0]}\ngroup w any w\nquorum w\n", "taken"),
        ("Quorum none\n", "no log, witness"),
        ("quorum\u00a0none\n", "no log, witness"),
        (f"tsa stamp {'ab' * 32}\nquorum none\n", "no log, witness"),
    ],
)
def test_what_the_grammar_does_not_allow_is_refused(text: str, says: str) -> None:
    """Each fault is refused, and the message names it."""
    with pytest.raises(Malformed, match=says):
        parse_policy(text)


def test_one_key_under_two_key_names_is_refused() -> None:
    """The public key decides: neither another key name nor another key id makes it a second witness."""
    twin = VerifyKey("other.example", COSIGNATURE_V1, KEYS[0].public_key)

    with pytest.raises(Malformed, match="one key under two names"):
        parse_policy(f"witness w {VKEYS[0]}\nwitness v {format_vkey(twin)}\ngroup g all w v\nquorum g\n")


def test_a_weak_witness_key_is_refused() -> None:
    """A key with which anybody can sign is no witness."""
    weak = "w.example+00000000+BAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    with pytest.raises(KeyInvalid):
        parse_policy(f"witness w {weak}\nquorum w\n")


@pytest.mark.parametrize(
    "line",
    [
        "tsa stamp",
        "tsa stamp " + "AB" * 32,
        "tsa stamp " + "ab" * 31,
        "tsa  stamp " + "ab" * 32,
        "tsa none " + "ab" * 32,
        "tsa a\tb " + "ab" * 32,
        "TSA stamp " + "ab" * 32,
        TSA + "\n",
    ],
)
def test_a_tsa_line_has_one_spelling(line: str) -> None:
    """Anything but `tsa`, a name and 64 lower-case hex digits is refused."""
    with pytest.raises(Malformed):
        parse_policy("quorum none\n", [line])


def test_one_certificate_under_two_names_is_refused() -> None:
    """The certificate decides: a second name does not make it a second member."""
    with pytest.raises(Malformed, match="stands twice"):
        parse_policy("quorum none\n", [TSA, TSA.replace("stamp", "other")])


# --- quorum and times ------------------------------------------------------------------------------------------------


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy with up to six witnesses, one authority and groups over what came before."""
    witnesses = tuple(Witness(f"w{n}", KEYS[n]) for n in range(draw(st.integers(1, 6))))
    authorities = (Authority("stamp", bytes(32)),) if draw(st.booleans()) else ()
    free = [*(w.name for w in witnesses), *(a.name for a in authorities)]
    names, groups = list(free), []
    for number in range(draw(st.integers(0, 3))):
        if not free:
            break
        members = draw(st.lists(st.sampled_from(free), min_size=1, max_size=len(free), unique=True))
        groups.append(Group(f"g{number}", draw(st.integers(1, len(members))), tuple(members)))
        free = [name for name in free if name not in members] + [f"g{number}"]
        names.append(f"g{number}")
    return Policy(draw(st.sampled_from([*names, None])), (), witnesses, tuple(groups), authorities)


def satisfied(policy: Policy, present: set[str]) -> bool:
    """The quorum as the specification words it: at least k of n members, groups witnessing as their members do."""
    groups = {group.name: group for group in policy.groups}

    def witnessed(name: str) -> bool:
        group = groups.get(name)
        if group is None:
            return name in present
        return sum(witnessed(member) for member in group.members) >= group.threshold

    return policy.quorum is not None and witnessed(policy.quorum)


TOKENS = st.lists(st.tuples(st.sampled_from([*(f"w{n}" for n in range(6)), "stamp"]), st.integers(0, 9)), max_size=14)


def brute(policy: Policy, tokens: list[tuple[str, int]], counts: Callable[[int, int], bool]) -> list[int]:
    """Every t of a token such that the tokens that count for it satisfy the quorum."""
    return [t for _, t in tokens if satisfied(policy, {name for name, time in tokens if counts(time, t)})]


@given(policies(), TOKENS)
def test_the_bounds_are_those_of_a_brute_force(policy: Policy, tokens: list[tuple[str, int]]) -> None:
    """Latest and earliest t, k-th over distinct keys through any groups, are what trying every t gives."""
    after = brute(policy, tokens, lambda time, t: time >= t)
    before = brute(policy, tokens, lambda time, t: time <= t)

    assert policy.latest(dict(sorted(tokens, key=lambda token: token[1]))) == max(after, default=None)
    assert policy.earliest(dict(sorted(tokens, key=lambda token: -token[1]))) == min(before, default=None)


@given(policies())
def test_a_policy_written_is_read_back(policy: Policy) -> None:
    """Formatting and parsing a policy gives it again."""
    assert parse_policy(format_policy(policy), format_authorities(policy)) == policy


def test_one_key_twice_is_not_two() -> None:
    """Two of three are two distinct keys: one witness that signs at every hour never makes a quorum."""
    text = "".join(f"witness w{n} {VKEYS[n]}\n" for n in range(3)) + "group g 2 w0 w1 w2\nquorum g\n"
    policy = parse_policy(text)

    assert policy.earliest({"w0": 1}) is None
    assert policy.earliest({"w0": 1, "w2": 8}) == 8
    assert policy.latest({"w0": 9, "w2": 8}) == 8
