"""Links lead where they should, and a visit is counted once."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from core.links import service as links
from tests.adapters.web.house import NOON, PERSON

TARGET = "https://example.org/offer?a=1&b=%C3%A9"


@pytest.fixture
async def code(house):
    return await house.database.write(lambda uow: links.create(uow, TARGET, "sponsor:1", None, NOON))


async def count(house, code):
    return await house.database.read(lambda uow: links.visits(uow, code))


class TestFollow:
    async def test_leads_to_the_target_and_is_a_visit(self, house, code):
        async with house.get(f"/r/{code}") as answer:
            assert (answer.status, answer.headers["Location"]) == (302, TARGET)
            assert answer.headers["Cache-Control"] == "no-store"
        assert await count(house, code) == links.Visits(1, 1)

    async def test_each_time_counts_and_a_visitor_once_a_day(self, house, code, clock):
        await asyncio.gather(*(house.get(f"/r/{code}") for _ in range(5)))
        assert await count(house, code) == links.Visits(5, 1)
        clock.set(NOON.replace(day=21))
        async with house.get(f"/r/{code}"):
            pass
        assert await count(house, code) == links.Visits(6, 2)

    async def test_two_visitors_are_told_apart(self, house, code):
        for agent in ("Mozilla/5.0 (Android 16)", "Mozilla/5.0 (X11; Linux)"):
            async with house.get(f"/r/{code}", headers={"User-Agent": agent}):
                pass
        assert await count(house, code) == links.Visits(2, 2)

    async def test_whatever_the_headers_hold(self, house, code):
        for header in (b"User-Agent: \xff\xfe", b"User-Agent: Mozilla/5.0\r\nX-Forwarded-For: \xff"):
            asked = b"GET /r/%b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%b\r\n\r\n" % (code.encode(), header)
            assert (await house.raw(asked)).startswith(b"HTTP/1.1 302 ")
        assert house.witness.bugs == []
        assert await count(house, code) == links.Visits(2, 2)

    @pytest.mark.parametrize(
        "lines", [["{wrote}, 198.51.100.7"], ["{wrote}", "198.51.100.7"]], ids=["in one line", "in a line of its own"]
    )
    async def test_a_visitor_is_the_one_that_our_proxy_saw(self, house, code, lines):
        for wrote in ("203.0.113.1", "203.0.113.2"):
            told = [("X-Forwarded-For", line.format(wrote=wrote)) for line in lines]
            async with house.get(f"/r/{code}", headers=[*PERSON.items(), *told]):
                pass
        assert await count(house, code) == links.Visits(2, 1)

    async def test_keeps_no_address(self, house, code, file):
        async with house.get(f"/r/{code}"):
            pass
        with closing(sqlite3.connect(file)) as connection:
            row = str(connection.execute("SELECT * FROM tracked_visit").fetchall())
        assert "127.0.0.1" not in row
        assert "iPhone" not in row

    async def test_however_it_is_typed(self, house, code):
        async with house.get(f"/r/{code.lower()}") as answer:
            assert answer.status == 302


class TestLooking:
    async def test_a_head_request(self, house, code):
        async with house.client.head(f"{house.url}/r/{code}", headers=PERSON) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, TARGET)
        assert await count(house, code) == links.Visits(0, 0)

    @pytest.mark.parametrize(
        "headers",
        [
            {"User-Agent": "TelegramBot (like TwitterBot)"},
            {"User-Agent": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"},
            {"User-Agent": "WhatsApp/2.23 A"},
            {"User-Agent": ""},
            {**PERSON, "Sec-Purpose": "prefetch;prerender"},
            {**PERSON, "Purpose": "prefetch"},
        ],
    )
    async def test_machines_that_look_ahead(self, house, code, headers):
        async with house.get(f"/r/{code}", headers=headers) as answer:
            assert answer.status == 302
        assert await count(house, code) == links.Visits(0, 0)

    async def test_a_telephone_called_cubot_is_a_visit(self, house, code):
        async with house.get(f"/r/{code}", headers={"User-Agent": "Mozilla/5.0 (Android 14; CUBOT KINGKONG)"}):
            pass
        assert (await count(house, code)).total == 1


class TestUnknown:
    async def test_is_a_page_that_says_what_to_do(self, house):
        async with house.get("/r/ABCDEFGH", headers={**PERSON, "Accept": "text/html"}) as answer:
            assert (answer.status, answer.content_type) == (404, "text/html")
            assert "ask whoever sent it for a new one" in await answer.text()

    async def test_is_a_line_for_machines(self, house):
        async with house.get("/r/ABCDEFGH") as answer:
            assert (answer.status, answer.content_type) == (404, "text/plain")


class TestBusy:
    async def test_who_follows_gets_there_though_the_visit_is_lost(self, house, code, file):
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with house.get(f"/r/{code}") as answer:
                assert (answer.status, answer.headers["Location"]) == (302, TARGET)
        assert house.witness.operations == ["link visit"]
        assert (await count(house, code)).total == 0
