"""What every message has to pass, whether it goes to a channel or through an interaction's token."""

from tests.fakes.discord import errors
from tests.fakes.discord.errors import Json
from tests.fakes.discord.limits import is_empty, is_v2, message_faults
from tests.fakes.discord.rest import Call
from tests.fakes.discord.things import Message

NONCE_MAX = 25


def checked_message(call: Call, body: Json, *, v2: bool, edit: bool) -> None:
    """The rules that a message has to keep, wherever it goes."""
    names = tuple(upload.filename for upload in call.files)
    faults = message_faults(body, v2=v2, files=names)
    if body.get("nonce") is not None and len(str(body["nonce"])) > NONCE_MAX:
        faults.append((("nonce",), "BASE_TYPE_MAX_LENGTH", f"Must be {NONCE_MAX} or fewer in length."))
    if faults:
        raise errors.invalid_form(faults)
    if not edit and is_empty(body, len(call.files)):
        raise errors.empty_message()
    call.hold_against_spec()


def checked_edit(call: Call, message: Message, body: Json) -> None:
    """An edit keeps the rules, leaves something to see, and never mixes the generations of components."""
    v2 = is_v2(body) or is_v2({"flags": message.flags})
    checked_message(call, body, v2=v2, edit=True)
    after = {"content": message.content, "embeds": message.embeds, "components": message.components, **body}
    kept = message.attachments if "attachments" not in body else body["attachments"] or []
    if v2 and (after["content"] or after["embeds"]):
        code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
        raise errors.invalid_form([((), code, "content and embeds have to be emptied for v2 components")])
    if is_empty(after, len(call.files) + len(kept)):
        raise errors.empty_message()
