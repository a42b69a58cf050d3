"""Buttons: whose they are, twice at once, and what becomes of the message that they stood on."""

import asyncio

from tests.fakes.discord.things import Message


def said(message: Message) -> str:
    return message.text


class TestConfirm:
    async def test_becomes_the_answer(self, studio, ann):
        asked = await ann.runs("/wish", name="pony")
        assert asked.reply.buttons == ["Confirm", "Not now"]
        await ann.presses("Confirm")
        assert [said(message) for message in ann.sees()] == ["pony by None"]
        assert ann.latest.buttons == []

    async def test_twice_at_once_is_once(self, studio, ann, bob):
        await studio.rich(ann)
        await ann.runs("/gift", to=bob, amount=200)
        await asyncio.gather(*(ann.presses("Confirm") for _ in range(2)))
        assert await studio.credits(ann) == 800
        assert sum("Sent 200" in said(message) for message in ann.sees()) == 1
        assert sum("already answered" in said(message) for message in ann.sees()) == 1

    async def test_before_all_is_asked_in_private(self, studio, ann, bob):
        await ann.runs("/vow", name="pony")
        assert bob.sees() == []
        await ann.presses("Confirm")
        await bob.waits_for("pony by None")
        await studio.until(lambda: len(ann.sees()) == 1)
        assert [said(message) for message in bob.sees()] == ["pony by None"]

    async def test_a_no_before_all_stays_private(self, studio, ann, bob):
        await ann.runs("/vow", name="pony")
        await ann.presses("Not now")
        assert "Left as it was" in ann.latest.text
        assert bob.sees() == []


class TestCard:
    async def test_value_button_starts_the_command(self, studio, ann):
        await ann.runs("/card")
        asked = await ann.presses("Wish a pony")
        assert "Wish for pony?" in asked.text
        assert len(ann.sees()) == 1

    async def test_command_button_starts_the_command(self, studio, ann):
        await ann.runs("/card")
        assert "What would you like to do" in (await ann.presses("Help")).text

    async def test_a_refusal_leaves_the_card(self, studio, ann):
        await ann.runs("/card")
        await ann.presses("Never")
        texts = [said(message) for message in ann.sees()]
        assert texts[0] == "Look."
        assert "Not today" in texts[1]
        assert ann.latest.ephemeral

    async def test_public_buttons_serve_everybody_in_private(self, studio, ann, bob):
        await ann.runs("/poster")
        poster = bob.latest
        await bob.presses("Wish a pony", on=poster)
        assert "Wish for pony?" in bob.latest.text
        assert poster.text == "Look."
        assert [said(message) for message in ann.sees()] == ["Look."]

    async def test_a_form_from_a_button(self, studio, ann):
        await ann.runs("/settings show")
        opened = await ann.presses("Time zone")
        assert opened.modal is not None
        done = await ann.fills({"Your time, city or zone": "Europe/Berlin"})
        assert "Europe/Berlin" in done.text
        assert len(ann.sees()) == 1


class TestForeign:
    async def test_press_is_refused_in_private(self, studio, ann, bob):
        await ann.runs("/card")
        own = ann.latest
        token_button = next(part for part in own.parts if part.get("label") == "Wish a pony")
        await bob.runs("/poster")
        stolen = bob.latest
        for part in stolen.parts:
            if part.get("label") == "Wish a pony":
                part["custom_id"] = token_button["custom_id"]
        refused = await bob.presses("Wish a pony", on=stolen)
        assert "Not yours" in refused.text
        assert refused.reply.ephemeral
        assert "Not yours" not in ann.screen


class TestDirect:
    async def test_answers_stay_in_direct_messages(self, studio, ann):
        done = await ann.dm.runs("/card")
        assert not done.reply.ephemeral
        await ann.dm.presses("Help")
        assert len(ann.dm.sees()) == 1

    async def test_a_refusal_there_is_private_and_new(self, studio, ann):
        await ann.dm.runs("/card")
        await ann.dm.presses("Never")
        assert [said(message)[:5] for message in ann.dm.sees()] == ["Look.", "Not t"]

    async def test_in_a_server_that_the_bot_is_not_in(self, studio, ann):
        elsewhere = studio.fake.world.guild("Elsewhere", has_bot=False)
        ann.user.has_installed = True
        guest = ann.at(next(iter(elsewhere.channels.values())))
        studio.fake.world.join(ann.user, elsewhere)
        done = await guest.runs("/daily")
        assert "coins" in done.text
        assert done.reply.ephemeral


class TestFiles:
    async def test_arrive_with_their_words(self, studio, ann):
        done = await ann.runs("/show")
        assert [attachment.upload.filename for attachment in done.reply.attachments] == [
            "1-image.png",
            "2-my-data.json",
        ]
        assert "Your data" in done.text

    async def test_go_when_the_message_becomes_another(self, studio, ann):
        await ann.dm.runs("/show")
        done = await ann.runs("/privacy export")
        assert done.reply.attachments

    async def test_visit_is_a_link(self, studio, ann):
        await ann.runs("/away")
        assert ann.link("Pay") == "https://example.org/pay"
