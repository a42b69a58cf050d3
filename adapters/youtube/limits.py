"""What YouTube takes and how it counts, each with the page it comes from; and our own patience."""

from datetime import UTC, datetime
from typing import Final

NAME: Final = "YouTube"

# https://developers.google.com/youtube/v3/docs/channels/list, .../playlistItems/list, .../videos/list
IDS_MAX: Final = 50
"""Ids of one call, and items of one page."""
CALL_UNITS: Final = 1
"""Each of the three lists costs one unit, also when it is refused."""

# https://developers.google.com/youtube/v3/determine_quota_cost
DAY_ZONE: Final = "America/Los_Angeles"
"""Quotas begin anew at midnight there."""
BUSY_S: Final = 60
"""What we wait after a limit per minute that names no time."""

# https://developers.google.com/youtube/v3/revision_history
SHORTS_FROM: Final = datetime(2025, 3, 31, tzinfo=UTC)
"""Since then a view of a Short counts from its first frame."""
CHANGE_FROM: Final = datetime(2026, 8, 24, tzinfo=UTC)
CHANGE_UNTIL: Final = datetime(2026, 8, 28, tzinfo=UTC)
"""From 24 to 27 August 2026 this came to all other videos, bit by bit."""

# https://developers.google.com/identity/protocols/oauth2/web-server
SCOPE: Final = "https://www.googleapis.com/auth/youtube.readonly"
UNUSED_DAYS: Final = 180
"""A refresh token that nobody uses dies after six months; no answer says so."""

TIMEOUT_S: Final = 10.0
"""Of one call, from the first byte sent to the last received. Ours."""
READ_S: Final = 40.0
"""Of all calls for one account: what waits for it has a lease of a minute. Ours."""
PAGES_MAX: Final = 20
"""Of uploads read for one account: a thousand posts since one instant are no creator. Ours."""
GIVE_UP_AFTER: Final = 3
"""Batches in a row that got no answer, after which a long list asks no further. Ours."""
