"""A time-stamp authority of one's own: certificates made here, stamps by the OpenSSL command line."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.tools.system import require_system

_CONFIG = """\
[tsa]
default_tsa = here
[here]
serial = {directory}/serial
signer_cert = {directory}/signer.pem
signer_key = {directory}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = {digests}
accuracy = {accuracy}
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def digest(self) -> bytes:
        """What a policy pins."""
        return self.certificate.fingerprint(hashes.SHA256())


def certified(
    subject: str,
    issuer: Pair | None = None,
    *,
    serial: int = 7,
    first: datetime | None = None,
    last: datetime | None = None,
    usage: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,),
    critical: bool = True,
) -> Pair:
    """A certificate for `subject` below `issuer`; without one a root."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer is not None else name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(first or now - timedelta(days=1))
        .not_valid_after(last or now + timedelta(days=365))
    )
    if issuer is None:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    else:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(usage)), critical=critical)
    return Pair(builder.sign(issuer.key if issuer is not None else key, hashes.SHA256()), key)


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority at work: answers requests as `openssl ts -reply` does. Skips the test where there is no OpenSSL."""

    directory: Path
    signer: Pair

    def answer(self, request: bytes) -> bytes:
        """The TimeStampResp (DER) to a TimeStampReq (DER)."""
        query, reply = self.directory / "query.tsq", self.directory / "reply.tsr"
        query.write_bytes(request)
        command = [str(require_system("openssl")), "ts", "-reply", "-config", str(self.directory / "ts.cnf")]
        done = subprocess.run(
            [*command, "-queryfile", str(query), "-out", str(reply)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return reply.read_bytes()


def authority(
    directory: Path,
    signer: Pair,
    *others: Pair,
    digests: str = "sha256, sha512",
    accuracy: str = "secs:1",
) -> Authority:
    """An authority that signs with `signer` and puts the certificates of `others` into its tokens too."""
    require_system("openssl")
    directory.mkdir()
    (directory / "signer.pem").write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    secret = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (directory / "signer.key").write_bytes(secret)
    (directory / "serial").write_text("01\n")
    config = _CONFIG.format(directory=directory, digests=digests, accuracy=accuracy)
    if others:
        chain = directory / "chain.pem"
        chain.write_bytes(b"".join(pair.certificate.public_bytes(Encoding.PEM) for pair in others))
        config += f"certs = {chain}\n"
    (directory / "ts.cnf").write_text(config)
    return Authority(directory, signer)
