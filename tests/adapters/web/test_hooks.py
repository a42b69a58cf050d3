"""What other services tell us: stored before it is acknowledged, applied once."""

import asyncio
import hashlib
import hmac
import sqlite3
from contextlib import closing
from datetime import timedelta
from io import BytesIO

import pytest

from adapters.web.hooks import BODY_MAX_BYTES
from tests.adapters.web.house import opened


def rows(file, statement):
    """What another program sees in the file: only what is committed."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(statement).fetchall()


def applied(file):
    return [purpose for (purpose,) in rows(file, "SELECT purpose FROM tracked_link ORDER BY purpose")]


class TestReceive:
    async def test_is_committed_when_it_is_acknowledged(self, house, till, file):
        assert await house.post("/hooks/till", till.event("e1")) == (200, "stored\n")
        assert rows(file, "SELECT key, done_at FROM inbox") == [("hook:till:e1", None)]
        assert applied(file) == []

    async def test_is_applied_by_the_next_tick(self, house, till, file):
        await house.post("/hooks/till", till.event("e1"))
        await house.runner.tick()
        assert applied(file) == ["till:e1"]

    async def test_the_same_event_twenty_times_at_once_is_applied_once(self, house, till, file):
        answers = await asyncio.gather(*(house.post("/hooks/till", till.event("e1")) for _ in range(20)))
        assert sorted(answers) == [(200, "seen before\n")] * 19 + [(200, "stored\n")]
        await asyncio.gather(*(house.runner.tick() for _ in range(3)))
        assert applied(file) == ["till:e1"]

    async def test_an_event_that_was_applied_is_not_applied_again(self, house, till, file):
        await house.post("/hooks/till", till.event("e1"))
        await house.runner.tick()
        assert await house.post("/hooks/till", till.event("e1")) == (200, "seen before\n")
        await house.runner.tick()
        assert applied(file) == ["till:e1"]


class TestForged:
    async def test_a_wrong_signature_is_not_stored(self, house, till, file):
        body, _ = till.event("e1")
        status, said = await house.post("/hooks/till", (body, {"X-Signature": "0" * 64}))
        assert (status, "signing secret" in said) == (400, True)
        assert rows(file, "SELECT count(*) FROM inbox") == [(0,)]

    async def test_a_changed_body(self, house, till, file):
        _, headers = till.event("e1")
        assert (await house.post("/hooks/till", (b'{"id": "e2"}', headers)))[0] == 400

    async def test_a_hook_that_nobody_offers(self, house, till):
        assert (await house.post("/hooks/none", till.event("e1")))[0] == 400

    async def test_a_name_that_can_not_be_one(self, house, till):
        assert (await house.post("/hooks/TILL%2F", till.event("e1")))[0] == 404


class TestCrash:
    async def test_between_storing_and_applying(self, file, clock, till, tmp_path):
        async with opened(file, clock, till, tmp_path / "files") as before:
            await before.post("/hooks/till", till.event("e1"))
        assert applied(file) == []
        async with opened(file, clock, till, tmp_path / "files") as after:
            await after.runner.tick()
        assert applied(file) == ["till:e1"]

    async def test_in_the_middle_of_applying(self, house, till, file, clock):
        till.breaks = 1
        await house.post("/hooks/till", till.event("e1"))
        await house.runner.tick()
        assert applied(file) == []  # its effect went with it
        clock.advance(timedelta(minutes=5))
        await house.runner.tick()
        assert applied(file) == ["till:e1"]


class TestBusy:
    async def test_a_locked_database_is_503_and_the_redelivery_is_stored(self, house, till, file):
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with house.client.post(house.url + "/hooks/till", data=b"", headers={}) as answer:
                assert answer.status == 400  # what is forged does not wait for the lock
            body, headers = till.event("e1")
            async with house.client.post(house.url + "/hooks/till", data=body, headers=headers) as answer:
                assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        assert house.witness.operations == ["hook"]
        assert await house.post("/hooks/till", till.event("e1")) == (200, "stored\n")

    async def test_nothing_of_it_is_kept(self, house, till, file):
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await house.post("/hooks/till", till.event("e1"))
        assert rows(file, "SELECT count(*) FROM inbox") == [(0,)]


class TestLimits:
    async def test_a_body_that_is_too_large(self, house, file):
        body = BytesIO(b"x" * (BODY_MAX_BYTES + 1))
        async with house.client.post(house.url + "/hooks/till", data=body) as answer:
            assert answer.status == 413

    async def test_a_body_that_just_fits_is_read(self, house):
        assert (await house.post("/hooks/till", (b"x" * BODY_MAX_BYTES, {})))[0] == 400  # forged, but read

    @pytest.mark.parametrize(
        "sent",
        [
            b"Content-Length: 200\r\n\r\nabc",
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            b"Content-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc",
        ],
        ids=["cut", "cut between parts", "not packed as it says"],
    )
    async def test_a_body_that_does_not_come_whole_is_no_bug_of_ours(self, house, file, sent):
        asked = b"POST /hooks/till HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + sent
        assert (await house.raw(asked, cut=b"gzip" not in sent))[:13] in {b"", b"HTTP/1.1 400 "}
        assert house.witness.bugs == []
        assert rows(file, "SELECT count(*) FROM inbox") == [(0,)]

    @pytest.mark.parametrize("method", ["get", "put", "delete"])
    async def test_only_post(self, house, method):
        async with house.client.request(method, house.url + "/hooks/till") as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")

    async def test_a_hook_that_breaks_is_a_bug_and_says_nothing_of_it(self, house, till):
        body = b"not json"
        signature = hmac.new(till.secret, body, hashlib.sha256).hexdigest()
        status, said = await house.post("/hooks/till", (body, {"X-Signature": signature}))
        assert status == 500
        assert "reference" in said
        assert "JSON" not in said
        assert len(house.witness.bugs) == 1
