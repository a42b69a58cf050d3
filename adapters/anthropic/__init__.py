"""Claude, through Anthropic's own client."""

from adapters.anthropic.client import AnthropicModel

__all__ = ["AnthropicModel"]
