"""Whom this process has met by username: the Bot API finds nobody by it. Lost with the process, and no loss."""

from collections.abc import Iterator

from telegram import Message, Update, User

from adapters.telegram import limits
from adapters.telegram.commands import Who, who


class Met:
    """People by username, the newest kept."""

    def __init__(self) -> None:
        self._people: dict[str, Who] = {}

    def note(self, update: Update) -> None:
        """Remember everybody whom an update shows."""
        for user in _users(update):
            if user.username and not user.is_bot:
                name = user.username.casefold()
                self._people.pop(name, None)
                self._people[name] = who(user.id, user.full_name)
        while len(self._people) > limits.MET_MAX:
            del self._people[next(iter(self._people))]

    def find(self, username: str) -> Who | None:
        """Who has a username, written without the @ and in small letters."""
        return self._people.get(username)


def _users(update: Update) -> Iterator[User]:
    if update.callback_query is not None:
        yield update.callback_query.from_user
    if update.message is not None:
        yield from _of_message(update.message)
        if update.message.reply_to_message is not None:
            yield from _of_message(update.message.reply_to_message)


def _of_message(message: Message) -> Iterator[User]:
    if message.from_user is not None:
        yield message.from_user
    yield from (entity.user for entity in message.entities if entity.user is not None)
