"""`YouTube`: reads channels and their uploads, and finds channels by the name that people type."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from adapters.common.http import Http, digest, read, within
from adapters.youtube import counting, names
from adapters.youtube.limits import GIVE_UP_AFTER, IDS_MAX, NAME, PAGES_MAX
from adapters.youtube.quota import Quota
from adapters.youtube.shapes import Channel, Upload, Video
from adapters.youtube.signin import YouTubeSignIn
from adapters.youtube.wire import PlaylistMissing, Wire
from core.clock import Clock
from core.sources import AccessLost, Account, Found, Loss, Post, Reading, SourceAway

_CHANNEL = "snippet,statistics,contentDetails,status"
_VIDEO = "snippet,statistics,status,liveStreamingDetails"


class YouTube:
    """The ports `MetricsSource` and `Lookup`. `sign_in` is None where the operator has no OAuth client."""

    platform = "youtube"

    def __init__(self, http: Http, wire: Wire, clock: Clock, *, sign_in: YouTubeSignIn | None, read_s: float) -> None:
        self._http = http
        self._wire = wire
        self._clock = clock
        self._read_s = read_s
        self.sign_in = sign_in

    @property
    def quota(self) -> Quota:
        """Units used today and left."""
        return self._wire.quota

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    async def find(self, name: str) -> Found | None:
        """The channel of a handle, an id or an address; one unit, none where nothing can match."""
        query = names.query(name)
        if query is None:
            return None
        try:
            items, _ = await self._wire.page("channels", [], part="snippet", **query)
        except AccessLost:
            return None
        if not items:
            return None
        channel = read(Channel, items[0], NAME)
        return Found(channel.id, channel.snippet.title, channel.handle, channel.snippet.description)

    async def read(self, account: Account, *, posts_since: datetime | None) -> Reading:
        """The channel now, for one unit; with posts, one more for each page of uploads and each fifty videos."""
        async with within(self._read_s, NAME):
            return await self._read(account, posts_since)

    async def _read(self, account: Account, posts_since: datetime | None) -> Reading:
        bodies: list[bytes] = []
        found = await self._channels([account.external_id], bodies)
        channel = found[account.external_id]
        if isinstance(channel, Exception):
            raise channel
        posts = None if posts_since is None else await self._posts(channel, posts_since, bodies)
        return self._reading(channel, posts, bodies)

    async def read_many(self, accounts: tuple[Account, ...]) -> dict[str, Reading | Exception]:
        """The channels without posts, fifty for a unit. After some batches without an answer none is asked."""
        ids = list(dict.fromkeys(account.external_id for account in accounts))
        found: dict[str, Reading | Exception] = {}
        away: list[SourceAway] = []
        asked = False
        for batch in _batches(ids):
            bodies: list[bytes] = []
            try:
                if len(away) >= GIVE_UP_AFTER:
                    raise away[-1]
                channels = await self._channels(batch, bodies)
            except SourceAway as error:
                found |= dict.fromkeys(batch, error)
                away.append(error)
                continue
            asked = True
            away.clear()
            for external_id, item in channels.items():
                found[external_id] = item if isinstance(item, Exception) else self._reading(item, None, bodies)
        if away and not asked:
            raise away[-1]
        return found

    async def _channels(self, ids: Sequence[str], bodies: list[bytes]) -> dict[str, Channel | Exception]:
        """Each channel, or what is wrong with it alone. Raises `SourceAway` if nothing could be asked."""
        found: dict[str, Channel | Exception] = dict.fromkeys(ids, AccessLost(NAME, Loss.GONE))
        # An id that can be none would spoil the question for the others.
        sound = [external_id for external_id in ids if names.ID.fullmatch(external_id)]
        if not sound:
            return found
        try:
            items, _ = await self._wire.page("channels", bodies, part=_CHANNEL, id=",".join(sound))
        except AccessLost:
            return found
        for item in items:
            match item:
                case {"id": str(external_id)} if external_id in found:
                    found[external_id] = _channel(item)
        return found

    def _reading(self, channel: Channel, posts: tuple[Post, ...] | None, bodies: list[bytes]) -> Reading:
        at, followers = self._clock.now(), channel.followers
        return Reading(
            at=at,
            name=channel.snippet.title,
            handle=channel.handle,
            followers=followers,
            step=1 if followers is None else counting.step(followers),
            era=counting.era(at),
            digest=digest(bodies),
            posts=posts,
        )

    async def _posts(self, channel: Channel, since: datetime, bodies: list[bytes]) -> tuple[Post, ...]:
        uploads = channel.content_details.related_playlists.uploads
        ids = await self._uploads(channel, uploads, since, bodies) if uploads else []
        posts: list[Post] = []
        for batch in _batches(ids):
            items, _ = await self._wire.page("videos", bodies, part=_VIDEO, id=",".join(batch))
            # What does not come back is deleted or private.
            videos = [read(Video, item, NAME) for item in items]
            posts += [video.post() for video in videos if video.counts_since(since)]
        return tuple(sorted(posts, key=lambda post: (post.published_at, post.id)))

    async def _uploads(self, channel: Channel, playlist: str, since: datetime, bodies: list[bytes]) -> list[str]:
        """Ids of what was uploaded, newest first, until a page where nothing is as young as asked for."""
        ids: dict[str, None] = {}
        cursor: dict[str, str] = {}
        for _ in range(PAGES_MAX):
            try:
                items, following = await self._wire.page(
                    "playlistItems", bodies, part="contentDetails", playlistId=playlist, **cursor
                )
            except PlaylistMissing:
                if channel.statistics.video_count:
                    raise SourceAway(NAME, "the list of uploads is missing") from None
                return []
            young = [item for item in map(_upload, items) if _is_young(item, since)]
            ids |= dict.fromkeys(item.content_details.video_id for item in young)
            if not young or not following:
                return list(ids)
            cursor = {"pageToken": following}
        # A part of them would look as if the rest had been deleted.
        raise SourceAway(NAME, "more uploads than I read at once")


def _channel(item: dict[str, Any]) -> Channel | Exception:
    try:
        channel = read(Channel, item, NAME)
    except SourceAway as error:
        return error
    return channel if channel.status.privacy_status != "private" else AccessLost(NAME, Loss.HIDDEN)


def _upload(item: Any) -> Upload:
    return read(Upload, item, NAME)


def _is_young(item: Upload, since: datetime) -> bool:
    """Without a time it is not public now; the videos themselves will tell."""
    published = item.content_details.video_published_at
    return published is None or published >= since


def _batches(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + IDS_MAX] for start in range(0, len(ids), IDS_MAX)]
