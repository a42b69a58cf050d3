"""The interactive mode on a pseudo-terminal: a person's keys go in, what the screen shows comes out."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.operations import demo
from tests.driver import Driver

ROOT = Path(__file__).parents[3]
PLAYGROUND = Path(__file__).with_name("playground.py")
PATIENCE_S = 30
"""How long a fact is waited for, on the slowest machine."""
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x07|\r")


class Terminal:
    """A running local chat, and the terminal it believes in."""

    def __init__(self, database: Path, folder: Path, name: str) -> None:
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        environment = {
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm",
            "INPUTRC": os.devnull,
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
        }
        self.process = subprocess.Popen(
            [sys.executable, str(PLAYGROUND), str(database), str(folder), name],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment,
            start_new_session=True,
        )
        self.raw = ""
        self._read_to = 0

    def keys(self, text: str) -> None:
        """Type."""
        os.write(self.master, text.encode())

    def sees(self, text: str) -> str:
        """Wait until the screen shows something after what was seen before; everything up to it."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in (shown := ANSI.sub("", self.raw))[self._read_to :]:
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"{text!r} did not come; the screen shows {shown[self._read_to :]!r}"
            self.raw += os.read(self.master, 65536).decode(errors="replace")
        end = shown.index(text, self._read_to) + len(text)
        seen, self._read_to = shown[self._read_to : end], end
        return seen

    def leaves(self) -> int:
        """Wait for the end; the exit code. What is printed meanwhile is taken, so that nothing blocks."""
        deadline = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            if select.select([self.master], [], [], 0.05)[0]:
                self.raw += os.read(self.master, 65536).decode(errors="replace")
        return self.process.wait(0)

    def close(self) -> None:
        """End it, however it goes."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal(driver: Driver, tmp_path: Path) -> Iterator[Terminal]:
    """Somebody at a terminal, in front of the first prompt."""
    driver.write(lambda uow: demo.fill(uow, driver.clock.now(), driver.settings.plans))
    made = Terminal(driver.path, tmp_path, "creator")
    made.sees("creator > ")
    yield made
    made.close()


class TestKeys:
    def test_a_command_its_button_and_the_way_out(self, terminal):
        terminal.keys("/start\r")
        assert "╭" in terminal.sees("[1] Take today's coins")
        terminal.sees("creator > ")
        terminal.keys("1\r")
        terminal.sees("+10 coins. Day 1.")
        terminal.sees("creator > ")
        terminal.keys("/quit\r")
        assert terminal.leaves() == 0

    def test_tab_completes_a_command(self, terminal):
        terminal.keys("/wal\t\r")
        terminal.sees("500 coins")

    def test_tab_completes_a_subcommand_and_a_field(self, terminal):
        terminal.keys("/play tr\tto\tpar\tstake:20\r")
        terminal.sees("Paris is far. Go?")

    def test_tab_lists_what_fits(self, terminal):
        terminal.keys("/play trip town:ber\t\t")
        terminal.sees("town:bergen   Bergen")
        terminal.sees("town:berlin   Berlin")
        terminal.sees("creator > /play trip town:ber")

    def test_tab_completes_an_answer(self, terminal):
        terminal.keys("/play trip\r")
        terminal.sees("creator ? ")
        terminal.keys("pa\t\r")
        terminal.sees("Stake")

    def test_a_form_with_a_wrong_answer_and_a_question(self, terminal):
        terminal.keys("/play trip\r")
        terminal.sees("[3] Paris")
        terminal.sees("creator ? ")
        terminal.keys("3\r")
        terminal.sees("creator ? ")
        terminal.keys("ten-ish\r")
        terminal.sees("I could not read that amount")
        terminal.sees("creator ? ")
        terminal.keys("30\r")
        terminal.sees("Enter to skip.")
        terminal.keys("\r")
        terminal.sees("creator y/n ")
        terminal.keys("y\r")
        terminal.sees("Off to paris with 30 coins.")

    def test_the_arrow_finds_the_last_command_and_not_the_answers(self, terminal, tmp_path):
        terminal.keys("/play trip berlin 20\r")
        terminal.sees("Off to berlin")
        terminal.sees("creator > ")
        terminal.keys("\x04")
        assert terminal.leaves() == 0
        history = tmp_path / "chat-history"
        assert history.read_text() == "/play trip berlin 20\n"
        assert history.stat().st_mode & 0o777 == 0o600


class TestControlC:
    def test_drops_what_was_typed(self, terminal):
        terminal.keys("/daily and then\x03")
        terminal.sees("Nothing is open.")

    def test_cancels_the_open_question(self, terminal):
        terminal.keys("/play trip\r")
        terminal.sees("creator ? ")
        terminal.keys("ber\x03")
        terminal.sees("Left as it was.")
        terminal.sees("creator > ")

    def test_cuts_a_stream(self, terminal):
        terminal.keys("/play endless\r")
        terminal.sees("It was a dark night")
        terminal.keys("\x03")
        terminal.sees("Cut off here.")
        terminal.sees("creator > ")

    def test_a_signal_leaves_the_question(self, terminal):
        terminal.keys("/play trip\r")
        terminal.sees("creator ? ")
        terminal.process.send_signal(signal.SIGINT)
        terminal.sees("Left as it was.")
        terminal.keys("/wallet\r")
        terminal.sees("500 coins")


class TestMeanwhile:
    def test_an_announcement_comes_while_somebody_types(self, terminal):
        terminal.keys("/play wait\r")
        terminal.sees("I have begun.")
        terminal.sees("It is done now.")

    def test_what_stands_in_the_prompt_is_drawn_again(self, terminal, driver):
        terminal.keys("/wal")
        terminal.sees("/wal")
        from tests.driver import Chat

        Chat(driver, "mara").invokes("gift", to="creator", amount=5).sees("Sent")
        terminal.sees("mara sent you 5 credits")
        terminal.sees("creator > /wal")
        terminal.keys("let\r")
        terminal.sees("500 coins")


class TestLeaving:
    @pytest.mark.parametrize(
        "how", ["\x04", "/quit\r", signal.SIGTERM, signal.SIGHUP], ids=["ctrl-d", "quit", "term", "hup"]
    )
    def test_gives_the_terminal_back_as_it_was(self, terminal, how):
        if isinstance(how, str):
            terminal.keys(how)
        else:
            terminal.process.send_signal(how)
        assert terminal.leaves() == 0
        assert termios.tcgetattr(terminal.slave) == terminal.before
