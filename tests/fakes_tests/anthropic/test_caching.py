"""The fake's cache keeps to the vendor's rules, so that a sum made on it means something."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.clock import SetClock
from tests.fakes.anthropic.caching import Cache, Counted

LEAST = 1024


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 20, tzinfo=UTC))


@pytest.fixture
def cache(clock: SetClock) -> Cache:
    return Cache(clock)


def text(tokens: int, sign: str = "x", ttl: str = "") -> dict[str, Any]:
    mark = {"cache_control": {"type": "ephemeral", "ttl": ttl}} if ttl else {}
    return {"type": "text", "text": sign * tokens * 4} | mark


def body(system: list[Any], *contents: list[Any], model: str = "claude-sonnet-5-5", **more: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    messages = [{"role": roles[i % 2], "content": content} for i, content in enumerate(contents)]
    return {"model": model, "system": system, "messages": messages, **more}


class TestUse:
    def test_writes_then_reads(self, cache: Cache):
        asked = body([text(2000, ttl="1h")], [text(50, "q")])
        assert cache.use(asked, LEAST) == Counted(50, 0, 2000, 0)
        assert cache.use(asked, LEAST) == Counted(50, 0, 0, 2000)

    def test_without_a_breakpoint_keeps_nothing(self, cache: Cache):
        asked = body([text(2000)], [text(50, "q")])
        cache.use(asked, LEAST)
        assert cache.use(asked, LEAST) == Counted(2050, 0, 0, 0)

    def test_below_the_least_keeps_nothing_and_says_nothing(self, cache: Cache):
        asked = body([text(1023, ttl="1h")], [text(50, "q")])
        cache.use(asked, LEAST)
        assert cache.use(asked, LEAST) == Counted(1073, 0, 0, 0)

    def test_any_change_before_the_breakpoint_misses(self, cache: Cache):
        cache.use(body([text(2000, ttl="1h")], [text(50, "q")]), LEAST)
        assert cache.use(body([text(2000, "y", ttl="1h")], [text(50, "q")]), LEAST).read == 0

    def test_another_model_misses(self, cache: Cache):
        cache.use(body([text(2000, ttl="1h")], [text(9)]), LEAST)
        assert cache.use(body([text(2000, ttl="1h")], [text(9)], model="claude-sonnet-5"), LEAST).read == 0

    def test_another_effort_breaks_the_messages_and_not_the_system(self, cache: Cache):
        asked = body([text(2000, ttl="1h")], [text(100, "q", ttl="1h")])
        cache.use(asked | {"output_config": {"effort": "low"}}, LEAST)
        got = cache.use(asked | {"output_config": {"effort": "medium"}}, LEAST)
        assert got == Counted(0, 0, 100, 2000)

    def test_a_later_breakpoint_reads_an_earlier_write(self, cache: Cache):
        head, first = text(2000, ttl="1h"), text(100, "a")
        cache.use(body([head], [first], [text(200, "b", ttl="1h")], [text(9)]), LEAST)
        longer = body([head], [first], [text(200, "b")], [text(30, "c")], [text(40, "d", ttl="1h")], [text(9)])
        assert cache.use(longer, LEAST) == Counted(9, 0, 70, 2300)

    def test_looks_back_twenty_blocks_and_no_further(self, cache: Cache):
        def asked(blocks: int) -> dict[str, Any]:
            return body([], [text(1100, ttl="1h"), *(text(1, str(i % 10)) for i in range(blocks)), text(1, ttl="1h")])

        def without_its_own_mark(made: dict[str, Any]) -> dict[str, Any]:
            del made["messages"][0]["content"][0]["cache_control"]
            return made

        cache.use(body([], [text(1100, ttl="1h")]), LEAST)
        assert cache.use(without_its_own_mark(asked(18)), LEAST).read == 1100
        fresh = Cache(SetClock(datetime(2026, 11, 20, tzinfo=UTC)))
        fresh.use(body([], [text(1100, ttl="1h")]), LEAST)
        assert fresh.use(without_its_own_mark(asked(19)), LEAST).read == 0

    @pytest.mark.parametrize(("ttl", "minutes"), [("5m", 5), ("1h", 60)])
    def test_is_forgotten_after_its_time(self, cache: Cache, clock: SetClock, ttl: str, minutes: int):
        asked = body([text(2000, ttl=ttl)], [text(9)])
        cache.use(asked, LEAST)
        clock.advance(timedelta(minutes=minutes))
        assert cache.use(asked, LEAST).read == 0

    def test_a_read_refreshes_it(self, cache: Cache, clock: SetClock):
        asked = body([text(2000, ttl="5m")], [text(9)])
        cache.use(asked, LEAST)
        for _ in range(5):
            clock.advance(timedelta(minutes=4))
            assert cache.use(asked, LEAST).read == 2000
