"""RFC 3161 time stamps over checkpoints, by rfc3161-client (the extra `timestamps`), the certificate pinned.

What is stamped is SHA-256 of the checkpoint note with its log-key line(s) only (FORMAT.md section 7). A policy names an
authority by the SHA-256 of its certificate, so no chain to a root is asked for: a root proves only who was willing to
issue, the pin proves which key. The library checks a CMS signature only below a root that it trusts, and a root is what
a pin does away with; so it is given one made on the spot, whose only child is the pinned certificate, re-issued with
the same issuer, serial number, dates and public key. What verifies then is the pinned key, at the stamped time, within
the dates of its certificate; a token that carries another certificate under the same name gains nothing by it.

Long because the library is met nowhere else: how tokens are read, completed and checked stands together.
"""

import hashlib
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ledger.core.der import in_der, token_in, with_certificate
from ledger.errors import BadInput, Malformed, NotInstalled, Refused, SignatureInvalid
from ledger.extras import install_command
from ledger.frozen import dataclass

if TYPE_CHECKING:
    from rfc3161_client import Accuracy, TimeStampResponse


SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
MAX_ACCURACY = timedelta(minutes=1)
"""A stamp that is sure only of a wider span bounds nothing that a quorum could rest on."""

T = TypeVar("T")
_GRANTED = bytes.fromhex("3003020100")  # PKIStatusInfo: granted
_SEQUENCE = 0x30
_PINNED = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pinned")])


@dataclass(frozen=True, slots=True)
class Stamp:
    """A verified time stamp: when, and by which of the pinned certificates (its name in the policy)."""

    time: datetime
    authority: str


def request(message: bytes) -> bytes:
    """A TimeStampReq (DER) for `message`: SHA-256, with a nonce, asking for the certificate. Raises Incomplete."""
    _library()
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    asked = TimestampRequestBuilder(message).hash_algorithm(HashAlgorithm.SHA256).cert_request(cert_request=True)
    return asked.build().as_bytes()


def token_of(answer: bytes, asked: bytes | None = None) -> bytes:
    """The token (DER) in an authority's answer, or `answer` itself where it is a bare token.

    With the request `asked` at hand its nonce must be that of the answer. Raises Refused where the authority did not
    grant it, Malformed or BadInput for other bytes, Incomplete without the library.
    """
    _library()
    held = token_in(answer)
    try:
        response = _decode(answer[: len(answer) - len(held)] + in_der(held))
    except Malformed:
        token = answer
    else:
        if response.status != 0:
            said = "; ".join(response.status_string) or f"PKIStatus {response.status}"
            raise Refused("the authority granted no time stamp: {}", said)
        _get(response.time_stamp_token)
        token = held  # as the authority sent it
    read = _read(token)
    if asked is not None and _nonce(asked) != read.nonce:
        raise Refused("the time stamp answers another request: its nonce is not the one that was sent")
    return token


def stamped_at(token: bytes) -> datetime:
    """The time in a token, nothing verified. Raises Malformed, or Incomplete without the library."""
    _library()
    return _read(token).time


def imprint_of(token: bytes) -> bytes:
    """The digest that a token is over, nothing verified. Raises Malformed, or Incomplete without the library."""
    _library()
    return _read(token).imprint


@dataclass(frozen=True, slots=True)
class StampAuthority:
    """Who made a time stamp: the name in the policy, and when the certificate that it pins ends."""

    name: str
    ends: datetime


def authority_of(token: bytes, pinned: Mapping[bytes, str]) -> StampAuthority | None:
    """Whose pinned certificate a token bears, nothing verified; None where it bears none of them."""
    _library()
    found = _signing_certificate(_read(token), pinned)
    return None if found is None else StampAuthority(pinned[_fingerprint(found)], found.not_valid_after_utc)


def with_chain(token: bytes, chain: bytes) -> bytes:
    """The token with its signer's certificate, which came outside it in `chain` (PEM, one or several, or DER).

    No signature covers which certificates a token carries (RFC 5652 section 5.1), and who checks it later needs nothing
    else then. Raises BadInput where the signer's is not among them.
    """
    _library()
    read = _read(token)
    for certificate in _certificates(chain):
        said = (certificate.issuer, certificate.serial_number)
        if said == (read.issuer, read.serial) and _is_for_time_stamping(certificate):
            return with_certificate(in_der(token), certificate.public_bytes(Encoding.DER))
    raise BadInput("none of the certificates given is the one that made the time stamp")


def _certificates(chain: bytes) -> list[x509.Certificate]:
    try:
        if chain.lstrip().startswith(b"-----"):
            return x509.load_pem_x509_certificates(chain)
        return [x509.load_der_x509_certificate(chain)]
    except ValueError:
        raise BadInput("this is no certificate, neither PEM nor DER") from None


def open_timestamp(token: bytes, message: bytes, pinned: Mapping[bytes, str]) -> Stamp:
    """The time stamp in `token`, verified for `message` under one of the `pinned` certificates (SHA-256 to name).

    Raises Malformed for bytes that are no token, SignatureInvalid for another message, certificate or key, a
    certificate that was not in force at that time or is not for time stamping, and a stamp that is sure only of a
    wider span than MAX_ACCURACY; Incomplete without the library.
    """
    _library()
    read = _read(token)
    if read.algorithm != SHA256 or read.imprint != hashlib.sha256(message).digest():
        raise SignatureInvalid("the time stamp is over something else than this checkpoint and its log-key lines")
    certificate = _signing_certificate(read, pinned)
    if certificate is None:
        raise SignatureInvalid("the time stamp is by no certificate that the policy pins")
    if read.accuracy > MAX_ACCURACY:
        raise SignatureInvalid("the time stamp is accurate to {} only", read.accuracy)
    _check_signature(read, certificate)
    return Stamp(read.time, pinned[_fingerprint(certificate)])


def _library() -> None:
    try:
        import rfc3161_client  # noqa: F401
    except ImportError:
        raise NotInstalled(
            "time stamps are not read here (rfc3161-client); install it and repeat: {}", install_command("timestamps")
        ) from None


def _decode(data: bytes) -> "TimeStampResponse":
    from rfc3161_client import decode_timestamp_response

    try:
        response = decode_timestamp_response(data)
    except ValueError as error:
        raise Malformed("not a time stamp: {}", error) from error
    return response


@dataclass(frozen=True, slots=True)
class _Token:
    """What stands in a token; nothing is verified by being here."""

    response: "TimeStampResponse"
    time: datetime
    algorithm: x509.ObjectIdentifier
    imprint: bytes
    nonce: int | None
    accuracy: timedelta
    issuer: x509.Name
    serial: int
    certificates: tuple[bytes, ...]


def _read(token: bytes) -> _Token:
    """The parts of a token, put back into the granted answer that it came in: the library reads only those.

    Raises Malformed.
    """
    token = in_der(token)
    content = _GRANTED + token
    length = len(content)
    size = (length.bit_length() + 7) // 8
    head = bytes([length]) if length < 0x80 else bytes([0x80 | size]) + length.to_bytes(size, "big")
    response = _decode(bytes([_SEQUENCE]) + head + content)
    return _get(lambda: _parts(response, token))


def _parts(response: "TimeStampResponse", token: bytes) -> _Token:
    if response.time_stamp_token() != token:
        raise ValueError("not in DER")
    info, signed = response.tst_info, response.signed_data
    signers = list(signed.signer_infos)
    if len(signers) != 1:
        raise ValueError(f"one signer is needed, there are {len(signers)}")
    said: Accuracy | None = info.accuracy
    return _Token(
        response,
        info.gen_time.astimezone(UTC),
        info.message_imprint.hash_algorithm,
        info.message_imprint.message,
        info.nonce,
        timedelta()
        if said is None
        else timedelta(seconds=said.seconds or 0, milliseconds=said.millis or 0, microseconds=said.micros or 0),
        signers[0].issuer,
        signers[0].serial_number,
        tuple(sorted(signed.certificates)),
    )


def _get(read: Callable[[], T]) -> T:
    """The library reads parts only when they are asked for, and says then, in many ways, what is wrong with them."""
    try:
        return read()
    except (ValueError, LookupError, ArithmeticError, TypeError, x509.InvalidVersion) as error:
        raise Malformed("not a time stamp: {}", error) from error


def _nonce(asked: bytes) -> int | None:
    from rfc3161_client._rust import parse_timestamp_request

    try:
        nonce: int | None = parse_timestamp_request(asked).nonce
    except ValueError as error:
        raise BadInput("the request is no time-stamp request: {}", error) from None
    return nonce


def _fingerprint(certificate: x509.Certificate) -> bytes:
    return certificate.fingerprint(hashes.SHA256())


def _signing_certificate(token: _Token, pinned: Mapping[bytes, str]) -> x509.Certificate | None:
    """The pinned certificate in the token that its one signer names by issuer and serial number."""
    for data in token.certificates:
        if hashlib.sha256(data).digest() in pinned:
            certificate = _get(partial(x509.load_der_x509_certificate, data))
            if (certificate.issuer, certificate.serial_number) == (token.issuer, token.serial):
                return certificate
    return None


def _check_signature(token: _Token, certificate: x509.Certificate) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder

    if not certificate.not_valid_before_utc <= token.time <= certificate.not_valid_after_utc:
        raise SignatureInvalid("the authority's certificate was not in force at {}", str(token.time))
    if not _is_for_time_stamping(certificate):
        raise SignatureInvalid("the authority's certificate is not one for time stamping")
    try:
        root, child = _below_a_root_of_our_own(certificate)
        with warnings.catch_warnings():  # about other certificates that the token carries along
            warnings.simplefilter("ignore")
            VerifierBuilder(roots=[root], intermediates=[child]).build().verify(token.response, token.imprint)
    except (VerificationError, ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise SignatureInvalid("the time stamp does not verify under the pinned certificate: {}", error) from error


def _is_for_time_stamping(certificate: x509.Certificate) -> bool:
    """Extended key usage, critical, time stamping and nothing else (RFC 3161 section 2.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _below_a_root_of_our_own(pinned: x509.Certificate) -> tuple[x509.Certificate, x509.Certificate]:
    """(a root that nobody else can issue under, the pinned certificate re-issued below it)."""
    secret = ec.generate_private_key(ec.SECP256R1())
    blank = (
        x509.CertificateBuilder()
        .issuer_name(pinned.issuer)
        .not_valid_before(pinned.not_valid_before_utc)
        .not_valid_after(pinned.not_valid_after_utc)
    )
    root = blank.subject_name(pinned.issuer).public_key(secret.public_key()).serial_number(x509.random_serial_number())
    # The signer is looked up by issuer and serial number. Another subject, lest a self-signed one be its own root.
    child = blank.subject_name(_PINNED).public_key(pinned.public_key()).serial_number(pinned.serial_number)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return (
        root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(
            secret, hashes.SHA256()
        ),
        child.add_extension(usage, critical=True).sign(secret, hashes.SHA256()),
    )


def certificate_digest(data: bytes) -> bytes:
    """SHA-256 of a certificate (PEM or DER), as a `tsa` line names it. Raises BadInput."""
    try:
        load = x509.load_pem_x509_certificate if data.lstrip().startswith(b"-----") else x509.load_der_x509_certificate
        return _fingerprint(load(data))
    except ValueError:
        raise BadInput("this is no certificate, neither PEM nor DER") from None
