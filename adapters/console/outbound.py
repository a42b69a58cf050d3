"""Prints answers, streams, announcements. Implements `Messenger` for the one person who is chatting."""

import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from adapters.common.harmless import harmless
from adapters.console import limits
from adapters.console.inbound import Asking, typist
from core.chat import Button, Delta, Meanwhile, Message, Outcome, Refusal, Reply, Streaming
from core.clock import Clock
from core.people import Identity
from core.ports import Delivered, Delivery, Later

if TYPE_CHECKING:
    from rich.console import RenderableType

    from adapters.console.render import File, Look, View

CLEAR_LINE = "\r\x1b[2K"


class Screen:
    """The terminal's output: the member's own conversation, and what the outbox has for them."""

    def __init__(
        self, name: str, folder: Path, clock: Clock, *, out: TextIO | None = None, boxed: bool | None = None
    ) -> None:
        self.who = typist(name)
        self.folder = folder
        self.out = out or sys.stdout
        self.boxed = sys.stdin.isatty() and self.out.isatty() if boxed is None else boxed
        self.buttons: tuple[Button, ...] = ()
        """What the numbers press: the buttons of the last message."""
        self.gone = False
        """Whether whoever read the output has gone, as with `| head`."""
        self.typed: Callable[[], str] | None = None
        """While somebody types: the prompt and what stands in it, to be drawn again below what is printed."""
        self._clock = clock
        self._open = False

    @contextmanager
    def open(self) -> Iterator[None]:
        """While the session lasts, announcements for its person are taken."""
        if isinstance(self.out, io.TextIOWrapper):
            self.out.reconfigure(errors="replace")  # a terminal that knows fewer letters shows question marks
        self._open = True
        try:
            yield
        finally:
            self._open = False

    # The member's own conversation

    def show(self, outcome: Outcome) -> None:
        """Print an outcome; its files first, so that it can name them."""
        from adapters.console import render  # rich is not needed for the first prompt

        self._print(render.outcome(outcome, self._look(render.files(outcome))))

    def show_message(self, message: Message) -> None:
        """Print a message; its buttons are pressed from now on."""
        from adapters.console import render

        self._print(render.message_view(message, self._look(render.files_of(message))))

    def ask(self, asking: Asking) -> None:
        """Print the field of a form that is asked now."""
        from adapters.console import render

        if not asking.begun:
            self._print_body(render.question(asking.field, asking.problem, again=asking.again))

    async def stream(self, streaming: Streaming) -> Reply | Refusal | None:
        """Print text as it comes; what it ended with. Cancelled, it closes the stream."""
        last: Reply | Refusal | None = None
        wrote = False
        try:
            async with aclosing(streaming.pieces) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    match piece:
                        case Delta():
                            wrote = True
                            self.write(harmless(piece.text))
                        case Meanwhile():
                            self.say(f"… {harmless(piece.text)}")
                        case _:
                            last = piece
        finally:
            if wrote:
                self.write("\n")
        return last

    def say(self, text: str) -> None:
        """Print a line of the terminal's own."""
        self.write(f"{text}\n")

    def write(self, text: str) -> None:
        """Print text as it is, at once."""
        try:
            self.out.write(text)
            self.out.flush()
        except BrokenPipeError:
            self._drop()

    # Messenger

    def serves(self, identity: Identity) -> bool:
        """Only who is chatting, while they are."""
        return self._open and identity == self.who.actor.identity

    def repeats_safely(self, platform: str) -> bool:
        """What was printed was printed."""
        return False

    async def send(self, identity: Identity, message: Any, *, key: str) -> Delivery:
        """Print an announcement, above the prompt if somebody is typing."""
        if not self.serves(identity) or self.gone:
            return Later()
        below = self.typed
        if below is not None:
            self.write(CLEAR_LINE)
        buttons = self.buttons
        self.show_message(message)
        self.buttons = self.buttons or buttons
        if below is not None:
            self.write(below())
        return Delivered()

    # Inside

    def _look(self, found: "tuple[File, ...]") -> "Look":
        from adapters.console.render import Look

        saved = tuple(str(self._save(file)) for file in found)
        return Look(self._clock.now(), boxed=self.boxed, saved=saved)

    def _save(self, file: "File") -> Path:
        """Write a file under its own name, or under one with a number if something else has it."""
        folder = self.folder / "chat-files"
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "_", file.name).lstrip(".")[-limits.FILE_NAME_MAX :] or "file"
        path, number = folder / name, 1
        while path.exists() and path.read_bytes() != file.content:
            number += 1
            path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        path.write_bytes(file.content)
        return path

    def _print(self, view: "View") -> None:
        self.buttons = view.buttons
        if view.body is not None:
            self._print_body(view.body)
        if view.address:
            self.say(view.address)
        if not self.boxed:
            self.say("")  # boxes part messages by themselves

    def _print_body(self, body: "RenderableType") -> None:
        from rich.console import Console

        # Into memory first: rich ends the program when whoever reads the output has gone.
        text = io.StringIO()
        width = min(shutil.get_terminal_size().columns, limits.PANEL_WIDTH_MAX) if self.boxed else limits.PLAIN_WIDTH
        colourful = self.boxed and self.out.isatty()
        console = Console(file=text, width=width, force_terminal=colourful, highlight=False, markup=False, emoji=False)
        console.print(body)
        shown = text.getvalue()
        self.write(shown if self.boxed else "".join(f"{line.rstrip()}\n" for line in shown.splitlines()))

    def _drop(self) -> None:
        """Let what is still buffered go nowhere, so that the interpreter does not complain while it ends."""
        self.gone = True
        if self.out is sys.stdout:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.out.fileno())
