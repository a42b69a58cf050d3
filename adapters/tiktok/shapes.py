"""What TikTok answers, as far as it is read."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from core.sources import Post

# More than a column holds is no count, and would spoil what was read of others with it.
Count = Annotated[int, Field(ge=0, le=2**63 - 1)]
# Up to the year 9999, which is as far as instants reach.
Seconds = Annotated[int, Field(ge=0, le=253_402_300_799)]


# What goes into a header must not end it.
Visible = Annotated[str, Field(pattern=r"^[!-~]+$")]


class Error(BaseModel):
    """Always there; `ok` is no error."""

    code: str


class Envelope(BaseModel):
    """Of every answer of the Display API. Refusals may leave the data out."""

    error: Error
    data: dict[str, Any] = {}


class User(BaseModel):
    """Of user/info."""

    open_id: str
    display_name: str = ""
    username: str = ""
    follower_count: Count | None = None
    video_count: Count | None = None


class UserData(BaseModel):
    user: User


class Video(BaseModel):
    """Of video/list and video/query."""

    id: str
    create_time: Seconds
    view_count: Count | None = None
    like_count: Count | None = None
    comment_count: Count | None = None
    share_count: Count | None = None

    @property
    def published_at(self) -> datetime:
        """TikTok's seconds as an instant."""
        return datetime.fromtimestamp(self.create_time, UTC)

    def post(self) -> Post:
        """The post in our words."""
        return Post(
            id=self.id,
            published_at=self.published_at,
            views=self.view_count,
            likes=self.like_count,
            comments=self.comment_count,
            shares=self.share_count,
        )


class VideoPage(BaseModel):
    """The cursor is the instant, in milliseconds, before which the next page begins."""

    videos: tuple[Video, ...] = ()
    cursor: int = 0
    has_more: bool = False


class Token(BaseModel):
    """What the token endpoint hands out; the refresh token is a new one each time."""

    access_token: Visible
    refresh_token: Visible
    expires_in: Annotated[int, Field(ge=1)]
    refresh_expires_in: Annotated[int, Field(ge=1)]
    open_id: str
    scope: str = ""
