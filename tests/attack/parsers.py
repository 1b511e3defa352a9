"""Every parser under a million wrong inputs: it answers, or refuses by a fault of ours, in bounded memory and time.

What is fed is made of true samples by changes (bits, bytes, pieces cut out, doubled, exchanged, put in from others,
numbers made huge, nesting made deep), since what is wrong almost nowhere goes furthest. Where a format has one
spelling, what is read and written again must be the same bytes.
"""

import atexit
import csv
import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from http import HTTPStatus
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Request
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from api.app import ROUTES
from api.asking.current import GATE
from api.asking.gate import Gate
from api.asking.slow import Slow
from cli.showing.policy_texts import read_policy
from ledger import timestamp
from ledger.access.log import CUSTODIAN
from ledger.access.tokens import grant
from ledger.application import Command
from ledger.bundle import standalone
from ledger.bundle.checking import check_bundle
from ledger.bundle.layout import format_growth, format_heads, format_manifest, parse_growth, parse_heads, parse_manifest
from ledger.clock import SystemClock
from ledger.consents.answer import parse_answer
from ledger.consents.request import format_request as format_consent_request
from ledger.consents.request import parse_file
from ledger.consents.request import parse_request as parse_consent_request
from ledger.core.archive import read_archive, write_archive
from ledger.core.body import format_body, parse_body
from ledger.core.checkpoint import format_checkpoint, parse_checkpoint
from ledger.core.consent import parse_consent
from ledger.core.encoding import canonical_json, parse_canonical_json, parse_json
from ledger.core.entry import parse_entry
from ledger.core.issued import BUNDLE, issued_of, parse_issued, sign_issued
from ledger.core.note import format_note, parse_note
from ledger.core.policy import parse_policy
from ledger.core.proof import format_proof, parse_proof
from ledger.core.signers import format_vkey, parse_vkey
from ledger.core.tiles import parse_path
from ledger.core.witness_request import format_request, parse_lines, parse_request
from ledger.errors import BadInput, Invalid, Malformed, ZerenError
from ledger.importing.documents import YamlList
from ledger.importing.json_lines import JsonLines
from ledger.importing.source import read_bytes
from ledger.keys.key_files import Keyring
from ledger.recording.forms import form_named
from ledger.recording.moments import read_moment
from ledger.strict_yaml import read_yaml
from projections.importing.sheet import Sheet
from tests.attack.tally import LONGEST, Tally, within
from tests.attack.target import PASSPHRASE, target
from tests.ledger.bundle.test_consents import told
from tests.support.anchoring import WITNESSES, policy_text
from tests.support.asking import asking
from tests.support.builders import randomness_of, signer_named
from tests.support.drafting import drafted
from tests.support.evidence import case_bundle, dossier, files_of
from tests.support.web import application, close, copied

SLOW = 5.0
"""Seconds of a processor that no input may take."""
MOST = 200 << 20
"""Bytes that no input may ask for."""
PIECES = (
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xe2\x80\x94 ",
    b"\xef\xbb\xbf",
    b"==",
    b"+",
    b"/",
    b"-1",
    b"0",
    b"1e999",
    b"NaN",
    b"99999999999999999999999",
    b'"',
    b"[",
    b"{",
    b"}",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"[" * 5000,
    b'{"a":' * 2000,
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"&a *a",
    b"!!python/object:os.system",
    b"<<: *x",
    b"%s%n",
    b"../",
    b" " * 4096,
)


@dataclass(frozen=True, slots=True)
class Parser:
    """A parser, true samples, and how what it read is written again (None: several spellings are allowed)."""

    read: Callable[[bytes], Any]
    samples: Callable[[], list[bytes]]
    write: Callable[[Any], bytes] | None = None
    share: int = 10


def changed(rng: Random, samples: list[bytes]) -> bytes:
    """A sample with one to four changes."""
    data = bytearray(rng.choice(samples))
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = rng.randrange(len(data) + 1)
        way = rng.randrange(9)
        if way == 0 and data:
            data[min(at, len(data) - 1)] ^= 1 << rng.randrange(8)
        elif way == 1:
            del data[at : at + rng.choice((1, 1, 4, 64))]
        elif way == 2:
            data[at:at] = rng.choice(PIECES)
        elif way == 3:
            length = rng.randrange(1, 64)
            data[at:at] = data[at : at + length]
        elif way == 4:
            data[at:] = b""
        elif way == 5:
            other = rng.choice(samples)
            start = rng.randrange(len(other) + 1)
            data[at : at + rng.randrange(32)] = other[start : start + rng.randrange(200)]
        elif way == 6:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9)))
        elif way == 7:
            lines = bytes(data).split(b"\n")
            rng.shuffle(lines)
            data = bytearray(b"\n".join(lines))
        else:
            data[at : at + 1] = rng.choice((b"9" * 400, b"A" * 70_000, b""))
    return bytes(data)


# --- samples ---


@cache
def _files() -> dict[str, bytes]:
    return {**{f"case/{n}": d for n, d in files_of(case_bundle()).items()}, **files_of(dossier())}


def _of(part: str) -> Callable[[], list[bytes]]:
    return lambda: [data for name, data in _files().items() if part in name]


@cache
def _consents() -> list[bytes]:
    with TemporaryDirectory() as directory, closing(asking(Path(directory))) as desk:
        command = drafted(desk.desk, told(), "rec", {"p-a": "counterpart", "p-b": "holder"})
        return [note.data for note in command.carried.consents]


@cache
def _requests() -> list[bytes]:
    with TemporaryDirectory() as directory, closing(asking(Path(directory))) as desk:
        return [format_consent_request(desk.request(desk.about_entry(desk.talk.position)))]


@cache
def _answers() -> list[bytes]:
    notes = [note.decode() for note in _consents()]
    said = {"zeren": "answer/v1", "consents": notes, "reasons": [], "declined": []}
    return [*_consents(), json.dumps(said, ensure_ascii=False).encode()]


@cache
def _tokens() -> list[bytes]:
    folder = Path(__file__).parents[1] / "assets" / "tsa-chain"
    return [path.read_bytes() for path in sorted(folder.glob("*.ts*"))]


def _assets(pattern: str) -> Callable[[], list[bytes]]:
    folder = Path(__file__).parents[1]
    return lambda: [path.read_bytes() for path in sorted(folder.rglob(pattern))][:12]


@cache
def _csv() -> list[bytes]:
    rows = [["ref", "occurred_at", "talker", "counterpart", "text"], ["T1", "2024-03-05 09:00", "p-a", "p-b", "一句话"]]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    text = out.getvalue()
    return [text.encode(), text.encode("gb18030"), b"\xef\xbb\xbf" + text.encode(), text.replace(",", "\t").encode()]


@cache
def _lines() -> list[bytes]:
    row = {"ref": "T1", "occurred_at": "2024-03-05 09:00", "talker": "p-a", "counterpart": "p-b", "text": "一句话"}
    line = json.dumps(row, ensure_ascii=False).encode()
    return [line + b"\n", line + b"\n" + line.replace(b"T1", b"T2") + b"\n"]


@cache
def _policies() -> list[bytes]:
    tsa = f"tsa stamp {'0' * 64}\n"
    return [policy_text(2).encode(), (policy_text(1) + tsa).encode(), b"quorum none\n"]


def _in_file(name: str, read: Callable[[Path], Any]) -> Callable[[bytes], Any]:
    def reading(data: bytes) -> Any:
        with TemporaryDirectory(prefix="zeren-parse-") as directory:
            path = Path(directory) / name
            path.write_bytes(data)
            return read(path)

    return reading


def _sheet(path: Path) -> Any:
    form, data = form_named("talk"), read_bytes(path)
    return sum(1 for _ in Sheet(data, form).rows())


def _json_lines(path: Path) -> Any:
    return sum(1 for _ in JsonLines(read_bytes(path)).rows())


def _yaml_list(path: Path) -> Any:
    return sum(1 for _ in YamlList(read_bytes(path)).rows())


def _text(read: Callable[[str], Any]) -> Callable[[bytes], Any]:
    return lambda data: read(data.decode("utf-8", "replace"))


def _bundle(data: bytes) -> bytes:
    """The bundle, where nothing is wrong with it. Raises Invalid."""
    report = check_bundle(data)
    if report.findings:
        raise Invalid("{}", report.findings[0].what)
    return data if data in (case_bundle(), dossier()) else b""


def _stamp(data: bytes) -> Any:
    """A time stamp or an authority's answer."""
    return timestamp.authority_of(timestamp.token_of(data), {bytes(32): "nobody"})


def _utf8(data: bytes) -> str:
    """The text, as a note's reader has it. Raises Malformed."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("{}", error) from error


def _small(data: bytes) -> bytes:
    """The same by verify.py."""
    faults = standalone.Bundle(io.BytesIO(data), set()).faults
    if faults:
        raise Invalid("{}", faults[0])
    return data if data in (case_bundle(), dossier()) else b""


def _archive(data: bytes) -> bytes:
    """The archive written again. Raises what is wrong with it."""
    files = read_archive(data)
    if files.damage:
        raise files.damage[0].what
    return write_archive(files)


def _zone(text: str) -> Any:
    return read_moment(text, UTC)


def _bombs() -> list[bytes]:
    """Workbooks and archives that would swell: a gigabyte of zeros, ten thousand members."""
    swollen = io.BytesIO()
    with zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * (64 << 20))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"xl/{number}.xml", "")
    return [swollen.getvalue(), many.getvalue()]


@cache
def _served() -> tuple[Flask, list[bytes]]:
    """Pages and API over a copy of the directory that is attacked; and what a reader sends to be let in."""
    at = copied(target().home)
    text, granted = grant(("duties", "persons", "evidence"), 3, "tests", randomness=randomness_of("token"))
    with closing(at.open("access", clock=SystemClock(), read_only=False)) as ledger:
        custodian = Keyring(at.keys("access"), ledger.origin, PASSPHRASE).signer(CUSTODIAN)
        ledger.record(Command(granted, (custodian,)))
    app = application(at, open=True)
    gate: Gate = app.extensions[GATE]
    atexit.register(close, app)
    asked, answer = Request({"REQUEST_METHOD": "POST", "REMOTE_ADDR": "::1", "HTTP_HOST": "localhost"}), Response()
    gate.log_in(text, asked, answer)
    session = (answer.headers.get("Set-Cookie") or "").partition(";")[0]
    return app, [f"Bearer {text}".encode(), session.encode()]


def _asked_at(path: bytes, query: bytes = b"", more: Mapping[str, str] = MappingProxyType({})) -> int:
    """The status of an answer, the whole of which is read; raises what the server fell over."""
    app, _ = _served()
    app.extensions[GATE].slow = Slow()
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"), "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False, **more,
    }  # fmt: skip
    _, status, _ = run_wsgi_app(app.wsgi_app, environ, buffered=True)
    return int(status.split(" ")[0])


def _judged(status: int) -> int:
    """The status of an answer. Raises BadInput for one that refuses; a server that is at fault is no answer."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RuntimeError(f"the server answered {status}")
    if status >= HTTPStatus.BAD_REQUEST:
        raise BadInput("refused with {}", status)
    return status


def _url(data: bytes) -> int:
    """An address, with its query."""
    path, _, query = data.replace(b"\n", b"").partition(b"?")
    return _judged(_asked_at(b"/" + path.lstrip(b"/"), query))


def _token(data: bytes) -> int:
    """What a reader sends to be let in, as header and as cookie."""
    text = data.replace(b"\n", b"").decode("latin-1")
    named = {"HTTP_COOKIE": text} if "=" in text else {"HTTP_AUTHORIZATION": text}
    return _judged(_asked_at(b"/api/v1/health", more=named))


def _urls() -> list[bytes]:
    filled = {"kind": "duty", "position": "6", "person": "p-a", "unit": "u-dept", "case": "K1", "old": "3"}
    paths = []
    for _, routes in ROUTES:
        for route in routes:
            path = re.sub(r"\{(\w+)\}", lambda found: filled.get(found[1], "1"), route.path)
            query = "&".join(f"{each.name}={filled.get(each.name, '2024-01-02')}" for each in route.in_query)
            paths.append(f"{path}?{query}".encode())
    return paths


def _vkeys() -> list[bytes]:
    return [format_vkey(key.verify_key).encode() for key in (signer_named("a.b/c"), WITNESSES[0])]


def _moments() -> list[bytes]:
    return [b"2024-03-05 09:00", b"2024-03-05T09:00:00+08:00", b"2024-02-30", "2024年3月5日".encode()]


def _issued() -> list[bytes]:
    files = files_of(case_bundle())
    size = parse_manifest(files["manifest.json"]).parts[0].size
    return [sign_issued(issued_of(BUNDLE, files["manifest.json"], "A" * 43 + "=", size), signer_named("a.b/c"))]


def _asked() -> list[bytes]:
    return [b"old 0\n\n" + note for note in _of("checkpoint")()]


def _lists() -> list[bytes]:
    return [b"- ref: T1\n  text: x\n- {ref: T2, text: [a, b]}\n"]


def _archives() -> list[bytes]:
    return [write_archive({"a": b"first", "b/c": b"", "d.txt": b"second file"}), dossier()[:4000]]


PARSERS = {
    "note": Parser(parse_note, lambda: [*_of("checkpoint")(), *_of("entries/")()[:20]], format_note, 20),
    "entry": Parser(parse_entry, _of("entries/"), lambda entry: bytes(entry.data), 20),
    "body": Parser(parse_body, _of("bodies/"), format_body, 20),
    "checkpoint": Parser(
        lambda data: parse_checkpoint(_utf8(data)),
        lambda: [note.partition(b"\n\n")[0] + b"\n" for note in _of("checkpoint")()],
        lambda head: format_checkpoint(head).encode(),
    ),
    "proof": Parser(parse_proof, _of("proofs/"), format_proof),
    "tile path": Parser(_text(parse_path), lambda: [b"tile/0/x001/234", b"tile/entries/000", b"tile/2/000.p/12"]),
    "consent": Parser(parse_consent, _consents, lambda note: bytes(note.data), 15),
    "consent request": Parser(parse_consent_request, _requests),
    "consent answer": Parser(parse_answer, _answers),
    "consent file": Parser(parse_file, lambda: [*_answers(), *_requests()]),
    "issuer's note": Parser(lambda data: parse_issued(data, BUNDLE), _issued),
    "manifest": Parser(parse_manifest, _of("manifest.json"), format_manifest),
    "heads": Parser(parse_heads, _of("heads.json"), format_heads),
    "growth": Parser(parse_growth, _of("growth/"), lambda read: format_growth(*read)),
    "archive": Parser(_archive, _archives, bytes),
    "bundle": Parser(_bundle, lambda: [case_bundle(), dossier()], bytes, share=3),
    "bundle by verify.py": Parser(_small, lambda: [case_bundle(), dossier()], bytes, share=3),
    "JSON": Parser(parse_json, lambda: [*_of("heads.json")(), b'{"a":[1,"x",null,true]}']),
    "canonical JSON": Parser(parse_canonical_json, lambda: [b'{"a":[1,"x",null,true]}', b"[]"], canonical_json),
    "vkey": Parser(_text(parse_vkey), _vkeys, lambda key: format_vkey(key).encode()),
    "policy": Parser(_text(parse_policy), _policies),
    "policy file": Parser(_in_file("policy", read_policy), _policies, share=3),
    "witness request": Parser(parse_request, _asked, format_request),
    "witness answer": Parser(parse_lines, lambda: [note.partition(b"\n\n")[2] for note in _of("checkpoint")()]),
    "time stamp": Parser(_stamp, _tokens),
    "YAML": Parser(_in_file("s.yaml", read_yaml), _assets("*.yaml"), share=2),
    "workbook": Parser(_in_file("w.xlsx", _sheet), lambda: [*_assets("*.xlsx")(), *_bombs()], share=2),
    "CSV": Parser(_in_file("w.csv", _sheet), _csv, share=5),
    "JSON lines": Parser(_in_file("w.jsonl", _json_lines), _lines, share=5),
    "YAML list": Parser(_in_file("w.yaml", _yaml_list), _lists, share=5),
    "moment": Parser(_text(_zone), _moments),
    "token": Parser(_token, lambda: _served()[1], share=4),
    "URL": Parser(_url, _urls, share=4),
}


def run(tally: Tally) -> Iterator[None]:
    """Every input in turn."""
    names, shares = list(PARSERS), [parser.share for parser in PARSERS.values()]
    for number in range(tally.done, tally.wanted):
        rng = Random(f"{tally.seed}/parsers/{number}")  # noqa: S311 - places, not secrets
        name = rng.choices(names, shares)[0]
        parser = PARSERS[name]
        data = changed(rng, parser.samples())
        feed(tally, name, parser, data, f"#{number}", watch=number % 50 == 0)
        yield


def feed(tally: Tally, name: str, parser: Parser, data: bytes, label: str, *, watch: bool) -> None:
    """One input; every fiftieth is watched for the memory it asks for, which is slow."""
    what, wrong = tried(parser, data, label, watch=watch)
    tally.count(name, what, *wrong)


def tried(parser: Parser, data: bytes, label: str, *, watch: bool) -> tuple[str, list[tuple[str, str]]]:
    """What came of one input, and what is wrong: an exception that is no fault of ours, too much memory or time."""
    what, wrong = "found", list[tuple[str, str]]()
    if watch:
        tracemalloc.start()
    started = process_time()
    try:
        with within(LONGEST):
            read = parser.read(data)
            if parser.write is not None and parser.write(read) != data:
                wrong.append(("silent", f"{label}: read in a spelling that is not its own"))
        what = "harmless"
    except ZerenError as error:
        str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding of this run
        wrong.append(("hands", f"{label}: {error!r}"[:500]))
    finally:
        peak = tracemalloc.get_traced_memory()[1] if watch else 0
        if watch:
            tracemalloc.stop()
    if peak > MOST:
        wrong.append(("hands", f"{label}: {peak >> 20} MB for {len(data)} bytes"))
    if not watch and (took := process_time() - started) > SLOW:
        wrong.append(("hands", f"{label}: {took:.1f} s for {len(data)} bytes"))
    return what, wrong
