"""The page: chapters below each other, in each scene the three platforms side by side."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.preview import console, discord, telegram
from bot.preview.html import box, span, tag, text
from bot.preview.scenes import Chapter, Scene

STYLE = Path(__file__).parent / "style.css"
PLATFORMS: dict[str, tuple[str, Callable[[Scene], str]]] = {
    "discord": ("Discord", discord.shown),
    "telegram": ("Telegram", telegram.shown),
    "terminal": ("Terminal", console.shown),
}
ABOUT = (
    "Every command with what comes of it, played on a fresh database and drawn by the adapters' own render functions. "
    "Codes, references and file sizes are stand-ins. Made by tandem preview."
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tandem: every command on every platform</title>
<link rel="icon" href="data:,">
<style>
{style}
</style>
</head>
<body>
<header>
<h1>Tandem</h1>
<p>{about}</p>
{choice}
<nav>{contents}</nav>
</header>
<main>
{chapters}
</main>
</body>
</html>
"""


def made(chapters: Sequence[Chapter]) -> str:
    """The whole page."""
    return _PAGE.format(
        style=STYLE.read_text(encoding="utf-8"),
        about=text(ABOUT),
        choice=_choice(),
        contents=" ".join(f'<a href="#{anchor(item)}">{text(title(item))}</a>' for item in chapters),
        chapters="\n".join(_chapter(item) for item in chapters),
    )


def anchor(chapter: Chapter) -> str:
    """Where a chapter stands on the page: `settings-zone`."""
    return re.sub(r"[^a-z0-9]+", "-", chapter.name.casefold()).strip("-")


def title(chapter: Chapter) -> str:
    """What a chapter is headed with; a command with its slash."""
    return f"/{chapter.name}" if chapter.summary else chapter.name


def _choice() -> str:
    """Which platforms are in sight; kept by the browser's own radio buttons."""
    ways = [("all", "All"), *((name, label) for name, (label, _) in PLATFORMS.items())]
    inputs = (
        f'<label><input type="radio" name="only" id="only-{name}"{" checked" if name == "all" else ""}> {label}</label>'
        for name, label in ways
    )
    return tag("form", "choice", *inputs, autocomplete="off")


def _chapter(chapter: Chapter) -> str:
    aside = span("aside", text(chapter.aside)) if chapter.aside else ""
    badge = "" if chapter.real else span("made-up", "from the preview's own room, not in the product")
    head = tag("h2", "", text(title(chapter)), aside, badge)
    summary = tag("p", "summary", text(chapter.summary)) if chapter.summary else ""
    scenes = "\n".join(map(_scene, chapter.scenes))
    return tag("section", "", head, summary, scenes, id=anchor(chapter))


def _scene(scene: Scene) -> str:
    note = span("note", text(scene.note)) if scene.note else ""
    head = tag("h3", "", span(f"kind kind-{scene.kind.split(',')[0].casefold()}", text(scene.kind)), note)
    panes = (
        box(f"pane on-{name}", box("platform", label), look(scene), data_on=name)
        for name, (label, look) in PLATFORMS.items()
    )
    return tag("article", "scene", head, box("panes", *panes))
