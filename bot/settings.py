"""Every setting with its default and bounds; `config.toml` shows them with their units.

A section belongs to the room that uses it and takes it as a parameter; here are those of the wiring itself.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from core.asks.rules import AskPrices
from core.assistant.rules import AssistantLimits
from core.bounds import Positive, Whole
from core.coins.rules import CoinRules
from core.contracts.rules import ChallengeLimits
from core.costs.rules import CostPrices, Prices
from core.desk import ChatLimits
from core.earnings.rules import EarningLimits
from core.entitlements.service import Plans
from core.gate.rules import GateLimits
from core.gifts.rules import GiftLimits
from core.growth.forecast import ForecastRules
from core.knowledge.rules import NotebookLimits
from core.linking.rules import LinkingLimits
from core.members.rules import MemberRules
from core.metrics.rules import MetricLimits
from core.outbox.rules import NoticeLimits, OutboxPace
from core.privacy.rules import PrivacyLimits
from core.questions.rules import QuestionRules
from core.reports.rules import Goals, ReportRules
from core.schedule.service import SchedulePace
from core.simulation.terms import Selling
from core.values import dataclass

Port = Annotated[int, Field(ge=0, le=65535)]
# A description is what an operator reads instead of the pattern.
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]\S*$", description="a URL with http:// or https://")]
# Without the slash that may end it, because what stands below it begins with one: an address with two is another one.
PublicUrl = Annotated[
    str,
    Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$", description="a URL with http:// or https://, up to its path"),
    AfterValidator(lambda url: url.rstrip("/")),
]
SocketUrl = Annotated[str, Field(pattern=r"^wss?://[^\s/]\S*$", description="a URL with ws:// or wss://")]
DatabaseUrl = Annotated[
    str,
    Field(
        # Not ":memory:": each connection would have a database of its own.
        pattern=r"^(sqlite:///[^:].*|postgresql://.+)$",
        description="sqlite:///path or postgresql://user@host/name",
    ),
]
Identity = Annotated[
    str,
    Field(
        pattern=r"^(discord|telegram|console):[\w.-]+$",
        description='a platform and an id, such as "discord:123"',
    ),
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
    url: DatabaseUrl = "sqlite:///data/demo.db"


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    owners: Identities = ()


@dataclass(frozen=True, slots=True)
class WebSettings:
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Port = 8080
    public_url: PublicUrl = "http://127.0.0.1:8080"
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
class TikTokSettings:
    enabled: bool = False
    api_url: HttpUrl = "https://open.tiktokapis.com/v2"
    auth_url: HttpUrl = "https://www.tiktok.com/v2/auth/authorize/"
    requests_a_minute: Positive = 600
    client_key: SecretStr = NO_SECRET
    client_secret: SecretStr = NO_SECRET


@dataclass(frozen=True, slots=True)
class YouTubeSettings:
    enabled: bool = False
    api_url: HttpUrl = "https://www.googleapis.com/youtube/v3"
    auth_url: HttpUrl = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: HttpUrl = "https://oauth2.googleapis.com"
    units_a_day: Annotated[int, Field(ge=1, le=1_000_000_000)] = 10_000
    api_key: SecretStr = NO_SECRET
    client_id: SecretStr = NO_SECRET
    client_secret: SecretStr = NO_SECRET


@dataclass(frozen=True, slots=True)
class AnthropicSettings:
    api_url: HttpUrl = "https://api.anthropic.com"
    silence_s: Positive = 30
    key: SecretStr = NO_SECRET


@dataclass(frozen=True, slots=True)
class LogSettings:
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


@dataclass(frozen=True, slots=True)
class Settings:
    database: DatabaseSettings = DatabaseSettings()
    demo: DemoSettings = DemoSettings()
    operator: OperatorSettings = OperatorSettings()
    chat: ChatLimits = ChatLimits()
    coins: CoinRules = CoinRules()
    earnings: EarningLimits = EarningLimits()
    questions: QuestionRules = QuestionRules()
    members: MemberRules = MemberRules()
    linking: LinkingLimits = LinkingLimits()
    privacy: PrivacyLimits = PrivacyLimits()
    challenges: ChallengeLimits = ChallengeLimits()
    forecast: ForecastRules = ForecastRules()
    notebook: NotebookLimits = NotebookLimits()
    gifts: GiftLimits = GiftLimits()
    metrics: MetricLimits = MetricLimits()
    notices: NoticeLimits = NoticeLimits()
    outbox: OutboxPace = OutboxPace()
    schedule: SchedulePace = SchedulePace()
    web: WebSettings = WebSettings()
    discord: DiscordSettings = DiscordSettings()
    telegram: TelegramSettings = TelegramSettings()
    tiktok: TikTokSettings = TikTokSettings()
    youtube: YouTubeSettings = YouTubeSettings()
    assistant: AssistantLimits = AssistantLimits()
    asks: AskPrices = AskPrices()
    anthropic: AnthropicSettings = AnthropicSettings()
    log: LogSettings = LogSettings()
    plans: Plans = Plans()
    models: Prices = Prices()
    costs: CostPrices = CostPrices()
    gate: GateLimits = GateLimits()
    goals: Goals = Goals()
    reports: ReportRules = ReportRules()
    simulation: Selling = Selling()
