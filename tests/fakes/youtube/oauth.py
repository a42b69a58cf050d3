"""Google's sign-in: the page a person sees, codes, tokens, their end."""

import base64
import hashlib
import re
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from tests.fakes.youtube.refusals import OAuthRefusal
from tests.fakes.youtube.world import Channel, Code, Grant, World

CODE_S = 600
ACCESS_S = 3_600
FORM = "application/x-www-form-urlencoded"
ASKS = {
    "client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method",
    "access_type", "prompt", "include_granted_scopes", "login_hint",
}  # fmt: skip
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class SignIn:
    """The token endpoint, and `consents` for what happens in a browser."""

    def __init__(self, world: World) -> None:
        self.world = world

    def consents(self, address: str, channel: Channel | None, *, leaves_out: frozenset[str] = frozenset()) -> str:
        """Somebody opens the address and agrees; where Google sends them back to."""
        query = self._asked(address)
        scopes = frozenset(query["scope"].split()) - leaves_out
        refresh = secrets.token_urlsafe(16) if query.get("access_type") == "offline" else ""
        grant = Grant(channel, scopes, refresh)
        code = "4/" + secrets.token_urlsafe(16)
        until = self.world.now() + CODE_S
        self.world.codes[code] = Code(grant, query["redirect_uri"], query["code_challenge"], until)
        back = {"state": query["state"], "code": code, "scope": " ".join(sorted(scopes))}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def declines(self, address: str) -> str:
        """Somebody opens the address and says no."""
        query = self._asked(address)
        return f"{query['redirect_uri']}?{urlencode({'state': query['state'], 'error': 'access_denied'})}"

    def _asked(self, address: str) -> dict[str, str]:
        """What the page was opened with; what Google would not open is a broken test."""
        query = dict(parse_qsl(urlsplit(address).query, strict_parsing=True))
        assert not query.keys() - ASKS, f"unknown: {query.keys() - ASKS}"
        assert query["client_id"] == self.world.client[0], "invalid_client"
        assert query["redirect_uri"] in self.world.redirects, "redirect_uri_mismatch"
        assert query["response_type"] == "code", "unsupported_response_type"
        assert query["state"], "no state: anybody could connect anything"
        assert query["code_challenge_method"] == "S256", "no S256"
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", query["code_challenge"]), "no challenge"
        return query

    def removes_access(self, grant: Grant) -> None:
        """The person takes the permission back at Google."""
        grant.live = False

    async def token(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._token(await _form(request)))
        except OAuthRefusal as error:
            return web.json_response(error.body(), status=error.status)

    async def revoke(self, request: web.Request) -> web.Response:
        try:
            form = await _form(request)
        except OAuthRefusal as error:
            return web.json_response(error.body(), status=error.status)
        token = form.get("token", "")
        grant = self.world.grants.get(token) or self.world.access.get(token, (None, 0.0))[0]
        if grant is None or not grant.live:
            gone = OAuthRefusal(400, "invalid_token", "Token expired or revoked")
            return web.json_response(gone.body(), status=gone.status)
        grant.live = False
        return web.json_response({})

    def _token(self, form: dict[str, str]) -> dict[str, object]:
        if (form.get("client_id"), form.get("client_secret")) != self.world.client:
            raise OAuthRefusal(401, "invalid_client", "Unauthorized")
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(form)
            case "refresh_token":
                grant = self.world.grants.get(form.get("refresh_token", ""))
                if grant is None or not grant.live:
                    raise OAuthRefusal(400, "invalid_grant", "Token has been expired or revoked.")
                return self._handed_out(grant)
        raise OAuthRefusal(400, "unsupported_grant_type", "Invalid grant_type")

    def _exchange(self, form: dict[str, str]) -> dict[str, object]:
        code = self.world.codes.pop(form.get("code", ""), None)
        if code is None or code.until <= self.world.now():
            raise OAuthRefusal(400, "invalid_grant", "Malformed auth code.")
        if form.get("redirect_uri") != code.redirect_uri:
            raise OAuthRefusal(400, "redirect_uri_mismatch", "Bad Request")
        verifier = form.get("code_verifier", "")
        made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not VERIFIER.fullmatch(verifier) or made != code.challenge:
            raise OAuthRefusal(400, "invalid_grant", "Invalid code verifier.")
        handed = self._handed_out(code.grant)
        if code.grant.refresh:
            self.world.grants[code.grant.refresh] = code.grant
            handed["refresh_token"] = code.grant.refresh
        return handed

    def _handed_out(self, grant: Grant) -> dict[str, object]:
        access = "ya29." + secrets.token_urlsafe(16)
        self.world.access[access] = (grant, self.world.now() + ACCESS_S)
        return {
            "access_token": access,
            "expires_in": ACCESS_S - 1,
            "scope": " ".join(sorted(grant.scopes)),
            "token_type": "Bearer",
        }


async def _form(request: web.Request) -> dict[str, str]:
    if request.content_type != FORM:
        raise OAuthRefusal(400, "invalid_request", f"Bad content type {request.content_type}")
    return {name: str(value) for name, value in (await request.post()).items()}
