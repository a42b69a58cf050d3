"""Reads lines on a thread of its own, so that streams and due work go on meanwhile."""

import asyncio
import contextlib
import io
import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from adapters.console import limits
from adapters.console.inbound import CANCEL

Completer = Callable[[str], tuple[int, list[tuple[str, str]]]]
"""For a line: where the replaced part starts, and what could stand there, as (text, what it means)."""

_Wanted = tuple[str, asyncio.AbstractEventLoop, "asyncio.Future[str | None]"] | None


class Keyboard:
    """Standard input. `ask` answers a future, so that whoever waits can do something else meanwhile."""

    def __init__(self, source: TextIO | None = None, *, interactive: bool | None = None) -> None:
        self.source = source or sys.stdin
        both = self.source.isatty() and sys.stdout.isatty()
        self.interactive = both if interactive is None else interactive
        self.completer: Completer | None = None
        self._history: Path | None = None
        self._wanted: queue.SimpleQueue[_Wanted] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._readline: Any = None
        self._terminal: list[Any] | None = None
        self._found: list[str] = []
        self._meanings: dict[str, str] = {}
        self._prompt = ""

    def open(self, history: Path) -> None:
        """Get ready; on a terminal with line editing, completion and what was typed in earlier sessions."""
        if isinstance(self.source, io.TextIOWrapper):
            self.source.reconfigure(errors="replace")
        if not self.interactive:
            return
        with contextlib.suppress(ImportError):
            import readline

            self._readline = readline
        with contextlib.suppress(ImportError, OSError):
            import termios

            self._terminal = termios.tcgetattr(self.source.fileno())
        if self._readline is None:
            return
        self._history = history
        with contextlib.suppress(OSError):
            self._readline.read_history_file(history)
        self._readline.set_history_length(limits.HISTORY_MAX)
        self._readline.set_auto_history(False)
        self._readline.set_completer_delims(" ")
        self._readline.set_completer(self._complete)
        self._readline.set_completion_display_matches_hook(self._show_found)
        self._readline.parse_and_bind("bind ^I rl_complete" if self.is_libedit else "tab: complete")
        if not self.is_libedit:
            # Ctrl-C drops what was typed and says what it means, in both of readline's editing modes.
            self._readline.parse_and_bind(r'"\C-x\C-q": kill-whole-line')
            self._readline.parse_and_bind(rf'"\C-c": "\C-x\C-q{CANCEL}\C-m"')

    @property
    def is_libedit(self) -> bool:
        """Whether readline is the other library of that name, which has no macros (as on macOS)."""
        return self._readline is not None and "libedit" in (self._readline.__doc__ or "")

    def close(self) -> None:
        """Keep the history, and give the terminal back as it was, whatever the reading thread is doing."""
        self._wanted.put(None)
        if self._history is not None:
            with contextlib.suppress(OSError):
                self._history.parent.mkdir(parents=True, exist_ok=True)
                self._history.touch(mode=0o600)  # what people type is theirs alone
                self._readline.write_history_file(self._history)
        self._restore()

    def remember(self, line: str) -> None:
        """Let the arrow keys find a line."""
        if self._readline is not None and line.strip():
            self._readline.add_history(line)

    def typed(self) -> str:
        """What stands in the open prompt."""
        return self._readline.get_line_buffer() if self._readline is not None else ""

    def ask(self, prompt: str) -> "asyncio.Future[str | None]":
        """The next line; None at the end of input."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[str | None] = loop.create_future()
        if self._thread is None:
            # A daemon: nothing can wake a thread that waits for a key, and the program must be able to end.
            self._thread = threading.Thread(target=self._work, name="keyboard", daemon=True)
            self._thread.start()
        self._wanted.put((prompt, loop, future))
        return future

    # The reading thread

    def _work(self) -> None:
        while True:
            wanted = self._wanted.get()
            if wanted is None:
                return
            prompt, loop, future = wanted
            try:
                line = self._read(prompt)
            except (EOFError, OSError, ValueError):  # the end, a terminal that is gone, a closed stream
                line = None
            try:
                loop.call_soon_threadsafe(_deliver, future, line)
            except RuntimeError:  # the loop has ended meanwhile
                return

    def _read(self, prompt: str) -> str | None:
        if not self.interactive:
            line = self.source.readline()
            return line.rstrip("\r\n") if line else None
        self._prompt = prompt
        self._without_interrupt()
        try:
            return input(prompt)
        finally:
            self._restore()

    def _without_interrupt(self) -> None:
        """Let Ctrl-C reach readline as a key: as a signal it would only reach the main thread."""
        if self._terminal is None or self._readline is None or self.is_libedit:
            return
        import termios

        changed = [*self._terminal[:6], list(self._terminal[6])]
        changed[6][termios.VINTR] = bytes([os.fpathconf(self.source.fileno(), "PC_VDISABLE") & 0xFF])
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self.source.fileno(), termios.TCSADRAIN, changed)

    def _restore(self) -> None:
        if self._terminal is None:
            return
        import termios

        with contextlib.suppress(termios.error, ValueError):
            termios.tcsetattr(self.source.fileno(), termios.TCSADRAIN, self._terminal)

    def _complete(self, _text: str, state: int) -> str | None:
        """Readline asks for the first, second, … completion of the word under the cursor, until None."""
        if state == 0:
            line, begins = (
                self._readline.get_line_buffer()[: self._readline.get_endidx()],
                self._readline.get_begidx(),
            )
            start, found = self.completer(line) if self.completer is not None else (0, [])
            # What is replaced may begin before readline's word (an answer with spaces) or in it (`name:`).
            before, inside = line[start:begins], line[begins:start]
            fitting = {inside + word[len(before) :]: label for word, label in found if word.startswith(before)}
            self._found, self._meanings = list(fitting), fitting
        return self._found[state] if state < len(self._found) else None

    def _show_found(self, _text: str, matches: list[str], longest: int) -> None:
        """List what fits, with what it means where the value alone does not say it."""
        lines = [f"  {word.rstrip():<{longest}}  {self._meanings.get(word, '')}".rstrip() for word in matches]
        sys.stdout.write("\n" + "\n".join(lines) + f"\n{self._prompt}{self.typed()}")
        sys.stdout.flush()


def _deliver(future: "asyncio.Future[str | None]", line: str | None) -> None:
    if not future.done():
        future.set_result(line)
