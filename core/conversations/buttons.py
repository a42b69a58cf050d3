"""Buttons on their way out: those with values get a token, those of unknown commands are dropped."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.chat.catalog import Catalog
from core.chat.form import jsonable
from core.chat.message import Button, Message
from core.chat.outcome import Refusal, Reply
from core.conversations import repository
from core.conversations.repository import Stage
from core.db import UnitOfWork
from core.ids import MemberId

BUTTON_LIVES = timedelta(days=90)
"""How long a button that carries values can be pressed; after that it says that it is old."""


class Buttons:
    """Readies the buttons of one answer. Private ones belong to `owner`; public ones to whoever presses."""

    def __init__(self, uow: UnitOfWork, catalog: Catalog, owner: MemberId, at: datetime) -> None:
        self._uow = uow
        self._catalog = catalog
        self._owner = owner
        self._expires_at = at + BUTTON_LIVES

    def ready(self, reply: Reply) -> Reply:
        """A reply that can be rendered."""
        if not reply.message.buttons:
            return reply
        return replace(reply, message=self.of_message(reply.message, public=not reply.private))

    def of_message(self, message: Message, *, public: bool = False) -> Message:
        """A message that can be rendered."""
        if not message.buttons:
            return message
        owner = None if public else self._owner
        kept = tuple(self._with_token(button, owner) for button in message.buttons if self._is_known(button))
        return replace(message, buttons=kept)

    def of_refusal(self, refusal: Refusal) -> Refusal:
        """A refusal that can be rendered."""
        return replace(refusal, buttons=self.of_message(Message((), buttons=refusal.buttons)).buttons)

    def _is_known(self, button: Button) -> bool:
        return self._catalog.find(button.command) is not None

    def _with_token(self, button: Button, owner: MemberId | None) -> Button:
        if not button.values or button.token:  # a token stays what it is when the message is readied again
            return button
        command = self._catalog.find(button.command)
        assert command is not None, "unknown buttons were dropped"
        token = repository.save(
            self._uow,
            command.path,
            command.version,
            owner,
            stage=Stage.BUTTON,
            values=jsonable(button.values),
            expires_at=self._expires_at,
        )
        return replace(button, token=token)
