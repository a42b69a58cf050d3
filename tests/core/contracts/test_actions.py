"""Whether actions were done: days in the member's zone, weeks, lives, late posts, days nobody saw."""

from datetime import UTC, date, datetime, timedelta

from core.contracts.actions import Duty, Kind, duties
from core.contracts.evidence import Ended, Evidence
from core.contracts.terms import Actions, Terms
from tests.core.contracts.making import DAY, HOUR, evidence, noon, seen, terms


def done(agreed: Terms, found: Evidence) -> dict[Kind, tuple[int, int]]:
    return {duty.kind: (duty.done, duty.needed) for duty in duties(agreed, found)}


class TestPostingDays:
    def test_two_posts_on_a_day_are_one_day(self) -> None:
        agreed = terms(actions=Actions(posting_days=3))
        twice = (seen(noon(agreed, 0)), seen(noon(agreed, 0) + HOUR), seen(noon(agreed, 4)))
        assert done(agreed, evidence(agreed, posts=twice)) == {Kind.POSTING_DAYS: (2, 3)}

    def test_days_are_those_of_the_zone_at_the_beginning(self) -> None:
        agreed = terms(actions=Actions(posting_days=2), zone="Pacific/Kiritimati")
        # 09:59 and 10:01 UTC are two days there.
        first = datetime(2026, 5, 16, 9, 59, tzinfo=UTC)
        posts = (seen(first), seen(first + timedelta(minutes=2)))
        assert done(agreed, evidence(agreed, posts=posts)) == {Kind.POSTING_DAYS: (2, 2)}

    def test_the_last_minute_counts_and_the_next_does_not(self) -> None:
        agreed = terms(actions=Actions(posting_days=1))
        minute = timedelta(minutes=1)
        assert done(agreed, evidence(agreed, posts=(seen(agreed.ends_at - minute),)))[Kind.POSTING_DAYS][0] == 1
        assert done(agreed, evidence(agreed, posts=(seen(agreed.ends_at),)))[Kind.POSTING_DAYS][0] == 0
        assert done(agreed, evidence(agreed, posts=(seen(agreed.starts_at - minute),)))[Kind.POSTING_DAYS][0] == 0

    def test_clock_changes_make_days_of_23_and_25_hours(self) -> None:
        for start, hours in ((date(2026, 3, 25), 10 * 24 - 1), (date(2026, 10, 20), 10 * 24 + 1)):
            agreed = terms(start=start, actions=Actions(posting_days=10))
            assert agreed.ends_at - agreed.starts_at == hours * HOUR
            posts = tuple(seen(agreed.day_starts_at(day) + timedelta(minutes=1)) for day in range(10))
            assert done(agreed, evidence(agreed, posts=posts)) == {Kind.POSTING_DAYS: (10, 10)}

    def test_where_midnight_does_not_exist_the_day_begins_after_it(self) -> None:
        agreed = terms(start=date(2018, 11, 1), zone="America/Sao_Paulo", actions=Actions(posting_days=10))
        posts = tuple(seen(agreed.day_starts_at(day)) for day in range(10))
        assert done(agreed, evidence(agreed, posts=posts)) == {Kind.POSTING_DAYS: (10, 10)}


class TestUnobserved:
    def test_days_after_the_last_look_count_as_done(self) -> None:
        agreed = terms(actions=Actions(posting_days=8))
        reads = (agreed.day_starts_at(6) + HOUR,)
        found = evidence(agreed, posts=(), reads=reads)
        assert done(agreed, found) == {Kind.POSTING_DAYS: (4, 8)}  # days 6 to 9

    def test_one_look_at_the_end_saw_them_all(self) -> None:
        agreed = terms(actions=Actions(posting_days=8))
        assert done(agreed, evidence(agreed, posts=(), reads=(agreed.ends_at,))) == {Kind.POSTING_DAYS: (0, 8)}

    def test_nobody_ever_looked(self) -> None:
        agreed = terms(actions=Actions(posting_days=8, posts_a_week=3, lives=2))
        assert all(duty.kept for duty in duties(agreed, evidence(agreed, posts=(), reads=())))

    def test_days_to_come_are_not_done(self) -> None:
        agreed = terms(actions=Actions(posting_days=8))
        found = evidence(agreed, posts=(), reads=())
        early = Evidence(agreed.starts_at + DAY + HOUR, before=found.before)
        assert done(agreed, early) == {Kind.POSTING_DAYS: (1, 8)}


class TestWeeks:
    def test_each_week_by_itself(self) -> None:
        agreed = terms(days=14, actions=Actions(posts_a_week=3))
        posts = tuple(seen(noon(agreed, day)) for day in (0, 0, 6, 7, 8, 9, 13))
        assert duties(agreed, evidence(agreed, posts=posts)) == (Duty(Kind.WEEKS, 2, 2, 3),)
        lazy = tuple(seen(noon(agreed, day)) for day in (0, 0, 0, 0, 0, 6, 7))
        assert duties(agreed, evidence(agreed, posts=lazy)) == (Duty(Kind.WEEKS, 1, 2, 3),)

    def test_a_short_last_week_asks_for_its_part(self) -> None:
        agreed = terms(days=10, actions=Actions(posts_a_week=5))
        posts = tuple(seen(noon(agreed, day)) for day in (0, 1, 2, 3, 4, 7, 8))
        assert done(agreed, evidence(agreed, posts=posts)) == {Kind.WEEKS: (2, 2)}  # 5 × 3/7 is 2

    def test_two_days_of_a_week_may_ask_for_nothing(self) -> None:
        agreed = terms(days=30, actions=Actions(posts_a_week=3))
        assert done(agreed, evidence(agreed, posts=()))[Kind.WEEKS] == (0, 4)

    def test_a_week_that_was_half_seen_asks_for_half(self) -> None:
        agreed = terms(days=7, actions=Actions(posts_a_week=4))
        reads = (agreed.day_starts_at(4),)
        posts = (seen(noon(agreed, 0)), seen(noon(agreed, 1)))
        assert done(agreed, evidence(agreed, posts=posts, reads=reads)) == {Kind.WEEKS: (1, 1)}


class TestLives:
    def test_count_length_and_days(self) -> None:
        agreed = terms(actions=Actions(lives=3, live_minutes=30, live_days=2))
        at = [noon(agreed, 0), noon(agreed, 0) + 4 * HOUR, noon(agreed, 3), noon(agreed, 5)]
        lengths = (30, 45, 29, 31)
        posts = tuple(seen(when, live_at=when, live_minutes=minutes) for when, minutes in zip(at, lengths, strict=True))
        assert done(agreed, evidence(agreed, posts=posts)) == {Kind.LIVES: (3, 3), Kind.LIVE_DAYS: (2, 2)}

    def test_a_post_is_no_live(self) -> None:
        agreed = terms(actions=Actions(lives=1))
        assert done(agreed, evidence(agreed)) == {Kind.LIVES: (0, 1)}


class TestBackdated:
    def test_a_post_that_we_looked_for_and_did_not_see(self) -> None:
        agreed = terms(actions=Actions(posting_days=1))
        at = noon(agreed, 1)
        late = seen(at, first_seen_at=at + 80 * HOUR)
        looked = evidence(agreed, posts=(late,), reads=(at + 50 * HOUR, agreed.ends_at))
        assert done(agreed, looked) == {Kind.POSTING_DAYS: (0, 1)}

    def test_a_source_may_be_two_days_late(self) -> None:
        agreed = terms(actions=Actions(posting_days=1))
        at = noon(agreed, 1)
        late = seen(at, first_seen_at=at + 47 * HOUR)
        looked = evidence(agreed, posts=(late,), reads=(at + HOUR, at + 46 * HOUR, at + 47 * HOUR, agreed.ends_at))
        assert done(agreed, looked) == {Kind.POSTING_DAYS: (1, 1)}

    def test_nobody_looked_in_between(self) -> None:
        agreed = terms(actions=Actions(posting_days=1))
        at = noon(agreed, 1)
        late = seen(at, first_seen_at=at + 100 * HOUR)
        assert done(agreed, evidence(agreed, posts=(late,), reads=(at - HOUR, agreed.ends_at))) == {
            Kind.POSTING_DAYS: (1, 1)
        }


class TestWhileItRuns:
    def test_nothing_is_taken_for_done(self) -> None:
        agreed = terms(actions=Actions(posting_days=8))
        looked = evidence(agreed, posts=(), reads=(), judged_at=agreed.ends_at, ended=Ended.LEFT)
        assert done(agreed, looked) == {Kind.POSTING_DAYS: (0, 8)}
