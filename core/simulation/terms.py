"""What a simulation takes for granted: what is sold at which price and what a call weighs."""

from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import Field

from core.assistant.rules import AssistantLimits
from core.bounds import Positive, Whole
from core.coins.rules import CoinRules
from core.contracts.rules import ChallengeLimits
from core.costs.rules import CostPrices, Decimal, Prices, nanos
from core.earnings.rules import EarningLimits
from core.entitlements.service import Plans
from core.gate.rules import GateLimits
from core.people import Plan
from core.questions.rules import QuestionRules
from core.usage import Usage, Worst
from core.values import dataclass

Percent = Annotated[int, Field(ge=0, le=100)]


@dataclass(frozen=True, slots=True)
class Pack:
    """One line of `top_ups` or `recharges`: dollars, and the credits or coins for them."""

    price: Decimal
    amount: Positive


@dataclass(frozen=True, slots=True)
class Rail:
    """One line of `rails`: what a payment loses on the way, in thousandths and a fixed part, and how many use it."""

    name: str
    share_permille: Annotated[int, Field(ge=0, le=999)]
    fee: Decimal
    used_percent: Percent

    def net(self, price: str) -> int:
        """What arrives of a price."""
        whole = nanos(price)
        return max(0, whole - whole * self.share_permille // 1000 - nanos(self.fee))


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of `rates`: what a feature costs the member, and the most that one call of it may use."""

    name: str
    credits: Whole
    coins: Whole
    input: Positive
    output: Positive


@dataclass(frozen=True, slots=True)
class Selling:
    """`[simulation]` of config.toml: prices of what is not sold yet, and what a call weighs on average."""

    premium: Decimal = "12"
    pro: Decimal = "29"
    top_ups: tuple[Pack, ...] = (Pack("5", 1_000), Pack("10", 2_500), Pack("20", 6_000))
    recharges: tuple[Pack, ...] = (Pack("5", 500), Pack("10", 1_100), Pack("20", 2_400))
    rails: tuple[Rail, ...] = (Rail("card", 29, "0.30", 50), Rail("stars", 350, "0", 35), Rail("discord", 300, "0", 15))
    rates: tuple[Rate, ...] = (
        Rate("coach", 0, 0, 4_000, 500),
        Rate("ask", 80, 40, 8_000, 500),
        Rate("analyse", 160, 80, 12_000, 1_000),
        Rate("agent", 10, 0, 4_000, 500),
        Rate("plan", 50, 0, 4_000, 1_000),
        Rate("idea", 20, 0, 4_000, 500),
        Rate("post", 20, 0, 4_000, 500),
    )
    read_percent: Percent = 85
    written_percent: Percent = 5
    output_percent: Percent = 50
    prepared_percent: Percent = 60

    def __post_init__(self) -> None:
        if self.read_percent + self.written_percent > 100:
            raise ValueError("read_percent and written_percent should be 100 at most together")
        if sum(rail.used_percent for rail in self.rails) != 100:
            raise ValueError("used_percent of the rails should sum to 100")
        if not (self.top_ups and self.recharges and any(rate.name == "coach" for rate in self.rates)):
            raise ValueError("top_ups and recharges should have a line, and rates one named coach")

    def price_of(self, plan: Plan) -> str:
        """Dollars a month."""
        return {Plan.FREE: "0", Plan.PREMIUM: self.premium, Plan.PRO: self.pro}[plan]

    def used(self, rate: Rate, output: int) -> Usage:
        """What a call uses on average."""
        read, written = rate.input * self.read_percent // 100, rate.input * self.written_percent // 100
        tokens = min(output, rate.output) * self.output_percent // 100
        return Usage(rate.input - read - written, 0, written, read, tokens)


@dataclass(frozen=True, slots=True)
class World:
    """Every section of the settings that the economy hangs on."""

    selling: Selling = Selling()
    coins: CoinRules = CoinRules()
    earnings: EarningLimits = EarningLimits()
    challenges: ChallengeLimits = ChallengeLimits()
    gate: GateLimits = GateLimits()
    costs: CostPrices = CostPrices()
    prices: Prices = Prices()
    plans: Plans = Plans()
    assistant: AssistantLimits = AssistantLimits()
    questions: QuestionRules = QuestionRules()


class Tariff(NamedTuple):
    """What one call of a rate costs on a day: the worst that is reserved, and what it will be; in full and reduced."""

    worst: int
    cost: int
    worst_reduced: int
    cost_reduced: int


def tariffs(world: World, at: datetime) -> dict[str, Tariff]:
    """The price of each rate's call at an instant, by the dated tables."""
    found = {}
    big, small, short = world.assistant.model, world.assistant.small_model, world.assistant.reduced_output_max
    for rate in world.selling.rates:
        less = min(rate.output, short)
        found[rate.name] = Tariff(
            world.prices.worst(Worst(big, rate.input, rate.output), at),
            world.prices.cost(big, world.selling.used(rate, rate.output), at),
            world.prices.worst(Worst(small, rate.input, less), at),
            world.prices.cost(small, world.selling.used(rate, less), at),
        )
    return found
