"""zeren refuse: see cli.commands.sign."""

from cli.commands.sign import refuse as command

__all__ = ["command"]
