"""Signatures that are still owed: the list of whoever keeps the record."""

from api.answering.listing import Listing, answered
from api.asking.filters import ask
from api.routes import DUTIES, JUDGED, LIST, Parameter, Route, Values
from api.v1.duties import state_of
from ledger.messages import N_
from projections.questions.signatures import LEDGERS, OwedSignature, OwedSignatures, SignatureFilter, owed_signatures


def all_signatures(asked: Values) -> Listing[OwedSignature]:
    """Who still owes which signature, the oldest entry first."""
    return answered(ask(owed_signatures, SignatureFilter, asked), state_of("signatures", asked))


PARAMETERS = (
    Parameter("person", "person", "Only what this person owes; recorded as a reading of the person."),
    Parameter("kind", "choice", "Of which kind of ledger; the duty ledger where none is named.", LEDGERS),
    *JUDGED,
    *LIST,
)
ROUTES = (
    Route(
        "/signatures",
        all_signatures,
        N_("Who still owes which signature"),
        DUTIES,
        OwedSignatures,
        PARAMETERS,
        lists=True,
    ),
)
