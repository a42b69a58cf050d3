"""The page that shows every command on every platform: complete, harmless, of one file, and the same every time."""

import asyncio
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot import preview
from bot.__main__ import UNUSABLE, main
from bot.preview import console, discord, discord_markup, page, telegram
from bot.preview.scenes import Did, Scene
from bot.preview.stage import NOON
from bot.preview.stories import UNKIND
from bot.settings import Settings
from core.chat import Ask, Button, Message, Outcome, Refusal, Reply, Streaming, Visit, Wait, said
from core.registry import ROOMS
from tests.contract.samples import BUTTONS, NAME, asked, blocks, error, errors

COMMANDS = [command for room in ROOMS for command in room.commands]
VOID = {"meta", "link", "input", "img", "br"}
LOOKS = {name: look for name, (_, look) in page.PLATFORMS.items()}


@dataclass
class Read(HTMLParser):
    """A page as a strict reader sees it: every element closed in turn, the words of each pane by section."""

    open: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        section = next((found["id"] for tag, found in self.open if tag == "section"), "")
        pane = next((found["data-on"] for _, found in self.open if "data-on" in found), "")
        self.words[section, pane] = self.words.get((section, pane), "") + data


def read(html: str) -> Read:
    reader = Read()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def made():
    return asyncio.run(preview.made(Settings()))


class TestPage:
    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
    @pytest.mark.parametrize("platform", page.PLATFORMS)
    def test_shows_every_command_on_every_platform(self, made, command, platform):
        words = read(made).words["-".join(command.path), platform]
        assert len(words.strip()) > len(command.name)

    def test_every_command_has_a_story(self, made):
        assert "No story is told" not in made

    @pytest.mark.parametrize("kind", ["Ask", "Ask, with a problem", "Confirm", "Reply", "Refusal", "Announcement"])
    def test_shows_the_outcomes(self, made, kind):
        assert f">{kind}</span>" in made

    @pytest.mark.parametrize("platform", page.PLATFORMS)
    def test_shows_a_bug_a_stream_and_what_nobody_asked_for(self, made, platform):
        words = {section: text for (section, pane), text in read(made).words.items() if pane == platform}
        assert "number: 7F3K" in " ".join(words["something-breaks"].split())
        assert "41 messages left today." in words["made-up-a-stream"]
        assert "number 2 in line" in words["made-up-a-stream"]
        assert "sent you 300 credits" in words["gift"]
        assert "I do not know /dayly" in words["an-unknown-command"]

    @pytest.mark.parametrize("platform", page.PLATFORMS)
    def test_shows_what_ai_costs_and_how_it_goes_on(self, made, platform):
        words = {section: text for (section, pane), text in read(made).words.items() if pane == platform}
        levels = " ".join(words["what-ai-costs-and-how-it-goes-on"].replace("│", " ").split())
        steps = (
            "A visit to a partner page opens it for 24 h",
            "partner pages stand below my answers",
            "The free AI rests until 1 June",
            "Taken from",
            "80 credits paid.",
        )
        found = [levels.index(step) for step in steps]
        assert found == sorted(found)
        pause = " ".join(words["a-pause-of-the-ai"].replace("│", " ").split())
        assert "You called the AI 30 times within a minute." in pause
        assert "The pause is lifted" in pause

    def test_is_the_same_twice(self, made):
        assert asyncio.run(preview.made(Settings())) == made

    def test_is_one_file_without_network_or_program(self, made):
        reader = read(made)
        assert {"script", "iframe", "object", "embed", "base"} & {tag for tag, _ in reader.tags} == set()
        for tag, found in reader.tags:
            for name, value in found.items():
                assert not name.startswith("on"), f"<{tag} {name}>"
                if name in {"href", "src", "srcset", "action"}:
                    assert value.startswith(("#", "data:")), f"<{tag} {name}={value}>"
        style = re.search(r"<style>(.*?)</style>", made, re.DOTALL)
        assert style is not None
        assert "url(" not in style[1]
        assert "@import" not in style[1]

    def test_leads_to_every_chapter(self, made):
        reader = read(made)
        wanted = [found["href"][1:] for tag, found in reader.tags if tag == "a"]
        assert wanted == [found["id"] for tag, found in reader.tags if tag == "section"]
        assert len(set(wanted)) == len(wanted)

    def test_a_grave_question_is_red_where_a_yes_has_a_colour(self, made):
        grave = made[made.index('id="privacy-erase"') : made.index('id="privacy-stay"')]
        assert "dc-red" in grave
        assert "tg-danger" in grave
        assert "dc-green" not in grave
        assert "tg-success" not in grave

    @pytest.mark.parametrize("platform", page.PLATFORMS)
    def test_an_unkind_name_is_its_letters(self, made, platform):
        assert "<script" not in made
        words = read(made).words["a-name-that-wants-to-be-more-than-a-name", platform]
        shown = words.replace("\u200b", "").replace("\u2060", "")
        assert UNKIND in " ".join(shown.split())


def scene(happened: Outcome | Message, verb: str = "invokes") -> Scene:
    assert not isinstance(happened, Streaming)
    return Scene(Did(NAME, verb, "gift", values={"to": NAME}), happened, NOON)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
class TestLooks:
    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
    def test_show_a_form_with_everything_wrong(self, look, command):
        for verb in ("invokes", "fills"):
            read(look(scene(asked(command), verb)))

    def test_show_every_block_and_escape_it(self, look):
        happened: list[Outcome | Message] = [
            Reply(blocks()), blocks(), Wait(NAME), Visit("https://example.com/a", NAME, said(NAME)),
            Reply(said(NAME, buttons=(*BUTTONS, Button(NAME, ("start",))))),
        ]  # fmt: skip
        for item in happened:
            made = look(scene(item))
            read(made)
            assert NAME[-20:] in made
            assert "<b>é" not in made

    @pytest.mark.parametrize("kind", errors(), ids=lambda kind: kind.__name__)
    def test_show_every_error(self, look, kind):
        happened = Refusal(error(kind))
        words = " ".join("".join(read(look(scene(happened))).words.values()).split())
        assert happened.error.text.split()[0] in words


class TestDiscordMarkup:
    @pytest.mark.parametrize(
        ("content", "html"),
        [
            (r"\*\*x\*\*", "**x**"),
            ("**a\\*b**", "<strong>a*b</strong>"),
            ("`<b>`", "<code>&lt;b&gt;</code>"),
            ("a\n# b", 'a<br><strong class="dc-heading">b</strong>'),
            ("<t:1778760000:f>", '<span class="dc-time">14 May 2026 at 12:00</span>'),
            ("<t:1778763600:R>", '<span class="dc-time">in 1 h</span>'),
            ("@everyone", '<span class="dc-mention">@everyone</span>'),
            ("<script>", "&lt;script&gt;"),
        ],
    )
    def test_is_read_as_clients_read_it(self, content, html):
        assert discord_markup.shown(content, NOON) == html


class TestCommandLine:
    def test_writes_the_page(self, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        assert main(["preview", "--out", "site"]) == 0
        assert Path("site/index.html").read_text("utf-8").startswith("<!doctype html>")
        assert "site/index.html" in capsys.readouterr().out
        assert [path.name for path in tmp_path.iterdir()] == ["site"]

    def test_says_where_it_can_not(self, tmp_path, monkeypatch, capsys):
        monkeypatch.chdir(tmp_path)
        Path("taken").write_text("a file")
        assert main(["preview", "--out", "taken"]) == UNUSABLE
        assert "taken" in capsys.readouterr().err


def test_the_looks_are_the_platforms():
    assert set(LOOKS.values()) == {discord.shown, telegram.shown, console.shown}
    assert isinstance(asked(COMMANDS[0]), Ask)
