"""A new process in the middle of everything: what was open stays open, what was in hand is answered."""

import pytest

from core.ids import new_token
from tests.end_to_end.telegram.test_private import asks
from tests.fakes.telegram.flood import RetryAfter


@pytest.fixture(params=["stops", "dies"])
def ends(request, lab):
    """How the first process ends."""
    return getattr(lab, request.param)


class TestConversation:
    async def test_an_open_form_goes_on(self, lab, ann, ends):
        ann.says("/profile_basics instagram")
        await ann.waits_for(asks("Followers:"))
        await lab.quiet()
        await ends()
        ann.says("12000")
        await lab.starts()
        await ann.waits_for(asks("Niche:"))
        await lab.quiet()
        await ends()
        await lab.starts()
        ann.replies_to(ann.last(), "cats")
        await ann.waits_for("Kept 3 lines")

    async def test_a_choice_goes_on(self, lab, ann, ends):
        ann.says("/lab_pick")
        await ann.waits_for("Which one")
        ann.presses("More (2 of 3) ›")
        await ann.waits_for("Option 9")
        await lab.quiet()
        await ends()
        await lab.starts()
        ann.presses("Option 9")
        await ann.waits_for("Yes")
        await lab.quiet()
        await ends()
        ann.presses("No")
        await lab.starts()
        await ann.waits_for("not sure")

    async def test_a_question_goes_on(self, lab, ann, tap, ends):
        ann.says("/lab_vote")
        await ann.waits_for("Vote?")
        await lab.quiet()
        await ends()
        await lab.starts()
        ann.presses("Yes")
        await ann.waits_for("pong")
        assert len(tap.ran) == 1

    async def test_every_button_goes_on(self, lab, ann, ends):
        ann.starts()
        await ann.waits_for("Hi Ann")
        await lab.quiet()
        await ends()
        await lab.starts()
        ann.presses("Take today's coins")
        await ann.waits_for("+10 coins")

    async def test_a_question_in_a_group_goes_on(self, lab, ann, group, ends):
        ann.says("/lab_shout", group)
        asked = await ann.waits_for("Which word", group)
        await lab.quiet()
        await ends()
        await lab.starts()
        ann.replies_to(asked, "after")
        await ann.waits_for("AFTER", group)

    async def test_what_is_too_old_says_so_kindly(self, lab, ann, telegram, ends):
        ann.says("/lab_vote")
        await ann.waits_for("Vote?")
        await lab.quiet()
        await ends()
        telegram.clock.advance(3 * 24 * 3600)
        await lab.starts()
        ann.presses("Yes")
        await ann.waits_for("too old to use")


class TestInHand:
    async def test_what_was_kept_and_not_done_is_done_once(self, lab, ann, tap, telegram, monkeypatch):
        """Acknowledged, and then the power went."""
        monkeypatch.setattr(lab.client, "_put", lambda event, pending: None)
        ann.says("/lab_ping")
        ann.says("/lab_shout one")
        await telegram.confirmed()
        await lab.dies()
        assert tap.ran == []
        await lab.starts()
        await ann.waits_for("pong")
        await ann.waits_for("ONE")
        await lab.quiet()
        assert [text for text in ann.texts() if "pong" in text or "ONE" in text] == ann.texts()
        assert len(tap.ran) == 2

    async def test_what_was_done_and_not_said_is_said(self, lab, ann, tap, telegram):
        telegram.next_answers("sendMessage", RetryAfter(600))
        ann.says("/lab_ping")
        await telegram.until(lambda: lab.rhythm.waiting)
        await lab.dies()
        assert ann.texts() == []
        telegram.clock.advance(601)
        await lab.starts()
        await ann.waits_for("pong")
        await lab.quiet()
        assert len(ann.sees()) == 1
        assert "nothing was done twice" in ann.last().text
        assert len(tap.ran) == 1

    async def test_a_form_that_was_not_asked_is_asked(self, lab, ann, telegram):
        telegram.next_answers("sendMessage", RetryAfter(600))
        ann.says("/lab_shout")
        await telegram.until(lambda: lab.rhythm.waiting)
        await lab.dies()
        telegram.clock.advance(601)
        await lab.starts()
        await ann.waits_for(asks("Which word"))
        ann.says("so")
        await ann.waits_for("SO")

    async def test_a_question_that_was_not_put_is_put(self, lab, ann, telegram):
        telegram.next_answers("sendMessage", RetryAfter(600))
        ann.says("/lab_vote")
        await telegram.until(lambda: lab.rhythm.waiting)
        await lab.dies()
        telegram.clock.advance(601)
        await lab.starts()
        await ann.waits_for("Vote?")
        ann.presses("Yes")
        await ann.waits_for("pong")

    async def test_what_was_said_and_not_noted_in_a_flow_is_not_seen_twice(self, lab, ann, telegram, monkeypatch):
        ann.says("/lab_vote")
        await ann.waits_for("Vote?")
        await lab.quiet()

        async def forgets(event):
            raise RuntimeError("the power went")

        monkeypatch.setattr(lab.client._mailroom, "answered", forgets)
        monkeypatch.setattr(lab.client._observer, "broken", lambda *_, **__: None)
        ann.presses("Yes")
        await ann.waits_for("pong")
        await lab.dies()
        await lab.starts()
        await lab.quiet()
        assert len(ann.sees()) == 1
        assert await lab.unanswered() == 0

    @pytest.mark.parametrize("says", ["/lab_ping", "/wallet"])
    async def test_what_has_left_and_was_not_noted_is_not_said_again(self, lab, ann, tmp_path, monkeypatch, says):
        await lab.stops()
        lab.sent = tmp_path / "sent"
        await lab.starts()

        async def forgets(event):
            raise RuntimeError("the power went")

        monkeypatch.setattr(lab.client._mailroom, "answered", forgets)
        monkeypatch.setattr(lab.client._observer, "broken", lambda *_, **__: None)
        ann.says(says)
        await ann.waits_for("pong" if says == "/lab_ping" else "coins")
        heard = len(ann.sees())
        await lab.dies()
        await lab.starts()
        await lab.quiet()
        assert len(ann.sees()) == heard
        assert await lab.unanswered() == 0

    async def test_what_was_sent_back_and_not_noted_is_said(self, lab, ann, telegram, tmp_path):
        await lab.stops()
        lab.sent = tmp_path / "sent"
        await lab.starts()
        telegram.next_answers("sendMessage", RetryAfter(600))
        ann.says("/lab_ping")
        await telegram.until(lambda: lab.rhythm.waiting)
        assert lab.sent.read_text().splitlines()[-1].startswith("-")
        await lab.dies()
        telegram.clock.advance(601)
        await lab.starts()
        await ann.waits_for("pong")
        await lab.quiet()
        assert len(ann.sees()) == 1

    async def test_a_stop_answers_what_is_in_hand(self, lab, ann, tap):
        ann.says("/lab_slow")
        await tap.entered.wait()
        tap.gate.set()
        await lab.stops()
        assert ann.texts() == ["Slowly done.\n+10 coins for today's visit, day 1."]

    async def test_updates_come_again_after_a_lost_confirmation(self, lab, ann, tap, telegram):
        ann.says("/lab_ping")
        await ann.waits_for("pong")
        body = telegram.world.updates.all[-1]
        await lab.stops()
        telegram.world.updates._pending.clear()
        from tests.fakes.telegram.updates import Pending

        telegram.world.updates._pending.append(Pending(body["update_id"], ann.id, telegram.clock.now(), body))
        await lab.starts()
        await lab.quiet()
        assert len(tap.ran) == 1
        assert len(ann.sees()) == 1

    async def test_many_at_once_are_all_answered_once(self, lab, telegram, tap):
        people = [telegram.person(f"P{number}", f"person_{number}") for number in range(10)]
        telegram.world.pace = 0.2
        for person in people:
            person.says("/lab_ping")
            person.says("/lab_shout hi")
        await telegram.until(lambda: len(tap.ran) >= 5)
        await lab.dies()
        await lab.starts()
        await lab.weathered()
        for person in people:
            texts = " ".join(person.texts())
            assert 1 <= texts.count("pong") <= 2, person.screen()
            assert 1 <= texts.count("HI") <= 2, person.screen()
        assert len(tap.ran) == 20
        assert len(set(tap.ran)) == 20
        assert await lab.unanswered() == 0


def test_tokens_fit_a_start_link():
    assert len(new_token()) == 12
