"""Proving the views at once, for `zeren verify --views`: the outcome, and how it is shown."""

from dataclasses import dataclass

from cli.showing.output import print_lines
from cli.showing.progress import progress_line
from ledger.errors import Incomplete, Invalid, ZerenError
from ledger.home.directory import Home
from projections.language.catalogue import _, explain_error


@dataclass(frozen=True, slots=True)
class VerifiedViews:
    """The outcome of proving the views: `finding` names the first difference, or why they could not be proved."""

    kind: str
    verdict: str
    rows: int
    finding: str | None

    @property
    def exit_code(self) -> int:
        """0 valid, 3 invalid, 4 incomplete."""
        return {"valid": 0, "invalid": Invalid.exit_code, "incomplete": Incomplete.exit_code}[self.verdict]


def prove_views(here: Home) -> VerifiedViews:
    """Proves every row of the views, at once."""
    from projections.whole_proof import prove  # with all that judges

    rows = 0
    try:
        with progress_line(_("views proved, percent")) as told:
            for step in prove(here):
                rows = step.rows
                if told is not None:
                    told(step.percent, 100)
    except ZerenError as error:
        verdict = "incomplete" if isinstance(error, Incomplete) else "invalid"
        return VerifiedViews("views", verdict, rows, explain_error(error))
    return VerifiedViews("views", "valid", rows, None)


def print_views(views: VerifiedViews) -> None:
    """Prints the outcome."""
    print_lines(
        _("views: {verdict}").format(verdict=_(views.verdict)),
        f"  {views.finding}" if views.finding else "  " + _("{n} rows, each as the entries say").format(n=views.rows),
    )
