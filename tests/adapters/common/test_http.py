"""One exchange: what is bounded, what is never done, and what becomes of an answer that is of no use."""

import hashlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from pydantic import BaseModel

from adapters.common.http import Answer, Http, digest, read
from core.sources import SourceAway
from tests.fakes.weather import Answers, Loopback, NoConnection, SlowBody, Weather


@pytest.fixture
def weather() -> Weather:
    return Weather()


@pytest.fixture
async def url(weather: Weather) -> AsyncIterator[str]:
    """A platform that says what it was asked."""

    async def echo(request: web.Request) -> web.Response:
        answer = web.json_response({"method": request.method, "body": await request.text()})
        answer.set_cookie("session", "ann")
        return answer

    app = web.Application(middlewares=[weather.middleware])
    app.router.add_route("*", "/{path:.*}", echo)
    loopback = Loopback(app)
    yield await loopback.start()
    await loopback.stop()


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    http = Http("TikTok", timeout_s=5, bytes_max=10_000)
    yield http
    await http.close()


class TestAsk:
    async def test_answers_what_came(self, url, http):
        answer = await http.ask("POST", f"{url}/x", query={"a": "b"}, body={"c": 1})
        assert (answer.status, answer.body()) == (200, {"method": "POST", "body": '{"c": 1}'})

    async def test_a_form(self, url, http):
        assert (await http.ask("POST", url, form={"a": "b&c"})).body()["body"] == "a=b%26c"

    async def test_carries_no_cookie_from_one_to_the_next(self, url, http, weather):
        for _ in range(2):  # by name: for bare addresses no client keeps any
            await http.ask("GET", url.replace("127.0.0.1", "localhost"))
        assert "Cookie" not in weather.calls[1].headers

    async def test_follows_nobody_elsewhere(self, url, http, weather):
        weather.next_answers("/x", Answers(307, "", {"Location": f"{url}/y"}))
        assert (await http.ask("GET", f"{url}/x", headers={"Authorization": "Bearer t"})).status == 307
        assert weather.arrived("/y") == []

    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_asks_once(self, url, http, weather, method):
        weather.next_answers("*", NoConnection())
        with pytest.raises(SourceAway, match="broke"):
            await http.ask(method, url)
        assert len(weather.calls) == 1

    async def test_is_bounded_in_size(self, url, http, weather):
        weather.next_answers("*", Answers(200, "x" * 10_001))
        with pytest.raises(SourceAway, match="too long"):
            await http.ask("GET", url)

    async def test_is_bounded_in_time(self, url, weather):
        weather.next_answers("*", SlowBody())
        hasty = Http("TikTok", timeout_s=0.05)
        with pytest.raises(SourceAway, match="no answer within"):
            await hasty.ask("GET", url)
        await hasty.close()

    @pytest.mark.parametrize(
        ("header", "seconds"), [("17", 17), ("", 0), ("-5", 0), ("soon", 0), ("9" * 30, 86_400), ("²", 0)]
    )
    async def test_how_long_it_asks_to_wait(self, url, http, weather, header, seconds):
        weather.next_answers("*", Answers(429, "", {"Retry-After": header.encode().decode("latin-1")}))
        assert (await http.ask("GET", url)).retry_after == seconds

    async def test_closes_what_was_never_opened(self):
        await Http("TikTok", timeout_s=1).close()


class TestBody:
    def test_of_a_servers_error_says_nothing_about_a_member(self):
        with pytest.raises(SourceAway) as caught:
            Answer("TikTok", 500, b'{"error": "invalid_grant"}', 9).body()
        assert caught.value.seconds == 9

    @pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"5", b"\xff", b"[" * 100_000])
    def test_that_is_no_object(self, raw):
        with pytest.raises(SourceAway, match="can not be read"):
            Answer("TikTok", 200, raw, 0).body()


class TestRead:
    class Shape(BaseModel):
        count: int

    def test_names_the_place_and_not_the_value(self):
        with pytest.raises(SourceAway) as caught:
            read(self.Shape, {"count": "secret"}, "TikTok")
        assert "count" in caught.value.text
        assert "secret" not in caught.value.text


class TestDigest:
    def test_is_that_of_the_bodies_in_their_order(self):
        assert digest([b"a", b"b"]) == hashlib.sha256(b"ab").hexdigest()
