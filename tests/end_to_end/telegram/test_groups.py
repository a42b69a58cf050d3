"""Among others: privacy mode, foreign presses, and what goes on in private."""

from tests.end_to_end.telegram.test_private import asks


class TestPublicCommand:
    async def test_is_answered_where_it_was_asked(self, lab, ann, group):
        ann.says("/lab_shout hello", group)
        shown = await ann.waits_for("HELLO", group)
        assert shown.message.reply_to.text.text == "/lab_shout hello"

    async def test_asks_whom_it_means_and_hears_the_reply(self, lab, ann, bob, group):
        ann.says("/lab_shout", group)
        asked = await ann.waits_for("Which word", group)
        assert asked.markup["selective"]
        assert asked.placeholder == "hello"
        ann.replies_to(asked, "louder")
        await ann.waits_for("LOUDER", group)

    async def test_is_not_answered_by_somebody_else(self, lab, ann, bob, group, tap):
        ann.says("/lab_shout", group)
        asked = await ann.waits_for("Which word", group)
        bob.starts()
        await bob.waits_for("Hi Bob")
        bob.replies_to(asked, "mine")
        await bob.waits_for("Not yours")
        assert tap.ran == []
        assert "MINE" not in str(ann.texts(group))

    async def test_the_heading_of_a_form_leads_to_the_same_one_in_private(self, lab, ann, group):
        ann.says("/lab_shout", group)
        asked = await ann.waits_for("Which word", group)
        ann.opens(next(entity["url"] for entity in asked.entities if entity["type"] == "text_link"))
        await ann.waits_for(asks("Which word"))
        ann.says("here")
        await ann.waits_for("HERE")

    async def test_a_foreign_press_is_refused_in_private(self, lab, ann, bob, group, tap):
        ann.says("/lab_vote", group)
        await ann.waits_for("Vote?", group)
        bob.presses("Yes", where=group)
        await bob.waits_for("Not yours")
        assert bob.toasts()[0].alert
        assert tap.ran == []
        ann.presses("Yes", where=group)
        await ann.waits_for("pong", group)
        assert len(ann.sees(group)) == 1

    async def test_a_public_button_starts_afresh_for_who_presses(self, lab, ann, bob, group, tap):
        bob.starts()
        ann.says("/lab_shout hello", group)
        await ann.waits_for("HELLO", group)
        bob.presses("Again", where=group)
        await bob.waits_for("pong")
        assert len(tap.ran) == 2


class TestPrivateCommand:
    async def test_goes_on_in_private_with_the_same_conversation(self, lab, ann, group):
        ann.says("/profile_basics", group)
        shown = await ann.waits_for("only you should see this", group)
        assert len(ann.sees(group)) == 1
        ann.presses("Go on in private", on=shown)
        await ann.waits_for("Instagram")
        ann.presses("Instagram")
        await ann.waits_for(asks("ollowers"))

    async def test_of_what_may_be_left_out_is_asked_in_private(self, stage, ann, group):
        ann.starts()
        await ann.waits_for("Hi Ann")
        ann.says("/profile_audience", group)
        await ann.waits_for("Go on in private", group)
        ann.presses("Go on in private", where=group)
        await ann.waits_for(asks("Ages, places"))
        ann.says("18 to 24, mostly Spain")
        await ann.waits_for("Kept 1 line")

    async def test_is_answered_in_private(self, lab, ann, group):
        ann.starts()
        await ann.waits_for("Hi Ann")
        ann.says("/daily", group)
        await ann.waits_for("+10 coins")
        shown = await ann.waits_for("I answered you", group)
        assert "coins" not in shown.text

    async def test_waits_for_who_has_no_private_chat_yet(self, lab, ann, group, telegram):
        ann.says("/daily", group)
        shown = await ann.waits_for("Go on in private", group)
        await lab.quiet()
        assert await lab.unanswered() == 1
        await lab.restarts()
        await lab.quiet()
        assert len(ann.sees(group)) == 1
        ann.presses("Go on in private", on=shown)
        await ann.waits_for("+10 coins")
        await lab.quiet()
        assert await lab.unanswered() == 0
        ann.presses("Go on in private", on=shown)
        await ann.waits_for("That answer is gone")

    async def test_its_answer_is_for_nobody_else(self, lab, ann, bob, group):
        ann.says("/daily", group)
        shown = await ann.waits_for("Go on in private", group)
        bob.presses("Go on in private", on=shown)
        await bob.waits_for("That answer is gone")
        assert "+10 coins" not in str(bob.texts())

    async def test_of_nobody_is_left_alone(self, lab, ann, group, telegram):
        ann.says("/somebody_elses", group)
        ann.says("just talking", group)
        ann.says("/somebody_elses@tandem_test_bot", group)
        await ann.waits_for("only you should see", group)
        assert len(ann.sees(group)) == 1


class TestGift:
    async def test_by_replying_to_a_person(self, stage, ann, bob, group):
        ann.starts()
        await ann.waits_for("Hi Ann")
        said = bob.says("nice work everybody", group)
        ann.replies_to(said, "/gift 50 thanks a lot")
        await ann.waits_for(lambda p: len(p.sees()) == 2)
        assert "I do not know who" not in ann.last().text
        assert "could not read" not in ann.last().text

    async def test_by_picking_a_person(self, stage, ann, telegram):
        eve = telegram.person("Eve")
        await stage.lets_give(ann)
        ann.says("/gift")
        await ann.waits_for("Who")
        ann.picks(eve)
        await ann.waits_for(asks("How many credits"))
        ann.says("50")
        await ann.waits_for("Sent 50 credits to Eve")

    async def test_by_a_reply_and_a_form(self, stage, ann, bob, group):
        await stage.lets_give(ann)
        said = bob.says("nice work everybody", group)
        ann.replies_to(said, "/gift")
        await ann.waits_for("Go on in private", group)
        ann.presses("Go on in private", where=group)
        await ann.waits_for(asks("How many credits"))

    async def test_whose_note_is_too_long_is_not_given_by_looking_at_its_form(self, stage, ann, bob, group):
        await stage.lets_give(ann)
        said = bob.says("nice work everybody", group)
        ann.replies_to(said, f"/gift 50 {'thanks ' * 30}")
        await ann.waits_for("Go on in private", group)
        ann.presses("Go on in private", where=group)
        await ann.waits_for(asks("Note"))
        assert "Sent" not in ann.screen()
        ann.says("thanks")
        await ann.waits_for("Sent 50 credits to Bob")


class TestMigration:
    async def test_is_followed(self, lab, ann, bob, group):
        ann.says("/lab_vote", group)
        await ann.waits_for("Vote?", group)
        old = group.chat
        group.migrates()
        assert lab.client is not None
        from adapters.telegram.events import Where
        from adapters.telegram.render import Screen
        from adapters.telegram.text import Piece

        await lab.client.messenger.show(Where(old.id, ann.id, "Ann", private=False), Screen((Piece("moved"),)))
        await ann.waits_for("moved", group)
        ann.says("/lab_shout hi", group)
        await ann.waits_for("HI", group)
