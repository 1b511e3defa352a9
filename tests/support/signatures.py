"""Ed25519 signatures of every kind that two libraries may judge differently, each from a seed."""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.core.ed25519 import L, P

BASE_Y = 4 * pow(5, -1, P) % P
ORDER_8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
"""A point of order 8, encoded."""
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
NEUTRAL: Point = (0, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """A key, a text, and what is called a signature."""

    kind: str
    key: bytes
    text: bytes
    signature: bytes


def add(first: Point, second: Point) -> Point:
    """The sum of two points in affine coordinates, by the curve's own law (RFC 8032 section 5.1.4)."""
    (x1, y1), (x2, y2) = first, second
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P


def times(scalar: int, point: Point) -> Point:
    """So many times a point."""
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def encode(point: Point) -> bytes:
    """RFC 8032 section 5.1.2."""
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point:
    """RFC 8032 section 5.1.3, for points that are on the curve."""
    number = int.from_bytes(data, "little")
    y = number & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (P - x if x & 1 != number >> 255 else x), y


BASE = decode(BASE_Y.to_bytes(32, "little"))
SMALL = [times(number, decode(bytes.fromhex(ORDER_8))) for number in range(8)]
"""The eight points whose order divides 8."""


class Maker:
    """Makes cases; a few keys and points serve many of them, since points are dear in Python."""

    def __init__(self, seed: int, keys: int = 6) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - test data
        self.secrets = [self.rng.randrange(1, L) for _ in range(keys)]
        self.keys = [times(secret, BASE) for secret in self.secrets]
        self.nonces = [(nonce, times(nonce, BASE)) for nonce in (self.rng.randrange(1, L) for _ in range(40))]

    def cases(self, count: int) -> Iterator[Case]:
        """So many cases, the kinds in turn."""
        kinds = (
            *(self.exact, self.flipped, self.another_text, self.another_key, self.mixed_r, self.small_r),
            *(self.large_s, self.odd_r, self.zeros, self.noise, self.mixed_key, self.small_key),
        )
        for number in range(count):
            yield kinds[number % len(kinds)]()

    def _signed(self, kind: str, offset: Point = NEUTRAL, *, small: bool = False, key: Point | None = None) -> Case:
        """By the equation, R moved by `offset`; `small`: R is the offset alone."""
        which = self.rng.randrange(len(self.secrets))
        secret, public = self.secrets[which], encode(key or self.keys[which])
        nonce, point = (0, NEUTRAL) if small else self.rng.choice(self.nonces)
        text = self.rng.randbytes(self.rng.choice((0, 1, 32, 200, 900)))
        r = encode(add(point, offset))
        k = int.from_bytes(hashlib.sha512(r + public + text).digest(), "little")
        return Case(kind, public, text, r + ((nonce + k * secret) % L).to_bytes(32, "little"))

    def exact(self) -> Case:
        """One that holds."""
        return self._signed("exact")

    def flipped(self) -> Case:
        """One bit of the signature changed."""
        found = self._signed("flipped")
        bit = self.rng.randrange(512)
        changed = bytearray(found.signature)
        changed[bit // 8] ^= 1 << bit % 8
        return Case("flipped", found.key, found.text, bytes(changed))

    def another_text(self) -> Case:
        """Over another text."""
        found = self._signed("another text")
        return Case("another text", found.key, found.text + b"x", found.signature)

    def another_key(self) -> Case:
        """By another key."""
        found = self._signed("another key")
        return Case("another key", encode(self.rng.choice(self.keys)), found.text, found.signature)

    def mixed_r(self) -> Case:
        """R moved by a point of small order: only with the cofactor does the equation hold."""
        return self._signed("R of mixed order", self.rng.choice(SMALL))

    def small_r(self) -> Case:
        """R of small order, the neutral element among them, with which the equation holds."""
        return self._signed("R of small order", self.rng.choice(SMALL), small=True)

    def large_s(self) -> Case:
        """S moved by multiples of the order."""
        found = self._signed("S >= L")
        s = int.from_bytes(found.signature[32:], "little") + L * self.rng.randrange(1, 16)
        return Case("S >= L", found.key, found.text, found.signature[:32] + (s % 2**256).to_bytes(32, "little"))

    def odd_r(self) -> Case:
        """R in a second spelling: y + p, or the sign of an x that is 0."""
        y = self.rng.choice((*range(19), P - 1))
        raw = (y + (P if y < 19 and self.rng.randrange(2) else 0)) | self.rng.randrange(2) << 255
        found = self._signed("R not canonical")
        return Case("R not canonical", found.key, found.text, raw.to_bytes(32, "little") + found.signature[32:])

    def zeros(self) -> Case:
        """Nothing but zeros in R, in S, or in both."""
        found = self._signed("zeros")
        r, s = self.rng.choice(((bytes(32), found.signature[32:]), (found.signature[:32], bytes(32)), (bytes(32),) * 2))
        return Case("zeros", found.key, found.text, r + s)

    def noise(self) -> Case:
        """Any 64 bytes."""
        found = self._signed("noise")
        return Case("noise", found.key, found.text, self.rng.randbytes(64))

    def mixed_key(self) -> Case:
        """A key with a factor of small order."""
        key = add(self.rng.choice(self.keys), self.rng.choice(SMALL[1:]))
        return self._signed("key of mixed order", key=key)

    def small_key(self) -> Case:
        """A key of small order."""
        return self._signed("key of small order", small=True, key=self.rng.choice(SMALL))


def tried(case: Case) -> str:
    """What `check_signature` says of a case, in its own words."""
    from ledger.core.ed25519 import check_signature
    from ledger.errors import ZerenError

    try:
        check_signature(case.key, case.text, case.signature)
    except ZerenError as error:
        return f"{type(error).__name__}: {error}"
    return "accepted"
