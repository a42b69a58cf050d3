"""Discord: slash commands, right clicks, forms, containers, direct messages. The six files of every platform, and
`markup`, `forms` and `wire` for what only Discord has."""

from adapters.discord.client import DiscordChat

__all__ = ["DiscordChat"]
