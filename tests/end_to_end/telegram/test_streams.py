"""Text that comes piece by piece."""

from core.chat import Meanwhile
from tests.end_to_end.telegram.lab import Instead
from tests.fakes.telegram.flood import LostAnswer, RetryAfter


class TestPrivate:
    async def test_is_drafted_and_said_once(self, lab, ann, tap):
        ann.says("/lab_talk")
        tap.pours("Once ", end=False)
        await ann.waits_for(lambda person: person.draft() == "Once")
        tap.pours("upon a time.")
        await ann.waits_for("Once upon a time.")
        assert len(ann.sees()) == 1
        assert "42 messages left" in ann.last().text
        assert ann.draft() is None
        assert tap.applied == ["Once upon a time."]

    async def test_what_is_said_meanwhile_is_drafted_only(self, lab, ann, tap):
        ann.says("/lab_talk")
        tap.pours(Meanwhile("You are number 2 in line."), end=False)
        await ann.waits_for(lambda person: person.draft() == "You are number 2 in line.")
        tap.pours("Once.")
        await ann.waits_for("42 messages left")
        assert "number 2" not in str(ann.texts())
        assert tap.applied == ["Once."]

    async def test_refused_leads_on_by_its_buttons(self, lab, ann, tap):
        ann.says("/lab_talk")
        tap.pours(Instead(), end=False)
        await ann.waits_for("Not this one.")
        assert [label for row in ann.last().buttons for label in row] == ["Shout it", "Ping"]
        ann.presses("Shout it")
        await ann.waits_for("PONY")

    async def test_longer_than_a_message(self, lab, ann, tap):
        ann.says("/lab_talk")
        tap.pours(*["Nine words are what this one sentence has, exactly. "] * 100)
        await ann.waits_for("42 messages left")
        assert len(ann.sees()) == 2
        assert "".join(ann.texts()).count("exactly.") == 100

    async def test_is_said_after_a_long_storm(self, lab, ann, tap, telegram):
        telegram.next_answers("sendMessageDraft", RetryAfter(600))
        ann.says("/lab_talk")
        tap.pours("patience")
        await telegram.until(lambda: lab.rhythm.waiting)
        telegram.clock.advance(601)
        await ann.waits_for("patience")
        assert len(ann.sees()) == 1
        assert telegram.flood.too_early == []

    async def test_is_settled_for_what_came_when_the_member_leaves(self, lab, ann, tap, telegram):
        ann.says("/lab_talk")
        tap.pours("Once ", end=False)
        await ann.waits_for(lambda person: person.draft() == "Once")
        ann.blocks_bot()
        tap.pours("again ", end=False)
        tap.pours("and again.")
        await lab.quiet()
        assert await lab.unanswered() == 0

    async def test_that_a_crash_cut_says_so(self, lab, ann, tap):
        ann.says("/lab_talk")
        tap.pours("Once ", end=False)
        await ann.waits_for(lambda person: person.draft() == "Once")
        await lab.dies()
        await lab.starts()
        await ann.waits_for("cut off when I restarted")
        assert len(tap.ran) == 1


class TestGroup:
    async def test_is_edited_and_said_once(self, lab, ann, tap, group):
        ann.says("/lab_cry", group)
        tap.pours("Once ", end=False)
        await ann.waits_for("Once", group)
        tap.pours("upon a time.")
        await ann.waits_for("42 messages left", group)
        assert len(ann.sees(group)) == 1
        assert "Once upon a time." in ann.last(group).text

    async def test_what_is_said_meanwhile_makes_room(self, lab, ann, tap, group):
        ann.says("/lab_cry", group)
        tap.pours(Meanwhile("You are number 2 in line."), end=False)
        await ann.waits_for("number 2", group)
        tap.pours("Once.")
        await ann.waits_for("42 messages left", group)
        assert len(ann.sees(group)) == 1
        assert "number 2" not in str(ann.texts(group))

    async def test_others_are_answered_meanwhile(self, lab, ann, bob, tap, group):
        ann.says("/lab_cry", group)
        tap.pours("Once ", end=False)
        await ann.waits_for("Once", group)
        bob.says("/lab_shout me", group)
        await bob.waits_for("ME", group)
        tap.pours("done")
        await ann.waits_for("42 messages left", group)

    async def test_longer_than_a_message(self, lab, ann, tap, group):
        ann.says("/lab_cry", group)
        tap.pours("First. ", end=False)
        await ann.waits_for("First.", group)
        tap.pours(*["Nine words are what this one sentence has, exactly. "] * 100)
        await ann.waits_for("42 messages left", group)
        assert "".join(ann.texts(group)).count("exactly.") == 100
        assert len(ann.sees(group)) == 2

    async def test_a_lost_answer_makes_no_second_message(self, lab, ann, tap, group, telegram):
        telegram.next_answers("sendMessage", LostAnswer())
        ann.says("/lab_cry", group)
        tap.pours("Once ", end=False)
        await ann.waits_for("Once", group)
        tap.pours("upon a time.")
        await ann.waits_for("42 messages left", group)
        assert str(ann.texts(group)).count("Once upon a time.") == 1

    async def test_of_a_private_command_goes_to_the_private_chat(self, lab, ann, tap, group):
        ann.starts()
        await ann.waits_for("Hi Ann")
        ann.says("/lab_talk", group)
        tap.pours("secret")
        await ann.waits_for("secret")
        await ann.waits_for("I answered you", group)
        assert "secret" not in str(ann.texts(group))

    async def test_of_a_private_command_without_a_private_chat_does_not_begin(self, lab, ann, tap, group):
        ann.says("/lab_talk", group)
        tap.pours("secret")
        await ann.waits_for("Go on in private", group)
        await lab.quiet()
        assert tap.ran == []
        assert await lab.unanswered() == 0


class TestSlowWork:
    async def test_answers_the_press_and_types_meanwhile(self, lab, ann, tap, telegram):
        from adapters.telegram import limits

        ann.says("/lab_slow")
        await telegram.until(lambda: telegram.world.asked("sendChatAction"), limits.PRESS_GRACE_S + 5)
        tap.gate.set()
        await ann.waits_for("Slowly done.")
