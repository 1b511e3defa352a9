"""Whose word bounds the time: witness and time-stamp policies (C2SP tlog-policy; FORMAT.md section 7).

    log <vkey> [url]
    witness <name> <vkey> [url]
    group <name> all|any|<k> <member>...
    quorum <name>|none

One definition per line, each line ends in LF; words are parted by spaces and tabs; empty lines and lines that begin
with # are skipped. A name is defined once, before it is referred to, and is a member of one group at most; a public
key stands once. Beside the text a ledger's policy has `tsa <name> <SHA-256 of its certificate, hex>` lines: each is a
further member, in the namespace of the policy and defined before its first line, so that groups and quorum may name it.

A quorum counts distinct keys. `quorum none` asks for nobody, and so bounds no time.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, Protocol, TypeVar

from ledger.core.algorithms import COSIGNATURE_V1, ED25519
from ledger.core.signers import VerifyKey, parse_vkey
from ledger.errors import Malformed
from ledger.frozen import dataclass

LIMIT = 32
"""Logs, witnesses, groups and time-stamp authorities of each kind at most: what C2SP asks every reader to support."""
NONE = "none"
TYPES = {"log": ED25519, "witness": COSIGNATURE_V1}

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANKS = re.compile(r"[ \t]+")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,3}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Ordered(Protocol):
    """What times are: anything with an order."""

    def __lt__(self, other: Any, /) -> bool: ...


T = TypeVar("T", bound=Ordered)


@dataclass(frozen=True, slots=True)
class LogLine:
    """A log whose checkpoints are accepted, and where it is met."""

    key: VerifyKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness by the policy's name for it, its cosignature key, and its submission prefix."""

    name: str
    key: VerifyKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamp authority, known by the SHA-256 of its certificate (DER, 32 bytes)."""

    name: str
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Group:
    """Reached where `threshold` of its `members`, witnesses or groups, are."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy in the order of its definitions; `quorum` None stands for `none`.

    Made by `parse_policy` or checked by it: names that are not defined are the caller's fault.
    """

    quorum: str | None = None
    logs: tuple[LogLine, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    authorities: tuple[Authority, ...] = ()

    def witness_of(self, key_name: str, key_id: bytes) -> Witness | None:
        """The witness whose cosignature lines bear this key name and id."""
        return next((w for w in self.witnesses if (w.key.name, w.key.key_id) == (key_name, key_id)), None)

    def latest(self, times: Mapping[str, T]) -> T | None:
        """The latest t such that the members with a time of t or later satisfy the quorum; None where none do.

        `times` has each member's latest time, by name.
        """
        return self._reached(times, reverse=True)

    def earliest(self, times: Mapping[str, T]) -> T | None:
        """The earliest t such that the members with a time of t or earlier satisfy the quorum; None where none do.

        `times` has each member's earliest time, by name: for k of n that is the k-th over distinct keys.
        """
        return self._reached(times, reverse=False)

    def _reached(self, times: Mapping[str, T], *, reverse: bool) -> T | None:
        reached = dict(times)
        for group in self.groups:  # each is defined after its members
            ranked = sorted((reached[name] for name in group.members if name in reached), reverse=reverse)
            if len(ranked) >= group.threshold:
                reached[group.name] = ranked[group.threshold - 1]
        return None if self.quorum is None else reached.get(self.quorum)


def parse_policy(text: str, tsas: Iterable[str] = ()) -> Policy:
    """The policy in `text` and the `tsa` lines beside it (each without line end). Raises Malformed, KeyInvalid."""
    reading = _Reading()
    for line in tsas:
        reading.authority(line)
    if not text.endswith("\n"):
        raise Malformed("each line of a policy ends in a line end; the last one does not")
    if found := _FORBIDDEN.search(text):
        raise Malformed("a policy holds no control characters but tab and line end, here {!a}", found[0])
    for number, line in enumerate(text[:-1].split("\n"), 1):
        words = [word for word in _BLANKS.split(line) if word]
        if words and not words[0].startswith("#"):
            try:
                reading.line(words)
            except Malformed as error:
                raise Malformed("line {} of the policy: {}", number, error) from error
    return reading.done()


def split_authorities(text: str) -> tuple[str, tuple[str, ...]]:
    """(policy text, `tsa` lines) of a file in which both stand: how people write a policy."""
    lines = text.split("\n")
    words = [[word for word in _BLANKS.split(line) if word] for line in lines]
    return (
        "\n".join(line for line, said in zip(lines, words, strict=True) if said[:1] != ["tsa"]),
        tuple(" ".join(said) for said in words if said[:1] == ["tsa"]),
    )


@dataclass(slots=True)
class _Reading:
    """A policy on its way: what was defined so far."""

    defined: set[str] = field(default_factory=set)
    member_of: dict[str, str] = field(default_factory=dict)
    publics: dict[str, set[bytes]] = field(default_factory=lambda: {kind: set() for kind in TYPES})
    logs: list[LogLine] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    authorities: list[Authority] = field(default_factory=list)
    quorum: list[str] = field(default_factory=list)

    def done(self) -> Policy:
        """The whole policy."""
        if not self.quorum:
            raise Malformed("a policy has exactly one quorum line, this has none")
        quorum = None if self.quorum[0] == NONE else self.quorum[0]
        rows = (self.logs, self.witnesses, self.groups, self.authorities)
        for row in rows:
            if len(row) > LIMIT:
                raise Malformed("a policy has at most {} logs, witnesses, groups and time-stamp authorities", LIMIT)
        return Policy(quorum, tuple(self.logs), tuple(self.witnesses), tuple(self.groups), tuple(self.authorities))

    def line(self, words: list[str]) -> None:
        """Takes over one definition."""
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(LogLine(self._key("log", vkey), *url))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                key = self._key("witness", vkey)
                self.witnesses.append(Witness(self._define(name), key, *url))
            case ["group", name, threshold, *members] if members:
                for member in members:
                    self._join(member, name)
                self.groups.append(Group(self._define(name), _threshold(threshold, len(members)), tuple(members)))
            case ["quorum", name]:
                if self.quorum:
                    raise Malformed("a policy has exactly one quorum line, this has a second one")
                if name != NONE:
                    self._known(name)
                self.quorum.append(name)
            case _:
                raise Malformed("this is no log, witness, group or quorum line: {!a}", " ".join(words)[:80])

    def authority(self, line: str) -> None:
        """Takes over one `tsa` line, which has one spelling."""
        match line.split(" "):
            case ["tsa", name, digest] if (
                _SHA256.fullmatch(digest) and not _FORBIDDEN.search(name) and "\t" not in name
            ):
                certificate = bytes.fromhex(digest)
                if certificate in {known.certificate for known in self.authorities}:
                    raise Malformed("the certificate of {!a} stands twice in the policy", name[:80])
                self.authorities.append(Authority(self._define(name), certificate))
            case _:
                raise Malformed("a tsa line is: tsa <name> <SHA-256 of its certificate in hex>, not {!a}", line[:120])

    def _define(self, name: str) -> str:
        if name in {"", NONE} or name in self.defined:
            raise Malformed("the name {!a} is taken", name[:80])
        self.defined.add(name)
        return name

    def _known(self, name: str) -> None:
        if name not in self.defined:
            raise Malformed("{!a} is not defined on an earlier line", name[:80])

    def _join(self, member: str, group: str) -> None:
        self._known(member)
        if member in self.member_of:
            raise Malformed("{!a} is a member twice, so it would count twice", member[:80])
        self.member_of[member] = group

    def _key(self, kind: str, vkey: str) -> VerifyKey:
        key = parse_vkey(vkey)
        if key.algorithm != TYPES[kind]:
            raise Malformed("the key of a {} is of type {}, this is {}", kind, TYPES[kind].name, key.algorithm.name)
        if key.public_key in self.publics[kind]:
            raise Malformed("the public key of {!a} stands twice: one key under two names", key.name[:80])
        self.publics[kind].add(key.public_key)
        return key


def _threshold(word: str, members: int) -> int:
    counts = {"all": members, "any": 1}
    if word not in counts and not _THRESHOLD.fullmatch(word):
        raise Malformed("a group asks for all, any or a number of its members, not {!a}", word[:20])
    threshold = counts[word] if word in counts else int(word)
    if threshold > members:
        raise Malformed("a group of {} members cannot ask for {}", members, threshold)
    return threshold
