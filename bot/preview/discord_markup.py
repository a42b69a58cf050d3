"""Discord's Markdown as HTML, as its clients read it: what `adapters/discord/markup.py` escaped stays letters."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from bot.preview.html import span, tag, text
from core.durations import in_words

# In the order in which a client looks: an escape first, so that nothing after it is a sign.
_SIGNS = re.compile(
    r"\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|`(?P<code>[^`]+)`"
    r"|<t:(?P<moment>-?\d+)(?::(?P<style>[a-zA-Z]))?>"
    r"|<@!?(?P<person>\d+)>"
    r"|(?P<address>https?://[^\s<>]+)"
    r"|\*\*(?P<bold>(?:\\.|[^\\])+?)\*\*"
    r"|\*(?P<italic>(?:\\.|[^\\*])+?)\*"
    r"|__(?P<under>(?:\\.|[^\\])+?)__"
    r"|~~(?P<struck>(?:\\.|[^\\])+?)~~"
    r"|(?P<lit>@(?:everyone|here))",
    re.DOTALL,
)
_HEADING = re.compile(r"^(#{1,3}) +(?P<words>.+)$")


def shown(content: str, now: datetime) -> str:
    """A text display."""
    return "<br>".join(_line(line, now) for line in content.split("\n"))


def _line(line: str, now: datetime) -> str:
    heading = _HEADING.match(line)
    if heading is not None:
        return tag("strong", "dc-heading", _inline(heading["words"], now))
    return _inline(line, now)


def _inline(content: str, now: datetime) -> str:
    made, at = [], 0
    for found in _SIGNS.finditer(content):
        made += [text(content[at : found.start()]), _sign(found, now)]
        at = found.end()
    return "".join(made) + text(content[at:])


def _sign(found: re.Match[str], now: datetime) -> str:
    kind, words = str(found.lastgroup), found[str(found.lastgroup)]
    if kind in {"moment", "style"}:
        return span("dc-time", text(_moment(int(found["moment"]), found["style"] or "f", now)))
    plain: dict[str, Callable[[str], str]] = {
        "escaped": text,
        "code": lambda inner: tag("code", "", text(inner)),
        "person": lambda inner: span("dc-mention", text(f"@{inner}")),
        "address": lambda inner: span("link", text(inner)),
        "lit": lambda inner: span("dc-mention", text(inner)),
        "bold": lambda inner: tag("strong", "", _inline(inner, now)),
        "italic": lambda inner: tag("em", "", _inline(inner, now)),
        "under": lambda inner: tag("u", "", _inline(inner, now)),
        "struck": lambda inner: tag("s", "", _inline(inner, now)),
    }
    return plain[kind](words)


def _moment(seconds: int, style: str, now: datetime) -> str:
    """As a client in UTC and English shows it; each reader sees their own time."""
    at = datetime.fromtimestamp(seconds, UTC)
    if style == "R":
        apart = in_words(abs(at - now))
        return f"in {apart}" if at >= now else f"{apart} ago"
    return f"{at.day} {at:%B %Y at %H:%M}"
