"""Whole sessions in a pipe: the real dispatcher and runner on a real database."""

import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.console.inbound import Unnameable
from adapters.console.keyboard import Keyboard
from adapters.console.outbound import Screen
from core.operations import demo
from core.people import Identity
from core.ports import Later
from tests.adapters.console.playground import piped, talk
from tests.driver import Chat, Driver

ROOT = Path(__file__).parents[3]


@pytest.fixture
def driver(driver: Driver) -> Driver:
    """With the demo people."""
    driver.write(lambda uow: demo.fill(uow, driver.clock.now(), driver.settings.plans))
    return driver


class TestPipe:
    def test_the_first_contact(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/start", "/daily", "/daily", "/wallet"])
        assert "Hi creator. I'm Tandem" in seen
        assert seen.count("+10 coins. Day 1.") == 1
        assert "Today's coins are already yours" in seen
        assert "510 coins: 10 earned, 500 recharged" in seen

    def test_is_plain_text(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/start", "/gift bob 5 [bold]\x1b[31mred\u202e", "/help"])
        assert "\x1b" not in seen
        assert "\u202e" not in seen
        assert "╭" not in seen

    def test_the_end_of_input_in_an_open_form(self, driver, tmp_path):
        assert "How many credits" in piped(driver, tmp_path, ["/gift bob"])

    def test_quit_leaves_what_follows(self, driver, tmp_path):
        assert "wallet" not in piped(driver, tmp_path, ["/quit", "/wallet"])

    def test_a_plain_sentence(self, driver, tmp_path):
        assert "Hi creator" in piped(driver, tmp_path, ["good morning"])

    def test_an_empty_line(self, driver, tmp_path):
        assert piped(driver, tmp_path, ["", "  "]) == "creator > \ncreator >   \n"

    def test_ten_thousand_characters(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/gift bob 5 " + "ü🙂" * 5_000, "/cancel", "/" + "x" * 10_000])
        assert "characters; at most 140 fit here" in seen
        assert "I do not know /xxx" in seen

    def test_what_is_due_is_done_without_another_program(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play wait", ""])
        assert seen.index("I have begun.") < seen.index("It is done now.")


class TestForm:
    def test_is_asked_in_turn(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play trip", "1", "50", "sunny"])
        assert "[1] Berlin" in seen
        assert "Off to berlin with 50 coins." in seen
        assert "Note: sunny" in seen

    def test_an_optional_field_can_be_skipped(self, driver, tmp_path):
        assert "Note: none" in piped(driver, tmp_path, ["/play trip", "bergen", "50", ""])

    def test_a_required_one_can_not(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play trip", "", "berlin", "50", ""])
        assert "This is needed to go on." in seen
        assert "Off to berlin" in seen

    def test_a_wrong_value_is_asked_again_at_once(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play trip berlin", "ten-ish", "5", "50", ""])
        assert 'I could not read that amount: "ten-ish". A whole number from 10 to 300' in seen
        assert "5 is out of range" in seen
        assert "Off to berlin with 50 coins." in seen

    def test_a_wrong_value_in_the_command_itself(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play trip berlin lots", "50", ""])
        assert seen.index("I could not read that amount") < seen.index("Off to berlin with 50 coins.")

    def test_a_problem_that_the_rules_found(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/settings zone", "Atlantis", "Europe/Berlin"])
        assert "Your day now begins at midnight in Europe/Berlin" in seen

    def test_cancel_leaves_it(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play trip", "/cancel", "/cancel"])
        assert "Left as it was." in seen
        assert "Nothing is open." in seen

    def test_another_command_leaves_it_too(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play trip", "/wallet", "berlin"])
        assert "500 coins" in seen
        assert "Off to" not in seen

    def test_every_kind_of_field(self, driver, tmp_path):
        chart = tmp_path / "chart.png"
        chart.write_bytes(b"\x89PNG")
        values = [
            "Ann", "two\\", "lines", "7", "50 coins", "2", "paris", "@bob", "2026-06-01 18:00", "7 d",
            "nowhere.png", str(chart), str(chart), "1", "",
        ]  # fmt: skip
        seen = piped(driver, tmp_path, ["/play everything", *values])
        for got in ("Ann", "two", "7", "50 coins", "l", "paris", "bob", "7 days, 0:00:00", "chart.png", "4", "True"):
            assert f"got {got}" in seen
        assert "Send a file here." in seen


class TestConfirm:
    @pytest.mark.parametrize(
        ("said", "seen"), [("y", "Off to paris"), ("n", "Left as it was."), ("Yes", "Off to paris")]
    )
    def test_yes_and_no(self, driver, tmp_path, said, seen):
        assert seen in piped(driver, tmp_path, ["/play trip paris 20", said])

    def test_anything_else_is_asked_again(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play trip paris 20", "perhaps", "y"])
        assert seen.index("Answer y for yes or n for no.") < seen.index("Off to paris")


class TestNumbers:
    def test_press_the_buttons_of_the_last_message(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/start", "1", "5"])
        assert seen.index("+10 coins. Day 1.") < seen.index("510 coins: 10 earned")

    def test_press_a_button_that_carries_values(self, driver, tmp_path):
        assert "Nobody can send you gifts now." in piped(driver, tmp_path, ["/settings", "4"])

    def test_that_no_button_has(self, driver, tmp_path):
        assert "There is no 9: the last message has 1 to 3." in piped(driver, tmp_path, ["/start", "9"])

    def test_without_buttons_press_nothing(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["7", "yes"])
        assert "Nothing is open under 7." in seen
        assert "No question is open." in seen
        assert "Hi creator" not in seen

    def test_choose_within_a_group(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play", "7"])
        assert "/play goes on with one of these." in seen
        assert "I have begun." in seen


class TestOutcomes:
    def test_a_stream_is_printed_as_it_comes_and_then_its_end(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play tell"])
        assert "… You are number 2 in line.\nOnce upon a [31mtime.\nTold 22 letters.\n" in seen

    def test_files_are_saved_and_named(self, driver, tmp_path):
        seen = piped(driver, tmp_path, ["/play picture", "/play picture"])
        saved = tmp_path / "chat-files"
        assert {path.name: path.read_bytes() for path in saved.iterdir()} == {
            "_chart.png": b"\x89PNG",
            "export.json": b"{}",
        }
        assert f"saved as {saved / 'export.json'}".split()[-1] in "".join(seen.split("\n"))

    def test_an_address_stays_on_one_line(self, driver, tmp_path):
        assert f"Pay $5: https://pay.example/{'x' * 120}\n" in piped(driver, tmp_path, ["/play pay"])


class TestAnnouncements:
    def test_wait_for_who_is_away(self, driver, tmp_path):
        Chat(driver, "mara").invokes("gift", to="bob", amount=5).sees("Sent")
        assert "mara sent you" not in piped(driver, tmp_path, ["/wallet"])
        driver.clock.advance(timedelta(minutes=2))
        assert "mara sent you 5 credits" in piped(driver, tmp_path, [], name="bob")

    async def test_are_for_who_is_chatting_while_they_are(self, driver, tmp_path):
        screen = Screen("ann", tmp_path, driver.clock, out=io.StringIO(), boxed=False)
        ann, bob = Identity("console", "ann"), Identity("console", "bob")
        assert not screen.serves(ann)
        with screen.open():
            assert screen.serves(ann)
            assert not screen.serves(bob)
            assert await screen.send(bob, None, key="1") == Later()


class TestLeaving:
    async def test_when_nobody_reads_any_more(self, driver, tmp_path):
        class Gone(io.StringIO):
            def write(self, text):
                raise BrokenPipeError

        screen = Screen("ann", tmp_path, driver.clock, out=Gone(), boxed=False)
        keyboard = Keyboard(io.StringIO("/start\n" * 3), interactive=False)
        assert await talk(driver, "ann", tmp_path, screen=screen, keyboard=keyboard) == 0
        assert screen.gone

    @pytest.mark.parametrize("name", ["", "a b", "x" * 65, "[red]", "discord:1", "a\x1b"])
    def test_a_name_that_nobody_could_type(self, driver, tmp_path, name):
        with pytest.raises(Unnameable):
            Screen(name, tmp_path, driver.clock)


class TestStart:
    def test_the_first_prompt_does_not_wait_for_rich(self):
        code = "import sys, adapters.console; sys.exit('rich' in sys.modules)"
        run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False)
        assert run.returncode == 0


class TestCommandLine:
    def test_a_piped_session_of_the_program_itself(self, tmp_path):
        run = subprocess.run(
            [sys.executable, "-m", "bot", "--demo", "chat", "--as", "creator"],
            input=b"/start\n/daily\n/gift bob 5 \xff\n",
            capture_output=True,
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PATH": ""},
            timeout=60,
            check=False,
        )
        assert run.returncode == 0, run.stderr.decode()
        assert b"Day 1." in run.stdout
        assert run.stderr == b""
