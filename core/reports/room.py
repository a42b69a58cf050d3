"""What the report room offers."""

from core.chat import Room
from core.reports.admin import COMMANDS

ROOM = Room("reports", commands=COMMANDS)
