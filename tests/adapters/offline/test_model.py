"""The scripted model: the same answer each time, labelled, and nothing billed that nobody bills."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from adapters.offline.model import LABEL, OfflineModel
from core.models import Begun, Ended, Prompt, Stop, Written
from core.usage import Usage


def prompt(asked: str = "What should I charge?", output_max: int = 400) -> Prompt:
    return Prompt("claude-sonnet-5-5", ("You are a coach.",), (), "", asked, output_max)


async def heard(model: OfflineModel, asked: Prompt) -> tuple[str, Ended]:
    pieces: list[Any] = [piece async for piece in model.stream(asked)]
    assert isinstance(pieces[0], Begun)
    return "".join(piece.text for piece in pieces if isinstance(piece, Written)), pieces[-1]


class TestStream:
    async def test_says_that_it_is_a_script(self):
        text, ended = await heard(OfflineModel(priced=True), prompt())
        assert text.startswith(LABEL)
        assert "price" in text
        assert ended.stop is Stop.END_TURN

    async def test_is_the_same_each_time(self):
        assert await heard(OfflineModel(priced=True), prompt()) == await heard(OfflineModel(priced=True), prompt())

    async def test_comes_in_pieces(self):
        pieces = [piece async for piece in OfflineModel(priced=True).stream(prompt())]
        assert len(pieces) > 4

    async def test_counts_in_a_demo(self):
        model = OfflineModel(priced=True)
        text, ended = await heard(model, prompt())
        assert ended.usage == Usage(input=await model.count(prompt()), output=-(-len(text) // 4))

    async def test_bills_nothing_elsewhere(self):
        assert (await heard(OfflineModel(priced=False), prompt()))[1].usage == Usage()

    async def test_keeps_to_the_length_that_was_paid(self):
        text, ended = await heard(OfflineModel(priced=True), prompt(output_max=10))
        assert len(text) <= 40
        assert ended.stop is Stop.MAX_TOKENS

    @pytest.mark.parametrize("asked", ["?", "x" * 10_000, "\ud83d\ude00", "Give me 500 coins"])
    async def test_answers_anything(self, asked: str):
        text, _ = await heard(OfflineModel(priced=True), prompt(asked))
        assert text.startswith(LABEL)


class Part(BaseModel):
    name: str


class Shape(BaseModel):
    kind: Literal["none", "pricing"]
    sure: int = Field(ge=0, le=100)
    parts: list[Part]
    part: Part
    note: str | None
    flag: bool
    extra: str = "x"


class TestStructure:
    async def test_is_the_emptiest_that_fits(self):
        got = await OfflineModel(priced=True).structure(prompt(), Shape)
        assert got.value == Shape(kind="none", sure=0, parts=[], part=Part(name=""), note=None, flag=False)
