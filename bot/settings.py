"""Every setting with its default and bounds; `config.toml` shows them with their units.

Each section is a plain dataclass, so the room that uses it can own it and take it as a parameter.
"""

from dataclasses import dataclass
from datetime import time
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr

Whole = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Port = Annotated[int, Field(ge=0, le=65535)]
# A description is what an operator reads instead of the pattern.
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]+", description="a URL with http:// or https://")]
SocketUrl = Annotated[str, Field(pattern=r"^wss?://[^\s/]+", description="a URL with ws:// or wss://")]
DatabaseUrl = Annotated[
    str,
    Field(
        pattern=r"^(sqlite:///.+|postgresql://.+)$",
        description="sqlite:///path or postgresql://user@host/name",
    ),
]
TimeOfDay = Annotated[time, Field(description='a time of day such as "22:00"')]
Identity = Annotated[
    str,
    Field(
        pattern=r"^(discord|telegram|console):[\w.-]+$",
        description='a platform and an id, such as "discord:123"',
    ),
]
Channel = Annotated[
    str,
    Field(pattern=r"^((discord|telegram):-?\d+)?$", description='empty or a channel such as "discord:123"'),
]


def _split(value: object) -> object:
    """A variable can not hold a list, so commas part its items."""
    if isinstance(value, str):
        return tuple(item.strip() for item in value.split(",") if item.strip())
    return tuple(value) if isinstance(value, list) else value  # a strict reading takes no list for a tuple


Identities = Annotated[tuple[Identity, ...], BeforeValidator(_split)]
NO_SECRET = SecretStr("")


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    url: DatabaseUrl = "sqlite:///data/tandem.db"
    readers: Positive = 2
    batch_max: Annotated[int, Field(ge=1, le=4096)] = 256
    busy_timeout_ms: Whole = 5000
    pool_max: Positive = 16


@dataclass(frozen=True, slots=True)
class DemoSettings:
    enabled: bool = False


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    owners: Identities = ()
    staff_channel: Channel = ""


@dataclass(frozen=True, slots=True)
class ChatLimits:
    conversation_minutes: Positive = 60


@dataclass(frozen=True, slots=True)
class CoinRules:
    daily_base: Whole = 10
    streak_bonus_max: Whole = 10
    grace_days: Whole = 7


@dataclass(frozen=True, slots=True)
class DebtCaps:
    debt_cap_credits: Whole = 18_000
    debt_cap_coins: Whole = 7_200


@dataclass(frozen=True, slots=True)
class MemberRules:
    time_zone_change_days: Whole = 30
    visit_after_change_hours: Annotated[int, Field(ge=0, le=48)] = 18


@dataclass(frozen=True, slots=True)
class LinkingLimits:
    code_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    merge_hours: Whole = 24


@dataclass(frozen=True, slots=True)
class PrivacyLimits:
    erase_days: Whole = 30
    export_inline_mb: Positive = 10
    export_link_hours: Positive = 24


@dataclass(frozen=True, slots=True)
class GiftLimits:
    daily_cap: Whole = 1000
    once_max: Positive = 500
    confirm_above: Whole = 100
    wait_days: Positive = 30
    min_account_days: Whole = 3

    def __post_init__(self) -> None:
        if self.once_max > self.daily_cap > 0:
            raise ValueError(f"once_max {self.once_max} should not be over daily_cap {self.daily_cap}")


@dataclass(frozen=True, slots=True)
class NoticeLimits:
    unprompted_a_day: Whole = 2
    quiet_from: TimeOfDay = time(22, 0)
    quiet_to: TimeOfDay = time(8, 0)


@dataclass(frozen=True, slots=True)
class OutboxPace:
    attempts_max: Positive = 16
    backoff_first_s: Positive = 5
    backoff_max_s: Positive = 3600

    def __post_init__(self) -> None:
        if self.backoff_first_s > self.backoff_max_s:
            first, most = self.backoff_first_s, self.backoff_max_s
            raise ValueError(f"backoff_first_s {first} should not be over backoff_max_s {most}")


@dataclass(frozen=True, slots=True)
class SchedulePace:
    tick_s: Seconds = 1.0
    lease_s: Positive = 60
    batch: Annotated[int, Field(ge=1, le=1000)] = 64


@dataclass(frozen=True, slots=True)
class WebSettings:
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Port = 8080
    public_url: HttpUrl = "http://127.0.0.1:8080"
    secret: SecretStr = NO_SECRET


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    enabled: bool = False
    api_url: HttpUrl = "https://discord.com/api/v10"
    gateway_url: SocketUrl = "wss://gateway.discord.gg"
    token: SecretStr = NO_SECRET


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    enabled: bool = False
    api_url: HttpUrl = "https://api.telegram.org/bot"
    mode: Literal["polling", "webhook"] = "polling"
    token: SecretStr = NO_SECRET


@dataclass(frozen=True, slots=True)
class LogSettings:
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


@dataclass(frozen=True, slots=True)
class Plan:
    credits_a_month: Whole = 0
    may_give: bool = False
    price_month_cents: Whole = 0
    price_year_cents: Whole = 0


@dataclass(frozen=True, slots=True)
class Plans:
    free: Plan = Plan(credits_a_month=50)
    premium: Plan = Plan(2_000, may_give=True, price_month_cents=1_200, price_year_cents=12_000)
    pro: Plan = Plan(10_000, may_give=True, price_month_cents=2_900, price_year_cents=29_000)


@dataclass(frozen=True, slots=True)
class Settings:
    database: DatabaseSettings = DatabaseSettings()
    demo: DemoSettings = DemoSettings()
    operator: OperatorSettings = OperatorSettings()
    chat: ChatLimits = ChatLimits()
    coins: CoinRules = CoinRules()
    ledger: DebtCaps = DebtCaps()
    members: MemberRules = MemberRules()
    linking: LinkingLimits = LinkingLimits()
    privacy: PrivacyLimits = PrivacyLimits()
    gifts: GiftLimits = GiftLimits()
    notices: NoticeLimits = NoticeLimits()
    outbox: OutboxPace = OutboxPace()
    schedule: SchedulePace = SchedulePace()
    web: WebSettings = WebSettings()
    discord: DiscordSettings = DiscordSettings()
    telegram: TelegramSettings = TelegramSettings()
    log: LogSettings = LogSettings()
    plans: Plans = Plans()
