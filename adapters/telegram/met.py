"""Whom this process has met by username: the Bot API finds nobody by it. Lost with the process, and no loss."""

from collections.abc import Iterator

from adapters.telegram import limits
from adapters.telegram.commands import Who, who
from adapters.telegram.inbound import name_of
from adapters.telegram.wire import Json


class Met:
    """People by username, the newest kept."""

    def __init__(self) -> None:
        self._people: dict[str, Who] = {}

    def note(self, update: Json) -> None:
        """Remember everybody whom an update shows."""
        for user in _users(update):
            if user.get("username") and not user.get("is_bot"):
                name = user["username"].casefold()
                self._people.pop(name, None)
                self._people[name] = who(user["id"], name_of(user))
        while len(self._people) > limits.MET_MAX:
            del self._people[next(iter(self._people))]

    def find(self, username: str) -> Who | None:
        """Who has a username, written without the @ and in small letters."""
        return self._people.get(username)


def _users(update: Json) -> Iterator[Json]:
    if "callback_query" in update:
        yield update["callback_query"]["from"]
    if "message" in update:
        yield from _of_message(update["message"])
        if "reply_to_message" in update["message"]:
            yield from _of_message(update["message"]["reply_to_message"])


def _of_message(message: Json) -> Iterator[Json]:
    if "from" in message:
        yield message["from"]
    yield from (entity["user"] for entity in message.get("entities", ()) if "user" in entity)
