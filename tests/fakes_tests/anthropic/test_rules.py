"""The fake refuses what the API refuses."""

from typing import Any

import pytest

from tests.fakes.anthropic import rules
from tests.fakes.anthropic.rules import Refused

ASKED = [{"role": "user", "content": "How often?"}]
USE = {"type": "tool_use", "id": "t1", "name": "look", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "4"}


def body(**changed: Any) -> dict[str, Any]:
    return {"model": "claude-sonnet-5-5", "max_tokens": 100, "messages": ASKED} | changed


def talk(*contents: Any) -> list[dict[str, Any]]:
    return [{"role": ("user", "assistant")[i % 2], "content": content} for i, content in enumerate(contents)]


def kept(ttl: str) -> dict[str, Any]:
    return {"type": "text", "text": "x", "cache_control": {"type": "ephemeral", "ttl": ttl}}


class TestCheck:
    def test_takes_a_plain_question(self):
        rules.check(body())

    def test_takes_a_tool_and_its_result(self):
        rules.check(body(messages=talk("How many?", [USE], [RESULT])))

    @pytest.mark.parametrize(
        "changed",
        [
            {"temperature": 1},
            {"top_p": 1},
            {"top_k": 4},
            {"max_tokens": 0},
            {"messages": []},
            {"messages": [{"role": "assistant", "content": "x"}]},
            {"messages": [*ASKED, *ASKED]},
            {"messages": talk("How?", "Like")},
            {"messages": talk(" ")},
            {"messages": talk([])},
            {"messages": talk("How many?", [USE], "Well?")},
            {"messages": talk("How many?", "Four", [RESULT])},
            {"thinking": {"type": "disabled"}},
            {"thinking": {"type": "enabled", "budget_tokens": 1024}},
            {"thinking": {"type": "loud"}},
            {"output_config": {"effort": "huge"}},
            {"tool_choice": {"type": "any"}, "tools": []},
            {"tool_choice": {"type": "tool", "name": "x"}, "tools": []},
            {"system": [kept("1h")] * 5},
            {"system": [kept("5m"), kept("1h")]},
            {"system": [kept("2h")]},
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
            {"model": "claude-haiku-4-5", "output_config": {"effort": "low"}},
            {
                "model": "claude-haiku-5-5", "thinking": {"type": "disabled"}, "output_config": {"effort": "xhigh"},
            },
        ],
    )  # fmt: skip
    def test_refuses(self, changed: dict[str, Any]):
        with pytest.raises(Refused) as caught:
            rules.check(body(**changed))
        assert caught.value.status == 400

    @pytest.mark.parametrize("model", ["claude-sonnet-4-20250514", "gpt"])
    def test_a_model_that_is_not_there_is_not_found(self, model: str):
        with pytest.raises(Refused) as caught:
            rules.check(body(model=model))
        assert caught.value.status == 404
