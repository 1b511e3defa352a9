"""The examples of FORMAT.md section 16: consents to the talk's draft, to the talk as it stands, and of a new key."""

from collections.abc import Callable
from datetime import UTC, datetime

from ledger.application import Ledger
from ledger.core.body import parse_body
from ledger.core.consent import MAX_TERM, Consent, draft_digest, sign_consent
from ledger.core.consent_to import Place, ToDraft, ToEntry, ToKey
from ledger.core.encoding import b64encode, canonical_json
from ledger.core.signers import Ed25519Signer

BEFORE, AFTER = datetime(2024, 2, 21, 1, 6, 30, tzinfo=UTC), datetime(2024, 2, 21, 1, 8, tzinfo=UTC)


def consent_examples(ledger: Ledger, signer_of: Callable[[str], Ed25519Signer], talk: int) -> dict[str, str]:
    """Draft digest, and a consent of each kind."""
    entry, stored = ledger.entry_at(talk)
    digests = parse_body(stored).digests
    kept = {name: digest for name, digest in digests.items() if not name.startswith("subject.")}
    digest = draft_digest(digests)
    fingerprint = ledger.opened.leaf_hash

    def signer(person: str) -> Ed25519Signer:
        return signer_of(f"{ledger.origin}/{person}")

    def note(consent: Consent) -> str:
        return sign_consent(consent, [signer(consent.person)]).data.decode()

    return {
        "draft-digest": f"{canonical_json(kept).decode()}\n{b64encode(digest)}\n",
        "consent-draft": note(
            Consent(
                person="p-01",
                fingerprint=fingerprint,
                to=ToDraft(digest, entry.header.type, entry.header.signers[0].person),
                answer="agree",
                made_at=BEFORE,
                capacity="counterpart",
                after=Place(talk - 1, ledger.entry_at(talk - 1)[0].leaf_hash),
                not_after=BEFORE + MAX_TERM,
            )
        ),
        "consent-entry": note(
            Consent("p-02", fingerprint, ToEntry(Place(talk, entry.leaf_hash)), "agree", AFTER, capacity="holder")
        ),
        "consent-possession": note(
            Consent("p-03", fingerprint, ToKey(signer("p-03").verify_key, ("signer",)), "agree", AFTER)
        ),
    }
