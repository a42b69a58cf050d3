"""What each model of the fake takes and refuses, from the facts of November 2026."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """One model as the API serves it."""

    retired: bool = False
    cache_least: int = 1024
    """Tokens below which a prefix is silently not cached."""
    window: int = 200_000
    thinks: int = 0
    """Tokens that it thinks, billed as output, when `thinking` is not said."""
    takes_disabled: bool = True
    takes_between_tools: bool = False
    takes_effort: bool = True
    takes_forced_tool: bool = True
    takes_prefill: bool = True
    takes_budget: bool = True


NEWEST = {"takes_between_tools": True, "takes_forced_tool": False, "takes_prefill": False, "takes_budget": False}

MODELS = {
    "claude-sonnet-4-20250514": Model(retired=True),
    "claude-sonnet-4-5-20250929": Model(takes_effort=False),
    "claude-sonnet-4-6": Model(),
    "claude-sonnet-5": Model(),
    "claude-sonnet-5-5": Model(thinks=600, takes_disabled=False, **NEWEST),
    "claude-opus-5-5": Model(thinks=600, takes_disabled=False, **NEWEST),
    "claude-haiku-5-5": Model(cache_least=512, thinks=200, **NEWEST),
    "claude-haiku-4-5": Model(takes_effort=False),
}
