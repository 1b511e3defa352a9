"""DER of a time-stamp token: its elements, and the order that its certificates need (X.690, RFC 5652)."""

from ledger.errors import Malformed

_SEQUENCE = 0x30
_CERTIFICATES = 0xA0
"""[0], constructed: that of the certificates, and that which holds what was signed."""


def in_der(token: bytes) -> bytes:
    """The token with its certificates in the order of DER, which the library asks for and many authorities do not keep.

    No signature covers that order (RFC 5652 section 5.4). Bytes that are no token are left for the library to refuse.
    """
    try:
        start, stop = 0, len(token)
        for number in (0, 1, 0, 3):  # SEQUENCE, its [0] behind the type, SignedData, its certificates behind three
            for _ in range(number):
                start = _element(token, start)[1]
            (start, stop), tag = _element(token, start), token[start]
        if tag != 0xA0:
            return token
        rows = []
        at = start
        while at < stop:
            end = _element(token, at)[1]
            rows.append(token[at:end])
            at = end
    except IndexError:
        return token
    return token[:start] + b"".join(sorted(rows)) + token[stop:] if at == stop else token


def token_in(answer: bytes) -> bytes:
    """What stands behind the status in an authority's answer; nothing where it has no such form."""
    try:
        start, stop = _element(answer, 0)
        return answer[_element(answer, start)[1] : stop] if stop == len(answer) else b""
    except IndexError:
        return b""


def with_certificate(token: bytes, certificate: bytes) -> bytes:
    """The token with one certificate more among those that it carries. Raises Malformed for what is no token."""
    try:
        content = _element(token, 0)[0]
        behind_type = _element(token, content)[1]
        signed, end = _element(token, _element(token, behind_type)[0])
        at = signed
        for _ in range(3):  # version, digest algorithms, what is signed
            at = _element(token, at)[1]
        rows, rest = [certificate], at
        if token[at] == _CERTIFICATES:
            place, rest = _element(token, at)
            while place < rest:
                stop = _element(token, place)[1]
                rows.append(token[place:stop])
                place = stop
        carried = _wrapped(_CERTIFICATES, b"".join(sorted(set(rows))))
        data = _wrapped(_SEQUENCE, token[signed:at] + carried + token[rest:end])
        return _wrapped(_SEQUENCE, token[content:behind_type] + _wrapped(_CERTIFICATES, data))
    except IndexError:
        raise Malformed("not a time stamp: its parts do not hold together") from None


def _wrapped(tag: int, content: bytes) -> bytes:
    """The DER element of this content."""
    length = len(content)
    size = (length.bit_length() + 7) // 8
    head = bytes([length]) if length < 0x80 else bytes([0x80 | size]) + length.to_bytes(size, "big")
    return bytes([tag]) + head + content


def _element(data: bytes, at: int) -> tuple[int, int]:
    """(start of the content, end) of the DER element at an offset. Raises IndexError beyond the data."""
    length, start = data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > len(data):
        raise IndexError(at)
    return start, start + length
