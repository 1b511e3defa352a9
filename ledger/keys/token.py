"""Keys in a PKCS#11 token (a card, a stick, an HSM): the private key never leaves it.

A *token file* stands where a key file would: it says which module, token and key id to ask, and holds nothing secret.
The PIN comes by prompt or file. python-pkcs11 (the extra `token`) is imported when a token is used. The token's own
answer is not trusted: its public key is screened like any other and every line is verified before it is written.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, field
from pathlib import Path
from typing import Any

from ledger.clock import Randomness, system_randomness
from ledger.core.algorithms import ED25519
from ledger.core.ed25519 import PUBLIC_KEY_SIZE
from ledger.core.signers import VerifyKey
from ledger.errors import BadInput, NotInstalled, Refused
from ledger.extras import install_command
from ledger.frozen import dataclass

SUFFIX = ".token"
FORMAT = "zeren/token/v1"
ID_SIZE = 16
_ED25519_PARAMETERS = bytes.fromhex("06032b6570")  # the object identifier 1.3.101.112 in DER (RFC 8410)
_OCTET_STRING = b"\x04\x20"


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Where a key is: the PKCS#11 module's file, the token's label, the key's id in hex; and its public half in hex."""

    module: str
    token: str
    id: str
    public_key: str
    format: str = FORMAT


def read_token_file(path: Path) -> TokenKey:
    """The key that a token file names. Raises BadInput."""
    try:
        found = TokenKey(**json.loads(path.read_text(encoding="utf-8")))
        known = found.format == FORMAT and all(isinstance(value, str) for value in asdict(found).values())
        bytes.fromhex(found.id + found.public_key)
    except OSError as error:
        raise BadInput("the key file {} cannot be read: {}", path, error.strerror) from None
    except (ValueError, TypeError):
        known = False
    if not known:
        raise BadInput("{} is not a token file; make one with: zeren keys new PERSON --token LABEL", path)
    return found


def write_token_file(path: Path, key: TokenKey) -> None:
    """Writes a new token file. Raises BadInput where it is there already."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(json.dumps(asdict(key), ensure_ascii=False, indent=1) + "\n")
    except FileExistsError:
        raise BadInput("{} is there already; a key file is never overwritten", path) from None


@dataclass(frozen=True, slots=True, eq=False)
class TokenSigner:
    """Signs with a key in a token; holds an open session."""

    verify_key: VerifyKey
    key: Any = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """The 64-byte RFC 8032 signature over `message`, made in the token. Raises Refused where it will not sign."""
        from pkcs11 import Mechanism
        from pkcs11.exceptions import PKCS11Error

        try:
            return bytes(self.key.sign(message, mechanism=Mechanism.EDDSA))
        except PKCS11Error as error:
            raise Refused("the token does not sign: {}", type(error).__name__) from error


def new_token_key(
    module: str, token: str, pin: str, *, label: str, randomness: Randomness = system_randomness
) -> TokenKey:
    """Makes an Ed25519 key inside the token, never to be taken out of it. Raises BadInput."""
    id_ = randomness(ID_SIZE)
    with _explained(module, token):
        from pkcs11 import Attribute, KeyType, Mechanism

        session = _session(module, token, pin, writing=True)
        try:
            parameters = session.create_domain_parameters(
                KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: _ED25519_PARAMETERS}, local=True
            )
            public, _ = parameters.generate_keypair(
                mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=label, id=id_
            )
            raw = _raw(public[Attribute.EC_POINT])
        finally:
            session.close()
    return TokenKey(module, token, id_.hex(), raw.hex())


def open_token_key(key: TokenKey, name: str, pin: str) -> TokenSigner:
    """The signer of a key in a token, under a name. Raises BadInput: no such token or key, a wrong PIN, another key."""
    with _explained(key.module, key.token):
        from pkcs11 import Attribute, ObjectClass

        session = _session(key.module, key.token, pin)
        id_ = bytes.fromhex(key.id)
        private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=id_)
        public = session.get_key(object_class=ObjectClass.PUBLIC_KEY, id=id_)
        raw = _raw(public[Attribute.EC_POINT])
    if raw.hex() != key.public_key:
        raise BadInput("the token {!a} holds another key under this id than its token file says", key.token)
    return TokenSigner(VerifyKey(name, ED25519, raw), private)


def _session(module: str, token: str, pin: str, *, writing: bool = False) -> Any:
    import pkcs11
    from pkcs11.exceptions import UserAlreadyLoggedIn

    place = pkcs11.lib(module).get_token(token_label=token)
    try:
        return place.open(user_pin=pin, rw=writing)
    except UserAlreadyLoggedIn:  # by this process, for another key of the same token
        return place.open(rw=writing)


def _raw(point: bytes) -> bytes:
    """The key's 32 bytes: some tokens wrap them in an OCTET STRING, some do not."""
    return bytes(point[2:] if len(point) == PUBLIC_KEY_SIZE + 2 and point.startswith(_OCTET_STRING) else point)


@contextmanager
def _explained(module: str, token: str) -> Iterator[None]:
    """Faults of the library as ours."""
    try:
        from pkcs11 import exceptions
    except ImportError:
        raise NotInstalled("keys in tokens need an extra: {}", install_command("token")) from None
    try:
        yield
    except exceptions.PinIncorrect:
        raise BadInput("the PIN of the token {!a} is wrong; too many attempts lock it", token) from None
    except (exceptions.PinLocked, exceptions.PinExpired):
        raise BadInput("the token {!a} is locked; unlock it with its own program", token) from None
    except exceptions.NoSuchToken:
        raise BadInput("no token is labelled {!a}; put it in, or name another one", token) from None
    except (exceptions.NoSuchKey, exceptions.MultipleObjectsReturned):
        raise BadInput("the token {!a} does not hold the key that its token file names", token) from None
    except exceptions.PKCS11Error as error:
        raise BadInput(
            "the PKCS#11 module {} cannot be used with token {!a}: {}", module, token, type(error).__name__
        ) from error
