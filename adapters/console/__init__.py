"""The local chat: Tandem in a terminal or a pipe. The six files of every platform, and the keyboard."""

from adapters.console.client import ConsoleChat

__all__ = ["ConsoleChat"]
