"""TikTok's refusals: the envelope of the Display API, and the other form of its OAuth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOG_ID = "20261120120000ABCDEF0123456789ABCD"


def envelope(data: Mapping[str, Any], code: str = "ok", message: str = "") -> dict[str, Any]:
    """Of every answer, the good ones too."""
    return {"data": data, "error": {"code": code, "message": message, "log_id": LOG_ID}}


@dataclass(eq=False)
class Refusal(Exception):
    """An answer of the Display API that is no success."""

    status: int
    code: str
    message: str

    def body(self) -> dict[str, Any]:
        return envelope({}, self.code, self.message)


@dataclass(eq=False)
class OAuthRefusal(Exception):
    """An answer of the token endpoint that is no success."""

    error: str
    description: str
    status: int = 400

    def body(self) -> dict[str, Any]:
        return {"error": self.error, "error_description": self.description, "log_id": LOG_ID}


def token_invalid() -> Refusal:
    words = "The access token is invalid or not found in the request."
    return Refusal(401, "access_token_invalid", words)


def not_authorized(scope: str) -> Refusal:
    words = f"The user did not authorize the scope required for completing this request: {scope}"
    return Refusal(401, "scope_not_authorized", words)


def scope_missed(scope: str) -> Refusal:
    words = f"The app lacks a scope for some of the fields: {scope}"
    return Refusal(401, "scope_permission_missed", words)


def rate_limited() -> Refusal:
    return Refusal(429, "rate_limit_exceeded", "The API rate limit was exceeded. Please try again later.")


def invalid_params(words: str) -> Refusal:
    return Refusal(400, "invalid_params", words)


def internal() -> Refusal:
    return Refusal(500, "internal_error", "Something went wrong. Please try again later.")


def invalid_grant(words: str) -> OAuthRefusal:
    return OAuthRefusal("invalid_grant", words)


def invalid_request(words: str) -> OAuthRefusal:
    return OAuthRefusal("invalid_request", words)
