"""What the challenge room offers."""

from core.challenges import admin, commands, drawing, looking, service
from core.chat import Job, Room

ROOM = Room(
    "challenges",
    commands=(*commands.COMMANDS, *looking.COMMANDS, *admin.COMMANDS),
    jobs=(
        Job(service.OFFER, prepare=drawing.prepare, errand=drawing.forecast, finish=drawing.finish),
        Job(service.EXPIRE, run=drawing.expire),
    ),
)
