"""What answers cost, which coin pays, and which sources an answer named. Pure."""

import re
from collections.abc import Sequence
from enum import StrEnum

from core.bounds import Whole
from core.money import Amount, Coins, Credits, Unit
from core.values import dataclass


class Pay(StrEnum):
    """What pays: a unit in the order in which its lots burn, or those lots of it alone that were paid for."""

    COINS = "coins"
    CREDITS = "credits"
    RECHARGED = "recharged_coins"
    BOUGHT = "bought_credits"

    @property
    def unit(self) -> Unit:
        """What is paid in."""
        return Unit.COIN if self in {Pay.COINS, Pay.RECHARGED} else Unit.CREDIT

    @property
    def self_paid(self) -> bool:
        """Whether only bought, recharged and gifted lots pay."""
        return self in {Pay.RECHARGED, Pay.BOUGHT}

    @property
    def sold(self) -> "Pay":
        """The same unit, from those lots alone."""
        return Pay.RECHARGED if self.unit is Unit.COIN else Pay.BOUGHT

    @property
    def other(self) -> "Pay":
        """The other unit, as its lots burn."""
        return Pay.CREDITS if self.unit is Unit.COIN else Pay.COINS


@dataclass(frozen=True, slots=True)
class AskPrices:
    """`[asks]` of config.toml."""

    answer_coins: Whole = 40
    answer_credits: Whole = 80
    analysis_coins: Whole = 80
    analysis_credits: Whole = 160


@dataclass(frozen=True, slots=True)
class Price:
    """What one thing costs, in either unit."""

    what: str
    coins: Coins
    credits: Credits

    def by(self, pay: Pay) -> Amount:
        """The amount in the unit that somebody chose."""
        return self.coins if pay.unit is Unit.COIN else self.credits


def answer_price(prices: AskPrices) -> Price:
    """Of a strategic answer."""
    return Price("A strategic answer", Coins(prices.answer_coins), Credits(prices.answer_credits))


def analysis_price(prices: AskPrices) -> Price:
    """Of an analysis."""
    return Price("A tailored analysis", Coins(prices.analysis_coins), Credits(prices.analysis_credits))


@dataclass(frozen=True, slots=True)
class Source:
    """Something about the member that an answer may rest on: how it is named, and what it says."""

    name: str
    text: str


_NAMED = re.compile(r"\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")


def numbered(sources: Sequence[Source], start: int = 1) -> str:
    """Sources as a model reads them, each with the number that it may be named by."""
    return "\n\n".join(f"[{i}] {one.name}\n{one.text}" for i, one in enumerate(sources, start=start))


def named_in(text: str, sources: Sequence[Source]) -> list[tuple[int, Source]]:
    """The sources that a text names by their numbers; a number that no source has is nobody's."""
    found = {int(number) for group in _NAMED.findall(text) for number in group.split(",")}
    return [(i, one) for i, one in enumerate(sources, start=1) if i in found]


def used(text: str, sources: Sequence[Source]) -> str:
    """The line below an answer that says what of the member's it rests on; empty without sources."""
    if not sources:
        return ""
    named = named_in(text, sources)
    if named:
        return "Used: " + ", ".join(f"[{i}] {one.name}" for i, one in named) + "."
    return "Read, and not named in it: " + ", ".join(one.name for one in sources) + "."
