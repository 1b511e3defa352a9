"""DER of a time-stamp token: its elements, and the order that its certificates need (X.690, RFC 5652)."""


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


def _element(data: bytes, at: int) -> tuple[int, int]:
    """(start of the content, end) of the DER element at an offset. Raises IndexError beyond the data."""
    length, start = data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > len(data):
        raise IndexError(at)
    return start, start + length
