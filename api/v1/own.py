"""What a person's own token reads: what waits for that person, the own dossier, and the file that asks for signatures.

No address here names anybody: whose it is follows from the token alone, so that nobody else's can be asked for.
"""

from flask import Response

from api.asking.current import organ, reader, reading
from api.asking.filters import ask
from api.asking.reader import NotAllowed, Unknown
from api.routes import JUDGED_ON, KNOWN_AT, OWN, Parameter, Route, Values
from api.v1.parties import party_dossier
from ledger.access.tokens import OWN as SCOPE
from ledger.consents.request import format_request
from ledger.consents.requesting import make_request
from ledger.messages import N_
from projections.questions.agenda import Agenda, AgendaFilter, agenda
from projections.questions.dossier import Dossier
from projections.questions.signatures import SignatureFilter, owed_signatures
from projections.questions.waiting import Waiting, WaitingFilter, waiting


def whose() -> str:
    """The person of the token. Raises NotAllowed where it names none."""
    person = reader().person
    if person is None:
        raise NotAllowed("this needs a token with the scope {}", SCOPE)
    return person


def own_waiting(asked: Values) -> Waiting:
    """What waits for the person."""
    return ask(waiting, WaitingFilter, {**asked, "person": whose()})


def own_agenda(asked: Values) -> Agenda:
    """What the person has to do."""
    return ask(agenda, AgendaFilter, {**asked, "owner": whose()})


def own_dossier(asked: Values) -> Dossier:
    """Everything about the person in the duty ledger."""
    return party_dossier({**asked, "party": whose()})


def own_request(asked: Values) -> Response:
    """The file that `zeren consent ask` writes, about all that the person still owes or about some of it.

    No key is needed for it, and the answer to it travels back as a file. Raises Unknown where nothing is owed there.
    """
    person, duty = whose(), reading().ledgers["duty"]
    owed = [row.entry.position for row in ask(owed_signatures, SignatureFilter, {"person": person}).items]
    wanted = asked["position"] or owed
    if not wanted or not set(wanted) <= set(owed):
        raise Unknown("no signature of yours is owed here; see: {}", "/own")
    events = [duty.at(position) for position in wanted]
    made = make_request(duty, events, person, attachments=organ().home.attachments("duty"))
    response = Response(format_request(made), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{person}.request.json"'
    return response


ROUTES = (
    Route("/own", own_waiting, N_("What waits for the token's own person"), OWN, Waiting, (JUDGED_ON, KNOWN_AT)),
    Route("/own/agenda", own_agenda, N_("What the token's own person has to do"), OWN, Agenda, (JUDGED_ON, KNOWN_AT)),
    Route(
        "/own/dossier", own_dossier, N_("The own dossier of the token's person"), OWN, Dossier, (JUDGED_ON, KNOWN_AT)
    ),
    Route(
        "/own/request",
        own_request,
        N_("The file that asks the token's person for the signatures still owed"),
        OWN,
        None,
        (Parameter("position", "whole", "Only about the entry at this position; may stand several times.", many=True),),
        medium="text",
    ),
)
