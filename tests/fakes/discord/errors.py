"""Discord's refusals, with the status, code and words that the real API uses."""

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]
Path = tuple[str | int, ...]
# Where it is, Discord's name for it, its words.
Fault = tuple[Path, str, str]


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(
        self, status: int, code: int, message: str, *, errors: Json | None = None, headers: Json | None = None
    ) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.headers = headers or {}

    def body(self) -> Json:
        """The JSON that goes out."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


def nested(faults: Iterable[Fault]) -> Json:
    """The faults as Discord nests them: by field, list indexes as keys, `_errors` at the leaves."""
    tree: Json = {}
    for path, code, message in faults:
        leaf = tree
        for step in path:
            leaf = leaf.setdefault(str(step), {})
        leaf.setdefault("_errors", []).append({"code": code, "message": message})
    return tree


def invalid_form(faults: Iterable[Fault]) -> Refusal:
    """The body breaks a rule of the form."""
    return Refusal(400, 50035, "Invalid Form Body", errors=nested(faults))


def unauthorized() -> Refusal:
    """The token is not the bot's."""
    return Refusal(401, 0, "401: Unauthorized")


def no_such_route() -> Refusal:
    """The path is not one of the API's."""
    return Refusal(404, 0, "404: Not Found")


def unknown_channel() -> Refusal:
    """No such channel."""
    return Refusal(404, 10003, "Unknown Channel")


def unknown_guild() -> Refusal:
    """No such guild, or the bot is not in it."""
    return Refusal(404, 10004, "Unknown Guild")


def unknown_member() -> Refusal:
    """The user is not in the guild."""
    return Refusal(404, 10007, "Unknown Member")


def unknown_message() -> Refusal:
    """No such message, or it can not be reached this way."""
    return Refusal(404, 10008, "Unknown Message")


def unknown_role() -> Refusal:
    """No such role."""
    return Refusal(404, 10011, "Unknown Role")


def unknown_user() -> Refusal:
    """No such user."""
    return Refusal(404, 10013, "Unknown User")


def unknown_webhook() -> Refusal:
    """The interaction's token is unknown, or nothing was answered yet."""
    return Refusal(404, 10015, "Unknown Webhook")


def unknown_interaction() -> Refusal:
    """The interaction never was, or three seconds went by."""
    return Refusal(404, 10062, "Unknown interaction")


def already_acknowledged() -> Refusal:
    """The one first answer was given."""
    return Refusal(400, 40060, "Interaction has already been acknowledged.")


def too_many_followups() -> Refusal:
    """Five follow-ups at most where only the user installed the application."""
    return Refusal(400, 40094, "Maximum number of follow up messages reached for this interaction")


def too_many_commands(most: int) -> Refusal:
    """The application has as many commands as it may."""
    return Refusal(400, 30032, f"Maximum number of application commands reached ({most})")


def too_many_creates() -> Refusal:
    """Commands may be made 200 times a day."""
    return Refusal(400, 30034, "Max number of daily application command creates has been reached (200)")


def missing_access() -> Refusal:
    """The bot does not see the place."""
    return Refusal(403, 50001, "Missing Access")


def anothers_message() -> Refusal:
    """Only the author edits."""
    return Refusal(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> Refusal:
    """Nothing in it."""
    return Refusal(400, 50006, "Cannot send an empty message")


def closed_dm() -> Refusal:
    """The person takes no direct messages from the bot."""
    return Refusal(403, 50007, "Cannot send messages to this user")


def missing_permissions() -> Refusal:
    """The bot sees the place but may not do this there."""
    return Refusal(403, 50013, "Missing Permissions")


def invalid_token() -> Refusal:
    """The interaction's token is older than fifteen minutes."""
    return Refusal(401, 50027, "Invalid Webhook Token")


def invalid_recipient() -> Refusal:
    """A direct message to nobody."""
    return Refusal(400, 50033, "Invalid Recipient(s)")


def not_json() -> Refusal:
    """The body does not parse."""
    return Refusal(400, 50109, "The request body contains invalid JSON.")
