"""`ledger/FORMAT.md` is true: every example in it is made anew and compared, and a stranger's tools accept them.

Where the format or the list of types has changed on purpose, write the examples and the table of types anew by
`python -m tests.docs.test_format`.
"""

import base64
import hashlib
import itertools
import json
import re
import tempfile
import textwrap
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.application import Command, Ledger
from ledger.bundle.layout import CompleteClaim, Manifest, format_growth, format_manifest
from ledger.bundle.packing import Part, claims_of, files_beside, write_parts
from ledger.bundle.select import select
from ledger.checks.enrolled import ROLES
from ledger.checks.subjects import read_subjects
from ledger.clock import SimulatedClock
from ledger.core import body, entry, names
from ledger.core.archive import ArchiveWriter, write_archive
from ledger.core.checkpoint import parse_checkpoint
from ledger.core.encoding import b64encode, canonical_json
from ledger.core.head_list import ListedHead, format_heads
from ledger.core.note import parse_note
from ledger.core.proof import format_proof
from ledger.core.seal_map import head_hash, heads_root, stream_key
from ledger.core.signers import Ed25519Signer, format_vkey
from ledger.core.verified import sign_verified
from ledger.errors import Malformed
from ledger.events import fields
from ledger.events.acts import TalkHeld
from ledger.events.base import Payload
from ledger.events.flat import flatten
from ledger.events.records import RecordAccepted, TextErased
from ledger.events.register import PersonRegistered, UnitRegistered
from ledger.events.registry import TYPES, specs
from ledger.events.trust import KeyEnrolled, Sealed, TrustPayload
from ledger.home.genesis import Founder, create_ledger
from ledger.outgoing import prove_entry, prove_growth
from ledger.store.sealed_heads import new_heads
from ledger.verify import verify_ledger
from tests.support.docs_anchors import TIMES, anchor_examples
from tests.support.docs_consents import consent_examples
from tests.support.readers import prove_head

PACKAGE = Path(names.__file__).parents[1]
DOCUMENT = PACKAGE / "FORMAT.md"
ORIGIN = "zeren.example/organ/duty-5f1c"
START = datetime(2024, 2, 21, 1, tzinfo=UTC)
TALK, SEAL, SIZE = 7, 9, 10
EXAMPLE = re.compile(r"(<!-- example: ([a-z-]+) -->\n```[a-z]*\n)(.*?)(```\n)", re.DOTALL)
TABLE = re.compile(r"(<!-- table: types -->\n)((?:\|.*\n)+)")

# --- the example ledger ----------------------------------------------------------------------------------------------


def example_signer(name: str) -> Ed25519Signer:
    """The key of the examples under a key name; anybody can make it, as FORMAT.md says."""
    secret = hashlib.sha256(f"zeren example key {name}".encode()).digest()
    return Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(secret))


def example_ledger(directory: Path) -> Ledger:
    """The ledger of the examples: ten entries, salts that count from 1, a clock that goes on by a minute."""
    salts = itertools.count(1)
    clock = SimulatedClock(START)

    def person(id_: str) -> Ed25519Signer:
        return example_signer(f"{ORIGIN}/{id_}")

    def record(payload: Payload, *signers: str) -> fields.EntryReference:
        clock.moment += timedelta(minutes=1)
        return made.record(Command(payload, tuple(person(id_) for id_ in signers)))[0].reference

    founders = {"cus-1": ("custodian",), "cus-2": ("custodian",), "svc": ("service",)}
    made = create_ledger(
        directory / "duty.db",
        origin=ORIGIN,
        title="FORMAT.md",
        kind="duty",
        time_zone="Asia/Shanghai",
        founders=[Founder(id_, person(id_), roles) for id_, roles in founders.items()],
        log=example_signer(ORIGIN),
        clock=clock,
        simulated=True,
        randomness=lambda size, /: next(salts).to_bytes(size, "big"),
    )
    for id_, roles in {"rec": ("recorder", "signer"), "p-01": ("signer",), "p-02": ("signer",)}.items():
        vkey = format_vkey(person(id_).verify_key)
        record(KeyEnrolled(person=id_, vkey=vkey, roles=roles), "cus-1", id_)
    record(UnitRegistered(ref="u-01", unit="u-01", kind="department", name="办公室"), "cus-1")
    record(PersonRegistered(ref="p-01", person="p-01", name="甲"), "cus-1")
    record(PersonRegistered(ref="p-02", person="p-02", name="乙"), "cus-1")
    talk = TalkHeld(
        ref="T1",
        occurred_at=START.date(),
        unit="u-01",
        text="提醒：按规定报备",
        talker="p-02",
        counterpart="p-01",
    )
    reference = record(talk, "rec", "p-01")
    record(RecordAccepted(accepts=reference, capacity="holder"), "p-02")
    clock.moment += timedelta(minutes=1)
    made.seal(person("svc"))
    made.sign_checkpoint(example_signer(ORIGIN))
    return made


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The example ledger, made once."""
    made = example_ledger(tmp_path_factory.mktemp("format"))
    yield made
    made.close()


def examples(ledger: Ledger) -> dict[str, str]:
    """Every example of FORMAT.md by name, made by the code."""
    talk, talk_body = ledger.entry_at(TALK)
    held = body.parse_body(talk_body)
    genesis = ledger.entry_at(0)[0]
    opened = body.parse_body(ledger.entry_at(0)[1]).values()
    in_order = [name for name, _ in flatten(ledger.genesis)]
    patterns = {
        "origin": names.ORIGIN.pattern.removeprefix(r"(?=.{1,128}\Z)"),
        "person": names.PERSON_ID.pattern,
        "stream": names.STREAM.pattern,
        "type": names.TYPE_NAME.pattern,
        "field": body.FIELD_NAME.pattern,
    }
    return {
        "patterns": "".join(f"{name:8}{pattern}\n" for name, pattern in patterns.items()),
        "entry": talk.data.decode(),
        "hashes": _rows(
            {
                "body digest": b64encode(held.digest()),
                "leaf hash": b64encode(talk.leaf_hash),
                "reference": _json(["", TALK, b64encode(talk.leaf_hash)]),
            }
        ),
        "disclosure": _disclosure(held.disclosures["talker"]),
        "body": talk_body.decode(),
        "subjects": "".join(
            f"subject.{i}  {_json([*subject, number])}\n"
            for i, (subject, number) in enumerate(read_subjects(held.values()))
        ),
        "head": _head(ledger),
        "checkpoint": (ledger.checkpoint_at(SIZE) or b"").decode(),
        "proof": format_proof(prove_entry(ledger, TALK)).decode(),
        "genesis": genesis.data.decode(),
        "genesis-fields": "".join(f"{name} {_json(opened[name])}\n" for name in in_order),
        "key": _key(example_signer(f"{ORIGIN}/p-01")),
        **anchor_examples(ledger, example_signer),
        "list": _list(ledger),
        **consent_examples(ledger, example_signer, TALK),
        **_bundle(ledger),
    }


def _bundle(ledger: Ledger) -> dict[str, str]:
    """The examples of section 15: the bundle of the stream of the talk."""
    stream = CompleteClaim("stream", ledger.entry_at(TALK)[0].header.stream)
    parts = [Part("duty", select(ledger, [], [stream]))]
    writer = ArchiveWriter(BytesIO())
    write_parts(parts, writer)
    files = {**writer.files(), **files_beside(parts)}
    manifest = json.loads(format_manifest(Manifest("", claims_of(parts), {})))
    row = next(row for row in json.loads(files["duty/heads.json"]) if row["id"] == stream.id)
    growth = prove_growth(ledger, 6)
    head = parse_checkpoint(parse_note(files["duty/checkpoint"]).text)
    return {
        "archive": "".join(f"{line}\n" for line in textwrap.wrap(write_archive({"a": b"b"}).hex(), 64)),
        "bundle-parts": f"{_json(manifest['parts'])}\n",
        "bundle-files": "".join(f"{name}\n" for name in sorted(files) if "/" in name),
        "heads-row": f"{_json(row)}\n",
        "growth": format_growth(growth.old, growth.new, growth.hashes).decode(),
        "verified": sign_verified(head, example_signer("auditor.example")).decode(),
    }


def _rows(rows: Mapping[str, str]) -> str:
    return "".join(f"{name:13}{value}\n" for name, value in rows.items())


def _json(value: object) -> str:
    return canonical_json(value).decode()


def _disclosure(text: str) -> str:
    decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    return _rows({"decoded": decoded, "disclosure": text, "map value": _b64(_sha256(text.encode()))})


def _key(signer: Ed25519Signer) -> str:
    key = signer.verify_key
    rows = {
        "name": key.name,
        "public key": key.public_key.hex(),
        "SHA-256": _sha256(key.name.encode() + b"\n\x01" + key.public_key).hex(),
        "key id": key.key_id.hex(),
        "vkey": format_vkey(key),
    }
    return _rows(rows)


def _head(ledger: Ledger) -> str:
    stream = ledger.entry_at(TALK)[0].header.stream
    heads = sorted(new_heads(ledger.store.rows, 0, SEAL, with_subjects=True), key=lambda head: head.key)
    proof = prove_head(heads, stream_key(stream))
    assert proof.end is not None
    rows: list[tuple[str, object]] = [
        ("stream", stream),
        ("key", b64encode(proof.end.key)),
        ("count", proof.end.count),
        ("position", proof.end.position),
        ("leaf hash", b64encode(proof.end.leaf)),
        ("map leaf", b64encode(head_hash(proof.end))),
        *(("path", b64encode(sibling)) for sibling in proof.siblings),
        ("root", b64encode(heads_root(heads))),
    ]
    return "".join(f"{name:13}{value}\n" for name, value in rows)


def type_table() -> str:
    """The table of types, made from the lists; types that differ in nothing but their own fields share a row."""
    rows: dict[str, list[str]] = {}
    for name, cls in TYPES.items():
        trusted = issubclass(cls, TrustPayload | TextErased)
        listed = [f"`{field}`" for field in specs(name) if field != "ref"] if trusted else ["*list*"]
        columns = (cls.LEDGERS, cls.AUTHORS, cls.COSIGNERS, listed)
        cells = ["yes" if cls.OPENS else "–", *(", ".join(column) for column in columns)]
        rows.setdefault(" | ".join(cells), []).append(f"`{name}`")
    head = ["| types | opens | ledgers | author | co-signers | fields |", "|---|---|---|---|---|---|"]
    return "".join(f"{row}\n" for row in [*head, *(f"| {', '.join(names)} | {row} |" for row, names in rows.items())])


def document() -> str:
    """The text of FORMAT.md."""
    return DOCUMENT.read_text(encoding="utf-8")


def stated() -> dict[str, str]:
    """The examples that FORMAT.md shows, by name."""
    found = [(name, content) for _, name, content, _ in EXAMPLE.findall(document())]
    assert len(dict(found)) == len(found)
    return dict(found)


def _list(ledger: Ledger) -> str:
    """The list of this ledger and another one of three entries."""
    head = ledger.tree_head()
    other = ListedHead("zeren.example/aid/duty", b64encode(bytes(32)), 3, bytes(32))
    return format_heads(
        {each.origin: each for each in (ListedHead(head.origin, ledger.fingerprint, head.size, head.root), other)}
    )


def cells_of(example: str) -> dict[str, str]:
    """The lines `name  value` of an example that has each name once."""
    return dict(re.split(r"  +", line, maxsplit=1) for line in example.splitlines())


# --- the examples are what the code writes ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(stated()))
def test_an_example_is_what_the_code_writes(ledger: Ledger, name: str) -> None:
    """Each example in FORMAT.md is, byte for byte, what the code makes of the example ledger."""
    assert stated()[name] == examples(ledger)[name]


def test_no_example_is_missing(ledger: Ledger) -> None:
    """FORMAT.md shows every example that this module makes."""
    assert stated().keys() == examples(ledger).keys()


def test_the_example_ledger_is_valid(ledger: Ledger) -> None:
    """The ledger that the examples are cut from is valid, with its seal and its checkpoint recomputed."""
    report = verify_ledger(ledger)

    assert (report.verdict, report.size, report.seals, report.checkpoints) == ("valid", SIZE, 1, 1)


def test_the_seal_is_the_root_of_the_head_example(ledger: Ledger) -> None:
    """The root in the head example is what the seal at position 9 commits to, and the proof example covers it."""
    sealed = ledger.at(SEAL).payload

    assert isinstance(sealed, Sealed)
    assert sealed.size == SEAL
    assert cells_of(stated()["head"])["root"] == sealed.heads


# --- a stranger with SHA-256, base64, JSON and Ed25519 ---------------------------------------------------------------


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _public(name: str) -> Ed25519PublicKey:
    return Ed25519PrivateKey.from_private_bytes(_sha256(f"zeren example key {name}".encode())).public_key()


def check_note(note: str) -> tuple[str, list[str]]:
    """(text, signers as `<name>+<key id>`) of a note whose every line verifies; raises InvalidSignature."""
    text, _, lines = note.rpartition("\n\n")
    signers = []
    for line in lines.splitlines():
        dash, name, encoded = line.split(" ")
        assert dash == "\u2014"
        payload = base64.b64decode(encoded, validate=True)
        public = _public(name)
        assert payload[:4] == _sha256(name.encode() + b"\n\x01" + public.public_bytes_raw())[:4]
        public.verify(payload[4:], f"{text}\n".encode())
        signers.append(f"{name}+{payload[:4].hex()}")
    return f"{text}\n", signers


@pytest.mark.parametrize(("name", "position", "count"), [("entry", TALK, 2), ("genesis", 0, 3)])
def test_a_stranger_accepts_an_entry(name: str, position: int, count: int) -> None:
    """The entry is a format line and a sorted JSON line whose signers are the signature lines, all of which verify."""
    text, signers = check_note(stated()[name])
    first, line, rest = text.split("\n")
    header = json.loads(line)

    assert (first, rest) == ("zeren/entry/v1", "")
    assert json.dumps(header, separators=(",", ":"), sort_keys=True) == line
    assert [f"{ORIGIN}/{signer}" for signer in header["signers"]] == signers
    assert (header["position"], len(signers)) == (position, count)


def test_a_stranger_binds_body_entry_and_proof() -> None:
    """Disclosures lead to the map, the map to the header, the entry to its leaf, the leaf to the checkpoint's root."""
    shown = stated()
    map_line, *lines = shown["body"].splitlines()
    digests = json.loads(map_line)
    for line in lines:
        name, disclosure = line.split(" ")
        salt, said, _ = json.loads(base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)))
        assert (said, len(salt)) == (name, 22)
        assert digests.pop(name) == _b64(_sha256(disclosure.encode()))
    assert digests == {}

    digest = _b64(_sha256(f"zeren/body/v1\n{map_line}\n".encode()))
    leaf = _sha256(b"\x00" + shown["entry"].encode())
    binding = cells_of(shown["hashes"])
    assert (binding["body digest"], binding["leaf hash"]) == (digest, _b64(leaf))
    assert json.loads(binding["reference"]) == ["", TALK, _b64(leaf)]
    assert f'"body":"{digest}"' in shown["entry"]

    head, _, checkpoint = shown["proof"].partition("\n\n")
    version, index, *path = head.splitlines()
    origin, size, root = check_note(checkpoint)[0].splitlines()
    assert (version, index, origin, size) == ("c2sp.org/tlog-proof@v1", f"index {TALK}", ORIGIN, str(SIZE))
    assert checkpoint == shown["checkpoint"]
    assert _b64(root_by_path(leaf, TALK, SIZE, [base64.b64decode(h) for h in path])) == root


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """RFC 6962: the root of the tree of `size` leaves, from a leaf and its audit path, leaf side first."""
    if size == 1:
        assert not path
        return leaf
    split = 1 << ((size - 1).bit_length() - 1)
    if index < split:
        return _sha256(b"\x01" + root_by_path(leaf, index, split, path[:-1]) + path[-1])
    return _sha256(b"\x01" + path[-1] + root_by_path(leaf, index - split, size - split, path[:-1]))


def test_a_stranger_checks_consents() -> None:
    """Each consent is a note by the person it names; a draft's digest follows from the body map of what was written."""
    shown = stated()
    answers = {}
    for name, person in (("draft", "p-01"), ("entry", "p-02"), ("possession", "p-03")):
        text, signers = check_note(shown[f"consent-{name}"])
        first, line, rest = text.split("\n")
        answers[name] = json.loads(line)
        assert (first, rest, answers[name]["person"]) == ("zeren/consent/v1", "", person)
        assert json.dumps(answers[name], separators=(",", ":"), sort_keys=True) == line
        assert [signer.partition("+")[0] for signer in signers] == [f"{ORIGIN}/{person}"]

    digests = json.loads(shown["body"].splitlines()[0])
    kept = {name: digest for name, digest in digests.items() if not name.startswith("subject.")}
    line = json.dumps(kept, separators=(",", ":"), sort_keys=True)
    digest = _b64(_sha256(f"zeren/draft/v1\n{line}\n".encode()))
    assert shown["draft-digest"] == f"{line}\n{digest}\n"
    assert answers["draft"]["to"] == ["draft", digest, "talk.held/1", "rec"]
    assert answers["entry"]["to"] == ["entry", TALK, cells_of(shown["hashes"])["leaf hash"]]
    fingerprint = _b64(_sha256(b"\x00" + shown["genesis"].encode()))
    assert {answer["fingerprint"] for answer in answers.values()} == {fingerprint}


def test_a_stranger_checks_a_cosignature() -> None:
    """The line's key is the policy's w1, of type 04; its time and the checkpoint's text are what the key signed."""
    shown = stated()
    _, name, vkey = shown["policy"].splitlines()[0].split(" ")
    key_name, key_id, material = vkey.split("+", 2)
    key = base64.b64decode(material, validate=True)
    assert (name, key[:1]) == ("w1", b"\x04")
    assert _sha256(key_name.encode() + b"\n" + key)[:4].hex() == key_id

    dash, line_name, encoded = shown["cosignature"].rstrip("\n").split(" ")
    payload = base64.b64decode(encoded, validate=True)
    assert (dash, line_name, payload[:4].hex(), len(payload)) == ("\u2014", key_name, key_id, 76)
    assert int.from_bytes(payload[4:12], "big") == TIMES[0]
    head = shown["checkpoint"].rpartition("\n\n")[0]
    assert shown["cosigned"] == f"cosignature/v1\ntime {TIMES[0]}\n{head}\n"
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(payload[12:], shown["cosigned"].encode())
    assert shown["imprint"] == _b64(_sha256(shown["checkpoint"].encode())) + "\n"
    assert shown["request"].endswith("\n\n" + shown["checkpoint"])


def test_a_stranger_follows_the_path_of_a_head() -> None:
    """The head example's leaf and path lead to its root by the rules of section 5."""
    rows = [re.split(r"  +", line, maxsplit=1) for line in stated()["head"].splitlines()]
    row = dict(rows)
    key = _sha256(f"stream/{row['stream']}".encode())
    numbers = int(row["count"]).to_bytes(8, "big") + int(row["position"]).to_bytes(8, "big")
    node = _sha256(b"\x00zeren/heads/v1\n" + key + numbers + base64.b64decode(row["leaf hash"]))
    assert (_b64(key), _b64(node)) == (row["key"], row["map leaf"])

    path = [base64.b64decode(value) for name, value in rows if name == "path"]
    for depth in reversed(range(len(path))):
        right = key[depth // 8] >> (7 - depth % 8) & 1
        pair = path[depth] + node if right else node + path[depth]
        node = _sha256(b"\x01zeren/heads/v1\n" + pair)
    assert _b64(node) == row["root"]


def test_a_stranger_rebuilds_the_genesis_body() -> None:
    """Genesis fields, salted from 1, give the genesis digest; they hold log key, proof and the lists' digest."""
    genesis = dict(line.split(" ", 1) for line in stated()["genesis-fields"].splitlines())
    digests = {}
    for number, (name, value) in enumerate(genesis.items(), start=1):
        salt = base64.urlsafe_b64encode(number.to_bytes(16, "big")).decode().rstrip("=")
        text = f'["{salt}","{name}",{value}]'.encode()
        digests[name] = _b64(_sha256(base64.urlsafe_b64encode(text).rstrip(b"=")))
    map_line = json.dumps(digests, separators=(",", ":"), sort_keys=True).encode()
    header = json.loads(stated()["genesis"].splitlines()[1])
    assert header["body"] == _b64(_sha256(b"zeren/body/v1\n" + map_line + b"\n"))
    assert header["previous"] == _b64(bytes(32))

    possession, signers = check_note(json.loads(genesis["log_possession"]))
    assert possession == f"{ORIGIN}\n0\n{_b64(_sha256(b''))}\n"
    assert json.loads(genesis["log"]).startswith(f"{signers[0]}+")
    lists = json.loads((PACKAGE / "events/types/2.json").read_bytes())
    compact = json.dumps(lists, separators=(",", ":"), sort_keys=True).encode()
    assert json.loads(genesis["types"]) == _b64(_sha256(compact))


# --- the words -------------------------------------------------------------------------------------------------------


def test_the_table_of_types_is_that_of_the_lists() -> None:
    """Every event type stands in the table with its opening mark, ledgers, roles, and fields or a pointer to them."""
    found = TABLE.search(document())

    assert found is not None
    assert found[2] == type_table()


@pytest.mark.parametrize(
    "word",
    [
        *ROLES,
        *typing.get_args(fields.FieldClass),
        *typing.get_args(fields.About),
        *typing.get_args(fields.ReferenceMode),
    ],
)
def test_every_role_class_and_kind_is_explained(word: str) -> None:
    """Each role, field class, kind of about-field and kind of reference has a row that says what it means."""
    assert re.search(rf"^\| `{word}` \| \S", document(), re.MULTILINE)


def test_the_limits_in_words_are_those_of_the_code() -> None:
    """The largest entry, the most signers and the longest origin are as FORMAT.md says."""
    words = " ".join(document().split())
    longest = ORIGIN.ljust(128, "x")

    assert f"at most {entry.MAX_ENTRY_BYTES:,} bytes with 1 to {entry.MAX_SIGNERS} signature lines" in words
    assert f"An origin has at most {len(longest)} characters" in words
    names.check_origin(longest)
    with pytest.raises(Malformed):
        names.check_origin(f"{longest}x")


def _rewrite() -> None:
    with tempfile.TemporaryDirectory() as directory:
        made = example_ledger(Path(directory))
        fresh = examples(made)
        made.close()
    text = EXAMPLE.sub(lambda found: found[1] + fresh[found[2]] + found[4], document())
    DOCUMENT.write_text(TABLE.sub(lambda found: found[1] + type_table(), text), encoding="utf-8")


if __name__ == "__main__":
    _rewrite()
