"""The driver itself: people talk to the core alone, and nothing but JSON is kept between two steps."""

import pytest

from core.operations import demo
from tests.driver import PLATFORM, Chat, Driver


@pytest.fixture
def chat(driver: Driver) -> Chat:
    """Demo people, under the driver's own platform."""
    driver.write(lambda uow: demo.fill(uow, driver.clock.now(), driver.settings.plans))
    return Chat(driver)


class TestInvokes:
    def test_runs_at_once_when_all_is_known(self, chat):
        chat.invokes("daily").sees("+10 coins. Day 1.").offers("Wallet")

    def test_asks_for_what_is_missing(self, chat):
        chat.as_member("mara").invokes("gift", to="bob").asks("amount")

    def test_an_unknown_command_is_refused(self, chat):
        chat.invokes("nothing_like_it").refuses("I do not know /nothing_like_it")


class TestAgrees:
    def test_does_what_was_asked_about(self, driver, chat):
        mara = chat.as_member("mara").invokes("gift", to="bob", amount=150, note="thanks")
        mara.confirms("Give 150 credits to @bob?").agrees().sees("Sent 150 credits")
        driver.due()
        chat.as_member("bob").hears("mara sent you 150 credits")

    def test_or_leaves_it(self, chat):
        mara = chat.as_member("mara").invokes("gift", to="bob", amount=150)
        mara.declines().sees("Nothing was changed")


class TestAnswers:
    def test_a_wrong_value_comes_back_to_its_field(self, chat):
        mara = chat.as_member("mara").invokes("gift", to="bob")
        mara.answers(amount="ten-ish").asks("amount", "I could not read that amount")

    def test_the_rest_is_kept(self, chat):
        chat.invokes("settings quiet", start="22:00").answers(end="07:00").sees("22:00 to 07:00")


class TestPresses:
    def test_a_button_without_values(self, chat):
        chat.invokes("daily").presses("Wallet").sees("10 coins")

    def test_a_button_with_values(self, chat):
        chat.invokes("settings").presses("Take no gifts").sees("Nobody can send you gifts now.")

    def test_a_button_that_is_not_there_fails(self, chat):
        with pytest.raises(AssertionError, match="no button 'Fly'"):
            chat.invokes("daily").presses("Fly")


class TestSays:
    def test_a_sentence_without_a_talk_gets_the_start(self, chat):
        chat.says("hello there").sees("I'm Tandem")


class TestLater:
    def test_what_became_due_is_done(self, driver, chat):
        chat.invokes("daily").sees("Day 1")
        driver.later(days=1)
        chat.invokes("daily").sees("Day 2")


def test_every_member_keeps_what_they_saw(chat):
    ann = chat.invokes("daily")
    bob = chat.as_member("bob").invokes("wallet")
    assert "Day 1" in ann.text
    assert "Day 1" not in bob.seen["text"].splitlines()[0]
    assert bob.identity.platform == PLATFORM
