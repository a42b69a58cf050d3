"""The catalogue that ships, and files that are refused."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from core.contracts.catalogue import CATALOGUE, Challenge
from core.growth.rules import Metric
from core.templates import TEMPLATES, TemplateError, load

GOOD = json.loads((TEMPLATES / "challenges" / "ten_clips.json").read_text("utf-8"))


class TestShipped:
    def test_covers_what_creators_want(self) -> None:
        every = CATALOGUE.values()
        assert len(every) >= 8
        assert {item.days for item in every} >= {7, 14, 30}
        assert {goal.metric for item in every for goal in item.goals} == set(Metric)
        assert any(item.actions.lives for item in every)
        assert any(item.actions.posts_a_week for item in every)
        assert any(item.actions.posting_days for item in every)

    @pytest.mark.parametrize("item", CATALOGUE.values(), ids=lambda item: item.name)
    def test_each(self, item: Challenge) -> None:
        assert sum(goal.part for goal in item.goals) == Fraction(1)
        assert 7 <= item.days <= 30


class TestWrong:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"days": 31}, "days"),
            ({"days": 6}, "days"),
            ({"stake": 5}, "stake"),
            ({"actions": {}}, "something to be done"),
            ({"actions": {"posting_days": 11}}, "there are 10 days"),
            ({"goals": [{"metric": "followers", "weight": "1/2"}]}, "sum to 1"),
            ({"goals": [{"metric": "likes", "weight": "1"}]}, "goals"),
            ({"goals": [{"metric": "followers", "weight": "1/2"}] * 2}, "judged once"),
            ({"goals": []}, "goals"),
            ({"actions": {"lives": 2, "live_days": 3}}, "at least so many"),
            ({"actions": {"lives": 2}}, "YouTube alone"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_is_named(self, tmp_path: Path, change: dict[str, object], words: str) -> None:
        folder = tmp_path / "data" / "templates" / "challenges"
        folder.mkdir(parents=True)
        (folder / "odd.json").write_text(json.dumps(GOOD | change))
        with pytest.raises(TemplateError, match=r"odd\.json") as raised:
            load("challenges", Challenge, root=folder.parent)
        assert words in raised.value.text
