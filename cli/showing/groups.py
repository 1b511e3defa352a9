"""Groups of commands: one that is not there is told with the nearest that is."""

import click

from ledger.recording.likely import near
from projections.language.catalogue import _


class Group(click.Group):
    """A group that names the nearest command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's. Raises UsageError that names the likest commands, or those that there are."""
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and self.get_command(ctx, name) is None:
            there = self.list_commands(ctx)
            likely = near(name, there, else_first=False)
            said = _("there is no command {name}; perhaps {likely}") if likely else _("there is no command {name}")
            raise click.UsageError(said.format(name=name, likely=", ".join(likely)), ctx)
        return super().resolve_command(ctx, args)
