"""Pages as plain HTML: one frame, one style sheet of our own, no script. Everything put in is escaped."""

from hashlib import sha256
from html import escape
from pathlib import Path
from typing import LiteralString

from aiohttp import web

STATIC = Path(__file__).parent / "static"
STYLE = (STATIC / "style.css").read_text(encoding="utf-8")
ICON = (STATIC / "icon.svg").read_text(encoding="utf-8")
VERSION = sha256((STYLE + ICON).encode()).hexdigest()[:8]
FOREVER = "public, max-age=31536000, immutable"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(template: LiteralString, **values: object) -> Html:
    """A template with its values escaped, except those that are `Html`."""
    return Html(
        template.format_map(
            {name: value if isinstance(value, Html) else escape(str(value)) for name, value in values.items()}
        )
    )


FRAME: LiteralString = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title} · Tandem</title>
<link rel="icon" href="/static/icon.svg?v={version}" type="image/svg+xml">
<link rel="stylesheet" href="/static/style.css?v={version}">
</head>
<body>
<header><a class="brand" href="/">Tandem</a></header>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
LINES: LiteralString = "<p>{first}</p>\n<p>{second}</p>"
SIGNED_IN: LiteralString = """<p>You can close this page. In a moment Tandem tells you in your chat what came of it.</p>
<p>If nothing comes, the link was used before or is too old: send /connect for a new one.</p>
<p class="small">Somebody else sent you that link? Then your figures are shown to them: remove Tandem where the platform
lists the apps that you allowed.</p>"""
FILE: LiteralString = """<p><b>{name}</b><br>{size}<br>Here until {until}</p>
<p><a class="button" href="{href}" download>Download</a></p>
<p class="small">Whoever has this link can download the file, so keep it to yourself.</p>"""

AGAIN = "Go back and try again."
WORDS = {
    400: ("That did not work", "The address or what came with it could not be read.", AGAIN),
    404: (
        "Nothing here",
        "This address leads nowhere: it may be cut, or what was here is gone.",
        "Check it letter by letter, or ask whoever sent it for a new one.",
    ),
    405: ("That did not work", "This address does not take what was sent to it.", AGAIN),
    408: ("That took too long", "What was sent did not arrive.", "Try again when the connection is better."),
    413: ("Too large", "What was sent is larger than this address takes.", "Send something smaller."),
    503: (
        "One moment",
        "I can not reach my records just now.",
        "Nothing was changed: try again in a minute.",
    ),
}


def page(title: str, body: Html, *, status: int = 200) -> web.Response:
    """A whole page."""
    text = html(FRAME, title=title, body=body, version=VERSION)
    return web.Response(text=text, status=status, content_type="text/html")


def index() -> web.Response:
    """The front page of a machine that people talk to elsewhere."""
    return page(
        "Tandem is here",
        html(
            LINES,
            first="An AI manager for creators, in Discord and Telegram.",
            second="There is nothing to sign in to: talk to Tandem where you met it, and send /start.",
        ),
    )


def signed_in() -> web.Response:
    """Where a sign-in at a platform ends; whether it worked is known a moment later, and said in the chat.

    A link that somebody else asked for looks the same at the platform, so who came by one reads the way out here.
    """
    return page("Back to the chat", html(SIGNED_IN))


def failure(request: web.Request, status: int, *, words: str = "", reference: str = "") -> web.Response:
    """What went wrong and what to do next: a page for people, a line for machines."""
    title, first, second = WORDS.get(status, WORDS[400])
    if reference:
        title, first = "That is on us", "Something broke while I made this page, and nothing was changed."
        second = f"Try again in a minute. If it stays, tell us this reference: {reference}"
    if words:  # the first sentence says what, the others what next
        title, _, first = words.partition(". ")
        second = ""
    if "text/html" in request.headers.get("Accept", ""):
        lines = [html("<p>{line}</p>", line=line) for line in (first, second) if line]
        return page(title, Html("\n".join(lines)), status=status)
    return web.Response(text=words or f"{first} {second}", status=status)


async def style(_request: web.Request) -> web.Response:
    """The style sheet; its address changes when it does."""
    return web.Response(text=STYLE, content_type="text/css", headers={"Cache-Control": FOREVER})


async def icon(_request: web.Request) -> web.Response:
    """The icon."""
    return web.Response(text=ICON, content_type="image/svg+xml", headers={"Cache-Control": FOREVER})
