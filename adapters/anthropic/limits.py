"""What the API and its models ask for beyond the common; where it comes from stands beside it."""

from typing import Final

BREAKPOINTS_MAX: Final = 4
"""https://platform.claude.com/docs/en/build-with-claude/prompt-caching"""
LONG_CACHE: Final = "1h"
"""People answer later than after the five minutes of the short cache, which would then be written anew each time."""

BETWEEN_TOOLS: Final = ("claude-sonnet-5-5", "claude-opus-5-5")
"""Without a word they think, at effort high, billed as output; `disabled` is refused. We give no tools: no thinking."""
DISABLED: Final = ("claude-haiku-5-5",)
"""Thinks at effort medium unless told not to; `disabled` is allowed up to effort high."""
NO_EFFORT: Final = ("claude-haiku-4-5", "claude-sonnet-4-5", "claude-sonnet-4-6", "claude-sonnet-5")
"""Older ones think only when asked; they are sent neither."""

SPEND_LIMIT: Final = "enforced_spend_limit_reached"
"""The `error_code` of a 429 that no waiting cures."""
CONNECT_S: Final = 10
"""Seconds for a connection; the whole call has the assistant's own limit around it."""
