"""Login Kit v2: signing in with PKCE, and tokens of which the refreshing one is new each time.

TikTok kills the old refresh token with the answer that brings the new one. Who refreshes twice at once, or loses that
answer, is logged out: one refresher per account, and store before use.
"""

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from adapters.common.http import Answer, Http, read
from adapters.common.sign_in import address, challenge
from adapters.tiktok.limits import NAME, SCOPES, USER_FIELDS
from adapters.tiktok.shapes import Token, UserData
from adapters.tiktok.wire import Wire
from core.clock import Clock
from core.sources import AccessLost, Found, Loss, SignInFailed, SourceAway, Tokens

_LOOPBACK = {"localhost", "127.0.0.1"}
_LOST_MAX = 1_000


class TikTokSignIn:
    """The port `SignIn`."""

    platform = "tiktok"

    def __init__(self, http: Http, wire: Wire, clock: Clock, *, client: tuple[str, str], page: str, back: str) -> None:
        self._http = http
        self._wire = wire
        self._clock = clock
        self._client_key, self._client_secret = client
        self._page = page
        self._back = back
        # Refresh tokens whose answer never came: what TikTok says of them later is no act of the member.
        self._lost: dict[bytes, None] = {}

    def address(self, state: str, verifier: str) -> str:
        """TikTok's page."""
        return address(
            self._page,
            {
                "client_key": self._client_key,
                "scope": ",".join(SCOPES),
                "response_type": "code",
                "redirect_uri": self._back,
                "state": state,
                "code_challenge": self._challenge(verifier),
                "code_challenge_method": "S256",
            },
        )

    def _challenge(self, verifier: str) -> str:
        # Login Kit for Desktop, which is what a loopback address is registered for, wants it in hex:
        # https://developers.tiktok.com/doc/login-kit-desktop
        if urlsplit(self._back).hostname in _LOOPBACK:
            return hashlib.sha256(verifier.encode()).hexdigest()
        return challenge(verifier)

    async def exchange(self, code: str, verifier: str) -> tuple[Tokens, Found]:
        """Tokens, and the account they open; without a name where they open too little.

        Raises `SignInFailed`, `SourceAway`.
        """
        self._wire.check_room("user/info")  # a code works once, and nobody could say whose tokens it brought
        answer = await self._ask(
            "token", grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=self._back
        )
        match _error(answer):
            case "":
                tokens, open_id = self._tokens(answer, frozenset())
            case "invalid_grant":
                raise SignInFailed(NAME, Loss.EXPIRED, "it took too long or was used before")
            case error:
                raise _refusal(answer, error)
        if not tokens.scopes.issuperset(SCOPES):
            # Not given back here: the core knows whether the account stands by an earlier sign-in and would go with it.
            return tokens, Found(open_id, "", "")
        return tokens, await self._found(tokens.access, open_id)

    async def refresh(self, tokens: Tokens) -> Tokens:
        """New tokens, and the old refresh token is dead. Raises `AccessLost`, `SourceAway`.

        After `SourceAway` it may be dead too. Then TikTok's next no is told as `EXPIRED` and not as `REVOKED`, as
        long as this process lives.
        """
        if tokens.refresh_until <= self._clock.now():
            raise AccessLost(NAME, Loss.EXPIRED)
        mark = hashlib.sha256(tokens.refresh.encode()).digest()
        try:
            answer = await self._ask("token", grant_type="refresh_token", refresh_token=tokens.refresh)
            error = _error(answer)
            if not error:
                return self._tokens(answer, tokens.scopes)[0]
        except SourceAway:
            self._remember(mark)
            raise
        if error == "invalid_grant":
            raise AccessLost(NAME, Loss.EXPIRED if mark in self._lost else Loss.REVOKED)
        raise _refusal(answer, error)

    async def revoke(self, tokens: Tokens) -> None:
        """Give the permission back; what is gone already counts as given back. Raises `SourceAway`."""
        if tokens.access_until <= self._clock.now():
            # It is given back by an access token, and that one is dead.
            try:
                tokens = await self.refresh(tokens)
            except AccessLost:
                return
        answer = await self._ask("revoke", token=tokens.access)
        error = _error(answer)
        if error and error not in {"invalid_grant", "access_token_invalid"}:
            raise _refusal(answer, error)

    async def _ask(self, what: str, **form: str) -> Answer:
        client = {"client_key": self._client_key, "client_secret": self._client_secret}
        return await self._http.ask("POST", f"{self._wire.api_url}/oauth/{what}/", form={**client, **form})

    def _tokens(self, answer: Answer, scopes: frozenset[str]) -> tuple[Tokens, str]:
        token, now = read(Token, answer.body(), NAME), self._clock.now()
        tokens = Tokens(
            access=token.access_token,
            refresh=token.refresh_token,
            access_until=now + timedelta(seconds=token.expires_in),
            refresh_until=now + timedelta(seconds=token.refresh_expires_in),
            scopes=frozenset(filter(None, token.scope.split(","))) or scopes,
        )
        return tokens, token.open_id

    async def _found(self, access: str, open_id: str) -> Found:
        try:
            data = await self._wire.ask("user/info", access, [], fields=USER_FIELDS)
        except AccessLost:
            raise SignInFailed(NAME, Loss.REVOKED, "the permission was gone at once") from None
        user = read(UserData, data, NAME).user
        if user.open_id != open_id:
            raise SourceAway(NAME, "it answers for another account")
        return Found(user.open_id, user.display_name, user.username)

    def _remember(self, mark: bytes) -> None:
        self._lost[mark] = None
        while len(self._lost) > _LOST_MAX:
            del self._lost[next(iter(self._lost))]


def _error(answer: Answer) -> str:
    """OAuth's word for what is wrong, whatever the status; empty for a success. Raises `SourceAway`.

    Without such a word a refusal is none of the grant.
    """
    if answer.status == 200 and not answer.raw.strip():
        return ""  # giving back answers with nothing
    match answer.body():
        case {"error": str(error)} if error:
            return error[:40]
        case {"error": {"code": str(error)}} if error not in {"", "ok"}:
            return error[:40]
    return "" if answer.status == 200 else f"status {answer.status}"


def _refusal(answer: Answer, error: str) -> SourceAway:
    return SourceAway(NAME, f"it refuses the sign-in, {error}", answer.retry_after)
