"""The chat language: a command is a typed form plus one handler. Adapters decide how to ask and how to show."""

from core.chat.command import Call, Command, Done, Nothing, Stream, Visibility
from core.chat.form import Asked, Field, Kind, Option
from core.chat.inbound import Agreement, Answer, Inbound, Invocation, Place, Query, Rail, Said
from core.chat.message import (
    Attachment,
    Bold,
    Button,
    Code,
    Facts,
    Image,
    Line,
    Mention,
    Message,
    Meter,
    Moment,
    Ranking,
    Text,
    Tone,
    said,
)
from core.chat.outcome import Ask, Confirm, Delta, Outcome, Refusal, Reply, Streaming, Visit, Wait
from core.chat.room import Again, Card, Due, Export, Hook, Job, Notice, Reaction, Room, Talk

__all__ = [
    "Again", "Agreement", "Answer", "Ask", "Asked", "Attachment", "Bold", "Button", "Call", "Card", "Code", "Command", "Confirm", "Delta",
    "Done", "Due", "Export", "Facts", "Field", "Hook", "Image", "Inbound", "Invocation", "Job", "Kind", "Line", "Mention", "Message", "Meter",
    "Moment", "Notice", "Nothing", "Option", "Outcome", "Place", "Query", "Rail", "Ranking", "Reaction", "Refusal",
    "Reply", "Room", "Said", "Stream", "Streaming", "Talk", "Text", "Tone", "Visibility", "Visit", "Wait", "said",
]  # fmt: skip
