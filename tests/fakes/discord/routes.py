"""The routes of the API that a bot like Tandem uses: the application, people, channels and messages."""

import re
from typing import Any

from tests.fakes.discord import errors
from tests.fakes.discord.checks import checked_edit, checked_message
from tests.fakes.discord.command_limits import refusal
from tests.fakes.discord.interaction_routes import routes as interaction_routes
from tests.fakes.discord.limits import is_v2
from tests.fakes.discord.rest import Answer, Call, Route
from tests.fakes.discord.things import Channel, Guild, Member


def routes(gateway: Any) -> list[Route]:
    """Every route, `@me` before the ids that it would match."""

    def gateway_bot(_: Call) -> Answer:
        return Answer(gateway.for_bots())

    def gateway_url(_: Call) -> Answer:
        return Answer({"url": gateway.url})

    message = "/channels/{channel_id}/messages/{message_id}"
    role = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
    commands = "/applications/{application_id}/commands"
    guild_commands = "/applications/{application_id}/guilds/{guild_id}/commands"
    return [
        *interaction_routes(),
        Route("GET", "/gateway", gateway_url),
        Route("GET", "/gateway/bot", gateway_bot),
        Route("GET", "/users/@me", me),
        Route("GET", "/applications/@me", application),
        Route("GET", "/oauth2/applications/@me", application),
        Route("GET", commands, list_commands, "commands", "application_id"),
        Route("PUT", commands, put_commands, "commands", "application_id"),
        Route("GET", guild_commands, list_commands, "commands", "guild_id"),
        Route("PUT", guild_commands, put_commands, "commands", "guild_id"),
        Route("POST", "/users/@me/channels", open_dm),
        Route("GET", "/users/{user_id}", user),
        Route("GET", "/channels/{channel_id}", channel),
        Route("DELETE", "/channels/{channel_id}", delete_channel),
        Route("POST", "/channels/{channel_id}/typing", typing, "typing", "channel_id"),
        Route("GET", "/channels/{channel_id}/messages", list_messages, "read", "channel_id"),
        Route("POST", "/channels/{channel_id}/messages", create_message, "channel", "channel_id"),
        Route("GET", message, get_message, "read", "channel_id"),
        Route("PATCH", message, edit_message, "channel_edit", "channel_id"),
        Route("DELETE", message, delete_message, "channel_delete", "channel_id"),
        Route("GET", "/guilds/{guild_id}", guild, "guild", "guild_id"),
        Route("GET", "/guilds/{guild_id}/channels", guild_channels, "guild", "guild_id"),
        Route("POST", "/guilds/{guild_id}/channels", create_channel, "guild_channels", "guild_id"),
        Route("GET", "/guilds/{guild_id}/roles", guild_roles, "guild", "guild_id"),
        Route("POST", "/guilds/{guild_id}/roles", create_role, "guild_roles", "guild_id"),
        Route("GET", "/guilds/{guild_id}/members/{user_id}", member, "guild", "guild_id"),
        Route("PUT", role, add_role, "member_roles", "guild_id"),
        Route("DELETE", role, remove_role, "member_roles", "guild_id"),
    ]


def me(call: Call) -> Answer:
    """The bot's own user."""
    bot = call.world.application.user
    return Answer({**bot.json(), "verified": True, "mfa_enabled": True, "locale": "en-US", "email": None})


def application(call: Call) -> Answer:
    """The bot's application."""
    mine = call.world.application
    owner = next(iter(call.world.guilds.values())).owner if call.world.guilds else mine.user
    return Answer(
        {
            "id": str(mine.id),
            "name": mine.user.name,
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": owner.json(),
            "team": None,
            "verify_key": "0" * 64,
            "flags": _flags(mine.privileged),
            "bot": mine.user.json(),
            "approximate_guild_count": len(call.world.guilds),
            "interactions_endpoint_url": None,
            "integration_types_config": {"0": {}, "1": {}},
        }
    )


def _flags(privileged: int) -> int:
    pairs = ((1 << 8, 1 << 12), (1 << 1, 1 << 14), (1 << 15, 1 << 18))
    return sum(flag for intent, flag in pairs if privileged & intent)


def _scope(call: Call) -> Guild | None:
    if call.number("application_id") != call.world.application.id:
        raise errors.missing_access()
    if "guild_id" not in call.params:
        return None
    guild = call.world.guilds.get(call.number("guild_id"))
    if guild is None or not guild.has_bot:
        raise errors.missing_access()
    return guild


def list_commands(call: Call) -> Answer:
    """The registered commands."""
    return Answer(call.world.commands.of(_scope(call)))


def put_commands(call: Call) -> Answer:
    """Bulk overwrite."""
    scope = _scope(call)
    if not isinstance(call.body, list):
        raise errors.invalid_form([((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")])
    refused = refusal(call.body)
    if refused is not None:
        raise refused
    call.hold_against_spec()
    return Answer(call.world.commands.overwrite(call.body, scope))


def open_dm(call: Call) -> Answer:
    """The direct messages with somebody; opening never fails for a closed door, writing does."""
    call.hold_against_spec()
    found = call.world.users.get(int(call.json().get("recipient_id") or 0))
    if found is None or found.bot:
        raise errors.invalid_recipient()
    return Answer(call.world.dm(found).json())


def user(call: Call) -> Answer:
    """Anybody."""
    found = call.world.users.get(call.number("user_id"))
    if found is None:
        raise errors.unknown_user()
    return Answer(found.json())


def channel(call: Call) -> Answer:
    """A channel that the bot sees."""
    return Answer(call.world.seen_channel(call.number("channel_id")).json())


def delete_channel(call: Call) -> Answer:
    """Delete a channel of a guild."""
    found = call.world.seen_channel(call.number("channel_id"))
    if found.guild is not None:
        _need("MANAGE_CHANNELS", found.guild)
        del found.guild.channels[found.id]
        del call.world.channels[found.id]
        call.world.tell("CHANNEL_DELETE", found.json(), guild=found.guild, intent=1)
    return Answer(found.json())


def typing(call: Call) -> Answer:
    """Show the dots."""
    _writable(call)
    return Answer(status=204)


def _writable(call: Call) -> Channel:
    found = call.world.seen_channel(call.number("channel_id"))
    if found.recipient is not None and not call.world.reachable(found.recipient):
        raise errors.closed_dm()
    if "SEND_MESSAGES" in found.forbidden:
        raise errors.missing_permissions()
    return found


def list_messages(call: Call) -> Answer:
    """The latest messages, newest first."""
    found = call.world.seen_channel(call.number("channel_id"))
    shown = [message for message in reversed(found.messages) if not message.ephemeral]
    if "before" in call.query:
        shown = [message for message in shown if message.id < int(call.query["before"])]
    if "after" in call.query:
        shown = [message for message in shown if message.id > int(call.query["after"])]
    return Answer([message.json() for message in shown[: int(call.query.get("limit", 50))]])


def create_message(call: Call) -> Answer:
    """Send; a repeated nonce brings back the message of the first time."""
    body = call.json()
    checked_message(call, body, v2=is_v2(body), edit=False)
    found = _writable(call)
    if call.files and "ATTACH_FILES" in found.forbidden:
        raise errors.missing_permissions()
    if body.get("enforce_nonce") and body.get("nonce") is not None:
        earlier = call.world.repeated(found, str(body["nonce"]))
        if earlier is not None:
            return Answer(earlier.json())
    reference = body.get("message_reference") or {}
    known = {str(message.id) for message in found.messages}
    if (
        reference
        and reference.get("fail_if_not_exists", True)
        and str(reference.get("message_id")) not in known
    ):
        raise errors.invalid_form([(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")])
    return Answer(call.world.post(found, call.world.application.user, body, call.files).json())


def get_message(call: Call) -> Answer:
    """One message."""
    found = call.world.seen_channel(call.number("channel_id"))
    return Answer(call.world.seen_message(found, call.number("message_id")).json())


def edit_message(call: Call) -> Answer:
    """Edit one of the bot's own."""
    found = call.world.seen_channel(call.number("channel_id"))
    message = call.world.seen_message(found, call.number("message_id"))
    if message.author is not call.world.application.user:
        raise errors.anothers_message()
    checked_edit(call, message, call.json())
    call.world.change(message, call.json(), call.files)
    return Answer(message.json())


def delete_message(call: Call) -> Answer:
    """Delete; another's message needs the permission for it."""
    found = call.world.seen_channel(call.number("channel_id"))
    message = call.world.seen_message(found, call.number("message_id"))
    foreign = message.author is not call.world.application.user
    if foreign and (found.guild is None or "MANAGE_MESSAGES" in found.forbidden):
        raise errors.missing_permissions()
    call.world.remove(message)
    return Answer(status=204)


def guild(call: Call) -> Answer:
    """A guild that the bot is in."""
    return Answer(call.world.guild_json(call.world.seen_guild(call.number("guild_id"))))


def guild_channels(call: Call) -> Answer:
    """Its channels."""
    found = call.world.seen_guild(call.number("guild_id"))
    return Answer([entry.json() for entry in found.channels.values()])


def _need(permission: str, found: Guild) -> None:
    if permission in found.forbidden:
        raise errors.missing_permissions()


def create_channel(call: Call) -> Answer:
    """Make a channel; text channels are named in lower case with dashes."""
    found = call.world.seen_guild(call.number("guild_id"))
    call.hold_against_spec()
    _need("MANAGE_CHANNELS", found)
    name = re.sub(r"\s+", "-", call.json()["name"].strip().lower())
    made = call.world.channel(name, found, kind=call.json().get("type") or 0)
    return Answer(made.json(), 201)


def guild_roles(call: Call) -> Answer:
    """Its roles."""
    found = call.world.seen_guild(call.number("guild_id"))
    return Answer([entry.json() for entry in found.roles.values()])


def create_role(call: Call) -> Answer:
    """Make a role, at the bottom."""
    found = call.world.seen_guild(call.number("guild_id"))
    call.hold_against_spec()
    _need("MANAGE_ROLES", found)
    body = call.json()
    name = body.get("name") or "new role"
    return Answer(call.world.role(name, found, permissions=int(body.get("permissions") or 0)).json())


def _member(call: Call) -> tuple[Guild, Member]:
    found = call.world.seen_guild(call.number("guild_id"))
    if call.number("user_id") not in call.world.users:
        raise errors.unknown_user()
    there = found.members.get(call.number("user_id"))
    if there is None:
        raise errors.unknown_member()
    return found, there


def member(call: Call) -> Answer:
    """A user in a guild."""
    return Answer(_member(call)[1].json())


def add_role(call: Call) -> Answer:
    """Give a role that lies below the bot's own."""
    return _change_role(call, add=True)


def remove_role(call: Call) -> Answer:
    """Take a role back."""
    return _change_role(call, add=False)


def _change_role(call: Call, *, add: bool) -> Answer:
    found, there = _member(call)
    role = found.roles.get(call.number("role_id"))
    if role is None:
        raise errors.unknown_role()
    _need("MANAGE_ROLES", found)
    if role.managed or role.position >= found.bot_position:
        raise errors.missing_permissions()
    if add != (role in there.roles):
        there.roles = [*there.roles, role] if add else [kept for kept in there.roles if kept is not role]
        call.world.member_changed(there, found)
    return Answer(status=204)
