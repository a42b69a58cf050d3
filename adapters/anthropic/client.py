"""The port over Anthropic's client. One try per call: who may try again, and for how long, the assistant decides."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from adapters.anthropic import limits, wire
from core.models import Begun, Ended, ModelLost, Piece, Prompt, Structured, Written
from core.usage import Usage

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic


class AnthropicModel:
    """Claude. The library takes most of a second to import, so the first call does that, on a thread."""

    def __init__(self, base_url: str, key: str, *, silence_s: int) -> None:
        self._base_url = base_url
        self._key = key
        self._silence_s = silence_s
        self._client: AsyncAnthropic | None = None

    async def _api(self) -> "AsyncAnthropic":
        if self._client is None:
            self._client = await asyncio.to_thread(self._open)
        return self._client

    def _open(self) -> "AsyncAnthropic":
        import anthropic
        import httpx2

        # A retry of the library's own would sleep as long as `retry-after` says, without bound.
        patience = httpx2.Timeout(self._silence_s, connect=min(limits.CONNECT_S, self._silence_s))
        return anthropic.AsyncAnthropic(api_key=self._key, base_url=self._base_url, max_retries=0, timeout=patience)

    async def count(self, prompt: Prompt) -> int:
        """Input tokens as the API estimates them."""
        api = await self._api()
        try:
            counted = await api.messages.count_tokens(**wire.counted(prompt))
        except Exception as error:
            raise _ours(error) from error
        return counted.input_tokens

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        """Pieces as server-sent events bring them."""
        api = await self._api()
        stop, used = None, None
        try:
            async with await api.messages.create(**wire.request(prompt), stream=True) as events:
                async for event in events:
                    if event.type == "message_start":
                        used = wire.usage(event.message.usage)
                        yield Begun(used or Usage())
                    elif event.type == "content_block_delta" and event.delta.type == "text_delta":
                        yield Written(event.delta.text)
                    elif event.type == "message_delta":
                        stop = event.delta.stop_reason or stop
                        used = wire.ended(used, event.usage)
                request_id = events.response.headers.get("request-id", "")
        except Exception as error:
            raise _ours(error) from error
        if stop is None:
            raise ModelLost("the stream ended without a stop reason")
        yield Ended(wire.stop(stop), used, request_id)

    async def structure(self, prompt: Prompt, schema: type[BaseModel]) -> Structured:
        """An answer in a shape. Validated here and not by the library, whose exception would take the usage along."""
        api = await self._api()
        import anthropic

        shape: dict[str, Any] = anthropic.transform_schema(schema)
        try:
            message = await api.messages.create(**wire.shaped(prompt, shape))
        except Exception as error:
            raise _ours(error) from error
        text = "".join(block.text for block in message.content if block.type == "text")
        try:
            value = schema.model_validate_json(text)
        except ValidationError:
            value = None
        reason = wire.stop(message.stop_reason or "")
        return Structured(value, Ended(reason, wire.usage(message.usage), message._request_id or ""))

    async def close(self) -> None:
        """Close the connections; a client that was never asked has none."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def _ours(error: Exception) -> Exception:
    from adapters.anthropic import errors

    return errors.ours(error)
