"""Prompts as the Messages API takes them, and its usage and stop reasons as ours. Pure: no vendor object is made."""

from dataclasses import replace
from typing import Any

from adapters.anthropic import limits
from core.models import Effort, Prompt, Stop
from core.usage import Usage

Json = dict[str, Any]


def request(prompt: Prompt) -> Json:
    """Parameters of `messages.create` and `messages.stream`. No sampling parameters: the API has none any more."""
    return {"max_tokens": prompt.output_max, **counted(prompt)}


def counted(prompt: Prompt) -> Json:
    """Parameters of `messages.count_tokens`: all that becomes input."""
    made: Json = {"model": prompt.model, "messages": _messages(prompt), **_thinking(prompt.model, prompt.effort)}
    if prompt.stable:
        made["system"] = [_kept(_text(part)) for part in prompt.stable]
    return made


def shaped(prompt: Prompt, schema: Json) -> Json:
    """Parameters for an answer in a shape, given as JSON schema."""
    made = request(prompt)
    made["output_config"] = made.get("output_config", {}) | {"format": {"type": "json_schema", "schema": schema}}
    return made


def usage(given: Any) -> Usage | None:
    """The four classes of a vendor's usage. Cache writes that it does not part by lifetime count as the dearer."""
    if given is None:
        return None
    written = given.cache_creation_input_tokens or 0
    short = given.cache_creation.ephemeral_5m_input_tokens if given.cache_creation else 0
    return Usage(
        input=given.input_tokens,
        cache_write_5m=short,
        cache_write_1h=written - short,
        cache_read=given.cache_read_input_tokens or 0,
        output=given.output_tokens,
    )


def ended(begun: Usage | None, given: Any) -> Usage | None:
    """The input of a stream's beginning with the output of its end; None if either was not told."""
    return None if begun is None or given is None else replace(begun, output=given.output_tokens)


def stop(reason: str) -> Stop:
    """The vendor's enum is open: one that we do not know is an answer that we can not vouch for."""
    return next((known for known in Stop if known.value == reason), Stop.UNKNOWN)


def _messages(prompt: Prompt) -> list[Json]:
    messages: list[Json] = []
    for turn in prompt.turns:
        messages.append({"role": "user", "content": [_text(turn.asked)]})
        messages.append({"role": "assistant", "content": [_text(turn.answered)]})
    if messages:
        # The next call finds this breakpoint by looking back, reads all before it, and writes one exchange.
        _kept(messages[-1]["content"][-1])
    last = [_text(part) for part in (prompt.now, prompt.asked) if part]
    messages.append({"role": "user", "content": last})
    return messages


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _kept(block: Json) -> Json:
    block["cache_control"] = {"type": "ephemeral", "ttl": limits.LONG_CACHE}
    return block


def _thinking(model: str, effort: Effort) -> Json:
    if model.startswith(limits.BETWEEN_TOOLS):
        return {"thinking": {"type": "between_tools"}, "output_config": {"effort": effort.value}}
    if model.startswith(limits.DISABLED):
        return {"thinking": {"type": "disabled"}, "output_config": {"effort": effort.value}}
    return {} if model.startswith(limits.NO_EFFORT) else {"output_config": {"effort": effort.value}}
