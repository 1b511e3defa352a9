"""Texts as QR codes, to be carried where no cable and no stick may go."""

from pathlib import Path

from ledger.errors import BadInput


def write_code(path: Path, data: bytes) -> None:
    """Writes `data` as one QR code; the ending of the path (.svg, .png) says which kind of picture.

    Raises BadInput for another ending or more than a code holds.
    """
    import segno

    if path.suffix not in {".svg", ".png"}:
        raise BadInput("{} should end in .svg or .png", path)
    try:
        code = segno.make_qr(data, error="l", mode="byte", encoding="utf-8" if data.isascii() else None)
    except segno.DataOverflowError:
        raise BadInput("{} bytes are too many for one QR code; carry the file", len(data)) from None
    code.save(str(path), scale=4)
