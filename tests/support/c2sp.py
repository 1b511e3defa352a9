"""A reader that knows C2SP and RFC 6962 and nothing of this project: it shares no code with it.

Written from signed-note, tlog-checkpoint, tlog-tiles, tlog-proof and RFC 9162 section 2.1 with hashlib, base64 and
Ed25519 alone, as somebody would who is handed a directory of files and a verifier key.
"""

import base64
import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def leaf_of(data: bytes) -> bytes:
    return sha256(b"\x00" + data)


def node_of(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def open_note(data: bytes, vkey: str) -> str:
    """The text of a note of which every line by this key verifies, and there is one at least."""
    name, key_id, encoded = vkey.split("+", 2)
    material = base64.b64decode(encoded, validate=True)
    assert material[0] == 1, "Ed25519"
    assert sha256(name.encode() + b"\n" + material)[:4].hex() == key_id
    text, block = data.decode("utf-8").rsplit("\n\n", 1)
    message = (text + "\n").encode("utf-8")
    verified = 0
    for line in block.removesuffix("\n").split("\n"):
        dash, who, payload = line.split(" ")
        assert dash == "\N{EM DASH}"
        raw = base64.b64decode(payload, validate=True)
        if (who, raw[:4].hex()) == (name, key_id):
            Ed25519PublicKey.from_public_bytes(material[1:]).verify(raw[4:], message)
            verified += 1
    assert verified, f"no signature by {name}"
    return text + "\n"


def read_checkpoint(data: bytes, vkey: str) -> tuple[str, int, bytes]:
    """(origin, size, root) of a checkpoint signed by this log key."""
    origin, size, root = open_note(data, vkey).splitlines()[:3]
    assert origin == vkey.split("+", maxsplit=1)[0]
    return origin, int(size), base64.b64decode(root, validate=True)


def tile_path(level: str, index: int, width: int) -> str:
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(parts)}" + ("" if width == 256 else f".p/{width}")


def read_entries(directory: Path, size: int) -> list[bytes]:
    """The entries from the entry bundles."""
    found: list[bytes] = []
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        data = (directory / tile_path("entries", index, width)).read_bytes()
        for _ in range(width):
            length = int.from_bytes(data[:2], "big")
            entry, data = data[2 : 2 + length], data[2 + length :]
            assert len(entry) == length
            found.append(entry)
        assert not data
    return found


def read_row(directory: Path, level: int, elements: int) -> list[bytes]:
    """All hashes of one tile level."""
    row: list[bytes] = []
    for index in range((elements + 255) // 256):
        width = min(256, elements - index * 256)
        data = (directory / tile_path(str(level), index, width)).read_bytes()
        assert len(data) == width * 32
        row += [data[at : at + 32] for at in range(0, len(data), 32)]
    return row


def tree_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_of(tree_root(leaves[:split]), tree_root(leaves[split:]))


def root_of_tiles(directory: Path, size: int) -> bytes:
    """The root from level 0, every higher tile being checked against the one below it."""
    row = leaves = read_row(directory, 0, size)
    level = 0
    while len(row) >= 256:
        level += 1
        above = [tree_root(row[at : at + 256]) for at in range(0, len(row) // 256 * 256, 256)]
        assert read_row(directory, level, len(above)) == above
        row = above
    assert not (directory / f"tile/{level + 1}").exists()
    return tree_root(leaves)


def check_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> None:
    """RFC 9162 section 2.1.3.2."""
    assert index < size
    fn, sn, r = index, size - 1, leaf
    for p in path:
        assert sn != 0
        if fn % 2 or fn == sn:
            r = node_of(p, r)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_of(r, p)
        fn, sn = fn >> 1, sn >> 1
    assert (sn, r) == (0, root)


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> None:
    """RFC 9162 section 2.1.4.2."""
    assert 0 < old <= new
    if old == new:
        assert (path, old_root) == ([], new_root)
        return
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    fn, sn = old - 1, new - 1
    while fn % 2:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = hashes[0]
    for c in hashes[1:]:
        assert sn != 0
        if fn % 2 or fn == sn:
            fr, sr = node_of(c, fr), node_of(c, sr)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_of(sr, c)
        fn, sn = fn >> 1, sn >> 1
    assert (sn, fr, sr) == (0, old_root, new_root)


def check_proof(data: bytes, entry: bytes, vkey: str) -> tuple[int, int]:
    """(index, size) of a tlog-proof that this entry is under the checkpoint it carries."""
    head, checkpoint = data.split(b"\n\n", 1)
    header, *lines = head.decode("ascii").split("\n")
    assert header == "c2sp.org/tlog-proof@v1"
    if lines[0].startswith("extra "):
        lines.pop(0)
    assert lines[0].startswith("index ")
    index = int(lines.pop(0).removeprefix("index "))
    _, size, root = read_checkpoint(checkpoint, vkey)
    check_inclusion(leaf_of(entry), index, size, [base64.b64decode(line, validate=True) for line in lines], root)
    return index, size
