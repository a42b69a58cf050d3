"""Every command of the product, run by people on Discord."""

from typing import Any

import pytest

from core.registry import ROOMS
from tests.end_to_end.discord.studio import Elsewhere, identity
from tests.fakes.discord.limits import EPHEMERAL
from tests.fakes.discord.options import NotOffered
from tests.fakes.discord.things import USUAL, Upload

COMMANDS = {command.name: command for room in ROOMS for command in room.commands}
# What is typed beside the command, and what the answer says at least.
TYPED: dict[str, tuple[dict[str, Any], str]] = {
    "start": ({}, "Hi Ann"),
    "help": ({"about": "coins"}, "/daily"),
    "daily": ({}, "coins"),
    "wallet": ({}, "credits"),
    "link start": ({}, "code"),
    "link agree": ({}, "agree"),
    "link cancel": ({}, ""),
    "link status": ({}, ""),
    "link remove": ({}, ""),
    "profile basics": ({"platform": "TikTok", "followers": 12_000, "niche": "cooking"}, "Kept 3 lines"),
    "settings show": ({}, "Time zone"),
    "settings zone": ({"zone": "Europe/Berlin"}, "Europe/Berlin"),
    "settings quiet": ({"start": "21:00", "end": "07:00"}, "21:00"),
    "settings language": ({"language": "Deutsch"}, "Deutsch"),
    "settings gifts": ({"on": False}, "gifts"),
    "settings notice": ({"notice": "streak", "on": True}, "Streak reminder: on"),
    "questions list": ({}, "Strengths"),
    "questions limits": ({"hours": 6, "energy": "3: all right", "confidence": "4: mostly"}, "+10 coins"),
    "checkin": ({"well": "The hook of the bread clip", "energy": "4: good"}, "+5 coins"),
    "answers show": ({}, "not told me anything"),
    "privacy show": ({}, "ZIP"),
    "privacy export": ({}, "rows"),
    "privacy erase": ({}, ""),
    "privacy stay": ({}, ""),
}


class TestRun:
    @pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if command.role is None])
    async def test_answers_the_actor_alone(self, studio, ann, bob, name):
        options, says = TYPED.get(name, ({}, ""))
        if name == "gift":
            await studio.rich(ann)
            options, says = {"to": bob, "amount": 50, "note": "thanks"}, "Sent 50 credits"
        elif name not in TYPED and any(field.required for field in COMMANDS[name].fields):
            pytest.skip("another room's test types its options")
        done = await ann.runs(f"/{name}", **options)
        assert says.casefold() in done.text.casefold()
        assert done.text if done.modal is None else done.modal["components"]
        assert bob.sees() == []

    async def test_staff_commands_are_for_staff(self, studio, ann, bob):
        studio.owners.add(identity(ann))
        await studio.restart()
        with pytest.raises(NotOffered):
            await ann.runs("/admin audit")
        ann.place.guild.members[ann.id].permissions = USUAL | 1 << 5
        ann.place.guild.members[bob.id].permissions = USUAL | 1 << 5
        assert "moderator" in (await ann.runs("/admin role give", member=bob, role="Moderator")).text
        assert "oderator" in (await ann.runs("/admin role list")).text
        assert "not moderator" in (await ann.runs("/admin role take", member=bob, role="Moderator")).text
        assert (await ann.runs("/admin member", member=bob)).text
        assert (await ann.runs("/admin audit")).text
        refused = await bob.runs("/admin audit")
        assert "needs the role admin" in refused.text
        assert refused.reply.ephemeral

    async def test_costs_one_call(self, studio, ann):
        before = len(studio.fake.calls())
        await ann.runs("/daily")
        assert len(studio.fake.calls()) == before + 1

    async def test_is_handled_once(self, studio, ann):
        await ann.runs("/daily")
        again = await ann.runs("/daily")
        assert "already" in again.text


class TestSync:
    async def test_registers_all(self, studio):
        assert await studio.sync() == len(studio.fake.world.commands.of())

    async def test_again_changes_nothing(self, studio):
        before = [command["name"] for command in studio.fake.world.commands.of()]
        await studio.sync()
        assert [command["name"] for command in studio.fake.world.commands.of()] == before

    async def test_options_have_their_bounds(self, studio, ann, bob):
        with pytest.raises(NotOffered, match="takes 1 to"):
            await ann.runs("/gift", to=bob, amount=0)
        with pytest.raises(NotOffered, match="too long"):
            await ann.runs("/gift", to=bob, amount=1, note="x" * 141)


class TestAutocomplete:
    async def test_offers_what_fits(self, studio, ann):
        offered = await ann.types("/settings zone", "zone", "berl")
        assert offered == [{"name": "Europe/Berlin", "value": "Europe/Berlin"}]

    async def test_offers_nothing_for_nonsense(self, studio, ann):
        assert await ann.types("/settings zone", "zone", "\x00\ud800@everyone") == []

    async def test_is_25_at_most(self, studio, ann):
        assert len(await ann.types("/settings zone", "zone", "")) <= 25


class TestAttachment:
    async def test_travels_as_an_option(self, studio, ann, bob):
        done = await ann.runs("/sheet", picture=Upload("me.png", b"\x89PNG", "image/png"), friend=bob)
        assert done.modal is not None
        labels = [part["label"] for part in done.modal["components"]]
        assert "Picture" not in labels
        assert "Friend" not in labels


class TestRightClick:
    async def test_gives_to_whom_was_clicked(self, studio, ann, bob):
        await bob.runs("/start")
        await studio.rich(ann)
        opened = await ann.right_clicks(bob, "Gift credits")
        assert opened.modal["title"] == "Gift"
        done = await ann.fills({"How many credits": "20", "Note": "for the edit"})
        assert "Sent 20 credits" in done.text
        await studio.due()
        assert "20 credits" in bob.dm.screen
        assert "for the edit" in bob.dm.screen

    async def test_a_bad_amount_is_asked_again(self, studio, ann, bob):
        await studio.rich(ann)
        await ann.right_clicks(bob, "Gift credits")
        wrong = await ann.fills({"How many credits": "ten-ish"})
        assert "ten-ish" in wrong.text
        assert wrong.reply.flags & EPHEMERAL
        reopened = await ann.presses("Continue")
        assert reopened.modal is not None
        assert "Sent 10 credits" in (await ann.fills({"How many credits": "10"})).text


class TestLink:
    async def test_joins_two_platforms(self, studio, ann):
        await studio.rich(ann, 300)
        code = (await ann.runs("/link start")).text.split("`")[1]
        elsewhere = Elsewhere(studio, "mara")
        confirm = await elsewhere.invokes("link start", code=code)
        await elsewhere.agrees(confirm)
        offered = await ann.types("/link agree", "code", "")
        assert [choice["name"] for choice in offered] == ["mara on Telegram"]
        asked = await ann.runs("/link agree", code=offered[0]["value"])
        assert "mara" in asked.text.casefold()
        done = await ann.presses("Confirm")
        assert done.text
        await studio.later(hours=25)
        assert await studio.credits(ann) == 300
        wallet = await elsewhere.invokes("wallet")
        assert "300" in str(wallet)
