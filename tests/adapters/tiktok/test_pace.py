"""A minute that slides: never more than so many in any sixty seconds, and no less than is allowed."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.tiktok.pace import Pace


class Hands:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class TestTake:
    def test_refuses_until_the_oldest_is_a_minute_old(self):
        now = Hands()
        pace = Pace(2, now)
        assert pace.take("user/info") == 0
        now.at = 30
        assert pace.take("user/info") == 0
        assert pace.take("user/info") == 30
        now.at = 59.5
        assert pace.take("user/info") == 1
        now.at = 60
        assert pace.take("user/info") == 0
        assert pace.take("user/info") == 30

    def test_by_endpoint(self):
        pace = Pace(1, Hands())
        assert pace.take("user/info") == 0
        assert pace.take("video/list") == 0
        assert pace.take("user/info") == 60

    @given(st.integers(1, 5), st.lists(st.floats(0, 40), max_size=60))
    def test_never_more_in_any_minute_and_never_fewer(self, most, waits):
        now = Hands()
        pace = Pace(most, now)
        taken: list[float] = []
        for wait in waits:
            now.at += wait
            within = [at for at in taken if at > now.at - 60]
            left = pace.take("x")
            assert (left == 0) == (len(within) < most)
            if left == 0:
                taken.append(now.at)


class TestRest:
    def test_nothing_until_it_is_over(self):
        now = Hands()
        pace = Pace(600, now)
        pace.rest("x", 17)
        pace.rest("x", 5)
        assert pace.take("x") == 17
        assert pace.take("y") == 0
        now.at = 17
        assert pace.take("x") == 0
