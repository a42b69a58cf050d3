"""Methods about the bot itself, its chats, button presses and its webhook."""

import re

from tests.fakes.telegram import limits
from tests.fakes.telegram.asking import Asking
from tests.fakes.telegram.faults import QUERY_TOO_OLD, Json, bad_request, too_many
from tests.fakes.telegram.world import World

SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)
DESCRIPTION = 512
SHORT_DESCRIPTION = 120
LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)[:/]")


def get_me(world: World, ask: Asking) -> Json:
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


# Commands and descriptions


def scope_of(world: World, ask: Asking) -> str:
    """A scope as one line of text: its type and the chat and user it names."""
    given = ask.value("scope") or {"type": "default"}
    kind = given.get("type")
    if kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    words = [kind]
    if kind in ("chat", "chat_administrators", "chat_member"):
        chat = world.find(given.get("chat_id", ""))
        if chat.type == "channel" or (chat.type == "private" and kind != "chat"):
            raise bad_request("can't change commands in this chat")  # (assumed)
        words.append(str(chat.id))
    if kind == "chat_member":
        words.append(str(given.get("user_id", "")))
    return " ".join(words)


def set_my_commands(world: World, ask: Asking) -> bool:
    wanted = limits.commands(ask.value("commands"))
    key = (scope_of(world, ask), limits.language_code(ask.text("language_code")))
    if wanted:
        world.commands[key] = wanted
    else:
        world.commands.pop(key, None)
    return True


def get_my_commands(world: World, ask: Asking) -> list[Json]:
    key = (scope_of(world, ask), limits.language_code(ask.text("language_code")))
    return world.commands.get(key, [])


def delete_my_commands(world: World, ask: Asking) -> bool:
    key = (scope_of(world, ask), limits.language_code(ask.text("language_code")))
    world.commands.pop(key, None)
    return True


def described(world: World, ask: Asking, name: str, most: int) -> bool:
    if len(ask.text(name)) > most:
        raise bad_request(f"{name.upper()}_TOO_LONG")  # (assumed)
    world.descriptions[name, limits.language_code(ask.text("language_code"))] = ask.text(name)
    return True


def set_my_description(world: World, ask: Asking) -> bool:
    return described(world, ask, "description", DESCRIPTION)


def set_my_short_description(world: World, ask: Asking) -> bool:
    return described(world, ask, "short_description", SHORT_DESCRIPTION)


# Presses


def answer_callback_query(world: World, ask: Asking) -> bool:
    """Once, in time, with at most two hundred characters."""
    if len(ask.text("text")) > limits.TOAST_CHARACTERS:
        raise bad_request("MESSAGE_TOO_LONG")
    if ask.has("url") and re.match(r"(https://t\.me/|tg://)", ask.text("url")) is None:
        raise bad_request("URL_INVALID")
    press = world.open_press(ask.text("callback_query_id"))
    if press is None:
        raise bad_request(QUERY_TOO_OLD)
    press.answered = True
    press.toast = ask.text("text") or None
    press.alert = ask.flag("show_alert")
    press.url = ask.text("url") or None
    world.revision += 1
    world.bell.ring()
    return True


# Chats


def get_chat(world: World, ask: Asking) -> Json:
    chat = world.find(ask.parameters.get("chat_id", ""))
    if chat.user is None:
        world.reachable(chat)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def get_chat_member(world: World, ask: Asking) -> Json:
    chat = world.find(ask.parameters.get("chat_id", ""))
    if chat.user is None:
        world.reachable(chat)
    user = world.users.get(ask.number("user_id"))
    if user is None:
        raise bad_request("user not found")
    status = "member" if chat.user is not None else chat.members.get(user.id)
    if status is None:
        raise bad_request("member not found")
    return world.member_json(user, status)


def leave_chat(world: World, ask: Asking) -> bool:
    chat = world.find(ask.parameters.get("chat_id", ""))
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    world.reachable(chat)
    world.standing(chat, world.bot, "left")
    return True


# Webhook


def set_webhook(world: World, ask: Asking) -> bool:
    hook, now = world.webhook, world.clock.now()
    if now - hook.set_at < 1:
        raise too_many(1)
    url, secret = ask.text("url"), ask.text("secret_token")
    if url and not url.startswith("https://") and LOOPBACK.match(url) is None:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and limits.SECRET_TOKEN.fullmatch(secret) is None:
        # Two rules, one sentence of the server's each.
        words = "is too long" if len(secret) > 256 else "contains unallowed characters"
        raise bad_request(f"secret token {words}")
    # The server forces the number into its bounds; a bot that asks for more has misread the rule.
    wanted = ask.number("max_connections", 40)
    if not 1 <= wanted <= 100:
        world.violations.append(f"setWebhook: max_connections is {wanted}, allowed is 1-100")
    world.updates.allow(ask.value("allowed_updates"))
    if ask.flag("drop_pending_updates"):
        world.updates.clear()
    hook.url, hook.secret, hook.set_at = url, secret, now
    hook.connections = min(max(wanted, 1), 100)
    hook.last_error, hook.gone_since = "", None
    world.bell.ring()
    return True


def delete_webhook(world: World, ask: Asking) -> bool:
    world.webhook.url = ""
    if ask.flag("drop_pending_updates"):
        world.updates.clear()
    world.bell.ring()
    return True


def get_webhook_info(world: World, ask: Asking) -> Json:
    hook = world.webhook
    told: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending()),
    }
    if hook.url:
        told |= {"max_connections": hook.connections, "ip_address": "127.0.0.1"}
    if hook.last_error:
        told |= {"last_error_date": int(hook.last_error_at), "last_error_message": hook.last_error}
    return told | {"allowed_updates": sorted(world.updates.allowed)}
