"""The port over the real client: every way an answer ends, and every error there is."""

import asyncio
import subprocess
import sys
from contextlib import aclosing
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from adapters.anthropic import AnthropicModel
from core.errors import ErrorKind
from core.models import (
    Begun,
    Ended,
    ModelBusy,
    ModelKeyRefused,
    ModelLost,
    ModelOutOfFunds,
    ModelRejected,
    ModelRetired,
    ModelTrouble,
    ModelUnreachable,
    Prompt,
    Stop,
    Turn,
    Written,
)
from core.usage import Usage
from tests.fakes.anthropic import script
from tests.fakes.anthropic.fake import FakeAnthropic
from tests.fakes.anthropic.script import Break, Refuse, Say, Slow, Use

LONG = "You are a manager of creators, and you answer in plain words. " * 80


def prompt(**changed: Any) -> Prompt:
    given: dict[str, Any] = {
        "model": "claude-sonnet-5-5", "stable": (LONG,), "turns": (), "now": "", "asked": "How often should I post?",
        "output_max": 500,
    }  # fmt: skip
    return Prompt(**given | changed)


async def heard(model: AnthropicModel, asked: Prompt) -> tuple[str, Ended]:
    """The text, and how it ended."""
    pieces = [piece async for piece in model.stream(asked)]
    assert isinstance(pieces[0], Begun)
    assert isinstance(pieces[-1], Ended)
    return "".join(piece.text for piece in pieces if isinstance(piece, Written)), pieces[-1]


class TestStream:
    async def test_brings_text_usage_and_request_id(self, api: FakeAnthropic, claude: AnthropicModel):
        text, ended = await heard(claude, prompt())
        assert text == api.reply
        assert ended.stop is Stop.END_TURN
        assert ended.usage == Usage(input=6, cache_write_1h=1240, output=10)
        assert ended.request_id == "req_1"

    async def test_reads_what_it_wrote(self, api: FakeAnthropic, claude: AnthropicModel):
        await heard(claude, prompt())
        _, ended = await heard(claude, prompt(asked="And on Fridays?"))
        assert ended.usage == Usage(input=4, cache_read=1240, output=10)

    async def test_each_turn_reads_the_history_and_writes_one_exchange(
        self, api: FakeAnthropic, claude: AnthropicModel
    ):
        one, two = Turn("First?", "First answer." * 20), Turn("Second?", "Second answer." * 20)
        await heard(claude, prompt(turns=(one,), now="It is 14:05."))
        _, ended = await heard(claude, prompt(turns=(one, two), now="It is 14:09."))
        assert ended.usage is not None
        assert ended.usage.cache_read == 1240 + 2 + 65
        assert ended.usage.cache_write_1h == 2 + 70

    async def test_sends_no_thinking_no_sampling_and_four_breakpoints_at_most(
        self, api: FakeAnthropic, claude: AnthropicModel
    ):
        await heard(claude, prompt(stable=(LONG, "Profile.", "Earlier."), turns=(Turn("a?", "b"),)))
        body = api.asked[0].body
        assert body["thinking"] == {"type": "between_tools"}
        assert body["output_config"] == {"effort": "low"}
        assert {"temperature", "top_p", "top_k", "tools", "tool_choice"}.isdisjoint(body)
        assert str(body).count("'cache_control'") == 4

    @pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-haiku-4-5", "claude-sonnet-5", "claude-opus-5-5"])
    async def test_no_model_thinks_unasked(self, api: FakeAnthropic, claude: AnthropicModel, model: str):
        _, ended = await heard(claude, prompt(model=model))
        assert ended.usage is not None
        assert ended.usage.output == 10

    async def test_never_prefills(self, api: FakeAnthropic, claude: AnthropicModel):
        await heard(claude, prompt(turns=(Turn("a?", "b"),)))
        assert api.asked[0].body["messages"][-1]["role"] == "user"


class TestStops:
    @pytest.mark.parametrize(
        ("said", "text", "stop"),
        [
            (Say("Done."), "Done.", Stop.END_TURN),
            (Say("Done.", stop="stop_sequence"), "Done.", Stop.STOP_SEQUENCE),
            (Say("x" * 400, ""), "x" * 80, Stop.MAX_TOKENS),
            (Say("So far", stop="model_context_window_exceeded"), "So far", Stop.CONTEXT_FULL),
            (Say("So far", stop="pause_turn"), "So far", Stop.PAUSE_TURN),
            (Use("pay", {"coins": 5, "to": "me"}, "Let me"), "Let me", Stop.TOOL_USE),
            (Refuse(), "", Stop.REFUSAL),
            (Refuse("I was"), "I was", Stop.REFUSAL),
            (Say("Done.", stop="moon_phase"), "Done.", Stop.UNKNOWN),
        ],
    )
    async def test_each_is_named(self, api: FakeAnthropic, claude: AnthropicModel, said: Any, text: str, stop: Stop):
        api.next(said)
        got, ended = await heard(claude, prompt(output_max=20))
        assert (got, ended.stop) == (text, stop)
        assert ended.usage is not None

    async def test_without_usage_says_so(self, api: FakeAnthropic, claude: AnthropicModel):
        api.next(Say("Done.", usage=False))
        assert (await heard(claude, prompt()))[1].usage is None


class TestErrors:
    @pytest.mark.parametrize(
        ("answer", "error", "wait_ms"),
        [
            (script.BUSY, ModelBusy, 7000),
            (script.BUSY_SOMEHOW, ModelBusy, None),
            (script.OVERLOADED, ModelBusy, None),
            (script.BROKEN, ModelBusy, None),
            (script.SPENT, ModelOutOfFunds, None),
            (script.UNPAID, ModelOutOfFunds, None),
            (script.TOO_LATE, ModelLost, None),
            (script.Fail(408), ModelLost, None),
            (script.Fail(403, "permission_error"), ModelKeyRefused, None),
            (script.Fail(413, "request_too_large"), ModelRejected, None),
            (script.Fail(429, "rate_limit_error", "soon"), ModelBusy, None),
        ],
    )
    async def test_of_status_are_ours(
        self, api: FakeAnthropic, claude: AnthropicModel, answer: Any, error: type[ModelTrouble], wait_ms: int | None
    ):
        api.next(answer)
        with pytest.raises(error) as caught:
            await heard(claude, prompt())
        assert caught.value.kind is ErrorKind.OPERATIONAL
        assert getattr(caught.value, "wait_ms", None) == wait_ms
        assert "req_1" in caught.value.why

    async def test_are_tried_once(self, api: FakeAnthropic, claude: AnthropicModel):
        api.next(script.BUSY, script.BUSY)
        with pytest.raises(ModelBusy):
            await heard(claude, prompt())
        assert api.requests == 1

    @pytest.mark.filterwarnings("ignore:The model:DeprecationWarning")
    @pytest.mark.parametrize("model", ["claude-sonnet-4-20250514", "claude-unheard-of"])
    async def test_of_a_model_that_is_not_there(self, claude: AnthropicModel, model: str):
        with pytest.raises(ModelRetired):
            await heard(claude, prompt(model=model))

    async def test_of_a_wrong_key(self, api: FakeAnthropic):
        model = AnthropicModel(api.url, "wrong", silence_s=5)
        with pytest.raises(ModelKeyRefused):
            await heard(model, prompt())
        await model.close()

    async def test_of_a_request_that_is_refused(self, claude: AnthropicModel):
        with pytest.raises(ModelRejected):
            await heard(claude, prompt(asked="  "))

    async def test_of_a_question_too_long(self, claude: AnthropicModel):
        with pytest.raises(ModelRejected):
            await heard(claude, prompt(asked="long " * 200_000))

    async def test_without_a_server_nothing_ran(self):
        model = AnthropicModel("http://127.0.0.1:1", "key", silence_s=5)
        with pytest.raises(ModelUnreachable) as caught:
            await heard(model, prompt())
        assert caught.value.nothing_ran
        await model.close()

    @pytest.mark.parametrize("how", ["error", "cut"])
    @pytest.mark.parametrize("after", [0, 1, 3])
    async def test_in_the_middle_may_have_been_billed(
        self, api: FakeAnthropic, claude: AnthropicModel, how: str, after: int
    ):
        api.next(Break("Post on Mondays. " * 10, after, how))
        got: list[Any] = []

        async def listen() -> None:
            async for piece in claude.stream(prompt()):
                got.append(piece)  # noqa: PERF401  what came before the break is what is looked at

        with pytest.raises(ModelLost) as caught:
            await listen()
        assert not caught.value.nothing_ran
        assert isinstance(got[0], Begun)
        assert got[0].usage.cache_write_1h == 1240
        assert len(got) - 1 <= after

    async def test_of_silence(self, api: FakeAnthropic):
        model = AnthropicModel(api.url, "sk-ant-test", silence_s=1)
        model._silence_s = 0.05  # type: ignore[assignment]
        api.next(Break("Post on Mondays. " * 10, 1, "hang"))
        with pytest.raises(ModelLost):
            await heard(model, prompt())
        await model.close()


class TestClosing:
    async def test_ends_the_call_at_the_provider(self, api: FakeAnthropic, claude: AnthropicModel):
        api.next(Break("Post on Mondays. " * 10, 2, "hang"))
        async with aclosing(claude.stream(prompt())) as pieces:
            async for piece in pieces:
                if isinstance(piece, Written):
                    break
        await asyncio.wait_for(api.asked[0].closed.wait(), 5)

    async def test_a_cancelled_wait_is_cancelled(self, api: FakeAnthropic, claude: AnthropicModel):
        slow = Slow(Say("Never."))
        api.next(slow)
        task = asyncio.create_task(heard(claude, prompt()))
        await asyncio.wait_for(slow.arrived.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


class Found(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["pricing", "none"]
    value: str


class TestStructure:
    async def test_brings_a_checked_value(self, api: FakeAnthropic, claude: AnthropicModel):
        api.next(Say('{"kind": "pricing", "value": "$9"}'))
        got = await claude.structure(prompt(model="claude-haiku-5-5"), Found)
        assert got.value == Found(kind="pricing", value="$9")
        assert api.asked[0].body["output_config"]["format"]["type"] == "json_schema"

    @pytest.mark.parametrize("text", ['{"kind": "pric', '{"kind": "weather", "value": ""}', "Sure!", ""])
    async def test_what_does_not_fit_is_none_and_was_paid(self, api: FakeAnthropic, claude: AnthropicModel, text: str):
        api.next(Say(text))
        got = await claude.structure(prompt(model="claude-haiku-5-5"), Found)
        assert got.value is None
        assert got.ended.usage is not None
        assert got.ended.usage.input > 0

    async def test_a_refusal_is_named(self, api: FakeAnthropic, claude: AnthropicModel):
        api.next(Refuse())
        got = await claude.structure(prompt(), Found)
        assert (got.value, got.ended.stop) == (None, Stop.REFUSAL)

    async def test_errors_are_ours(self, api: FakeAnthropic, claude: AnthropicModel):
        api.next(script.OVERLOADED)
        with pytest.raises(ModelBusy):
            await claude.structure(prompt(), Found)


class TestCount:
    async def test_is_what_is_billed(self, api: FakeAnthropic, claude: AnthropicModel):
        asked = prompt(turns=(Turn("a?", "b"),), now="It is noon.")
        counted = await claude.count(asked)
        await heard(claude, asked)
        assert counted == api.asked[0].counted.total

    async def test_errors_are_ours(self, api: FakeAnthropic, claude: AnthropicModel):
        api.next_counts(script.BUSY)
        with pytest.raises(ModelBusy):
            await claude.count(prompt())


class TestStart:
    def test_imports_nothing_of_the_library(self):
        told = "import sys, adapters.anthropic; sys.exit('anthropic' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0
