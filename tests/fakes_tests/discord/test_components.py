"""Buttons, selects, forms and layouts: what the bot may show, and what people do with it."""

import discord
import pytest
from discord import ui

from tests.fakes.discord.options import NotOffered
from tests.fakes.discord.things import Upload


def row(*labels):
    """Legacy buttons."""
    view = ui.View(timeout=60)
    for label in labels:
        view.add_item(ui.Button(label=label, custom_id=f"go:{label}"))
    return view


def card(text="**Hello**", *, button="Go"):
    """Components v2."""
    view = ui.LayoutView(timeout=60)
    inside: ui.Container[ui.LayoutView] = ui.Container(accent_colour=0x5865F2)
    inside.add_item(ui.TextDisplay(text))
    inside.add_item(ui.Separator())
    inside.add_item(ui.Section("Beside it", accessory=ui.Button(label="Aside", custom_id="go:aside")))
    buttons: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    buttons.add_item(ui.Button(label=button, custom_id="go:it", style=discord.ButtonStyle.primary))
    buttons.add_item(ui.Button(label="Read", url="https://example.org/read"))
    inside.add_item(buttons)
    view.add_item(inside)
    return view


def form():
    """A form with a text, an optional text, a select and a person."""
    modal = ui.Modal(title="A gift", custom_id="form:1")
    modal.add_item(ui.TextDisplay("Be kind."))
    modal.add_item(
        ui.Label(text="How many", description="1 to 500", component=ui.TextInput(custom_id="amount", max_length=3))
    )
    note: ui.TextInput[ui.Modal] = ui.TextInput(custom_id="note", required=False, style=discord.TextStyle.long)
    modal.add_item(ui.Label(text="Your note", component=note))
    options = [
        discord.SelectOption(label="Credits", value="c"),
        discord.SelectOption(label="Coins", value="o"),
    ]
    modal.add_item(ui.Label(text="What", component=ui.Select(custom_id="what", options=options)))
    modal.add_item(ui.Label(text="Who", component=ui.UserSelect(custom_id="who")))
    return modal


def values(interaction):
    """What a form brought, by custom id."""
    found = {}
    for component in interaction.data["components"]:
        inner = component.get("component")
        if inner is not None:
            found[inner["custom_id"]] = inner["value"] if "value" in inner else inner["values"]
    return found


class TestButton:
    async def test_updates_its_message(self, synced, ann, bob):
        synced.does = lambda interaction: interaction.response.send_message("Ready?", view=row("Yes", "No"))

        async def reacts(interaction):
            assert interaction.data["custom_id"] == "go:Yes"
            await interaction.response.edit_message(content=f"{interaction.user} said yes", view=None)

        synced.reacts = reacts
        await ann.runs("/do")
        assert bob.latest.buttons == ["Yes", "No"]
        done = await bob.presses("Yes")
        assert done.reply is ann.latest
        assert ann.latest.text == "bob said yes"
        assert ann.latest.buttons == []

    async def test_may_be_acknowledged_and_edited_later(self, synced, ann):
        synced.does = lambda interaction: interaction.response.send_message("Ready?", view=row("Yes"))

        async def reacts(interaction):
            await interaction.response.defer()
            await interaction.edit_original_response(content="later")
            await interaction.followup.send("and more", ephemeral=True)

        synced.reacts = reacts
        await ann.runs("/do")
        await ann.presses("go:Yes")
        await ann.waits_for("and more")
        assert [message.text for message in ann.sees()] == ["later", "and more"]

    async def test_is_pressed_only_by_who_sees_it(self, synced, ann, bob):
        synced.does = lambda interaction: interaction.response.send_message("Ready?", view=row("Yes"), ephemeral=True)
        await ann.runs("/do")
        with pytest.raises(NotOffered):
            await bob.presses("Yes")

    async def test_is_not_pressed_when_disabled(self, synced, ann):
        view = row("Yes")
        view.children[0].disabled = True
        synced.does = lambda interaction: interaction.response.send_message("Ready?", view=view)
        await ann.runs("/do")
        with pytest.raises(NotOffered, match="disabled"):
            await ann.presses("Yes")

    async def test_opens_a_link_without_the_bot(self, synced, ann):
        synced.does = lambda interaction: interaction.response.send_message(view=card())
        await ann.runs("/do")
        assert ann.link("Read") == "https://example.org/read"
        with pytest.raises(NotOffered, match="link"):
            await ann.presses("Read")


class TestSelect:
    async def test_brings_values(self, synced, ann, bob):
        view = ui.View()
        options = [discord.SelectOption(label=f"Number {n}", value=str(n)) for n in range(3)]
        view.add_item(ui.Select(placeholder="Pick", custom_id="pick", options=options, max_values=2))
        view.add_item(ui.UserSelect(placeholder="Person", custom_id="person"))
        synced.does = lambda interaction: interaction.response.send_message("Pick", view=view)

        async def reacts(interaction):
            await interaction.response.send_message(f"{interaction.data['values']}")

        synced.reacts = reacts
        await ann.runs("/do")
        assert (await ann.chooses("Pick", "Number 0", "2")).text == "['0', '2']"
        assert (await ann.chooses("Person", bob)).text == f"['{bob.id}']"
        for wrong in [("Number 9",), (), ("0", "1", "2")]:
            with pytest.raises(NotOffered):
                await ann.chooses("Pick", *wrong)


class TestForm:
    async def test_brings_what_was_filled_in(self, synced, ann, bob):
        synced.does = lambda interaction: interaction.response.send_modal(form())
        brought = {}

        async def reacts(interaction):
            brought.update(values(interaction))
            await interaction.response.send_message("Thanks", ephemeral=True)

        synced.reacts = reacts
        opened = await ann.runs("/do")
        assert opened.modal["title"] == "A gift"
        assert bob.form is None
        sent = await ann.fills({"How many": "50", "Who": bob}, what="Credits")
        assert sent.text == "Thanks"
        assert ann.form is None
        assert brought == {"amount": "50", "note": "", "what": ["c"], "who": [str(bob.id)]}

    @pytest.mark.parametrize(
        "given",
        [
            {"what": "Credits"},
            {"amount": "5000", "what": "Credits"},
            {"amount": "50", "what": "Gold"},
            {"amount": "50"},
            {"amount": "50", "what": "Credits", "other": "x"},
        ],
        ids=["required", "too long", "no option", "nothing chosen", "no field"],
    )
    async def test_is_checked_by_the_client(self, synced, ann, bob, given):
        synced.does = lambda interaction: interaction.response.send_modal(form())
        await ann.runs("/do")
        with pytest.raises(NotOffered):
            await ann.fills({"who": bob, **given})
        assert ann.form is not None

    async def test_of_a_button_may_update_its_message(self, synced, ann):
        synced.does = lambda interaction: interaction.response.send_message("Ready?", view=row("Fill"))

        async def reacts(interaction):
            if interaction.type is discord.InteractionType.component:
                modal = ui.Modal(title="Name", custom_id="form")
                modal.add_item(ui.TextInput(label="Your name", custom_id="name"))
                await interaction.response.send_modal(modal)
            else:
                await interaction.response.edit_message(content="Noted", view=None)

        synced.reacts = reacts
        await ann.runs("/do")
        await ann.presses("Fill")
        await ann.fills(your_name="Ann")
        assert ann.screen == "Noted"

    async def test_does_not_follow_a_form(self, fake, synced, ann):
        synced.does = lambda interaction: interaction.response.send_modal(form())

        async def reacts(interaction):
            try:
                await interaction.response.send_modal(form())
            except discord.HTTPException as refused:
                synced.failures.append(refused)

        synced.reacts = reacts
        await ann.runs("/do")
        await ann.fills(amount="1", what="c", who=ann, wait=False)
        assert (await synced.fails()).code == 50035

    async def test_can_be_closed(self, synced, ann):
        synced.does = lambda interaction: interaction.response.send_modal(form())
        await ann.runs("/do")
        ann.closes_form()
        with pytest.raises(NotOffered):
            await ann.fills(amount="1")

    async def test_takes_files(self, synced, ann):
        modal = ui.Modal(title="Show", custom_id="form")
        modal.add_item(ui.Label(text="Picture", component=ui.FileUpload(custom_id="picture")))
        synced.does = lambda interaction: interaction.response.send_modal(modal)

        async def reacts(interaction):
            found = interaction.data["resolved"]["attachments"]
            await interaction.response.send_message(next(iter(found.values()))["filename"])

        synced.reacts = reacts
        await ann.runs("/do")
        assert (await ann.fills(picture=Upload("me.png", b"png"))).text == "me.png"


class TestLayout:
    async def test_is_shown_and_pressed(self, synced, ann):
        synced.does = lambda interaction: interaction.response.send_message(view=card())
        synced.reacts = lambda interaction: interaction.response.edit_message(view=card("Gone", button="Again"))
        done = await ann.runs("/do")
        assert done.text == "**Hello**\nBeside it"
        assert done.reply.buttons == ["Aside", "Go", "Read"]
        await ann.presses("Go")
        assert ann.latest.text == "Gone\nBeside it"

    async def test_comes_back_through_the_gateway(self, synced, ann):
        await synced.get_channel(ann.place.id).send(view=card())
        heard = await synced.hears_messages(1)
        assert heard[0].flags.components_v2
        assert isinstance(heard[0].components[0], discord.Container)

    async def test_replaces_a_placeholder(self, synced, ann):
        async def slow(interaction):
            await interaction.response.defer(thinking=True, ephemeral=True)
            await interaction.edit_original_response(view=card())

        synced.does = slow
        assert (await ann.runs("/do")).text.startswith("**Hello**")

    async def test_shows_files_that_were_sent(self, synced, ann):
        view = ui.LayoutView()
        view.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://chart.png")))
        file = discord.File(__import__("io").BytesIO(b"png"), "chart.png")
        message = await synced.get_channel(ann.place.id).send(view=view, file=file)
        assert ann.latest.attachments[0].upload.data == b"png"
        assert ann.latest.components[0]["items"][0]["media"]["url"].endswith("/chart.png")
        assert message.components[0].items[0].media.url.endswith("/chart.png")

    async def test_misses_files_that_were_not_sent(self, fake, synced, ann):
        view = ui.LayoutView()
        view.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://chart.png")))
        with pytest.raises(discord.HTTPException):
            await synced.get_channel(ann.place.id).send(view=view)

    async def test_needs_old_words_emptied_first(self, synced, ann):
        channel = synced.get_channel(ann.place.id)
        message = await channel.send("words")
        with pytest.raises(discord.HTTPException) as refused:
            await message.edit(view=card())
        assert refused.value.code == 50035
        await message.edit(content=None, view=card())
        assert ann.latest.text.startswith("**Hello**")
