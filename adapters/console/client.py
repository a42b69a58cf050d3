"""The session: reads a line, asks the core, shows what happened, does what is due; until somebody leaves."""

import asyncio
import contextlib
import mimetypes
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from adapters.common.harmless import harmless
from adapters.console import commands, inbound
from adapters.console.commands import Completion
from adapters.console.inbound import QUIT, Asking, Confirming, Hint, Leave, Open, Stamp
from adapters.console.keyboard import Keyboard
from adapters.console.limits import COMPLETION_WAIT_S, TICK_S
from adapters.console.outbound import Screen
from core.chat import Agreement, Answer, Inbound, Invocation, Option, Refusal, Reply, Streaming
from core.chat.form import FileRef
from core.clock import Clock
from core.dispatch import Dispatcher
from core.errors import DatabaseBusy, ErrorKind
from core.ids import new_token

CUT = "Cut off here. What arrived counts, the rest is not charged."


class ConsoleChat:
    """One person's chat in a terminal or a pipe. Raises `Unnameable`.

    `tick` does what is due (a runner's), `on_start` makes announcements that waited for this person due.
    `folder` gets the history of what was typed, and the files that were sent.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        name: str,
        folder: Path,
        *,
        tick: Callable[[], Awaitable[object]],
        on_start: Callable[[], Awaitable[object]] | None = None,
        keyboard: Keyboard | None = None,
        screen: Screen | None = None,
    ) -> None:
        self._dispatcher = dispatcher
        self._clock = clock
        self._screen = screen or Screen(name, folder, clock)
        self._tick = tick
        self._on_start = on_start
        self._keyboard = keyboard or Keyboard()
        self._known = commands.declare(dispatcher.catalog.commands.values())
        self._who = self._screen.who
        self._folder = folder
        self._open: Open = None
        self._streaming: asyncio.Task[object] | None = None
        self._waiting: asyncio.Future[str | None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def messenger(self) -> Screen:
        """Says what the outbox has for this person, while the chat lasts."""
        return self._screen

    async def run(self) -> int:
        """Chat until the end of input, /quit, or a reader that is gone. The exit code."""
        self._loop = asyncio.get_running_loop()
        self._keyboard.completer = self._complete
        self._keyboard.open(self._folder / "chat-history")
        try:
            with self._screen.open(), self._interrupts():
                self._greet()
                if self._on_start is not None:
                    await self._on_start()
                await self._chat()
        finally:
            self._keyboard.close()
        return 0

    async def _chat(self) -> None:
        while not self._screen.gone:
            await self._due()
            line = await self._line()
            if line is None:
                if self._keyboard.interactive:
                    self._screen.say("")
                return
            talks = bool(self._dispatcher.catalog.talks)
            read = inbound.read(line, self._open, self._screen.buttons, self._known, self._stamp(), talks=talks)
            match read:
                case None:
                    pass
                case Leave():
                    return
                case Asking():
                    self._open = read
                case Hint(message=message):
                    buttons = self._screen.buttons
                    self._screen.show_message(message)
                    self._screen.buttons = self._screen.buttons or buttons
                case _:
                    await self._send(read)

    # In

    async def _line(self) -> str | None:
        """The next line. Due work goes on while nobody types."""
        if isinstance(self._open, Asking):
            self._screen.ask(self._open)
        prompt = self._prompt()
        waiting = self._waiting = self._keyboard.ask(prompt)
        if self._keyboard.interactive:
            self._screen.typed = lambda: prompt + self._keyboard.typed()
        try:
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=TICK_S)
                if not waiting.done():
                    await self._due()
        finally:
            self._screen.typed = None
        line = waiting.result()
        if line is not None and self._keyboard.interactive and self._open is None:
            self._keyboard.remember(line)
        if line is not None and not self._keyboard.interactive:
            self._echo(prompt, line)
        return line

    def _echo(self, prompt: str, line: str) -> None:
        """A recorded session reads like a conversation only with what was typed in it."""
        self._screen.say(f"{prompt}{harmless(line, lines=False)}")

    def _prompt(self) -> str:
        name = self._who.actor.name
        match self._open:
            case Asking(begun=begun):
                return f"{name} … " if begun else f"{name} ? "
            case Confirming():
                return f"{name} y/n "
        return f"{name} > "

    def _stamp(self) -> Stamp:
        return Stamp(self._who, f"{commands.PLATFORM}:{new_token()}", self._clock.now(), attach)

    # Out

    async def _send(self, event: Inbound) -> None:
        command = self._command_of(event)
        outcome = await self._dispatcher.handle(event)
        if isinstance(outcome, Streaming):
            outcome = await self._stream(outcome)
        if outcome is not None:
            self._screen.show(outcome)
        if isinstance(outcome, Refusal) and outcome.error.kind is ErrorKind.OPERATIONAL:
            return  # nothing was kept, so the question is still open: the same answer can be given again
        self._open = inbound.opened(outcome, command) if outcome is not None else None

    def _command_of(self, event: Inbound) -> commands.Path:
        """Whose options the Tab key will ask for, if the answer is a form."""
        match event:
            case Invocation(command=command):
                return command
            case Answer() | Agreement() if self._open is not None:
                return self._open.command
            case Agreement(token=token):
                return next((button.command for button in self._screen.buttons if button.token == token), ())
        return ()

    async def _stream(self, streaming: Streaming) -> Reply | Refusal | None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._screen.stream(streaming))
            self._streaming = task
        self._streaming = None
        if task.cancelled():
            self._screen.say(CUT)
            return None
        return task.result()

    async def _due(self) -> None:
        with contextlib.suppress(DatabaseBusy):  # another process holds it: the next look finds what is due
            await self._tick()

    def _greet(self) -> None:
        if self._keyboard.interactive:
            name = self._who.actor.name
            self._screen.say(f"Tandem, with you as {name}. /start says hello, /help lists all, {QUIT} leaves.")

    # Ctrl-C and Tab

    @contextlib.contextmanager
    def _interrupts(self) -> Iterator[None]:
        """On a terminal Ctrl-C cuts a stream or cancels a question, and never ends the program."""
        loop = self._loop
        if not self._keyboard.interactive or threading.current_thread() is not threading.main_thread():
            yield
            return
        assert loop is not None
        handlers = {signal.SIGINT: self._interrupted, signal.SIGTERM: self._hung_up, signal.SIGHUP: self._hung_up}
        for number, handler in handlers.items():
            loop.add_signal_handler(number, handler)
        try:
            yield
        finally:
            for number in handlers:
                loop.remove_signal_handler(number)

    def _interrupted(self) -> None:
        """A signal, not the key: the stream, or a question where readline can not tell the key."""
        if self._streaming is not None:
            self._streaming.cancel()
        elif self._open is not None:
            self._open = None
            self._screen.say("\nLeft as it was.")

    def _hung_up(self) -> None:
        """The terminal is closed, or somebody ends us: as at the end of input, so that the terminal is given back."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _complete(self, line: str) -> tuple[int, list[tuple[str, str]]]:
        """For the reading thread: static words at once, options from the core's own thread."""
        if isinstance(self._open, Asking):
            asked = Completion(0, (), self._open.command, self._open.field.name, line)
            return 0, [(option.value, option.label) for option in self._options(asked)]
        wanted = commands.complete(line, self._known)
        found = [(word, "") for word in wanted.words]
        found += [(f"{commands.quoted(option.value)} ", option.label) for option in self._options(wanted)]
        return wanted.start, found

    def _options(self, wanted: Completion) -> list[Option]:
        if not wanted.field or self._loop is None:
            return []
        query = inbound.query(wanted.command, wanted.field, wanted.prefix, self._stamp())
        asked = asyncio.run_coroutine_threadsafe(self._dispatcher.options(query), self._loop)
        try:
            return asked.result(COMPLETION_WAIT_S)
        except Exception:  # noqa: BLE001  the Tab key never breaks a session
            return []


def attach(path: str) -> FileRef | None:
    """A file of this machine, as a form takes it; its bytes are read by who needs them."""
    found = Path(path).expanduser()
    try:
        if not found.is_file():
            return None
        size = found.stat().st_size
    except (OSError, RuntimeError, ValueError):  # no such home, a name that can not be one
        return None
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    return FileRef(commands.PLATFORM, str(found), found.name, kind, size)
