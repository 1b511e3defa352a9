"""The answer to a request: consents as the signer decided, signed by the signer's own keys (FORMAT.md section 16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledger.clock import Randomness, system_randomness
from ledger.consents.answer import REASON, Answer, reason_digest
from ledger.consents.request import Ask, Request, place_of
from ledger.core.algorithms import ED25519
from ledger.core.body import disclose
from ledger.core.consent import GENESIS_TYPE, MAX_TERM, Consent, ConsentNote, sign_consent
from ledger.core.consent_to import ToDraft
from ledger.core.signers import Signer, format_vkey
from ledger.errors import BadInput, Refused


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says to one question; `later` says nothing. A refusal of an entry has a reason."""

    answer: Literal["agree", "refuse", "later"]
    reason: str | None = None


def give(
    request: Request,
    decisions: Sequence[Decision],
    signers: Sequence[Signer],
    made_at: datetime,
    randomness: Randomness = system_randomness,
) -> Answer:
    """The answer to a request that was checked, a decision for each question, in order.

    `signers`: an Ed25519 key of the person, and where there is one the key for a further line. Raises BadInput, or
    Refused for a question whose time is over.
    """
    _check_signers(request, signers)
    _check_founder(request, signers)
    consents: list[ConsentNote] = []
    reasons: dict[bytes, str] = {}
    declined: list[ToDraft] = []
    for ask, decision in zip(request.asks, decisions, strict=True):
        if decision.answer == "later":
            continue
        if decision.answer == "refuse" and isinstance(ask.to, ToDraft):
            declined.append(ask.to)
            continue
        if ask.not_after is not None and made_at > ask.not_after:
            raise Refused("the time for an answer ended at {:%Y-%m-%d %H:%M} UTC; ask for a new request", ask.not_after)
        disclosure = _reason(decision, randomness)
        if disclosure is not None:
            reasons[reason_digest(disclosure)] = disclosure
        consents.append(_consent(request, ask, decision, disclosure, signers, made_at))
    return Answer(tuple(consents), reasons, tuple(declined))


def is_over(ask: Ask, moment: datetime) -> bool:
    """Whether a question can no longer be answered."""
    return ask.not_after is not None and moment > ask.not_after


def _check_signers(request: Request, signers: Sequence[Signer]) -> None:
    keys = [signer.verify_key for signer in signers]
    if not 1 <= len(keys) <= 2 or [key.algorithm == ED25519 for key in keys] != [True, False][: len(keys)]:
        raise BadInput("one signs with an Ed25519 key, and beside it at most with one key of another kind")
    if {key.name for key in keys} != {f"{request.origin}/{request.person}"}:
        raise BadInput("the request asks {} of {}; this is another person's key, or of another ledger", *_whom(request))


def _check_founder(request: Request, signers: Sequence[Signer]) -> None:
    """A genesis gives the person the very key that consents to it. Raises Refused."""
    for ask in request.asks:
        if isinstance(ask.to, ToDraft) and ask.to.type == GENESIS_TYPE:
            rows = [value for name, value in ask.body.values().items() if name.startswith("keys.")]
            if [request.person, format_vkey(signers[0].verify_key)] not in [row[:2] for row in rows]:
                raise Refused("the founding names another key of {} than this one", request.person)


def _whom(request: Request) -> tuple[str, str]:
    return request.person, request.origin


def _reason(decision: Decision, randomness: Randomness) -> str | None:
    if decision.answer == "agree":
        return None
    if not decision.reason or not decision.reason.strip():
        raise BadInput("a refusal says why; name the reason with --reason")
    return disclose(REASON, decision.reason.strip(), randomness(16))


def _consent(
    request: Request, ask: Ask, decision: Decision, reason: str | None, signers: Sequence[Signer], made_at: datetime
) -> ConsentNote:
    until = ask.not_after
    if isinstance(ask.to, ToDraft) and until is not None:
        until = min(until, made_at + MAX_TERM)
    consent = Consent(
        person=request.person,
        fingerprint=request.fingerprint,
        to=ask.to,
        answer="agree" if decision.answer == "agree" else "refuse",
        made_at=made_at,
        capacity=ask.capacity,
        after=place_of(ask),
        not_after=until,
        reason=None if reason is None else reason_digest(reason),
        keys=tuple(signer.verify_key.key_id for signer in signers) if len(signers) > 1 else (),
    )
    return sign_consent(consent, signers)
