"""What the moderation room offers."""

from core.chat import Room
from core.moderation.commands import COMMANDS

ROOM = Room("moderation", commands=COMMANDS)
