"""A witness never cosigns two histories: not for a forged request, not in a race, not after a crash."""

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.anchors.book import anchor_book
from ledger.anchors.taking import record_anchors
from ledger.clock import SimulatedClock
from ledger.core.algorithms import COSIGNATURE_V1, ED25519
from ledger.core.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from ledger.core.cosignature import open_cosignature
from ledger.core.encoding import b64encode
from ledger.core.merkle import EMPTY_ROOT
from ledger.core.note import parse_note
from ledger.core.policy import Witness as Named
from ledger.core.policy import parse_policy
from ledger.core.signers import Ed25519Signer, VerifyKey, format_vkey, parse_vkey
from ledger.core.witness_request import (
    MAX_HASHES,
    WitnessRequest,
    format_request,
    origin_hash,
    parse_lines,
    parse_request,
)
from ledger.errors import (
    BadInput,
    Busy,
    Declined,
    KeyInvalid,
    Malformed,
    NoLedger,
    Refused,
    RolledBack,
    SignatureInvalid,
    Unreached,
)
from ledger.store.witness import Cosigned, WitnessMemory
from ledger.witness.client import ask, make_request, post
from ledger.witness.cosign import Cosigner
from ledger.witness.service import MAX_BODY, Service
from ledger.witness.witness_store import WitnessStore
from tests.support.anchoring import WITNESSES, adopt, checkpoint, head_of
from tests.support.builders import START, Desk, assignment, duty_ledger, signer_named
from tests.support.readers import open_cosignatures
from tests.support.vectors import vectors

PASSPHRASE = b"only for tests"
SIGNER = WITNESSES[0]


def witness_in(directory: Path, *logs: VerifyKey, origin: str | None = None) -> Cosigner:
    """A new witness that watches these logs; its clock stands still."""
    store = WitnessStore(directory / "witness")
    store.create(SIGNER.name, SIGNER.private_key, PASSPHRASE)
    for key in logs:
        store.trust(key, origin)
    return Cosigner(store, store.signer(PASSPHRASE), SimulatedClock(START + timedelta(days=1)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = duty_ledger(tmp_path)
    yield made
    made.close()


@pytest.fixture
def witness(tmp_path: Path, desk: Desk) -> Cosigner:
    return witness_in(tmp_path, desk.log.verify_key)


def grow(desk: Desk, ref: str) -> str:
    desk.record(assignment(ref), "rec")
    return checkpoint(desk)


# --- requests as texts -----------------------------------------------------------------------------------------------


@given(
    st.integers(0, 2**64 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_HASHES),
    st.binary(min_size=1, max_size=80),
)
def test_a_request_written_is_read_back(old: int, proof: list[bytes], note: bytes) -> None:
    """Formatting and parsing a request gives it again."""
    request = WitnessRequest(old, tuple(proof), note)

    assert parse_request(format_request(request)) == request


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"old  0\n\nx",
        b"old 00\n\nx",
        b"old +1\n\nx",
        b"old 18446744073709551616\n\nx",
        b"Old 0\n\nx",
        b"old 1\r\n\r\nx",
        b"old 1\n" + b"A" * 44 + b"\n\nx",
        b"old 1\n" + b64encode(bytes(31)).encode() + b"\n\nx",
        b"old 1\n" + (b64encode(bytes(32)).encode() + b"\n") * 64 + b"\nx",
        b"old \xef\xbc\x91\n\nx",  # a full-width one
    ],
)
def test_a_request_has_one_spelling(data: bytes) -> None:
    """Whatever the format does not write is refused."""
    with pytest.raises(Malformed):
        parse_request(data)


# --- the published conversation --------------------------------------------------------------------------------------


def conversation_witness(tmp_path: Path, found: dict[str, Any]) -> Cosigner:
    public = bytes.fromhex(found["log_ed25519_pubkey_hex"])
    return witness_in(tmp_path, VerifyKey(found["log_origin"], ED25519, public))


def test_the_published_conversation(tmp_path: Path) -> None:
    """The nine requests of litewitness get the statuses and bodies of the specification, one after the other.

    For an origin that it does not know that program answered 403 where C2SP tlog-witness v1 asks for 404: so do we.
    """
    found = vectors("witness/litewitness-add-checkpoint.json")
    service = Service(conversation_witness(tmp_path, found))
    for number, step in enumerate(found["sequence"]):
        status, headers, body = call(service, "POST", "/add-checkpoint", step["request_body"].encode())
        unknown = step.get("body_contains") == "unknown log"
        assert (number, status) == (number, 404 if unknown else step["status"])
        if "body_equals" in step:
            assert (headers["Content-Type"], body.decode()) == ("text/x.tlog.size", step["body_equals"])
        if status == 200:
            assert body.decode().startswith(f"\u2014 {SIGNER.name} ")
            note = parse_request(step["request_body"].encode()).checkpoint
            (line,) = parse_lines(body)
            open_cosignature(parse_checkpoint(parse_note(note).text), line, SIGNER.verify_key)


def test_a_real_log_with_a_key_of_another_name(tmp_path: Path) -> None:
    """A checkpoint of Go's checksum database, whose key name is not its origin, is cosigned."""
    found = vectors("witness/litewitness-add-checkpoint.json")["sumdb"]
    service = Service(witness_in(tmp_path, parse_vkey(found["vkey"]), origin=found["origin"]))

    assert call(service, "POST", "/add-checkpoint", found["request_body"].encode())[0] == found["status"]


# --- the decision ----------------------------------------------------------------------------------------------------


def status_of(witness: Cosigner, data: bytes) -> int:
    try:
        witness.add_checkpoint(data)
    except Declined as declined:
        return declined.status
    return 200


def test_a_growing_ledger_is_cosigned_step_by_step(desk: Desk, witness: Cosigner) -> None:
    """Each checkpoint that continues the last one is cosigned, the same one again too, and the head is remembered."""
    old = 0
    for number in range(3):
        note = grow(desk, f"E{number}").encode()
        for _ in range(2):
            line = parse_lines(witness.add_checkpoint(make_request(desk.ledger, note, old)))[0]
            said = open_cosignature(head_of(note.decode()), line, SIGNER.verify_key)
            assert said.timestamp == int((START + timedelta(days=1)).timestamp())
            old = head_of(note.decode()).size
            held = witness.store.memory.last(desk.origin)
            assert held is not None
            assert held.checkpoint == head_of(note.decode())
            assert open_cosignatures(held.checkpoint, parse_note(held.note), [SIGNER.verify_key]) == (said,)


def test_declined_requests_leave_the_memory_as_it_was(desk: Desk, witness: Cosigner) -> None:
    """Each way to be wrong has its status, in the order of the specification, and changes nothing."""
    first = grow(desk, "E1").encode()
    size = head_of(first.decode()).size
    witness.add_checkpoint(make_request(desk.ledger, first, 0))
    second = grow(desk, "E2").encode()
    good = make_request(desk.ledger, second, size)
    request = parse_request(good)
    head = head_of(second.decode())
    before = witness.store.memory.last(desk.origin)

    def signed(
        checkpoint: Checkpoint, old: int, proof: tuple[bytes, ...] = (), log: Ed25519Signer | None = None
    ) -> bytes:
        return format_request(WitnessRequest(old, proof, sign_checkpoint(checkpoint, log or desk.log)))

    other = signer_named("zeren.test/other/log")
    lines = good.split(b"\n")
    assert status_of(witness, b"nonsense") == 400
    assert status_of(witness, good[:-1]) == 403
    assert status_of(witness, good.replace(b"\n\n\xe2", b"\nextension\n\n\xe2", 1)) == 403
    longer = second.partition(b"\n\n")[0] + b"\nextension\n"
    longer += b"\n" + format_line_of(desk.log, longer)
    assert status_of(witness, format_request(WitnessRequest(size, request.proof, longer))) == 400
    assert status_of(witness, signed(Checkpoint(other.name, 5, bytes(32)), 0, log=other)) == 404
    assert status_of(witness, signed(head, size, request.proof, signer_named(desk.origin, 2))) == 403
    assert status_of(witness, good[:-8] + b"AAAA" + good[-4:]) == 403
    assert status_of(witness, good.replace(b"old %d\n" % size, b"old %d\n" % (head.size + 1))) == 400
    assert status_of(witness, good.replace(b"old %d\n" % size, b"old %d\n" % (size - 1))) == 409
    assert status_of(witness, signed(head, 0)) == 409
    assert status_of(witness, b"\n".join([lines[0], *lines[2:]])) == 422
    assert status_of(witness, format_request(replace(request, proof=(*request.proof, bytes(32))))) == 422
    assert status_of(witness, format_request(replace(request, proof=(bytes(32), *request.proof[1:])))) == 422
    assert status_of(witness, signed(replace(head, root=bytes(32)), size, request.proof)) == 422
    assert status_of(witness, signed(replace(head_of(first.decode()), root=bytes(32)), size)) == 422
    assert status_of(witness, format_request(WitnessRequest(size, (bytes(32),), first))) == 422
    assert witness.store.memory.last(desk.origin) == before
    assert status_of(witness, good) == 200


def test_an_empty_tree_has_its_own_root_only(desk: Desk, witness: Cosigner) -> None:
    """Size 0 is cosigned with the root of the empty tree, and declined as unprocessable with any other."""
    empty = sign_checkpoint(Checkpoint(desk.origin, 0, EMPTY_ROOT), desk.log)
    false = empty.replace(b64encode(EMPTY_ROOT).encode(), b64encode(bytes(32)).encode())
    text = false.partition(b"\n\n")[0] + b"\n"
    resigned = text + b"\n" + format_line_of(desk.log, text)

    assert status_of(witness, format_request(WitnessRequest(0, (), resigned))) == 422
    assert status_of(witness, format_request(WitnessRequest(0, (bytes(32),), empty))) == 422
    assert status_of(witness, format_request(WitnessRequest(0, (), empty))) == 200


def format_line_of(signer: Ed25519Signer, text: bytes) -> bytes:
    key = signer.verify_key
    return f"\u2014 {key.name} {b64encode(key.key_id + signer.sign(text))}\n".encode()


def test_every_truncation_of_a_request_is_declined(desk: Desk, witness: Cosigner) -> None:
    """However much of a request arrives, less than all of it is never cosigned."""
    first = grow(desk, "E1").encode()
    witness.add_checkpoint(make_request(desk.ledger, first, 0))
    good = make_request(desk.ledger, grow(desk, "E2").encode(), head_of(first.decode()).size)
    for length in range(len(good)):
        assert status_of(witness, good[:length]) != 200
    assert status_of(witness, good) == 200


def test_a_replayed_request_gets_nothing_old(desk: Desk, witness: Cosigner) -> None:
    """A request that was good once is declined once the log has grown beyond it, with the size it stands at."""
    first = make_request(desk.ledger, grow(desk, "E1").encode(), 0)
    witness.add_checkpoint(first)
    size = parse_checkpoint(parse_note(parse_request(first).checkpoint).text).size
    witness.add_checkpoint(make_request(desk.ledger, grow(desk, "E2").encode(), size))

    with pytest.raises(Declined) as declined:
        witness.add_checkpoint(first)
    assert (declined.value.status, declined.value.size) == (409, desk.ledger.size())


def test_the_key_of_the_witness_is_no_log_key(tmp_path: Path) -> None:
    """A witness does not watch a log that signs with its own key, nor one whose key signs cosignatures."""
    store = witness_in(tmp_path).store
    with pytest.raises(KeyInvalid, match="own key"):
        store.trust(VerifyKey("log.example", ED25519, SIGNER.verify_key.public_key))
    with pytest.raises(KeyInvalid, match="signs no notes"):
        store.trust(WITNESSES[1].verify_key)


def test_a_clock_set_back_signs_nothing(desk: Desk, witness: Cosigner) -> None:
    """A witness whose clock is behind its last cosignature declines: times of one witness never go back."""
    note = grow(desk, "E1").encode()
    witness.add_checkpoint(make_request(desk.ledger, note, 0))
    behind = Cosigner(witness.store, witness.signer, SimulatedClock(START))

    with pytest.raises(Refused, match="clock is behind"):
        behind.add_checkpoint(make_request(desk.ledger, note, head_of(note.decode()).size))


# --- memory ----------------------------------------------------------------------------------------------------------


def test_a_witness_is_never_made_over_another(tmp_path: Path) -> None:
    """A second init in the same directory is refused: its memory is what makes it a witness."""
    store = witness_in(tmp_path).store
    with pytest.raises(BadInput, match="already"):
        store.create("other.example", SIGNER.private_key, PASSPHRASE)
    with pytest.raises(NoLedger):
        WitnessStore(tmp_path / "nothing").check()
    store.check()


def test_the_key_is_encrypted_and_must_fit(tmp_path: Path) -> None:
    """A wrong passphrase, or the key file of another witness, opens nothing."""
    store = witness_in(tmp_path).store
    (tmp_path / "second").mkdir()
    other = WitnessStore(tmp_path / "second" / "w")
    other.create("w9.example", WITNESSES[1].private_key, PASSPHRASE)

    with pytest.raises(BadInput, match="passphrase"):
        store.signer(b"wrong")
    store.key_file.unlink()
    other.key_file.rename(store.key_file)
    with pytest.raises(BadInput, match="not this witness's key"):
        store.signer(PASSPHRASE)


def test_another_database_is_no_memory(tmp_path: Path, desk: Desk) -> None:
    """A ledger's database, or no database at all, is not taken for a witness's memory."""
    store = witness_in(tmp_path).store
    store.memory.path.write_bytes(desk.path.read_bytes())
    with pytest.raises(BadInput, match="no witness's memory"):
        store.check()
    store.memory.path.write_bytes(b"nonsense" * 200)
    with pytest.raises(BadInput, match="no witness's memory"):
        store.check()


def test_a_fault_while_signing_remembers_nothing(
    desk: Desk, witness: Cosigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails between the comparison and the commit, the old head stays and nothing is cosigned."""
    note = grow(desk, "E1").encode()
    data = make_request(desk.ledger, note, 0)
    with monkeypatch.context() as patched:
        patched.setattr("ledger.store.witness.Updating.put", _fail_after(sqlite3.OperationalError("disk full")))
        with pytest.raises(sqlite3.OperationalError):
            witness.add_checkpoint(data)

    assert witness.store.memory.last(desk.origin) is None
    witness.add_checkpoint(data)


def _fail_after(error: Exception) -> Any:
    def fail(_: object, cosigned: Cosigned) -> None:
        raise error

    return fail


def test_the_head_is_on_disk_before_the_answer(desk: Desk, witness: Cosigner, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the line is handed out, another connection already reads the new head: the commit came first."""
    note = grow(desk, "E1")
    seen: list[object] = []
    told = WitnessMemory.updating

    def watched(memory: WitnessMemory) -> Any:
        held = told(memory)

        class Watched:
            def __enter__(self) -> Any:
                return held.__enter__()

            def __exit__(self, *exc: Any) -> Any:
                ended = held.__exit__(*exc)
                seen.append(WitnessMemory(memory.path).last(desk.origin))
                return ended

        return Watched()

    monkeypatch.setattr(WitnessMemory, "updating", watched)
    witness.add_checkpoint(make_request(desk.ledger, note.encode(), 0))

    assert [found.checkpoint for found in seen if isinstance(found, Cosigned)] == [head_of(note)]
    with witness.store.memory._connection() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 3  # EXTRA
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"


def _race(directory: str, requests: list[bytes], answers: Any) -> None:
    store = WitnessStore(Path(directory))
    racing = Cosigner(store, SIGNER, SimulatedClock(START))
    answers.put([status_of(racing, request) for request in requests])


def test_two_processes_never_cosign_two_histories(desk: Desk, witness: Cosigner, tmp_path: Path) -> None:
    """Of two histories of one log, offered by two processes at the same moment again and again, one is cosigned."""
    (tmp_path / "twin").mkdir()
    twin = duty_ledger(tmp_path / "twin")
    try:
        histories = []
        for each, name in ((desk, "A"), (twin, "B")):
            requests, old = [], 0
            for number in range(8):
                note = grow(each, f"{name}{number}").encode()
                requests.append(make_request(each.ledger, note, old))
                old = head_of(note.decode()).size
            histories.append(requests)
    finally:
        twin.close()
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    racers = [context.Process(target=_race, args=(str(witness.store.directory), each, answers)) for each in histories]
    for racer in racers:
        racer.start()
    got = [answers.get(timeout=60) for _ in racers]
    for racer in racers:
        racer.join()

    won, lost = sorted(got, key=lambda statuses: -statuses.count(200))
    assert won == [200] * 8
    assert 200 not in lost
    last = witness.store.memory.last(desk.origin)
    assert last is not None
    assert last.checkpoint.size in {desk.ledger.size()}


def test_a_locked_memory_is_busy(witness: Cosigner, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the memory the answer is busy, and 503 over HTTP."""
    monkeypatch.setattr("ledger.store.witness.WAIT", 0.0)
    data = make_request(desk.ledger, grow(desk, "E1").encode(), 0)
    with witness.store.memory.updating():
        with pytest.raises(Busy):
            witness.add_checkpoint(data)
        assert call(Service(witness), "POST", "/add-checkpoint", data)[0] == 503


# --- over HTTP -------------------------------------------------------------------------------------------------------


def call(service: Service, method: str, path: str, body: bytes = b"", **more: str) -> tuple[int, dict[str, str], bytes]:
    """One request straight into the application."""
    said: list[Any] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **more,
    }
    parts = service(environ, lambda status, headers: said.extend([status, headers]))
    return int(said[0].split()[0]), dict(said[1]), b"".join(parts)


def test_the_last_checkpoint_is_served_by_the_hash_of_its_origin(desk: Desk, witness: Cosigner) -> None:
    """Monitors read the cosigned note at <prefix>/<sha256 of the origin>/checkpoint; before the first one it is 404."""
    service, path = Service(witness, "/w"), f"/w/{origin_hash(desk.origin)}/checkpoint"
    assert call(service, "GET", path)[0] == 404
    note = grow(desk, "E1")
    witness.add_checkpoint(make_request(desk.ledger, note.encode(), 0))
    status, headers, body = call(service, "GET", path)

    assert (status, headers["Content-Length"]) == (200, str(len(body)))
    assert body.decode().startswith(note)
    assert len(open_cosignatures(head_of(note), parse_note(body), [SIGNER.verify_key])) == 1
    assert call(service, "HEAD", path)[2] == b""


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/w/add-checkpoint", {}, 405),
        ("POST", f"/w/{'0' * 64}/checkpoint", {}, 405),
        ("POST", "/add-checkpoint", {}, 404),
        ("GET", "/w/", {}, 404),
        ("GET", f"/w/{'A' * 64}/checkpoint", {}, 404),
        ("POST", "/w/add-checkpoint", {"CONTENT_LENGTH": str(MAX_BODY + 1)}, 413),
        ("POST", "/w/add-checkpoint", {"CONTENT_LENGTH": "-1"}, 413),
        ("POST", "/w/add-checkpoint", {"CONTENT_LENGTH": ""}, 400),
    ],
)
def test_what_is_not_asked_rightly_is_told(
    witness: Cosigner, method: str, path: str, more: dict[str, str], status: int
) -> None:
    """Other methods, paths and sizes have their statuses."""
    assert call(Service(witness, "/w"), method, path, b"", **more)[0] == status


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None: ...


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Serves an application on a free port of this machine; gives its address."""
    servers = []

    def serve(application: Any) -> str:
        server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def named(url: str, signer: Ed25519Signer = SIGNER) -> Named:
    return Named("w0", signer.verify_key, url)


def test_a_ledger_asks_and_records(desk: Desk, witness: Cosigner, served: Any) -> None:
    """Asked over HTTP the witness cosigns, the line is recorded as an anchor, and the entries are confirmed."""
    url = served(Service(witness, "/w"))
    adopt(desk, f"witness w0 {format_vkey(SIGNER.verify_key)} {url}/w/\nquorum w0\n")
    desk.clock.moment = START + timedelta(days=1)
    note = grow(desk, "E1")
    (member,) = (desk.ledger.keys().policy or parse_policy("quorum none\n")).witnesses
    record_anchors(desk.ledger, ask(desk.ledger, member, note.encode(), 0), desk.signer("svc"))

    assert anchor_book(desk.ledger).confirmed() == head_of(note).size


def test_a_wrong_guess_is_put_right_by_409(desk: Desk, witness: Cosigner, served: Any) -> None:
    """A ledger that does not know how far the witness is asks again from the size that it is told."""
    url = served(Service(witness))
    ask(desk.ledger, named(url), grow(desk, "E1").encode(), 0)

    assert len(ask(desk.ledger, named(url), grow(desk, "E2").encode(), 0)) == 1


def test_a_witness_ahead_proves_an_older_copy(desk: Desk, witness: Cosigner, served: Any) -> None:
    """Where the witness has cosigned more than this copy has, asking it ends in RolledBack, which says so."""
    url = served(Service(witness))
    early = grow(desk, "E1").encode()
    ask(desk.ledger, named(url), grow(desk, "E2").encode(), 0)

    with pytest.raises(RolledBack, match="older copy"):
        ask(desk.ledger, named(url), early, 0)


def test_a_witness_that_is_down_is_an_error_that_says_so(desk: Desk, served: Any) -> None:
    """No listener, another page, a redirect, a late answer, an endless one, a false line: none gives an anchor."""
    note = grow(desk, "E1").encode()

    def page(status: str, body: bytes, *headers: tuple[str, str]) -> str:
        def application(_: Any, start: Any) -> list[bytes]:
            start(status, list(headers))
            return [body]

        return str(served(application))

    def asked(url: str, timeout: float = 5.0) -> None:
        ask(desk.ledger, named(url), note, 0, timeout=timeout)

    with pytest.raises(Unreached, match="cannot be reached"):
        asked("http://127.0.0.1:1")
    with pytest.raises(Unreached, match=r"declined \(404\)"):
        asked(page("404 Not Found", b"unknown"))
    with pytest.raises(Unreached, match=r"declined \(302\)"):
        asked(page("302 Found", b"", ("Location", "http://127.0.0.1:1/")))
    with pytest.raises(Unreached, match="no cosignature"):
        asked(page("200 OK", b"hello"))
    with pytest.raises(Unreached, match="no size"):
        asked(page("409 Conflict", b"+1\n"))
    with pytest.raises(Unreached, match="no size"):
        asked(page("409 Conflict", b"1"))
    with pytest.raises(Unreached, match="too long"):
        asked(page("200 OK", b"x" * 70_000))
    line = f"\u2014 {SIGNER.name} {b64encode(SIGNER.verify_key.key_id + bytes(72))}\n".encode()
    with pytest.raises(SignatureInvalid):
        asked(page("200 OK", line))
    with pytest.raises(Unreached, match="without a line by its key"):
        ask(desk.ledger, named(page("200 OK", line), WITNESSES[1]), note, 0)
    stop = threading.Event()

    def late(_: Any, start: Any) -> list[bytes]:
        stop.wait(20)
        start("200 OK", [])
        return [b""]

    with pytest.raises(Unreached, match="cannot be reached"):
        asked(served(late), timeout=0.2)
    stop.set()
    with pytest.raises(BadInput, match="no http"):
        post("file:///etc/hostname", b"")
    with pytest.raises(BadInput, match="names no URL"):
        ask(desk.ledger, replace(named(""), url=None), note, 0)


def test_a_request_never_begins_beyond_the_checkpoint(desk: Desk) -> None:
    """A proof from more entries than there are cannot be made."""
    with pytest.raises(BadInput):
        make_request(desk.ledger, grow(desk, "E1").encode(), desk.ledger.size() + 1)


def test_the_type_of_the_key_is_that_of_cosignatures(tmp_path: Path) -> None:
    """A witness's vkey is of type 04, so that it can never be taken for a signer of notes."""
    key = witness_in(tmp_path).store.verify_key()

    assert key.algorithm == COSIGNATURE_V1
