"""Asks each platform whether our token is right and what the bot may, through the configured base URLs."""

from typing import TYPE_CHECKING, Any

import aiohttp

from bot.settings import DiscordSettings, TelegramSettings

if TYPE_CHECKING:
    from bot.doctor import Finding

TIMEOUT = aiohttp.ClientTimeout(total=10)
PRIVILEGED = dict.fromkeys((12, 13), "presence") | dict.fromkeys((14, 15), "members") | dict.fromkeys((18, 19), "text")
"""Application flags of privileged intents:
https://discord.com/developers/docs/resources/application#application-object-application-flags"""


async def discord(settings: DiscordSettings) -> "Finding | None":
    """Whether Discord knows the token, and whether privileged intents are on that Tandem does not need."""
    from bot.doctor import Finding

    if not settings.enabled:
        return None
    token = settings.token.get_secret_value()
    if not token:
        return Finding(
            "Discord", "on, but there is no token", "Put TANDEM__DISCORD__TOKEN into .env (developer portal, Bot)."
        )
    status, answer = await _get(f"{settings.api_url}/applications/@me", {"Authorization": f"Bot {token}"})
    if status == 401:
        return Finding(
            "Discord", "it refuses the token", "Reset the token in the developer portal (Bot) and put it into .env."
        )
    if status != 200:
        return Finding("Discord", f"it answered {answer or status}", "Look at [discord] api_url and the network.")
    extra = sorted({name for flag, name in PRIVILEGED.items() if int(answer.get("flags", 0)) & flag})
    name = answer.get("name", "the application")
    if extra:
        words = f"connected as {name}; privileged intents on: {', '.join(extra)}"
        return Finding("Discord", words, "Tandem needs none of them: turn them off in the developer portal (Bot).")
    return Finding("Discord", f"connected as {name}; intents are right")


async def telegram(settings: TelegramSettings) -> "Finding | None":
    """Whether Telegram knows the token, and whether groups' privacy mode is on."""
    from bot.doctor import Finding

    if not settings.enabled:
        return None
    token = settings.token.get_secret_value()
    if not token:
        return Finding(
            "Telegram", "on, but there is no token", "Put TANDEM__TELEGRAM__TOKEN into .env (from @BotFather)."
        )
    status, answer = await _get(f"{settings.api_url}{token}/getMe", {})
    if status in {401, 404}:
        return Finding("Telegram", "it refuses the token", "Ask @BotFather for the token again and put it into .env.")
    if status != 200:
        return Finding("Telegram", f"it answered {answer or status}", "Look at [telegram] api_url and the network.")
    bot = answer.get("result", {})
    if bot.get("can_read_all_group_messages"):
        fix = "Tandem needs commands and replies only: turn privacy mode on at @BotFather (/setprivacy)."
        return Finding("Telegram", f"connected as @{bot.get('username')}; it reads whole groups", fix)
    return Finding("Telegram", f"connected as @{bot.get('username')}; privacy mode is on")


async def _get(url: str, headers: dict[str, str]) -> tuple[int, Any]:
    """(status, JSON), or (0, why) when nobody answered. The address is not repeated: it may hold a token."""
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(url, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)
    except (TimeoutError, aiohttp.ClientError, ValueError) as error:
        return 0, type(error).__name__
