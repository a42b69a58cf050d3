"""`TikTok`: reads an account and its public posts with the token of its owner."""

import asyncio
from datetime import datetime
from typing import Any

from adapters.common.http import Http, digest, read, within
from adapters.tiktok.limits import AT_ONCE, ERA, GIVE_UP_AFTER, NAME, PAGES_MAX, USER_FIELDS, VIDEO_FIELDS, VIDEOS_MAX
from adapters.tiktok.shapes import User, UserData, Video, VideoPage
from adapters.tiktok.signin import TikTokSignIn
from adapters.tiktok.wire import Wire
from core.clock import Clock
from core.sources import AccessLost, Account, Loss, Post, Reading, SourceAway


class TikTok:
    """The port `MetricsSource`, and `sign_in` beside it."""

    platform = "tiktok"

    def __init__(self, http: Http, wire: Wire, clock: Clock, *, sign_in: TikTokSignIn, read_s: float) -> None:
        self._http = http
        self._wire = wire
        self._clock = clock
        self._read_s = read_s
        self.sign_in = sign_in

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    async def read(self, account: Account, *, posts_since: datetime | None) -> Reading:
        """The account now; with posts, one more question for each twenty.

        A token that has run out looks like one that was taken back: refresh it before.
        """
        async with within(self._read_s, NAME):
            return await self._read(account, posts_since)

    async def _read(self, account: Account, posts_since: datetime | None) -> Reading:
        bodies: list[bytes] = []
        user = await self._user(account, bodies)
        posts = None if posts_since is None else await self._posts(account, user, posts_since, bodies)
        return Reading(
            at=self._clock.now(),
            name=user.display_name,
            handle=user.username,
            followers=user.follower_count,
            step=1,
            era=ERA,
            digest=digest(bodies),
            posts=posts,
        )

    async def read_many(self, accounts: tuple[Account, ...]) -> dict[str, Reading | Exception]:
        """Each account by a question of its own, some at a time. What fails stands in its place; raises nothing.

        Where many in a row get no answer, the rest is not asked: an outage would take hours of time-outs.
        """
        found: dict[str, Reading | Exception] = {}
        waiting = iter({account.external_id: account for account in accounts}.values())
        away: list[SourceAway] = []

        async def work() -> None:
            for account in waiting:
                if len(away) >= GIVE_UP_AFTER:
                    found[account.external_id] = away[-1]
                    continue
                try:
                    found[account.external_id] = await self.read(account, posts_since=None)
                    away.clear()
                except SourceAway as error:
                    found[account.external_id] = error
                    away.append(error)
                except AccessLost as error:
                    found[account.external_id] = error
                    away.clear()

        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(accounts))):
                group.create_task(work())
        return found

    async def posts(self, account: Account, ids: tuple[str, ...]) -> tuple[Post, ...]:
        """Those of some posts that are still public, with their counts now. Raises `SourceAway`, `AccessLost`."""
        found: list[Post] = []
        for start in range(0, len(ids), VIDEOS_MAX):
            asked = {"filters": {"video_ids": list(ids[start : start + VIDEOS_MAX])}}
            found += [video.post() for video in (await self._page("video/query", account, [], asked)).videos]
        return tuple(found)

    async def _user(self, account: Account, bodies: list[bytes]) -> User:
        data = await self._wire.ask("user/info", account.token, bodies, fields=USER_FIELDS)
        user = read(UserData, data, NAME).user
        if user.open_id != account.external_id:
            raise SourceAway(NAME, "it answers for another account")
        return user

    async def _posts(self, account: Account, user: User, since: datetime, bodies: list[bytes]) -> tuple[Post, ...]:
        videos: dict[str, Video] = {}
        asked: dict[str, Any] = {"max_count": VIDEOS_MAX}
        for _ in range(PAGES_MAX):
            page = await self._page("video/list", account, bodies, asked)
            videos |= {video.id: video for video in page.videos}
            if not (page.videos or page.has_more or videos) and user.video_count:
                # It counts public posts and shows none: the account is private, or each of its posts is.
                raise AccessLost(NAME, Loss.HIDDEN)
            # Newest first; the last one decides, because pinned ones may come before their time.
            if not page.has_more or (page.videos and page.videos[-1].published_at < since):
                young = [video.post() for video in videos.values() if video.published_at >= since]
                return tuple(sorted(young, key=lambda post: (post.published_at, post.id)))
            asked["cursor"] = page.cursor
        # A part of them would look as if the rest had been deleted.
        raise SourceAway(NAME, "more posts than I read at once")

    async def _page(self, endpoint: str, account: Account, bodies: list[bytes], asked: dict[str, Any]) -> VideoPage:
        data = await self._wire.ask(endpoint, account.token, bodies, fields=VIDEO_FIELDS, body=asked)
        return read(VideoPage, data, NAME)
