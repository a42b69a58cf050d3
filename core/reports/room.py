"""What the report room offers."""

from core.chat import Job, Room
from core.reports import jobs
from core.reports.admin import COMMANDS

ROOM = Room(
    "reports",
    commands=COMMANDS,
    jobs=(
        Job(jobs.WRITE, prepare=jobs.prepare, errand=jobs.write, finish=jobs.finish, every=jobs.EVERY),
        Job(jobs.WATCH, prepare=jobs.look, errand=jobs.watch, finish=jobs.tell, every=jobs.EVERY),
    ),
    notices=(jobs.REPORT, jobs.ALARM),
)
