"""One person and the bot."""

import pytest

from core.registry import ROOMS
from tests.end_to_end.telegram.lab import LONG, UNKIND

COMMANDS = [command for room in ROOMS for command in room.commands]


def asks(words):
    """The newest message asks for a reply, and says this."""
    return lambda person: (
        person.last() if person.sees() and person.last().forces_reply and words in person.last().text else None
    )


class TestStart:
    async def test_says_hello(self, stage, ann):
        ann.starts()
        shown = await ann.waits_for("Hi Ann")
        assert "Take today's coins" in str(shown.buttons)

    async def test_the_menu_has_what_everybody_may_use(self, stage, ann):
        names = [name for name, _ in ann.menu()]
        assert {"start", "help", "daily", "gift", "settings", "settings_zone", "link", "privacy_export"} <= set(names)
        assert not any(name.startswith("admin") for name in names)

    async def test_a_group_sees_what_makes_sense_there(self, stage, ann, group):
        assert [name for name, _ in ann.menu(group)] == ["gift"]

    async def test_a_payload_of_somebody_else_is_a_start(self, stage, ann):
        ann.starts("ref_42")
        await ann.waits_for("Hi Ann")

    async def test_a_payload_that_looks_like_ours_is_told_to_be_old(self, stage, ann):
        ann.starts("abcdefghijkl")
        await ann.waits_for("too old")


class TestEveryCommand:
    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
    async def test_is_answered(self, stage, ann, command):
        stage.driver.owners = ()
        ann.says("/" + "_".join(command.path))
        await ann.waits_for(lambda person: person.sees())
        await stage.quiet()
        assert "I do not know" not in ann.last().text
        assert await stage.unanswered() == 0

    async def test_that_is_none(self, stage, ann):
        ann.says("/nothing_like_it")
        await ann.waits_for("I do not know")

    @pytest.mark.parametrize(
        "line",
        [
            "/settings zone Europe/Paris",
            "/settings_zone zone:Europe/Paris",
            "/settings_zone@tandem_test_bot Europe/Paris",
        ],
    )
    async def test_its_words_may_be_joined_or_not(self, stage, ann, line):
        ann.says(line)
        await ann.waits_for("Paris")

    async def test_for_another_bot_is_left_alone(self, stage, ann):
        ann.says("/daily@other_bot")
        ann.says("/daily")
        await ann.waits_for("+10 coins")
        assert len(ann.sees()) == 1

    async def test_a_group_of_commands_is_offered(self, stage, ann):
        ann.says("/settings nonsense")
        shown = await ann.waits_for("goes on with")
        ann.presses("settings show", on=shown)
        await ann.waits_for(lambda person: len(person.sees()) == 2)


class TestButton:
    async def test_sends_its_command_and_stays(self, stage, ann):
        ann.starts()
        await ann.waits_for("Hi Ann")
        ann.presses("Take today's coins")
        await ann.waits_for("+10 coins")
        assert "Hi Ann" in ann.texts()[0]
        ann.presses("Take today's coins")
        await ann.waits_for("already")
        assert all(press.answered for press in ann.presses_made)

    @pytest.mark.parametrize(
        "data", ["x", "go:", "go:nothing", "y:", "o:abcdefghijkl:field", "p:abcdefghijkl:f:-1", "q:🦊"]
    )
    async def test_of_another_time_says_so(self, stage, ann, telegram, data):
        ann.starts()
        shown = await ann.waits_for("Hi Ann")
        press = telegram.world.press(ann.user, shown.message, data)
        ann.presses_made.append(press)
        await ann.waits_for(lambda person: press.answered)
        await stage.quiet()
        assert await stage.unanswered() == 0


class TestForm:
    async def test_step_by_step(self, stage, ann):
        ann.says("/profile_basics")
        await ann.waits_for("Instagram")
        ann.presses("Instagram")
        asked = await ann.waits_for(asks("Followers:"))
        assert "✓ Instagram" in ann.texts()[0]
        ann.replies_to(asked, "12 000")
        asked = await ann.waits_for(asks("Niche:"))
        ann.says("slow travel")
        await ann.waits_for("Kept 3 lines")

    async def test_in_one_line(self, stage, ann):
        ann.says('/profile_basics instagram 12000 niche:"slow travel" engagement:3.5')
        await ann.waits_for("Kept 4 lines")

    async def test_a_wrong_answer_is_asked_again(self, stage, ann):
        ann.says("/profile_basics instagram")
        await ann.waits_for(asks("Followers:"))
        ann.says("ten-ish")
        await ann.waits_for("could not read that number")
        ann.says("10")
        await ann.waits_for(asks("Niche:"))

    async def test_an_earlier_question_answered_again_counts(self, stage, ann):
        ann.says("/profile_basics instagram")
        first = await ann.waits_for(asks("Followers:"))
        ann.says("10")
        await ann.waits_for(asks("Niche:"))
        ann.replies_to(first, "20")
        await ann.waits_for(asks("Niche:"))
        ann.says("cats")
        await ann.waits_for("Kept 3")
        ann.says("/profile")
        await ann.waits_for("20 (")

    async def test_a_sentence_without_a_form_gets_the_start(self, stage, ann):
        ann.says("hello?")
        await ann.waits_for("Hi Ann")

    async def test_more_in_the_line_of_an_answer(self, stage, ann, bob):
        bob.says("/daily")
        await bob.waits_for("+10 coins")
        await stage.lets_give(ann)
        ann.says("/gift @bob_of_tests")
        await ann.waits_for(asks("How many credits"))
        ann.says("50 thanks a lot")
        await ann.waits_for("Sent 50 credits to Bob")

    async def test_somebody_nobody_has_met(self, stage, ann):
        await stage.lets_give(ann)
        ann.says("/gift @who_is_this 50")
        await ann.waits_for("I do not know who")

    async def test_somebody_without_a_username(self, stage, ann, telegram):
        eve = telegram.person("Eve Adams")
        ann.says("/gift Eve Adams 50", mentions={"Eve Adams": eve})
        await ann.waits_for(lambda person: person.sees() and "I do not know who" not in person.last().text)


class TestFreeText:
    async def test_with_the_command_keeps_its_lines_and_quotes(self, stage, ann):
        ann.says('/notebook_add Two rules:\n- no "hot takes"\n- Mondays off')
        await ann.waits_for("Noted")
        ann.says("/notebook")
        await ann.waits_for('Two rules:\n- no "hot takes"\n- Mondays off')

    async def test_has_the_names_of_those_without_a_username(self, stage, ann, telegram):
        eve = telegram.person("Eve")
        ann.says("/notebook_add Eve films on Mondays", mentions={"Eve": eve})
        await ann.waits_for("Noted")
        ann.says("/notebook_add")
        await ann.waits_for(asks("What should I keep in mind?"))
        ann.says("Eve cuts on Tuesdays", mentions={"Eve": eve})
        await ann.waits_for("Noted")
        ann.says("/notebook")
        shown = await ann.waits_for("Your notebook")
        assert "Eve films on Mondays" in shown.text
        assert "Eve cuts on Tuesdays" in shown.text


class TestUnreadable:
    async def test_an_update_stops_nobody(self, stage, ann):
        ann._writes(ann.chat, content={"users_shared": {"request_id": 1, "users": []}})
        ann.starts()
        await ann.waits_for("Hi Ann")


class TestChoice:
    async def test_of_many_is_paged(self, lab, ann, tap):
        ann.says("/lab_pick")
        shown = await ann.waits_for("Which one")
        assert sum(map(len, shown.buttons)) == 9
        ann.presses("More (2 of 3) ›")
        await ann.waits_for("Option 9")
        ann.presses("Option 9")
        await ann.waits_for("Yes")
        assert len(ann.sees()) == 1
        ann.presses("Yes")
        await ann.waits_for(f"You picked {LONG}9, sure.")
        assert len(ann.sees()) == 1

    async def test_is_searched_by_typing(self, lab, ann):
        ann.says("/lab_pick")
        await ann.waits_for("Which one")
        ann.says("ion 1")
        shown = await ann.waits_for("Option 17")
        assert "Option 2" not in str(shown.buttons)
        ann.says("option 20")
        await ann.waits_for("Yes")

    async def test_an_old_page_still_works(self, lab, ann):
        ann.says("/lab_pick")
        old = await ann.waits_for("Which one")
        ann.presses("More (2 of 3) ›")
        await ann.waits_for("Option 9")
        ann.presses("Option 1", on=old)
        await ann.waits_for("Yes")


class TestConfirm:
    async def test_yes(self, lab, ann, tap):
        ann.says("/lab_vote")
        await ann.waits_for("Vote?")
        ann.presses("Yes")
        await ann.waits_for("pong")
        assert len(ann.sees()) == 1

    async def test_no(self, lab, ann, tap):
        ann.says("/lab_vote")
        await ann.waits_for("Vote?")
        ann.presses("No")
        await ann.waits_for("Left as it was")
        assert tap.ran == []

    async def test_twice_is_once(self, lab, ann, tap, telegram):
        ann.says("/lab_vote")
        shown = await ann.waits_for("Vote?")
        ann.presses("Yes", on=shown)
        ann.presses("Yes", on=shown)
        await ann.waits_for("already answered")
        assert len(tap.ran) == 1
        assert ann.toasts()[0].alert


class TestText:
    @pytest.mark.parametrize(("size", "messages"), [(4096, 1), (4097, 2), (9000, 3)])
    async def test_long(self, lab, ann, size, messages):
        ann.says("/daily")
        await ann.waits_for("+10 coins")
        ann.says(f"/lab_size {size}")
        await ann.waits_for("Ping")
        shown = ann.sees()[1:]
        assert len(shown) == messages
        assert [bool(one.buttons) for one in shown] == [False] * (messages - 1) + [True]
        assert "".join("".join(one.text.split()) for one in shown).count("0000") > size // 10

    async def test_markup_is_letters(self, lab, ann):
        ann.says("/lab_unkind")
        shown = await ann.waits_for("Mara")
        kinds = {entity["type"] for entity in shown.entities}
        assert "mention" not in kinds
        assert shown.text.replace("\u2060", "").count(UNKIND) == 3
        name = [entity for entity in shown.entities if entity["type"] == "bold"][-1]
        inside = [e for e in shown.entities if e["offset"] >= name["offset"] and e is not name]
        assert inside == []

    async def test_a_name_with_markup(self, stage, telegram):
        eve = telegram.person("<b>*Eve*</b> @durov")
        eve.starts()
        shown = await eve.waits_for("Hi <b>*Eve*</b>")
        assert "mention" not in {entity["type"] for entity in shown.entities}


class TestFiles:
    async def test_are_sent(self, lab, ann):
        ann.says("/lab_files")
        await ann.waits_for("Here they are")
        contents = [set(one.content) for one in ann.sees()]
        assert contents == [{"photo"}, {"document"}, set(), {"document"}, set()]
        assert "https://example.com/a.png" in ann.texts()[2]

    async def test_are_taken(self, lab, ann):
        ann.says("/lab_take")
        await ann.waits_for(asks("Your picture"))
        ann.sends_photo(b"1234")
        await ann.waits_for("Got photo.jpg, 4 bytes.")

    async def test_are_taken_with_the_command(self, lab, ann):
        ann.sends_photo(b"1234", caption="/lab_take")
        await ann.waits_for("Got photo.jpg, 4 bytes.")

    async def test_that_nobody_asked_for(self, lab, ann):
        ann.sends_photo(b"1234")
        await ann.waits_for("I did not ask for that")
        await lab.quiet()
        assert await lab.unanswered() == 0
