"""The routes of interactions: first answer, follow-ups and original, all by the interaction's token."""

from tests.fakes.discord import errors
from tests.fakes.discord.checks import checked_edit, checked_message
from tests.fakes.discord.errors import Fault, Json
from tests.fakes.discord.interactions import (
    CHOICES,
    DEFER,
    DEFER_UPDATE,
    MESSAGE,
    MODAL,
    UPDATE,
    Interaction,
)
from tests.fakes.discord.limits import EPHEMERAL, choice_faults, is_empty, is_v2, message_faults, modal_faults
from tests.fakes.discord.rest import Answer, Call, Route
from tests.fakes.discord.things import Message


def routes() -> list[Route]:
    """`@original` before the ids that it would match."""
    hook = "/webhooks/{webhook_id}/{webhook_token}"
    original = f"{hook}/messages/@original"
    one = f"{hook}/messages/{{message_id}}"
    major = "webhook_id,webhook_token"
    callback = "/interactions/{interaction_id}/{interaction_token}/callback"
    return [
        Route("POST", callback, first_answer, "callback", "interaction_id", tokenless=True),
        Route("POST", hook, follow_up, "webhook", major, tokenless=True),
        Route("GET", original, get, "webhook", major, tokenless=True),
        Route("PATCH", original, edit, "webhook", major, tokenless=True),
        Route("DELETE", original, delete, "webhook", major, tokenless=True),
        Route("GET", one, get, "webhook", major, tokenless=True),
        Route("PATCH", one, edit, "webhook", major, tokenless=True),
        Route("DELETE", one, delete, "webhook", major, tokenless=True),
    ]


def _faults(call: Call, interaction: Interaction, kind: int, data: Json) -> list[Fault]:
    if kind == MODAL:
        return modal_faults(data)
    if kind == CHOICES:
        return choice_faults(data)
    if kind in (MESSAGE, UPDATE):
        v2 = is_v2(data)
        if kind == UPDATE and interaction.source is not None:
            v2 = v2 or is_v2({"flags": interaction.source.flags})
        return message_faults(data, v2=v2, files=tuple(upload.filename for upload in call.files))
    return []


def first_answer(call: Call) -> Answer:
    """The one first answer, within three seconds."""
    body = call.json()
    kind, data = body.get("type"), body.get("data") or {}
    interaction = call.world.desk.awaited(call.number("interaction_id"), call.params["interaction_token"])
    if not isinstance(kind, int):
        raise errors.invalid_form([(("type",), "BASE_TYPE_REQUIRED", "This field is required")])
    call.world.desk.refuse_type(interaction, kind)
    faults = _faults(call, interaction, kind, data)
    if faults:
        raise errors.invalid_form([(("data", *path), code, words) for path, code, words in faults])
    if kind == MESSAGE and is_empty(data, len(call.files)):
        raise errors.empty_message()
    call.hold_against_spec()
    call.world.desk.respond(interaction, kind, data, call.files)
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return Answer(status=204)
    return Answer(_callback(interaction, kind))


def _callback(interaction: Interaction, kind: int) -> Json:
    about: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "channel_id": str(interaction.channel.id),
    }
    if interaction.guild is not None:
        about["guild_id"] = str(interaction.guild.id)
    resource: Json = {"type": kind}
    message = interaction.original
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = kind == DEFER
        about["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
        if kind != DEFER_UPDATE:
            resource["message"] = message.json()
    return {"interaction": about, "resource": resource}


def _hooked(call: Call) -> Interaction:
    return call.world.desk.hooked(call.number("webhook_id"), call.params["webhook_token"])


def follow_up(call: Call) -> Answer:
    """One more message; after a deferral the first takes the placeholder's place."""
    interaction = _hooked(call)
    body = call.json()
    checked_message(call, body, v2=is_v2(body), edit=False)
    message = call.world.desk.follow_up(interaction, body, call.files)
    call.world.bell.ring()
    # An interaction's token answers with the message whether or not `wait` asks for it.
    return Answer(message.json())


def _message(call: Call) -> Message:
    return call.world.desk.message(_hooked(call), call.params.get("message_id", "@original"))


def get(call: Call) -> Answer:
    """Read one back."""
    return Answer(_message(call).json())


def edit(call: Call) -> Answer:
    """Edit one, ephemeral ones too."""
    message = _message(call)
    checked_edit(call, message, call.json())
    call.world.desk.fill(message, call.json(), call.files)
    return Answer(message.json())


def delete(call: Call) -> Answer:
    """Delete one."""
    call.world.remove(_message(call))
    return Answer(status=204)
