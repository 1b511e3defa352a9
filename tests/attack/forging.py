"""Writers who sign properly and break a rule: the table of what must be refused.

Each row is one rule of FORMAT.md broken by an entry that is well signed by keys at hand, and written past every check
straight into the database. Verification has to say *invalid*, or *incomplete* for what only a later version could
judge; what it calls valid has passed in silence. The rules of consents are those of the tests of bundles.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ledger.core.algorithms import COSIGNATURE_V1
from ledger.core.body import Body, format_body, make_body
from ledger.core.checkpoint import Checkpoint, sign_checkpoint
from ledger.core.encoding import b64encode
from ledger.core.entry import Header, format_header
from ledger.core.merkle import leaf_hash
from ledger.core.names import SignerId
from ledger.core.note import sign_note
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.errors import ZerenError
from tests.attack.tally import Tally
from tests.ledger.bundle.test_consents import ATTACKS, RULES, unchecked
from tests.support.anchoring import WITNESSES, adopt, anchor, checkpoint, cosigned, policy_text
from tests.support.asking import asking
from tests.support.both_ways import verify_ledger
from tests.support.builders import Desk, case_ledger, duty_ledger, open_desk, randomness_of, signer_named
from tests.support.evidence import talk

Fields = list[tuple[str, Any]]
LATER = timedelta(seconds=1)


@dataclass(slots=True)
class Forged:
    """One entry as its writer wants it; what is not said is as it should be."""

    type: str = "talk.held/1"
    fields: Fields = field(default_factory=list)
    stream: str = "talk/F1"
    version: int = 1
    signers: Sequence[Any] = ("rec",)
    header: Callable[[Header], Header] = lambda header: header
    body: Callable[[Body], Body] = lambda body: body
    stored: Callable[[bytes], bytes] = lambda stored: stored
    text: Callable[[str], str] = lambda text: text
    note: Callable[[bytes], bytes] = lambda note: note
    rows: Callable[[Header], dict[str, Any]] = lambda _: {}
    """What the index columns say beside the header."""


TALK: Fields = [("ref", "F1"), ("talker", "p-a"), ("counterpart", "p-b"), ("text", "a text")]


def with_subjects(desk: Desk, fields: Fields, people: Sequence[str] = ("p-a", "p-b")) -> Fields:
    """The fields with the subjects that they have."""
    size = desk.ledger.size()
    numbers = [desk.ledger.store.number_below("person", person, size) + 1 for person in people]
    return [*fields, *((f"subject.{i}", ["person", p, numbers[i]]) for i, p in enumerate(people))]


def write(desk: Desk, forged: Forged) -> None:
    """Writes the entry at the head, with every index made to fit; the desk is closed."""
    ledger = desk.ledger
    size = ledger.size()
    before = ledger.entry_at(size - 1)[0]
    signers = [desk.signer(each) if isinstance(each, str) else each for each in forged.signers]
    salts = randomness_of(f"forged {forged.type}")
    body = forged.body(make_body(forged.fields, lambda: salts(16)))
    header = Header(
        body=body.digest(),
        ledger=desk.origin,
        position=size,
        previous=before.leaf_hash,
        recorded_at=before.header.recorded_at + LATER,
        signers=tuple(SignerId(s.name.removeprefix(f"{desk.origin}/"), s.verify_key.key_id) for s in signers),
        stream=forged.stream,
        type=forged.type,
        version=forged.version,
    )
    header = forged.header(header)
    text = forged.text(f"zeren/entry/v1\n{format_header(header)}\n")
    data = forged.note(sign_note(text, signers))
    stored = forged.stored(format_body(body))
    values = body.values() if not body.missing else {}
    desk.close()
    column = {
        "stream": header.stream, "version": header.version, "type": header.type,
        "recorded_at": header.recorded_at.isoformat(), "previous": header.previous,
    } | forged.rows(header)  # fmt: skip
    with closing(sqlite3.connect(desk.path)) as connection:
        connection.execute(
            "INSERT INTO stored_events VALUES (?,?,?,?,?,?,?,?)", (size + 1, *column.values(), leaf_hash(data), data)
        )
        connection.execute("INSERT INTO bodies VALUES (?,?)", (size, stored))
        for name, value in values.items():
            if name.startswith("subject."):
                connection.execute("INSERT OR IGNORE INTO subjects VALUES (?,?,?,?)", (*value, size))
        if isinstance(values.get("ref"), str):
            connection.execute("INSERT INTO refs VALUES (?,?)", (values["ref"], size))
        if header.type == "text.erased/1" and isinstance(values.get("entry"), list):
            connection.execute("INSERT OR IGNORE INTO erasures VALUES (?,?)", (values["entry"][1], size))
        connection.commit()


def talked(desk: Desk, **changes: Any) -> Forged:
    """A talk as it should be, but for the changes."""
    fields = changes.pop("fields", None) or with_subjects(desk, TALK)
    return Forged(fields=fields, **changes)


def replaced(fields: Fields, name: str, value: Any) -> Fields:
    """The fields, one with another value."""
    return [(each, value if each == name else old) for each, old in fields]


def of(desk: Desk, position: int) -> list[Any]:
    """A reference to an entry."""
    return ["", position, b64encode(desk.ledger.at(position).leaf_hash)]


def last_key(desk: Desk, person: str, roles: Sequence[str], *, vkey: str = "", signers: Sequence[Any] = ()) -> Forged:
    """A key enrolled by whom is said."""
    fresh = desk.signer(person, 4)
    fields: Fields = [("person", person), ("vkey", vkey or format_vkey(fresh.verify_key)), ("roles", list(roles))]
    stream = f"key/{person}"
    return Forged(
        "key.enrolled/1",
        fields,
        stream,
        desk.ledger.store.version(stream) + 1,
        tuple(signers) or ("cus-1", "cus-2", fresh),
    )


def trust(desk: Desk, type_: str, fields: Fields, stream: str, signers: Sequence[Any]) -> Forged:
    """An entry of trust in its stream."""
    return Forged(type_, fields, stream, desk.ledger.store.version(stream) + 1, signers)


def json_line(change: Callable[[str], str]) -> Callable[[str], str]:
    """The header's JSON line spelt otherwise."""

    def changing(text: str) -> str:
        first, second, _ = text.split("\n")
        return f"{first}\n{change(second)}\n"

    return changing


def raw_map(change: Callable[[dict[str, str]], str]) -> Callable[[bytes], bytes]:
    """The stored body under another map line."""

    def changing(stored: bytes) -> bytes:
        first, _, rest = stored.partition(b"\n")
        return change(json.loads(first)).encode() + b"\n" + rest

    return changing


def backwards(digests: dict[str, str]) -> str:
    """A map whose members stand the other way round."""
    return json.dumps(dict(reversed(list(digests.items()))), separators=(",", ":"))


def turned(stored: bytes) -> bytes:
    """A body whose lines stand the other way round."""
    first, *lines = stored.split(b"\n")[:-1]
    return b"\n".join([first, *lines[::-1], b""])


def dropped(stored: bytes, start: bytes) -> bytes:
    """A body without the lines that begin so."""
    return b"".join(line + b"\n" for line in stored.split(b"\n")[:-1] if not line.startswith(start))


def without_last_line(note: bytes) -> bytes:
    """A note without its last signature."""
    return b"\n".join(note.split(b"\n")[:-2]) + b"\n"


def anchored(desk: Desk, change: Callable[[dict[str, Any]], None]) -> Forged:
    """An anchor of the last checkpoint, changed; the policy names who made its token."""
    adopt(desk, policy_text(1))
    note = checkpoint(desk)
    made = cosigned(note, WITNESSES[0], desk.clock.moment)
    said = {"checkpoint": made.checkpoint, "kind": made.kind, "token": made.token}
    change(said)
    return trust(desk, "anchor.recorded/1", list(said.items()), "ledger/anchors", ("svc",))


def other_head(desk: Desk, size: int, root: bytes = bytes(32), signer: Any = None) -> str:
    """A checkpoint that is none of this history."""
    return sign_checkpoint(Checkpoint(desk.origin, size, root), signer or desk.log).decode()


def sealed(desk: Desk, size: int, heads: bytes, signers: Sequence[str] = ("svc",)) -> Forged:
    """A seal that says what it should not."""
    return trust(desk, "ledger.sealed/1", [("size", size), ("heads", b64encode(heads))], "ledger/seals", signers)


def erasing(desk: Desk, position: int, names: list[str], signers: Sequence[str] = ("cus-1", "eye")) -> Forged:
    """An erasure of fields of an entry."""
    stream = desk.ledger.entry_at(position)[0].header.stream
    fields: Fields = [("entry", of(desk, position)), ("names", names), ("ground", "law")]
    own = desk.ledger.body_at(position).values()
    people = [value[1] for name, value in own.items() if name.startswith("subject.")]
    return trust(desk, "text.erased/1", with_subjects(desk, fields, people), stream, signers)


def head(desk: Desk) -> int:
    return desk.ledger.size() - 1


def _compromise(desk: Desk) -> Forged:
    adopt(desk, policy_text(1))
    anchor(desk, checkpoint(desk), 0)
    fields: Fields = [
        ("person", "p-b"), ("key_id", desk.signer("p-b").verify_key.key_id.hex()), ("compromised_from", 2),
    ]  # fmt: skip
    return trust(desk, "key.revoked/1", fields, "key/p-b", ("cus-1",))


Rule = Callable[[Desk], Forged | None]
DUTY: dict[str, Rule] = {
    # 1 entry
    "1 a gap in the positions": lambda d: talked(d, header=lambda h: replace(h, position=h.position + 1)),
    "1 another entry before it": lambda d: talked(d, header=lambda h: replace(h, previous=bytes(range(32)))),
    "1 another ledger's name": lambda d: talked(
        d, text=lambda t: t.replace('zeren.test/organ/duty"', 'zeren.test/organ/else"')
    ),
    "1 a time that goes back": lambda d: talked(d, header=lambda h: replace(h, recorded_at=h.recorded_at - 5 * LATER)),
    "1 a signer without a line": lambda d: talked(d, signers=("rec", "p-a"), note=without_last_line),
    "1 a line of nobody named": lambda d: talked(
        d, header=lambda h: replace(h, signers=h.signers[:1]), signers=("rec", "p-a")
    ),
    "1 lines in another order": lambda d: talked(
        d, signers=("rec", "p-a"), header=lambda h: replace(h, signers=h.signers[::-1])
    ),
    "1 a line twice": lambda d: talked(d, note=lambda n: n + n.split(b"\n\n")[1]),
    "1 a signer twice": lambda d: talked(d, signers=("rec", "rec")),
    "1 a header with a space": lambda d: talked(d, text=json_line(lambda line: line.replace(",", ", ", 1))),
    "1 a header's member twice": lambda d: talked(
        d, text=json_line(lambda line: line.replace('"position"', '"position":1,"position"'))
    ),
    "1 a member more": lambda d: talked(d, text=json_line(lambda line: line[:-1] + ',"x":1}')),
    "1 a third line": lambda d: talked(d, text=lambda t: t + "more\n"),
    "1 another format": lambda d: talked(d, text=lambda t: t.replace("entry/v1", "entry/v9")),
    "1 a second of 60": lambda d: talked(d, text=lambda t: t.replace(":0", ":60:0", 1)),
    "1 a signature of other words": lambda d: talked(d, note=lambda n: n.replace(b'"version":1', b'"version":1 ', 1)),
    "1 a key of nobody": lambda d: talked(d, signers=(d.signer("rec", 5),)),
    "1 the log's own key": lambda d: talked(d, signers=("rec", d.log)),
    "1 a witness's key": lambda d: talked(d, signers=("rec", signer_named("w0.example/witness"))),
    # 2 body
    "2 a body of another entry": lambda d: talked(d, stored=lambda _: bytes(d.ledger.entry_at(3)[1])),
    "2 a field's text changed": lambda d: talked(d, stored=lambda s: s.replace(s.split(b"text ")[1][:9], b"WyJBQUFBQ")),
    "2 a structural field missing": lambda d: talked(d, stored=lambda s: dropped(s, b"talker ")),
    "2 a text missing without an erasure": lambda d: talked(d, stored=lambda s: dropped(s, b"text ")),
    "2 a field that the list does not have": lambda d: talked(d, fields=with_subjects(d, [*TALK, ("weight", 3)])),
    "2 a field of another type": lambda d: talked(d, fields=with_subjects(d, replaced(TALK, "talker", 7))),
    "2 a needed field left out": lambda d: talked(
        d, fields=with_subjects(d, [row for row in TALK if row[0] != "counterpart"], ["p-a"])
    ),
    "2 a list with a gap": lambda d: talked(d, fields=with_subjects(d, [*TALK, ("claims.1", "A2a")])),
    "2 an empty list beside its members": lambda d: talked(
        d, fields=with_subjects(d, [*TALK, ("claims", []), ("claims.0", "A2a")])
    ),
    "2 a null": lambda d: talked(d, fields=with_subjects(d, [*TALK, ("place", None)])),
    "2 a date that is none": lambda d: talked(d, fields=with_subjects(d, [*TALK, ("occurred_at", "2024-02-30")])),
    "2 a decimal in another spelling": lambda d: Forged(
        "key_task.registered/1",
        with_subjects(d, [("ref", "F1"), ("unit", "u-dept"), ("kind", "x"), ("amount", "01.50")], []),
        "key_task/F1",
    ),
    "2 a type of no list": lambda d: talked(d, type="talk.sung/1"),
    "2 a closed type": lambda d: trust(
        d,
        "rules.adopted/1",
        [("layer", "organ"), ("version", "1"), ("settings", {})],
        "ledger/main",
        ("cus-1", "cus-2"),
    ),
    "2 a map not in its order": lambda d: talked(d, stored=raw_map(backwards)),
    "2 lines not in the map's order": lambda d: talked(d, stored=turned),
    "2 a reference forward": lambda d: talked(
        d, fields=with_subjects(d, [*TALK, ("refers.0", ["", d.ledger.size() + 3, b64encode(bytes(32))])])
    ),
    "2 a reference to itself": lambda d: talked(
        d, fields=with_subjects(d, [*TALK, ("refers.0", ["", d.ledger.size(), b64encode(bytes(32))])])
    ),
    "2 a reference with another leaf hash": lambda d: talked(
        d, fields=with_subjects(d, [*TALK, ("refers.0", ["", 5, b64encode(bytes(32))])])
    ),
    # 3 streams
    "3 an opening with version 2": lambda d: talked(d, version=2),
    "3 a gap in the versions": lambda d: talked(d, version=7),
    "3 the stream of another ref": lambda d: talked(d, stream="talk/F2"),
    "3 the stream of another kind": lambda d: talked(d, stream="meeting/F1"),
    "3 a name like a position's": lambda d: talked(d, stream="talk/n3"),
    "3 a stream that is open": lambda d: talked(d, stream="talk/T1", version=d.ledger.store.version("talk/T1") + 1),
    "3 a talk among the seals": lambda d: talked(
        d, stream="ledger/seals", version=d.ledger.store.version("ledger/seals") + 1
    ),
    "3 a talk among the anchors": lambda d: talked(
        d, stream="ledger/anchors", version=d.ledger.store.version("ledger/anchors") + 1
    ),
    "3 a seal outside the seals": lambda d: replace(sealed(d, d.ledger.size(), bytes(32)), stream="talk/F1", version=1),
    "3 a reserved stream": lambda d: talked(d, stream="ledger/main", version=d.ledger.store.version("ledger/main") + 1),
    "3 a person registered twice": lambda d: Forged(
        "person.registered/1",
        with_subjects(d, [("ref", "x9"), ("person", "p-a"), ("name", "again")], ["p-a"]),
        "person/x9",
        signers=("cus-1",),
    ),
    "3 an acceptance in its own stream": lambda d: Forged(
        "record.accepted/1",
        with_subjects(d, [("accepts", of(d, head(d) - 1)), ("capacity", "counterpart")]),
        "record/F1",
        signers=("p-b",),
    ),
    "3 a correction in another talk's stream": lambda d: Forged(
        "record.corrected/1",
        with_subjects(d, [("corrects", of(d, d.ledger.store.of_ref("T1")[0])), ("field", "place"), ("new_text", "x")]),
        "talk/T2",
        d.ledger.store.version("talk/T2") + 1,
    ),
    # 4 subjects
    "4 no subjects": lambda d: talked(d, fields=TALK),
    "4 a subject left out": lambda d: talked(d, fields=with_subjects(d, TALK, ["p-a"])),
    "4 a subject more": lambda d: talked(d, fields=with_subjects(d, TALK, ["p-a", "p-b", "p-c"])),
    "4 subjects in another order": lambda d: talked(d, fields=with_subjects(d, TALK, ["p-b", "p-a"])),
    "4 a running number too high": lambda d: talked(
        d, fields=[*TALK, ("subject.0", ["person", "p-a", 99]), ("subject.1", ["person", "p-b", 99])]
    ),
    "4 a running number used before": lambda d: talked(
        d, fields=[*TALK, ("subject.0", ["person", "p-a", 1]), ("subject.1", ["person", "p-b", 1])]
    ),
    "4 a person of no register": lambda d: talked(
        d, fields=with_subjects(d, replaced(TALK, "talker", "p-zzz"), ["p-zzz", "p-b"])
    ),
    "4 subjects of a seal": lambda d: replace(
        sealed(d, d.ledger.size(), bytes(32)),
        fields=with_subjects(d, [("size", d.ledger.size()), ("heads", b64encode(bytes(32)))]),
    ),
    # 5 seals
    "5 a seal of another size": lambda d: sealed(d, 3, bytes(32)),
    "5 a seal of another map": lambda d: sealed(d, d.ledger.size(), bytes(range(32))),
    "5 a seal by a recorder": lambda d: sealed(
        d, d.ledger.size(), d.ledger.store.heads_root(with_subjects=True)[1], ("rec",)
    ),
    # 6 checkpoints and the log key
    "6 the log key changed by a recorder": lambda d: trust(
        d, "key.log_rotated/1", [("vkey", format_vkey(signer_named(d.origin, 2).verify_key))], "key/log", ("rec",)
    ),
    "6 a log key that a person has": lambda d: trust(
        d,
        "key.log_rotated/1",
        [
            (
                "vkey",
                f"{d.origin}+{Ed25519Signer(d.origin, d.signer('p-a').private_key).verify_key.key_id.hex()}+"
                + format_vkey(d.signer("p-a").verify_key).split("+", 2)[2],
            )
        ],
        "key/log",
        ("cus-1",),
    ),
    "6 a confirmation of no announcement": lambda d: trust(
        d, "key.log_confirmed/1", [("checkpoint", other_head(d, d.ledger.size()))], "key/log", ("cus-1",)
    ),
    # 7 anchors and policies
    "7 an anchor of another history": lambda d: anchored(d, lambda a: a.update(checkpoint=other_head(d, 5))),
    "7 an anchor of a size to come": lambda d: anchored(
        d, lambda a: a.update(checkpoint=other_head(d, d.ledger.size() + 9))
    ),
    "7 an anchor by another log key": lambda d: anchored(
        d, lambda a: a.update(checkpoint=sign_checkpoint(d.ledger.tree_head(), signer_named(d.origin, 3)).decode())
    ),
    "7 an anchor of an unknown kind": lambda d: anchored(d, lambda a: a.update(kind="oath")),
    "7 a token that does not fit": lambda d: anchored(
        d, lambda a: a.update(token=cosigned(other_head(d, 5), WITNESSES[0], d.clock.moment).token)
    ),
    "7 a token with a line end": lambda d: anchored(d, lambda a: a.update(token=a["token"] + "\n")),
    "7 an anchor by a recorder": lambda d: replace(anchored(d, lambda _: None), signers=("rec",)),
    "7 a policy by one custodian": lambda d: trust(
        d, "policy.adopted/1", [("policy", policy_text(1))], "ledger/main", ("cus-1",)
    ),
    "7 a policy that is none": lambda d: trust(
        d, "policy.adopted/1", [("policy", "quorum nobody\n")], "ledger/main", ("cus-1", "cus-2")
    ),
    "7 a policy with a key of this ledger": lambda d: trust(
        d, "policy.adopted/1", [("policy", _own_witness(d))], "ledger/main", ("cus-1", "cus-2")
    ),
    # 8, 9 genesis, keys and roles
    "8 a second genesis": lambda d: trust(
        d, "ledger.opened/1", list(d.ledger.body_at(0).values().items()), "ledger/main", ("cus-1", "cus-2", "svc")
    ),
    "9 a key by a recorder": lambda d: last_key(d, "p-z", ["signer"], signers=("rec", d.signer("p-z", 4))),
    "9 a key without proof of possession": lambda d: last_key(d, "p-z", ["signer"], signers=("cus-1", "cus-2")),
    "9 a key of another person": lambda d: last_key(
        d,
        "p-z",
        ["signer"],
        vkey=_renamed(d, "p-z", "p-a"),
        signers=("cus-1", Ed25519Signer(f"{d.origin}/p-z", d.signer("p-a").private_key)),
    ),
    "9 a key of another ledger's name": lambda d: last_key(
        d,
        "p-z",
        ["signer"],
        vkey=format_vkey(signer_named("zeren.test/else/p-z").verify_key),
        signers=("cus-1", signer_named("zeren.test/else/p-z")),
    ),
    "9 a weak key": lambda d: last_key(d, "p-z", ["signer"], vkey=_weak(d), signers=("cus-1",)),
    "9 a role of no list": lambda d: last_key(d, "p-z", ["king"]),
    "9 service with another role": lambda d: last_key(d, "p-z", ["service", "recorder"]),
    "9 inspector with another role in a duty ledger": lambda d: last_key(d, "p-z", ["inspector", "signer"]),
    "9 a custodian by one custodian": lambda d: last_key(
        d, "p-z", ["custodian"], signers=("cus-1", d.signer("p-z", 4))
    ),
    "9 an inspector by one custodian": lambda d: last_key(
        d, "p-z", ["inspector"], signers=("cus-1", d.signer("p-z", 4))
    ),
    "9 roles given by a recorder": lambda d: trust(
        d, "key.roles_changed/1", [("person", "p-a"), ("roles", ["custodian"])], "key/p-a", ("rec",)
    ),
    "9 roles of nobody": lambda d: trust(
        d, "key.roles_changed/1", [("person", "p-q"), ("roles", ["signer"])], "key/p-q", ("cus-1", "cus-2")
    ),
    "9 a custodian made by one": lambda d: trust(
        d, "key.roles_changed/1", [("person", "p-a"), ("roles", ["custodian"])], "key/p-a", ("cus-1",)
    ),
    "9 a revocation by a signer": lambda d: trust(
        d,
        "key.revoked/1",
        [("person", "p-b"), ("key_id", d.signer("p-b").verify_key.key_id.hex())],
        "key/p-b",
        ("p-a",),
    ),
    "9 a revocation of no key": lambda d: trust(
        d, "key.revoked/1", [("person", "p-b"), ("key_id", "00000000")], "key/p-b", ("cus-1",)
    ),
    "9 a compromise below an anchor by one custodian": _compromise,
    "9 a record by who is no recorder": lambda d: talked(d, signers=("p-a",)),
    "9 a registration by a recorder": lambda _: Forged(
        "unit.registered/1",
        [("ref", "u-x"), ("unit", "u-x"), ("kind", "department"), ("subject.0", ["unit", "u-x", 1])],
        "unit/u-x",
        signers=("p-a",),
    ),
    "9 a record by the service": lambda d: talked(d, signers=("svc",)),
    # 10 kinds of ledger
    "10 a case in a duty ledger": lambda _: Forged(
        "lead.received/1", [("ref", "L1"), ("received_at", "2024-01-02"), ("source", "x")], "lead/L1", signers=("eye",)
    ),
    "10 a reading in a duty ledger": lambda d: Forged(
        "access.read/1",
        [("token", "open"), ("question", "x"), ("inspector", False)],
        f"read/n{d.ledger.size()}",
        signers=("svc",),
    ),
    "10 a list in a duty ledger": lambda _: Forged(
        "list.published/1", [("day", "2024-01-02"), ("list", "")], "list/main", signers=("svc",)
    ),
    # 11 erasure
    "11 an erasure by custodians alone": lambda d: erasing(
        d, d.ledger.store.of_ref("T1")[0], ["text"], ("cus-1", "cus-2")
    ),
    "11 an erasure by the inspector alone": lambda d: erasing(d, d.ledger.store.of_ref("T1")[0], ["text"], ("eye",)),
    "11 an erasure of a structural field": lambda d: erasing(d, d.ledger.store.of_ref("T1")[0], ["talker"]),
    "11 an erasure of a field that is none": lambda d: erasing(d, d.ledger.store.of_ref("T1")[0], ["weight"]),
    "11 an erasure whose text is held": lambda d: erasing(d, d.ledger.store.of_ref("T1")[0], ["text"]),
    # 12 formats
    "12 a later list by one custodian": lambda d: trust(
        d,
        "format.adopted/1",
        [("format", "zeren/entry/v1"), ("position", 0), ("types", b64encode(bytes(32)))],
        "ledger/main",
        ("cus-1",),
    ),
    "12 a list of no release": lambda d: trust(
        d,
        "format.adopted/1",
        [("format", "zeren/entry/v1"), ("position", 0), ("types", b64encode(bytes(32)))],
        "ledger/main",
        ("cus-1", "cus-2"),
    ),
    "12 an entry format to come": lambda d: trust(
        d,
        "format.adopted/1",
        [("format", "zeren/entry/v7"), ("position", 3), ("types", d.ledger.genesis.types)],
        "ledger/main",
        ("cus-1", "cus-2"),
    ),
}
"""The first number is the section of FORMAT.md."""

CASE: dict[str, Rule] = {
    "4 subjects in a case ledger": lambda _: Forged(
        "finding.made/1",
        [("case", "K1"), ("track", "a"), ("subject.0", ["person", "p-a", 1])],
        "case/" + "0" * 32,
        signers=("insp",),
    ),
    "10 a talk in a case ledger": lambda _: Forged(fields=TALK, signers=("insp",)),
    "10 a case by a custodian": lambda _: Forged(
        "case.opened/1", [("ref", "K9"), ("case", "K9")], "case/" + "1" * 32, signers=("cus-1",)
    ),
    "10 a key in a stream of its own": lambda d: last_key(d, "p-z", ["signer"]),
}


def _own_witness(desk: Desk) -> str:
    own = Ed25519Signer("w9.example", desk.signer("rec").private_key, COSIGNATURE_V1)
    return f"witness w9 {format_vkey(own.verify_key)}\nquorum w9\n"


def _renamed(desk: Desk, person: str, owner: str) -> str:
    return format_vkey(Ed25519Signer(f"{desk.origin}/{person}", desk.signer(owner).private_key).verify_key)


def _weak(desk: Desk) -> str:
    name, material = f"{desk.origin}/p-z", b"\1" + b"\1" + bytes(31)
    key_id = hashlib.sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{key_id}+{b64encode(material)}"


def forge(kind: str, rule: Rule, directory: Path) -> tuple[int, str]:
    """Writes one forged entry into a ledger of its own; the exit code of its verification, and the first finding."""
    desk = (duty_ledger if kind == "duty" else case_ledger)(directory)
    if kind == "duty":
        desk.record(talk("T1"), "rec", "p-a")
        desk.record(talk("T2", "p-c", "p-a"), "rec", "p-c")
    made = rule(desk)
    if made is not None:
        write(desk, made)
    with closing(open_desk(kind, directory / f"{kind}.db", read_only=True)) as again:
        report = verify_ledger(again.ledger)
    return report.exit_code, str(report.findings[0].what) if report.findings else "valid"


def _consent(name: str, directory: Path) -> tuple[int, str]:
    """One attack of the tests of consents, written by who checks nothing."""
    desk = asking(directory)
    with closing(desk.desk.ledger):
        with unchecked():
            desk.desk.ledger.record({**ATTACKS, **RULES}[name](desk))
        report = verify_ledger(desk.desk.ledger)
    return report.exit_code, str(report.findings[0].what) if report.findings else "valid"


TABLE: dict[str, Callable[[Path], tuple[int, str]]] = {
    **{f"{name}": (lambda place, r=rule: forge("duty", r, place)) for name, rule in DUTY.items()},  # type: ignore[misc]
    **{f"{name} (case)": (lambda place, r=rule: forge("case", r, place)) for name, rule in CASE.items()},  # type: ignore[misc]
    **{f"14 {name}": (lambda place, n=name: _consent(n, place)) for name in (*ATTACKS, *RULES)},  # type: ignore[misc]
}
"""Every rule, and what breaks it: (exit code, first finding)."""


def run(tally: Tally) -> Iterator[None]:
    """Each row of the table once; there are no more at any scale."""
    names = list(TABLE)
    tally.wanted = len(names)
    for number in range(tally.done, len(names)):
        name = names[number]
        section = f"section {name.split(' ')[0]}"
        wrong: list[tuple[str, str]] = []
        with TemporaryDirectory(prefix="zeren-forged-") as directory:
            try:
                code, said = TABLE[name](Path(directory))
            except ZerenError as error:
                str(error)  # a refusal with words, which is how it is found
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding of this run
                wrong = [("hands", f"{name}: {error!r}")]
            else:
                wrong = [] if code else [("silent", f"{name}: {said}")]
        tally.count(section, "found", *wrong)
        yield
