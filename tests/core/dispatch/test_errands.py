"""What needs the network: once outside and once inside, whatever fails in between, and the member is told."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core.chat import Agreement, Confirm, Reply, Wait
from core.runner import TRIES_MAX
from core.schedule import service as schedule
from core.schedule.service import ERRAND
from core.settling import RESUME_AFTER
from tests.fakes.rooms.effects import Overloaded, Sorry
from tests.fakes.rooms.garden import GARDEN, Instead
from tests.fakes.rooms.tower import TOWER
from tests.house import House, Person, refused, text_of


async def fetches(person: Person, what: str = "book") -> Any:
    asked = await person.invokes("fetch", what=what)
    return await person.agrees(asked) if isinstance(asked, Confirm) else asked


async def left_over(house: House) -> list[str]:
    """Keys of errands that are not finished."""
    return [key for kind, key in await house.due() if kind == ERRAND]


class TestErrand:
    async def test_is_done_paid_and_leaves_nothing_over(self, house: House):
        ann = await house.person("ann").has(credits=100)
        answer = await fetches(ann)
        assert text_of(answer).startswith("book: made ")
        assert await left_over(house) == []
        assert (await ann.credits(), await ann.held()) == (80, [])
        assert await house.books_are_right()

    async def test_without_a_price_asks_nothing(self, house: House):
        assert text_of(await fetches(house.person("ann"), "air")).startswith("air: made ")

    async def test_agreed_to_in_parallel_goes_once(self, house: House):
        ann = await house.person("ann").has(credits=100)
        asked = await ann.invokes("fetch", what="book")
        answers = await asyncio.gather(*(ann.agrees(asked) for _ in range(20)))
        assert sum(isinstance(answer, Reply) for answer in answers) == 1
        assert house.outside.calls == [asked.token]
        assert await ann.credits() == 80

    @pytest.mark.parametrize(("error", "name"), [(Sorry(), "Sorry"), (KeyError("bug"), "Broken")])
    async def test_refused_outside_gives_the_price_back(self, house: House, error: Exception, name: str):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(error)
        assert refused(await fetches(ann)) == name
        assert await left_over(house) == []
        assert (await ann.credits(), await ann.held()) == (100, [])

    async def test_refused_outside_has_buttons_that_can_be_pressed(self, house: House):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(Instead())
        refusal = await fetches(ann)
        assert [button.label for button in refusal.buttons] == ["Plant one", "Ping"]
        assert text_of(await ann.agrees(refusal.buttons[0])).startswith("Planted 1 Ash.")

    async def test_refused_at_the_end_gives_the_price_back(self, house: House):
        ann = await house.person("ann").has(credits=100)
        assert refused(await fetches(ann, "stone")) == "Sorry"
        assert await left_over(house) == []
        assert await house.happened("fetch") == []
        assert (await ann.credits(), await ann.held()) == (100, [])


class TestAskedLongAgo:
    async def test_is_not_resumed_while_it_is_begun(self, house: House):
        """An event that was stored waits for as long as the program is down, and counts for when it came."""
        ann = await house.person("ann").has(credits=100)
        asked = await ann.invokes("fetch", what="book")
        agreement = Agreement(asked.token, True, ann.actor, ann.place, house.event("telegram"), house.clock.now())
        house.clock.advance(2 * RESUME_AFTER)
        make = house.outside.make

        async def meanwhile(key: str) -> str:
            await house.runner.run_due()
            return await make(key)

        vars(house.outside)["make"] = meanwhile
        assert text_of(await house.dispatcher.handle(agreement)).startswith("book: made ")
        assert house.outside.calls == [asked.token]


class TestBusyOutside:
    async def test_is_tried_again_under_the_same_key_and_told(self, house: House):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(Overloaded())
        assert isinstance(await fetches(ann), Wait)
        (key,) = await left_over(house)
        assert (await ann.credits(), await ann.held()) == (80, [20])
        await house.later(minutes=2)
        assert house.outside.calls == [key, key]
        assert await house.happened("fetch") == [key]
        assert (await ann.credits(), await ann.held(), await left_over(house)) == (80, [], [])
        (told,) = house.messenger.sent
        assert (told.identity, told.text) == (ann.identity, f"book: made {key}")

    async def test_is_not_tried_before_its_time(self, house: House):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(Overloaded())
        await fetches(ann)
        house.clock.advance(RESUME_AFTER - timedelta(seconds=1))
        await house.runner.run_due()
        assert len(house.outside.calls) == 1

    async def test_for_hours_keeps_the_price_on_hold(self, house: House):
        ann = await house.person("ann").has(credits=100)
        await house.runner.plan_recurring()
        house.outside.fails.extend([Overloaded()] * 7)
        await fetches(ann)
        for _ in range(32):  # past HOLD_LASTS, which is for streams
            await house.later(minutes=1)
        assert await ann.held() == [20]
        await house.later(hours=1)
        assert len(await house.happened("fetch")) == 1
        assert (await ann.credits(), await ann.held()) == (80, [])
        assert house.observer.bugs == []

    async def test_for_days_gives_up_with_the_price_and_a_word(self, house: House):
        ann = await house.person("ann").has(credits=100)
        await house.runner.plan_recurring()
        house.outside.fails.extend([Overloaded()] * 50)
        await fetches(ann)
        for _ in range(TRIES_MAX + 3):
            await house.later(days=1)
        assert len(house.outside.calls) == 1 + TRIES_MAX
        assert (await ann.credits(), await ann.held(), await left_over(house)) == (100, [], [])
        (told,) = house.messenger.sent
        assert told.text.startswith("Something you started could not be finished, and nothing was charged.")
        assert await house.books_are_right()

    async def test_then_refused_gives_the_price_back_and_says_why(self, house: House):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.extend([Overloaded(), Sorry()])
        await fetches(ann)
        await house.later(minutes=2)
        assert (await ann.credits(), await left_over(house)) == (100, [])
        (told,) = house.messenger.sent
        assert told.text == "Sorry, not today. Try another day."
        assert house.observer.bugs == []


class TestWhoeverResumesIt:
    async def test_begins_nothing_on_a_lease_that_was_lost(self, house: House):
        """It waited so long behind others of its look that another process has it in hand."""
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(Overloaded())
        await fetches(ann)
        house.clock.advance(RESUME_AFTER)
        slow, now = house.runner, house.clock.now()
        (row,) = await house.database.write(lambda uow: schedule.claim(uow, now, slow._holder, house.pace))
        house.clock.advance(timedelta(seconds=house.pace.lease_s))
        later = house.clock.now()
        assert await house.database.write(lambda uow: schedule.claim(uow, later, "other", house.pace))
        await slow._run(row)
        assert len(house.outside.calls) == 1


class TestCrash:
    async def test_after_the_effect_outside_is_done_once(self, house: House):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails_after.append(asyncio.CancelledError())
        with pytest.raises(asyncio.CancelledError):
            await fetches(ann)
        (key,) = await left_over(house)
        house.move_in((GARDEN, TOWER))
        await house.later(minutes=2)
        assert house.outside.made == {key: 1}
        assert await house.happened("fetch") == [key]
        assert (await ann.credits(), await ann.held()) == (80, [])
        assert len(house.messenger.sent) == 1

    async def test_before_the_effect_outside_is_done_all_the_same(self, house: House):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(asyncio.CancelledError())
        with pytest.raises(asyncio.CancelledError):
            await fetches(ann)
        await house.later(minutes=2)
        assert len(await house.happened("fetch")) == 1

    async def test_of_a_version_that_can_not_do_it_gives_the_price_back(self, house: House):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(Overloaded())
        await fetches(ann)
        house.move_in((TOWER,))
        await house.later(minutes=2)
        assert (await ann.credits(), await ann.held(), await left_over(house)) == (100, [], [])


class TestTwoAtOnce:
    async def test_the_runner_first_is_done_once(self, house: House):
        """The dispatcher's own call takes minutes, so the runner takes over; then both come back."""
        ann = await house.person("ann").has(credits=100)
        entered, release = asyncio.Event(), asyncio.Event()
        make = house.outside.make

        async def slow(key: str) -> str:
            if not entered.is_set():
                entered.set()
                await release.wait()
            return await make(key)

        vars(house.outside)["make"] = slow
        asked = await ann.invokes("fetch", what="book")
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(ann.agrees(asked))
            await entered.wait()
            await house.later(minutes=2)
            release.set()
        assert text_of(answer.result()) == "This was finished in the meantime; I sent you what came of it."
        assert await house.happened("fetch") == [asked.token]
        assert (await ann.credits(), await ann.held()) == (80, [])
        assert len(house.messenger.sent) == 1

    async def test_the_dispatcher_first_is_done_once(self, house: House):
        ann = await house.person("ann").has(credits=100)
        house.outside.fails.append(Overloaded())
        await fetches(ann)
        house.clock.advance(RESUME_AFTER)
        await asyncio.gather(house.runner.run_due(), house.new_runner().run_due())
        assert len(await house.happened("fetch")) == 1
        assert await ann.credits() == 80
