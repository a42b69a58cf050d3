"""What the settings room offers."""

from core.chat import Room
from core.settings import commands, profile

ROOM = Room("settings", commands=(*commands.COMMANDS, *profile.COMMANDS))
