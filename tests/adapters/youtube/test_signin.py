"""Signing in at Google: what is asked for, what comes back, and every way in which it does not."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from adapters.youtube import YouTube
from adapters.youtube.limits import SCOPE
from core.ports import SignIn
from core.sources import AccessLost, Loss, SignInFailed, SourceAway
from tests.adapters.youtube.conftest import NOON, reading, signing_in
from tests.fakes.weather import Answers, LostAnswer, NoConnection

VERIFIER = "v" * 43


@pytest.fixture
def sign_in(youtube: YouTube) -> SignIn:
    return signing_in(youtube)


def code_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["code"][0]


def consents(fake, sign_in, channel, **how) -> str:
    return code_of(fake.sign_in.consents(sign_in.address("state-1", VERIFIER), channel, **how))


class TestAddress:
    def test_asks_for_reading_and_for_coming_back(self, fake, sign_in):
        address = sign_in.address("state-1", VERIFIER)
        query = parse_qs(urlsplit(address).query)
        assert address.startswith(fake.settings.auth_url)
        assert query["scope"] == [SCOPE]
        assert (query["access_type"], query["state"]) == (["offline"], ["state-1"])
        assert VERIFIER not in address
        assert "test-secret" not in address


class TestExchange:
    async def test_tokens_and_whose_they_are(self, fake, sign_in, ann):
        tokens, found = await sign_in.exchange(consents(fake, sign_in, ann), VERIFIER)
        assert (found.external_id, found.handle) == (ann.id, "ann_bakes")
        assert tokens.access_until == NOON + timedelta(seconds=3_599)
        assert tokens.refresh_until == NOON + timedelta(days=180)
        assert tokens.scopes == {SCOPE}

    async def failed(self, sign_in, code, verifier=VERIFIER):
        with pytest.raises(SignInFailed) as caught:
            await sign_in.exchange(code, verifier)
        assert len(caught.value.text) <= 200
        return caught.value

    async def test_a_code_is_for_once(self, fake, sign_in, ann):
        code = consents(fake, sign_in, ann)
        await sign_in.exchange(code, VERIFIER)
        assert "used before" in (await self.failed(sign_in, code)).text

    async def test_without_quota_a_code_is_not_spent(self, fake, clock, ann):
        async with reading(replace(fake.settings, units_a_day=1), clock, back=fake.back) as poor:
            poor.quota.take(1)
            code = consents(fake, signing_in(poor), ann)
            with pytest.raises(SourceAway, match="quota"):
                await signing_in(poor).exchange(code, VERIFIER)
        async with reading(fake.settings, clock, back=fake.back) as rich:
            _, found = await signing_in(rich).exchange(code, VERIFIER)
        assert found.external_id == ann.id

    async def test_a_code_gets_old(self, fake, sign_in, ann, clock):
        code = consents(fake, sign_in, ann)
        clock.advance(timedelta(minutes=10))
        await self.failed(sign_in, code)

    async def test_of_somebody_elses_browser(self, fake, sign_in, ann):
        await self.failed(sign_in, consents(fake, sign_in, ann), "w" * 43)

    async def test_without_the_permission(self, fake, sign_in, ann):
        code = consents(fake, sign_in, ann, leaves_out=frozenset({SCOPE}))
        assert "may not show" in (await self.failed(sign_in, code)).text

    async def test_without_a_channel(self, fake, sign_in):
        assert (await self.failed(sign_in, consents(fake, sign_in, None))).loss is Loss.GONE

    async def test_from_another_address(self, fake, clock, ann, sign_in):
        async with reading(fake.settings, clock, back="http://127.0.0.1:8080/elsewhere") as other:
            with pytest.raises(SourceAway, match="redirect_uri_mismatch"):
                await signing_in(other).exchange(consents(fake, sign_in, ann), VERIFIER)

    async def test_with_a_wrong_secret_it_is_our_fault(self, fake, clock, ann, sign_in):
        settings = replace(fake.settings, client_secret=SecretStr("wrong"))
        async with reading(settings, clock, back=fake.back) as other:
            with pytest.raises(SourceAway, match="invalid_client") as caught:
                await signing_in(other).exchange(consents(fake, sign_in, ann), VERIFIER)
        assert "wrong" not in caught.value.text

    @pytest.mark.parametrize("answer", [Answers(503), Answers(200, "{}"), NoConnection(), LostAnswer()])
    async def test_away(self, fake, sign_in, ann, answer):
        code = consents(fake, sign_in, ann)
        fake.next_answers("/token", answer)
        with pytest.raises(SourceAway):
            await sign_in.exchange(code, VERIFIER)


class TestRefresh:
    @pytest.fixture
    async def tokens(self, fake, sign_in, ann):
        return (await sign_in.exchange(consents(fake, sign_in, ann), VERIFIER))[0]

    async def test_the_refresh_token_stays(self, sign_in, tokens, clock):
        clock.advance(timedelta(hours=2))
        renewed = await sign_in.refresh(tokens)
        assert renewed.refresh == tokens.refresh
        assert renewed.access != tokens.access
        assert renewed.access_until == clock.now() + timedelta(seconds=3_599)
        assert renewed.scopes == tokens.scopes

    async def test_taken_back_by_the_member(self, fake, sign_in, tokens):
        fake.sign_in.removes_access(fake.world.grants[tokens.refresh])
        with pytest.raises(AccessLost) as caught:
            await sign_in.refresh(tokens)
        assert caught.value.loss is Loss.REVOKED

    async def test_ran_out_by_itself(self, fake, sign_in, tokens, clock):
        clock.advance(timedelta(days=180))
        with pytest.raises(AccessLost) as caught:
            await sign_in.refresh(tokens)
        assert caught.value.loss is Loss.EXPIRED
        assert len(fake.weather.arrived("/token")) == 1

    @pytest.mark.parametrize("answer", [Answers(500), LostAnswer(), Answers(400, {"error": "temporarily_unavailable"})])
    async def test_away_and_then_as_before(self, fake, sign_in, tokens, answer):
        fake.next_answers("/token", answer)
        with pytest.raises(SourceAway):
            await sign_in.refresh(tokens)
        assert (await sign_in.refresh(tokens)).refresh == tokens.refresh

    async def test_given_back(self, fake, sign_in, tokens):
        await sign_in.revoke(tokens)
        await sign_in.revoke(tokens)
        with pytest.raises(AccessLost):
            await sign_in.refresh(tokens)

    async def test_not_given_back(self, fake, sign_in, tokens):
        fake.next_answers("/revoke", Answers(503), Answers(400, {"error": "strange"}))
        for _ in range(2):
            with pytest.raises(SourceAway):
                await sign_in.revoke(tokens)
