"""One call of the Data API: its units, its key, and what each of Google's errors means for us."""

from typing import Any

from adapters.common.http import Answer, Http, read
from adapters.youtube.limits import BUSY_S, CALL_UNITS, IDS_MAX, NAME
from adapters.youtube.quota import Quota
from adapters.youtube.shapes import Page
from core.sources import AccessLost, Loss, SourceAway
from core.values import dataclass

_SPENT = {"quotaExceeded", "dailyLimitExceeded"}
_NO_CHANNEL = {"channelNotFound"}
_NO_PLAYLIST = {"playlistNotFound"}
_CLOSED = {"playlistItemsNotAccessible", "channelForbidden"}


class PlaylistMissing(Exception):
    """There is no such playlist: channels without uploads have none."""


@dataclass(slots=True)
class Wire:
    """The API, asked with the operator's key or with a member's token."""

    http: Http
    api_url: str
    key: str
    quota: Quota

    async def page(
        self, resource: str, bodies: list[bytes], *, token: str = "", part: str, **query: str
    ) -> tuple[tuple[Any, ...], str]:
        """One page: its items as they came, and the token of the next. The raw body is added to `bodies`.

        Raises `SourceAway`, `AccessLost`, `PlaylistMissing`.
        """
        self.quota.take(CALL_UNITS)
        # Not in the address, which ends up in logs on the way.
        headers = {"Authorization": f"Bearer {token}"} if token else {"X-Goog-Api-Key": self.key}
        asked = {"part": part, "maxResults": str(IDS_MAX), **query}
        answer = await self.http.ask("GET", f"{self.api_url}/{resource}", query=asked, headers=headers)
        if answer.status != 200:
            raise self._refusal(answer, by_token=bool(token))
        bodies.append(answer.raw)
        page = read(Page, answer.body(), NAME)
        return page.items, page.next_page_token

    def _refusal(self, answer: Answer, *, by_token: bool) -> Exception:
        reason = _reason(answer.body())
        match answer.status, reason:
            case _, reason if reason in _SPENT:
                return self.quota.exhaust()
            case (429, _) | (403, "rateLimitExceeded" | "userRateLimitExceeded"):
                return SourceAway(NAME, "too many questions at once", answer.retry_after or BUSY_S)
            case (401, _) if by_token:
                return AccessLost(NAME, Loss.REVOKED)
            case 404, reason if reason in _NO_CHANNEL:
                return AccessLost(NAME, Loss.GONE)
            case 404, reason if reason in _NO_PLAYLIST:
                return PlaylistMissing()
            case 403, reason if reason in _CLOSED:
                return AccessLost(NAME, Loss.HIDDEN)
        # A wrong key, an interface that is switched off, a question of ours that it does not like: no member's doing.
        return SourceAway(NAME, f"it refuses the question, {answer.status} {reason}".rstrip(), answer.retry_after)


def _reason(body: dict[str, Any]) -> str:
    """Google's word for the first error, or nothing where the envelope is another."""
    match body:
        case {"error": {"errors": [{"reason": str(reason)}, *_]}}:
            return reason[:40]
    return ""
