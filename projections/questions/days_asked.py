"""The days that an agenda is asked about: a period, until a day, or so many days from now."""

import re
from datetime import date, timedelta

from ledger.errors import BadInput
from ledger.recording.moments import read_period
from projections.questions.obligations import MOST_DAYS

_DAYS = re.compile(r"(\d{1,4})\s*(?:d|days?|天|日)?", re.ASCII)


class DaysAsked:
    """The days within limits, None of which limits. Raises BadInput for one that cannot be read."""

    def __init__(self, judged: date, period: str | None, until: date | None, due_within: str | None) -> None:
        found = read_period(period) if period is not None else None
        self.period = (found.first, found.last) if found is not None else None
        self.until = until
        self.soon = (judged, judged + timedelta(days=read_days(due_within))) if due_within is not None else None

    def have(self, due: date | None, since: date | None) -> bool:
        """Whether what falls due on a day, or waits since one, is within them."""
        on = due or since
        if self.period is not None and (on is None or not self.period[0] <= on <= self.period[1]):
            return False
        if self.until is not None and due is not None and due > self.until:
            return False
        return self.soon is None or (due is not None and self.soon[0] <= due <= self.soon[1])


def read_days(text: str) -> int:
    """A number of days as it is typed: `5d`, `5`, `5天`. Raises BadInput."""
    found = _DAYS.fullmatch(text.strip())
    if found is None or int(found[1]) > MOST_DAYS:
        raise BadInput("{!r} is no number of days up to {}; write 5d", text, MOST_DAYS)
    return int(found[1])
