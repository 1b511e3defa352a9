"""Entries: C2SP signed notes over a fixed two-line text (FORMAT.md section 1).

    zeren/entry/v1
    {"body":"<base64>","ledger":"<origin>","position":41,"previous":"<base64>","recorded_at":"...Z",
     "signers":[...],"stream":"meeting/E060","type":"meeting.held/1","version":1}

The second line is one line without spaces, broken here for reading.
The leaf hash, SHA-256(0x00 || entry bytes), is both the chain hash and the RFC 6962 leaf hash. A header's values are
ASCII without escapes, so it is matched against one fixed template instead of being parsed as JSON; RFC 8785 (the
`rfc8785` package) is the oracle in the tests.
"""

import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ledger.core.encoding import b64decode, b64encode
from ledger.core.merkle import leaf_hash
from ledger.core.names import (
    STREAM,
    SignerId,
    check_known_origin,
    check_known_type,
    check_person_id,
    known_signer,
    parse_signer,
)
from ledger.core.note import Note, SignatureLine, format_note, parse_note
from ledger.core.signers import KEY_ID_SIZE, Signer, VerifyKey
from ledger.errors import KeyInvalid, Malformed, NotChecked, SignatureInvalid, UnknownFormat, UnknownKey
from ledger.frozen import dataclass

FORMAT_LINE = "zeren/entry/v1"
MAX_ENTRY_BYTES = 65_535
MAX_SIGNERS = 16
NO_PREVIOUS = bytes(32)

_NUMBER = r"(?:0|[1-9][0-9]{0,15})"
_HEADER = re.compile(
    r'\{"body":"(?P<body>[A-Za-z0-9+/]{43}=)","ledger":"(?P<ledger>[a-z0-9._/-]+)","position":(?P<position>'
    + _NUMBER
    + r")"
    r',"previous":"(?P<previous>[A-Za-z0-9+/]{43}=)","recorded_at":"(?P<recorded_at>[0-9T:.Z-]{24})"'
    r',"signers":\[(?P<signers>"[a-z0-9+-]+"(?:,"[a-z0-9+-]+")*)\]'
    r',"stream":"(?P<stream>[A-Za-z0-9._/-]+)","type":"(?P<type>[a-z0-9_./]+)","version":(?P<version>'
    + _NUMBER
    + r")\}"
)
_TEMPLATE = re.compile(
    FORMAT_LINE
    + r'\n\{"body":"([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)","ledger":"([a-z0-9._/-]+)","position":('
    + _NUMBER
    + r'),"previous":"([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)"'
    r',"recorded_at":"([0-9]{4}-[0-9][0-9]-[0-9][0-9]T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z)"'
    r',"signers":\["([a-z0-9+-]+(?:","[a-z0-9+-]+)*)"\],"stream":"([A-Za-z0-9._/-]+)","type":"([a-z0-9_./]+)"'
    r',"version":(' + _NUMBER + r")\}\n\n((?:\u2014 [!-~]+ [A-Za-z0-9+/]+={0,2}\n)+)"
)
"""A whole entry as most are. Whatever it captures is canonical or is checked to be; no match says nothing."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Header:
    """The never-erased part of an entry. `recorded_at` is UTC in whole milliseconds; hashes are 32 bytes."""

    body: bytes
    ledger: str
    position: int
    previous: bytes
    recorded_at: datetime
    signers: tuple[SignerId, ...]
    stream: str
    type: str
    version: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A parsed entry: its exact bytes, its header, its note, and its leaf hash."""

    data: bytes
    header: Header
    note: Note
    leaf_hash: bytes


def format_time(moment: datetime) -> str:
    """UTC with milliseconds: `2024-02-21T01:00:00.000Z`."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


def parse_time(text: str) -> datetime:
    """The inverse of `format_time`; raises Malformed for any other spelling and for dates that do not exist."""
    if not _TIME.fullmatch(text):
        raise Malformed("{!r} is not a time such as 2024-02-21T01:00:00.000Z", text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("{!r} is not an existing date and time", text) from None


def format_header(header: Header) -> str:
    """The JSON line, byte for byte what RFC 8785 gives for these members."""
    signers = ",".join(f'"{signer}"' for signer in header.signers)
    return (
        f'{{"body":"{b64encode(header.body)}","ledger":"{header.ledger}","position":{header.position}'
        f',"previous":"{b64encode(header.previous)}","recorded_at":"{format_time(header.recorded_at)}"'
        f',"signers":[{signers}],"stream":"{header.stream}","type":"{header.type}","version":{header.version}}}'
    )


def parse_header(line: str) -> Header:
    """The header of a JSON line; raises Malformed unless it formats back to the same line."""
    match = _HEADER.fullmatch(line)
    if not match:
        raise Malformed("the entry's header does not have exactly the members of zeren/entry/v1")
    header = Header(
        body=b64decode(match["body"]),
        ledger=match["ledger"],
        position=int(match["position"]),
        previous=b64decode(match["previous"]),
        recorded_at=parse_time(match["recorded_at"]),
        signers=tuple(parse_signer(text[1:-1]) for text in match["signers"].split(",")),
        stream=match["stream"],
        type=match["type"],
        version=int(match["version"]),
    )
    _check_header(header)
    if format_header(header) != line:
        raise Malformed("the entry's header is not in its one canonical form")
    return header


def _check_header(header: Header) -> None:
    """Raises Malformed where a member has no place in a header; hashes and time are checked by their own readers."""
    check_known_origin(header.ledger)
    if not STREAM.fullmatch(header.stream):
        raise Malformed("{!r} is not a stream name", header.stream)
    check_known_type(header.type)
    if not 1 <= len(header.signers) <= MAX_SIGNERS:
        raise Malformed("an entry has 1 to {} signers, this one has {}", MAX_SIGNERS, len(header.signers))
    for signer in header.signers:
        check_person_id(signer.person)
    if header.position < 0 or header.version < 1 or max(header.position, header.version) > 2**53 - 1:
        raise Malformed("position or version out of range")


def sign_entry(header: Header, signers: Sequence[Signer]) -> Entry:
    """The signed entry for this header. Every line is verified before it is returned (FORMAT.md section 1).

    It is what `parse_entry` makes of its bytes, without reading them again. Raises Malformed for a header that has no
    form, SignatureInvalid where `signers` are not exactly those that the header names, in its order.
    """
    _check_header(header)
    if len(header.body) != 32 or len(header.previous) != 32:
        raise Malformed("the digest of a body and the hash of the entry before have 32 bytes")
    time = parse_time(format_time(header.recorded_at))
    if header.recorded_at != time or header.recorded_at.tzinfo is not UTC:
        header = replace(header, recorded_at=time)  # as it will be read: UTC in whole milliseconds
    text = f"{FORMAT_LINE}\n{format_header(header)}\n"
    message, lines = text.encode("ascii"), []
    for signer in signers:
        key = signer.verify_key
        if not key.algorithm.signs_notes:
            raise KeyInvalid("{} is a key for {} and signs no notes", key.name, key.algorithm.name)
        lines.append(SignatureLine(key.name, key.key_id, signer.sign(message)))
    note = Note(text, tuple(lines))
    data = format_note(note)
    if len(data) > MAX_ENTRY_BYTES:
        raise Malformed("an entry has at most {} bytes, this one has {}", MAX_ENTRY_BYTES, len(data))
    _check_lines(header, note)
    entry = Entry(data, header, note, leaf_hash(data))
    check_signatures(entry, {(s.verify_key.name, s.verify_key.key_id): s.verify_key for s in signers})
    return entry


def parse_entry(data: bytes) -> Entry:
    """The entry of these bytes; raises Malformed, or UnknownFormat for an entry of a later format.

    The signature lines must be exactly the header's signers in their order; the signatures are not checked here.
    """
    if len(data) > MAX_ENTRY_BYTES:
        raise Malformed("an entry has at most {} bytes, this one has {}", MAX_ENTRY_BYTES, len(data))
    return _by_template(data) or _read_entry(data)


def _by_template(data: bytes) -> Entry | None:
    """The entry that `_read_entry` makes of these bytes, several times as fast; None says that it has to decide.

    Each part is matched in its one canonical form, so nothing is left to format again and compare.
    """
    try:
        match = _TEMPLATE.fullmatch(text := data.decode("utf-8"))
        if match is None:
            return None
        body, ledger, position, previous, recorded_at, signers, stream, type_, version, block = match.groups()
        header = Header(
            body=binascii.a2b_base64(body),
            ledger=ledger,
            position=int(position),
            previous=binascii.a2b_base64(previous),
            recorded_at=datetime.fromisoformat(recorded_at),
            signers=tuple([known_signer(signer) for signer in signers.split('","')]),
            stream=stream,
            type=type_,
            version=int(version),
        )
        _check_header(header)
        lines = block[:-1].split("\n")
        if len(lines) != len(header.signers) or len(set(header.signers)) != len(lines):
            return None
        signatures = []
        for signer, line in zip(header.signers, lines, strict=True):
            name, _, encoded = line[2:].partition(" ")
            payload = binascii.a2b_base64(encoded)
            if (
                name != f"{ledger}/{signer.person}"
                or payload[:KEY_ID_SIZE] != signer.key_id
                or len(payload) <= KEY_ID_SIZE
                or binascii.b2a_base64(payload, newline=False).decode("ascii") != encoded
            ):
                return None
            signatures.append(SignatureLine(name, signer.key_id, payload[KEY_ID_SIZE:]))
    except (Malformed, ValueError):
        return None
    return Entry(data, header, Note(text[: match.start(10) - 1], tuple(signatures)), leaf_hash(data))


def _read_entry(data: bytes) -> Entry:
    note = parse_note(data)
    first, _, rest = note.text.partition("\n")
    if first != FORMAT_LINE:
        raise UnknownFormat("entry format {!r} is unknown to this version; check with a later one", first)
    header = parse_header(rest.removesuffix("\n"))
    _check_lines(header, note)
    if format_note(note) != data:
        raise Malformed("the entry is not in its one canonical form")
    return Entry(data, header, note, leaf_hash(data))


def _check_lines(header: Header, note: Note) -> None:
    lines = tuple((line.name, line.key_id) for line in note.signatures)
    if lines != tuple((f"{header.ledger}/{signer.person}", signer.key_id) for signer in header.signers):
        raise SignatureInvalid("the signature lines are not exactly the signers that the header names, in their order")
    if len(set(lines)) != len(lines):
        raise SignatureInvalid("a signer stands twice")


def check_signatures(entry: Entry, keys: Mapping[tuple[str, bytes], VerifyKey]) -> None:
    """Every signature line verifies under the key that `keys` gives for its (name, key id).

    Raises UnknownKey or SignatureInvalid; NotChecked where every other line verifies and this one cannot be checked.
    """
    message = entry.note.text.encode()
    unchecked: NotChecked | None = None
    for line in entry.note.signatures:
        key = keys.get((line.name, line.key_id))
        if key is None:
            raise UnknownKey(
                "no key {}+{} is enrolled before position {}", line.name, line.key_id.hex(), entry.header.position
            )
        try:
            key.check(message, line.signature)
        except NotChecked as error:
            unchecked = error
    if unchecked is not None:
        raise unchecked
