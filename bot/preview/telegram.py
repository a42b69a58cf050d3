"""Telegram's look: texts, entities, keyboards and files, as `adapters/telegram/render.py` makes them, put into HTML."""

import re
from collections.abc import Sequence

from adapters.telegram import commands, render
from adapters.telegram.render import File, Look, Screen
from adapters.telegram.text import Piece
from adapters.telegram.wire import Json
from bot.preview.discord import picture
from bot.preview.html import box, span, tag, text
from bot.preview.scenes import Did, Scene, Streamed
from core.chat import Ask, Message
from core.registry import ROOMS

BOT = "tandem_bot"
NAMES = commands.known(command for room in ROOMS for command in room.commands).names
TAGS = {"bold": "strong", "italic": "em", "code": "code", "underline": "u", "strikethrough": "s"}
# What a client makes a link by itself, where nothing keeps it from doing so.
_LINKED = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}\b|https?://\S+|(?<!\w)@[A-Za-z]\w{3,31}\b")


def shown(scene: Scene) -> str:
    """A scene in a private chat."""
    happened, look = scene.happened, Look(scene.at, BOT, commands=NAMES)
    match happened:
        case Message():
            return _screen(render.message(happened, look))
        case Streamed():
            return _did(scene.did) + _stream(happened, look)
        case Ask():
            screens = [render.outcome(happened, look)]
            return _did(scene.did) + "".join(_screen(screen) for screen in screens)
    screen = render.outcome(happened, look)
    pressed = scene.did.verb in {"presses", "agrees", "declines"}
    if pressed and screen.toast and screen.markup is None:
        return _did(scene.did) + box("tg-alert", text(screen.toast), box("tg-ok", "OK"))
    return _did(scene.did) + _screen(screen)


def _did(did: Did) -> str:
    match did.verb:
        case "presses":
            return _pressed(did.who, did.words)
        case "agrees":
            return _pressed(did.who, "Yes")
        case "declines":
            return _pressed(did.who, "No")
        case "says":
            return box("tg-mine", text(did.words))
        case "fills":
            return "".join(box("tg-mine", text(value or "-")) for value in did.values.values())
        case "invokes":
            word = commands.word(did.command) if did.command else did.words.replace(" ", "_")
            return box("tg-mine", text(" ".join((f"/{word}", *did.values.values()))))
    return ""


def _pressed(who: str, label: str) -> str:
    return box("tg-then", text(who), " presses ", tag("b", "", text(label)))


def _stream(streamed: Streamed, look: Look) -> str:
    shown, so_far = list(streamed.meanwhile), ""
    for delta in streamed.deltas[:-1]:
        so_far += delta
        shown.append(so_far)
    made = "".join(box("growing", _screen(Screen((Piece(render.growing(words)),)))) for words in shown)
    return made + _screen(render.stream_end("".join(streamed.deltas), streamed.end, look))


def _screen(screen: Screen) -> str:
    bubbles = [box("tg-bubble", _text(piece.text, piece.entities)) for piece in screen.pieces]
    bubbles += [_file(file) for file in screen.files]
    match screen.markup:
        case {"inline_keyboard": rows}:
            at = len(screen.pieces) - 1  # the markup belongs to the last text
            bubbles.insert(at + 1, "".join(_row(row) for row in rows))
        case {"force_reply": True, "input_field_placeholder": hint}:
            bubbles.append(box("tg-reply", span("tg-reply-to", "Reply to Tandem"), box("tg-input", text(hint))))
    return box("tg-theirs", *bubbles)


def _row(row: Sequence[Json]) -> str:
    return box("tg-row", *(_button(button) for button in row))


def _button(button: Json) -> str:
    style = button.get("style", "")
    leave = span("tg-leave", "↗") if "url" in button else ""
    does = button.get("callback_data", "opens an address")
    return span(f"tg-button tg-{style}" if style else "tg-button", text(button["text"]), leave, title=does)


def _file(file: File) -> str:
    caption = box("tg-caption", text(file.caption)) if file.caption else ""
    if not file.picture:
        return box("tg-bubble", box("tg-file", span("tg-icon", "📄"), text(file.name)), caption)
    if isinstance(file.content, bytes):
        return box("tg-bubble", picture(file.content, text(file.caption)), caption)
    return box("tg-bubble", box("elsewhere", "Picture from elsewhere"), caption)


# Text


def _text(content: str, entities: Sequence[Json]) -> str:
    """Text cut where an entity begins or ends; each piece within all entities that cover it."""
    raw = content.encode("utf-16-le")
    edges = {0, len(raw) // 2} | {edge for e in entities for edge in (e["offset"], e["offset"] + e["length"])}
    made = []
    for first, last in zip(sorted(edges), sorted(edges)[1:], strict=False):
        piece = raw[first * 2 : last * 2].decode("utf-16-le")
        covering = [e for e in entities if e["offset"] <= first and last <= e["offset"] + e["length"]]
        inside = _lines(text(piece)) if covering else _linked(piece)
        for entity in covering:
            inside = _marked(entity, inside)
        made.append(inside)
    return "".join(made)


def _lines(made: str) -> str:
    return made.replace("\n", "<br>")


def _linked(piece: str) -> str:
    made, at = [], 0
    for found in _LINKED.finditer(piece):
        made += [_lines(text(piece[at : found.start()])), span("link", text(found[0]))]
        at = found.end()
    return "".join(made) + _lines(text(piece[at:]))


def _marked(entity: Json, inside: str) -> str:
    kind = entity["type"]
    if kind in TAGS:
        return tag(TAGS[kind], "", inside)
    if kind == "text_link":
        return span("link", inside, title="opens this form")
    if kind == "date_time":
        return span("tg-time", inside, title="each reader's own time")
    raise AssertionError(f"the preview does not know the entity {kind}: show it here")
