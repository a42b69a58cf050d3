"""Discord's look: components and modals, as `adapters/discord/render.py` makes them, put into HTML."""

from base64 import b64encode
from datetime import datetime

from adapters.discord import forms, render
from adapters.discord.render import Json, Page, View
from bot.preview import discord_markup
from bot.preview.html import box, span, tag, text
from bot.preview.scenes import Did, Scene, Streamed
from core.chat import Ask, Message, Refusal

STYLES = {
    render.PRIMARY: "primary",
    render.SECONDARY: "secondary",
    render.GREEN: "green",
    render.RED: "red",
    render.LINK: "leave",
}


def shown(scene: Scene) -> str:
    """A scene in a channel; an announcement in direct messages."""
    happened, now = scene.happened, scene.at
    match happened:
        case Message():
            return _message(View(render.message(happened), private=False), now)
        case Streamed():
            return _stream(scene.did, happened, now)
    view = render.outcome(happened)
    by_form = scene.did.verb == "fills"
    if isinstance(happened, Ask) and view.modal is not None and not by_form:
        return _did(scene.did) + _modal(view.modal, now)
    made = _did(scene.did) + _message(view, now, used=scene.did)
    if isinstance(happened, Ask) and view.modal is not None:
        made += box("dc-then", "Continue opens") + _modal(view.modal, now)
    return made


def _did(did: Did) -> str:
    """What is not seen in the channel: who pressed or sent what."""
    match did.verb:
        case "presses":
            return box("dc-then", text(did.who), " presses ", tag("b", "", text(did.words)))
        case "agrees":
            return box("dc-then", text(did.who), " presses ", tag("b", "", "Confirm"))
        case "declines":
            return box("dc-then", text(did.who), " presses ", tag("b", "", "Not now"))
        case "says":
            return box("dc-said", tag("b", "", text(did.who)), " ", text(did.words))
        case "fills":
            given = ", ".join(f"{name}: {value or 'nothing'}" for name, value in did.values.items())
            return box("dc-then", text(did.who), " submits ", tag("b", "", text(given)))
    return ""


def _used(did: Did) -> str:
    if did.verb != "invokes":
        return ""
    name = did.command.name if did.command else did.words
    options = "".join(
        span("dc-option", tag("b", "", text(name)), " ", text(value)) for name, value in did.values.items()
    )
    return box("dc-used", tag("b", "", text(did.who)), " used ", span("dc-command", "/", text(name)), options)


def _message(view: View, now: datetime, used: Did | None = None) -> str:
    pages = "".join(_page(page, now) for page in view.pages)
    only = box("dc-only", "👁 Only you can see this · ", span("link", "Dismiss message")) if view.private else ""
    return (_used(used) if used else "") + box(
        "dc-message",
        span("avatar", "T"),
        box("dc-body", box("dc-head", tag("b", "", "Tandem"), span("dc-app", "APP"), _time(now)), pages, only),
    )


def _time(now: datetime) -> str:
    return span("dc-stamp", f"{now:%H:%M}")


def _stream(did: Did, streamed: Streamed, now: datetime) -> str:
    so_far, made = "", "".join(_growing(View(render.growing(words)), now) for words in streamed.meanwhile)
    for delta in streamed.deltas[:-1]:
        so_far += delta
        made += _growing(View(render.growing(so_far)), now)
    whole = "".join(streamed.deltas)
    if isinstance(streamed.end, Refusal):
        made += _message(View(render.finished(whole, None)), now) if whole else ""
        made += _message(render.outcome(streamed.end), now)
    else:
        made += _message(View(render.finished(whole, streamed.end)), now)
    return _used(did) + made


def _growing(view: View, now: datetime) -> str:
    return box("growing", _message(View(view.pages, private=False), now))


def _page(page: Page, now: datetime) -> str:
    files = {f"attachment://{file.name}": file for file in page.files}
    return "".join(_component(component, files, now) for component in page.components)


def _component(part: Json, files: dict[str, render.File], now: datetime) -> str:
    match part["type"]:
        case render.CONTAINER:
            inside = "".join(_component(item, files, now) for item in part["components"])
            return box("dc-container", inside, style=f"border-left-color:#{part['accent_color']:06x}")
        case render.TEXT:
            return box("dc-text", discord_markup.shown(part["content"], now))
        case render.ROW:
            return box("dc-row", *(_button(button) for button in part["components"]))
        case render.GALLERY:
            return "".join(_picture(item, files) for item in part["items"])
        case render.FILE:
            file = files[part["file"]["url"]]
            return box("dc-file", "📄 ", span("link", text(file.name)))
    raise AssertionError(f"the preview does not know a component of type {part['type']}: show it here")


def _picture(item: Json, files: dict[str, render.File]) -> str:
    alt = text(item.get("description", ""))
    file = files.get(item["media"]["url"])
    return picture(file.content, alt) if file else box("elsewhere", "Picture from elsewhere: ", alt)


def picture(content: bytes, alt: str) -> str:
    """A picture within the page. `alt` is HTML already."""
    return f'<img class="picture" alt="{alt}" src="data:image/png;base64,{b64encode(content).decode()}">'


def _button(button: Json) -> str:
    leave = " ↗" if button["style"] == render.LINK else ""
    does = button.get("custom_id") or "opens an address"
    return span(f"dc-button dc-{STYLES[button['style']]}", text(button["label"]), leave, title=does)


# Forms


def _modal(modal: Json, now: datetime) -> str:
    parts = "".join(_field(part, now) for part in modal["components"])
    head = box("dc-modal-head", tag("b", "", text(modal["title"])), span("dc-close", "✕"))
    foot = box("dc-modal-foot", span("dc-button dc-secondary", "Cancel"), span("dc-button dc-primary", "Submit"))
    return box("dc-modal", head, parts, foot)


def _field(part: Json, now: datetime) -> str:
    if part["type"] == forms.DISPLAY:
        return box("dc-text", discord_markup.shown(part["content"], now))
    widget = part["component"]
    star = span("dc-star", " *") if widget.get("required") else ""
    described = box("dc-described", text(part["description"])) if part.get("description") else ""
    return box("dc-field", box("dc-label", text(part["label"]), star), described, _widget(widget))


def _widget(widget: Json) -> str:
    match widget["type"]:
        case forms.INPUT:
            tall = " dc-tall" if widget["style"] == forms.PARAGRAPH else ""
            return box(f"dc-input{tall}", text(widget.get("placeholder", "")) or "&nbsp;")
        case forms.SELECT:
            options = [text(option["label"]) for option in widget["options"]]
            listed = tag("summary", "dc-input", "Make a selection") + box("dc-options", "<br>".join(options))
            return tag("details", "", listed)
        case forms.PERSON:
            return box("dc-input", "Make a selection ", span("dc-soft", "(a person)"))
        case forms.UPLOAD:
            return box("dc-input", "Drop file here or browse")
    raise AssertionError(f"the preview does not know a field of type {widget['type']}: show it here")
