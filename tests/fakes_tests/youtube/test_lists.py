"""The loopback Data API: what it refuses, in which form, and that its answers are those of Google's description."""

from datetime import timedelta

import pytest

from tests.fakes.youtube import spec

KEY = {"X-Goog-Api-Key": "AIza-test-key"}
PUBLIC = "snippet,statistics"


async def ask(http, resource, headers=None, **query):
    async with http.get(f"/youtube/v3/{resource}", params=query, headers=KEY if headers is None else headers) as answer:
        return answer.status, await answer.json()


class TestDescription:
    @pytest.fixture(autouse=True)
    def there(self):
        reason = spec.unavailable()
        if reason:
            pytest.skip(reason)

    async def test_every_answer_keeps_to_it(self, fake, http, ann):
        now = fake.world.clock.now()
        for number in range(3):
            ann.posts(now, f"v{number}", likes=None)
        ann.posts(now, "live", live="live", live_from=now)
        every = "id,snippet,statistics,contentDetails,status"
        assert (await ask(http, "channels", part=every, id=ann.id))[0] == 200
        uploads = {"part": "id,snippet,contentDetails,status", "playlistId": ann.uploads, "maxResults": "2"}
        status, page = await ask(http, "playlistItems", **uploads)
        assert (status, page["nextPageToken"]) == (200, "PAGE2")
        parts = "id,snippet,statistics,status,liveStreamingDetails"
        assert (await ask(http, "videos", part=parts, id="v0,live"))[0] == 200
        assert fake.world.violations == []

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ({"items": [{"statistics": {"subscriberCount": 5}}]}, "5 is not of type"),
            ({"items": [{"statistics": {"subscribers": "5"}}]}, "subscribers"),
            ({"items": [{"statistics": {"subscriberCount": "-5"}}]}, "-5"),
            ({"pageInfo": {"totalResults": "5"}}, "integer"),
        ],
    )
    def test_a_wrong_answer_is_seen(self, body, told):
        (problem,) = spec.answer_problems("channels", body)
        assert told in problem

    def test_a_wrong_question_is_seen(self):
        problems = spec.question_problems("playlistItems", {"handle": "x", "maxResults": "51"})
        assert problems == [
            "playlistItems: no parameter handle",
            "playlistItems: part is missing",
            "playlistItems: maxResults is 51",
        ]


class TestRefuses:
    async def refused(self, http, resource, headers=None, **query):
        status, body = await ask(http, resource, headers, **query)
        error = body["error"]
        assert error["code"] == status
        assert error["errors"][0]["message"] == error["message"]
        return status, error["errors"][0]["reason"]

    @pytest.mark.parametrize(
        ("headers", "told"),
        [
            ({}, (403, "forbidden")),
            ({"X-Goog-Api-Key": "AIza-other"}, (400, "badRequest")),
            ({"Authorization": "Bearer ya29.other"}, (401, "authError")),
        ],
    )
    async def test_strangers(self, http, ann, headers, told):
        assert await self.refused(http, "channels", headers, part=PUBLIC, id=ann.id) == told

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ({"id": "x"}, "missingRequiredParameter"),
            ({"part": PUBLIC}, "missingRequiredParameter"),
            ({"part": "figures", "id": "x"}, "unknownPart"),
            ({"part": PUBLIC, "id": "x", "forHandle": "@x"}, "incompatibleParameters"),
            ({"part": PUBLIC, "id": ",".join(["x"] * 51)}, "invalidFilters"),
            ({"part": PUBLIC, "id": "x", "maxResults": "51"}, "invalidParameter"),
            ({"part": PUBLIC, "id": "x", "maxResults": "many"}, "invalidParameter"),
            ({"part": PUBLIC, "id": "x", "pageToken": "PAGEx"}, "invalidPageToken"),
            ({"part": PUBLIC, "id": "x", "handle": "x"}, "badRequest"),
        ],
    )
    async def test_questions(self, http, query, told):
        assert await self.refused(http, "channels", **query) == (400, told)

    async def test_mine_by_key(self, http):
        assert await self.refused(http, "channels", part=PUBLIC, mine="true") == (401, "authorizationRequired")

    async def test_a_playlist_that_is_not_there(self, http, ann):
        asked = {"part": "contentDetails", "playlistId": ann.uploads}
        assert await self.refused(http, "playlistItems", **asked) == (404, "playlistNotFound")

    async def test_more_than_the_days_units_and_counts_refusals(self, fake, http, ann):
        fake.world.units_a_day = 2
        await ask(http, "channels", part=PUBLIC)
        await ask(http, "channels", part=PUBLIC, id=ann.id)
        assert await self.refused(http, "channels", part=PUBLIC, id=ann.id) == (403, "quotaExceeded")
        fake.world.clock.advance(timedelta(hours=20))
        assert (await ask(http, "channels", part=PUBLIC, id=ann.id))[0] == 200

    async def test_a_search(self, http):
        async with http.get("/youtube/v3/search", headers=KEY) as answer:
            assert answer.status == 404


class TestShows:
    async def item(self, http, ann, part=PUBLIC):
        _, body = await ask(http, "channels", part=part, id=ann.id)
        return body["items"][0]

    async def test_only_the_parts_that_were_asked_for(self, http, ann):
        assert (await self.item(http, ann, "statistics")).keys() == {"kind", "etag", "id", "statistics"}

    async def test_rounded_strings(self, http, ann):
        assert (await self.item(http, ann))["statistics"]["subscriberCount"] == "4220"

    async def test_nothing_of_hidden_followers(self, http, ann):
        ann.hidden = True
        statistics = (await self.item(http, ann))["statistics"]
        assert (statistics["hiddenSubscriberCount"], statistics["subscriberCount"]) == (True, "0")

    async def test_no_items_of_a_closed_channel(self, http, ann):
        ann.closed = True
        _, body = await ask(http, "channels", part=PUBLIC, id=ann.id)
        assert "items" not in body
