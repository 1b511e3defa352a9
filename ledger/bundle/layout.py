"""Names and forms of the files in a bundle (FORMAT.md section 15). Pure.

manifest.json                       what is claimed, and the SHA-256 of every other file
index.html, verify.py               page, small verifier
types.json                          list 1 of the event types, alone in force: format v1
types/<n>.json                      each list in force: format v2
issuer                              the note of whoever hands it out, named by no manifest (format v2)
report.docx, report.pdf             where there is one: the trace in its maker's words, proved by nothing
<part>/checkpoint                   the one checkpoint of this ledger, with all its signature lines
<part>/entries/0000000041           the entry; bodies/, proofs/ beside it under the same number
<part>/attached/0000000041/0          the bytes of attachment 0 of that entry, where its maker was asked for them
<part>/heads.json                   paths in the sealed map of heads
<part>/growth/0000000012            consistency from an older checkpoint (pin, anchor) to this one
<part>/tokens/<n>                   time stamps over the checkpoint that no entry below it records
<part>/verified/<n>                 notes zeren/verified/v1, <n>.vkey the key of each
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ledger.core.encoding import b64decode, b64encode, canonical_json, parse_canonical_json, parse_decimal_u64
from ledger.core.merkle import HASH_SIZE
from ledger.core.seal_map import HeadProof, StreamHead
from ledger.errors import Malformed, UnknownFormat
from ledger.frozen import dataclass

FORMATS = ("zeren/bundle/v1", "zeren/bundle/v2")
"""v2 where an entry stands under list 2 of the types, or a later one."""
REPORTS = ("report.docx", "report.pdf")
"""A report of the trace in words, where its maker put one in."""
MANIFEST, PAGE, VERIFIER, ISSUER = "manifest.json", "index.html", "verify.py", "issuer"
GROWTH = "zeren/growth/v1"
KINDS = ("person", "stream", "unit")
_PART = re.compile(r"[a-z][a-z0-9-]{0,15}")
_NUMBER_WIDTH = 10
_HEAD = b'{"files":{'
_ROW = re.compile(rb'"([A-Za-z0-9._/-]+)":"([A-Za-z0-9+/=]{44})"(,?)')


@dataclass(frozen=True, slots=True, order=True)
class CompleteClaim:
    """That all entries of a stream, or about a person or unit, up to the seal are in the bundle."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class PartClaims:
    """What a bundle says of one ledger: `entries` are those asked for, `complete` what is claimed complete."""

    path: str
    origin: str
    kind: str
    fingerprint: str
    size: int
    seal: int
    entries: tuple[int, ...]
    complete: tuple[CompleteClaim, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest: nobody signs it, so everything in it is a claim for the reader to check."""

    maker: str
    parts: tuple[PartClaims, ...]
    files: Mapping[str, str]
    """base64 SHA-256 by name, of all files but the manifest."""
    format: str = FORMATS[-1]


def list_files(numbers: Collection[int]) -> dict[int, str]:
    """The file of each list of event types in force: `types.json` where that is list 1 alone."""
    return {1: "types.json"} if set(numbers) == {1} else {number: f"types/{number}.json" for number in sorted(numbers)}


def numbered(path: str, folder: str, position: int) -> str:
    """The name of the file of a position: `duty/entries/0000000041`."""
    return f"{path}/{folder}/{position:0{_NUMBER_WIDTH}d}"


def attached_name(position: int, number: int) -> str:
    """The name within a part of the bytes of an entry's attachment."""
    return f"attached/{position:0{_NUMBER_WIDTH}d}/{number}"


def attached_of(name: str) -> tuple[int, int] | None:
    """(position, number) in such a name; None for any other."""
    found = re.fullmatch(r"attached/([0-9]{10})/(0|[1-9][0-9]{0,5})", name)
    return None if found is None else (int(found[1]), int(found[2]))


def position_of(name: str) -> int | None:
    """The position in such a name; None where it has none."""
    last = name.rpartition("/")[2]
    return int(last) if re.fullmatch(r"[0-9]{10}", last) else None


class Digests(Mapping[str, str]):
    """What a manifest says of its files, read where it stands: eight bytes in memory beside each row of it."""

    def __init__(self, manifest: bytes) -> None:
        self._manifest = manifest
        self._rows = array("Q")
        self._near = 0
        self.end = len(_HEAD)
        """Where the rows end. Up to there it has its one form; what follows is for whoever reads the rest."""
        last, more = b"", True
        while more and (found := _ROW.match(manifest, self.end)) and found[1] > last:
            self._rows.append(self.end)
            last, more, self.end = found[1], bool(found[3]), found.end()

    def _row(self, at: int) -> tuple[str, str]:
        found = _ROW.match(self._manifest, at)
        assert found is not None  # noqa: S101 - it was found there
        return found[1].decode("ascii"), found[2].decode("ascii")

    def _name(self, at: int) -> str:
        return self._row(at)[0]

    def __getitem__(self, name: str) -> str:
        for number in (self._near, self._near + 1):  # asked for in order
            if number < len(self._rows) and self._name(self._rows[number]) == name:
                self._near = number
                return self._row(self._rows[number])[1]
        number = bisect_left(self._rows, name, key=self._name)
        if number == len(self._rows) or self._name(self._rows[number]) != name:
            raise KeyError(name)
        self._near = number
        return self._row(self._rows[number])[1]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        return (self._name(at) for at in self._rows)


def format_manifest(manifest: Manifest) -> bytes:
    """The manifest's bytes, RFC 8785 and a line end."""
    parts = [
        {
            "complete": [[claim.kind, claim.id] for claim in part.complete],
            "entries": list(part.entries),
            "fingerprint": part.fingerprint,
            "kind": part.kind,
            "origin": part.origin,
            "path": part.path,
            "seal": part.seal,
            "size": part.size,
        }
        for part in manifest.parts
    ]
    rest = canonical_json({"format": manifest.format, "maker": manifest.maker, "parts": parts})
    made = bytearray(_HEAD)
    for name in sorted(manifest.files):
        made += f'"{name}":"{manifest.files[name]}",'.encode()
    if manifest.files:
        made.pop()
    return bytes(made + b"}," + rest[1:] + b"\n")


def parse_manifest(data: bytes) -> Manifest:
    """The inverse of `format_manifest`. Raises Malformed, or UnknownFormat for another version."""
    files = Digests(data)
    whole = not (data.startswith(_HEAD) and data[files.end : files.end + 2] == b"},")  # such as one of a later version
    value: Any = parse_canonical_json((data if whole else b"{" + data[files.end + 2 :]).removesuffix(b"\n"))
    if isinstance(value, dict) and value.get("format") not in FORMATS:
        raise UnknownFormat("bundle format {!a} is not known to this release", str(value.get("format"))[:40])
    try:
        parts = tuple(_parse_part(part) for part in value["parts"])
        manifest = Manifest(value["maker"], parts, files, value["format"])
        only = {"format", "maker", "parts"} == value.keys() and isinstance(manifest.maker, str)
        if whole or not only or not parts or len({part.path for part in parts}) != len(parts):
            raise Malformed("the manifest is not in its one form")
        rest = format_manifest(replace(manifest, files={}))
        if data[files.end :] != rest[len(_HEAD) :]:
            raise Malformed("the manifest is not in its one form")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("the manifest does not have its members: {}", repr(error)) from error
    return manifest


def _parse_part(value: Any) -> PartClaims:
    complete = tuple(CompleteClaim(kind, id_) for kind, id_ in value["complete"])
    entries = tuple(value["entries"])
    texts = (value["path"], value["origin"], value["kind"], value["fingerprint"])
    numbers = (value["size"], value["seal"], *entries)
    if not all(isinstance(text, str) for text in texts) or not _PART.fullmatch(value["path"]):
        raise Malformed("a part of the bundle has path, origin, kind and fingerprint")
    if not all(type(number) is int and number >= 0 for number in numbers) or list(entries) != sorted(set(entries)):
        raise Malformed("positions in the manifest are whole numbers, rising")
    if list(complete) != sorted(set(complete)) or not {claim.kind for claim in complete} <= set(KINDS):
        raise Malformed("claims are [person, stream or unit, id], rising")
    return PartClaims(*texts, value["size"], value["seal"], entries, complete)


def format_heads(proofs: Mapping[CompleteClaim, HeadProof]) -> bytes:
    """`heads.json`: per claim the path and where it ends."""
    return (
        canonical_json(
            [
                {
                    "end": None
                    if proof.end is None
                    else {
                        "count": proof.end.count,
                        "key": b64encode(proof.end.key),
                        "leaf": b64encode(proof.end.leaf),
                        "position": proof.end.position,
                    },
                    "id": claim.id,
                    "kind": claim.kind,
                    "path": [b64encode(sibling) for sibling in proof.siblings],
                }
                for claim, proof in sorted(proofs.items(), key=lambda item: item[0])
            ]
        )
        + b"\n"
    )


def parse_heads(data: bytes) -> dict[CompleteClaim, HeadProof]:
    """The inverse of `format_heads`; raises Malformed."""
    value: Any = parse_canonical_json(data.removesuffix(b"\n"))
    try:
        proofs = {CompleteClaim(row["kind"], row["id"]): _parse_proof(row) for row in value}
        if format_heads(proofs) != data:
            raise Malformed("the paths of the map of heads are not in their one form")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("the paths of the map of heads do not have their members: {}", repr(error)) from error
    return proofs


def _parse_proof(row: Any) -> HeadProof:
    end = row["end"]
    head = None
    if end is not None:
        if type(end["count"]) is not int or type(end["position"]) is not int:
            raise Malformed("a head has whole numbers")
        head = StreamHead(b64decode(end["key"]), end["count"], end["position"], b64decode(end["leaf"]))
    return HeadProof(tuple(b64decode(sibling) for sibling in row["path"]), head)


def format_growth(old: int, new: int, hashes: tuple[bytes, ...]) -> bytes:
    """A consistency proof as a file: header, both sizes, then the hashes of RFC 9162 2.1.4, one a line."""
    return "".join(f"{line}\n" for line in (GROWTH, old, new, *map(b64encode, hashes))).encode("ascii")


def parse_growth(data: bytes) -> tuple[int, int, tuple[bytes, ...]]:
    """The inverse of `format_growth`; raises Malformed."""
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("a consistency proof is ASCII") from error
    if len(lines) < 4 or lines[0] != GROWTH or lines[-1]:
        raise Malformed("a consistency proof starts with the line {}", GROWTH)
    hashes = tuple(map(b64decode, lines[3:-1]))
    if any(len(digest) != HASH_SIZE for digest in hashes):
        raise Malformed("a hash in a proof has {} bytes", HASH_SIZE)
    return parse_decimal_u64(lines[1]), parse_decimal_u64(lines[2]), hashes
