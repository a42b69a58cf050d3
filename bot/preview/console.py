"""The terminal's look: what `adapters/console/render.py` makes, printed by rich and exported as HTML."""

import io

from rich.console import Console, RenderableType
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from adapters.common.harmless import harmless
from adapters.console import inbound, render
from adapters.console.render import Look, View
from bot.preview.html import box
from bot.preview.scenes import Did, Scene, Streamed
from core.chat import Ask, Confirm, Field, Message

COLUMNS = 62
"""A narrow terminal: three platforms stand side by side."""
THEME = TerminalTheme(
    (18, 19, 23),
    (222, 224, 229),
    [(40, 42, 48), (255, 110, 103), (126, 211, 135), (242, 201, 92),
     (115, 160, 255), (214, 150, 255), (98, 214, 224), (222, 224, 229)],
)  # fmt: skip


def shown(scene: Scene) -> str:
    """A scene in a terminal."""
    printed: list[RenderableType] = [Text(line, style="dim") for line in _typed(scene.did)]
    happened = scene.happened
    match happened:
        case Message():
            printed += _view(render.message_view(happened, Look(scene.at, boxed=True)))
        case Streamed(deltas=deltas, end=end, meanwhile=meanwhile):
            printed += [Text(f"… {harmless(words)}") for words in meanwhile]
            printed += [Text(harmless("".join(deltas)))] if deltas else []
            if end is not None:
                printed += _view(render.outcome(end, Look(scene.at, boxed=True)))
        case _:
            saved = tuple(f"data/chat-files/{file.name}" for file in render.files(happened))
            printed += _view(render.outcome(happened, Look(scene.at, boxed=True, saved=saved)))
            printed += _questions(scene, happened)
    return box("terminal", _html(printed))


def _view(view: View) -> list[RenderableType]:
    found = [] if view.body is None else [view.body]
    return [*found, *([Text(view.address)] if view.address else [])]


def _questions(scene: Scene, happened: object) -> list[RenderableType]:
    """The fields one below the other, as they are asked in turn; or the prompt of a question."""
    if isinstance(happened, Confirm):
        return [Text(f"{harmless(scene.did.who)} y/n", "dim")]
    if not isinstance(happened, Ask):
        return []
    printed: list[RenderableType] = []
    asking = inbound.opened(happened, ())
    assert isinstance(asking, inbound.Asking) or not happened.fields
    for step in range(len(happened.fields)):
        assert isinstance(asking, inbound.Asking)
        here = asking.at(step)
        printed += [render.question(here.field, here.problem), Text(f"{harmless(scene.did.who)} ?", "dim")]
    return printed


def _typed(did: Did) -> list[str]:
    """What stands behind the prompt."""
    name = harmless(did.who, lines=False)
    match did.verb:
        case "presses":
            return [f"{name} > {did.number}"]
        case "agrees":
            return [f"{name} y/n y"]
        case "declines":
            return [f"{name} y/n n"]
        case "says":
            return [f"{name} > {did.words}"]
        case "fills":
            return [f"{name} ? {value}" for value in did.values.values()]
        case "invokes":
            fields = {item.name: item for item in did.command.fields} if did.command else {}
            given = "".join(f" {_argument(fields.get(key), value)}" for key, value in did.values.items())
            return [f"{name} > /{did.words}{given}"]
    return []


def _argument(field: Field | None, value: str) -> str:
    value = harmless(value, lines=False)
    shown = f'"{value}"' if " " in value else value
    return f"{field.name}:{shown}" if field is not None and not field.required else shown


def _html(printed: list[RenderableType]) -> str:
    console = Console(
        file=io.StringIO(),
        width=COLUMNS,
        record=True,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for part in printed:
        console.print(part)
    return str(console.export_html(theme=THEME, inline_styles=True, code_format="<pre>{code}</pre>"))
