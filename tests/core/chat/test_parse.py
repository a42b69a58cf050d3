"""Whatever is typed becomes a typed value within its bounds, or words that say what would be right."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat import Kind
from core.chat.form import FileRef, declared_fields, jsonable
from core.chat.parse import Parsed, clean, is_empty, parse
from core.money import Credits
from core.people import Identity
from tests.fakes.rooms.garden import Everything

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FIELDS = declared_fields(Everything)
NAMES = tuple(field.name for field in FIELDS)
KINDS = {field.name: field.kind for field in FIELDS}
PICTURE = FileRef("discord", "https://cdn/1", "cat.png", "image/png", 1_000)
TYPES: dict[Kind, type] = {
    Kind.TEXT: str,
    Kind.LONG_TEXT: str,
    Kind.NUMBER: int,
    Kind.MONEY: Credits,
    Kind.CHOICE: str,
    Kind.MEMBER: Identity,
    Kind.MOMENT: datetime,
    Kind.DURATION: timedelta,
    Kind.IMAGE: FileRef,
    Kind.FILE: FileRef,
    Kind.FLAG: bool,
}

BAD: dict[str, Any] = {
    "nothing": None,
    "empty": "",
    "blank": " \n\t ",
    "zero width": "\u200b\u200d\ufeff",
    "long": "x" * 10_000,
    "long number": "9" * 10_000,
    "zeros": "0" * 70 + "5",
    "huge": 10**5_000,
    "huge negative": -(10**5_000),
    "below 64 bits": -(2**63) - 1,
    "a list of the huge": [10**5_000],
    "negative": "-5",
    "zero": 0,
    "true": True,
    "fraction": 1.5,
    "not a number": float("nan"),
    "infinite": float("inf"),
    "emoji": "🎉👩‍👩‍👧🇩🇪",
    "right to left": "مرحبا بالعالم",
    "override": "\u202e50\u202c",
    "isolate": "\u206650\u2069",
    "nul": "5\x000",
    "controls": "".join(map(chr, range(32))),
    "lone surrogate": "a\ud83db",
    "private use": "\ue000",
    "everyone": "@everyone @here <@&1> <@1>",
    "markdown": "**a** `b` [c](javascript:d) ||e||",
    "html": "<b>a</b>&lt;script&gt;",
    "sql": "'; DROP TABLE member; --",
    "format": "{0.__class__} %s {field}",
    "list": [1, "a"],
    "dict": {"a": 1},
    "person without platform": {"platform": "", "user_id": "1"},
    "person with numbers": {"platform": 1, "user_id": 2},
    "person of nowhere": {"platform": "discord", "user_id": "a b\x00"},
    "person too long": {"platform": "discord", "user_id": "1" * 65},
    "file of numbers": {"platform": 1, "handle": 2, "name": 3, "content_type": 4, "size": "5"},
    "file in parts": {"platform": "discord", "name": "a.png"},
    "bytes": b"\xff\x00",
    "infinite date": "99999999999999-01-01",
    "first instant": datetime(1, 1, 1),  # noqa: DTZ001  an adapter may forget the zone
    "last instant": datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
    "date and rubbish": "2026-03-11 18:00" + " " * 40 + "or so",
    "endless duration": timedelta.max,
    "backwards": timedelta(days=-1),
    "many weeks": "999999 weeks",
}


def read(raw: dict[str, Any], zone_name: str = "UTC", now: datetime = NOW) -> Parsed:
    return parse(FIELDS, raw, zone_name=zone_name, now=now)


def value(name: str, raw: Any, **where: Any) -> Any:
    parsed = read({name: raw}, **where)
    assert parsed.problems == ()
    return parsed.values[name]


def words(name: str, raw: Any) -> str:
    parsed = read({name: raw})
    assert parsed.values == {}
    (problem,) = parsed.problems
    assert problem.field == name
    return problem.text


def holds_bounds(name: str, found: Any) -> Any:
    match KINDS[name]:
        case Kind.TEXT:
            return name == "text" and 2 <= len(found) <= 40 and "\n" not in found
        case Kind.LONG_TEXT:
            return 0 < len(found) <= 4_000
        case Kind.NUMBER:
            return 1 <= found <= 1_000_000
        case Kind.MONEY:
            return 1 <= found.value <= 5_000
        case Kind.CHOICE:
            return found in {"s", "l"} if name == "size" else 0 < len(found) <= 200
        case Kind.MOMENT:
            return found.utcoffset() == timedelta() and abs(found - NOW) <= timedelta(days=36525)
        case Kind.DURATION:
            return timedelta() <= found <= timedelta(days=36525) and NOW + found > NOW - timedelta(1)
        case Kind.IMAGE:
            return found.content_type.startswith("image/") and found.size <= 2_000_000
    return True


def is_value_or_words(name: str, raw: Any, parsed: Parsed) -> Any:
    if name not in parsed.values:
        return bool(is_empty(raw) or [problem.text for problem in parsed.problems])
    found = parsed.values[name]
    if isinstance(found, str):
        found.encode()  # what is kept can be stored and sent
        assert not {"\x00", "\u202e", "\u2066"} & set(found)
    return type(found) is TYPES[KINDS[name]] and holds_bounds(name, found)


class TestAnything:
    @pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
    @pytest.mark.parametrize("name", NAMES)
    def test_is_a_value_or_words(self, name: str, bad: Any):
        parsed = read({name: bad})
        assert is_value_or_words(name, bad, parsed)
        assert all(len(problem.text) < 200 and problem.text for problem in parsed.problems)

    @pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
    def test_can_be_kept_as_json(self, bad: Any):
        kept = jsonable({"a": bad, "b": {"c": bad}})
        json.dumps(kept, ensure_ascii=False).encode()

    @given(
        st.sampled_from(NAMES),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text("0123456789.,+- dhmw:TZ"),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        ),
    )
    def test_that_json_can_say_is_a_value_or_words(self, name: str, raw: Any):
        assert is_value_or_words(name, raw, read({name: raw}))

    @given(st.text(st.characters()))
    def test_cleaned_is_clean(self, text: str):
        for lines in (True, False):
            once = clean(text, lines=lines)
            assert clean(once, lines=lines) == once
            once.encode()

    def test_that_has_no_field_is_ignored(self):
        assert read({"nobody": 5}) == Parsed({}, ())


RAW = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(st.characters(categories=["L", "N", "P"]), min_size=2, max_size=40),
        "count": st.integers(1, 1_000_000),
        "amount": st.integers(1, 5_000).map(Credits) | st.integers(1, 5_000),
        "size": st.sampled_from(["s", "l", "Small", "very large"]),
        "friend": st.builds(Identity, st.just("telegram"), st.integers(1).map(str).filter(lambda text: len(text) < 64)),
        "when": st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
        "lasts": st.timedeltas(timedelta(), timedelta(days=36525)).map(
            lambda d: d - timedelta(microseconds=d.microseconds)
        ),
        "picture": st.just(PICTURE),
        "paper": st.builds(
            FileRef, st.just("discord"), st.just("h"), st.text(), st.just("text/plain"), st.integers(0, 9)
        ),
        "sure": st.booleans(),
    },
)


class TestRoundTrip:
    @given(RAW)
    def test_through_json_gives_equal_values(self, raw: dict[str, Any]):
        stored = json.loads(json.dumps(jsonable(raw)))
        again = read(stored)
        assert again.problems == ()
        direct = read(raw)
        if "paper" in raw:  # a file's name loses what no database takes
            del direct.values["paper"], again.values["paper"]
        assert again == direct

    @given(RAW)
    def test_a_second_time_changes_nothing(self, raw: dict[str, Any]):
        assert jsonable(jsonable(raw)) == jsonable(raw)


class TestText:
    def test_is_one_line(self):
        assert value("text", " a\nb\r\nc\td ") == "a b c d"

    def test_of_several_lines_keeps_them(self):
        assert value("story", "a \r\nb\rc\td\n") == "a\nb\nc d"

    def test_keeps_markup_and_mentions_as_they_are(self):
        assert value("text", "**x** @everyone <@1>") == "**x** @everyone <@1>"

    def test_keeps_families_of_emoji_and_right_to_left(self):
        assert value("text", "👩‍👩‍👧 مرحبا") == "👩‍👩‍👧 مرحبا"

    def test_loses_direction_overrides(self):
        assert value("text", "pay \u202e05\u202c now") == "pay 05 now"

    def test_too_long_says_how_long(self):
        assert words("text", "x" * 10_000) == "That has 10,000 characters; at most 40 fit here."

    def test_too_short_says_how_short(self):
        assert words("text", "x") == "That has 1 character; at least 2 are needed."


class TestNumber:
    @pytest.mark.parametrize(
        "raw", [1950, "1950", "1,950", "1.950", "1'950", "1’950", "1 950", "1\u202f950", " 1950 ", "+1950", "١٩٥٠"]
    )
    def test_is_read_as_people_write_it(self, raw: Any):
        assert value("count", raw) == 1950

    @pytest.mark.parametrize(
        "raw", ["1,95", "1.5", "12,34,567", "5e3", "0x10", "five", "5 apples", "--5", "1_000", "½", "²"]
    )
    def test_that_is_none_is_said_back(self, raw: str):
        assert words("count", raw) == (
            f'I could not read that number: "{raw}". A whole number from 1 to 1,000,000, for example 1.'
        )

    @pytest.mark.parametrize("raw", ["0.100", "0,500", "00.500", "1,000.500", "1.000,000", "1 000,000"])
    def test_decimals_are_not_taken_for_thousands(self, raw: str):
        assert words("count", raw).startswith("I could not read that number")

    @pytest.mark.parametrize("raw", ["0", -5, "-5", "1,000,001", 10**12, "9" * 40])
    def test_out_of_range_says_the_range(self, raw: Any):
        assert words("count", raw).endswith("is out of range. A whole number from 1 to 1,000,000, for example 1.")

    def test_longer_than_any_number_is_none(self):
        assert words("count", "0" * 64 + "5").startswith("I could not read")

    def test_bound_at_both_ends_includes_the_ends(self):
        assert value("count", 1) == 1
        assert value("count", "1,000,000") == 1_000_000


class TestMoney:
    @pytest.mark.parametrize("raw", [50, "50", "50 credits", "50 CREDIT", "50credits", Credits(50)])
    def test_has_the_unit_of_its_field(self, raw: Any):
        assert value("amount", raw) == Credits(50)

    @pytest.mark.parametrize("raw", ["50 coins", "$50", "50€", True])
    def test_of_another_unit_is_refused(self, raw: Any):
        assert words("amount", raw).startswith("I could not read that amount")

    @pytest.mark.parametrize("raw", [0, -50, "-50 credits", "5,001"])
    def test_is_at_least_one_and_at_most_the_maximum(self, raw: Any):
        assert "is out of range. A whole number from 1 to 5,000" in words("amount", raw)


class TestChoice:
    @pytest.mark.parametrize("raw", ["l", "Very large", "very LARGE", " very  large "])
    def test_goes_by_value_or_label(self, raw: str):
        assert value("size", raw) == "l"

    def test_that_is_none_lists_the_options(self):
        assert words("size", "medium") == '"medium" is not one of the options: Small, Very large.'

    def test_of_a_source_is_for_the_command_to_judge(self):
        assert value("tree", "Oak") == "Oak"

    def test_of_a_source_has_an_end(self):
        assert words("tree", "x" * 10_000) == "That is not one of the options."


class TestMember:
    @pytest.mark.parametrize("raw", [Identity("discord", "7"), {"platform": "discord", "user_id": "7", "name": "Bo"}])
    def test_is_an_identity(self, raw: Any):
        assert value("friend", raw) == Identity("discord", "7")

    @pytest.mark.parametrize("raw", ["@bob", 7, {"platform": "discord"}, {"platform": "discord", "user_id": "a\x00"}])
    def test_that_is_nobody_says_how_to_name_one(self, raw: Any):
        assert words("friend", raw).endswith("Pick a person, or reply to a message of theirs.")


class TestMoment:
    @pytest.mark.parametrize(
        ("zone_name", "raw", "expected"),
        [
            ("UTC", "2026-03-11 18:00", "2026-03-11T18:00"),
            ("Europe/Berlin", "2026-03-11 18:00", "2026-03-11T17:00"),
            ("Europe/Berlin", "2026-03-11T18:00+05:30", "2026-03-11T12:30"),
            ("Europe/Berlin", "2026-03-11T18:00Z", "2026-03-11T18:00"),
            ("Europe/Berlin", "2026-03-29 01:59", "2026-03-29T00:59"),
            ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:30"),  # does not exist: as if the clock had not jumped
            ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00"),
            ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30"),  # exists twice: the first one
            ("Pacific/Kiritimati", "2026-03-11", "2026-03-10T10:00"),
        ],
    )
    def test_is_the_members_own_time(self, zone_name: str, raw: str, expected: str):
        assert value("when", raw, zone_name=zone_name) == datetime.fromisoformat(expected).replace(tzinfo=UTC)

    def test_without_zone_from_an_adapter_is_the_members_own_time_too(self):
        naive = datetime(2026, 3, 11, 18, 0)  # noqa: DTZ001  the point of this test
        assert value("when", naive, zone_name="Europe/Berlin") == datetime(2026, 3, 11, 17, 0, tzinfo=UTC)

    @pytest.mark.parametrize("raw", ["tomorrow", "18:00", "2026-02-30", "11.3.2026", "٢٠٢٦-03-11"])
    def test_that_is_none_shows_an_example(self, raw: str):
        assert words("when", raw) == f'I could not read that time: "{raw}". For example 2026-03-11 18:00.'

    @pytest.mark.parametrize("raw", ["0001-01-01", "9999-12-31", "1066-10-14 09:00"])
    def test_of_another_century_is_too_far(self, raw: str):
        assert "too far away" in words("when", raw)


class TestDuration:
    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            ("7 days", timedelta(days=7)),
            ("1 day", timedelta(days=1)),
            ("2 weeks", timedelta(weeks=2)),
            ("1w 2d", timedelta(days=9)),
            ("1h30m", timedelta(minutes=90)),
            ("1 h 30 min", timedelta(minutes=90)),
            ("1 hour, 30 minutes", timedelta(minutes=90)),
            ("1 Hour and 5 mins", timedelta(minutes=65)),
            ("90 seconds", timedelta(seconds=90)),
            ("0 min", timedelta()),
            (timedelta(hours=3), timedelta(hours=3)),
        ],
    )
    def test_is_read_as_people_write_it(self, raw: Any, expected: timedelta):
        assert value("lasts", raw) == expected

    @pytest.mark.parametrize("raw", ["7", "a week", "1 month", "-1 day", "1.5 h", "1 h 30", "1 dog", 7])
    def test_that_is_none_shows_an_example(self, raw: Any):
        assert words("lasts", raw).endswith("For example 7 days or 1 h 30 min.")

    @pytest.mark.parametrize("raw", ["999999 weeks", timedelta.max, timedelta(days=-1)])
    def test_beyond_a_life_is_out_of_range(self, raw: Any):
        assert "out of range" in words("lasts", raw)


class TestFile:
    def test_comes_back_from_its_json(self):
        assert value("picture", jsonable({"picture": PICTURE})["picture"]) == PICTURE

    def test_that_is_no_picture_is_said(self):
        paper = FileRef("discord", "h", "a.pdf", "application/pdf", 10)
        assert words("picture", paper) == "a.pdf is not a picture. PNG, JPEG and WebP work."
        assert value("paper", paper) == paper

    def test_that_is_too_large_says_what_fits(self):
        large = FileRef("discord", "h", "cat.png", "image/png", 2_000_001)
        assert words("picture", large) == "cat.png is too large; at most 2 MB fit here."

    @pytest.mark.parametrize("raw", ["cat.png", 5, {}, {"platform": "discord"}, [PICTURE]])
    def test_that_is_none_is_asked_for(self, raw: Any):
        assert words("picture", raw) == "Send a file here."


class TestFlag:
    @pytest.mark.parametrize("raw", [True, "yes", "Y", "on", "1", 1, " OK "])
    def test_is_yes(self, raw: Any):
        assert value("sure", raw) is True

    @pytest.mark.parametrize("raw", [False, "no", "N", "off", "0", 0])
    def test_is_no(self, raw: Any):
        assert value("sure", raw) is False

    @pytest.mark.parametrize("raw", ["maybe", 2, "👍"])
    def test_is_neither(self, raw: Any):
        assert words("sure", raw) == f'I could not read "{raw}" as yes or no.'
