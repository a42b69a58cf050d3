"""The loopback TikTok: what it refuses, in which form, as strict as the real one."""

from datetime import timedelta

import aiohttp
import pytest

from tests.fakes.tiktok.fake import FakeTikTok
from tests.fakes.tiktok.world import Grant

ALL = frozenset({"user.info.basic", "user.info.profile", "user.info.stats", "video.list"})


@pytest.fixture
async def fake():
    async with FakeTikTok() as fake:
        yield fake


@pytest.fixture
async def http(fake):
    async with aiohttp.ClientSession(fake.url) as http:
        yield http


@pytest.fixture
def grant(fake):
    grant = Grant(fake.creator("ann", 4_227), ALL)
    fake.world.hand_out(grant)
    return grant


async def ask(http, method, endpoint, grant, **how):
    headers = {"Authorization": f"Bearer {grant.access}"} if grant else {}
    async with http.request(method, f"/v2/{endpoint}/", headers=headers, **how) as answer:
        body = await answer.json()
        assert body.keys() == {"data", "error"}
        assert body["error"].keys() == {"code", "message", "log_id"}
        return answer.status, body["error"]["code"], body["data"]


async def user(http, grant, fields="open_id"):
    return (await ask(http, "GET", "user/info", grant, params={"fields": fields}))[:2]


async def videos(http, grant, body=None, fields="id", endpoint="video/list"):
    return await ask(http, "POST", endpoint, grant, params={"fields": fields}, json=body or {})


class TestUser:
    async def test_only_the_fields_that_were_asked_for(self, http, grant):
        asked = {"params": {"fields": "open_id,follower_count"}}
        assert await ask(http, "GET", "user/info", grant, **asked) == (
            200,
            "ok",
            {"user": {"open_id": "-000ann", "follower_count": 4_227}},
        )

    async def test_a_field_without_its_scope_spoils_all(self, fake, http, grant):
        grant.scopes = frozenset({"user.info.basic"})
        assert await user(http, grant) == (200, "ok")
        assert await user(http, grant, "open_id,follower_count") == (401, "scope_not_authorized")
        fake.world.reviewed.remove("user.info.profile")
        assert await user(http, grant, "open_id,username") == (401, "scope_permission_missed")

    @pytest.mark.parametrize("fields", ["", "followers"])
    async def test_an_unknown_field_or_none(self, http, grant, fields):
        assert await user(http, grant, fields) == (400, "invalid_params")

    async def test_without_a_token(self, http):
        assert await user(http, None) == (401, "access_token_invalid")

    async def test_after_two_hours(self, fake, http, grant):
        fake.world.clock.advance(timedelta(hours=2))
        assert await user(http, grant) == (401, "access_token_invalid")

    async def test_six_hundred_in_a_sliding_minute(self, fake, http, grant):
        for _ in range(300):
            await user(http, grant)
        fake.world.clock.advance(timedelta(seconds=40))
        for _ in range(300):
            await user(http, grant)
        assert await user(http, grant) == (429, "rate_limit_exceeded")
        assert (await videos(http, grant))[1] == "ok"
        fake.world.clock.advance(timedelta(seconds=20))
        assert await user(http, grant) == (200, "ok")


class TestVideos:
    async def test_pages(self, fake, http, grant):
        made = [grant.creator.posts(fake.world.clock.now() - timedelta(hours=hours)) for hours in range(25)]
        _, _, first = await videos(http, grant, {"max_count": 20})
        _, _, last = await videos(http, grant, {"max_count": 20, "cursor": first["cursor"]})
        assert [video["id"] for video in first["videos"] + last["videos"]] == [video.id for video in made]
        assert (first["has_more"], last["has_more"]) == (True, False)

    async def test_ten_where_nothing_is_said(self, fake, http, grant):
        for _ in range(11):
            grant.creator.posts(fake.world.clock.now())
        assert len((await videos(http, grant))[2]["videos"]) == 10

    @pytest.mark.parametrize(
        "body",
        [{"max_count": 21}, {"max_count": 0}, {"max_count": "5"}, {"cursor": -1}, {"count": 5}, {"cursor": True}],
    )
    async def test_a_wrong_body(self, http, grant, body):
        assert (await videos(http, grant, body))[:2] == (400, "invalid_params")

    async def test_an_unknown_field(self, http, grant):
        assert (await videos(http, grant, fields="id,views"))[:2] == (400, "invalid_params")

    @pytest.mark.parametrize("how", [{"data": {"max_count": "5"}}, {"data": b"{", "headers_type": True}])
    async def test_no_json(self, http, grant, how):
        headers = {"Authorization": f"Bearer {grant.access}"}
        if how.pop("headers_type", False):
            headers["Content-Type"] = "application/json"
        async with http.post("/v2/video/list/", params={"fields": "id"}, headers=headers, data=how["data"]) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (400, "invalid_params")

    async def test_by_ids_those_that_are_left(self, fake, http, grant):
        kept, gone = [grant.creator.posts(fake.world.clock.now()) for _ in range(2)]
        grant.creator.deletes(gone)
        asked = {"filters": {"video_ids": [kept.id, gone.id]}}
        assert (await videos(http, grant, asked, endpoint="video/query"))[2]["videos"] == [{"id": kept.id}]

    @pytest.mark.parametrize("ids", [[], ["1"] * 21, [1], "1"])
    async def test_by_too_many_ids_or_none(self, http, grant, ids):
        asked = {"filters": {"video_ids": ids}}
        assert (await videos(http, grant, asked, endpoint="video/query"))[:2] == (400, "invalid_params")

    async def test_of_a_private_account(self, fake, http, grant):
        grant.creator.posts(fake.world.clock.now())
        grant.creator.private = True
        assert (await videos(http, grant))[2]["videos"] == []

    async def test_by_another_method(self, http, grant):
        async with http.get("/v2/video/list/", params={"fields": "id"}) as answer:
            assert answer.status == 405


class TestTokens:
    async def token(self, http, **form):
        client = {"client_key": "aw-test-key", "client_secret": "test-secret-of-the-app"}
        async with http.post("/v2/oauth/token/", data=client | form) as answer:
            body = await answer.json()
            if answer.status != 200:
                assert body.keys() == {"error", "error_description", "log_id"}
            return body.get("error", "ok"), body

    async def test_rotate(self, fake, http, grant):
        old = grant.refresh
        error, body = await self.token(http, grant_type="refresh_token", refresh_token=old)
        assert (error, body["expires_in"], body["refresh_expires_in"]) == ("ok", 7_200, 15_552_000)
        assert body["refresh_token"] != old

    async def test_an_old_one_ends_all(self, http, grant):
        old = grant.refresh
        _, body = await self.token(http, grant_type="refresh_token", refresh_token=old)
        assert (await self.token(http, grant_type="refresh_token", refresh_token=old))[0] == "invalid_grant"
        renewed = body["refresh_token"]
        assert (await self.token(http, grant_type="refresh_token", refresh_token=renewed))[0] == "invalid_grant"
        assert await user(http, grant) == (401, "access_token_invalid")

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"grant_type": "refresh_token"}, "invalid_request"),
            ({"grant_type": "refresh_token", "refresh_token": "x", "scope": "y"}, "invalid_request"),
            ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
            ({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "y"}, "invalid_client"),
        ],
    )
    async def test_a_wrong_form(self, http, form, error):
        assert (await self.token(http, **form))[0] == error

    async def test_json_is_no_form(self, http):
        async with http.post("/v2/oauth/token/", json={"grant_type": "refresh_token"}) as answer:
            assert (answer.status, (await answer.json())["error"]) == (400, "invalid_request")
