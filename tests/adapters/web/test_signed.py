"""Signed links hold for their purpose and their hours, and for nothing else."""

from datetime import timedelta

import pytest

from adapters.web.errors import LinkExpired, LinkForged
from adapters.web.signed import Signer
from core.clock import SetClock
from tests.adapters.web.house import NOON

SECRET = "x" * 32


@pytest.fixture
def clock():
    return SetClock(NOON)


@pytest.fixture
def signer(clock):
    return Signer(SECRET, clock)


class TestOpen:
    def test_gives_back_what_was_signed(self, signer):
        assert signer.open("page", signer.sign("page", {"member": 7}, hours=1)) == {"member": 7}

    def test_holds_to_the_last_second(self, signer, clock):
        token = signer.sign("page", {}, hours=24)
        clock.advance(timedelta(hours=24) - timedelta(seconds=1))
        assert signer.open("page", token) == {}
        clock.advance(timedelta(seconds=1))
        with pytest.raises(LinkExpired):
            signer.open("page", token)

    def test_is_not_of_another_purpose(self, signer):
        with pytest.raises(LinkForged):
            signer.open("admin", signer.sign("page", {}, hours=1))

    @pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "A" + t, lambda t: t.split(".")[0], lambda t: ""])
    def test_is_whole(self, signer, spoil):
        with pytest.raises(LinkForged):
            signer.open("page", spoil(signer.sign("page", {"member": 7}, hours=1)))

    def test_every_letter_counts(self, signer):
        token = signer.sign("page", {"member": 7}, hours=1)
        for place in range(len(token) - 1):  # the last letter has bits that stand for nothing
            other = "A" if token[place] != "A" else "B"
            with pytest.raises(LinkForged):
                signer.open("page", token[:place] + other + token[place + 1 :])

    def test_is_not_of_another_secret(self, signer, clock):
        with pytest.raises(LinkForged):
            signer.open("page", Signer("y" * 32, clock).sign("page", {}, hours=1))

    def test_fits_an_address(self, signer):
        assert not set(signer.sign("page", {"name": "ä/?&#"}, hours=1)) - set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
        )


class TestSecret:
    @pytest.mark.parametrize("secret", ["", "short"])
    def test_has_to_be_long(self, clock, secret):
        with pytest.raises(ValueError, match="32 characters"):
            Signer(secret, clock)


class TestVisitor:
    def test_tells_apart(self, signer):
        seen = {signer.visitor(*who) for who in [("1.2.3.4", "a"), ("1.2.3.4", "b"), ("1.2.3.5", "a")]}
        assert len(seen) == 3

    def test_is_another_each_day(self, signer, clock):
        today = signer.visitor("1.2.3.4", "a")
        assert signer.visitor("1.2.3.4", "a") == today
        clock.advance(timedelta(days=1))
        assert signer.visitor("1.2.3.4", "a") != today
