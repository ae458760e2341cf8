"""Groups of commands that name the nearest one where there is no command of a name."""

from __future__ import annotations

import click

from pfocr_ld.messages import closest


class SuggestingGroup(click.Group):
    """A group of commands; a near miss is answered with the command that was meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first argument, as click does."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-") and not ctx.resilient_parsing:
            close = closest(name, self.list_commands(ctx))
            meant = (
                f" Did you mean {close!r}?" if close else f" There are: {', '.join(self.list_commands(ctx))}."
            )
            ctx.fail(f"No such command {name!r}.{meant}")
        return super().resolve_command(ctx, args)
