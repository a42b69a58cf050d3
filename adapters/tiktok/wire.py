"""One call of the Display API: its pace, its envelope, and what each of TikTok's codes means for us."""

from collections.abc import Mapping
from typing import Any

from adapters.common.http import Answer, Http, read
from adapters.tiktok.limits import BUSY_S, NAME
from adapters.tiktok.pace import Pace
from adapters.tiktok.shapes import Envelope
from core.sources import AccessLost, Loss, SourceAway
from core.values import dataclass

_REVOKED = {"access_token_invalid", "scope_not_authorized", "scope_permission_missed"}


@dataclass(slots=True)
class Wire:
    """The API, asked with a member's token."""

    http: Http
    api_url: str
    pace: Pace

    async def ask(
        self, endpoint: str, token: str, bodies: list[bytes], *, fields: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The data of an answer; its raw body is added to `bodies`. Raises `SourceAway`, `AccessLost`."""
        self.check_room(endpoint)
        self.pace.take(endpoint)
        answer = await self.http.ask(
            "GET" if body is None else "POST",
            f"{self.api_url}/{endpoint}/",
            query={"fields": fields},
            headers={"Authorization": f"Bearer {token}"},
            body=body,
        )
        code, data = self._opened(answer, endpoint)
        if code == "ok" and answer.status == 200:
            bodies.append(answer.raw)
            return data
        if code in _REVOKED:
            raise AccessLost(NAME, Loss.REVOKED)
        # What we asked wrongly, or what is wrong over there: no member's doing.
        raise SourceAway(NAME, f"it refuses the question, {answer.status} {code[:40]}", answer.retry_after)

    def check_room(self, endpoint: str) -> None:
        """Raises `SourceAway` if nothing may be asked there now."""
        wait = self.pace.wait(endpoint)
        if wait:
            raise SourceAway(NAME, "the minute's requests are used up", wait)

    def _opened(self, answer: Answer, endpoint: str) -> tuple[str, dict[str, Any]]:
        """The envelope. A 429 counts as one even where a proxy on the way wrote it."""
        if answer.status == 429:
            raise self._busy(answer, endpoint)
        envelope = read(Envelope, answer.body(), NAME)
        if envelope.error.code == "rate_limit_exceeded":
            raise self._busy(answer, endpoint)
        return envelope.error.code, envelope.data

    def _busy(self, answer: Answer, endpoint: str) -> SourceAway:
        seconds = answer.retry_after or BUSY_S
        self.pace.rest(endpoint, seconds)
        return SourceAway(NAME, "too many questions at once", seconds)
