"""What the appeals room offers."""

from core.appeals import commands, service
from core.chat import Room

ROOM = Room("appeals", commands=commands.COMMANDS, reviews=(service.APPEAL, service.STRICT))
