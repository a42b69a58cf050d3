"""Zones, times of day and percentages as people type them."""

from contextlib import suppress
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import rules
from core.settings.errors import UnknownRate, UnknownTime, UnknownZone

AT = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)


class TestReadZone:
    @pytest.mark.parametrize(
        ("typed", "zone"),
        [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            ("  BERLIN ", "Europe/Berlin"),
            ("new york", "America/New_York"),
            ("America/New York", "America/New_York"),
            ("america/new_york", "America/New_York"),
            ("Buenos Aires", "America/Argentina/Buenos_Aires"),
            ("utc", "UTC"),
            ("Etc/GMT-2", "Etc/GMT-2"),
            ("14:05", "Etc/GMT-2"),
            ("8 am", "Etc/GMT+4"),
            ("12:00", "UTC"),
            ("17:30", "Asia/Kolkata"),
            ("17:45", "Asia/Kathmandu"),
            ("18:31", "Asia/Yangon"),
            ("9:30", "America/St_Johns"),
            ("21:30", "Australia/Adelaide"),
            ("20:45", "Australia/Eucla"),
            ("00:45", "Pacific/Chatham"),
            ("2:30", "Pacific/Marquesas"),
            ("UTC+2", "Etc/GMT-2"),
            ("gmt -5", "Etc/GMT+5"),
            ("UTC−11", "Etc/GMT+11"),
            ("+14", "Etc/GMT-14"),
            ("UTC-0", "UTC"),
            ("UTC+5:30", "Asia/Kolkata"),
            ("utc-0930", "Pacific/Marquesas"),
        ],
    )
    def test_from_a_name_a_city_or_the_clock_on_the_wall(self, typed: str, zone: str) -> None:
        assert rules.read_zone(typed, AT) == zone

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            " ",
            "Gotham",
            "25:00",
            "12:60",
            "13 pm",
            "0 am",
            "Factory",
            "localtime",
            "🎉",
            "x" * 10_000,
            "../etc",
            "UTC+15",
            "UTC-13",
            "UTC+5:20",
            "UTC+13:30",
            "UTC+99",
            "UTC+1:75",
            "+",
        ],
    )
    def test_of_anything_else_is_unknown(self, typed: str) -> None:
        with pytest.raises(UnknownZone, match="14:05"):
            rules.read_zone(typed, AT)

    @given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.times())  # noqa: DTZ001
    def test_by_the_clock_shows_that_clock_within_half_an_hour(self, at: datetime, local: time) -> None:
        instant = at.replace(tzinfo=UTC)
        shown = instant.astimezone(ZoneInfo(rules.read_zone(f"{local:%H:%M}", instant)))
        apart = abs((shown.hour * 60 + shown.minute) - (local.hour * 60 + local.minute))
        assert min(apart, 1440 - apart) <= 30

    def test_knows_a_zone_by_what_is_shown_of_it(self) -> None:
        for name in rules.zones().values():
            again = rules.read_zone(rules.shown_zone(name), AT)
            assert AT.astimezone(ZoneInfo(again)).utcoffset() == AT.astimezone(ZoneInfo(name)).utcoffset()

    def test_knows_every_zone_by_its_name_with_or_without_spaces(self) -> None:
        names = set(rules.zones().values())
        assert len(names) > 400
        assert {rules.read_zone(name.replace("_", " "), AT) for name in names} == names


class TestMatchingZones:
    def test_begin_with_what_was_typed_or_their_city_does(self) -> None:
        assert rules.matching_zones("Berl", most=25) == ["Europe/Berlin"]
        assert "America/New_York" in rules.matching_zones("new y", most=25)
        assert "America/New_York" in rules.matching_zones("america/new_", most=25)

    def test_are_well_known_ones_before_anything_is_typed(self) -> None:
        assert rules.matching_zones("", most=25)[0] == "UTC"

    def test_are_no_more_than_fit(self) -> None:
        assert len(rules.matching_zones("a", most=25)) == 25
        assert rules.matching_zones("gotham", most=25) == []


class TestShownZone:
    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("Etc/GMT-2", "UTC+2"),
            ("Etc/GMT+11", "UTC−11"),
            ("America/New_York", "America/New York"),
            ("UTC", "UTC"),
            ("Etc/GMT", "Etc/GMT"),
        ],
    )
    def test_says_which_side_of_utc(self, name: str, shown: str) -> None:
        assert rules.shown_zone(name) == shown


class TestReadTime:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("22:00", time(22)),
            ("8.30", time(8, 30)),
            ("14h05", time(14, 5)),
            ("0:00", time()),
            ("9 pm", time(21)),
            ("9:30PM", time(21, 30)),
            ("12 am", time()),
            ("12:15 pm", time(12, 15)),
            (" 07:00 ", time(7)),
        ],
    )
    def test_as_people_write_it(self, typed: str, read: time) -> None:
        assert rules.read_time("start", typed) == read

    @pytest.mark.parametrize(
        "typed", ["", "24:00", "12:60", "13 pm", "13:00 am", "0 pm", "22", "noon", "-1:00", "1:2:3"]
    )
    def test_of_anything_else_goes_back_to_the_field(self, typed: str) -> None:
        with pytest.raises(UnknownTime) as caught:
            rules.read_time("start", typed)
        assert caught.value.field == "start"

    @given(st.text(max_size=12))
    def test_of_any_text_is_a_time_or_a_problem(self, typed: str) -> None:
        with suppress(UnknownTime):
            assert isinstance(rules.read_time("start", typed), time)


class TestReadRate:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("3.4", "3.4"),
            ("3,40 %", "3.4"),
            ("0", "0"),
            ("100", "100"),
            ("100.00%", "100"),
            ("007", "7"),
            ("0.05", "0.05"),
        ],
    )
    def test_as_people_write_it(self, typed: str, read: str) -> None:
        assert rules.read_rate("engagement", typed) == read

    @pytest.mark.parametrize("typed", ["100.01", "101", "-1", "3.456", "a lot", "1e3", "", "٪"])
    def test_of_anything_else_goes_back_to_the_field(self, typed: str) -> None:
        with pytest.raises(UnknownRate):
            rules.read_rate("engagement", typed)
