"""Login Kit v2: the page a person sees, codes, tokens that rotate, their end."""

import base64
import hashlib
import re
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from tests.fakes.tiktok import refusals
from tests.fakes.tiktok.refusals import OAuthRefusal
from tests.fakes.tiktok.world import Code, Creator, Grant, World

CODE_S = 600
FORM = "application/x-www-form-urlencoded"
ASKS = {
    "client_key", "scope", "response_type", "redirect_uri", "state", "code_challenge", "code_challenge_method",
    "disable_auto_auth",
}  # fmt: skip
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
NEEDED = {
    "authorization_code": {"client_key", "client_secret", "grant_type", "code", "redirect_uri", "code_verifier"},
    "refresh_token": {"client_key", "client_secret", "grant_type", "refresh_token"},
}


class SignIn:
    """The token endpoints, and `consents` for what happens in a browser."""

    def __init__(self, world: World) -> None:
        self.world = world

    def consents(self, address: str, creator: Creator, *, leaves_out: frozenset[str] = frozenset()) -> str:
        """Somebody opens the address and agrees, to all or to some; where TikTok sends them back to."""
        query = self._asked(address)
        scopes = frozenset(query["scope"].split(",")) - leaves_out
        code = secrets.token_urlsafe(24)
        until = self.world.now() + CODE_S
        self.world.codes[code] = Code(Grant(creator, scopes), query["redirect_uri"], query["code_challenge"], until)
        back = {"code": code, "scopes": ",".join(sorted(scopes)), "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def declines(self, address: str) -> str:
        """Somebody opens the address and says no."""
        query = self._asked(address)
        back = {"error": "access_denied", "error_description": "User cancelled", "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def _asked(self, address: str) -> dict[str, str]:
        """What the page was opened with; what TikTok would not open is a broken test."""
        query = dict(parse_qsl(urlsplit(address).query, strict_parsing=True))
        assert not query.keys() - ASKS, f"unknown: {query.keys() - ASKS}"
        assert query["client_key"] == self.world.client[0], "client_key"
        assert query["redirect_uri"] in self.world.redirects, "redirect_uri"
        assert query["response_type"] == "code", "response_type"
        assert query["state"], "no state: anybody could connect anything"
        assert query["code_challenge_method"] == "S256", "code_challenge_method"
        assert query["code_challenge"], "code_challenge"
        assert set(query["scope"].split(",")) <= self.world.reviewed, "scope"
        return query

    def removes_access(self, creator: Creator) -> None:
        """The person takes the permission back in TikTok's settings."""
        for grant in {id(one): one for one in self.world.by_refresh.values()}.values():
            if grant.creator is creator:
                self.world.end(grant)

    async def token(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._token(await self._form(request)))
        except OAuthRefusal as error:
            return web.json_response(error.body(), status=error.status)

    async def revoke(self, request: web.Request) -> web.Response:
        try:
            form = await self._form(request)
            _exactly(form, {"client_key", "client_secret", "token"})
            grant = self.world.by_access.get(form["token"])
            if grant is None or grant.access_until <= self.world.now():
                raise refusals.invalid_grant("Access token is invalid or expired.")
        except OAuthRefusal as error:
            return web.json_response(error.body(), status=error.status)
        self.world.end(grant)
        return web.Response()

    async def _form(self, request: web.Request) -> dict[str, str]:
        if request.content_type != FORM:
            raise refusals.invalid_request("Only application/x-www-form-urlencoded is supported as Content-Type.")
        form = {name: str(value) for name, value in (await request.post()).items()}
        if (form.get("client_key"), form.get("client_secret")) != self.world.client:
            raise OAuthRefusal("invalid_client", "Client key or secret is incorrect.", 401)
        return form

    def _token(self, form: dict[str, str]) -> dict[str, object]:
        kind = form.get("grant_type", "")
        if kind not in NEEDED:
            raise OAuthRefusal("unsupported_grant_type", "Grant type is not supported.")
        _exactly(form, NEEDED[kind])
        return self._exchange(form) if kind == "authorization_code" else self._refresh(form["refresh_token"])

    def _exchange(self, form: dict[str, str]) -> dict[str, object]:
        code = self.world.codes.pop(form["code"], None)
        if code is None or code.until <= self.world.now():
            raise refusals.invalid_grant("Authorization code is expired or used.")
        if form["redirect_uri"] != code.redirect_uri:
            raise refusals.invalid_request("Redirect_uri is not matched with the uri when requesting code.")
        if not VERIFIER.fullmatch(form["code_verifier"]) or challenge(form["code_verifier"], code) != code.challenge:
            raise refusals.invalid_request("Code verifier or code challenge is invalid.")
        return self.world.hand_out(code.grant)

    def _refresh(self, token: str) -> dict[str, object]:
        grant = self.world.by_refresh.get(token)
        if grant is not None and grant.refresh != token:
            # Somebody holds an old one: a thief or a second refresher. Nobody stays logged in.
            self.world.end(grant)
        if grant is None or not grant.live or grant.creator.banned or grant.refresh_until <= self.world.now():
            raise refusals.invalid_grant("Refresh token is invalid or expired.")
        return self.world.hand_out(grant)


def challenge(verifier: str, code: Code) -> str:
    """Desktop, which is on this machine, hashes to hex; the web as everybody does."""
    hashed = hashlib.sha256(verifier.encode())
    if urlsplit(code.redirect_uri).hostname == "127.0.0.1":
        return hashed.hexdigest()
    return base64.urlsafe_b64encode(hashed.digest()).rstrip(b"=").decode()


def _exactly(form: dict[str, str], names: set[str]) -> None:
    if form.keys() != names:
        raise refusals.invalid_request(f"Wanted {sorted(names)}, not {sorted(form)}")
