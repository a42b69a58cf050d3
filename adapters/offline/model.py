"""The scripted model: answers without a key, always the same way, and says in its first words that it is a script."""

import re
from collections.abc import AsyncGenerator
from typing import Any

from pydantic import BaseModel, ValidationError

from core.models import Begun, Ended, Piece, Prompt, Stop, Structured, Written
from core.usage import Usage

LABEL = "[Scripted answer: no AI is connected.]"
CHARACTERS_A_TOKEN = 4
PIECE_WORDS = 6
STEPS = (
    (
        ("price", "charge", "cost", "tier", "pay"),
        "Write one price down, tell it to five followers, and count who says yes.",
    ),
    (
        ("hook", "opening", "intro"),
        "Write three first sentences for the same clip, post the best two a day apart, and compare.",
    ),
    (
        ("post", "schedule", "often", "cadence", "week"),
        "Pick two fixed days, make both posts this weekend, and keep the days for a month.",
    ),
    (
        ("grow", "follower", "reach", "views", "audience"),
        "Look at your three best posts, name what they share, and make one more of exactly that.",
    ),
    (
        ("launch", "community", "member", "discord", "telegram"),
        "Ask ten people who already comment whether they would join, and what for.",
    ),
    (
        ("tired", "stuck", "motivation", "burnout", "time"),
        "Drop one thing for a week, and write down what nobody missed.",
    ),
)
ELSE = "Say it as one number that should change, and by when. Then the next step usually names itself."


class OfflineModel:
    """Deterministic, without network. `priced` is whether it reports what a model would have used: a demo shows
    service levels by that, and a real ledger must not book what nobody billed."""

    def __init__(self, *, priced: bool) -> None:
        self._priced = priced

    async def count(self, prompt: Prompt) -> int:
        """A quarter of the characters, rounded up."""
        turns = (text for turn in prompt.turns for text in (turn.asked, turn.answered))
        return sum(_tokens(text) for text in (*prompt.stable, *turns, prompt.now, prompt.asked))

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        """The script, a few words at a time, no longer than was paid for."""
        counted = await self.count(prompt)
        yield Begun(self._usage(counted, 0))
        said, stop = _cut(script(prompt), prompt.output_max)
        words = re.findall(r"\S+\s*", said)
        for start in range(0, len(words), PIECE_WORDS):
            yield Written("".join(words[start : start + PIECE_WORDS]))
        yield Ended(stop, self._usage(counted, _tokens(said)), "offline")

    async def structure(self, prompt: Prompt, schema: type[BaseModel]) -> Structured:
        """The emptiest answer that fits the shape: a script detects nothing."""
        try:
            value: BaseModel | None = schema.model_validate(_empty(schema.model_json_schema()))
        except ValidationError:
            value = None
        written = _tokens(value.model_dump_json()) if value else 0
        return Structured(value, Ended(Stop.END_TURN, self._usage(await self.count(prompt), written), "offline"))

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _usage(self, read: int, written: int) -> Usage:
        return Usage(input=read, output=written) if self._priced else Usage()


def script(prompt: Prompt) -> str:
    """The whole answer to a prompt. The question alone decides, so that the same one is answered the same way."""
    words = set(re.findall(r"[a-z]+", prompt.asked.casefold()))
    step = next((step for signs, step in STEPS if any(_has(words, sign) for sign in signs)), ELSE)
    asked = " ".join(prompt.asked.split())
    shown = asked if len(asked) <= 80 else f"{asked[:79]}…"
    return f"{LABEL} You asked: “{shown}”\n{step}\nNext step: do that one thing, then tell me what happened."


def _has(words: set[str], sign: str) -> bool:
    return any(word.startswith(sign) for word in words)


def _tokens(text: str) -> int:
    return -(-len(text) // CHARACTERS_A_TOKEN)


def _cut(text: str, output_max: int) -> tuple[str, Stop]:
    if _tokens(text) <= output_max:
        return text, Stop.END_TURN
    return text[: output_max * CHARACTERS_A_TOKEN], Stop.MAX_TOKENS


def _empty(schema: dict[str, Any], root: dict[str, Any] | None = None) -> Any:
    """The emptiest value of a JSON schema, as pydantic writes them."""
    root = root or schema
    if "$ref" in schema:
        return _empty(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    if "default" in schema:
        return schema["default"]
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "anyOf" in schema:
        null = any(part.get("type") == "null" for part in schema["anyOf"])
        return None if null else _empty(schema["anyOf"][0], root)
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: _empty(fields[name], root) for name in schema.get("required", ())}
        case "array":
            return []
        case "string":
            return "-" * schema.get("minLength", 0)
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
        case _:
            return None
