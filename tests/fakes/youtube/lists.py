"""The three lists of the Data API, as strict as the real one: who asks, what for, in which bounds."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.fakes.youtube import refusals, spec
from tests.fakes.youtube.refusals import Refusal
from tests.fakes.youtube.world import Channel, Grant, Video, World, shown

Json = dict[str, Any]
PAGE_MAX = 50
PACIFIC = ZoneInfo("America/Los_Angeles")
READONLY = "https://www.googleapis.com/auth/youtube.readonly"
COMMON = {"key", "access_token", "alt", "fields", "prettyPrint", "quotaUser"}
PARAMETERS = {
    "channels": {"part", "maxResults", "pageToken", "id", "forHandle", "forUsername", "mine"},
    "playlistItems": {"part", "maxResults", "pageToken", "id", "playlistId"},
    "videos": {"part", "maxResults", "pageToken", "id"},
}
FILTERS = {
    "channels": ("id", "forHandle", "forUsername", "mine"),
    "playlistItems": ("id", "playlistId"),
    "videos": ("id",),
}
PARTS = {
    "channels": {"id", "snippet", "statistics", "contentDetails", "status"},
    "playlistItems": {"id", "snippet", "contentDetails", "status"},
    "videos": {"id", "snippet", "statistics", "contentDetails", "status", "liveStreamingDetails"},
}


class Lists:
    """GET /youtube/v3/{resource}."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def serve(self, request: web.Request) -> web.Response:
        resource, query = request.match_info["resource"], dict(request.query)
        if resource not in PARAMETERS:
            return web.Response(status=404, text="<html>Error 404 (Not Found)</html>", content_type="text/html")
        try:
            grant = self._who(request, query)
            self._spend()
            body = self._list(resource, query, grant)
        except Refusal as error:
            return web.json_response(error.body(), status=error.status)
        # A refused question may be a test's own; one that is answered must be one that the real API takes.
        self.world.violations += spec.question_problems(resource, query) + spec.answer_problems(resource, body)
        return web.json_response(body, headers={"ETag": body["etag"]})

    def _who(self, request: web.Request, query: Json) -> Grant | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme:
            grant, until = self.world.access.get(token, (None, 0.0))
            if scheme != "Bearer" or grant is None or not grant.live or until <= self.world.now():
                raise refusals.bad_token()
            if READONLY not in grant.scopes:
                raise refusals.scope_missing()
            return grant
        key = request.headers.get("X-Goog-Api-Key") or query.get("key")
        if not key:
            raise refusals.nobody()
        if key not in self.world.keys:
            raise refusals.bad_key()
        return None

    def _spend(self) -> None:
        """A unit for each call, also for one that is refused afterwards."""
        day = datetime.fromtimestamp(self.world.now(), PACIFIC).date().isoformat()
        if self.world.units.get(day, 0) >= self.world.units_a_day:
            raise refusals.quota_exceeded()
        self.world.units[day] = self.world.units.get(day, 0) + 1

    def _list(self, resource: str, query: Json, grant: Grant | None) -> Json:
        for name in query:
            if name not in PARAMETERS[resource] | COMMON:
                raise refusals.unknown_parameter(name)
        if not query.get("part"):
            raise refusals.missing("part")
        parts = query["part"].split(",")
        for part in parts:
            if part not in PARTS[resource]:
                raise refusals.unknown_part(part)
        chosen = [name for name in FILTERS[resource] if name in query]
        if not chosen:
            raise refusals.no_filter(", ".join(FILTERS[resource]))
        if len(chosen) > 1:
            raise refusals.two_filters()
        most = _most(query.get("maxResults", "5"))
        found, kind, show = self._found(resource, chosen[0], query, grant)
        start = _start(query.get("pageToken"), len(found))
        items = [_only(show(one), parts) for one in found[start : start + most]]
        return _envelope(kind, items, start, most, len(found))

    def _found(
        self, resource: str, chosen: str, query: Json, grant: Grant | None
    ) -> tuple[Sequence[Any], str, Callable[[Any], Json]]:
        if resource == "channels":
            return self._channels(chosen, query[chosen], grant), "channel", _channel
        if resource == "videos":
            ids = _ids(query["id"])
            every = {video.id: (one, video) for one in self.world.channels.values() for video in one.videos}
            seen = [every[one] for one in dict.fromkeys(ids) if one in every]
            public = [pair for pair in seen if pair[1].privacy != "private" and not pair[0].closed]
            # Videos come back all at once: what is asked by ids has no pages.
            return public, "video", _video
        owner = next((one for one in self.world.channels.values() if one.uploads == query.get("playlistId")), None)
        if owner is None or owner.closed or not owner.videos:
            raise refusals.no_playlist()
        return list(owner.listed()), "playlistItem", _upload

    def _channels(self, chosen: str, value: str, grant: Grant | None) -> list[Channel]:
        match chosen:
            case "mine":
                if grant is None:
                    raise refusals.not_authorized()
                return [grant.channel] if grant.channel and not grant.channel.closed else []
            case "id":
                seen = [self.world.visible(one) for one in dict.fromkeys(_ids(value))]
                return [one for one in seen if one is not None]
            case _:
                handle = value.removeprefix("@").lower()
                there = (one for one in self.world.channels.values() if not one.closed)
                return [one for one in there if one.handle.lower() == handle]


def _ids(value: str) -> list[str]:
    ids = value.split(",")
    if len(ids) > PAGE_MAX:
        raise refusals.too_many_ids()
    return ids


def _most(value: str) -> int:
    if not value.isdigit() or not 0 <= int(value) <= PAGE_MAX:
        raise refusals.bad_value("maxResults", value)
    return int(value)


def _start(token: str | None, length: int) -> int:
    if token is None:
        return 0
    start = token.removeprefix("PAGE")
    if not start.isdigit() or int(start) > length:
        raise refusals.bad_page()
    return int(start)


def _only(item: Json, parts: Sequence[str]) -> Json:
    """Which keys there are depends on what was asked for."""
    return {key: value for key, value in item.items() if key in {"kind", "etag", "id"} or key in parts}


def _envelope(kind: str, items: list[Json], start: int, most: int, total: int) -> Json:
    body: Json = {
        "kind": f"youtube#{kind}ListResponse",
        "pageInfo": {"totalResults": total, "resultsPerPage": most},
    }
    # The real API leaves the key out where nothing is found by id.
    if items or kind != "channel":
        body["items"] = items
    if start + most < total:
        body["nextPageToken"] = f"PAGE{start + most}"
    return {"etag": _etag(body)} | body


def _etag(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:27]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _channel(channel: Channel) -> Json:
    statistics: Json = {
        "viewCount": str(sum(video.views or 0 for video in channel.videos)),
        "hiddenSubscriberCount": channel.hidden,
        "videoCount": str(sum(video.privacy == "public" for video in channel.videos)),
    }
    statistics["subscriberCount"] = "0" if channel.hidden else str(shown(channel.subscribers))
    return {
        "kind": "youtube#channel",
        "etag": "e",
        "id": channel.id,
        "snippet": {
            "title": channel.title,
            "description": channel.description,
            "customUrl": f"@{channel.handle}",
            "publishedAt": "2019-03-01T08:00:00.123456Z",
            "thumbnails": {"default": {"url": "https://yt.example/a.jpg", "width": 88, "height": 88}},
            "localized": {"title": channel.title, "description": channel.description},
        },
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": channel.uploads}},
        "statistics": statistics,
        "status": {
            "privacyStatus": "private" if channel.private else "public",
            "isLinked": True,
            "longUploadsStatus": "longUploadsUnspecified",
        },
    }


def _upload(video: Video) -> Json:
    details: Json = {"videoId": video.id}
    if video.privacy == "public":
        details["videoPublishedAt"] = _stamp(video.published_at)
    return {
        "kind": "youtube#playlistItem",
        "etag": "e",
        "id": f"item-{video.id}",
        "snippet": {"title": "A video", "publishedAt": _stamp(video.published_at)},
        "contentDetails": details,
        "status": {"privacyStatus": video.privacy},
    }


def _video(pair: tuple[Channel, Video]) -> Json:
    channel, video = pair
    counts = {
        "viewCount": video.views,
        "likeCount": video.likes,
        "favoriteCount": 0,
        "commentCount": video.comments,
    }
    item: Json = {
        "kind": "youtube#video",
        "etag": "e",
        "id": video.id,
        "snippet": {
            "publishedAt": _stamp(video.published_at),
            "channelId": channel.id,
            "title": "A video",
            "description": "",
            "categoryId": "22",
            "liveBroadcastContent": video.live,
        },
        "status": {"uploadStatus": "processed", "privacyStatus": video.privacy, "publicStatsViewable": True},
        "statistics": {name: str(count) for name, count in counts.items() if count is not None},
    }
    moments = {"actualStartTime": video.live_from, "actualEndTime": video.live_until}
    if video.live != "none" or video.live_from:
        item["liveStreamingDetails"] = {name: _stamp(at) for name, at in moments.items() if at is not None}
    return item
