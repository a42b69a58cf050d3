"""What the Data API answers, as far as it is read. Numbers of statistics come as strings and become ints here."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from core.sources import Live, Post

# More than a column holds is no count, and would spoil what was read of others with it.
Count = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Shape(BaseModel):
    """Names as Google writes them; what is not read is let through."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class Page(Shape):
    """The envelope of all lists. A list without items has none of the key either."""

    items: tuple[Any, ...] = ()
    next_page_token: str = ""


class ChannelSnippet(Shape):
    title: str
    description: str = ""
    custom_url: str = ""


class ChannelStatistics(Shape):
    subscriber_count: Count | None = None
    hidden_subscriber_count: bool = False
    video_count: Count | None = None


class Playlists(Shape):
    uploads: str = ""


class ChannelContent(Shape):
    related_playlists: Playlists = Playlists()


class ChannelStatus(Shape):
    privacy_status: str = "public"


class Channel(Shape):
    """An item of channels.list."""

    id: str
    snippet: ChannelSnippet
    statistics: ChannelStatistics = ChannelStatistics()
    content_details: ChannelContent = ChannelContent()
    status: ChannelStatus = ChannelStatus()

    @property
    def followers(self) -> int | None:
        """None where they are hidden: some answers carry a zero then."""
        return None if self.statistics.hidden_subscriber_count else self.statistics.subscriber_count

    @property
    def handle(self) -> str:
        """As people type it, without the @."""
        return self.snippet.custom_url.removeprefix("@")


class UploadContent(Shape):
    video_id: str
    video_published_at: AwareDatetime | None = None


class Upload(Shape):
    """An item of playlistItems.list. A video that is not public has no time."""

    content_details: UploadContent


class VideoSnippet(Shape):
    published_at: AwareDatetime
    live_broadcast_content: str = "none"


class VideoStatistics(Shape):
    view_count: Count | None = None
    like_count: Count | None = None
    comment_count: Count | None = None


class VideoStatus(Shape):
    privacy_status: str


class Streaming(Shape):
    actual_start_time: AwareDatetime | None = None
    actual_end_time: AwareDatetime | None = None


class Video(Shape):
    """An item of videos.list."""

    id: str
    snippet: VideoSnippet
    status: VideoStatus
    statistics: VideoStatistics = VideoStatistics()
    live_streaming_details: Streaming | None = None

    def counts_since(self, since: datetime) -> bool:
        """Whether it is a public post of the time asked for; what is only announced is none yet."""
        public = self.status.privacy_status == "public" and self.snippet.live_broadcast_content != "upcoming"
        return public and self.snippet.published_at >= since

    def post(self) -> Post:
        """The post in our words. The interface tells no shares."""
        counts = self.statistics
        return Post(
            id=self.id,
            published_at=self.snippet.published_at,
            views=counts.view_count,
            likes=counts.like_count,
            comments=counts.comment_count,
            shares=None,
            live=self._live(),
        )

    def _live(self) -> Live | None:
        details = self.live_streaming_details
        if details is None or details.actual_start_time is None or details.actual_end_time is None:
            return None
        return Live(details.actual_start_time, details.actual_end_time)


class Token(BaseModel):
    """What Google's token endpoint hands out. A refresh brings no new refresh token, and so keeps the old."""

    access_token: Annotated[str, Field(pattern=r"^[!-~]+$")]  # what goes into a header must not end it
    expires_in: Annotated[int, Field(ge=1)]
    refresh_token: str = ""
    refresh_token_expires_in: Annotated[int, Field(ge=0)] = 0
    scope: str = ""
