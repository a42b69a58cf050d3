"""What the API refuses, and with which words. Strict: what nobody documented is refused as well."""

import itertools
from dataclasses import dataclass
from typing import Any

from tests.fakes.anthropic.caching import content_of
from tests.fakes.anthropic.models import MODELS, Model

VERSION = "2026-10-21"
KNOWN = {
    "model", "messages", "max_tokens", "system", "tools", "tool_choice", "thinking", "output_config", "stream",
    "metadata", "stop_sequences", "service_tier",
}  # fmt: skip
EFFORTS = {"low", "medium", "high", "xhigh", "max"}
BREAKPOINTS_MAX = 4

Json = dict[str, Any]


@dataclass
class Refused(Exception):
    """An answer that is an error."""

    status: int
    kind: str
    message: str


def bad(message: str) -> Refused:
    return Refused(400, "invalid_request_error", message)


def check(body: Json, *, counting: bool = False) -> Model:
    """Raise what the API would answer; else the model."""
    for name in body:
        if name not in KNOWN or (counting and name in {"max_tokens", "stream"}):
            raise bad(f"{name}: Extra inputs are not permitted")
    for name in ("model", "messages") if counting else ("model", "messages", "max_tokens"):
        if name not in body:
            raise bad(f"{name}: Field required")
    model = MODELS.get(body["model"])
    if model is None or model.retired:
        raise Refused(404, "not_found_error", f"model: {body['model']}")
    if not counting and not (isinstance(body["max_tokens"], int) and body["max_tokens"] > 0):
        raise bad("max_tokens: Input should be greater than or equal to 1")
    _thinking(body, model)
    _shape(body)
    _messages(body["messages"], model)
    _tools(body["messages"])
    _breakpoints(body)
    return model


def _thinking(body: Json, model: Model) -> None:
    match body.get("thinking"):
        case None:
            pass
        case {"type": "disabled"} if not model.takes_disabled:
            raise bad("thinking.type: `disabled` is not supported on this model")
        case {"type": "between_tools"} if not model.takes_between_tools:
            raise bad("thinking.type: `between_tools` is not supported on this model")
        case {"type": "enabled", **rest} if not model.takes_budget or "budget_tokens" not in rest:
            raise bad("thinking.budget_tokens: not supported on this model")
        case {"type": "disabled" | "between_tools" | "adaptive" | "enabled"}:
            pass
        case _:
            raise bad("thinking.type: Input should be a known type")
    effort = body.get("output_config", {}).get("effort")
    if effort is not None and (effort not in EFFORTS or not model.takes_effort):
        raise bad("output_config.effort: not supported on this model")
    if effort in {"xhigh", "max"} and body.get("thinking") == {"type": "disabled"}:
        raise bad("thinking.type: `disabled` is allowed up to effort high")
    if body.get("tool_choice", {}).get("type") in {"any", "tool"} and not model.takes_forced_tool:
        raise bad("tool_choice: forced tool use is not supported on this model")


def _shape(body: Json) -> None:
    shape = body.get("output_config", {}).get("format")
    if shape is None:
        return
    if shape.get("type") != "json_schema" or shape.get("schema", {}).get("additionalProperties") is not False:
        raise bad("output_config.format: schema must be an object with additionalProperties false")


def _messages(messages: list[Json], model: Model) -> None:
    if not messages:
        raise bad("messages: at least one message is required")
    if messages[0]["role"] != "user":
        raise bad("messages: first message must use the `user` role")
    for before, after in itertools.pairwise(messages):
        if before["role"] == after["role"]:
            raise bad("messages: roles must alternate between `user` and `assistant`")
    if messages[-1]["role"] == "assistant" and not model.takes_prefill:
        raise bad("messages: assistant prefill is not supported on this model")
    for message in messages:
        blocks = content_of(message)
        if not blocks:
            raise bad("messages: content must not be empty")
        if any(block["type"] == "text" and not block["text"].strip() for block in blocks):
            raise bad("messages: text content blocks must contain non-whitespace text")


def _tools(messages: list[Json]) -> None:
    """Every tool_use is answered by a tool_result in the very next message, and no other result is there."""
    asked: set[str] = set()
    for message in messages:
        blocks = content_of(message)
        answered = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
        if answered - asked:
            raise bad("messages: unexpected `tool_use_id` found in `tool_result` blocks")
        if asked - answered:
            raise bad("messages: `tool_use` ids were found without `tool_result` blocks immediately after")
        asked = {block["id"] for block in blocks if block["type"] == "tool_use"}


def _breakpoints(body: Json) -> None:
    system = body.get("system", [])
    found = [*body.get("tools", []), *([] if isinstance(system, str) else system)]
    for message in body["messages"]:
        found += content_of(message)
    marks = [block["cache_control"] for block in found if "cache_control" in block]
    if len(marks) > BREAKPOINTS_MAX:
        raise bad(f"A maximum of 4 blocks with cache_control may be provided. Found {len(marks)}.")
    lives = [mark.get("ttl", "5m") for mark in marks]
    if any(mark.get("type") != "ephemeral" for mark in marks) or set(lives) - {"5m", "1h"}:
        raise bad("cache_control: only ephemeral with a ttl of 5m or 1h")
    if lives != sorted(lives):  # "1h" sorts before "5m"
        raise bad("cache_control: a ttl of 1h must not come after a ttl of 5m")
