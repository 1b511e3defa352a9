"""Proving views from the entries: every row of the facts, and what was judged of them."""

from collections.abc import Iterator

from ledger.home.directory import Home
from projections.questions.judged import again
from projections.views import prove as rows
from projections.views.prove import ProofProgress, ViewsDiffer

__all__ = ["ProofProgress", "ViewsDiffer", "prove"]


def prove(home: Home) -> Iterator[ProofProgress]:
    """Proves the views of a directory as they stand, a short step at a time (`projections.views.prove`)."""
    return rows.prove(home, again)
