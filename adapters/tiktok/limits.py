"""What TikTok takes, each with the page it comes from; and our own patience."""

from typing import Final

NAME: Final = "TikTok"
ERA: Final = "tiktok"
"""No change in how it counts is known."""

# https://developers.tiktok.com/doc/tiktok-api-v2-rate-limit
MINUTE_S: Final = 60.0
"""The window of the limit slides."""
BUSY_S: Final = 60
"""What we wait after a refusal that names no time."""

# https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info, .../tiktok-api-v2-video-list, .../video-query
USER_FIELDS: Final = "open_id,display_name,username,follower_count,video_count"
VIDEO_FIELDS: Final = "id,create_time,view_count,like_count,comment_count,share_count"
VIDEOS_MAX: Final = 20
"""Of one page, and ids of one question."""

# https://developers.tiktok.com/doc/tiktok-api-scopes
SCOPES: Final = ("user.info.basic", "user.info.profile", "user.info.stats", "video.list")
"""All are needed: a field without its scope spoils the whole answer."""

TIMEOUT_S: Final = 10.0
"""Of one call, from the first byte sent to the last received. Ours."""
READ_S: Final = 40.0
"""Of all calls for one account: what waits for it has a lease of a minute. Ours."""
PAGES_MAX: Final = 50
"""Of videos read for one account: a thousand posts since one instant are no creator. Ours."""
AT_ONCE: Final = 8
"""Questions on their way at a time. Ours."""
GIVE_UP_AFTER: Final = 20
"""Accounts in a row that got no answer, after which a long list asks no further. Ours."""
