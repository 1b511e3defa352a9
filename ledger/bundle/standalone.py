#!/usr/bin/env python3
"""Checks an evidence bundle of zeren: python3 verify.py BUNDLE.zip [--fingerprint F]... [--report FILE]...

One file, long because it needs nothing but Python 3.11 and `cryptography`. Time stamps and other algorithms are listed
as not checked; rules for two persons, subjects, streams and the words on index.html are for `zeren verify`.
A report is checked by its issuer's note, FILE.issuer. Exit codes: 0 valid, 2 usage, 3 invalid, 4 not all was checked.
"""

import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # the field and the order of Ed25519
EIGHTH = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7  # y of points of order 8, and P - y
EVER, EVER_AT, OTHER, MAP, MOST = 2**63, "9999-12-31T00:00:00Z", 255, b"zeren/heads/v1\n", 2**32 - 1
MEMBERS = ["body", "ledger", "position", "previous", "recorded_at", "signers", "stream", "type", "version"]
TRUST = ("ledger.", "key.", "anchor.", "policy.", "rules.", "clock.", "format.", "text.erased/")
RESERVED = re.compile(r"(subject|consent|possession|asked_of)(\.(0|[1-9][0-9]*))?")
WITHOUT = ("ledger.sealed/", "anchor.", "access.", "list.", "consent.recorded/")  # of these nobody is asked
SAYS, MORE = {"answer", "fingerprint", "made_at", "person", "to"}, {"after", "capacity", "keys", "not_after", "reason"}
BUNDLE, REPORT, ISSUERS = "zeren/bundle/v2", "zeren/report/v1", ("inspector", "custodian", "recorder")
NAMED = {"counterpart": ("counterpart", "incoming"), "chair": ("chair",), "attendee": ("attendees", "non_voting")}
UNANSWERED = "应征求而无答复在案 / named by the author to be asked; no answer on record"
Key = tuple[str, bytes, int, bytes]  # name, key id, kind (1 notes, 4 cosignatures, 255 other), public key


def refuse(wrong: object, what: str) -> Any:
    if wrong:
        raise ValueError(what)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def e64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def d64(text: str, size: int | None = None) -> bytes:
    data = base64.b64decode(text)
    return refuse(e64(data) != text or size not in (None, len(data)), "base64 不规范 / not canonical base64") or data


def canonical(value: object) -> bytes:  # RFC 8785, for what bundles hold: no floats, names in the BMP
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse_json(data: bytes) -> Any:
    value = json.loads(data, parse_float=int, parse_constant=int)
    return refuse(canonical(value) != data, "JSON 不规范 / JSON is not canonical") or value


class Archive(dict[str, Any]):  # its files, each read when it is asked for: in memory is where they stand
    def __init__(self, source: BinaryIO, faults: list[tuple[str, str]]) -> None:
        self.source, at, last, size, listed = source, 0, "", source.seek(0, 2), bytearray()
        while (head := self.read(at, 30))[:4] == b"PK\x03\x04" and len(head) == 30:
            crc, length, _, label = struct.unpack_from("<3IH", head, 14)
            name, start = self.read(at + 30, label).decode("ascii", "replace"), at + 30 + label
            fixed = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 33, crc, length, length, label, 0)
            good = re.fullmatch(r"[A-Za-z0-9_-]+([./][A-Za-z0-9_-]+)*", name)
            if not good or name <= last or head != fixed or start + length > size:
                last = name if good else last
                break
            self[name] = start << 32 | length
            if zlib.crc32(self[name]) != crc:
                faults.append((name, "文件被改动 / the file was changed: its checksum does not fit"))
            far = struct.pack("<2HQ", 1, 8, at) if at >= MOST else b""  # ZIP64, where numbers do not fit otherwise
            listed += struct.pack("<4s2H", b"PK\x01\x02", *[45 if far else 20] * 2) + fixed[6:28]
            listed += struct.pack("<H10xI", len(far), min(at, MOST)) + name.encode() + far
            at, last = start + length, name
        counts, tail = (len(self), len(self), len(listed), at), b""
        if counts[0] >= 65_535 or max(counts) >= MOST:
            locator = b"PK\x06\x07", 0, at + len(listed), 1
            tail = struct.pack("<4sQ2H2I4Q4sIQI", b"PK\x06\x06", 44, 45, 45, 0, 0, *counts, *locator)
            counts = 65_535, 65_535, MOST, MOST
        listed += tail + struct.pack("<4s2H2H2IH", b"PK\x05\x06", 0, 0, *counts, 0)
        if self.read(at, len(listed) + 1) != listed:
            faults.append((last, "压缩包在此或此后损坏、截断 / the archive is damaged or cut off here or after this"))

    def __getitem__(self, name: str) -> bytes:
        return self.read(*divmod(super().__getitem__(name), 2**32))

    def read(self, at: int, size: int) -> bytes:
        self.source.seek(at)
        return self.source.read(size)


def parse_vkey(text: str) -> Key:
    name, key_id, encoded = text.split("+", 2)
    material, false = d64(encoded), sha(name.encode(), b"\n", d64(encoded)).hex()[:8] != key_id
    if material[0] != OTHER:
        y = int.from_bytes(d64(encoded, 33)[1:], "little") % 2**255
        false = false or material[0] not in (1, 4) or y >= P or y in (0, 1, P - 1, EIGHTH, P - EIGHTH)
    refuse(false, "公钥无效 / a key that is weak or does not fit its id")
    return name, bytes.fromhex(key_id), material[0], material[1:]


def parse_note(data: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    text, _, block = data.decode().rpartition("\n\n")
    lines = [(n, d64(p)[:4], d64(p)[4:]) for _, n, p in (line.split(" ") for line in block[:-1].split("\n"))]
    again = "".join(f"— {name} {e64(key_id + signature)}\n" for name, key_id, signature in lines)
    wrong = f"{text}\n\n{again}".encode() != data or re.search(r"[\x00-\x09\x0b-\x1f]", text)
    return refuse(wrong, "签名文本格式错误 / a malformed note") or (text + "\n", lines)


def check_signature(key: Key, text: str, signature: bytes) -> None:
    before = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8], "big") if key[2] == 4 else b""
    signature = signature[8:] if before else signature
    r, s = (int.from_bytes(half, "little") for half in (signature[:32], signature[32:]))
    refuse(len(signature) != 64 or s >= L or r % 2**255 >= P, "签名格式错误 / the signature is malformed")
    Ed25519PublicKey.from_public_bytes(key[3]).verify(signature, before + text.encode())


def check_log(note: bytes, log: list[tuple[int, Key]]) -> tuple[int, bytes]:
    text, lines = parse_note(note)
    origin, size, root, rest = text.split("\n")
    key = [key for since, key in log if since <= int(size)][-1]
    signed = [line for line in lines if line[:2] == key[:2]]
    wrong = origin != key[0] or rest or not signed or str(int(size)) != size
    refuse(wrong, "检查点错误 / a checkpoint that is malformed or not signed by the log key")
    for line in signed:
        check_signature(key, text, line[2])
    return int(size), d64(root, 32)


def climb(index: int, last: int, nodes: list[bytes], proof: list[bytes]) -> list[bytes]:
    for sibling in proof:  # RFC 9162 2.1.3.2, 2.1.4.2: all nodes take siblings on the left, the last also on the right
        refuse(not last, "证明过长 / the proof is too long")
        if index % 2 or index == last:
            nodes = [sha(b"\x01", sibling, node) for node in nodes]
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            nodes = [*nodes[:-1], sha(b"\x01", nodes[-1], sibling)]
        index, last = index // 2, last // 2
    return refuse(last, "证明过短 / the proof is too short") or nodes


def check_path(key: bytes, path: list[bytes], end: Any, root: bytes) -> bool:
    node, ending = bytes(32), key
    if end is not None:
        ending, numbers = d64(end["key"], 32), [end[name].to_bytes(8, "big") for name in ("count", "position")]
        node = sha(b"\x00", MAP, ending, *numbers, d64(end["leaf"], 32))
    bits, other = (f"{int.from_bytes(one, 'big'):0256b}" for one in (key, ending))
    wrong = len(path) > 256 or path[-1:] == [bytes(32)] or bits[: len(path)] != other[: len(path)]
    for level in reversed(range(len(path))):
        node = sha(b"\x01", MAP, *((path[level], node) if bits[level] == "1" else (node, path[level])))
    refuse(wrong or node != root, "映射路径错误 / the map path does not lead to the sealed root")
    return end is not None and ending == key


def reached(policy: list[list[str]], times: dict[str, int], *, latest: bool) -> int | None:  # when its quorum is
    for _, name, need, *members in [row for row in policy if row[:1] == ["group"]]:
        ranked = sorted((times[member] for member in members if member in times), reverse=latest)
        number = {"all": len(members), "any": 1}.get(need) or int(need)
        times = times | ({name: ranked[number - 1]} if len(ranked) >= number else {})
    return times.get(next(row[1] for row in policy if row[:1] == ["quorum"]))


class Entry:  # and its body: `values` of the fields shown, names of those `hidden`
    def __init__(self, data: bytes) -> None:
        self.text, self.lines = parse_note(data)
        first, second, rest = self.text.split("\n")
        head = parse_json(second.encode())
        wrong = first != "zeren/entry/v1" or rest or sorted(head) != MEMBERS or len(data) > 65_535
        refuse(wrong, "条目格式错误 / a malformed entry")
        self.leaf, self.previous, self.body = sha(b"\x00", data), d64(head["previous"], 32), d64(head["body"], 32)
        _, self.ledger, self.position, _, self.time, _, self.stream, self.type, self.version = map(head.get, MEMBERS)
        self.values, self.digests, self.hidden = dict[str, Any](), dict[str, str](), set[str]()
        self.people = [name.split("+")[0] for name in head["signers"]]
        lines = [f"{name.removeprefix(self.ledger + '/')}+{key_id.hex()}" for name, key_id, _ in self.lines]
        refuse(lines != head["signers"] or len({*lines}) != len(lines), "签名人不符 / not the signers named")

    def open(self, data: bytes) -> None:
        first, *lines = data.decode("ascii").split("\n")
        digests, rows = parse_json(first.encode()), [line.split(" ") for line in lines[:-1]]
        wrong = [name for name, _ in rows] != [name for name in digests if name in dict(rows)] or lines[-1] != ""
        wrong = wrong or sha(b"zeren/body/v1\n", first.encode(), b"\n") != self.body
        refuse(wrong, "正文不是签名时的正文 / not the body that was signed, or fields out of order")
        for name, shown in rows:
            raw = base64.urlsafe_b64decode(shown + "=" * (-len(shown) % 4))
            again = base64.urlsafe_b64encode(raw).decode().rstrip("=")
            changed = e64(sha(shown.encode())) != digests[name] or again != shown
            refuse(changed, f"字段被改动 / the text of field {name} does not fit its digest")
            salt, stated, self.values[name] = parse_json(raw)
            refuse(stated != name or len(salt) != 22, f"字段格式错误 / field {name} is malformed")
        self.hidden, self.digests = set(digests) - self.values.keys(), digests

    def rows(self, word: str) -> list[Any]:  # what stands under `word.0`, `word.1`, ... without a gap
        return [self.values[f"{word}.{i}"] for i in range(sum(name.split(".")[0] == word for name in self.digests))]

    def draft(self) -> str:
        left = {name: digest for name, digest in self.digests.items() if not RESERVED.fullmatch(name) or name[0] == "a"}
        return e64(sha(b"zeren/draft/v1\n", canonical(left), b"\n"))


class Consent:  # a signature given elsewhere, and what it `says`
    def __init__(self, text: str) -> None:
        self.text, self.lines = parse_note(text.encode())
        first, second, rest = self.text.split("\n")
        self.says = says = parse_json(second.encode())
        self.person, self.to, self.capacity, self.after = (says.get(n) for n in ("person", "to", "capacity", "after"))
        self.made, self.until = (datetime.fromisoformat(says.get(n, EVER_AT)) for n in ("made_at", "not_after"))
        ids = says.get("keys", [self.lines[0][1].hex()])
        wrong = first != "zeren/consent/v1" or rest or len(text) > 8192 or [line[1].hex() for line in self.lines] != ids
        wrong = wrong or not SAYS <= says.keys() <= SAYS | MORE or says["answer"] not in ("agree", "refuse")
        draft, late = self.to[0] == "draft", self.until - self.made > timedelta(days=31)
        bare = says["answer"] != "agree" or "reason" in says
        wrong = wrong or (draft and (bare or not self.capacity or late)) or (not draft and self.after is not None)
        wrong = wrong or (self.to[0] == "possession" and (bare or self.capacity or "keys" in says))
        refuse(wrong, "同意书格式错误 / a malformed consent")


class Part:  # the check of one ledger's files
    def __init__(self, bundle: "Bundle", claims: Any) -> None:
        self.bundle, self.claims, self.path, self.kind = bundle, claims, claims["path"], claims["kind"]
        self.origin, self.size, self.seal = claims["origin"], claims["size"], claims["seal"]
        self.root, self.fingerprint, self.roles, self.before = b"", claims["fingerprint"], dict[str, Any](), set[str]()
        self.entries, self.witnesses = dict[int, str](), dict[tuple[str, bytes], Any]()  # leaf hashes by position
        self.heads, self.counts, self.signed, self.claimed, self.by = (dict[Any, Any]() for _ in range(5))
        self.people, self.pins, self.erased = set[str](), list[dict[str, Any]](), set[tuple[int, str]]()
        self.policy, self.tokens, self.floors = list[Any](), list[tuple[Any, int, int, str]](), [(-1, 0)]
        self.latest, self.terms = dict[str, int](), list[tuple[int, float, float, str]]()  # when what is to have been
        self.keys: dict[tuple[str, bytes], tuple[Key, str, int, int]] = {}  # key, person, in force after, until
        self.held, self.asked = list[tuple[int, str, list[str]]](), set[tuple[int, str]]()  # roles since; who is silent
        self.spent, self.after = set[str](), list[tuple[int, int, str]]()  # consents and drafts; entries they vouch for
        self.log, self.types, self.again = list[tuple[int, Key]](), dict[str, Any](), set[Any]()  # log keys by size

    def left(self, at: int, what: str) -> None:
        self.bundle.open.append(f"{self.path} #{at}: {what}")

    def file(self, name: str) -> Any:
        refuse(f"{self.path}/{name}" not in self.bundle.files, f"缺少文件 / {name} is missing")
        return self.bundle.files[f"{self.path}/{name}"]

    def attempt(self, name: str, check: Any, *arguments: Any) -> None:
        self.bundle.attempt(f"{self.path}/{name}", check, *arguments)

    def names(self, folder: str) -> list[str]:
        return [n[len(self.path) + 1 :] for n in self.bundle.files if n.startswith(f"{self.path}/{folder}/")]

    def run(self) -> None:
        self.attempt("heads.json", self.begin)
        for name in self.names("entries"):
            self.attempt(name, self.take, name)
        known = self.entries.keys() | {position for _, position, _ in self.after}
        for name in self.names("bodies") + self.names("proofs"):
            alone = int(name[-10:]) not in (known if name[0] == "p" else self.entries)
            self.attempt(name, refuse, alone, "缺少相应条目 / its entry is missing")
        self.attempt("checkpoint", self.check_head)
        for where, position, leaf in self.after:
            self.attempt(f"entries/{where:010d}", self.check_after, where, position, leaf)
        for position in {0, *self.claims["entries"]} - self.entries.keys():
            self.attempt(f"entries/{position:010d}", refuse, "always", "缺少条目 / the entry is missing")
        self.attempt("heads.json", self.check_seal)
        self.attempt("checkpoint", self.check_times)
        for name in [name for name in self.names("verified") if name[-5:] != ".vkey"]:
            self.attempt(name, self.check_verified, name)
        for name in self.names("attached"):
            self.attempt(name, self.check_attached, int(name[9:19]), name[20:], self.file(name))
        marked = {(at, f"{UNANSWERED}: @: {person}") for at, person in self.asked}
        for entry, name in [(self.read(at), name) for at, name in self.erased if at in self.entries]:
            gone = [n for n in (name, f"{name}.name", f"{name}.media_type") if n in entry.digests]
            self.attempt("bodies", refuse, {*gone} - entry.hidden, f"擦除后仍出示 / shown after it was erased: {gone}")
            marked |= {(entry.position, f"已删除，摘要相符 / erased, digest fits: @ {n}") for n in gone}
        for key, (_, _, low, high), on in [(k, row, self.signed.get(k, ())) for k, row in self.keys.items()]:
            own = {w for k in self.by.get(key, ()) for a, b, w in self.claimed[k] if k[0] != key[0] and a <= low < b}
            self.claimed[key] = [*self.claimed.get(key, ()), *((low, high, w) for w in own)]  # by its enrollers' keys
            marked |= {(at, f"存疑 / disputed by {w}: @") for a, b, w in self.claimed[key] for at in on if a <= at < b}
            marked |= {(at, "由保管人重新登记密钥 / re-enrolled by custodian: @") for at in on if key in self.again}
        self.bundle.marks += [what.replace("@", f"{self.path} #{at}") for at, what in sorted(marked)]
        self.bundle.open += [f"{self.path}/{name}: 时间戳 / a time stamp" for name in self.names("tokens")]

    def begin(self) -> None:
        self.root = d64(self.file("checkpoint").split(b"\n")[2].decode(), 32)  # believed once its keys are known
        self.heads = {(row["kind"], row["id"]): row for row in parse_json(self.file("heads.json")[:-1])}
        self.counts = {claim: [0, 0, None] for claim in self.heads}

    def take(self, name: str) -> None:  # one entry with its body and proof, in the order of positions
        entry, body = Entry(self.file(name)), f"bodies/{name[-10:]}"
        place = (entry.ledger, f"entries/{entry.position:010d}")
        refuse(place != (self.origin, name), f"条目属于别处 / the entry is number {entry.position} of {entry.ledger}")
        self.entries[entry.position] = e64(entry.leaf)
        self.attempt(body, lambda: entry.open(self.file(body)))
        self.attempt(name, self.check_entry, entry)
        self.attempt(f"proofs/{name[-10:]}", self.check_proof, entry.position, entry.leaf)
        self.people, time = self.people | {*entry.people}, datetime.fromisoformat(entry.time).timestamp()
        self.terms.append((entry.position, time, time, "时间与锚定矛盾 / time contradicted"))
        self.pins += [entry.values] if "pin.fingerprint" in entry.values else []
        self.erased |= {(entry.values["entry"][1], name) for name in entry.values.get("names", ())}  # of text.erased
        rows = [["stream", entry.stream, entry.version], *(v for n, v in entry.values.items() if n[:8] == "subject.")]
        for kind, of, number in rows if entry.position < self.seal else ():
            if row := self.counts.get((kind, of)):
                row[:] = row[0] + 1, row[1] or (number != row[0] + 1 and row[0] + 1), (entry.position, e64(entry.leaf))

    def check_attached(self, position: int, number: str, data: bytes) -> None:
        said = [self.read(position).values.get(f"attachments.{number}.{name}") for name in ("sha256", "size")]
        wrong = said != [sha(data).hex(), len(data)] or (position, f"attachments.{number}") in self.erased
        refuse(wrong, f"附件不符 / not attachment {number} of entry {position}, or one that was erased")

    def read(self, position: int) -> Entry:
        entry = Entry(self.file(f"entries/{position:010d}"))
        entry.open(self.file(f"bodies/{position:010d}"))
        return entry

    def check_entry(self, entry: Entry) -> None:
        position, values = entry.position, entry.values
        self.types = self.bundle.lists[values["types"]] if position == 0 else self.types  # the list in force
        rules, shapes = self.types.get(entry.type), {re.sub(r"\.\d+", ".*", name) for name in (*values, *entry.hidden)}
        fields = {field[0]: field for field in (rules or {}).get("fields", ())}
        listed = {name for one in fields for name in (one, *(one[: at.start()] for at in re.finditer(r"\.\*", one)))}
        own = ("subject", "consent", "possession", "asked_of") if "consent.recorded/1" in self.types else ("subject",)
        bad = not rules or rules.get("closed") or {n for n in shapes - listed if n.removesuffix(".*") not in own}
        refuse(self.types and bad, f"类型或字段未知 / {entry.type} or a field of it is not in the list in force")
        kept = entry.hidden if entry.type.startswith(TRUST) else {n for n in entry.hidden if RESERVED.fullmatch(n)}
        refuse(kept, f"不得隐去 / the field {min(kept, default='')} may not be withheld")
        shape = {name: fields.get(re.sub(r"\.\d+", ".*", name), ("", "", None, None)) for name in entry.digests}
        hidden = [name for name in entry.hidden if shape[name][1] != "erasable" and not RESERVED.fullmatch(name)]
        cited = [value for name, value in values.items() if shape[name][3] == "inherits" and len(value) == 3]
        gone = hidden or [value[1] for value in cited if value[1] not in self.entries and self.kind == "duty"]
        self.bundle.open += [f"{self.path} #{position}: 主体未重算 / subjects not recomputed: {gone}"] if gone else []
        rows = [values[name] for name in sorted(values) if position == 0 and name.startswith("keys.")]
        rows += [[values["person"], values["vkey"], values["roles"]]] if entry.type == "key.enrolled/1" else []
        fresh = {key[:2]: (key, person, position - 1, EVER) for person, vkey, _ in rows for key in [parse_vkey(vkey)]}
        used = [row[0][3] for row in (*self.keys.values(), *fresh.values())] + [key[3] for _, key in self.log]
        good = all(row[0][0] == f"{self.origin}/{row[1]}" and row[0][2] != 4 for row in fresh.values())
        twice = (fresh and len(set(used)) != len(used)) or len(fresh) != len(rows)
        refuse(not good or twice, "密钥名称不符或重复使用 / a key has a wrong name or was used before")
        consents, proved = self.check_consents(entry, fresh)
        refuse(fresh.keys() - {line[:2] for line in entry.lines} - proved, "新密钥未签名 / a new key did not sign")
        for line in entry.lines:
            self.signed.setdefault(line[:2], []).append(position)
            row: Any = {**self.keys, **fresh}.get(line[:2], (None, "", EVER, 0))
            refuse(not row[2] < position <= row[3], f"密钥此时无效 / the key {line[0]}+{line[1].hex()} is not in force")
            self.check_line(row[0], entry.text, line[2], entry)
        if position:
            self.check_roles(entry, rules, consents)
        for new in fresh if position else ():
            self.by[new] = [one[:2] for one in (*entry.lines, *(n.lines[0] for n in consents)) if one[:2] not in fresh]
            self.again |= {new} if rows[0][0] in self.roles and new[0] not in dict(self.by[new]) else set()
        if entry.type == "consent.recorded/1":
            self.check_recorded(entry)
        self.asked.discard(((values.get("accepts") or values.get("refuses") or ("", -1))[1], entry.people[0]))
        self.keys |= {name: (row[0], row[1], position, EVER) for name, row in fresh.items()}
        rows += [[values["person"], "", values["roles"]]] if entry.type == "key.roles_changed/1" else []
        self.roles |= {person: roles for person, _, roles in rows}
        self.held += [(position, person, roles) for person, _, roles in rows]
        self.apply(entry, values)

    def check_consents(self, entry: Entry, fresh: Any) -> tuple[list[Consent], set[tuple[str, bytes]]]:
        consents, proofs = ([Consent(text) for text in entry.rows(word)] for word in ("consent", "possession"))
        asked, proved, keys = entry.rows("asked_of"), set[tuple[str, bytes]](), self.keys if entry.position else fresh
        people, wanted = [note.person for note in consents], [person for person, _ in asked]
        wrong: Any = people != sorted({*people}) or wanted != sorted({*wanted}) or {*people} & {*entry.people}
        wrong = wrong or len(people) > 255 or (asked and entry.type.startswith(WITHOUT))
        draft = {entry.draft()} if asked else set()
        wrong, self.spent = wrong or draft & self.spent, self.spent | draft
        refuse(wrong, "同意书次序、重复或身份错误 / consents out of order, twice, or of a draft on record already")
        self.asked |= {(entry.position, person) for person in {*wanted} - {*people, *entry.people}}
        for note in consents:
            refuse([note.person, note.capacity] not in asked or note.to[0] != "draft", f"未征求 / not asked: {people}")
            self.check_consent(note, entry, entry, keys)
            proved |= {note.lines[0][:2]} & fresh.keys()
        for note in proofs:
            values, lines = entry.values, {line[:2] for line in note.lines}
            wrong = entry.type != "key.enrolled/1" or len(proofs) != 1 or note.person != values["person"]
            wrong = wrong or note.to != ["possession", values["vkey"], values["roles"]] or lines != fresh.keys()
            wrong = wrong or lines & {line[:2] for line in entry.lines} or note.says["fingerprint"] != self.fingerprint
            refuse(
                wrong or self.out_of_time(note, entry), "密钥持有证明不符 / not a proof of this key, person and roles"
            )
            self.check_line(fresh[note.lines[0][:2]][0], note.text, note.lines[0][2], entry)
            proved |= fresh.keys()
        return consents, proved

    def out_of_time(self, note: Consent, entry: Entry) -> bool:
        return not note.made - timedelta(minutes=5) <= datetime.fromisoformat(entry.time) <= note.until

    def check_line(self, key: Key, text: str, signature: bytes, entry: Entry) -> None:
        other = f"其他算法 / a line by another algorithm: {key[0]}"
        check: Any = (self.left, entry.position, other) if key[2] == OTHER else (check_signature, key, text, signature)
        check[0](*check[1:])

    def check_consent(self, note: Consent, entry: Entry, named: Entry, keys: Any) -> None:
        draft, genesis = note.to[0] == "draft", note.to[0] == "draft" and named.position == 0
        for number, (name, key_id, signature) in enumerate(note.lines):
            row: Any = keys.get((name, key_id), ((name, key_id, 0, b""), "", EVER, 0))
            bad = not row[2] < entry.position <= row[3] or (row[0][2] == OTHER) != bool(number)
            refuse(bad or name != f"{self.origin}/{note.person}", f"密钥无效 / the key {name} is not in force")
            self.check_line(row[0], note.text, signature, entry)
        standing = ["entry", named.position, e64(named.leaf)]
        standing = ["draft", named.draft(), named.type, named.people[0]] if draft else standing
        wrong: Any = note.to != standing or note.says["fingerprint"] != ("" if genesis else self.fingerprint)
        wrong = wrong or (draft and (note.after is None) != genesis) or self.out_of_time(note, entry)
        wrong = wrong or named.type.startswith(WITHOUT) or e64(sha(note.text.encode())) in self.spent
        self.spent.add(e64(sha(note.text.encode())))
        self.terms.append((entry.position, 0, note.until.timestamp(), f"同意书已过期 / consent expired: {note.person}"))
        if note.after is not None:
            named_in = [field[0] for field in self.types[named.type]["fields"] if field[3]]
            cited = [row for name, row in named.values.items() if re.sub(r"\.\d+", ".*", name) in named_in]
            late = [row for row in cited if isinstance(row, list) and row[:1] == [""] and row[1] > note.after[0]]
            wrong = wrong or late or note.after[0] >= named.position
            self.after.append((entry.position, *note.after))
        refuse(wrong, f"同意书不是对此条目、账本或时间的 / {note.person} consents to another entry, ledger or time")
        if note.capacity in NAMED and not [n for n in named.hidden if n.split(".")[0] in NAMED[note.capacity]]:
            persons = [v for n, v in named.values.items() if n.split(".")[0] in NAMED[note.capacity]]
            refuse(note.person not in persons, f"记录未如此写明 / {note.person} is not named as {note.capacity}")
        if note.to[0] == "entry" and note.made < datetime.fromisoformat(named.time) - timedelta(minutes=5):
            self.left(entry.position, f"同意时间存疑 / consent's time contradicted: {note.person}")

    def check_recorded(self, entry: Entry) -> None:
        note, (fingerprint, position, leaf) = Consent(entry.values["note"]), entry.values["of"]
        if position not in self.entries:
            self.left(entry.position, f"同意书所指条目未出示 / its entry #{position} is not shown")
            return
        named, roles = self.read(position), set(self.roles.get(note.person, ()))
        wrong: Any = fingerprint or position >= entry.position or entry.stream != named.stream
        wrong = wrong or leaf != e64(named.leaf) or note.says.get("reason") != entry.digests.get("reason")
        wrong = wrong or (note.to[0] == "draft" and [note.person, note.capacity] not in named.rows("asked_of"))
        own = {*self.types["record.accepted/1"]["author"]} - ({"inspector"} if self.kind == "duty" else set())
        wrong = wrong or not (roles & own or (note.capacity in ("custodian", "inspector") and note.capacity in roles))
        alone = not {"recorder", "service", "inspector"} & {*self.roles.get(entry.people[0], ())}
        wrong = wrong or (alone and "custodian" not in self.types[named.type]["author"])
        refuse(wrong, f"同意书记录不符 / the consent of {note.person} is not recorded as it may be")
        self.asked.discard((position, note.person))
        self.check_consent(note, entry, named, self.keys)

    def check_after(self, where: int, position: int, leaf: str) -> None:
        if position in self.entries:
            refuse(self.entries[position] != leaf, f"此前的历史不同 / entry {position} is not the one consented after")
        elif f"{self.path}/proofs/{position:010d}" in self.bundle.files:
            self.check_proof(position, d64(leaf, 32))
        else:
            self.left(where, f"此前历史未核验 / history not checked: entry #{position}")

    def check_roles(self, entry: Entry, rules: Any, consents: list[Consent]) -> None:
        owner = entry.values.get("person") if entry.type in ("key.enrolled/1", "key.revoked/1") else None
        for number, person in enumerate(entry.people):
            may = set(rules["cosigners"] if number else rules["author"]) & set(self.roles.get(person, ()))
            refuse(not may and not (number and person == owner), f"无权签署 / {person} may not sign {entry.type}")
        for note in consents:
            roles, capacity = set(self.roles.get(note.person, ())), note.capacity
            wanted = self.types["record.accepted/1"]["author"] if capacity == "receipt" else rules["cosigners"]
            wrong = capacity in ("custodian", "inspector") and capacity not in roles
            wrong = wrong or not (roles & {*wanted} or (note.person == owner and capacity == "holder"))
            refuse(wrong, f"无权签署 / {note.person} may not consent to {entry.type}")
        second = len(entry.people) > 1 or [note for note in consents if note.capacity == "inspector"]
        wrong = self.kind not in rules["ledgers"] or (entry.type == "text.erased/1" and not second)
        refuse(wrong, "缺会签或账本不对 / a signature is missing, or it is the wrong ledger")

    def apply(self, entry: Entry, values: dict[str, Any]) -> None:
        self.types = self.bundle.lists[values["types"]] if entry.type == "format.adopted/1" else self.types
        if entry.position == 0:
            wrong = (values["origin"], values["kind"], e64(entry.leaf)) != (self.origin, self.kind, self.fingerprint)
            refuse(wrong, "创世条目不符 / origin, kind or fingerprint are not those claimed")
            self.log, self.before = [(0, parse_vkey(values["log"]))], {*values.get("continues", [])[:1]}
            self.bundle.marks += [f"模拟 / simulated: {self.origin}"] * (values["clock"] == "simulated")
        elif entry.type == "key.revoked/1":
            low, of = values.get("compromised_from"), f"{self.origin}/{values['person']}"
            name = of, bytes.fromhex(values["key_id"])
            self.keys[name] = (*self.keys[name][:3], entry.position)
            self.claimed[name] = [(low, entry.position, entry.people[0])] if low is not None else []
        elif entry.type in ("key.log_rotated/1", "key.log_confirmed/1"):
            announced = [*self.log, (EVER, parse_vkey(values["vkey"]))] if "vkey" in values else None
            self.log = announced or [*self.log[:-1], (entry.position + 1, self.log[-1][1])]
        elif entry.type == "policy.adopted/1":
            self.policy, self.latest = [line.split() for line in values["policy"].split("\n")], dict[str, int]()
            keys = ((parse_vkey(row[2]), row[1]) for row in self.policy if row[:1] == ["witness"])
            self.witnesses = {key[:2]: (key, name) for key, name in keys}
        elif entry.type == "anchor.recorded/1":
            text = self.check_older(values["checkpoint"].encode())
            refuse(int(text.split("\n")[1]) > entry.position, "锚定先于检查点 / it is recorded before its checkpoint")
            if values["kind"] == "cosignature":
                self.check_cosigned(*parse_note(f"{text}\n{values['token']}\n".encode()), entry.position)
            else:
                self.left(entry.position, "时间戳 / a time stamp")

    def check_head(self) -> None:
        size, self.root = check_log(self.file("checkpoint"), self.log)
        refuse(size != self.size, "检查点大小不符 / the checkpoint is not the one that the manifest names")
        self.check_cosigned(*parse_note(self.file("checkpoint")), self.size)

    def check_cosigned(self, text: str, lines: list[tuple[str, bytes, bytes]], position: int) -> None:
        others = [line for line in lines if line[:2] not in {key[:2] for _, key in self.log}]
        refuse(self.origin in [line[0] for line in others], "不是日志密钥 / a line by no log key of this ledger")
        self.bundle.marks += [f"政策未列 / by no member: {n[0]}" for n in others if n[:2] not in self.witnesses]
        for line, (key, name) in [(line, self.witnesses[line[:2]]) for line in others if line[:2] in self.witnesses]:
            check_signature(key, text, line[2])
            self.tokens.append((self.policy, int(text.split("\n")[1]), int.from_bytes(line[2][:8], "big"), name))
            self.latest[name] = max(self.tokens[-1][2], self.latest.get(name, 0))
            self.floors.append((position, max(self.floors[-1][1], reached(self.policy, self.latest, latest=True) or 0)))

    def check_times(self) -> None:  # of entries, and until when consents held, by the anchors shown
        ceilings = dict[int, int]()
        for least in {size for _, size, _, _ in self.tokens}:
            first = dict[int, Any]()
            for policy, size, time, name in sorted(self.tokens, key=lambda token: -token[2]):
                first.setdefault(id(policy), (policy, {}))[1].update({name: time} if size >= least else {})
            ceilings[least] = min(reached(policy, times, latest=False) or EVER for policy, times in first.values())
        for position, at, until, what in self.terms:
            low = max(time for since, time in self.floors if since < position)
            high = min((time for size, time in ceilings.items() if size > position), default=EVER)
            if low - until > 300 or at - high > 300:
                self.left(position, what)

    def check_verified(self, name: str) -> None:
        key, (text, lines) = parse_vkey(self.file(f"{name}.vkey").decode()[:-1]), parse_note(self.file(name))
        wrong = text != f"zeren/verified/v1\n{parse_note(self.file('checkpoint'))[0]}" or key[2] != 1
        refuse(wrong or [line[:2] for line in lines] != [key[:2]], "复算说明不符 / not a note about this checkpoint")
        check_signature(key, text, lines[0][2])
        self.bundle.proved.append(f"{self.path}: 另有复算 / recomputed by: {key[0]}+{key[1].hex()}")

    def check_proof(self, position: int, leaf: bytes) -> None:
        head, _, note = self.file(f"proofs/{position:010d}").partition(b"\n\n")
        first, second, *hashes = head.decode("ascii").split("\n")
        wrong = (first, second, note) != ("c2sp.org/tlog-proof@v1", f"index {position}", self.file("checkpoint"))
        refuse(wrong or position >= self.size, "证明不属于该条目 / the proof is not of this entry and checkpoint")
        climbed = climb(position, self.size - 1, [leaf], [d64(line, 32) for line in hashes])
        refuse(climbed != [self.root], f"条目不在检查点之内 / entry {position} is not under the checkpoint")

    def check_older(self, note: bytes) -> str:
        text, (old, root) = parse_note(note)[0], check_log(note, self.log)
        first, *rows = self.file(f"growth/{old:010d}").decode("ascii").split("\n")
        wrong = [first, *rows[:2], rows[-1]] != ["zeren/growth/v1", str(old), str(self.size), ""] or old < 1
        proof, index, last = [d64(row, 32) for row in rows[2:-1]], old - 1, self.size - 1
        while index % 2:
            index, last = index // 2, last // 2
        path = proof if old & (old - 1) or old == self.size else [root, *proof]
        roots = [root, root, *path] if old == self.size else climb(index, last, path[:1] * 2, path[1:])
        wrong = wrong or roots != [root, self.root]
        return refuse(wrong, "与较早的检查点不连续 / it does not continue an older checkpoint") or text

    def check_seal(self) -> None:
        tail = [self.read(p).type if p in self.entries else "" for p in range(self.seal, self.size)]
        wanted = ["ledger.sealed/1", *["anchor.recorded/1"] * (len(tail) - 1)]
        refuse(tail != wanted, "封存之后有缺漏 / an entry after the seal is missing or of another kind")
        seal = self.read(self.seal).values
        refuse(seal["size"] != self.seal, "封存错误 / the seal does not say its own position")
        needed = {("stream", "ledger/main"), *map(tuple, self.claims["complete"]), *self.heads}
        people = {"log", *self.people, *(row[1] for row in self.keys.values())} if self.kind != "case" else set[str]()
        needed |= {("stream", f"key/{person}") for person in people}
        for claim in sorted(needed):
            self.attempt("heads.json", self.check_complete, *claim, self.heads.get(claim), d64(seal["heads"], 32))

    def check_complete(self, kind: str, name: str, row: Any, root: bytes) -> None:
        refuse(row is None, f"缺少完整性证明 / the path that proves {kind} {name} complete is missing")
        key = sha((f"stream/{name}" if kind == "stream" else f"subject/{kind}/{name}").encode())
        held = check_path(key, [d64(sibling, 32) for sibling in row["path"]], row["end"], root)
        refuse(self.kind == "case" and not held, "案件账本不得证明不存在 / a case ledger's bundle shows no absence")
        (count, gap, last), wanted = self.counts[kind, name], row["end"]["count"] if held else 0
        missing = f"{gap or min(count, wanted) + 1} of {wanted}" if gap or count != wanted else ""
        refuse(missing, f"缺少条目 / {kind} {name}: missing or out of order: {missing}")
        end = row["end"] and (row["end"]["position"], row["end"]["leaf"])
        refuse(held and last != end, f"末条不符 / {kind} {name}: the last entry is not the sealed one")
        self.bundle.proved.append(f"{self.path}: {kind} {name} ({wanted})")


class Bundle:  # the check of the whole: `faults` by file, what is left `open`, what was `proved` complete
    def __init__(self, data: BinaryIO, fingerprints: set[str], reports: Any = None) -> None:
        self.faults, self.open, self.proved = list[tuple[str, str]](), list[str](), list[str]()
        self.issued, self.parts, self.marks = list[str](), list[Part](), list[str]()
        self.files: Any = Archive(data, self.faults)
        self.attempt("manifest.json", self.check, fingerprints)
        for name, (report, note) in (reports or {}).items():
            self.attempt(name, self.check_issuer, note, REPORT, report)

    def attempt(self, name: str, check: Any, *arguments: Any) -> None:
        try:
            check(*arguments)
        except (InvalidSignature, LookupError, TypeError, ValueError, AttributeError, OverflowError, RuntimeError) as e:
            self.faults.append((name, str(e) if type(e) is ValueError else f"不成立 / it fails: {e!r}"))

    def check(self, fingerprints: set[str]) -> None:
        whole, here = self.files["manifest.json"], self.files.keys() - {"manifest.json", "issuer"}
        head, _, rest = whole.partition(b'},"format":')
        rows = (f'"{name}":"{e64(sha(self.files[name]))}"' for name in self.files if name in here)
        if head != f'{{"files":{{{",".join(rows)}'.encode():
            stated = parse_json(whole[:-1])["files"]
            for name in sorted({*stated, *here}):
                wrong = name not in here or stated.get(name) != e64(sha(self.files[name]))
                self.attempt(name, refuse, wrong, "文件被取走、改动或添加 / the file was taken out, changed or put in")
        manifest = parse_json(b'{"format":' + rest[: -1 if rest[-1:] == b"\n" else 0])
        names = {"zeren/bundle/v1": r"types\.json", "zeren/bundle/v2": r"types/\d+\.json"}.get(manifest["format"], "")
        refuse(not names or not manifest["parts"], "版本未知 / unknown format")
        lists = [json.loads(self.files[name]) for name in self.files if re.fullmatch(names, name)]
        self.lists = {e64(sha(canonical(rows))): {row["type"]: row for row in rows} for rows in lists}
        self.parts = parts = [Part(self, claims) for claims in manifest["parts"]]
        trusted, held = set(fingerprints), {part.fingerprint for part in parts}
        for part in parts:
            part.run()
            absent = part.before.union(pin["pin.fingerprint"] for pin in part.pins) - held
            self.marks += [f"锚定或承接而不在此 / pinned or continued, and not here: {one}" for one in sorted(absent)]
        if "verify.py" in self.files and self.files["verify.py"] != Path(__file__).read_bytes():
            self.marks.append("所附核验程序与本程序不同 / the program enclosed is another one than this")
        for case in [part for part in parts if part.kind == "case"]:
            trusted |= {pin["pin.fingerprint"] for pin in case.pins if case.fingerprint in fingerprints}
            for duty in [part for part in parts if part.kind == "duty"]:
                mine = [pin for pin in case.pins if pin["pin.fingerprint"] == duty.fingerprint]
                duty.attempt("growth", refuse, not mine, "案件未锚定该账本 / no entry of the case pins this ledger")
                for pin in [pin for pin in mine if "pin.checkpoint" in pin]:
                    duty.attempt("growth", duty.check_older, pin["pin.checkpoint"].encode())
                self.marks += [f"未锚定 / unpinned: {case.origin}" for pin in mine if "pin.checkpoint" not in pin]
        for part in [part for part in parts if part.fingerprint not in trusted]:
            self.open.append(f"{part.origin}: 信任根未确认 / unconfirmed root of trust: {part.fingerprint}")
        if "issuer" in self.files:
            self.attempt("issuer", refuse, manifest["format"] != BUNDLE, "不得有出具说明 / no issuer's note here")
            self.attempt("issuer", self.check_issuer, self.files["issuer"], BUNDLE, self.files["manifest.json"])
        refuse(fingerprints - {part.fingerprint for part in parts}, "没有这一指纹 / no ledger has that fingerprint")

    def check_issuer(self, note: bytes, kind: str, data: bytes) -> None:
        (text, lines), size = parse_note(note), int(note.split(b"\n")[3])
        part = {part.fingerprint: part for part in self.parts}[text.split("\n")[2]]
        wrong = text != f"{kind}\n{e64(sha(data))}\n{part.fingerprint}\n{size}\n" or len(lines) != 1 or size > part.size
        refuse(wrong or (kind == BUNDLE and size != part.size), "出具说明不符 / the issuer's note is not of this file")
        key, person, since, until = part.keys[lines[0][:2]]
        given = [roles for position, who, roles in part.held if who == person and position < size] or [[]]
        roles = [role for role in ISSUERS if role in given[-1]]
        wrong = not since < size <= until or key[2] != 1 or not roles
        refuse(wrong, f"出具人的密钥无效或无此职责 / the key of {person} is not in force, or has no such role")
        check_signature(key, text, lines[0][2])
        self.issued.append(f"出具 / issued by: {person}, {', '.join(roles)} ({part.origin})")


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        return sys.stdout.write(__doc__ or "") and 2
    pairs = [*zip(["", *arguments[:-1]], arguments, strict=True)]
    words = {word for at, word in pairs[1:] if at != "--report"} - {"--fingerprint", "--report"}
    try:
        data = open(arguments[0], "rb")  # noqa: PTH123, SIM115 - read until the end
        reports = {w: (Path(w).read_bytes(), Path(f"{w}.issuer").read_bytes()) for at, w in pairs if at == "--report"}
    except OSError as error:
        sys.stderr.write(f"无法读取 / cannot be read: {error.filename}: {error.strerror}\n")
        return 2
    bundle = Bundle(data, words, reports)
    lines = bundle.issued or ["无人对选录负责 / nobody answers for the selection"]
    lines += [f"选录，不证明别无其他 / a selection of more: {p.path}" for p in bundle.parts if not p.claims["complete"]]
    told = {"标记 / mark": bundle.marks, "完整 / complete": bundle.proved, "未核验 / not checked": bundle.open}
    lines += [f"{word}: {line}" for word, found in told.items() for line in found]
    lines += [f"无效 / invalid: {name}: {what}" for name, what in bundle.faults]
    code = 3 if bundle.faults else 4 if bundle.open else 0
    lines += [{0: "结论：有效 / valid", 3: "结论：无效 / invalid", 4: "结论：未全部核验 / incomplete"}[code]]
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
