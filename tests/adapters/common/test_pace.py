"""Streams at a platform's pace."""

import pytest

from adapters.common.pace import relay
from core.chat import Delta, Meanwhile, Reply, said


async def story(*parts):
    for part in parts:
        yield Delta(part)
    yield Reply(said("done"))


class TestRelay:
    async def test_shows_the_first_piece_at_once_and_waits_after_it(self):
        shown = []

        async def show(text):
            shown.append(text)
            return 3600.0

        text, last = await relay(story("Once ", "upon ", "a time"), show)
        assert shown == ["Once "]
        assert text == "Once upon a time"
        assert isinstance(last, Reply)

    async def test_shows_every_piece_without_a_pace(self):
        shown = []

        async def show(text):
            shown.append(text)
            return 0.0

        await relay(story("a", " ", "b"), show)
        assert shown == ["a", "a b"]

    async def test_what_is_said_meanwhile_stands_until_the_first_text(self):
        shown = []

        async def show(text):
            shown.append(text)
            return 0.0

        async def pieces():
            yield Meanwhile("2nd in line")
            yield Meanwhile("1st in line")
            yield Delta("Here")
            yield Meanwhile("never seen")
            yield Delta(" it is")
            yield Reply(said("done"))

        text, _ = await relay(pieces(), show)
        assert shown == ["2nd in line", "1st in line", "Here", "Here it is"]
        assert text == "Here it is"

    async def test_closes_the_stream_when_showing_fails(self):
        closed = []

        async def pieces():
            try:
                yield Delta("a")
                yield Delta("b")
            finally:
                closed.append(True)

        async def show(text):
            raise ConnectionError

        with pytest.raises(ConnectionError):
            await relay(pieces(), show)
        assert closed == [True]
