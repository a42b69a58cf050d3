"""Google's sign-in for a YouTube channel: read-only, with PKCE; the answer names the channel that is theirs."""

from datetime import datetime, timedelta

from adapters.common.http import Answer, Http, read
from adapters.common.sign_in import address, challenge
from adapters.youtube.limits import CALL_UNITS, NAME, SCOPE, UNUSED_DAYS
from adapters.youtube.shapes import Channel, Token
from adapters.youtube.wire import Wire
from core.clock import Clock
from core.sources import AccessLost, Found, Loss, SignInFailed, SourceAway, Tokens


class YouTubeSignIn:
    """The port `SignIn`."""

    platform = "youtube"

    def __init__(
        self, http: Http, wire: Wire, clock: Clock, *, client: tuple[str, str], pages: tuple[str, str], back: str
    ) -> None:
        self._http = http
        self._wire = wire
        self._clock = clock
        self._client_id, self._client_secret = client
        self._auth_url, self._token_url = pages
        self._back = back

    def address(self, state: str, verifier: str) -> str:
        """Google's page. Consent is asked for each time: only then a refresh token comes along."""
        return address(
            self._auth_url,
            {
                "client_id": self._client_id,
                "redirect_uri": self._back,
                "response_type": "code",
                "scope": SCOPE,
                "state": state,
                "code_challenge": challenge(verifier),
                "code_challenge_method": "S256",
                "access_type": "offline",
                "prompt": "consent",
            },
        )

    async def exchange(self, code: str, verifier: str) -> tuple[Tokens, Found]:
        """Tokens, and the channel they open. Raises `SignInFailed`, `SourceAway`."""
        if self._wire.quota.left < CALL_UNITS:
            raise self._wire.quota.over()  # a code works once, and nobody could say whose tokens it brought
        answer = await self._ask(
            "token",
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            redirect_uri=self._back,
        )
        if answer.status != 200:
            if _error(answer) == "invalid_grant":
                raise SignInFailed(NAME, Loss.EXPIRED, "it took too long or was used before")
            raise _refusal(answer)
        tokens = self._tokens(answer, "", frozenset())
        if SCOPE not in tokens.scopes:
            raise SignInFailed(NAME, Loss.REVOKED, "it may not show your channel")
        if not tokens.refresh:
            raise SourceAway(NAME, "it handed out nothing to come back with")
        return tokens, await self._own(tokens.access)

    async def refresh(self, tokens: Tokens) -> Tokens:
        """New tokens; Google keeps the refresh token. Raises `AccessLost`, `SourceAway`."""
        if tokens.refresh_until <= self._clock.now():
            raise AccessLost(NAME, Loss.EXPIRED)
        answer = await self._ask("token", grant_type="refresh_token", refresh_token=tokens.refresh)
        if answer.status == 200:
            return self._tokens(answer, tokens.refresh, tokens.scopes)
        if _error(answer) == "invalid_grant":
            raise AccessLost(NAME, Loss.REVOKED)
        raise _refusal(answer)

    async def revoke(self, tokens: Tokens) -> None:
        """Give the permission back; what is gone already counts as given back. Raises `SourceAway`."""
        answer = await self._http.ask("POST", f"{self._token_url}/revoke", form={"token": tokens.refresh})
        if answer.status != 200 and _error(answer) not in {"invalid_token", "invalid_grant"}:
            raise _refusal(answer)

    async def _ask(self, what: str, **form: str) -> Answer:
        client = {"client_id": self._client_id, "client_secret": self._client_secret}
        return await self._http.ask("POST", f"{self._token_url}/{what}", form={**client, **form})

    def _tokens(self, answer: Answer, refresh: str, scopes: frozenset[str]) -> Tokens:
        token, now = read(Token, answer.body(), NAME), self._clock.now()
        return Tokens(
            access=token.access_token,
            refresh=token.refresh_token or refresh,
            access_until=now + timedelta(seconds=token.expires_in),
            refresh_until=_refresh_until(token, now),
            scopes=frozenset(token.scope.split()) or scopes,
        )

    async def _own(self, access: str) -> Found:
        try:
            items, _ = await self._wire.page("channels", [], token=access, part="snippet", mine="true")
        except AccessLost:
            raise SignInFailed(NAME, Loss.REVOKED, "the permission was gone at once") from None
        if not items:
            raise SignInFailed(NAME, Loss.GONE, "this Google account has no channel")
        channel = read(Channel, items[0], NAME)
        return Found(channel.id, channel.snippet.title, channel.handle, channel.snippet.description)


def _refresh_until(token: Token, now: datetime) -> datetime:
    seconds = timedelta(seconds=token.refresh_token_expires_in)
    return now + (seconds or timedelta(days=UNUSED_DAYS))


def _error(answer: Answer) -> str:
    """OAuth's word for what is wrong. Raises `SourceAway` for an answer that has none."""
    error = answer.body().get("error")
    return error if isinstance(error, str) else ""


def _refusal(answer: Answer) -> SourceAway:
    return SourceAway(
        NAME, f"it refuses the sign-in, {answer.status} {_error(answer)[:40]}".rstrip(), answer.retry_after
    )
