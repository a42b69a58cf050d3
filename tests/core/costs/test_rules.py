"""Prices to the nano-dollar."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.costs.errors import NoPrice
from core.costs.rules import Category, CostPrice, CostPrices, ModelPrice, Prices
from core.usage import Usage, Worst

SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PRICES = Prices()
tokens = st.integers(0, 200_000)
usages = st.builds(Usage, tokens, tokens, tokens, tokens, tokens)


class TestCost:
    def test_a_call_with_every_class(self) -> None:
        used = Usage(input=312, cache_write_5m=1_024, cache_write_1h=2_800, cache_read=4_100, output=250)
        expected = 312 * 2_000 + 1_024 * 2_500 + 2_800 * 4_000 + 4_100 * 100 + 250 * 10_000
        assert PRICES.cost(SONNET, used, NOW) == expected

    def test_the_price_of_the_day(self) -> None:
        read = Usage(cache_read=1_000_000)
        days = (datetime(2026, 10, 6, 23, 59, tzinfo=UTC), datetime(2026, 10, 7, tzinfo=UTC))
        assert [PRICES.cost(SONNET, read, day) for day in days] == [200_000_000, 100_000_000]

    def test_a_long_prompt_has_its_own_price(self) -> None:
        at, above = (PRICES.cost(HAIKU, Usage(input=n, output=1), NOW) for n in (100_000, 100_001))
        assert (at, above) == (100_000 * 100 + 500, 5 * (100_001 * 100 + 500))

    def test_a_fraction_of_a_nano_counts_as_one(self) -> None:
        odd = Prices((ModelPrice("m", date(2026, 1, 1), "0.0001", "1", "1", "1", "1"),))
        assert [odd.cost("m", Usage(input=n), NOW) for n in (1, 10, 11)] == [1, 1, 2]

    def test_negative_tokens_are_a_bug(self) -> None:
        with pytest.raises(ValueError, match="negative"):
            PRICES.cost(SONNET, Usage(input=-1), NOW)

    @given(usages, st.sampled_from([SONNET, HAIKU]))
    def test_the_worst_is_never_less(self, used, model) -> None:
        total = used.input + used.cache_write_5m + used.cache_write_1h + used.cache_read
        assert PRICES.cost(model, used, NOW) <= PRICES.worst(Worst(model, total, used.output), NOW)


class TestPrices:
    def test_an_unknown_model_has_none(self) -> None:
        with pytest.raises(NoPrice, match="gpt"):
            PRICES.require([SONNET, "gpt"], NOW)

    @pytest.mark.parametrize("wrong", ["0", "0.0"])
    @pytest.mark.parametrize("which", ["input", "output", "cache_write_5m", "cache_write_1h", "cache_read"])
    def test_no_class_is_free(self, wrong, which) -> None:
        with pytest.raises(ValueError, match="above 0"):
            Prices((replace(PRICES.prices[0], **{which: wrong}),))

    def test_two_prices_from_one_day(self) -> None:
        with pytest.raises(ValueError, match="once"):
            Prices((PRICES.prices[0], PRICES.prices[0]))


class TestSmall:
    def test_the_seeds_figures_are_exact(self) -> None:
        seed = CostPrice(date(2026, 1, 1), "0.0075", "0.001", "0.0000035", "0.0000125", "0.000016667", "0.023")
        prices = CostPrices((seed,))
        wanted = {"message": 7_500_000, "external": 1_000_000, "request": 3_500, "database": 12_500, "compute": 16_667}
        assert {name: prices.of(Category(name), 1, NOW) for name in wanted} == wanted

    def test_a_message_of_our_platforms_costs_nothing(self) -> None:
        assert CostPrices().of(Category.MESSAGE, 1_000, NOW) == 0
