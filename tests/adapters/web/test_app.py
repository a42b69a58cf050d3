"""What every answer carries, and what is said when something goes wrong."""

import re

import aiohttp
import pytest

from adapters.web.client import WebServer
from adapters.web.pages import STYLE, Html, html
from tests.adapters.web.house import PERSON

PAGE = {**PERSON, "Accept": "text/html,application/xhtml+xml"}


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz", "/static/style.css", "/hooks/till"])
    async def test_are_on_every_answer(self, house, path):
        async with house.get(path) as answer:
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Server" not in answer.headers

    async def test_only_the_style_sheet_and_the_icon_may_be_kept(self, house):
        for path, kept in (("/", False), ("/static/style.css", True), ("/static/icon.svg", True)):
            async with house.get(path) as answer:
                assert (answer.headers["Cache-Control"] != "no-store") is kept


class TestPages:
    async def test_the_index_needs_nothing_but_its_own(self, house):
        async with house.get("/", headers=PAGE) as answer:
            said = await answer.text()
        assert answer.status == 200
        assert '<meta name="viewport"' in said
        assert "<script" not in said
        assert "style=" not in said  # the policy would refuse it
        for address in re.findall(r'(?:href|src)="([^"]+)"', said):
            async with house.get(address) as answer:
                assert answer.status == 200

    async def test_dark_and_focus_are_thought_of(self):
        assert "prefers-color-scheme: dark" in STYLE
        assert ":focus-visible" in STYLE

    async def test_an_unknown_address_does_not_come_back_in_the_page(self, house):
        async with house.get("/<b>hello", headers=PAGE) as answer:
            assert (answer.status, "hello" in await answer.text()) == (404, False)

    async def test_searchers_stay_out(self, house):
        async with house.get("/robots.txt") as answer:
            assert "Disallow: /" in await answer.text()


class TestEscaping:
    def test_values_are_text(self):
        assert html("<p>{it}</p>", it='<b> & "') == "<p>&lt;b&gt; &amp; &quot;</p>"

    def test_html_is_html(self):
        assert html("<p>{it}</p>", it=Html("<b>")) == "<p><b></p>"


class TestBroken:
    async def test_a_bug_is_a_page_with_a_reference(self, house, monkeypatch):
        async def breaks(*args, **more):
            raise ZeroDivisionError("the secret detail")

        monkeypatch.setattr(house.public, "follow", breaks)
        async with house.get("/r/ABCDEFGH", headers=PAGE) as answer:
            said = await answer.text()
        assert answer.status == 500
        assert "tell us this reference" in said
        assert "secret detail" not in said
        assert [type(bug) for bug in house.witness.bugs] == [ZeroDivisionError]


class TestServer:
    async def test_stops_listening(self, house):
        server = WebServer(aiohttp.web.Application(), "127.0.0.1", 0)
        assert not server.connected()
        await server.start()
        url = server.url
        assert server.connected()
        await server.stop()
        await server.stop()
        assert not server.connected()
        with pytest.raises(aiohttp.ClientConnectorError):
            await house.client.get(url)

    async def test_a_taken_port_is_an_error_of_the_system(self, house):
        port = int(house.url.rpartition(":")[2])
        server = WebServer(aiohttp.web.Application(), "127.0.0.1", port)
        with pytest.raises(OSError, match="address already in use"):
            await server.start()
        assert not server.connected()
