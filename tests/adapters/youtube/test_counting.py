"""The step of a rounded number, and the eras of a view."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.youtube.counting import era, step
from tests.fakes.youtube.world import shown


class TestStep:
    @given(st.integers(0, 10**12))
    def test_the_true_number_is_within_one_step(self, true):
        public = shown(true)
        assert public <= true < public + step(public)
        assert public % step(public) == 0


class TestEra:
    @pytest.mark.parametrize(
        ("at", "name"),
        [
            (datetime(2025, 3, 30, 23, 59, tzinfo=UTC), "youtube-engaged"),
            (datetime(2025, 3, 31, tzinfo=UTC), "youtube-shorts-first-frame"),
            (datetime(2026, 8, 23, 23, 59, tzinfo=UTC), "youtube-shorts-first-frame"),
            (datetime(2026, 8, 24, tzinfo=UTC), "youtube-changing-2026-08-24"),
            (datetime(2026, 8, 27, 23, tzinfo=UTC), "youtube-changing-2026-08-27"),
            (datetime(2026, 8, 28, tzinfo=UTC), "youtube-first-frame"),
            (datetime(2026, 11, 20, tzinfo=UTC), "youtube-first-frame"),
        ],
    )
    def test_by_instant(self, at, name):
        assert era(at) == name
