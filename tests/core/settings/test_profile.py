"""`/profile`: what creators say of themselves."""

import pytest

from core.chat import Ask, Reply
from core.members import service as members
from core.members.repository import Entry
from tests.household import Person, buttons_of, text_of

GOOD = {"platform": "tiktok", "followers": "12,000", "niche": "street food", "engagement": "3,40 %"}


async def known(person: Person) -> dict[str, Entry]:
    me = await person.id()
    return {entry.name: entry for entry in await person.house.database.read(lambda uow: members.profile(uow, me))}


class TestShow:
    async def test_of_nothing_offers_to_begin(self, ann: Person) -> None:
        reply = await ann.does("profile")
        assert "Nothing here yet." in text_of(reply)
        assert set(buttons_of(reply)) == {"Fill the basics"}

    async def test_marks_what_was_typed_as_own(self, ann: Person) -> None:
        await ann.does("profile", "basics", **GOOD)
        words = text_of(await ann.does("profile", "show"))
        for line in (
            "Main platform: TikTok (own)",
            "Followers: 12,000 (own)",
            "Niche: street food (own)",
            "Engagement rate in percent: 3.4% (own)",
        ):
            assert line in words

    async def test_marks_what_was_measured(self, ann: Person) -> None:
        await ann.does("start")
        me, now = await ann.id(), ann.house.clock.now()
        await ann.house.do(lambda uow: members.tell(uow, me, "followers", "12345", now, origin="measured"))
        assert "Followers: 12,345 (measured)" in text_of(await ann.does("profile"))


class TestBasics:
    async def test_are_kept_as_own(self, ann: Person) -> None:
        assert "Kept 4 lines, marked as your own figures." in text_of(await ann.does("profile", "basics", **GOOD))
        found = await known(ann)
        assert {name: entry.value for name, entry in found.items()} == {
            "platform": "tiktok", "followers": "12000", "niche": "street food", "engagement": "3.4",
        }  # fmt: skip
        assert {entry.origin for entry in found.values()} == {"own"}

    async def test_without_a_rate_leave_the_one_before(self, ann: Person) -> None:
        await ann.does("profile", "basics", **GOOD)
        await ann.does("profile", "basics", **GOOD | {"niche": "soup", "engagement": ""})
        found = await known(ann)
        assert (found["niche"].value, found["engagement"].value) == ("soup", "3.4")

    @pytest.mark.parametrize(
        ("field", "bad"),
        [
            ("platform", "MySpace"),
            ("followers", "many"),
            ("followers", "-1"),
            ("followers", "12.5"),
            ("followers", "9" * 40),
            ("niche", "x" * 81),
            ("engagement", "101"),
            ("engagement", "a lot"),
            ("engagement", "3" * 9),
        ],
    )
    async def test_with_a_wrong_field_ask_for_it_again_and_keep_nothing(
        self, ann: Person, field: str, bad: str
    ) -> None:
        outcome = await ann.does("profile", "basics", **GOOD | {field: bad})
        assert isinstance(outcome, Ask)
        assert [problem.field for problem in outcome.problems] == [field]
        assert await known(ann) == {}
        assert isinstance(await ann.answers(outcome, **{field: GOOD[field]}), Reply)
        assert len(await known(ann)) == 4

    @pytest.mark.parametrize("niche", ["🎉", "طعام الشارع", "<b>x</b> @everyone", "'; DROP TABLE x; --", "{niche}"])
    async def test_with_any_words_show_them_as_they_were_typed(self, ann: Person, niche: str) -> None:
        await ann.does("profile", "basics", **GOOD | {"niche": niche})
        assert f"Niche: {niche} (own)" in text_of(await ann.does("profile"))


class TestAudience:
    async def test_left_empty_changes_nothing(self, ann: Person) -> None:
        await ann.does("profile", "audience", audience="students")
        opened = await ann.does("profile", "audience", audience=" ", signals="")
        assert isinstance(opened, Ask)
        assert [item.name for item in opened.fields] == ["audience", "signals", "personality"]
        assert isinstance(await ann.answers(opened), Ask), "that was a look at it"
        assert "Nothing was changed" in text_of(await ann.answers(opened, audience="", signals=""))
        assert {name: entry.value for name, entry in (await known(ann)).items()} == {"audience": "students"}

    async def test_keeps_the_fields_that_were_filled(self, ann: Person) -> None:
        await ann.does("profile", "audience", audience="students", personality="dry")
        reply = await ann.does("profile", "audience", personality="very dry\nindeed")
        assert "Kept 1 line, " in text_of(reply)
        found = await known(ann)
        assert (found["audience"].value, found["personality"].value) == ("students", "very dry\nindeed")

    async def test_too_long_is_asked_again(self, ann: Person) -> None:
        assert isinstance(await ann.does("profile", "audience", audience="x" * 501), Ask)
