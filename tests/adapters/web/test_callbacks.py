"""A browser that comes back from signing in somewhere: stored before the page is shown, applied once."""

import sqlite3

from tests.adapters.web.test_hooks import applied, rows


class TestShow:
    async def test_is_committed_when_the_page_is_shown(self, house, file):
        async with house.get("/oauth/tiktok?code=c%20d&state=ours") as answer:
            text = await answer.text()
        assert (answer.status, "close this page" in text, answer.content_type) == (200, True, "text/html")
        assert len(rows(file, "SELECT key FROM inbox WHERE done_at IS NULL")) == 1
        assert applied(file) == []

    async def test_who_came_by_somebody_elses_link_reads_the_way_out(self, house, file):
        async with house.get("/oauth/tiktok?code=c&state=ours") as answer:
            assert "Somebody else sent you that link?" in await answer.text()

    async def test_the_query_arrives_as_it_came(self, house, file):
        async with house.get("/oauth/tiktok?code=c%2Bd%20e&state=ours"):
            pass
        await house.runner.tick()
        assert applied(file) == ["back:tiktok?code=c%2Bd%20e&state=ours"]

    async def test_reloaded_it_is_the_same_return(self, house, file):
        for _ in range(3):
            async with house.get("/oauth/tiktok?code=c&state=ours") as answer:
                assert answer.status == 200
            await house.runner.tick()
        assert len(applied(file)) == 1
        async with house.get("/metrics") as answer:
            assert 'tandem_hooks_total{result="seen"} 2.0' in await answer.text()

    async def test_the_code_goes_nowhere_else(self, house):
        async with house.get("/oauth/tiktok?code=secret&state=ours") as answer:
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "secret" not in await answer.text()


class TestRefuses:
    async def test_what_did_not_start_here(self, house, file):
        async with house.get("/oauth/tiktok?code=c&state=theirs", {"Accept": "text/html"}) as answer:
            assert answer.status == 400
        assert rows(file, "SELECT count(*) FROM inbox") == [(0,)]

    async def test_a_novel(self, house, file):
        async with house.get("/oauth/tiktok?state=ours&code=" + "c" * 5000) as answer:
            assert answer.status == 413
        assert rows(file, "SELECT count(*) FROM inbox") == [(0,)]

    async def test_a_look_that_is_no_visit(self, house, file):
        async with house.client.head(house.url + "/oauth/tiktok?code=c&state=ours") as answer:
            assert answer.status == 405
        assert rows(file, "SELECT count(*) FROM inbox") == [(0,)]

    async def test_a_platform_that_can_not_be_one(self, house):
        async with house.get("/oauth/Tik%2FTok?code=c&state=ours") as answer:
            assert answer.status == 404

    async def test_while_the_records_are_away(self, house, file):
        blocker = sqlite3.connect(file, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        async with house.get("/oauth/tiktok?code=c&state=ours", {"Accept": "text/html"}) as answer:
            assert answer.status == 503
        blocker.rollback()
        blocker.close()
        async with house.get("/oauth/tiktok?code=c&state=ours") as answer:
            assert answer.status == 200
