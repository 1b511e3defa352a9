"""Time stamps: a real authority's count under its pinned certificate alone, and nothing that only looks like one."""

import base64
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from ledger import timestamp
from ledger.anchors.book import anchor_book
from ledger.anchors.taking import read_anchors, record_anchors
from ledger.checks.anchor_rules import imprint_text
from ledger.core.der import in_der
from ledger.core.encoding import b64encode
from ledger.errors import BadInput, Incomplete, Invalid, Malformed, Refused, SignatureInvalid
from ledger.events.trust import AnchorRecorded
from ledger.outgoing import stored_checkpoint
from ledger.verify.anchor_pass import LATE
from tests.support.anchoring import WITNESSES, adopt, checkpoint, cosigned, head_of, policy_text
from tests.support.authority import Authority, Pair, authority, certified
from tests.support.both_ways import verify_ledger
from tests.support.builders import Desk, assignment, duty_ledger, open_desk
from tests.support.vectors import vectors
from tests.tools.system import require_system

HELLO = b"hello"


def said_by(token: bytes, pinned: dict[bytes, str]) -> str | None:
    """The name of the authority whose certificate a token bears."""
    found = timestamp.authority_of(token, pinned)
    return None if found is None else found.name


@dataclass(frozen=True, slots=True)
class World:
    """One authority with its root, and a stamp over HELLO."""

    root: Pair
    tsa: Authority
    asked: bytes
    answer: bytes

    @property
    def pins(self) -> dict[bytes, str]:
        return {self.tsa.signer.digest: "stamp"}

    @property
    def token(self) -> bytes:
        return timestamp.token_of(self.answer)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = certified("Root")
    tsa = authority(tmp_path_factory.mktemp("tsa") / "real", certified("Stamps", root))
    asked = timestamp.request(HELLO)
    return World(root, tsa, asked, tsa.answer(asked))


@pytest.fixture
def desk(tmp_path: Path, world: World) -> Iterator[Desk]:
    """A ledger of today whose policy pins the authority."""
    made = duty_ledger(tmp_path)
    made.clock.moment = datetime.now(UTC)
    adopt(made, "quorum stamp\n", (f"tsa stamp {world.tsa.signer.digest.hex()}",))
    yield made
    made.close()


def stamped(desk: Desk, tsa: Authority) -> bytes:
    """A stamp over the last checkpoint."""
    return tsa.answer(timestamp.request(imprint_text(stored_checkpoint(desk.ledger)[1])))


# --- one token -------------------------------------------------------------------------------------------------------


def test_a_real_stamp_is_opened(world: World) -> None:
    """A stamp by `openssl ts` verifies under the certificate's digest alone; OpenSSL itself agrees with its root."""
    before = datetime.now(UTC)
    stamp = timestamp.open_timestamp(world.token, HELLO, world.pins)
    assert stamp.authority == "stamp"
    assert abs(stamp.time - before) < timedelta(minutes=5)
    assert timestamp.stamped_at(world.token) == stamp.time

    root = world.tsa.directory / "root.pem"
    root.write_bytes(world.root.certificate.public_bytes(Encoding.PEM))
    (world.tsa.directory / "hello").write_bytes(HELLO)
    token = world.tsa.directory / "token.der"
    token.write_bytes(world.token)
    command = [str(require_system("openssl")), "ts", "-verify", "-token_in", "-in", str(token), "-CAfile", str(root)]
    done = subprocess.run([*command, "-data", str(world.tsa.directory / "hello")], capture_output=True, check=False)
    assert done.returncode == 0


def test_another_text_is_refused(world: World) -> None:
    """The stamp is over one text."""
    with pytest.raises(SignatureInvalid, match="something else"):
        timestamp.open_timestamp(world.token, HELLO + b"!", world.pins)


def test_no_bit_of_a_token_changes_what_it_says(world: World) -> None:
    """With any one byte changed a token is refused, or still says exactly what was signed."""
    good = timestamp.open_timestamp(world.token, HELLO, world.pins)
    accepted = 0
    for place in range(len(world.token)):
        changed = bytearray(world.token)
        changed[place] ^= 1 << (place % 8)
        try:
            said = timestamp.open_timestamp(bytes(changed), HELLO, world.pins)
        except Invalid:
            continue
        assert said == good
        accepted += 1
    assert accepted < 40  # algorithm parameters and the like, which nobody signs


def test_every_truncation_of_a_token_is_refused(world: World) -> None:
    """A token cut at any length, or with a byte too many, is no token."""
    for length in range(len(world.token)):
        with pytest.raises(Invalid):
            timestamp.open_timestamp(world.token[:length], HELLO, world.pins)
    with pytest.raises(Invalid):
        timestamp.open_timestamp(world.token + b"\0", HELLO, world.pins)


def stamp_by(directory: Path, signer: Pair, *others: Pair, **more: str) -> bytes:
    return timestamp.token_of(authority(directory, signer, *others, **more).answer(timestamp.request(HELLO)))


def test_a_certificate_that_nobody_pinned_is_refused(tmp_path: Path, world: World) -> None:
    """A self-made root with the same names and serial numbers, or another certificate of the real root, is nobody."""
    impostor = certified("Stamps", certified("Root"))
    sibling = certified("Stamps", world.root, serial=8)
    for name, signer in (("impostor", impostor), ("sibling", sibling)):
        with pytest.raises(SignatureInvalid, match="no certificate that the policy pins"):
            timestamp.open_timestamp(stamp_by(tmp_path / name, signer), HELLO, world.pins)


def test_the_pinned_certificate_carried_along_proves_nothing(tmp_path: Path) -> None:
    """A token by an impostor of the same issuer and serial number, with the pinned certificate beside his own."""

    def der(pair: Pair) -> bytes:
        return pair.certificate.public_bytes(Encoding.DER)

    pair = [certified("Stamps", certified("Root")) for _ in range(2)]
    impostor, pinned = sorted(pair, key=der)  # the order that DER wants in a token
    token = stamp_by(tmp_path / "impostor", impostor, pinned)

    assert said_by(token, {pinned.digest: "stamp"}) == "stamp"
    with pytest.raises(SignatureInvalid, match="does not verify"):
        timestamp.open_timestamp(token, HELLO, {pinned.digest: "stamp"})


def test_a_certificate_out_of_force_is_refused(tmp_path: Path, world: World) -> None:
    """Expired, or not yet in force, at the stamped time."""
    now = datetime.now(UTC)
    expired = certified("Old", world.root, first=now - timedelta(days=9), last=now - timedelta(days=1))
    early = certified("Young", world.root, first=now + timedelta(days=1))
    for name, signer in (("old", expired), ("young", early)):
        with pytest.raises(SignatureInvalid, match="not in force"):
            timestamp.open_timestamp(stamp_by(tmp_path / name, signer), HELLO, {signer.digest: name})


def test_a_self_signed_authority_may_be_pinned(tmp_path: Path) -> None:
    """What is pinned needs no root above it, and may be its own."""
    alone = certified("Alone", certified("Alone"))
    token = stamp_by(tmp_path / "alone", alone)

    assert timestamp.open_timestamp(token, HELLO, {alone.digest: "alone"}).authority == "alone"


def test_a_vague_stamp_is_refused(tmp_path: Path, world: World) -> None:
    """A stamp that is accurate to more than a minute bounds nothing."""
    signer = certified("Vague", world.root)
    token = stamp_by(tmp_path / "vague", signer, accuracy="secs:61")

    with pytest.raises(SignatureInvalid, match="accurate to"):
        timestamp.open_timestamp(token, HELLO, {signer.digest: "vague"})


@pytest.mark.parametrize(
    ("usage", "critical"),
    [
        ((), True),
        ((ExtendedKeyUsageOID.TIME_STAMPING,), False),
        ((ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING), True),
        ((ExtendedKeyUsageOID.CODE_SIGNING,), True),
    ],
)
def test_a_certificate_for_something_else_is_refused(usage: tuple[x509.ObjectIdentifier, ...], critical: bool) -> None:
    """RFC 3161 section 2.3: one extended key usage, critical, time stamping."""
    if not usage:
        assert not timestamp._is_for_time_stamping(certified("Root").certificate)
        return
    made = certified("Other", certified("Root"), usage=usage, critical=critical)
    assert not timestamp._is_for_time_stamping(made.certificate)


# --- answers and requests --------------------------------------------------------------------------------------------


def test_an_answer_gives_its_token(world: World) -> None:
    """An answer and a bare token are both read; the answer must be to the request that was sent."""
    assert timestamp.token_of(world.answer, world.asked) == world.token
    assert timestamp.token_of(world.token) == world.token
    with pytest.raises(Refused, match="another request"):
        timestamp.token_of(world.answer, timestamp.request(HELLO))
    with pytest.raises(BadInput):
        timestamp.token_of(world.answer, b"nonsense")


def test_a_rejection_is_told(tmp_path: Path, world: World) -> None:
    """An authority that grants nothing is named with what it says."""
    strict = authority(tmp_path / "strict", certified("Strict", world.root), digests="sha512")
    with pytest.raises(Refused, match="granted no time stamp"):
        timestamp.token_of(strict.answer(timestamp.request(HELLO)))


def test_other_bytes_are_no_time_stamp() -> None:
    """Bytes that are no DER at all, or DER of something else, are malformed."""
    for data in (
        b"",
        b"0",
        b"\x30\x00",
        b"\x30\x03\x02\x01\x00",
        certified("Root").certificate.public_bytes(Encoding.DER),
    ):
        with pytest.raises(Malformed):
            timestamp.token_of(data)


def test_the_digest_of_a_certificate(world: World) -> None:
    """PEM and DER of one certificate give the digest that a tsa line names; anything else is refused."""
    certificate = world.tsa.signer.certificate
    for encoding in (Encoding.PEM, Encoding.DER):
        assert timestamp.certificate_digest(certificate.public_bytes(encoding)) == world.tsa.signer.digest
    with pytest.raises(BadInput):
        timestamp.certificate_digest(b"nonsense")


# --- published stamps ------------------------------------------------------------------------------------------------


def fixture_bytes(name: str) -> bytes:
    return base64.b64decode(vectors("rfc3161/trailofbits-fixtures.json")["files_b64"][name])


def leaf_of(name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificates(fixture_bytes(name))[0]


def test_published_stamps() -> None:
    """The published stamp over SHA-256 verifies under its pinned leaf; its forged twin and other digests do not."""
    leaf = leaf_of("sigstage/ts_chain.pem")
    pins = {leaf.fingerprint(hashes.SHA256()): "sigstore"}
    token = timestamp.token_of(fixture_bytes("sigstage/response-sha256.tsr"))
    stamp = timestamp.open_timestamp(token, HELLO, pins)

    assert stamp.time == datetime(2025, 5, 9, 11, 58, 55, tzinfo=UTC)
    for name, says in (
        ("response-invalid-signature", "does not verify"),
        ("response-sha384", "something else"),
        ("response-sha512", "something else"),
        ("response-no-embedded-cert", "no certificate that the policy pins"),
    ):
        other = timestamp.token_of(fixture_bytes(f"sigstage/{name}.tsr"))
        with pytest.raises(SignatureInvalid, match=says):
            timestamp.open_timestamp(other, HELLO, pins)


def test_injected_certificates_are_not_taken_for_the_signer() -> None:
    """The published token with spoofed certificates (GHSA-3xxc-pwj6-jgrj) is by the real leaf and by none of them."""
    token = timestamp.token_of(fixture_bytes("test_tsa/response-injected-certs.tsr"))
    real = leaf_of("test_tsa/ts_chain.pem").fingerprint(hashes.SHA256())
    carried = timestamp._read(token).certificates
    pins = {x509.load_der_x509_certificate(data).fingerprint(hashes.SHA256()): data.hex() for data in carried}

    assert len(pins) == 3
    assert said_by(token, pins) == pins[real]
    assert said_by(token, {pin: name for pin, name in pins.items() if pin != real}) is None


# --- in a ledger -----------------------------------------------------------------------------------------------------


def test_a_stamp_confirms_what_its_checkpoint_contains(desk: Desk, world: World) -> None:
    """A stamp over a checkpoint is recorded, confirms its entries at the stamped time, and verify agrees."""
    note = checkpoint(desk)
    answer = stamped(desk, world.tsa)
    desk.record(assignment("E1"), "rec")
    checkpoint(desk)
    anchors = read_anchors(desk.ledger, answer)
    assert [a.checkpoint for a in anchors] == [note]  # found by its imprint, though it is not the last one
    record_anchors(desk.ledger, anchors, desk.signer("svc"))
    book, report = anchor_book(desk.ledger), verify_ledger(desk.ledger)

    assert book.confirmed() == head_of(note).size == report.confirmed
    assert book.not_after(0) == timestamp.stamped_at(timestamp.token_of(answer))
    assert (report.verdict, report.anchors) == ("valid", 1)


def test_what_is_stamped_is_this_ledgers_checkpoint(desk: Desk, world: World) -> None:
    """A stamp over another text, or moved to another checkpoint of the same ledger, is not written."""
    checkpoint(desk)
    first = stamped(desk, world.tsa)
    desk.record(assignment("E1"), "rec")
    second = checkpoint(desk)
    moved = AnchorRecorded(checkpoint=second, kind="rfc3161", token=b64encode(timestamp.token_of(first)))

    with pytest.raises(SignatureInvalid, match="something else"):
        desk.record(moved, "svc")
    with pytest.raises(Invalid, match="no checkpoint of this ledger"):
        read_anchors(desk.ledger, world.answer)
    with pytest.raises(Invalid, match="no checkpoint of this ledger"):
        read_anchors(desk.ledger, first, size=head_of(second).size)


def test_an_impostors_stamp_is_refused_and_kept_uncounted(desk: Desk, tmp_path: Path) -> None:
    """A stamp by a self-made authority is refused; kept on request it confirms nothing."""
    checkpoint(desk)
    impostor = authority(tmp_path / "impostor", certified("Stamps", certified("Root")))
    anchors = read_anchors(desk.ledger, stamped(desk, impostor))

    with pytest.raises(Refused, match="names nobody"):
        record_anchors(desk.ledger, anchors, desk.signer("svc"))
    record_anchors(desk.ledger, anchors, desk.signer("svc"), keep=True)
    assert anchor_book(desk.ledger).confirmed() == 0


def test_the_order_of_recording_does_not_matter(tmp_path: Path, world: World) -> None:
    """Stamps and cosignatures recorded in either order give every entry the same not-after."""
    found = []
    for turn in (False, True):
        (tmp_path / str(turn)).mkdir()
        made = duty_ledger(tmp_path / str(turn))
        made.clock.moment = datetime.now(UTC)
        text = policy_text(1, 1).replace("group g 1 w0", "group g all w0 stamp")
        adopt(made, text, (f"tsa stamp {world.tsa.signer.digest.hex()}",))
        note = checkpoint(made)
        stamp = read_anchors(made.ledger, stamped(made, world.tsa))
        both = [*stamp, cosigned(note, WITNESSES[0], datetime.now(UTC) - timedelta(seconds=100))]
        for each in reversed(both) if turn else both:
            record_anchors(made.ledger, [each], made.signer("svc"))
        book = anchor_book(made.ledger)
        assert book.not_after(0) == timestamp.stamped_at(base64.b64decode(stamp[0].token))
        found.append(book.confirmed())
        made.close()

    assert found[0] == found[1] > 0


def test_a_certificate_outside_the_token_is_put_into_it(desk: Desk, world: World, tmp_path: Path) -> None:
    """An authority that sends none is read with --chain: PEM of several, or DER; then nothing else is needed."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    checkpoint(desk)
    message = imprint_text(stored_checkpoint(desk.ledger)[1])
    asked = TimestampRequestBuilder(message).hash_algorithm(HashAlgorithm.SHA256).cert_request(cert_request=False)
    bare = timestamp.token_of(world.tsa.answer(asked.build().as_bytes()))
    assert said_by(bare, world.pins) is None
    with pytest.raises(Refused, match="names nobody"):
        record_anchors(desk.ledger, read_anchors(desk.ledger, bare), desk.signer("svc"))

    own, root = world.tsa.signer.certificate, world.root.certificate
    pem = root.public_bytes(Encoding.PEM) + own.public_bytes(Encoding.PEM)
    whole = timestamp.with_chain(bare, pem)
    assert whole == timestamp.with_chain(bare, own.public_bytes(Encoding.DER))
    assert whole == timestamp.with_chain(whole, pem) == in_der(whole)
    assert timestamp.open_timestamp(whole, message, world.pins).authority == "stamp"
    for wrong in (root.public_bytes(Encoding.DER), b"no certificate"):
        with pytest.raises(BadInput):
            timestamp.with_chain(bare, wrong)
    record_anchors(desk.ledger, read_anchors(desk.ledger, whole), desk.signer("svc"))
    report = verify_ledger(desk.ledger)
    assert (report.verdict, report.confirmed) == ("valid", anchor_book(desk.ledger).confirmed())
    assert report.confirmed > 0


def test_a_stamp_counts_where_it_was_recorded_before_its_certificate_ended(tmp_path: Path, world: World) -> None:
    """Recorded while the certificate held its bound stands for ever; afterwards it is refused, and kept it counts for
    nothing, at verify and in every answer: whoever has the key since could have made it."""
    now = datetime.now(UTC)
    short = certified("Short", world.root, last=now + timedelta(hours=1))
    tsa = authority(tmp_path / "short", short)
    made = duty_ledger(tmp_path)
    made.clock.moment = now
    adopt(made, "quorum stamp\n", (f"tsa stamp {short.digest.hex()}",))
    checkpoint(made)
    in_time = read_anchors(made.ledger, stamped(made, tsa))
    made.clock.moment = now + timedelta(minutes=30)
    record_anchors(made.ledger, in_time, made.signer("svc"))
    confirmed = anchor_book(made.ledger).confirmed()
    made.record(assignment("E1"), "rec")
    checkpoint(made)
    late = read_anchors(made.ledger, stamped(made, tsa))
    made.clock.moment = now + timedelta(hours=2)
    with pytest.raises(Refused, match="certificate has ended"):
        record_anchors(made.ledger, late, made.signer("svc"))
    record_anchors(made.ledger, late, made.signer("svc"), keep=True)
    report = verify_ledger(made.ledger)
    assert anchor_book(made.ledger).confirmed() == confirmed == report.confirmed > 0
    assert (report.exit_code, report.marks[LATE]) == (0, 1)
    made.close()


def test_without_the_library_stamps_are_said_to_be_unread(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where rfc3161-client is not installed entries stay pending, the stamp counts as unread, verify is incomplete."""
    checkpoint(desk)
    record_anchors(desk.ledger, read_anchors(desk.ledger, stamped(desk, world.tsa)), desk.signer("svc"))
    desk.ledger.close()
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    opened = open_desk("duty", desk.path, read_only=True)
    try:
        book, report = anchor_book(opened.ledger), verify_ledger(opened.ledger)
    finally:
        opened.close()

    assert (book.unread, book.confirmed()) == (1, 0)
    assert report.exit_code == 4
    assert "zeren[timestamps]" in str(report.findings[0].what)
    with pytest.raises(Incomplete):
        timestamp.request(HELLO)


CHAIN = Path(__file__).parents[1] / "assets/tsa-chain"
"""An answer whose token bears the authority's certificate before its issuer's, as `openssl ts` writes it."""


def test_a_token_bears_its_certificates_in_any_order() -> None:
    """Several certificates in an order that DER does not ask for are read and verified, and the token stays as sent."""
    answer, asked = (CHAIN / "twocerts.tsr").read_bytes(), (CHAIN / "rq.tsq").read_bytes()
    pem = (CHAIN / "tsa.pem").read_bytes()
    token = timestamp.token_of(answer, asked)
    read = timestamp._read(token)

    assert token in answer
    assert len(read.certificates) == 2
    assert said_by(token, {timestamp.certificate_digest(pem): "tsa"}) == "tsa"
    timestamp._check_signature(read, x509.load_pem_x509_certificate(pem))
    turned = in_der(token)
    assert turned != token
    assert timestamp.stamped_at(turned) == timestamp.stamped_at(token)
    with pytest.raises(SignatureInvalid, match="something else"):
        timestamp.open_timestamp(token, b"another message", {timestamp.certificate_digest(pem): "tsa"})


@pytest.mark.parametrize("cut", range(0, 60, 3))
def test_half_a_token_is_no_time_stamp(cut: int) -> None:
    """Whatever is left of an answer ends in one fault, never in another exception."""
    answer = (CHAIN / "twocerts.tsr").read_bytes()
    for damaged in (answer[:cut], answer[: len(answer) - cut - 1], answer[:cut] + b"\xff" + answer[cut + 1 :]):
        try:
            timestamp.token_of(damaged)
        except (Malformed, Refused):
            continue
