"""Google's refusals: status, reason, domain and words of the Data API, and the other form of its OAuth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

QUOTA_PAGE = "https://developers.google.com/youtube/v3/getting-started#quota"


@dataclass(eq=False)
class Refusal(Exception):
    """An answer of the Data API that is no success."""

    status: int
    reason: str
    message: str
    domain: str = "youtube.parameter"
    word: str = ""

    def body(self) -> Mapping[str, Any]:
        error: dict[str, Any] = {
            "code": self.status,
            "message": self.message,
            "errors": [{"message": self.message, "domain": self.domain, "reason": self.reason}],
        }
        return {"error": error | ({"status": self.word} if self.word else {})}


@dataclass(eq=False)
class OAuthRefusal(Exception):
    """An answer of the token endpoint that is no success."""

    status: int
    error: str
    description: str

    def body(self) -> Mapping[str, Any]:
        return {"error": self.error, "error_description": self.description}


def quota_exceeded() -> Refusal:
    words = f'The request cannot be completed because you have exceeded your <a href="{QUOTA_PAGE}">quota</a>.'
    return Refusal(403, "quotaExceeded", words, "youtube.quota")


def rate_limited() -> Refusal:
    return Refusal(403, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits")


def bad_key() -> Refusal:
    words = "API key not valid. Please pass a valid API key."
    return Refusal(400, "badRequest", words, "global", "INVALID_ARGUMENT")


def nobody() -> Refusal:
    words = "Method doesn't allow unregistered callers (callers without established identity)."
    return Refusal(403, "forbidden", words, "global", "PERMISSION_DENIED")


def bad_token() -> Refusal:
    words = "Request had invalid authentication credentials. Expected OAuth 2 access token."
    return Refusal(401, "authError", words, "global", "UNAUTHENTICATED")


def scope_missing() -> Refusal:
    words = "Request had insufficient authentication scopes."
    return Refusal(403, "insufficientPermissions", words, "global", "PERMISSION_DENIED")


def not_authorized() -> Refusal:
    words = "The request uses the <code>mine</code> parameter but is not properly authorized."
    return Refusal(401, "authorizationRequired", words, "youtube.header")


def missing(name: str) -> Refusal:
    return Refusal(400, "missingRequiredParameter", f"Required parameter: {name}")


def no_filter(expected: str) -> Refusal:
    words = f"No filter selected. Expected one of: {expected}"
    return Refusal(400, "missingRequiredParameter", words)


def two_filters() -> Refusal:
    words = "Incompatible parameters specified in the request."
    return Refusal(400, "incompatibleParameters", words)


def bad_value(name: str, value: str) -> Refusal:
    return Refusal(400, "invalidParameter", f"Invalid value '{value}' for parameter {name}.")


def too_many_ids() -> Refusal:
    return Refusal(400, "invalidFilters", "The request specifies an invalid filter parameter.")


def unknown_part(name: str) -> Refusal:
    return Refusal(400, "unknownPart", f"'{name}'", "youtube.part")


def bad_page() -> Refusal:
    words = "The request specifies an invalid page token."
    return Refusal(400, "invalidPageToken", words)


def no_playlist() -> Refusal:
    words = "The playlist identified with the request's <code>playlistId</code> parameter cannot be found."
    return Refusal(404, "playlistNotFound", words, "youtube.playlistItem")


def unknown_parameter(name: str) -> Refusal:
    words = f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.'
    return Refusal(400, "badRequest", words, "global", "INVALID_ARGUMENT")
