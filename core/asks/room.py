"""What the room of answers offers."""

from core.asks.analyse import ANALYSE
from core.asks.commands import ASK
from core.chat import Room

ROOM = Room("asks", commands=(ASK, ANALYSE))
