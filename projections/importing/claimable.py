"""Which obligations an act of a kind can fulfil: what stands at the heading of the column in which it is claimed."""

from ledger.recording.forms import Form
from projections.language.catalogue import _, language
from projections.obligations.table import acts, table

CLAIMS = "claims"


def claimable(form: Form) -> tuple[tuple[str, str], ...]:
    """Ids and titles of the obligations that ask for this kind of act, in the order of the table."""
    found = []
    for id_, each in table().obligations.items():
        words = {*each.act} if not each.standing else set()
        for rule in each.rules:
            words |= {*rule.fits, *rule.acts, *(word for _name, part in rule.parts for word in part)}
        if any(acts().get(word.partition(":")[0]) is form.payload for word in words):
            found.append((id_, each.title.of(language())))
    return tuple(found)


def claim_words(form: Form) -> str:
    """What is said at the heading of the column."""
    lines = (f"{id_} {title}" for id_, title in claimable(form))
    return "\n".join((_("Which duties the act fulfils, by their ids: only what is claimed counts."), *lines))
