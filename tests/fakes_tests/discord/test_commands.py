"""Commands: registering them, what a client offers of them, options, autocomplete and context menus."""

import asyncio

import discord
import pytest
from discord import app_commands

from tests.fakes.discord.command_limits import refusal
from tests.fakes.discord.options import NotOffered
from tests.fakes.discord.things import Upload


def slash(name="gift", **more):
    return {"type": 1, "name": name, "description": "Gives", **more}


def option(name, **more):
    return {"type": 3, "name": name, "description": "Says", **more}


def codes(refused):
    """Every code of a nested form error."""

    def found(node):
        for key, value in node.items():
            yield from ([entry["code"] for entry in value] if key == "_errors" else found(value))

    return set(found(refused.errors or {}))


class TestRegistering:
    async def test_keeps_what_was_synced(self, fake, synced):
        assert {command["name"] for command in fake.world.commands.of()} == {
            "do",
            "everything",
            "find",
            "studio",
            "Greet",
            "Quote",
        }
        assert len(await synced.tree.fetch_commands()) == 6

    async def test_keeps_ids_of_what_keeps_its_name(self, fake, synced):
        before = {command["name"]: command["id"] for command in fake.world.commands.of()}
        await synced.tree.sync()
        assert {command["name"]: command["id"] for command in fake.world.commands.of()} == before

    async def test_works_for_one_guild(self, fake, echo):
        guild = discord.Object(fake.guild.id)
        echo.tree.copy_global_to(guild=guild)
        await echo.tree.sync(guild=guild)
        assert fake.world.commands.of() == []
        assert len(fake.world.commands.of(fake.guild)) == 6

    async def test_refuses_a_guild_without_the_bot(self, fake, echo):
        other = fake.world.guild("Elsewhere", has_bot=False)
        with pytest.raises(discord.Forbidden) as refused:
            await echo.tree.sync(guild=discord.Object(other.id))
        assert refused.value.code == 50001

    async def test_refuses_over_the_wire(self, echo):
        with pytest.raises(discord.HTTPException) as refused:
            await echo.http.bulk_upsert_global_commands(echo.application_id, [slash("Upper")])
        assert refused.value.code == 50035

    async def test_stops_at_two_hundred_creates_a_day(self, fake, echo):
        for batch in range(2):
            commands = [slash(f"c{batch}-{number}") for number in range(100)]
            await echo.http.bulk_upsert_global_commands(echo.application_id, commands)
        with pytest.raises(discord.HTTPException) as refused:
            await echo.http.bulk_upsert_global_commands(echo.application_id, [slash("one-more")])
        assert refused.value.code == 30034
        fake.clock.advance(86_401)
        await echo.http.bulk_upsert_global_commands(echo.application_id, [slash("one-more")])


class TestCommandRules:
    def test_allows_a_full_set(self):
        commands = [slash(f"c{number}") for number in range(100)]
        commands += [{"type": kind, "name": f"M {n}"} for kind in (2, 3) for n in range(15)]
        assert refusal(commands) is None

    @pytest.mark.parametrize(
        "commands",
        [
            [slash(f"c{number}") for number in range(101)],
            [{"type": 2, "name": f"M {number}"} for number in range(16)],
            [{"type": 3, "name": f"M {number}"} for number in range(16)],
        ],
        ids=["slash", "user", "message"],
    )
    def test_refuses_too_many(self, commands):
        refused = refusal(commands)
        assert refused is not None
        assert refused.code == 30032

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (slash("Gift"), "APPLICATION_COMMAND_INVALID_NAME"),
            (slash("two words"), "APPLICATION_COMMAND_INVALID_NAME"),
            (slash("x" * 33), "APPLICATION_COMMAND_INVALID_NAME"),
            (slash(description=""), "BASE_TYPE_BAD_LENGTH"),
            (slash(description="x" * 101), "BASE_TYPE_BAD_LENGTH"),
            (slash(options=[option(f"o{n}") for n in range(26)]), "BASE_TYPE_MAX_LENGTH"),
            (slash(options=[option("a"), option("a")]), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID"),
            (
                slash(options=[option("a"), option("b", required=True)]),
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            ),
            (
                slash(options=[option("a", choices=[{"name": str(n), "value": str(n)} for n in range(26)])]),
                "BASE_TYPE_MAX_LENGTH",
            ),
            (
                slash(options=[option("a", choices=[{"name": "x" * 101, "value": "x"}])]),
                "BASE_TYPE_BAD_LENGTH",
            ),
            (
                slash(options=[option("a", autocomplete=True, choices=[{"name": "x", "value": "x"}])]),
                "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
            ),
            (
                slash(options=[option("a"), {"type": 1, "name": "b", "description": "b"}]),
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            ),
            (
                slash(
                    options=[
                        option(f"o{n}", choices=[{"name": f"{m:100}", "value": f"{m:100}"} for m in range(25)])
                        for n in range(2)
                    ]
                ),
                "APPLICATION_COMMAND_TOO_LARGE",
            ),
            ({"type": 2, "name": "Menu", "description": "x"}, "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION"),
        ],
    )
    def test_refuses(self, command, code):
        assert code in codes(refusal([command]))

    def test_refuses_equal_names(self):
        assert codes(refusal([slash(), slash()])) == {"APPLICATION_COMMANDS_DUPLICATE_NAME"}

    def test_lets_kinds_share_a_name(self):
        assert refusal([slash("gift"), {"type": 2, "name": "gift"}]) is None


class TestRunning:
    async def test_brings_every_type_of_option(self, fake, synced, ann, bob):
        role = fake.world.role("Fans", fake.guild)
        await ann.runs(
            "/everything",
            text="hello",
            number=50,
            real=1.5,
            yes=True,
            user=bob,
            member=bob,
            channel=ann.place,
            role=role,
            anyone=bob,
            file=Upload("a.txt", b"words", "text/plain"),
            colour="Red",
        )
        assert ann.latest.text == "hello 50 1.5 True bob Fans r"
        assert synced.options["bytes"] == b"words"
        assert synced.options["member"].joined_at is not None
        assert synced.options["channel"].name == "general"
        assert synced.failures == []

    async def test_runs_subcommands(self, synced, ann):
        await ann.runs("/studio open", room="the attic")
        assert ann.latest.text == "opened the attic"

    @pytest.mark.parametrize("line", ["/nothing", "/studio", "/studio shut", "Greet"])
    async def test_offers_only_what_there_is(self, synced, ann, line):
        with pytest.raises(NotOffered):
            await ann.runs(line)

    @pytest.mark.parametrize(
        "values",
        [
            {},
            {"room": 5},
            {"room": "x", "other": "y"},
        ],
    )
    async def test_checks_options_like_a_client(self, synced, ann, values):
        with pytest.raises(NotOffered):
            await ann.runs("/studio open", **values)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("text", "x"),
            ("text", "x" * 11),
            ("number", 0),
            ("number", 501),
            ("number", True),
            ("yes", 1),
            ("user", 3),
        ],
    )
    async def test_checks_types_and_bounds(self, fake, synced, ann, *, name, value):
        bob, role = fake.person("bob"), fake.world.role("Fans", fake.guild)
        values = {
            "text": "hello",
            "number": 50,
            "real": 1.5,
            "yes": True,
            "user": bob,
            "member": bob,
            "channel": ann.place,
            "role": role,
            "anyone": role,
            "file": Upload("a", b""),
        }
        with pytest.raises(NotOffered, match=name if name != "user" else "user"):
            await ann.runs("/everything", **{**values, name: value})

    async def test_hides_what_members_may_not_use(self, fake, echo, ann):
        echo.tree.get_command("do").default_permissions = discord.Permissions(manage_guild=True)
        await echo.tree.sync()
        with pytest.raises(NotOffered):
            await ann.runs("/do")
        echo.does = lambda interaction: interaction.response.send_message("yes")
        chief = fake.person("chief", permissions=discord.Permissions(manage_guild=True).value)
        assert (await chief.runs("/do")).text == "yes"

    async def test_hides_guild_commands_in_direct_messages(self, fake, echo, ann):
        echo.tree.get_command("do").guild_only = True
        await echo.tree.sync()
        with pytest.raises(NotOffered):
            await ann.dm.runs("/do")

    async def test_works_in_direct_messages(self, synced, ann):
        synced.does = lambda interaction: interaction.response.send_message(f"just us, {interaction.user}")
        await ann.dm.runs("/do")
        assert ann.dm.latest.text == "just us, ann"
        assert ann.sees() == []


class TestAutocomplete:
    async def test_brings_choices(self, synced, ann):
        found = await ann.types("/find", "what", "pen", place="attic")
        assert found[0] == {"name": "pen0 in attic", "value": "pen0"}

    async def test_is_only_where_it_was_declared(self, synced, ann):
        with pytest.raises(NotOffered):
            await ann.types("/find", "place", "x")

    async def test_takes_25_choices_at_most(self, fake, synced, ann):
        @synced.tree.command(name="flood", description="Completes too much")
        async def flood(interaction: discord.Interaction, what: str): ...

        @flood.autocomplete("what")
        async def complete(interaction: discord.Interaction, typed: str):
            return [app_commands.Choice(name=str(n), value=str(n)) for n in range(int(typed))]

        await synced.tree.sync()
        assert len(await ann.types("/flood", "what", "25")) == 25
        typing = asyncio.create_task(ann.types("/flood", "what", "26"))
        await fake.world.bell.until(lambda: fake.refusals, told="a refusal")
        typing.cancel()
        assert fake.refusals[0].body["errors"]["data"]["choices"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"


class TestContextMenu:
    async def test_of_a_person(self, synced, ann, bob):
        await ann.right_clicks(bob, "Greet")
        assert ann.latest.text == "Hello bob"
        assert bob.sees() == []

    async def test_of_a_message(self, synced, ann, bob):
        said = bob.says("well said")
        await ann.right_clicks(said, "Quote")
        assert bob.latest.text == "> well said"
