"""Who may sign which entry: the rules of FORMAT.md sections 8 and 9, asked by `check_admits`.

All but the author may be present by a consent in the entry (`ledger.checks.consents` has checked that it holds).

Each `check_*` raises Refused for a rule, KeyInvalid or Invalid for a fact, and changes nothing. The same functions are
asked inside the append transaction and at verify.
"""

from collections.abc import Iterator, Sequence, Set

from ledger.checks.enrolled import check_roles, genesis_keys, person_key
from ledger.checks.keybook import KeyBook
from ledger.checks.log_keys import check_possession, parse_log_key
from ledger.checks.policies import check_policy, check_unused
from ledger.core.algorithms import ED25519
from ledger.core.carried import NOTHING, Carried
from ledger.core.consent import Consent
from ledger.core.consent_check import check_possession as check_owned
from ledger.core.encoding import b64decode
from ledger.core.entry import FORMAT_LINE, Header
from ledger.core.names import LOG, SignerId
from ledger.core.policy import parse_policy
from ledger.errors import Incomplete, Invalid, KeyInvalid, Refused
from ledger.events.base import Payload
from ledger.events.lists import list_named
from ledger.events.records import ConsentRecorded, RecordAccepted, TextErased
from ledger.events.trust import (
    ClockCorrected,
    FormatAdopted,
    KeyEnrolled,
    KeyRevoked,
    LedgerOpened,
    LogKeyConfirmed,
    LogKeyRotated,
    PolicyAdopted,
    RolesChanged,
    RulesAdopted,
)

DIGEST_BYTES = 32


def check_admits(book: KeyBook, header: Header, payload: Payload, carried: Carried = NOTHING) -> None:
    """These signers may write this entry here, with the consents that it carries.

    Raises Refused (a rule), KeyInvalid or Invalid (a fact).
    """
    _check_once(header, carried)
    if isinstance(payload, LedgerOpened):
        _check_genesis(header, payload, carried)
        return
    if book.kind not in payload.LEDGERS:
        raise Refused("{} does not belong in a {} ledger", payload.TYPE, book.kind)
    author, *others = header.signers
    _check_role(book, author.person, payload, payload.AUTHORS, "author")
    _check_further_lines(book, header.signers)
    _check_special(book, header, payload, carried)
    owner = payload.person if isinstance(payload, KeyEnrolled | KeyRevoked) else None  # whose signature needs no role
    wanted = payload.COSIGNERS if owner is None else ("custodian",)
    for signer in others:
        if signer.person != owner:
            _check_role(book, signer.person, payload, wanted, "co-signer")
    for note in carried.consents:
        _check_consenting(book, payload, note.consent, wanted, owner)


def _check_once(header: Header, carried: Carried) -> None:
    """Nobody is author by consent, nor twice (FORMAT.md section 16). Raises Invalid."""
    twice = {signer.person for signer in header.signers} & {note.consent.person for note in carried.consents}
    if twice:
        raise Invalid("{} signs the entry, and consents to it beside", min(twice))


def _check_consenting(
    book: KeyBook, payload: Payload, consent: Consent, wanted: Sequence[str], owner: str | None
) -> None:
    """Who is present by consent has the role that a co-signer has, and the one that the consent says."""
    person, capacity = consent.person, consent.capacity
    if capacity in ("custodian", "inspector") and capacity not in book.roles.get(person, ()):
        raise Refused("{} consents as {}, a role that is not on record", person, capacity)
    if capacity == "receipt":  # it stands for the person's own acknowledgement, and for nothing else
        _check_role(book, person, payload, RecordAccepted.AUTHORS, "co-signer")
    elif person != owner or capacity != "holder":
        _check_role(book, person, payload, wanted, "co-signer")


def _check_special(book: KeyBook, header: Header, payload: Payload, carried: Carried) -> None:
    """What a type asks for beside its roles."""
    match payload:
        case KeyEnrolled():
            _check_enrolment(book, header.signers, payload, carried)
        case KeyRevoked():
            _check_revocation(book, header, payload, carried)
        case RolesChanged():
            _check_roles_change(book, header.signers, payload, carried)
        case LogKeyRotated():
            check_unused(book, parse_log_key(payload.vkey, book.origin))
        case LogKeyConfirmed():
            book.confirming_checkpoint(payload, header.position)
        case PolicyAdopted():
            _check_two_custodians(book, header.signers, carried, payload.TYPE)
            check_policy(book, parse_policy(payload.policy, payload.tsas or ()))
        case ClockCorrected() | RulesAdopted():
            _check_two_custodians(book, header.signers, carried, payload.TYPE)
        case FormatAdopted():
            _check_two_custodians(book, header.signers, carried, payload.TYPE)
            _check_format(book, payload)
        case TextErased():
            author, *others = (signer.person for signer in header.signers)
            others += _present(carried, "inspector")
            if not {person for person in others if "inspector" in book.roles.get(person, ())} - {author}:
                raise Refused("an erasure is signed by a custodian and an inspector; the inspector is missing")


def _check_role(book: KeyBook, person: str, payload: Payload, wanted: Sequence[str], place: str) -> None:
    roles = book.roles.get(person, ())
    acting = set(roles)
    if book.kind == "duty" and payload.TYPE not in (TextErased.TYPE, ConsentRecorded.TYPE):
        acting.discard("inspector")  # who oversees the organ writes nothing else in its ledger
    if not acting & set(wanted):
        raise Refused(
            "{} may not be {} of {}: it takes {}, and the role on record is {}",
            person,
            place,
            payload.TYPE,
            " or ".join(wanted),
            ", ".join(roles) or "none",
        )


def _check_further_lines(book: KeyBook, signers: Sequence[SignerId]) -> None:
    """A line by SM2 or ML-DSA stands beside an Ed25519 line of the same person, never alone and never first."""
    first: set[str] = set()
    for signer in signers:
        held = book.keys.get((f"{book.origin}/{signer.person}", signer.key_id))
        if held is None or held.verify_key.algorithm == ED25519:
            first.add(signer.person)
        elif signer.person not in first:
            raise Refused(
                "the {} line of {} stands after an Ed25519 line of the same person, never alone",
                held.verify_key.algorithm.name,
                signer.person,
            )


def _present(carried: Carried, capacity: str) -> Iterator[str]:
    """Who consents in this capacity."""
    return (note.consent.person for note in carried.consents if note.consent.capacity == capacity)


def _custodians_present(book: KeyBook, signers: Sequence[SignerId], carried: Carried) -> set[str]:
    """The custodians who sign, and those who consent as custodians; of whom a key counts for another, that one."""
    keys = [(signer.person, signer.key_id) for signer in signers]
    keys += [
        (note.consent.person, note.note.signatures[0].key_id)
        for note in carried.consents
        if note.consent.capacity == "custodian"
    ]
    custodians = book.custodians()
    return {book.counts_as(*key) for key in keys if key[0] in custodians} & custodians


def _check_two_custodians(book: KeyBook, signers: Sequence[SignerId], carried: Carried, what: str) -> None:
    if len(_custodians_present(book, signers, carried)) < min(2, len(book.custodians())):
        raise Refused("{} is signed by two custodians who are two persons; one is missing", what)


def check_withdrawal(book: KeyBook, signing: Sequence[SignerId], carried: Carried, agreed: Set[str]) -> None:
    """Everyone who signed or agreed to the record signs its withdrawal, or two custodians do. Raises Refused."""
    signers = {signer.person for signer in signing}
    signers |= {note.consent.person for note in carried.consents if note.consent.capacity != "receipt"}
    needed = min(2, max(1, len(book.custodians())))
    if agreed <= signers or len(_custodians_present(book, signing, carried)) >= needed:
        return
    missing = ", ".join(sorted(agreed - signers))
    raise Refused(
        "a withdrawal is signed by everyone who signed the record ({} missing), or by two custodians", missing
    )


def _check_by_another(book: KeyBook, signers: Sequence[SignerId], person: str, what: str) -> None:
    author = book.counts_as(signers[0].person, signers[0].key_id)
    if book.custodians() - {person} and person in (author, signers[0].person):
        raise Refused("{} of the custodian {} is authored by another custodian", what, person)


def _check_format(book: KeyBook, payload: FormatAdopted) -> None:
    """Where only the list of types grows: this format, position 0, a later list (FORMAT.md section 12)."""
    if (payload.format, payload.position) != (FORMAT_LINE, 0):
        raise Incomplete(
            "format {!r} from position {} on was adopted by a later version", payload.format, payload.position
        )
    new = list_named(payload.types)
    if new is not None and (book.types is None or new.number <= book.types.number):
        raise Refused("list {} of event types is in force already, or a later one", new.number)


def _check_enrolment(book: KeyBook, signers: Sequence[SignerId], payload: KeyEnrolled, carried: Carried) -> None:
    key = person_key(payload.vkey, book.origin, payload.person)
    check_unused(book, key)
    check_roles(payload.roles, book.kind)
    known = payload.person in book.roles
    if known and tuple(payload.roles) != tuple(book.roles[payload.person]):
        raise Refused(
            "a further key of {} repeats the roles on record; change them by: zeren keys roles", payload.person
        )
    new, before = SignerId(payload.person, key.key_id), list(signers)
    if carried.possession is not None:
        check_owned(carried.possession.consent, payload.person, payload.vkey, payload.roles)
        if new in signers:
            raise Refused("a new key proves its possession by its line or by a note, not by both")
    elif before.pop() != new or not before:
        raise Refused("an enrolment is signed by a custodian and, last, by the new key: proof that its owner has it")
    own = {signer.person for signer in before} | {*_present(carried, "holder")}
    if key.algorithm != ED25519 and payload.person not in own:
        raise Refused("a further key of {} is enrolled with a signature by the one in force", payload.person)
    if "custodian" in payload.roles:
        _check_by_another(book, signers, payload.person, "enrolment")
        if book.carries:
            _check_two_custodians(book, before, carried, "enrolment of a custodian")
    if "inspector" in payload.roles and not known:
        _check_two_custodians(book, before, carried, "enrolment of an inspector")


def _check_revocation(book: KeyBook, header: Header, payload: KeyRevoked, carried: Carried) -> None:
    signers = header.signers
    found = [
        key
        for key in book.keys.values()
        if key.person == payload.person and key.verify_key.key_id.hex() == payload.key_id
    ]
    if not found or found[0].revoked_at is not None:
        raise Refused("{} has no key {} in force to revoke; see the list of keys", payload.person, payload.key_id)
    since = payload.compromised_from
    if since is not None and (type(since) is not int or since < 0):
        raise Invalid("compromised_from is a position or null")
    if since is not None and since > header.position:
        raise Refused("the compromise is claimed from position {} on, which is still to come", since)
    if "custodian" in book.roles[payload.person]:
        _check_by_another(book, signers, payload.person, "revocation")
    by_owner = payload.person in {*(signer.person for signer in signers), *_present(carried, "holder")}
    custodians = _custodians_present(book, signers, carried)
    if since is not None and since < book.last_anchored and not by_owner and len(custodians) < 2:
        raise Refused(
            "a compromise claimed below the last anchored size {} needs the owner's signature or a second custodian",
            book.last_anchored,
        )


def _check_roles_change(book: KeyBook, signers: Sequence[SignerId], payload: RolesChanged, carried: Carried) -> None:
    if payload.person not in book.roles:
        raise Refused("{} has no key in this ledger; enrol one first", payload.person)
    check_roles(payload.roles, book.kind)
    if "custodian" in {*payload.roles, *book.roles[payload.person]}:
        _check_by_another(book, signers, payload.person, "change of roles")
    if "custodian" in payload.roles and book.carries:
        _check_two_custodians(book, signers, carried, "making a custodian")
    if "inspector" in payload.roles:
        _check_two_custodians(book, signers, carried, "making an inspector")


def _check_continues(payload: LedgerOpened) -> None:
    """A successor names what was restored and, beyond it, the newest head of what was lost; another ledger neither."""
    match payload.continues, payload.lost:
        case None, None:
            return
        case [str(fingerprint), int(size), str(root)], [int(beyond), str(newest)] if 0 < size < beyond:
            for digest in (fingerprint, root, newest):
                if len(b64decode(digest)) != DIGEST_BYTES:
                    raise Invalid("genesis names the lost ledger by what are no digests")
        case _:
            raise Invalid("genesis names the lost ledger it continues by fingerprint, size and root, and a head beyond")


def _check_genesis(header: Header, payload: LedgerOpened, carried: Carried) -> None:
    """Position 0, signed by a custodian, then by every other key that it enrols, or with its draft consent."""
    if header.position != 0:
        raise Invalid("a ledger is opened once, at position 0")
    _check_continues(payload)
    rows = genesis_keys(payload)
    for person, key, roles in rows:
        check_roles(roles, payload.kind)
        if key.algorithm != ED25519:
            raise KeyInvalid("the first key of {} is an Ed25519 key, not one for {}", person, key.algorithm.name)
    log = parse_log_key(payload.log, payload.origin)
    check_possession(payload.log_possession, log)
    publics = [key.public_key for _, key, _ in rows] + [log.public_key]
    if len(set(publics)) != len(publics) or len({person for person, _, _ in rows}) != len(rows):
        raise KeyInvalid("genesis enrols each person and each public key once")
    expected = {SignerId(person, key.key_id) for person, key, _ in rows}
    custodians = {person for person, _, roles in rows if "custodian" in roles}
    if LOG in {person for person, _, _ in rows} or header.signers[0].person not in custodians:
        raise Refused("genesis is signed by a custodian first")
    consenting = {SignerId(note.consent.person, note.note.signatures[0].key_id) for note in carried.consents}
    if {*header.signers, *consenting} != expected:
        raise Refused("genesis is signed by every key that it enrols: proof that each owner has it")
    if any(note.consent.capacity == "custodian" and note.consent.person not in custodians for note in carried.consents):
        raise Refused("as custodian only who is made one consents to a genesis")
    if header.ledger != payload.origin:
        raise Invalid("the genesis entry names another ledger than its header")
