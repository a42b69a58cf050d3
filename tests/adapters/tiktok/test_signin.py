"""Signing in at TikTok: what is asked for, what comes back, and tokens that rotate."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from adapters.tiktok.limits import SCOPES
from core.metrics.sign_in import NEEDED
from core.ports import SignIn
from core.sources import AccessLost, Loss, SignInFailed, SourceAway
from tests.adapters.tiktok.conftest import NOON, VERIFIER, consents, reading
from tests.fakes.tiktok.refusals import envelope
from tests.fakes.weather import Answers, LostAnswer, NoConnection


@pytest.fixture
def sign_in(tiktok) -> SignIn:
    found: SignIn = tiktok.sign_in
    return found


class TestAddress:
    def query(self, address):
        return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}

    def test_asks_for_four_scopes_and_proves_itself_later(self, fake, sign_in):
        address = sign_in.address("state-1", VERIFIER)
        query = self.query(address)
        assert address.startswith(fake.settings.auth_url + "?")
        assert query["scope"].split(",") == list(SCOPES)
        assert (query["state"], query["redirect_uri"]) == ("state-1", fake.back)
        assert VERIFIER not in address
        assert "test-secret" not in address

    async def test_hashes_as_each_kit_wants_it(self, fake, clock, sign_in):
        assert len(self.query(sign_in.address("s", VERIFIER))["code_challenge"]) == 64
        async with reading(fake.settings, clock, back="https://tandem.example/oauth/tiktok") as web:
            assert len(self.query(web.sign_in.address("s", VERIFIER))["code_challenge"]) == 43


class TestExchange:
    @pytest.mark.parametrize("back", ["http://127.0.0.1:8080/oauth/tiktok", "https://tandem.example/oauth/tiktok"])
    async def test_tokens_and_whose_they_are(self, fake, clock, back):
        creator = fake.creator("ann")
        async with reading(fake.settings, clock, back=back) as tiktok:
            tokens, found = await tiktok.sign_in.exchange(consents(fake, tiktok, creator), VERIFIER)
        assert (found.external_id, found.name, found.handle) == (creator.open_id, "Ann", "ann")
        assert tokens.access_until == NOON + timedelta(hours=2)
        assert tokens.refresh_until == NOON + timedelta(days=180)
        assert tokens.scopes == set(SCOPES)

    async def failed(self, sign_in, code):
        with pytest.raises(SignInFailed) as caught:
            await sign_in.exchange(code, VERIFIER)
        assert len(caught.value.text) <= 200
        return caught.value

    async def test_a_code_is_for_once(self, fake, tiktok, sign_in):
        code = consents(fake, tiktok, fake.creator("ann"))
        await sign_in.exchange(code, VERIFIER)
        assert "used before" in (await self.failed(sign_in, code)).text

    async def test_while_nothing_may_be_asked_a_code_is_not_spent(self, fake, tiktok, sign_in, ann, seconds):
        fake.next_answers("user/info", Answers(429))
        with pytest.raises(SourceAway):
            await tiktok.read(ann.account, posts_since=None)
        code = consents(fake, tiktok, ann.creator)
        with pytest.raises(SourceAway, match="used up"):
            await sign_in.exchange(code, VERIFIER)
        seconds.at += 61
        _, found = await sign_in.exchange(code, VERIFIER)
        assert found.external_id == ann.creator.open_id

    async def test_a_code_gets_old(self, fake, tiktok, sign_in, clock):
        code = consents(fake, tiktok, fake.creator("ann"))
        clock.advance(timedelta(minutes=10))
        await self.failed(sign_in, code)

    async def test_of_somebody_elses_browser(self, fake, tiktok, sign_in):
        with pytest.raises(SourceAway, match="invalid_request"):
            await sign_in.exchange(consents(fake, tiktok, fake.creator("ann")), "w" * 43)

    @pytest.mark.parametrize("scope", SCOPES)
    async def test_with_a_box_left_empty_it_says_what_there_is(self, fake, tiktok, sign_in, scope):
        ann = fake.creator("ann")
        tokens, found = await sign_in.exchange(consents(fake, tiktok, ann, leaves_out=frozenset({scope})), VERIFIER)
        assert tokens.scopes == frozenset(SCOPES) - {scope}
        assert found.external_id == ann.open_id
        assert set(NEEDED["tiktok"]) - tokens.scopes == {scope}, "so the core connects nothing"

    async def test_a_box_left_empty_takes_nothing_back(self, fake, tiktok, sign_in, ann):
        """Who has the account connected already would be logged out: TikTok knows one permission of theirs."""
        code = consents(fake, tiktok, ann.creator, leaves_out=frozenset({"video.list"}))
        await sign_in.exchange(code, VERIFIER)
        assert fake.calls("oauth/revoke") == []

    async def test_from_another_address(self, fake, clock, tiktok):
        code = consents(fake, tiktok, fake.creator("ann"))
        async with reading(fake.settings, clock, back="http://127.0.0.1:8080/elsewhere") as other:
            with pytest.raises(SourceAway, match="invalid_request"):
                await other.sign_in.exchange(code, VERIFIER)

    async def test_with_a_wrong_secret_it_is_our_fault(self, fake, clock, tiktok):
        code = consents(fake, tiktok, fake.creator("ann"))
        settings = replace(fake.settings, client_secret=SecretStr("wrong"))
        async with reading(settings, clock, back=fake.back) as other:
            with pytest.raises(SourceAway, match="invalid_client") as caught:
                await other.sign_in.exchange(code, VERIFIER)
        assert "wrong" not in caught.value.text

    @pytest.mark.parametrize(
        "answer",
        [
            Answers(503),
            Answers(200, "{}"),
            Answers(200, ""),
            Answers(400, {"odd": 1}),
            Answers(200, {"error": {"code": "internal_error"}}),
            NoConnection(),
            LostAnswer(),
        ],
        ids=lambda answer: type(answer).__name__ + str(getattr(answer, "status", "")),
    )
    async def test_away(self, fake, tiktok, sign_in, answer):
        code = consents(fake, tiktok, fake.creator("ann"))
        fake.next_answers("oauth/token", answer)
        with pytest.raises(SourceAway):
            await sign_in.exchange(code, VERIFIER)

    async def test_tokens_of_another_account(self, fake, tiktok, sign_in):
        handed = {
            "access_token": "a\nb",
            "refresh_token": "r",
            "expires_in": 1,
            "refresh_expires_in": 1,
            "open_id": "x",
        }
        fake.next_answers("oauth/token", Answers(200, handed))
        with pytest.raises(SourceAway, match="access_token"):
            await sign_in.exchange("code", VERIFIER)

    async def test_of_another_account_than_the_tokens_say(self, fake, tiktok, sign_in):
        code = consents(fake, tiktok, fake.creator("ann"))
        fake.next_answers("user/info", Answers(200, envelope({"user": {"open_id": "another"}})))
        with pytest.raises(SourceAway, match="another account"):
            await sign_in.exchange(code, VERIFIER)

    async def test_an_error_with_a_good_status_is_one(self, fake, tiktok, sign_in):
        fake.next_answers("oauth/token", Answers(200, {"error": "invalid_grant", "error_description": "No."}))
        await self.failed(sign_in, "code")


class TestRefresh:
    async def loss(self, sign_in, tokens):
        with pytest.raises(AccessLost) as caught:
            await sign_in.refresh(tokens)
        return caught.value.loss

    async def test_both_tokens_are_new_and_the_old_ones_dead(self, tiktok, sign_in, ann, clock):
        clock.advance(timedelta(hours=3))
        renewed = await sign_in.refresh(ann.tokens)
        assert renewed.refresh != ann.tokens.refresh
        assert renewed.access_until == clock.now() + timedelta(hours=2)
        assert renewed.scopes == ann.tokens.scopes
        again = await sign_in.refresh(renewed)
        assert (await tiktok.read(replace(ann.account, token=again.access), posts_since=None)).followers == 4_227

    async def test_an_old_one_logs_out(self, tiktok, sign_in, ann):
        renewed = await sign_in.refresh(ann.tokens)
        assert await self.loss(sign_in, ann.tokens) is Loss.REVOKED
        assert await self.loss(sign_in, renewed) is Loss.REVOKED
        with pytest.raises(AccessLost):
            await tiktok.read(replace(ann.account, token=renewed.access), posts_since=None)

    async def test_two_at_once_log_out(self, sign_in, ann):
        outcomes = await asyncio.gather(
            sign_in.refresh(ann.tokens), sign_in.refresh(ann.tokens), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["AccessLost", "Tokens"]
        (renewed,) = [one for one in outcomes if not isinstance(one, BaseException)]
        assert await self.loss(sign_in, renewed) is Loss.REVOKED

    async def test_after_a_lost_answer_a_no_is_not_the_members(self, fake, sign_in, ann):
        fake.next_answers("oauth/token", LostAnswer())
        with pytest.raises(SourceAway):
            await sign_in.refresh(ann.tokens)
        assert await self.loss(sign_in, ann.tokens) is Loss.EXPIRED

    async def test_after_a_question_that_never_arrived_it_goes_on(self, fake, sign_in, ann):
        for answer in (NoConnection(), Answers(503)):
            fake.next_answers("oauth/token", answer)
            with pytest.raises(SourceAway):
                await sign_in.refresh(ann.tokens)
        assert (await sign_in.refresh(ann.tokens)).access

    async def test_taken_back_by_the_member(self, fake, sign_in, ann):
        fake.sign_in.removes_access(ann.creator)
        assert await self.loss(sign_in, ann.tokens) is Loss.REVOKED

    async def test_ran_out_by_itself(self, fake, sign_in, ann, clock):
        clock.advance(timedelta(days=180))
        before = len(fake.calls("oauth/token"))
        assert await self.loss(sign_in, ann.tokens) is Loss.EXPIRED
        assert len(fake.calls("oauth/token")) == before

    async def test_a_wrong_secret_is_not_the_members(self, fake, clock, ann):
        settings = replace(fake.settings, client_secret=SecretStr("wrong"))
        async with reading(settings, clock, back=fake.back) as other:
            with pytest.raises(SourceAway, match="invalid_client"):
                await other.sign_in.refresh(ann.tokens)


class TestRevoke:
    async def test_nothing_opens_any_more(self, tiktok, sign_in, ann):
        await sign_in.revoke(ann.tokens)
        with pytest.raises(AccessLost):
            await tiktok.read(ann.account, posts_since=None)
        await sign_in.revoke(ann.tokens)

    async def test_after_the_access_token_ran_out(self, fake, sign_in, ann, clock):
        clock.advance(timedelta(days=1))
        await sign_in.revoke(ann.tokens)
        assert fake.world.by_access == {}

    async def test_of_what_was_taken_back_before(self, fake, sign_in, ann, clock):
        clock.advance(timedelta(days=1))
        fake.sign_in.removes_access(ann.creator)
        await sign_in.revoke(ann.tokens)

    @pytest.mark.parametrize("answer", [Answers(503), Answers(400, {"error": "strange"}), LostAnswer()])
    async def test_not_done(self, fake, sign_in, ann, answer):
        fake.next_answers("oauth/revoke", answer)
        with pytest.raises(SourceAway):
            await sign_in.revoke(ann.tokens)
