"""What the welcome room offers."""

from core.chat import Room
from core.welcome.commands import HELP, START

ROOM = Room("welcome", commands=(START, HELP))
