"""How far the views that are served have been proved from the entries."""

from dataclasses import dataclass

from projections.views.prove import ProofProgress, ViewsDiffer


@dataclass(slots=True)
class ViewsProof:
    """Of one file of views: `rounds` were proved whole, `progress` is that of the one under way."""

    rounds: int = 0
    progress: ProofProgress | None = None
    difference: ViewsDiffer | None = None
    begun: bool = False

    def check(self) -> None:
        """Raises ViewsDiffer where they were found not to say what the entries say."""
        if (wrong := self.difference) is not None:
            raise ViewsDiffer(wrong.message, *wrong.values)
