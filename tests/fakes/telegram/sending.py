"""Methods that make or change messages."""

from typing import Any

from tests.fakes.telegram import limits
from tests.fakes.telegram.asking import Asking
from tests.fakes.telegram.entities import Formatted
from tests.fakes.telegram.faults import NOT_MODIFIED, Json, bad_request
from tests.fakes.telegram.media import document, media, photo
from tests.fakes.telegram.messages import Chat, Message
from tests.fakes.telegram.world import DRAFT_SECONDS, World

DELETABLE_SECONDS = 48 * 3600


def told(world: World, ask: Asking, name: str) -> Any:
    """Entities, with a word to the test when there are more than the server keeps."""
    given = ask.value(name)
    if (excess := limits.excess(given)) is not None:
        world.violations.append(f"{ask.method}: {excess}")
        return given[:100]
    return given


def answers_to(world: World, chat: Chat, ask: Asking) -> Message | None:
    wanted = ask.value("reply_parameters")
    if wanted is None:
        return None
    found = chat.messages.get(wanted.get("message_id", 0))
    if found is not None and not found.deleted:
        return found
    if wanted.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def counted(world: World, ask: Asking) -> Chat:
    """The chat to write to, if the bot may write there and has not written too much."""
    chat = world.writable(ask.parameters.get("chat_id", ""))
    world.flood.check(ask.method, chat.id)
    return chat


def text_of(world: World, ask: Asking) -> Formatted:
    return limits.body(ask.text("text"), ask.text("parse_mode"), told(world, ask, "entities"))


def caption_of(world: World, ask: Asking) -> Formatted:
    return limits.caption(ask.text("caption"), ask.text("parse_mode"), told(world, ask, "caption_entities"))


def posted(world: World, ask: Asking, chat: Chat, **what: Any) -> Json:
    markup = limits.reply_markup(ask.value("reply_markup"))
    reply = answers_to(world, chat, ask)
    return world.post(chat, world.bot, markup=markup, reply_to=reply, **what).as_json()


def send_message(world: World, ask: Asking) -> Json:
    text = text_of(world, ask)
    limits.reply_markup(ask.value("reply_markup"))
    return posted(world, ask, counted(world, ask), text=text)


def send_photo(world: World, ask: Asking) -> Json:
    caption = caption_of(world, ask)
    content = photo(world, ask, ask.text("photo"))
    return posted(world, ask, counted(world, ask), caption=caption, content=content)


def send_document(world: World, ask: Asking) -> Json:
    caption = caption_of(world, ask)
    content = document(world, ask, ask.text("document"))
    return posted(world, ask, counted(world, ask), caption=caption, content=content)


def send_message_draft(world: World, ask: Asking) -> bool:
    text = limits.draft(ask.text("text"), ask.text("parse_mode"), told(world, ask, "entities"))
    chat = world.writable(ask.parameters.get("chat_id", ""))
    if chat.user is None:
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    if ask.number("draft_id") == 0:
        raise bad_request("RANDOM_ID_INVALID")  # (assumed)
    world.flood.check(ask.method, chat.id)
    chat.drafts = {ask.number("draft_id"): (text, world.clock.now() + DRAFT_SECONDS)}
    world.bell.ring()
    return True


def send_chat_action(world: World, ask: Asking) -> bool:
    if ask.text("action") not in limits.CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = world.writable(ask.parameters.get("chat_id", ""))
    chat.action = (ask.text("action"), world.clock.now())
    world.bell.ring()
    return True


# Changing


def own(world: World, ask: Asking) -> Message:
    """The bot's message that an edit means."""
    if ask.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.writable(ask.parameters.get("chat_id", ""))
    if not ask.has("message_id"):
        raise bad_request("message identifier is not specified")
    found = world.message(chat, ask.number("message_id"), "message to edit not found")
    if found.sender is not world.bot or not found.editable:
        raise bad_request("message can't be edited")
    world.flood.check(ask.method, chat.id)
    return found


def changed(world: World, message: Message, **what: Any) -> Json:
    if all(getattr(message, name) == value for name, value in what.items()):
        raise bad_request(NOT_MODIFIED)
    for name, value in what.items():
        setattr(message, name, value)
    message.edited = world.clock.now()
    return world.touch(message).as_json()


def new_markup(ask: Asking) -> Json | None:
    """An edit without a keyboard takes the old one away."""
    return limits.reply_markup(ask.value("reply_markup"), inline_only=True)


def edit_message_text(world: World, ask: Asking) -> Json:
    text, markup = text_of(world, ask), new_markup(ask)
    message = own(world, ask)
    if message.text is None:
        raise bad_request("there is no text in the message to edit")
    return changed(world, message, text=text, markup=markup)


def edit_message_caption(world: World, ask: Asking) -> Json:
    caption, markup = caption_of(world, ask), new_markup(ask)
    message = own(world, ask)
    if not {"photo", "document"} & set(message.content):
        raise bad_request("there is no caption in the message to edit")
    return changed(world, message, caption=caption, markup=markup)


def edit_message_media(world: World, ask: Asking) -> Json:
    wanted = ask.value("media")
    if not isinstance(wanted, dict) or wanted.get("type") not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: Unsupported type specified")
    caption = limits.caption(
        wanted.get("caption", ""), wanted.get("parse_mode"), wanted.get("caption_entities")
    )
    markup = new_markup(ask)
    content = media(world, ask, wanted["type"], str(wanted.get("media", "")))
    return changed(world, own(world, ask), content=content, text=None, caption=caption, markup=markup)


def edit_message_reply_markup(world: World, ask: Asking) -> Json:
    markup = new_markup(ask)
    return changed(world, own(world, ask), markup=markup)


def delete_message(world: World, ask: Asking) -> bool:
    chat = world.find(ask.parameters.get("chat_id", ""))
    world.reachable(chat)
    message = world.message(chat, ask.number("message_id"), "message to delete not found")
    foreign = message.sender is not world.bot and chat.user is None
    rights = chat.members.get(world.bot.id) == "administrator"
    too_old = world.clock.now() - message.date > DELETABLE_SECONDS
    if too_old or (foreign and not rights):
        raise bad_request("message can't be deleted")
    message.deleted = True
    world.touch(message)
    return True
