"""The recorder's list: who still owes which signature."""

from api.asking.current import reading
from api.pages.frame import Shown, page
from api.routes import DUTIES, Route, Values
from api.v1.signatures import PARAMETERS, all_signatures
from ledger.messages import N_
from projections.questions.signatures import LEDGERS, OwedSignatures


def signature_list(asked: Values) -> Shown:
    """Who still owes which signature, the oldest entry first."""
    return page(
        "signatures.html",
        all_signatures(asked),
        kinds=[kind for kind in LEDGERS if kind in reading().ledgers],
    )


ROUTES = (
    Route(
        "/signatures",
        signature_list,
        N_("Who still owes which signature"),
        DUTIES,
        OwedSignatures,
        PARAMETERS,
        title="Open signatures",
    ),
)
