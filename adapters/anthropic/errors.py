"""The vendor's exceptions as our errors: what may be tried again, and what may have been billed."""

import anthropic
import httpx2

from adapters.anthropic import limits
from core.models import (
    ModelBusy,
    ModelKeyRefused,
    ModelLost,
    ModelOutOfFunds,
    ModelRejected,
    ModelRetired,
    ModelTrouble,
    ModelUnreachable,
)

NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


def ours(error: Exception) -> Exception:
    """The error of ours that says the same; anything unexpected stays what it is, a bug."""
    match error:
        case anthropic.APIStatusError():
            return _of_status(error)
        case anthropic.APIConnectionError():
            why = type(error.__cause__ or error).__name__
            return ModelUnreachable(why) if isinstance(error.__cause__, NOT_SENT) else ModelLost(why)
        case anthropic.APIResponseValidationError() | httpx2.TransportError():
            return ModelLost(type(error).__name__)
        case _:
            return error


def _of_status(error: anthropic.APIStatusError) -> ModelTrouble:
    why = f"{error.status_code} {error.type or ''} {error.request_id or ''}".strip()
    match error.status_code:
        case status if status < 400:
            return ModelLost(why)  # an error event in the middle of a stream comes with the status of its beginning
        case 429 if error.error_code == limits.SPEND_LIMIT:
            return ModelOutOfFunds(why)
        case 402:
            return ModelOutOfFunds(why)
        case 408 | 504:
            return ModelLost(why)
        case 409 | 429 | 500 | 502 | 503 | 529:
            return ModelBusy(why, wait_ms=_wait_ms(error))
        case 401 | 403:
            return ModelKeyRefused(why)
        case 404:
            return ModelRetired(why)
        case status if status >= 500:
            return ModelLost(why)
        case _:
            return ModelRejected(why)


def _wait_ms(error: anthropic.APIStatusError) -> int | None:
    """What `retry-after` says in whole seconds; a date or nonsense counts as nothing said."""
    said = error.response.headers.get("retry-after", "")
    return int(said) * 1000 if said.isascii() and said.isdigit() else None
