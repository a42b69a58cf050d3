"""The Display API v2, as strict as the real one: method, content type, fields, scopes, bounds, pace."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from tests.fakes.tiktok import refusals
from tests.fakes.tiktok.refusals import Refusal, envelope
from tests.fakes.tiktok.world import Creator, Grant, Video, World

Json = dict[str, Any]
MINUTE_S = 60.0
PAGE_MAX, PAGE_USUAL = 20, 10
INT64_MAX = 2**63 - 1
USER_SCOPES = {
    **dict.fromkeys(("open_id", "union_id", "avatar_url", "avatar_url_100", "display_name"), "user.info.basic"),
    **dict.fromkeys(("username", "bio_description", "profile_deep_link", "is_verified"), "user.info.profile"),
    **dict.fromkeys(("follower_count", "following_count", "likes_count", "video_count"), "user.info.stats"),
}
VIDEO_FIELDS = {
    "id", "create_time", "duration", "title", "video_description", "share_url", "cover_image_url", "view_count",
    "like_count", "comment_count", "share_count", "is_aigc", "height", "width", "embed_html", "embed_link",
}  # fmt: skip


class Display:
    """user/info, video/list and video/query."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._taken: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    async def user_info(self, request: web.Request) -> web.Response:
        return await self._answer(request, self._user_info)

    async def video_list(self, request: web.Request) -> web.Response:
        return await self._answer(request, self._video_list)

    async def video_query(self, request: web.Request) -> web.Response:
        return await self._answer(request, self._video_query)

    async def _answer(self, request: web.Request, found: Callable[[Grant, list[str], Json], Json]) -> web.Response:
        try:
            grant = self._who(request)
            self._pace(request.path)
            unknown = request.query.keys() - {"fields"}
            if unknown:
                raise refusals.invalid_params(f"Unknown parameters: {sorted(unknown)}")
            fields = [one for one in request.query.get("fields", "").split(",") if one]
            if not fields:
                raise refusals.invalid_params("Fields is required")
            body = await _body(request) if request.method == "POST" else {}
            return web.json_response(envelope(found(grant, fields, body)))
        except Refusal as error:
            return web.json_response(error.body(), status=error.status)

    def _who(self, request: web.Request) -> Grant:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        grant = self.world.by_access.get(token) if scheme == "Bearer" else None
        if grant is None or grant.access_until <= self.world.now() or grant.creator.banned:
            raise refusals.token_invalid()
        return grant

    def _pace(self, path: str) -> None:
        now, taken = self.world.now(), self._taken[self.world.client[0], path]
        while taken and taken[0] <= now - MINUTE_S:
            taken.popleft()
        if len(taken) >= self.world.requests_a_minute:
            raise refusals.rate_limited()
        taken.append(now)

    def _needs(self, grant: Grant, scope: str) -> None:
        if scope not in self.world.reviewed:
            raise refusals.scope_missed(scope)
        if scope not in grant.scopes:
            raise refusals.not_authorized(scope)

    def _user_info(self, grant: Grant, fields: list[str], _: Json) -> Json:
        for field in fields:
            if field not in USER_SCOPES:
                raise refusals.invalid_params(f"Unknown field: {field}")
            self._needs(grant, USER_SCOPES[field])
        user = _user(grant.creator)
        return {"user": {field: user[field] for field in fields}}

    def _video_list(self, grant: Grant, fields: list[str], body: Json) -> Json:
        self._videos_asked(grant, fields)
        _only(body, {"cursor", "max_count"})
        most = _whole(body, "max_count", PAGE_USUAL, 1, PAGE_MAX)
        cursor = _whole(body, "cursor", INT64_MAX, 0, INT64_MAX)
        older = [video for video in grant.creator.shown() if _milliseconds(video) < cursor]
        page = older[:most]
        return {
            "videos": [_shown(video, fields) for video in page],
            "cursor": _milliseconds(page[-1]) if page else 0,
            "has_more": len(older) > most,
        }

    def _video_query(self, grant: Grant, fields: list[str], body: Json) -> Json:
        self._videos_asked(grant, fields)
        _only(body, {"filters"})
        filters = body.get("filters")
        ids = filters.get("video_ids") if isinstance(filters, dict) else None
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids) or not 1 <= len(ids) <= PAGE_MAX:
            raise refusals.invalid_params("filters.video_ids takes 1 to 20 ids")
        return {"videos": [_shown(video, fields) for video in grant.creator.shown() if video.id in ids]}

    def _videos_asked(self, grant: Grant, fields: list[str]) -> None:
        for field in fields:
            if field not in VIDEO_FIELDS:
                raise refusals.invalid_params(f"Unknown field: {field}")
        self._needs(grant, "video.list")


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise refusals.invalid_params(f"Bad content type {request.content_type}")
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise refusals.invalid_params("The body is no JSON") from None
    if not isinstance(body, dict):
        raise refusals.invalid_params("The body is no object")
    return body


def _only(body: Json, known: set[str]) -> None:
    if body.keys() - known:
        raise refusals.invalid_params(f"Unknown: {sorted(body.keys() - known)}")


def _whole(body: Json, name: str, usual: int, least: int, most: int) -> int:
    value = body.get(name, usual)
    if type(value) is not int or not least <= value <= most:
        raise refusals.invalid_params(f"{name} is out of range")
    return value


def _milliseconds(video: Video) -> int:
    return int(video.created_at.timestamp() * 1000)


def _user(creator: Creator) -> Mapping[str, Any]:
    picture = "https://p16.tiktok.example/a.jpeg?x-expires=21600"
    return {
        "open_id": creator.open_id,
        "union_id": f"union-{creator.open_id}",
        "avatar_url": picture,
        "avatar_url_100": picture,
        "display_name": creator.display_name,
        "username": creator.username,
        "bio_description": "",
        "profile_deep_link": f"https://vm.tiktok.example/{creator.username}",
        "is_verified": False,
        "follower_count": creator.followers,
        "following_count": 1,
        "likes_count": sum(video.likes for video in creator.videos),
        # Public posts, also of an account that shows them to friends alone (assumed).
        "video_count": sum(not video.private for video in creator.videos),
    }


def _shown(video: Video, fields: list[str]) -> Json:
    whole = {
        "id": video.id,
        "create_time": int(video.created_at.timestamp()),
        "duration": 20,
        "title": "A video",
        "video_description": "A video",
        "share_url": f"https://www.tiktok.example/video/{video.id}",
        "cover_image_url": "https://p16.tiktok.example/c.jpeg?x-expires=21600",
        "view_count": video.views,
        "like_count": video.likes,
        "comment_count": video.comments,
        "share_count": video.shares,
        "is_aigc": False,
        "height": 1920,
        "width": 1080,
        "embed_html": "",
        "embed_link": "",
    }
    return {field: whole[field] for field in fields}
