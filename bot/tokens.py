"""Asks each platform whether our token is right and what the bot may, through the configured base URLs."""

from typing import TypeVar

import aiohttp
from pydantic import BaseModel, ValidationError

from bot.findings import Finding
from bot.settings import DiscordSettings, TelegramSettings
from core.values import dataclass

T = TypeVar("T", bound=BaseModel)
TIMEOUT = aiohttp.ClientTimeout(total=10)
PRIVILEGED = dict.fromkeys((12, 13), "presence") | dict.fromkeys((14, 15), "members") | dict.fromkeys((18, 19), "text")
"""Application flags of privileged intents:
https://discord.com/developers/docs/resources/application#application-object-application-flags"""


class Application(BaseModel):
    """What Discord says of us, as far as we ask."""

    name: str = "the application"
    flags: int = 0


class User(BaseModel):
    """What Telegram says of us, as far as we ask."""

    username: str
    can_read_all_group_messages: bool = False


class GetMe(BaseModel):
    """Telegram's envelope."""

    result: User


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` is 0 when nobody answered, and then `text` says why."""

    status: int
    text: str


async def discord(settings: DiscordSettings) -> Finding | None:
    """Whether Discord knows the token, and whether privileged intents are on that Tandem does not need."""
    if not settings.enabled:
        return None
    token = settings.token.get_secret_value()
    if not token:
        return Finding(
            "Discord", "on, but there is no token", "Put TANDEM__DISCORD__TOKEN into .env (developer portal, Bot)."
        )
    answer = await _get(f"{settings.api_url}/applications/@me", {"Authorization": f"Bot {token}"})
    if answer.status == 401:
        return Finding(
            "Discord", "it refuses the token", "Reset the token in the developer portal (Bot) and put it into .env."
        )
    application = _read(Application, answer)
    if application is None:
        return Finding("Discord", _strange(answer), "Look at [discord] api_url and the network, then try again.")
    extra = sorted({name for flag, name in PRIVILEGED.items() if application.flags & (1 << flag)})
    if extra:
        words = f"connected as {application.name}; privileged intents on: {', '.join(extra)}"
        return Finding("Discord", words, "Tandem needs none of them: turn them off in the developer portal (Bot).")
    return Finding("Discord", f"connected as {application.name}; intents are right")


async def telegram(settings: TelegramSettings) -> Finding | None:
    """Whether Telegram knows the token, and whether groups' privacy mode is on."""
    if not settings.enabled:
        return None
    token = settings.token.get_secret_value()
    if not token:
        return Finding(
            "Telegram", "on, but there is no token", "Put TANDEM__TELEGRAM__TOKEN into .env (from @BotFather)."
        )
    answer = await _get(f"{settings.api_url}{token}/getMe", {})
    if answer.status in {401, 404}:
        return Finding("Telegram", "it refuses the token", "Ask @BotFather for the token again and put it into .env.")
    found = _read(GetMe, answer)
    if found is None:
        return Finding("Telegram", _strange(answer), "Look at [telegram] api_url and the network, then try again.")
    bot = found.result
    if bot.can_read_all_group_messages:
        fix = "Tandem needs commands and replies only: turn privacy mode on at @BotFather (/setprivacy)."
        return Finding("Telegram", f"connected as @{bot.username}; it reads whole groups", fix)
    return Finding("Telegram", f"connected as @{bot.username}; privacy mode is on")


def _read(kind: type[T], answer: Answer) -> T | None:
    """The answer as what was asked for; None if it is something else, such as a proxy's page."""
    try:
        return kind.model_validate_json(answer.text) if answer.status == 200 else None
    except ValidationError:
        return None


def _strange(answer: Answer) -> str:
    if not answer.status:
        return f"nobody answers ({answer.text})"
    return f"it answered with status {answer.status}" + (", but not as itself" if answer.status == 200 else "")


async def _get(url: str, headers: dict[str, str]) -> Answer:
    """One question. The address is not repeated: it may hold a token."""
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(url, headers=headers) as answer:
            body = await answer.read()
            return Answer(answer.status, body.decode(errors="replace"))
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(0, type(error).__name__)
